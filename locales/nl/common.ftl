# Op elke pagina.
service-name = Loket
skip-link = Naar de inhoud
sign-out = Afmelden
back = Terug
proceed = Doorgaan
# Voor de titel van een pagina met fouten. $title is de eigen titel van de pagina.
error-title = Fout: { $title }
error-summary-title = Er is een probleem
# Naam van de taalkeuze, voor een schermlezer.
language-choice = Taal
