# De gedrukte strook met de activatiecode. Eén blad A5: houd elke tekst kort.
slip-title = Uw activatiecode
slip-purpose = Met deze code maakt u uw eigen digitale sleutel aan. De code werkt één keer, en alleen samen met de link in de e-mail die u hebt gekregen.
slip-code-label = Activatiecode
slip-valid-until = Geldig tot { $until }
slip-steps-title = Wat u moet doen
slip-step-link = Open eerst de link in onze e-mail. Controleer of het adres begint met:
slip-step-code = Typ deze code op de pagina die opengaat, en nergens anders.
slip-step-key = Kies hoe u zich wilt aanmelden en volg de pagina.
slip-step-destroy = Vernietig daarna deze strook.
slip-secret-title = Houd deze code voor uzelf
slip-secret = Geef ze aan niemand. Wij vragen u er nooit om, niet per telefoon en niet per e-mail of sms.
slip-desk = Vragen? Bel de servicedesk: { $phone }
slip-reference = Referentie { $reference }
slip-made-at = Afgedrukt op { $at }
slip-scan-portal = Hier begint u
