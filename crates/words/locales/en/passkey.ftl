# What the page says while a passkey is made or used, and why that did not work.

passkey-needs-script = A passkey needs JavaScript in this browser. Switch it on for this site and open the page again.
passkey-one-moment = One moment.
passkey-unanswered = Doorstep could not answer. Wait a minute and press the button again.
passkey-not-made = No passkey was made. Press the button to try again.
passkey-not-used = No passkey was used. Press the button to try again; your phone may hold one too.
passkey-held-already = This device holds a passkey of yours already. For another one, use another device.
passkey-wrong-address = Passkeys do not work at this address. Open the page at its own address.
passkey-unverified = This device cannot make sure that it is you. Choose one with a PIN, a fingerprint or a face.
passkey-unreachable = Doorstep could not be reached. Look at your connection, then press the button again.
passkey-failed = The passkey did not go through. Press the button to try again.
passkey-old-browser = This browser cannot use passkeys. Open this page in a newer one, or on your phone.
passkey-insecure = Passkeys need a secure address, one that begins with https.

passkey-too-late = It took too long, or it began in another window. Press the button to try again.
passkey-opens-nothing = This passkey belongs to no account here. Use another one, or ask an administrator for a recovery link.
passkey-link-gone = This link does not open any more. Ask whoever gave it to you for a new one.
passkey-away = Doorstep cannot answer at this moment. Wait a minute, then press the button again.
passkey-too-many = There were too many tries. Wait a few minutes, then try again.
passkey-page-outdated = This page is out of date. Load it again.
passkey-confirm-first = First confirm that it is you.
passkey-for-somebody-new = You are signed in already, and this invitation is for somebody new. Load the page again.
passkey-too-many-own = { $seconds ->
    [one] Too many requests were made with your account. Wait { $seconds } second, then press the button again.
   *[other] Too many requests were made with your account. Wait { $seconds } seconds, then press the button again.
}
passkey-too-many-network = { $seconds ->
    [one] Too many sign‑ins come from your network. Wait { $seconds } second, then press the button again.
   *[other] Too many sign‑ins come from your network. Wait { $seconds } seconds, then press the button again.
}
passkey-user-name-needed = A user name is needed.
passkey-user-name-taken = This user name is taken.
passkey-user-name-former = This user name belonged to somebody else, and apps may know them by it.
passkey-user-name-kept = The configuration keeps this user name for somebody who is no administrator.
passkey-email-taken = This e-mail address belongs to another account. Take another, or leave it empty.
passkey-email-former = This e-mail address belonged to somebody else here. Take another, or leave it empty.
passkey-registered = This passkey is registered already. For another one, use another device.
