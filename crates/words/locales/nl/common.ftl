verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " en " }
list-or = { " of " }

language-choose = Kies een taal
language-now = Taal: Nederlands
language-under = Je browser onthoudt dit voor dit adres.
language-under-account = Je account onthoudt die, en deze browser voor de pagina’s vóór het inloggen.
language-browser = Zoals de browser zegt
back = Terug

your-apps = Je apps
go-to-your-apps = Naar je apps
back-to-your-apps = Terug naar je apps
to-your-account = Naar je account
back-to-your-account = Terug naar je account
to-start-page = Naar de startpagina van de app
use-another-account = Gebruik een ander account
sign-in = Inloggen
sign-in-again = Opnieuw inloggen
sign-out = Uitloggen
try-again = Probeer opnieuw
start-again = Begin opnieuw
open-app = Open { $app }
back-to-app = Terug naar { $app }
back-to-the-app = Terug naar de app
open-the-app = Open de app
continue = Doorgaan
continue-to-app = Doorgaan naar { $app }
continue-with = Doorgaan met { $provider }
continue-with-instead = In plaats daarvan doorgaan met { $provider }
going-on = We gaan door
going-on-to-app = We gaan door naar { $app }
ask-for-access = Vraag toegang
allow = Toestaan
refuse = Weigeren

signed-in-as = Je bent ingelogd als { $person }.
signed-in-as-known-as = Je bent ingelogd als { $person } ({ $user_name }).
not-you = Ben jij dit niet?

for-the-administrator = Voor de beheerder
for-the-administrator-on-the-server = Voor de beheerder, op de server:

field-name = Je naam
field-user-name = Gebruikersnaam
field-password = Wachtwoord
field-code = Code
field-email = E-mail
user-name-rule = Letters a tot z, cijfers, punt, laag streepje en koppelteken, beginnend met een letter
password-hint = Minstens { $shortest } tekens. Een paar woorden is goed.
email-hint = Niet verplicht. Apps krijgen het zodra een beheerder het heeft bevestigd.
email-hint-administrator = Niet verplicht. Sommige apps vragen erom.

problem-email = Dit e-mailadres is niet volledig. Verbeter het of laat het leeg.
problem-password-length = Dit wachtwoord is te kort of te lang. Kies een ander.
problem-busy = Veel mensen zijn aan het inloggen. Probeer het zo dadelijk opnieuw.
problem-account-disabled = Je account is uitgeschakeld. Vraag een beheerder om het weer in te schakelen.
problem-too-many-codes = { $minutes ->
    [one] Er zijn te veel codes geprobeerd. Wacht { $minutes } minuut en probeer het dan opnieuw.
   *[other] Er zijn te veel codes geprobeerd. Wacht { $minutes } minuten en probeer het dan opnieuw.
}

when-now = zojuist
when-soon = zo dadelijk
when-minutes-ago = { $count ->
    [one] { $count } minuut geleden
   *[other] { $count } minuten geleden
}
when-hours-ago = { $count } uur geleden
when-days-ago = { $count ->
    [one] { $count } dag geleden
   *[other] { $count } dagen geleden
}
when-months-ago = { $count ->
    [one] { $count } maand geleden
   *[other] { $count } maanden geleden
}
when-years-ago = { $count } jaar geleden
when-in-minutes = { $count ->
    [one] over { $count } minuut
   *[other] over { $count } minuten
}
when-in-hours = over { $count } uur
when-in-days = { $count ->
    [one] over { $count } dag
   *[other] over { $count } dagen
}
when-in-months = { $count ->
    [one] over { $count } maand
   *[other] over { $count } maanden
}
when-in-years = over { $count } jaar
when-exact = { $day } { $month ->
    [1] januari
    [2] februari
    [3] maart
    [4] april
    [5] mei
    [6] juni
    [7] juli
    [8] augustus
    [9] september
    [10] oktober
    [11] november
   *[12] december
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
