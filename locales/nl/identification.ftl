# Who it is: the steps of a dossier, the register's answer, the checks, the decision.
steps-label = Stappen
step-person = Persoon
step-identification = Identificatie
step-contact = Contact
step-sending = Versturen
step-is-done = klaar:
step-is-now = nu:
