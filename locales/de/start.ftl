# The start page.
start-title = Digitaler Schlüssel am Schalter
start-lede = Für Personen, die mit einer eigenen eID keinen digitalen Schlüssel erstellen können, und für die Beauftragten, die ihnen helfen.
start-staff-title = Sie arbeiten an einem Schalter
start-staff-text = Melden Sie sich mit Ihrer eigenen belgischen eID-Karte an. Nichts anderes öffnet diese Anwendung.
start-staff-button = Mit eID anmelden
start-person-title = Sie haben einen digitalen Schlüssel
start-person-text = Probieren Sie hier, ob Ihr Schlüssel funktioniert. Haben Sie einen Link per E-Mail erhalten? Öffnen Sie ihn aus dieser E-Mail.
start-person-button = Meinen Schlüssel probieren
