verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " und " }
list-or = { " oder " }

language-choose = Sprache wählen
language-now = Sprache: Deutsch
language-under = Dein Browser merkt sie sich für diese Adresse.
language-under-account = Dein Konto merkt sie sich, und dieser Browser für die Seiten vor der Anmeldung.
language-browser = Wie im Browser eingestellt
back = Zurück

your-apps = Deine Apps
go-to-your-apps = Zu deinen Apps
back-to-your-apps = Zurück zu deinen Apps
to-your-account = Zu deinem Konto
back-to-your-account = Zurück zu deinem Konto
to-start-page = Zur Startseite der App
use-another-account = Anderes Konto verwenden
sign-in = Anmelden
sign-in-again = Wieder anmelden
sign-out = Abmelden
try-again = Noch einmal versuchen
start-again = Von vorn beginnen
open-app = { $app } öffnen
back-to-app = Zurück zu { $app }
back-to-the-app = Zurück zur App
open-the-app = App öffnen
continue = Weiter
continue-to-app = Weiter zu { $app }
continue-with = Weiter mit { $provider }
continue-with-instead = Stattdessen weiter mit { $provider }
going-on = Es geht weiter
going-on-to-app = Es geht weiter zu { $app }
ask-for-access = Um Zugang bitten
allow = Erlauben
refuse = Ablehnen

signed-in-as = Du bist angemeldet als { $person }.
signed-in-as-known-as = Du bist angemeldet als { $person } ({ $user_name }).
not-you = Nicht du?

for-the-administrator = Für die Administration
for-the-administrator-on-the-server = Für die Administration, auf dem Server:

field-name = Dein Name
field-user-name = Benutzername
field-password = Passwort
field-code = Code
field-email = E-Mail
user-name-rule = Buchstaben von a bis z, Ziffern, Punkt, Unterstrich und Bindestrich, am Anfang ein Buchstabe
password-hint = Mindestens { $shortest } Zeichen. Ein paar Wörter sind gut.
email-hint = Freiwillig. Apps bekommen sie, sobald die Administration sie bestätigt hat.
email-hint-administrator = Freiwillig. Manche Apps fragen danach.

problem-email = Diese E-Mail-Adresse ist nicht vollständig. Berichtige sie oder lass das Feld leer.
problem-password-length = Dieses Passwort ist zu kurz oder zu lang. Wähle ein anderes.
problem-busy = Gerade melden sich viele Leute an. Versuch es gleich noch einmal.
problem-account-disabled = Dein Konto ist gesperrt. Wende dich an die Administration, damit sie es wieder freigibt.
problem-too-many-codes = { $minutes ->
    [one] Es wurden zu viele Codes ausprobiert. Warte { $minutes } Minute und versuch es dann noch einmal.
   *[other] Es wurden zu viele Codes ausprobiert. Warte { $minutes } Minuten und versuch es dann noch einmal.
}

when-now = gerade eben
when-soon = gleich
when-minutes-ago = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
when-hours-ago = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
when-days-ago = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
when-months-ago = { $count ->
    [one] vor { $count } Monat
   *[other] vor { $count } Monaten
}
when-years-ago = { $count ->
    [one] vor { $count } Jahr
   *[other] vor { $count } Jahren
}
when-in-minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
when-in-hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
when-in-days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}
when-in-months = { $count ->
    [one] in { $count } Monat
   *[other] in { $count } Monaten
}
when-in-years = { $count ->
    [one] in { $count } Jahr
   *[other] in { $count } Jahren
}
when-exact = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
