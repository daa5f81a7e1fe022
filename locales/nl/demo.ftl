# Alleen in een demonstratie.
demo-title = Demonstratie
demo-lede = Niets hier is echt: de personen, de kaarten, de registers en de berichten zijn verzonnen. De toepassing zelf weet dat niet en werkt zoals altijd.
demo-to-sign-in = Aanmelden met een kaart
demo-to-messages = Ontvangen berichten lezen
demo-cards-title = Kaarten
demo-cards-lede = Meld u aan en kies een kaart. De pincode van elke kaart is { $pin }.
demo-unblock = De kaart van { $name } deblokkeren
demo-card-officer = Werkt als lokale registratie officier bij { $place }.
demo-card-auditor = Werkt als auditor bij { $place }.
demo-card-access-manager = Is toegangsbeheerder bij { $place }.
demo-card-expired = De rol bij { $place } is verlopen.
demo-card-agreement-ended = De gebruiksovereenkomst van { $place } is beëindigd.
demo-card-unknown = Heeft een geldige kaart, maar is hier niet bekend.
demo-messages-title = Ontvangen berichten
demo-messages-lede = De e-mails en sms'en die in deze demonstratie zijn verzonden, de nieuwste eerst. Niets verlaat deze computer.
demo-messages-again = Opnieuw laden
demo-messages-none = Er is nog niets verzonden.
demo-messages-mail = E-mail
demo-messages-sms = Sms
demo-dialog-title = Kies een kaart
demo-dialog-lede = Dit venster staat in voor de kaartlezer en de browserextensie.
demo-dialog-choose = Kaarten
demo-dialog-pin = Pincode
demo-dialog-pin-hint = De pincode van elke kaart is
demo-dialog-sign = Aanmelden
demo-dialog-cancel = Annuleren
demo-dialog-wrong-pin =
    { $left ->
        [one] De pincode is fout. U hebt nog één poging.
       *[other] De pincode is fout. U hebt nog { $left } pogingen.
    }
demo-dialog-blocked = Deze kaart is geblokkeerd. Op de pagina van de demonstratie kunt u ze deblokkeren.
demo-dialog-broken = De kaart kan niet gelezen worden. Probeer het opnieuw.
demo-people-title = Personen aan het loket
demo-people-lede = Typ een van deze nummers aan het loket. Het register kent nog duizenden andere personen.
demo-people-name = Naam
demo-people-number = Nummer
demo-people-born = Geboren
demo-people-shows = Wat u ziet
demo-shows-found = Gevonden, alles in orde.
demo-shows-thirteen = Dertien jaar: oud genoeg.
demo-shows-too-young = Jonger dan twaalf.
demo-shows-deceased = Overleden.
demo-shows-struck-off = Afgevoerd uit het register.
demo-shows-no-longer-managed = Dossier niet meer bijgehouden.
demo-shows-replaced = Het nummer is vervangen door een ander.
demo-shows-cancelled = Het nummer is geannuleerd.
demo-shows-no-given-names = Heeft geen voornamen.
demo-shows-long-name = Heeft een zeer lange naam.
demo-shows-incomplete-date = Geboortedatum niet volledig bekend.
demo-shows-not-inscribed = Niet opgenomen bij deze organisatie.
demo-shows-not-allowed = Het register weigert de vraag.
demo-shows-incomplete-answer = Het antwoord van het register is onvolledig.
demo-shows-under-guardianship = onder bewind
demo-shows-no-fixed-address = zonder vaste woonplaats
demo-card-reviewer = nazichter van { $place }
