# The bar above every page for people who are signed in, and the page with their apps.

rooms-skip = Skip to the content
rooms-home = Doorstep, your apps
rooms-main = Main
rooms-apps = Apps
rooms-account = Account

portal-hello = Hello, { $person }
portal-one-passkey = You have one passkey. <second>Add a second</second> or <kit>print a recovery kit</kit>, so that a lost device does not lock you out.
portal-registrations = { $count ->
    [one] Somebody asks for an account.
   *[other] { $count } people ask for an account.
}
portal-requests = { $count ->
    [one] Somebody asks for access to an app.
   *[other] { $count } requests wait for access to an app.
}
portal-answer = See and answer
portal-empty = No apps yet
portal-empty-add = Apps that you may use appear here. Add the first to { $file }; it appears as soon as the file is saved.
portal-empty-wait = Apps that you may use appear here. An administrator can give you access to some.
portal-find = Find an app
portal-find-none = No app of yours has this name.
portal-invite = Invite people

# Somebody asked by mail to recover the account of the reader.
banner-sent = A recovery link for your account was mailed { $when }. If that was not you, stop it.
banner-asked = Somebody asked to recover your account by mail { $asked }. The link is mailed { $due }. If that was not you, stop it.
