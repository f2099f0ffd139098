sign-in-to = Zaloguj się do { $app }
sign-in-to-your-apps = Zaloguj się do swoich aplikacji
sign-in-still-you = Potwierdź, że to nadal { $person }
sign-in-app-asks = { $app } prosi o to, zanim przejdziesz dalej.
sign-in-app-asks-passkey = { $app } prosi o klucz dostępu.
sign-in-app-asks-two-factors = { $app } prosi o klucz dostępu albo o kod obok hasła.
sign-in-with-account = kontem w { $instance }
sign-in-too-long = Otwarty adres jest za długi, żeby do niego wrócić. Zaczniesz od strony głównej aplikacji.
sign-in-done = Zalogowano. Przechodzimy dalej.
sign-in-with-passkey = Dalej z kluczem dostępu
sign-in-offer = Albo wybierz klucz z tego urządzenia
sign-in-offer-placeholder = Wybierz klucz dostępu
sign-in-or = albo
sign-in-cannot = Nie mogę się zalogować
sign-in-new-ask = Pierwszy raz tutaj? <a>Poproś o konto</a>
sign-in-new-make = Pierwszy raz tutaj? <a>Utwórz konto</a>
sign-in-kit = Masz zestaw odzyskiwania na papierze? <a>Użyj jednego z kodów</a>.
sign-in-ask-link = W przeciwnym razie poproś administrację o link do odzyskania konta. Otwiera się raz i pozwala utworzyć nowy klucz dostępu.

sign-in-problem-name-or-password = Ta nazwa użytkownika i to hasło nie pasują do siebie. Sprawdź jedno i drugie.
sign-in-problem-incomplete = Potrzebne jest jedno i drugie: nazwa użytkownika i hasło.
sign-in-problem-busy = W tej chwili loguje się wiele osób. Odczekaj kilka sekund i zaloguj się ponownie.
sign-in-problem-codes-tomorrow = Było za dużo błędnych kodów. Jutro kody znów będą przyjmowane; klucz dostępu albo kod odzyskiwania działa od razu.
sign-in-problem-codes = { $minutes ->
    [one] Było za dużo błędnych kodów. Odczekaj { $minutes } minutę i zaloguj się ponownie; klucz dostępu działa od razu.
    [few] Było za dużo błędnych kodów. Odczekaj { $minutes } minuty i zaloguj się ponownie; klucz dostępu działa od razu.
   *[many] Było za dużo błędnych kodów. Odczekaj { $minutes } minut i zaloguj się ponownie; klucz dostępu działa od razu.
}
sign-in-problem-passwords = { $minutes ->
    [one] Było za dużo prób z hasłem. Odczekaj minutę; klucz dostępu działa od razu.
    [few] Było za dużo prób z hasłem. Odczekaj { $minutes } minuty; klucz dostępu działa od razu.
   *[many] Było za dużo prób z hasłem. Odczekaj { $minutes } minut; klucz dostępu działa od razu.
}

code-title = Wpisz kod z aplikacji uwierzytelniającej
code-to-app = aby zalogować się do { $app } kontem w { $instance }
code-hint = Sześć cyfr. Co pół minuty aplikacja pokazuje inne, a każdy kod działa raz.
code-passkey-instead = Zamiast tego dalej z kluczem dostępu
code-app-gone = Nie mam już tej aplikacji
code-ask-removal = W przeciwnym razie poproś administrację o usunięcie aplikacji uwierzytelniającej z twojego konta.
code-problem-wrong = Ten kod jest niewłaściwy albo był już użyty. Poczekaj na następny.
code-problem-clock = Ten kod jest o kilka minut za wczesny albo za późny. Zegar urządzenia z aplikacją albo zegar tego serwera chodzi źle. Pozwól urządzeniu samemu ustawić czas, a potem poczekaj na następny kod.

consent-title = { $app } chce wiedzieć, kim jesteś
consent-sees = Aplikacja zobaczy
consent-same-person = Że za każdym razem to ta sama osoba
consent-name = Twoje imię i nazwisko, { $person }, i nazwę użytkownika, { $user_name }
consent-email = Twój adres e-mail, { $email }
consent-email-later = Twój adres e-mail, gdy konto będzie go miało
consent-groups = Że należysz do { $groups }
consent-groups-later = Twoje grupy, gdy będziesz w jakiejś
consent-other = Dane, które nazywa { $scope }
consent-offline = Zachowuje dostęp także pod twoją nieobecność, aż zakończysz go w „Konto”.
consent-end = Możesz to zakończyć w każdej chwili w „Konto”.
consent-back = Wróć bez logowania
consent-return = Wracasz do { $host }

device-title = Zaloguj się na innym urządzeniu
device-type = Wpisz kod, który pokazuje drugie urządzenie.
device-code-hint = Małe litery i brak kreski nie szkodzą.
device-look = Zobacz, kto pyta
device-nothing-yet = Sam kod niczego nie zatwierdza: najpierw zobaczysz aplikację i miejsce.
device-problem-no-code = Żadne urządzenie nie pokazuje teraz tego kodu. Spójrz jeszcze raz; po dziesięciu minutach urządzenie pokazuje inny.
device-asked-title = Zaloguj się do { $app } na innym urządzeniu
device-shows = Urządzenie pokazuje { $code }
device-from = { $device }, z adresu { $address }
device-unknown = Urządzenie
device-browser-on-system = { $browser } w { $system }
device-asked = Zapytano { $when }
device-offline = Aplikacja pozostanie tam zalogowana, aż zakończysz to w „Konto”.
device-session = Aplikacja będzie tam zalogowana, aż wylogujesz się tutaj.
device-warning = Zezwól tylko wtedy, gdy to urządzenie jest przed tobą i pokazuje ten kod. W przeciwnym razie ktoś, kto przysłał ci kod albo link, zaloguje się jako ty.
device-approved-title = Zalogowano na drugim urządzeniu
device-approved = { $app } przejdzie tam dalej samo w ciągu kilku sekund.
device-refused-title = Odmówiono
device-refused = { $app } dowie się o tym i nic o tobie nie wie.

recover-title = Użyj kodu odzyskiwania
recover-under = z zestawu wydrukowanego w { $instance }
recover-hint = Małe litery i brak kresek nie szkodzą.
recover-continue = Dalej z tym kodem
recover-used-up = Kod zostanie zużyty, a na następnej stronie utworzysz nowy klucz dostępu. Masz na to pół godziny.
recover-no-kit = Bez zestawu: poproś administrację o link do odzyskania konta.
recover-no-kit-mail = Bez zestawu: <a>odzyskaj konto przez e-mail</a> albo poproś administrację o link odzyskiwania.
recover-back = Wróć do logowania
recover-problem-no-code = Ten kod niczego nie otwiera. Sprawdź, czy nie był już użyty i czy nie jest z zestawu, który został zastąpiony.

sign-out-title = Wylogować się z aplikacji?
sign-out-app-asks = { $app } prosi o wylogowanie.
sign-out-stay = Pozostań w sesji
sign-out-held-back = Aplikacja chciała przejść do adresu, który nie jest dla niej zarejestrowany. Po wylogowaniu zostaniesz tutaj.
sign-out-apps = Aplikacje bez własnego logowania zamykają się od razu. W innych sesja trwa, aż wylogujesz się tam albo one znów ją sprawdzą.
signed-out-title = Wylogowano
signed-out-under = z { $instance }. W każdej chwili możesz zalogować się ponownie.
signed-out-held-back = Aplikacja chciała przejść do adresu, który nie jest dla niej zarejestrowany, więc zostajesz tutaj. Administracja znajdzie różnicę w dzienniku.
