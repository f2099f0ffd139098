# Signing in and out, consent, devices, recovery codes.

sign-in-to = Sign in to { $app }
sign-in-to-your-apps = Sign in to your apps
sign-in-still-you = Confirm that you are still { $person }
sign-in-app-asks = { $app } asks for this before you continue.
sign-in-app-asks-passkey = { $app } asks for a passkey.
sign-in-app-asks-two-factors = { $app } asks for a passkey, or for a code beside the password.
sign-in-with-account = with your account at { $instance }
sign-in-too-long = The address that you opened is too long to come back to. You will begin at the app’s start page.
sign-in-done = You are signed in. Going on.
sign-in-with-passkey = Continue with a passkey
sign-in-offer = Or pick one from this device
sign-in-offer-placeholder = Choose a passkey
sign-in-or = or
sign-in-cannot = I cannot sign in
sign-in-new-ask = New here? <a>Ask for an account</a>
sign-in-new-make = New here? <a>Make an account</a>
sign-in-kit = Do you have a recovery kit on paper? <a>Use one of its codes</a>.
sign-in-ask-link = Otherwise ask an administrator for a recovery link. It opens once and lets you make a new passkey.

sign-in-problem-name-or-password = This user name and password do not belong together. Check both.
sign-in-problem-incomplete = Both are needed: a user name and a password.
sign-in-problem-busy = Many people are signing in at this moment. Wait a few seconds, then sign in again.
sign-in-problem-codes-tomorrow = There were too many wrong codes. Tomorrow codes are taken again; a passkey or a recovery code works at once.
sign-in-problem-codes = { $minutes ->
    [one] There were too many wrong codes. Wait { $minutes } minute, then sign in again; a passkey works at once.
   *[other] There were too many wrong codes. Wait { $minutes } minutes, then sign in again; a passkey works at once.
}
sign-in-problem-passwords = { $minutes ->
    [one] There were too many tries with a password. Wait a minute; a passkey works at once.
   *[other] There were too many tries with a password. Wait { $minutes } minutes; a passkey works at once.
}

code-title = Type the code of your authenticator app
code-to-app = to sign in to { $app } with your account at { $instance }
code-hint = Six digits. The app shows others every half minute, and each works once.
code-passkey-instead = Continue with a passkey instead
code-app-gone = I do not have the app any more
code-ask-removal = Otherwise ask an administrator to remove the authenticator app from your account.
code-problem-wrong = This code is not right, or was used already. Wait for the next one.
code-problem-clock = This is a code of some minutes ago, or of in some minutes. The clock of the device with the app is wrong, or that of this server. Let the device set its time by itself, then wait for the next code.

consent-title = { $app } wants to know who you are
consent-sees = It will see
consent-same-person = That you are the same person each time you come back
consent-name = Your name, { $person }, and your user name, { $user_name }
consent-email = Your e-mail address, { $email }
consent-email-later = Your e-mail address, once your account has one
consent-groups = That you are in { $groups }
consent-groups-later = Your groups, once you are in one
consent-other = Data that it calls { $scope }
consent-offline = It keeps access while you are away, until you end it under Account.
consent-end = You can end this at any time under Account.
consent-back = Go back without signing in
consent-return = You return to { $host }

device-title = Sign in on another device
device-type = Type the code that the other device shows.
device-code-hint = Small letters and a missing dash do not matter.
device-look = Look who asks
device-nothing-yet = Nothing is approved by the code alone: you see the app and the place first.
device-problem-no-code = No device shows this code now. Look again; after ten minutes the device shows another one.
device-asked-title = Sign in to { $app } on another device
device-shows = The device shows { $code }
device-from = { $device }, from { $address }
device-unknown = A device
device-browser-on-system = { $browser } on { $system }
device-asked = Asked { $when }
device-offline = The app stays signed in there until you end it under Account.
device-session = The app is signed in there until you sign out here.
device-warning = Allow it only if that device is in front of you and shows this code. Whoever sent you the code or a link would be signed in as you.
device-approved-title = You are signed in on the other device
device-approved = { $app } goes on there by itself within a few seconds.
device-refused-title = You refused
device-refused = { $app } is told so, and knows nothing of you.

recover-title = Use a recovery code
recover-under = of the kit that you printed at { $instance }
recover-hint = Small letters and missing dashes do not matter.
recover-continue = Continue with this code
recover-used-up = The code is used up, and you make a new passkey on the next page. It has to be made within half an hour.
recover-no-kit = Without a kit: ask an administrator for a recovery link.
recover-no-kit-mail = Without a kit: <a>recover by mail</a>, or ask an administrator for a recovery link.
recover-back = Back to sign in
recover-problem-no-code = This code opens nothing. Look whether it was used already, or belongs to a kit that you replaced.

sign-out-title = Sign out of your apps?
sign-out-app-asks = { $app } asks to sign you out.
sign-out-stay = Stay signed in
sign-out-held-back = The app asked to go on to an address that is not registered for it. After signing out you stay here.
sign-out-apps = Apps that have no sign‑in of their own close at once. In other apps you stay signed in until you sign out there, or they check again.
signed-out-title = You are signed out
signed-out-under = of { $instance }. You can sign in again at any time.
signed-out-held-back = The app asked to go on to an address that is not registered for it, so you stay here. An administrator finds the difference in the log.
