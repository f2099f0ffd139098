mail-confirm-title = Czy to twój adres e-mail?
mail-confirm-told = Od tej chwili aplikacje otrzymują ten adres, a wiadomości o twoim koncie przychodzą na niego.
mail-confirm-use = Użyj tego adresu
mail-confirm-leave = Zostaw, jak jest
recover-mail-title = Odzyskaj przez e-mail
wait-for-mail = Poczekaj na wiadomość
recover-mail-under = do twojego konta w { $instance }
recover-mail-passkey = Klucz dostępu działa w tym czasie dalej.
recover-mail-account = Nazwa użytkownika lub adres e-mail
recover-mail-account-hint = Wiadomość idzie na adres, który ma twoje konto.
recover-mail-ask = Poproś o link odzyskiwania
stop-title = Zatrzymać odzyskiwanie?
stop-title-done = Odzyskiwanie zatrzymano
stop-title-nothing = Nie ma czego zatrzymywać
stop-under = twojego konta w { $instance }
stop-done = Link odzyskiwania nie przyjdzie, a już wysłany niczego nie otwiera.
stop-done-next = Kto czyta twoją pocztę, może poprosić ponownie. Jeśli to nie ty, zmień hasło do swojej skrzynki i powiedz administracji.
stop-ask = Ktoś poprosił o link odzyskiwania twojego konta. Jeśli to nie ty, zatrzymaj to. Jeśli to ty, opuść tę stronę.
stop-button = Zatrzymaj odzyskiwanie
stop-nothing = Zatrzymano je już wcześniej albo dobiegło końca.
join-ask = Poproś o konto
join-make = Utwórz konto
join-under = w { $instance }
join-under-with = w { $instance }, z adresem { $email }
join-sent = Wiadomość jest w drodze na { $email }. Otwórz link, który w niej jest, i tam przejdź dalej. Jest ważny jeden dzień.
join-spam = Po kilku minutach nic nie przyszło? Sprawdź, czy nie trafiła do spamu.
join-hint = Przyjdzie na niego link.
join-hint-domains = Jego domena musi być jedną z tych: { $domains }. Przyjdzie na niego link.
join-mail-me = Wyślij mi link
join-administrator = Administracja odpowiada na twoją prośbę.
join-why = Dlaczego prosisz
join-why-hint = Nieobowiązkowe. Czyta to administracja.
join-go-on = Dalej
join-answer = Odpowiedź przyjdzie e-mailem.
join-next = Na następnej stronie wybierzesz nazwę użytkownika i utworzysz klucz dostępu. Masz na to godzinę.
join-waits-title = Zapytano administrację
join-waits = Odpowiedź przyjdzie e-mailem w ciągu dwóch tygodni. Możesz zamknąć tę stronę.
join-ended-title = Ten link niczego już nie otwiera
join-ended = Został użyty, od tego czasu wysłano inny albo ma więcej niż jeden dzień.
join-again = Zacznij od nowa
asked-problem-too-many = Z twojej sieci poproszono o to zbyt wiele razy. Poczekaj godzinę i spróbuj ponownie.
ask-problem-address = Ten adres e-mail jest niepełny. Popraw go.
ask-problem-domain = Z adresem w tej domenie nie tworzy się konta.
ask-problem-words = Potrzebne jest imię, a ono albo uzasadnienie może być za długie.
recover-mail-on-its-way = { $hours ->
    [one] Jeśli konto istnieje i można je odzyskać przez e-mail, wiadomość jest w drodze na jego adres. Mówi, co będzie dalej. Link odzyskiwania przyjdzie godzinę później, chyba że ktoś to zatrzyma.
    [few] Jeśli konto istnieje i można je odzyskać przez e-mail, wiadomość jest w drodze na jego adres. Mówi, co będzie dalej. Link odzyskiwania przyjdzie { $hours } godziny później, chyba że ktoś to zatrzyma.
   *[many] Jeśli konto istnieje i można je odzyskać przez e-mail, wiadomość jest w drodze na jego adres. Mówi, co będzie dalej. Link odzyskiwania przyjdzie { $hours } godzin później, chyba że ktoś to zatrzyma.
}
recover-mail-nothing-happens = { $hours ->
    [one] Przez godzinę nic się nie dzieje. Kto czyta twoją pocztę, dowie się o tym i może to zatrzymać; ty też, wszędzie tam, gdzie trwa twoja sesja.
    [few] Przez { $hours } godziny nic się nie dzieje. Kto czyta twoją pocztę, dowie się o tym i może to zatrzymać; ty też, wszędzie tam, gdzie trwa twoja sesja.
   *[many] Przez { $hours } godzin nic się nie dzieje. Kto czyta twoją pocztę, dowie się o tym i może to zatrzymać; ty też, wszędzie tam, gdzie trwa twoja sesja.
}
