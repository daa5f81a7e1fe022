# The start page.
start-title = Digitale sleutel aan het loket
start-lede = Voor wie geen digitale sleutel kan maken met een eigen eID, en voor de officieren die daarbij helpen.
start-staff-title = U werkt aan een loket
start-staff-text = Meld u aan met uw eigen Belgische eID. Niets anders opent deze toepassing.
start-staff-button = Aanmelden met eID
start-person-title = U hebt een digitale sleutel
start-person-text = Probeer hier of uw sleutel werkt. Kreeg u een link per e-mail? Open die vanuit de e-mail.
start-person-button = Mijn sleutel proberen
