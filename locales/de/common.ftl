# Auf jeder Seite.
service-name = Loket
skip-link = Zum Inhalt
sign-out = Abmelden
back = Zurück
proceed = Weiter
# Vor dem Titel einer Seite mit Fehlern. $title ist der eigene Titel der Seite.
error-title = Fehler: { $title }
error-summary-title = Es gibt ein Problem
# Name der Sprachwahl, für Bildschirmleser.
language-choice = Sprache
