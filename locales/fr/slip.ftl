# Le feuillet imprimé avec le code d'activation. Une page A5 : chaque texte reste court.
slip-title = Votre code d’activation
slip-purpose = Ce code vous permet de créer votre propre clé numérique. Il ne sert qu’une fois, et uniquement avec le lien contenu dans l’e-mail que vous avez reçu.
slip-code-label = Code d’activation
slip-valid-until = Valable jusqu’au { $until }
slip-steps-title = Que devez-vous faire ?
slip-step-link = Ouvrez d’abord le lien contenu dans notre e-mail. Vérifiez que l’adresse commence par :
slip-step-code = Tapez ce code sur la page qui s’ouvre, et nulle part ailleurs.
slip-step-key = Choisissez comment vous voulez vous identifier et suivez la page.
slip-step-destroy = Détruisez ensuite ce feuillet.
slip-secret-title = Gardez ce code pour vous
slip-secret = Ne le donnez à personne. Nous ne vous le demandons jamais, ni par téléphone, ni par e-mail ou SMS.
slip-desk = Des questions ? Appelez le service d’assistance : { $phone }
slip-reference = Référence { $reference }
slip-made-at = Imprimé le { $at }
slip-scan-portal = Commencez ici
