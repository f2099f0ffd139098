# Why something does not go on, and what to do.

# The page says three things: what happened, what it means, what to do.
error-link-ended-title = This link does not open any more
error-link-ended = It was used already, it has ended, or a newer one has taken its place.
error-link-ended-next = If you have a passkey, sign in with it. Otherwise ask an administrator for a new link.
error-invitation-ended-title = This invitation does not open any more
error-invitation-ended = It was used already, or it has ended.
error-invitation-ended-next = Ask whoever invited you for a new one. If you have an account, sign in to it.
error-sign-in-unreadable-title = This sign‑in cannot go on
error-sign-in-unreadable = Its address was cut off or changed on the way here.
error-sign-in-unreadable-next = Open the app again; you will be asked to sign in if you are not yet.
error-clocks-title = The clocks of two machines probably differ
error-clocks = You are signed in, but the app was not opened: twice in a row, the way back to it counted as expired at once.
error-clocks-next = Try once more. If that does not help, tell an administrator: Doorstep's servers have to show the same time.
error-app-gone-title = This app is not here any more
error-app-gone = Your sign‑in was for an app that has been removed, or has moved to another address.
error-app-gone-next = Look for it among your apps, or ask an administrator.
error-wrong-host-title = This is not the address where you sign in
error-wrong-host = This page was requested under another host name.
error-wrong-host-next = Open it at its own address.
error-wrong-host-mend = If people use the right address, make the proxy pass on the Host header. The log names the host that was requested.
error-bad-address-title = This address cannot be opened
error-bad-address = It can be read in more than one way, so it was refused.
error-bad-address-next = Go back to the app and begin at its start page.
error-sign-in-here-title = You are not signed in any more
error-sign-in-here = { $app } needs you to be signed in.
error-sign-in-here-next = Sign in again to go on.
error-prove-again-title = Confirm that it is still you
error-needs-passkey-title = This needs a passkey
error-needs-passkey = { $app } asks for a passkey here, and your account has none.
error-needs-passkey-next = Make one on your account page, then open this page again.
error-needs-more-title = This needs more than a password
error-needs-more = { $app } asks for a passkey here, or for a code beside the password, and your account has neither.
error-needs-more-next = Make a passkey or add an authenticator app on your account page, then open this page again.
error-unknown-address-title = Doorstep does not know this address
error-unknown-address = No app is declared for this host, or the proxy that asked is not a trusted one.
error-unknown-address-next = Look at the address, or ask an administrator.
error-unknown-address-mend = The header X-Doorstep-Reason of this answer says why: unknown_host means that no app is declared for this host, untrusted_peer that the proxy is not in trusted_proxies.
error-proxy-title = The proxy refused this request
error-proxy = You are signed in and may use this app.
error-proxy-next = Load the page again. If that does not help, a rule in the proxy refuses the request.
error-form-title = This form cannot be read
error-form = It was cut off on its way here, or it does not come from a page of ours. Nothing was changed.
error-form-next = Go back and send it again.
error-foreign-title = Nothing was changed
error-foreign = This request came from another site, so it was refused.
error-foreign-next = If you meant it, do it again from your account page.
error-signed-out-here-title = Only this browser is signed out
error-signed-out-here = Doorstep could not record that your session has ended.
error-signed-out-here-next = Apps that you opened may stay signed in. Sign in and out again when Doorstep works again.
error-explain = Reference { $reference }. This command shows the whole request and what to change:

# Requests of apps that are answered with a page.
request-unreadable-title = The app sent a request that cannot be read
request-unreadable = It is not complete, or it could be read in more than one way, so we stopped here.
request-unknown-app-title = This app is not known here
request-unknown-app = The app that sent you is not known here, so we stopped.
request-disabled-app-title = { $app } is disabled
request-disabled-app = Nobody can sign in to it until an administrator enables it again.
request-no-return-title = The app did not say where to send you back
request-no-return = { $app } asked to sign you in without an address to return to, so we stopped here.
request-no-return-unnamed = The app asked to sign you in without an address to return to, so we stopped here.
request-other-return-title = The app sent you with an address that is not registered
request-other-return = { $app } asked to send you back to an address that differs from the one on file, so we stopped here.
request-other-return-unnamed = The app asked to send you back to an address that differs from the one on file, so we stopped here.
request-next = Nothing is wrong with your account.

# Sign-ins at other providers.
upstream-disabled-title = Your account is disabled
upstream-disabled = You signed in at { $provider }, and your account here is switched off.
upstream-disabled-next = Ask an administrator to enable it again.
upstream-not-fresh-title = { $provider } did not ask you again who you are
upstream-not-fresh = This step needs a sign‑in of just now.
upstream-not-fresh-next = Sign in with a passkey.
upstream-stopped-title = You did not sign in at { $provider }
upstream-stopped = Nothing was changed.
upstream-passkey-next = Sign in with a passkey, or try again.
upstream-gone = It was finished already, it took longer than ten minutes, or it began in another browser.
upstream-enrols-nobody-title = No account can be made with { $provider }
upstream-enrols-nobody = The invitation was not used.
upstream-enrols-nobody-next = Open the invitation again and make a passkey.
upstream-unreachable-title = { $provider } cannot be asked at the moment
upstream-unreachable = The provider did not answer as it should.
upstream-refused-title = The answer of { $provider } was not accepted
upstream-refused = It did not pass a check that keeps your account safe.
upstream-no-account-title = No account here belongs to your account at { $provider }
upstream-no-account = You are signed in at { $provider }. Which account here is yours, only you can say.
upstream-no-account-next = Sign in here as you usually do and add it on your account page, or ask an administrator for an invitation.
upstream-somebody-elses-title = This account at { $provider } belongs to somebody else here
upstream-somebody-elses = It signs in another account, so it was not added to yours.
upstream-somebody-elses-next = Sign in there with another account, or remove it from the other account here first.
upstream-known-title = You have an account here already
upstream-known = Your account at { $provider } signs it in. The invitation is for somebody new, and was not used.
upstream-known-next = Sign in to your account.

denied-title = { $app } is not open to you
denied-nobody = { $app } is not open to anyone yet
denied-groups = { $count ->
    [one] { $app } is for the group { $groups }
   *[other] { $app } is for the groups { $groups }
}
denied-person = You are signed in as { $person }, who is in { $groups }.
denied-person-no-group = You are signed in as { $person }, who is in no group.
denied-ask = Ask an administrator about it.
denied-reference = Reference { $reference } shows an administrator why it was refused.

not-for-you-title = { $app } is not for your account
not-for-you-part-title = This part of { $app } is not for your account
not-for-you-nobody = It is open to nobody yet.
not-for-you-members = It is for members of { $groups }.
not-for-you-one-of-each = { $these }, who are also members of { $those }
not-for-you-one-other = { $groups } or one other group
not-for-you-others = { $groups } or one of { $count } other groups

rule-title = { $app } is closed at this address
rule-everybody = It is closed to everybody: another account changes nothing.
rule-who = An administrator has made the rule that closes this part of { $app }, and can change it.
rule-explain = Reference { $reference }. This command shows which rule it was:

relay-title = Sign in once more
relay-heading = Sign in to { $app } once more
relay-why = The link back to the app was used before, is more than half a minute old, or was made for another browser. Nothing is wrong with your account.

frame-title = Open { $app } in a tab of its own
frame-why = It was opened inside another page, where you cannot sign in.
frame-open = Open in a new tab

not-found-title = There is nothing at this address
not-found-why = The address may have been cut off on its way here. Check that the link is complete, to its last letter.

too-many-links-title = Too many links were tried
too-many-links = They came from your network and were not valid. Yours may be valid: wait { $time }, then try again.
too-many-sign-ins-title = Too many sign‑ins at once
too-many-sign-ins = They come from your network, not all of them from you. Wait { $time }, then try again.
too-many-requests-title = Too many requests at once
too-many-requests = They were all made with your account, by your browsers and apps. Wait { $time }, then try again.
wait-seconds = { $count ->
    [one] a second
   *[other] { $count } seconds
}
wait-minutes = { $count ->
    [one] a minute
   *[other] { $count } minutes
}

unavailable-title = Doorstep cannot answer at this moment
unavailable-why = Nothing is lost, and nothing was let through. Wait a minute, then load this page again.
unavailable-reference = Reference { $reference }. An administrator can find the reason with it.

ask-inside-title = You may use { $app }
ask-title = Ask for access to { $app }
ask-asked-title = You asked for access to { $app }
ask-refused-title = You were not given access to { $app }
ask-nobody-title = { $app } is open to nobody yet
ask-why = Why you need it
ask-why-hint = One sentence, or nothing. Administrators read it with your name.
ask-asked = You asked { $when }. An administrator has not answered yet. Once you have access, the app opens.
ask-refused = An administrator said no { $when }. You can ask again { $again }.
ask-nobody = No group may use it, so there is nothing to ask for.
ask-problem-too-long = The sentence is too long. Nothing was asked yet.
ask-problem-too-many = You have asked for as many apps as anybody may at one time. Wait until an administrator has answered.
