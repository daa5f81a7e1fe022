# One's own keys, the screen that is turned to the person, and the service desk.
my-keys-title = My keys
my-keys-sign-in-title = Look after your keys
my-keys-sign-in-lede = First show a key that you have. Then you see all your keys and can make or withdraw one.
my-keys-ended = You are not signed in, or the quarter of an hour is over. Show a key again.
my-keys-withdrawn = The key is withdrawn and works nowhere any more. With another key you can sign in again.
my-keys-passkey-button = Sign in with my device
my-keys-password-button = Sign in with password and app
my-keys-app-lost = Lost the phone with the app? Use a recovery code
my-keys-recover-title = Sign in with a recovery code
my-keys-recover-lede = Each recovery code works once, in place of the six digits from the app.
my-keys-recover-code = Recovery code
my-keys-recover-hint = 24 characters; capitals, spaces and hyphens do not matter
my-keys-recover-wrong = The e-mail address, password and recovery code do not belong together, or the code was used already. Check all three, or take the next code
my-keys-recover-none = No recovery code left? Go to a counter with your identity document: there you make a new key.
my-keys-recovered = You came in with a recovery code. Make a new key now, and withdraw the one that you lost.
my-keys-here = used now
my-keys-closed = closed
my-keys-used = Last used
my-keys-never-used = never yet
my-keys-change = { $name }: name or withdraw
my-keys-add = Make another key
my-keys-codes-title = Recovery codes
my-keys-codes-button = Make recovery codes
my-keys-codes-left = { $left ->
    [0] You have no recovery codes.
    [one] You have 1 recovery code left.
   *[other] You have { $left } recovery codes left.
  }
my-keys-codes-once = You see these codes now and never again
my-keys-codes-keep = Print this page or write the codes down. Do not keep them on the phone with the app.
my-keys-codes-copy = To copy
my-keys-codes-kept = I have kept them
my-keys-codes-what = With a recovery code and your password you get in when you have lost the phone with the app. Each code works once.
my-keys-codes-new = You get ten new codes. Old ones then no longer work.
my-key-name = Name of this key
my-key-name-hint = For example “phone” or “laptop at home”
my-key-name-button = Save the name
my-key-name-wrong = Give a name of 1 to 40 characters
my-key-withdraw-title = Withdraw this key
my-key-withdraw-what = It then works nowhere, at once. This cannot be undone.
my-key-withdraw-last = This is your last key. Afterwards you must go to a counter for a new one. If you only lost a phone, make another key first.
my-key-withdraw-button = Withdraw the key
guide-code-title = Take your phone
guide-mail = Open the e-mail that we have just sent you and press the link.
guide-code-sms = Look at your text messages: there is a code.
guide-code-paper = Take the slip with the code that you were given.
guide-code-type = Type the code on the page that opens.
guide-key-title = The code is right
guide-key-choose = Choose on your phone how you want to sign in.
guide-key-follow = Follow what your phone says. That stays between you and your phone.
guide-done-title = Your key is ready
guide-done = You can use it already.
guide-back = Turn the screen back to the officer.
guide-over-title = This does not work like that
guide-over = The link or the code no longer works. The officer can send a new one.
guide-officer = For the officer: sign in again
guide-look = See how far it is
turn-title = Turn the screen to the person
turn-what = The person sees in large letters what there is to do. You are signed out first: afterwards you sign in again with your card.
turn-button = Sign out and turn the screen
counter-keys-title = Keys of this person
counter-keys-what = { $keys ->
    [one] This person has 1 key that works. If it is lost or in other hands, withdraw it now.
   *[other] This person has { $keys } keys that work. If they are lost or in other hands, withdraw them now.
  }
counter-keys-button = Withdraw all keys
menu-support = Withdraw keys
support-title = Withdraw all keys of a person
support-lede = For somebody who calls because a key is lost or in other hands. The person gets an e-mail.
support-whose = Dossier number, or national or BIS number
support-whose-hint = For example 2026-004512
support-whose-wrong = This is neither a dossier number nor a valid number of a person. Check it
support-explanation = Why
support-explanation-hint = For the trail, without name or number
support-explanation-missing = Say why the keys are withdrawn
support-button = Withdraw the keys
support-none = No key that works was found for this. Check the number
support-done = { $keys ->
    [one] 1 key is withdrawn.
   *[other] { $keys } keys are withdrawn.
  }
