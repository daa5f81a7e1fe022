# Who it is: the steps of a dossier, the register's answer, the checks, the decision.
steps-label = Steps
step-person = Person
step-identification = Identification
step-contact = Contact
step-sending = Send
step-is-done = done:
step-is-now = now:
