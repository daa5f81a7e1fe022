# Een persoon opzoeken zonder nummer.
search-title = Zoeken op naam en geboortedatum
search-lede = Alleen voor wie aan uw loket staat en geen nummer kent. U ziet een korte lijst; de gegevens komen na uw keuze.
search-surname-hint = Zoals u het hoort: de registers zoeken op klank
search-surname-missing = Typ de familienaam
search-given-hint = Leeg laten als u ze niet kent
search-birth-hint = Het jaar is verplicht; laat dag of maand leeg als ze onbekend zijn
search-birth-missing = Typ minstens het geboortejaar, met vier cijfers
search-sex-any = maakt niet uit
search-button = Zoeken
hits-title = Wie van hen staat voor u?
hits-what = Vraag de persoon naar naam, geboortedatum en woonplaats; lees de lijst niet voor.
hits-legend = Gevonden personen
hits-truncated = Er zijn er meer dan hier staan. Staat de persoon er niet bij, zoek dan nauwer: met een voornaam, het geslacht of de volledige geboortedatum.
hits-button = Deze persoon is het
hits-missing = Kies een persoon uit de lijst, of zoek opnieuw
hits-again = Anders zoeken
hits-nobody-title = Niemand gevonden
hits-nobody-what = Geen register kent iemand met deze naam en geboortedatum. Vraag de persoon hoe de naam op een document staat, of probeer met een onvolledige geboortedatum.
hits-too-wide-title = Te veel personen
hits-too-wide-what = Er passen te veel personen: het register toont er geen enkele. Zoek nauwer, met een voornaam, het geslacht of de volledige geboortedatum.
hits-down-what = Een register antwoordde niet zoals het hoort, dus is er geen lijst: ze zou onvolledig zijn. Het dossier blijft bewaard. Zoek over een minuut opnieuw.
verify-title = Horen nummer en document samen?
verify-lede = Het register zegt alleen ja of neen. De gegevens van de persoon ziet u pas als het document klopt.
verify-kind-legend = Welk document hebt u in de hand?
verify-kind-card = Een Belgische kaart: met het kaartnummer
verify-kind-holder = Een ander document: met naam en geboortedatum
verify-kind-missing = Kies welk document u in de hand hebt
verify-card-label = Kaartnummer
verify-card-hint = 12 cijfers, bijvoorbeeld 591-1917064-58
verify-holder-title = Bij een ander document
verify-button = Nagaan
verify-no-match-title = Nummer en document horen niet samen
verify-no-match-what = Het register zegt niet wat er verschilt. Kijk samen met de persoon het nummer en het document na. Van de persoon werd niets getoond.
verify-unknown-what = Geen register kent dit nummer. Kijk het na op een document, of stop dit dossier en zoek op naam.
verify-replaced-what = Dit nummer werd vervangen. Vraag naar een recenter document en typ het nummer dat daarop staat.
verify-not-inscribed-what = Het register antwoordt alleen aan organisaties die voor deze persoon ingeschreven zijn. Stop dit dossier en open er een op nummer: daar kunt u uw organisatie inschrijven.
verify-down-what = Er is geen bruikbaar antwoord. Het dossier blijft bewaard; wat u typte niet. Probeer het over een minuut opnieuw.
verify-again-title = Opnieuw nagaan
verify-left = { $left ->
    [one] Nog 1 keer mogelijk.
   *[other] Nog { $left } keer mogelijk.
  }
verify-none-left = Meer pogingen zijn er niet: zo kan niemand raden. Stop dit dossier.
