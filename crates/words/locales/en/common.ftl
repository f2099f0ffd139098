# What several pages say. How each word is used: ../README.md.

verbatim = { $text }

# Between two sentences of one paragraph.
between-sentences = { " " }
# Lists of names: a, b and c.
list-comma = { ", " }
list-and = { " and " }
list-or = { " or " }

language-choose = Choose a language
language-now = Language: English
language-under = Your browser remembers it for this address.
language-under-account = Your account remembers it, and this browser for the pages before signing in.
language-browser = As the browser says
back = Back

your-apps = Your apps
go-to-your-apps = Go to your apps
back-to-your-apps = Back to your apps
to-your-account = To your account
back-to-your-account = Back to your account
to-start-page = To the app's start page
use-another-account = Use another account
sign-in = Sign in
sign-in-again = Sign in again
sign-out = Sign out
try-again = Try again
start-again = Start again
open-app = Open { $app }
back-to-app = Back to { $app }
back-to-the-app = Back to the app
open-the-app = Open the app
continue = Continue
continue-to-app = Continue to { $app }
continue-with = Continue with { $provider }
continue-with-instead = Continue with { $provider } instead
going-on = Going on
going-on-to-app = Going on to { $app }
ask-for-access = Ask for access
allow = Allow
refuse = Refuse

signed-in-as = You are signed in as { $person }.
signed-in-as-known-as = You are signed in as { $person } ({ $user_name }).
not-you = Not you?

for-the-administrator = For the administrator
for-the-administrator-on-the-server = For the administrator, on the server:

field-name = Your name
field-user-name = User name
field-password = Password
field-code = Code
field-email = E-mail
user-name-rule = Letters a to z, digits, dot, underscore and hyphen, beginning with a letter
password-hint = At least { $shortest } characters. A few words are good.
email-hint = Optional. Apps get it once an administrator has confirmed it.
email-hint-administrator = Optional. Some apps ask for it.

problem-email = This e-mail address is not complete. Correct it, or leave it empty.
problem-password-length = This password is too short or too long. Choose another one.
problem-busy = Many people are signing in. Try again in a moment.
problem-account-disabled = Your account is disabled. Ask an administrator to enable it again.
problem-too-many-codes = { $minutes ->
    [one] Too many codes were tried. Wait { $minutes } minute, then try again.
   *[other] Too many codes were tried. Wait { $minutes } minutes, then try again.
}

# Moments. The exact one stands beside the relative one.
when-now = just now
when-soon = in a moment
when-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
when-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
when-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
when-months-ago = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
when-years-ago = { $count ->
    [one] { $count } year ago
   *[other] { $count } years ago
}
when-in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
when-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
when-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
when-in-months = { $count ->
    [one] in { $count } month
   *[other] in { $count } months
}
when-in-years = { $count ->
    [one] in { $count } year
   *[other] in { $count } years
}
when-exact = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
