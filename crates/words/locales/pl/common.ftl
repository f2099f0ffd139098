verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " i " }
list-or = { " lub " }

language-choose = Wybierz język
language-now = Język: polski
language-under = Przeglądarka zapamięta go dla tego adresu.
language-under-account = Pamięta go twoje konto, a ta przeglądarka na stronach przed zalogowaniem.
language-browser = Tak jak w przeglądarce
back = Wstecz

your-apps = Twoje aplikacje
go-to-your-apps = Przejdź do swoich aplikacji
back-to-your-apps = Wróć do swoich aplikacji
to-your-account = Do twojego konta
back-to-your-account = Wróć do swojego konta
to-start-page = Do strony głównej aplikacji
use-another-account = Użyj innego konta
sign-in = Zaloguj się
sign-in-again = Zaloguj się ponownie
sign-out = Wyloguj się
try-again = Spróbuj ponownie
start-again = Zacznij od nowa
open-app = Otwórz { $app }
back-to-app = Wróć do { $app }
back-to-the-app = Wróć do aplikacji
open-the-app = Otwórz aplikację
continue = Dalej
continue-to-app = Dalej do { $app }
continue-with = Dalej przez { $provider }
continue-with-instead = Zamiast tego dalej przez { $provider }
going-on = Przechodzimy dalej
going-on-to-app = Przechodzimy do { $app }
ask-for-access = Poproś o dostęp
allow = Zezwól
refuse = Odmów

signed-in-as = Zalogowano jako { $person }.
signed-in-as-known-as = Zalogowano jako { $person } ({ $user_name }).
not-you = To nie ty?

for-the-administrator = Dla administracji
for-the-administrator-on-the-server = Dla administracji, na serwerze:

field-name = Twoje imię i nazwisko
field-user-name = Nazwa użytkownika
field-password = Hasło
field-code = Kod
field-email = E-mail
user-name-rule = Litery od a do z, cyfry, kropka, podkreślenie i łącznik, na początku litera
password-hint = { $shortest ->
    [one] Co najmniej { $shortest } znak. Dobre jest kilka słów.
    [few] Co najmniej { $shortest } znaki. Dobre jest kilka słów.
   *[many] Co najmniej { $shortest } znaków. Dobre jest kilka słów.
}
email-hint = Nieobowiązkowy. Aplikacje dostają go, gdy administracja go potwierdzi.
email-hint-administrator = Nieobowiązkowy. Niektóre aplikacje o niego pytają.

problem-email = Ten adres e-mail nie jest pełny. Popraw go albo zostaw puste pole.
problem-password-length = To hasło jest za krótkie albo za długie. Wybierz inne.
problem-busy = Wiele osób się loguje. Spróbuj ponownie za chwilę.
problem-account-disabled = Twoje konto jest wyłączone. Poproś administrację o ponowne włączenie.
problem-too-many-codes = { $minutes ->
    [one] Próbowano za wielu kodów. Odczekaj { $minutes } minutę i spróbuj ponownie.
    [few] Próbowano za wielu kodów. Odczekaj { $minutes } minuty i spróbuj ponownie.
   *[many] Próbowano za wielu kodów. Odczekaj { $minutes } minut i spróbuj ponownie.
}

when-now = przed chwilą
when-soon = za chwilę
when-minutes-ago = { $count ->
    [one] { $count } minutę temu
    [few] { $count } minuty temu
   *[many] { $count } minut temu
}
when-hours-ago = { $count ->
    [one] { $count } godzinę temu
    [few] { $count } godziny temu
   *[many] { $count } godzin temu
}
when-days-ago = { $count ->
    [one] { $count } dzień temu
   *[many] { $count } dni temu
}
when-months-ago = { $count ->
    [one] { $count } miesiąc temu
    [few] { $count } miesiące temu
   *[many] { $count } miesięcy temu
}
when-years-ago = { $count ->
    [one] { $count } rok temu
    [few] { $count } lata temu
   *[many] { $count } lat temu
}
when-in-minutes = { $count ->
    [one] za { $count } minutę
    [few] za { $count } minuty
   *[many] za { $count } minut
}
when-in-hours = { $count ->
    [one] za { $count } godzinę
    [few] za { $count } godziny
   *[many] za { $count } godzin
}
when-in-days = { $count ->
    [one] za { $count } dzień
   *[many] za { $count } dni
}
when-in-months = { $count ->
    [one] za { $count } miesiąc
    [few] za { $count } miesiące
   *[many] za { $count } miesięcy
}
when-in-years = { $count ->
    [one] za { $count } rok
    [few] za { $count } lata
   *[many] za { $count } lat
}
when-exact = { $day } { $month ->
    [1] stycznia
    [2] lutego
    [3] marca
    [4] kwietnia
    [5] maja
    [6] czerwca
    [7] lipca
    [8] sierpnia
    [9] września
    [10] października
    [11] listopada
   *[12] grudnia
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
