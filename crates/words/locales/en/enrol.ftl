# The first passkey: set-up, enrolment, invitations; a further one; the end of an account.

enrol-welcome = Welcome, { $person }
enrol-welcome-back = Welcome back, { $person }
enrol-add-device = Add this device
enrol-account = Your account at { $instance } is { $user_name }.
enrol-make-first = Make a passkey to sign in to it.
enrol-make-new = Make a new passkey to sign in to it.
enrol-make-here = Make a passkey on this device to sign in to it here.
enrol-choose-password = Choose a password for it.
enrol-done = Your passkey is ready. Going on.
enrol-drop-all = Remove my earlier passkeys, my password, my authenticator app and my recovery kit. Choose this when a device was lost or stolen.
enrol-drop-others = Remove my earlier passkeys, my authenticator app and my recovery kit. Choose this when a device was lost or stolen.
enrol-make = Make a passkey
enrol-how = Your device asks for your fingerprint, your face or its PIN. None of these leaves the device. There is no password to remember or to lose.
enrol-password-instead = Set a password instead
enrol-passkey-instead = Make a passkey instead
enrol-signs-out = This signs you out of every browser and app where you are signed in now.
enrol-save-password = Save the password and sign in
enrol-passkey-safer = A passkey is safer and quicker. You can add one later on your account page.

set-up-title = Make yourself the administrator
set-up-under = of { $instance }. Nobody else has an account yet.
set-up-user-name-hint = Short and plain, such as { $example }. Apps use it too.
set-up-user-name-named = The configuration names { $names } as administrator. Apps use the user name too.

invite-title = You are invited to { $place }
invite-for = This invitation is for { $label }.
invite-account = Make an account at { $instance }.
invite-account-then-app = Make an account at { $instance }, and go on to { $app }.
invite-done = Your account and your passkey are ready. Going on.
invite-user-name-hint = Short and plain, such as { $example }. Apps use it too, and it stays.
invite-given-email = Your e-mail address here is { $email }, as whoever invited you said.
invite-upstream = You sign in there, and come back with an account here. You can add a passkey later on your account page.
invite-for-new = This invitation is for somebody new
invite-signed-in = You are signed in as { $person } ({ $user_name }), and have an account already. Nothing was used up.
invite-somebody-else = Is it for somebody else at this device? <a>Sign out</a> first, then open the address again.
invite-problem-no-user-name = A user name has 2 to 64 of a-z 0-9 . _ - and begins with a letter.
invite-problem-user-name = This user name is not free. Take another one.
invite-problem-given-email = The e-mail address of this invitation belongs to another account by now. Ask whoever invited you.

add-passkey-title = Add a passkey
add-passkey-for = for { $person }. On this device, on your phone or on a security key: your browser asks which.
add-passkey-done = Your passkey is ready. Going back to your account.
add-passkey-elsewhere = Make it on another device instead

account-deleted-title = Your account is deleted
account-deleted-under = at { $instance }. Every session has ended.
account-deleted-passkey = Your passkey opens nothing any more. Remove it on your device too.
