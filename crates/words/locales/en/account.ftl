# The page of one's account, with what its forms answer.

account-title = Your account
account-you = You
account-name = Name
account-name-given = Given name
account-name-family = Family name
account-name-parts = Both may stay empty. Some apps ask for them apart.
account-name-change = Change your name
account-name-save = Save your name
account-email-none = none
account-email-unconfirmed = Not confirmed yet. Apps are not told.
account-email-waits = { $email } waits to be confirmed.
account-email-add = Add an e-mail address
account-email-change = Change it
account-email-confirm = Confirm or change it
account-groups = Groups
account-groups-none = none
account-ends = Your account ends { $when }.
account-language = Language
account-language-save = Save the language
account-by-administrator = An administrator can change your user name and your groups.

# Beside a passkey, an account elsewhere, a token: of any gender.
item-used = used { $when }
item-unused = not used yet
item-made = made { $when }
item-added = added { $when }
item-rename = Rename
item-save-name = Save the name
item-remove = Remove
item-remove-yes = Yes, remove it
confirm-you = Confirm that it is you

passkeys = Passkeys
passkeys-backed-up = Backed up
passkeys-one-device = On one device only
passkeys-remove = Remove { $name }? It can no longer sign you in, and this cannot be undone. Delete it on the device too.
passkeys-only = This is the only way you can sign in, so it cannot be removed. Add another passkey first.
passkeys-none = None yet. A passkey lets you sign in with one touch.

linked = Other ways to sign in
linked-gone = Not set up here any more. It signs you in no more.
linked-remove = Remove { $name }? It can no longer sign you in here. Your account there stays as it is.
linked-only = This is the only way you can sign in, so it cannot be removed. Add a passkey first.
linked-none = None yet. An account elsewhere can sign you in here too.
linked-add = Add an account at { $provider }

kit-title = Recovery kit
kit-used-up = Every code was used. Make a new kit.
kit-left = { $left } of { $of } codes left
kit-none = None yet. Codes on paper let you make a new passkey when you have lost every device that has one.
kit-yours = Your recovery kit
kit-make = Make a recovery kit

password-and-code = You can sign in with a password and a code of your authenticator app, too.
password-alone = You can sign in with a password too. It alone is enough: an authenticator app makes it safer.
password-none = You have none. A passkey is safer and quicker.
password-change-or-remove = Change or remove it
password-change = Change it
password-set = Set one
password-current = Current password
password-new = New password
password-save = Save the password
password-remove = Remove the password
authenticator-yours = Your authenticator app
authenticator-add = Add an authenticator app

access-title = Apps with access
access-allowed = Allowed { $when }
access-offline = keeps access while you are away
access-end = End access
access-none = None. Apps appear here once you have signed in to them.

programs-title = Programs
programs-told = A program that cannot sign in by a passkey is given a token of yours.
tokens-title = Tokens for programs

activity-title = Sessions and activity
activity-told = The browsers in which you are signed in, and what happened to your account.
data-title = Your data
data-told = A copy of what is kept of you here, and the end of your account.
sign-out-here = Sign out here
sign-out-everywhere = Sign out everywhere
sign-out-everywhere-means = Everywhere means every browser, and every app that signs you in here.

done-passkey-added = The passkey { $name } is ready.
done-passkey-renamed = The passkey is now called { $name }.
done-passkey-removed = The passkey is removed. It can no longer sign you in.
done-last-passkey = This is the only way you can sign in, so it stays. Add another passkey first.
done-name = Your name is saved. Apps read it when you next sign in to them.
done-password = Your password is saved.
done-password-wrong = This is not the current password. Nothing was changed.
done-password-unfit = The new password is too short or too long. Nothing was changed.
done-password-many = There were too many tries. Wait a few minutes. Nothing was changed.
done-password-busy = Many people are signing in. Try again in a moment. Nothing was changed.
done-password-removed = Your password is removed. Sign in with a passkey.
done-identity-added = Your account there is added. It can sign you in here from now on.
done-identity-removed = It is removed. It can no longer sign you in here.
done-access-ended = { $app } has no access any more. It will ask when you next sign in to it.
