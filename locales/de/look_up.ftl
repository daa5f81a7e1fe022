# Eine Person ohne Nummer suchen.
search-title = Suche nach Name und Geburtsdatum
search-lede = Nur für die Person an Ihrem Schalter, die keine Nummer kennt. Sie sehen eine kurze Liste; die Daten folgen nach Ihrer Wahl.
search-surname-hint = Wie Sie es hören: die Register suchen nach Klang
search-surname-missing = Geben Sie den Familiennamen ein
search-given-hint = Leer lassen, wenn Sie sie nicht kennen
search-birth-hint = Das Jahr ist Pflicht; lassen Sie Tag oder Monat leer, wenn sie unbekannt sind
search-birth-missing = Geben Sie mindestens das Geburtsjahr mit vier Ziffern ein
search-sex-any = egal
search-button = Suchen
hits-title = Wer von ihnen steht vor Ihnen?
hits-what = Fragen Sie die Person nach Name, Geburtsdatum und Wohnort; lesen Sie die Liste nicht vor.
hits-legend = Gefundene Personen
hits-truncated = Es gibt mehr, als hier stehen. Ist die Person nicht dabei, suchen Sie genauer: mit einem Vornamen, dem Geschlecht oder dem vollen Geburtsdatum.
hits-button = Diese Person ist es
hits-missing = Wählen Sie eine Person aus der Liste oder suchen Sie erneut
hits-again = Anders suchen
hits-nobody-title = Niemand gefunden
hits-nobody-what = Kein Register kennt jemanden mit diesem Namen und Geburtsdatum. Fragen Sie, wie der Name auf einem Dokument steht, oder versuchen Sie es mit einem unvollständigen Geburtsdatum.
hits-too-wide-title = Zu viele Personen
hits-too-wide-what = Zu viele Personen passen: das Register zeigt keine davon. Suchen Sie genauer, mit einem Vornamen, dem Geschlecht oder dem vollen Geburtsdatum.
hits-down-what = Ein Register hat nicht richtig geantwortet, darum gibt es keine Liste: sie wäre unvollständig. Die Akte bleibt erhalten. Suchen Sie in einer Minute erneut.
verify-title = Gehören Nummer und Dokument zusammen?
verify-lede = Das Register sagt nur Ja oder Nein. Die Daten der Person sehen Sie erst, wenn das Dokument stimmt.
verify-kind-legend = Welches Dokument haben Sie in der Hand?
verify-kind-card = Eine belgische Karte: mit der Kartennummer
verify-kind-holder = Ein anderes Dokument: mit Name und Geburtsdatum
verify-kind-missing = Wählen Sie, welches Dokument Sie in der Hand haben
verify-card-label = Kartennummer
verify-card-hint = 12 Ziffern, zum Beispiel 591-1917064-58
verify-holder-title = Bei einem anderen Dokument
verify-button = Prüfen
verify-no-match-title = Nummer und Dokument gehören nicht zusammen
verify-no-match-what = Das Register sagt nicht, was abweicht. Prüfen Sie mit der Person die Nummer und das Dokument. Von der Person wurde nichts gezeigt.
verify-unknown-what = Kein Register kennt diese Nummer. Prüfen Sie sie auf einem Dokument, oder beenden Sie diese Akte und suchen Sie nach Namen.
verify-replaced-what = Diese Nummer wurde ersetzt. Fragen Sie nach einem neueren Dokument und geben Sie die Nummer ein, die darauf steht.
verify-not-inscribed-what = Das Register antwortet nur Organisationen, die für diese Person eingetragen sind. Beenden Sie diese Akte und öffnen Sie eine nach Nummer: dort können Sie Ihre Organisation eintragen.
verify-down-what = Es gibt keine brauchbare Antwort. Die Akte bleibt erhalten; was Sie eingegeben haben, nicht. Versuchen Sie es in einer Minute erneut.
verify-again-title = Erneut prüfen
verify-left = { $left ->
    [one] Noch 1 Mal möglich.
   *[other] Noch { $left } Mal möglich.
  }
verify-none-left = Mehr Versuche gibt es nicht: so kann niemand raten. Beenden Sie diese Akte.
