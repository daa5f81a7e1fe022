# Der gedruckte Zettel mit dem Aktivierungscode. Eine Seite A5: Jeder Text bleibt kurz.
slip-title = Ihr Aktivierungscode
slip-purpose = Mit diesem Code erstellen Sie Ihren eigenen digitalen Schlüssel. Der Code gilt ein einziges Mal und nur zusammen mit dem Link in der E-Mail, die Sie erhalten haben.
slip-code-label = Aktivierungscode
slip-valid-until = Gültig bis { $until }
slip-steps-title = Was Sie tun müssen
slip-step-link = Öffnen Sie zuerst den Link in unserer E-Mail. Prüfen Sie, ob die Adresse so beginnt:
slip-step-code = Geben Sie diesen Code auf der Seite ein, die sich öffnet, und nirgendwo sonst.
slip-step-key = Wählen Sie, wie Sie sich anmelden möchten, und folgen Sie der Seite.
slip-step-destroy = Vernichten Sie danach diesen Zettel.
slip-secret-title = Behalten Sie diesen Code für sich
slip-secret = Geben Sie ihn niemandem. Wir fragen Sie nie danach, weder am Telefon noch per E-Mail oder SMS.
slip-desk = Fragen? Rufen Sie den Service Desk an: { $phone }
slip-reference = Aktenzeichen { $reference }
slip-made-at = Gedruckt am { $at }
slip-scan-portal = Hier beginnen Sie
