# Les propres clés, l’écran tourné vers la personne et le service desk.
my-keys-title = Mes clés
my-keys-sign-in-title = Gérez vos clés
my-keys-sign-in-lede = Montrez d’abord une clé que vous avez. Vous verrez ensuite toutes vos clés et pourrez en créer ou en retirer une.
my-keys-ended = Vous n’êtes pas connecté, ou le quart d’heure est écoulé. Montrez à nouveau une clé.
my-keys-withdrawn = La clé est retirée et ne fonctionne plus nulle part. Vous pouvez vous connecter à nouveau avec une autre clé.
my-keys-passkey-button = Me connecter avec mon appareil
my-keys-password-button = Me connecter avec mot de passe et application
my-keys-app-lost = Téléphone avec l’application perdu ? Utilisez un code de secours
my-keys-recover-title = Se connecter avec un code de secours
my-keys-recover-lede = Chaque code de secours fonctionne une seule fois, à la place des six chiffres de l’application.
my-keys-recover-code = Code de secours
my-keys-recover-hint = 24 caractères ; majuscules, espaces et traits d’union n’ont pas d’importance
my-keys-recover-wrong = L’adresse e-mail, le mot de passe et le code de secours ne vont pas ensemble, ou le code a déjà servi. Vérifiez les trois ou prenez le code suivant
my-keys-recover-none = Plus de code de secours ? Rendez-vous à un guichet avec votre document d’identité : vous y créerez une nouvelle clé.
my-keys-recovered = Vous êtes entré avec un code de secours. Créez maintenant une nouvelle clé et retirez celle que vous avez perdue.
my-keys-here = utilisée maintenant
my-keys-closed = fermée
my-keys-used = Dernière utilisation
my-keys-never-used = jamais encore
my-keys-change = { $name } : nommer ou retirer
my-keys-add = Créer une autre clé
my-keys-codes-title = Codes de secours
my-keys-codes-button = Créer des codes de secours
my-keys-codes-left = { $left ->
    [0] Vous n’avez pas de codes de secours.
    [one] Il vous reste 1 code de secours valable.
   *[other] Il vous reste { $left } codes de secours valables.
  }
my-keys-codes-once = Vous voyez ces codes maintenant et plus jamais ensuite
my-keys-codes-keep = Imprimez cette page ou recopiez les codes. Ne les gardez pas sur le téléphone avec l’application.
my-keys-codes-copy = À copier
my-keys-codes-kept = Je les ai gardés
my-keys-codes-what = Avec un code de secours et votre mot de passe, vous entrez si vous avez perdu le téléphone avec l’application. Chaque code fonctionne une seule fois.
my-keys-codes-new = Vous recevez dix nouveaux codes. Les anciens ne fonctionnent alors plus.
my-key-name = Nom de cette clé
my-key-name-hint = Par exemple « téléphone » ou « portable à la maison »
my-key-name-button = Enregistrer le nom
my-key-name-wrong = Donnez un nom de 1 à 40 caractères
my-key-withdraw-title = Retirer cette clé
my-key-withdraw-what = Elle ne fonctionne alors plus nulle part, immédiatement. C’est irréversible.
my-key-withdraw-last = C’est votre dernière clé. Ensuite, vous devrez vous rendre à un guichet pour une nouvelle. Si vous avez seulement perdu un téléphone, créez d’abord une autre clé.
my-key-withdraw-button = Retirer la clé
guide-code-title = Prenez votre téléphone
guide-mail = Ouvrez l’e-mail que nous venons de vous envoyer et appuyez sur le lien.
guide-code-sms = Regardez vos SMS : il y a un code.
guide-code-paper = Prenez le papier avec le code que vous avez reçu.
guide-code-type = Tapez le code sur la page qui s’ouvre.
guide-key-title = Le code est correct
guide-key-choose = Choisissez sur votre téléphone comment vous voulez vous connecter.
guide-key-follow = Suivez ce que dit votre téléphone. Cela reste entre vous et votre téléphone.
guide-done-title = Votre clé est prête
guide-done = Vous pouvez déjà l’utiliser.
guide-back = Tournez l’écran vers l’agent.
guide-over-title = Cela ne va pas ainsi
guide-over = Le lien ou le code ne fonctionne plus. L’agent peut en envoyer un nouveau.
guide-officer = Pour l’agent : se reconnecter
guide-look = Voir où cela en est
turn-title = Tourner l’écran vers la personne
turn-what = La personne voit en grands caractères ce qu’il faut faire. Vous êtes d’abord déconnecté : reconnectez-vous ensuite avec votre carte.
turn-button = Me déconnecter et tourner l’écran
counter-keys-title = Clés de cette personne
counter-keys-what = { $keys ->
    [one] Cette personne a 1 clé qui fonctionne. Si elle est perdue ou dans d’autres mains, retirez-la maintenant.
   *[other] Cette personne a { $keys } clés qui fonctionnent. Si elles sont perdues ou dans d’autres mains, retirez-les maintenant.
  }
counter-keys-button = Retirer toutes les clés
menu-support = Retirer des clés
support-title = Retirer toutes les clés d’une personne
support-lede = Pour qui appelle parce qu’une clé est perdue ou dans d’autres mains. La personne reçoit un e-mail.
support-whose = Numéro de dossier, ou numéro national ou BIS
support-whose-hint = Par exemple 2026-004512
support-whose-wrong = Ce n’est ni un numéro de dossier ni un numéro de personne valable. Vérifiez-le
support-explanation = Pourquoi
support-explanation-hint = Pour le journal, sans nom ni numéro
support-explanation-missing = Dites pourquoi les clés sont retirées
support-button = Retirer les clés
support-none = Aucune clé qui fonctionne n’a été trouvée. Vérifiez le numéro
support-done = { $keys ->
    [one] 1 clé est retirée.
   *[other] { $keys } clés sont retirées.
  }
