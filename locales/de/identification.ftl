# Who it is: the steps of a dossier, the register's answer, the checks, the decision.
steps-label = Schritte
step-person = Person
step-identification = Identifizierung
step-contact = Kontakt
step-sending = Versand
step-is-done = erledigt:
step-is-now = jetzt:
