# The start page.
start-title = Digital key at the counter
start-lede = For people who cannot make a digital key with an eID card of their own, and for the officers who help them.
start-staff-title = You work at a counter
start-staff-text = Sign in with your own Belgian eID card. Nothing else opens this application.
start-staff-button = Sign in with eID
start-person-title = You have a digital key
start-person-text = Try here whether your key works. Did you receive a link by e-mail? Open it from that e-mail.
start-person-button = Try my key
