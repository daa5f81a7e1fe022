# Die eigenen Schlüssel, der zur Person gedrehte Bildschirm und der Service Desk.
my-keys-title = Meine Schlüssel
my-keys-sign-in-title = Ihre Schlüssel verwalten
my-keys-sign-in-lede = Zeigen Sie zuerst einen Schlüssel, den Sie haben. Danach sehen Sie alle Ihre Schlüssel und können einen erstellen oder widerrufen.
my-keys-ended = Sie sind nicht angemeldet, oder die Viertelstunde ist vorbei. Zeigen Sie noch einmal einen Schlüssel.
my-keys-withdrawn = Der Schlüssel ist widerrufen und gilt nirgends mehr. Mit einem anderen Schlüssel können Sie sich wieder anmelden.
my-keys-passkey-button = Mit meinem Gerät anmelden
my-keys-password-button = Mit Passwort und App anmelden
my-keys-app-lost = Telefon mit der App verloren? Benutzen Sie einen Notfallcode
my-keys-recover-title = Mit einem Notfallcode anmelden
my-keys-recover-lede = Jeder Notfallcode gilt ein einziges Mal, anstelle der sechs Ziffern aus der App.
my-keys-recover-code = Notfallcode
my-keys-recover-hint = 24 Zeichen; Großbuchstaben, Leerzeichen und Striche spielen keine Rolle
my-keys-recover-wrong = E-Mail-Adresse, Passwort und Notfallcode gehören nicht zusammen, oder der Code wurde schon benutzt. Prüfen Sie alle drei oder nehmen Sie den nächsten Code
my-keys-recover-none = Keinen Notfallcode mehr? Gehen Sie mit Ihrem Ausweis zu einem Schalter: Dort erstellen Sie einen neuen Schlüssel.
my-keys-recovered = Sie sind mit einem Notfallcode hereingekommen. Erstellen Sie jetzt einen neuen Schlüssel und widerrufen Sie den verlorenen.
my-keys-here = jetzt benutzt
my-keys-closed = gesperrt
my-keys-used = Zuletzt benutzt
my-keys-never-used = noch nie
my-keys-change = { $name }: benennen oder widerrufen
my-keys-add = Noch einen Schlüssel erstellen
my-keys-codes-title = Notfallcodes
my-keys-codes-button = Notfallcodes erstellen
my-keys-codes-left = { $left ->
    [0] Sie haben keine Notfallcodes.
    [one] Sie haben noch 1 gültigen Notfallcode.
   *[other] Sie haben noch { $left } gültige Notfallcodes.
  }
my-keys-codes-once = Sie sehen diese Codes jetzt und danach nie mehr
my-keys-codes-keep = Drucken Sie diese Seite aus oder schreiben Sie die Codes ab. Bewahren Sie sie nicht auf dem Telefon mit der App auf.
my-keys-codes-copy = Zum Kopieren
my-keys-codes-kept = Ich habe sie aufbewahrt
my-keys-codes-what = Mit einem Notfallcode und Ihrem Passwort kommen Sie hinein, wenn Sie das Telefon mit der App verloren haben. Jeder Code gilt ein einziges Mal.
my-keys-codes-new = Sie erhalten zehn neue Codes. Alte Codes gelten dann nicht mehr.
my-key-name = Name dieses Schlüssels
my-key-name-hint = Zum Beispiel „Telefon“ oder „Laptop zu Hause“
my-key-name-button = Namen speichern
my-key-name-wrong = Geben Sie einen Namen von 1 bis 40 Zeichen ein
my-key-withdraw-title = Diesen Schlüssel widerrufen
my-key-withdraw-what = Er funktioniert dann sofort nirgends mehr. Das lässt sich nicht rückgängig machen.
my-key-withdraw-last = Das ist Ihr letzter Schlüssel. Danach müssen Sie für einen neuen zu einem Schalter. Haben Sie nur ein Telefon verloren, erstellen Sie zuerst einen anderen Schlüssel.
my-key-withdraw-button = Schlüssel widerrufen
guide-code-title = Nehmen Sie Ihr Telefon
guide-mail = Öffnen Sie die E-Mail, die wir Ihnen gerade geschickt haben, und drücken Sie auf den Link.
guide-code-sms = Sehen Sie in Ihren SMS nach: Dort steht ein Code.
guide-code-paper = Nehmen Sie den Zettel mit dem Code, den Sie bekommen haben.
guide-code-type = Geben Sie den Code auf der Seite ein, die sich öffnet.
guide-key-title = Der Code stimmt
guide-key-choose = Wählen Sie auf Ihrem Telefon, wie Sie sich anmelden möchten.
guide-key-follow = Folgen Sie den Hinweisen Ihres Telefons. Das bleibt zwischen Ihnen und Ihrem Telefon.
guide-done-title = Ihr Schlüssel ist fertig
guide-done = Sie können ihn schon jetzt benutzen.
guide-back = Drehen Sie den Bildschirm zurück zum Mitarbeiter.
guide-over-title = So geht es nicht
guide-over = Der Link oder der Code gilt nicht mehr. Der Mitarbeiter kann einen neuen senden.
guide-officer = Für den Mitarbeiter: neu anmelden
guide-look = Nachsehen, wie weit es ist
turn-title = Den Bildschirm zur Person drehen
turn-what = Die Person sieht in großer Schrift, was zu tun ist. Sie werden zuerst abgemeldet: Danach melden Sie sich mit Ihrer Karte wieder an.
turn-button = Abmelden und Bildschirm drehen
counter-keys-title = Schlüssel dieser Person
counter-keys-what = { $keys ->
    [one] Diese Person hat 1 Schlüssel, der funktioniert. Ist er verloren oder in anderen Händen, widerrufen Sie ihn jetzt.
   *[other] Diese Person hat { $keys } Schlüssel, die funktionieren. Sind sie verloren oder in anderen Händen, widerrufen Sie sie jetzt.
  }
counter-keys-button = Alle Schlüssel widerrufen
menu-support = Schlüssel widerrufen
support-title = Alle Schlüssel einer Person widerrufen
support-lede = Für Personen, die anrufen, weil ein Schlüssel verloren oder in anderen Händen ist. Die Person erhält eine E-Mail.
support-whose = Aktennummer oder Nationalregister- oder BIS-Nummer
support-whose-hint = Zum Beispiel 2026-004512
support-whose-wrong = Das ist weder eine Aktennummer noch eine gültige Nummer einer Person. Prüfen Sie sie
support-explanation = Warum
support-explanation-hint = Für das Protokoll, ohne Namen oder Nummer
support-explanation-missing = Sagen Sie, warum die Schlüssel widerrufen werden
support-button = Schlüssel widerrufen
support-none = Dafür wurde kein Schlüssel gefunden, der funktioniert. Prüfen Sie die Nummer
support-done = { $keys ->
    [one] 1 Schlüssel ist widerrufen.
   *[other] { $keys } Schlüssel sind widerrufen.
  }
