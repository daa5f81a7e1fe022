# Only shown in a demonstration.
demo-title = Demonstration
demo-lede = Nothing here is real: people, cards, registers and messages are invented. The application itself does not know that and works as always.
demo-to-sign-in = Sign in with a card
demo-to-messages = Read the received messages
demo-cards-title = Cards
demo-cards-lede = Sign in and choose a card. The PIN of every card is { $pin }.
demo-unblock = Unblock the card of { $name }
demo-card-officer = Works as local registration officer at { $place }.
demo-card-auditor = Works as auditor at { $place }.
demo-card-access-manager = Is access manager at { $place }.
demo-card-expired = The role at { $place } has expired.
demo-card-agreement-ended = The agreement of { $place } has ended.
demo-card-unknown = Has a valid card, but is not known here.
demo-messages-title = Received messages
demo-messages-lede = The e-mails and text messages sent in this demonstration, the newest first. Nothing leaves this computer.
demo-messages-again = Load again
demo-messages-none = Nothing was sent yet.
demo-messages-mail = E-mail
demo-messages-sms = Text message
demo-dialog-title = Choose a card
demo-dialog-lede = This window stands in for the card reader and the browser extension.
demo-dialog-choose = Cards
demo-dialog-pin = PIN
demo-dialog-pin-hint = The PIN of every card is
demo-dialog-sign = Sign in
demo-dialog-cancel = Cancel
demo-dialog-wrong-pin =
    { $left ->
        [one] The PIN is wrong. You have one try left.
       *[other] The PIN is wrong. You have { $left } tries left.
    }
demo-dialog-blocked = This card is blocked. You can unblock it on the page of the demonstration.
demo-dialog-broken = The card cannot be read. Try again.
demo-people-title = People at the counter
demo-people-lede = Type one of these numbers at the counter. The register knows thousands of other people.
demo-people-name = Name
demo-people-number = Number
demo-people-born = Born
demo-people-shows = What you will see
demo-shows-found = Found, all in order.
demo-shows-thirteen = Thirteen years old: old enough.
demo-shows-too-young = Younger than twelve.
demo-shows-deceased = Deceased.
demo-shows-struck-off = Struck off the register.
demo-shows-no-longer-managed = File no longer managed.
demo-shows-replaced = The number was replaced by another.
demo-shows-cancelled = The number was cancelled.
demo-shows-no-given-names = Has no given names.
demo-shows-long-name = Has a very long name.
demo-shows-incomplete-date = Date of birth not fully known.
demo-shows-not-inscribed = Not inscribed by this organisation.
demo-shows-not-allowed = The register refuses the question.
demo-shows-incomplete-answer = The register's answer is incomplete.
demo-shows-under-guardianship = under guardianship
demo-shows-no-fixed-address = no fixed address
demo-card-reviewer = reviewer of { $place }
