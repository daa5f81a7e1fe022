# Who it is: the steps of a dossier, the register's answer, the checks, the decision.
steps-label = Étapes
step-person = Personne
step-identification = Identification
step-contact = Contact
step-sending = Envoi
step-is-done = terminé :
step-is-now = en cours :
