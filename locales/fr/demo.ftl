# Uniquement dans une démonstration.
demo-title = Démonstration
demo-lede = Rien n'est réel ici : les personnes, les cartes, les registres et les messages sont inventés. L'application elle-même l'ignore et fonctionne comme d'habitude.
demo-to-sign-in = S'identifier avec une carte
demo-to-messages = Lire les messages reçus
demo-cards-title = Cartes
demo-cards-lede = Identifiez-vous et choisissez une carte. Le code PIN de chaque carte est { $pin }.
demo-unblock = Débloquer la carte de { $name }
demo-card-officer = Travaille comme officier d'enregistrement local pour { $place }.
demo-card-auditor = Travaille comme auditeur pour { $place }.
demo-card-access-manager = Est gestionnaire d'accès pour { $place }.
demo-card-expired = Son rôle pour { $place } a expiré.
demo-card-agreement-ended = La convention d'utilisation de { $place } a pris fin.
demo-card-unknown = Possède une carte valable, mais n'est pas connu ici.
demo-messages-title = Messages reçus
demo-messages-lede = Les e-mails et les SMS envoyés dans cette démonstration, les plus récents d'abord. Rien ne quitte cet ordinateur.
demo-messages-again = Actualiser
demo-messages-none = Rien n'a encore été envoyé.
demo-messages-mail = E-mail
demo-messages-sms = SMS
demo-dialog-title = Choisissez une carte
demo-dialog-lede = Cette fenêtre remplace le lecteur de cartes et l'extension du navigateur.
demo-dialog-choose = Cartes
demo-dialog-pin = Code PIN
demo-dialog-pin-hint = Le code PIN de chaque carte est
demo-dialog-sign = S'identifier
demo-dialog-cancel = Annuler
demo-dialog-wrong-pin =
    { $left ->
        [one] Le code PIN est incorrect. Il vous reste { $left } essai.
       *[other] Le code PIN est incorrect. Il vous reste { $left } essais.
    }
demo-dialog-blocked = Cette carte est bloquée. Vous pouvez la débloquer sur la page de la démonstration.
demo-dialog-broken = La carte ne peut pas être lue. Réessayez.
demo-people-title = Personnes au guichet
demo-people-lede = Saisissez un de ces numéros au guichet. Le registre connaît encore des milliers d'autres personnes.
demo-people-name = Nom
demo-people-number = Numéro
demo-people-born = Date de naissance
demo-people-shows = Ce que vous verrez
demo-shows-found = Trouvée, tout est en ordre.
demo-shows-thirteen = Treize ans : assez âgée.
demo-shows-too-young = Moins de douze ans.
demo-shows-deceased = Décédée.
demo-shows-struck-off = Radiée du registre.
demo-shows-no-longer-managed = Dossier qui n'est plus géré.
demo-shows-replaced = Le numéro a été remplacé par un autre.
demo-shows-cancelled = Le numéro a été annulé.
demo-shows-no-given-names = N'a pas de prénom.
demo-shows-long-name = A un nom très long.
demo-shows-incomplete-date = Date de naissance incomplète.
demo-shows-not-inscribed = Non intégrée par cette organisation.
demo-shows-not-allowed = Le registre refuse la question.
demo-shows-incomplete-answer = La réponse du registre est incomplète.
demo-shows-under-guardianship = sous administration
demo-shows-no-fixed-address = sans domicile fixe
demo-card-reviewer = contrôleur de { $place }
