# A move to another address: passkeys of the one before.

moving-use-passkey-of = Use a passkey of { $host }
moving-cannot-here = This browser cannot use passkeys of { $host } here. Open this page in another browser, or make a new passkey by a recovery code or a recovery link.
moving-refused = The browser does not take passkeys of { $host } here. Try another browser, or make a new passkey by a recovery code or a recovery link.
moving-make-another = The passkey that you used is for the former address of { $instance }. Make one for the new address, and you can go on signing in when the former address is gone.
moving-not-now = Not now
passkeys-former = It is for { $host }, the former address. Add one for the new address, and remove this one afterwards.
