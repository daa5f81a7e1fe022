# De eigen sleutels, het scherm dat naar de persoon is gedraaid, en de servicedesk.
my-keys-title = Mijn sleutels
my-keys-sign-in-title = Beheer uw sleutels
my-keys-sign-in-lede = Toon eerst een sleutel die u hebt. Daarna ziet u al uw sleutels en kunt u er een maken of intrekken.
my-keys-ended = U bent niet aangemeld, of het kwartier is voorbij. Toon opnieuw een sleutel.
my-keys-withdrawn = De sleutel is ingetrokken en werkt nergens meer. Met een andere sleutel kunt u zich opnieuw aanmelden.
my-keys-passkey-button = Aanmelden met mijn toestel
my-keys-password-button = Aanmelden met wachtwoord en app
my-keys-app-lost = Telefoon met de app kwijt? Gebruik een herstelcode
my-keys-recover-title = Aanmelden met een herstelcode
my-keys-recover-lede = Elke herstelcode werkt één keer, in plaats van de zes cijfers uit de app.
my-keys-recover-code = Herstelcode
my-keys-recover-hint = 24 tekens; hoofdletters, spaties en streepjes maken niet uit
my-keys-recover-wrong = E-mailadres, wachtwoord en herstelcode horen niet bij elkaar, of de code is al gebruikt. Kijk alle drie na, of neem de volgende code
my-keys-recover-none = Geen herstelcode meer? Ga naar een loket met uw identiteitsdocument: daar maakt u een nieuwe sleutel.
my-keys-recovered = U kwam binnen met een herstelcode. Maak nu een nieuwe sleutel en trek de sleutel in die u kwijt bent.
my-keys-here = nu gebruikt
my-keys-closed = gesloten
my-keys-used = Laatst gebruikt
my-keys-never-used = nog nooit
my-keys-change = { $name }: naam geven of intrekken
my-keys-add = Nog een sleutel maken
my-keys-codes-title = Herstelcodes
my-keys-codes-button = Herstelcodes maken
my-keys-codes-left = { $left ->
    [0] U hebt geen herstelcodes.
    [one] U hebt nog 1 herstelcode die werkt.
   *[other] U hebt nog { $left } herstelcodes die werken.
  }
my-keys-codes-once = U ziet deze codes nu en daarna nooit meer
my-keys-codes-keep = Druk deze pagina af of schrijf de codes over. Bewaar ze niet op de telefoon met de app.
my-keys-codes-copy = Om te kopiëren
my-keys-codes-kept = Ik heb ze bewaard
my-keys-codes-what = Met een herstelcode en uw wachtwoord komt u binnen als u de telefoon met de app kwijt bent. Elke code werkt één keer.
my-keys-codes-new = U krijgt tien nieuwe codes. Oude codes werken dan niet meer.
my-key-name = Naam van deze sleutel
my-key-name-hint = Bijvoorbeeld “telefoon” of “laptop thuis”
my-key-name-button = Naam bewaren
my-key-name-wrong = Geef een naam van 1 tot 40 tekens
my-key-withdraw-title = Deze sleutel intrekken
my-key-withdraw-what = Hij werkt dan meteen nergens meer. Dat kunt u niet ongedaan maken.
my-key-withdraw-last = Dit is uw laatste sleutel. Daarna moet u naar een loket voor een nieuwe. Bent u alleen een telefoon kwijt, maak dan eerst een andere sleutel.
my-key-withdraw-button = Sleutel intrekken
guide-code-title = Neem uw telefoon
guide-mail = Open de e-mail die we u net stuurden en druk op de link.
guide-code-sms = Kijk in uw sms’en: daar staat een code.
guide-code-paper = Neem het strookje met de code dat u kreeg.
guide-code-type = Typ de code op de pagina die opengaat.
guide-key-title = De code klopt
guide-key-choose = Kies op uw telefoon hoe u zich wilt aanmelden.
guide-key-follow = Volg wat uw telefoon zegt. Dat blijft tussen u en uw telefoon.
guide-done-title = Uw sleutel is klaar
guide-done = U kunt hem nu al gebruiken.
guide-back = Draai het scherm terug naar de medewerker.
guide-over-title = Dit lukt zo niet
guide-over = De link of de code werkt niet meer. De medewerker kan een nieuwe sturen.
guide-officer = Voor de medewerker: opnieuw aanmelden
guide-look = Kijken hoever het staat
turn-title = Het scherm naar de persoon draaien
turn-what = De persoon ziet in grote letters wat er te doen is. U wordt eerst afgemeld: daarna meldt u zich opnieuw aan met uw kaart.
turn-button = Afmelden en scherm draaien
counter-keys-title = Sleutels van deze persoon
counter-keys-what = { $keys ->
    [one] Deze persoon heeft 1 sleutel die werkt. Is die kwijt of in andere handen, trek hem dan nu in.
   *[other] Deze persoon heeft { $keys } sleutels die werken. Zijn ze kwijt of in andere handen, trek ze dan nu in.
  }
counter-keys-button = Alle sleutels intrekken
menu-support = Sleutels intrekken
support-title = Alle sleutels van een persoon intrekken
support-lede = Voor wie belt omdat een sleutel kwijt of in andere handen is. De persoon krijgt een e-mail.
support-whose = Dossiernummer of rijksregister- of BIS-nummer
support-whose-hint = Bijvoorbeeld 2026-004512
support-whose-wrong = Dit is geen dossiernummer en geen geldig nummer van een persoon. Kijk het na
support-explanation = Waarom
support-explanation-hint = Voor het logboek, zonder naam of nummer
support-explanation-missing = Zeg waarom de sleutels worden ingetrokken
support-button = Sleutels intrekken
support-none = Hiervoor is geen sleutel gevonden die werkt. Kijk het nummer na
support-done = { $keys ->
    [one] 1 sleutel is ingetrokken.
   *[other] { $keys } sleutels zijn ingetrokken.
  }
