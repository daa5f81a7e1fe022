# The printed slip with the activation code. One A5 page; keep every text short.
slip-title = Your activation code
slip-purpose = With this code you create your own digital key. The code works once, and only together with the link in the e-mail that you received.
slip-code-label = Activation code
slip-valid-until = Valid until { $until }
slip-steps-title = What to do
slip-step-link = First open the link in the e-mail from us. Check that the address begins with:
slip-step-code = Type this code on the page that opens, and nowhere else.
slip-step-key = Choose how you want to sign in and follow the page.
slip-step-destroy = Then destroy this slip.
slip-secret-title = Keep this code to yourself
slip-secret = Never give it to anyone. We never ask for it, neither by telephone nor by e-mail or text message.
slip-desk = Questions? Call the service desk: { $phone }
slip-reference = Reference { $reference }
slip-made-at = Printed on { $at }
slip-scan-portal = Begin here
