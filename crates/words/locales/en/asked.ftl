# What people ask for by mail: another address, a recovery, an account.
mail-confirm-title = Is this your e-mail address?
mail-confirm-told = From then on, apps are told this address, and mail about your account comes to it.
mail-confirm-use = Use this address
mail-confirm-leave = Leave it as it is
recover-mail-title = Recover by mail
wait-for-mail = Wait for a mail
recover-mail-under = for your account at { $instance }
recover-mail-passkey = A passkey goes on working meanwhile.
recover-mail-account = User name or e-mail address
recover-mail-account-hint = The mail goes to the address that your account has.
recover-mail-ask = Ask for a recovery link
stop-title = Stop the recovery?
stop-title-done = The recovery is stopped
stop-title-nothing = There is nothing to stop
stop-under = of your account at { $instance }
stop-done = No recovery link comes of it, and one that was mailed opens nothing any more.
stop-done-next = Somebody who reads your mail may ask again. If that was not you, change the password of your mailbox, and tell an administrator.
stop-ask = Somebody asked for a recovery link for your account. If it was not you, stop it. If it was you, leave this page.
stop-button = Stop the recovery
stop-nothing = It was stopped already, or it is over.
join-ask = Ask for an account
join-make = Make an account
join-under = at { $instance }
join-under-with = at { $instance }, with { $email }
join-sent = A mail is on its way to { $email }. Open the link in it and go on there. It is good for a day.
join-spam = Nothing came after some minutes? Look whether it was taken for spam.
join-hint = A link is mailed to it.
join-hint-domains = Its domain has to be among these: { $domains }. A link is mailed to it.
join-mail-me = Mail me a link
join-administrator = An administrator answers your request.
join-why = Why you ask
join-why-hint = Optional. Administrators read it.
join-go-on = Go on
join-answer = The answer comes by mail.
join-next = You choose a user name on the next page, and make a passkey. You have an hour for it.
join-waits-title = An administrator is asked
join-waits = The answer comes by mail, within two weeks. You can close this page.
join-ended-title = This link does not open any more
join-ended = It was used, another one was mailed since, or it is older than a day.
join-again = Begin again
asked-problem-too-many = This was asked for too often from your network. Wait an hour, then try again.
ask-problem-address = This e-mail address is not complete. Correct it.
ask-problem-domain = No account is made with an address of this domain.
ask-problem-words = Your name is needed, and it or the reason may be too long.
recover-mail-on-its-way = { $hours ->
    [one] If the account is there and can be recovered by mail, a mail is on its way to its address. It says what happens next. The recovery link comes an hour later, unless somebody stops it.
   *[other] If the account is there and can be recovered by mail, a mail is on its way to its address. It says what happens next. The recovery link comes { $hours } hours later, unless somebody stops it.
}
recover-mail-nothing-happens = { $hours ->
    [one] Nothing happens for an hour. Whoever reads your mail is told, and can stop it; so can you wherever you are signed in.
   *[other] Nothing happens for { $hours } hours. Whoever reads your mail is told, and can stop it; so can you wherever you are signed in.
}
