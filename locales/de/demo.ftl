# Nur in einer Vorführung.
demo-title = Vorführung
demo-lede = Nichts ist hier echt: Personen, Karten, Register und Nachrichten sind erfunden. Die Anwendung selbst weiß das nicht und arbeitet wie immer.
demo-to-sign-in = Mit einer Karte anmelden
demo-to-messages = Empfangene Nachrichten lesen
demo-cards-title = Karten
demo-cards-lede = Melden Sie sich an und wählen Sie eine Karte. Die PIN jeder Karte ist { $pin }.
demo-unblock = Karte von { $name } entsperren
demo-card-officer = Arbeitet als lokaler Registrierungsbeamter für { $place }.
demo-card-auditor = Arbeitet als Prüfer für { $place }.
demo-card-access-manager = Ist Zugriffsverwalter für { $place }.
demo-card-expired = Die Rolle für { $place } ist abgelaufen.
demo-card-agreement-ended = Die Nutzungsvereinbarung von { $place } ist beendet.
demo-card-unknown = Hat eine gültige Karte, ist hier aber nicht bekannt.
demo-messages-title = Empfangene Nachrichten
demo-messages-lede = Die E-Mails und SMS, die in dieser Vorführung gesendet wurden, die neuesten zuerst. Nichts verlässt diesen Rechner.
demo-messages-again = Neu laden
demo-messages-none = Es wurde noch nichts gesendet.
demo-messages-mail = E-Mail
demo-messages-sms = SMS
demo-dialog-title = Wählen Sie eine Karte
demo-dialog-lede = Dieses Fenster ersetzt Kartenleser und Browser-Erweiterung.
demo-dialog-choose = Karten
demo-dialog-pin = PIN
demo-dialog-pin-hint = Die PIN jeder Karte ist
demo-dialog-sign = Anmelden
demo-dialog-cancel = Abbrechen
demo-dialog-wrong-pin =
    { $left ->
        [one] Die PIN ist falsch. Sie haben noch einen Versuch.
       *[other] Die PIN ist falsch. Sie haben noch { $left } Versuche.
    }
demo-dialog-blocked = Diese Karte ist gesperrt. Auf der Seite der Vorführung können Sie sie entsperren.
demo-dialog-broken = Die Karte kann nicht gelesen werden. Versuchen Sie es noch einmal.
demo-people-title = Personen am Schalter
demo-people-lede = Tippen Sie eine dieser Nummern am Schalter ein. Das Register kennt noch Tausende andere Personen.
demo-people-name = Name
demo-people-number = Nummer
demo-people-born = Geboren
demo-people-shows = Was Sie sehen
demo-shows-found = Gefunden, alles in Ordnung.
demo-shows-thirteen = Dreizehn Jahre: alt genug.
demo-shows-too-young = Jünger als zwölf.
demo-shows-deceased = Verstorben.
demo-shows-struck-off = Aus dem Register gestrichen.
demo-shows-no-longer-managed = Akte wird nicht mehr geführt.
demo-shows-replaced = Die Nummer wurde durch eine andere ersetzt.
demo-shows-cancelled = Die Nummer wurde annulliert.
demo-shows-no-given-names = Hat keine Vornamen.
demo-shows-long-name = Hat einen sehr langen Namen.
demo-shows-incomplete-date = Geburtsdatum nicht vollständig bekannt.
demo-shows-not-inscribed = Bei dieser Organisation nicht erfasst.
demo-shows-not-allowed = Das Register verweigert die Abfrage.
demo-shows-incomplete-answer = Die Antwort des Registers ist unvollständig.
demo-shows-under-guardianship = unter Betreuung
demo-shows-no-fixed-address = ohne festen Wohnsitz
demo-card-reviewer = Nachprüfer von { $place }
