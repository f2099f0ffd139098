enrol-welcome = Witaj, { $person }
enrol-welcome-back = Witaj ponownie, { $person }
enrol-add-device = Dodaj to urządzenie
enrol-account = Twoje konto w { $instance } to { $user_name }.
enrol-make-first = Utwórz klucz dostępu, żeby się na nie logować.
enrol-make-new = Utwórz nowy klucz dostępu, żeby się na nie logować.
enrol-make-here = Utwórz klucz dostępu na tym urządzeniu, żeby logować się stąd.
enrol-choose-password = Wybierz do niego hasło.
enrol-done = Klucz dostępu jest gotowy. Przechodzimy dalej.
enrol-drop-all = Usuń moje wcześniejsze klucze dostępu, hasło, aplikację uwierzytelniającą i zestaw odzyskiwania. Wybierz to, gdy urządzenie zginęło albo zostało skradzione.
enrol-drop-others = Usuń moje wcześniejsze klucze dostępu, aplikację uwierzytelniającą i zestaw odzyskiwania. Wybierz to, gdy urządzenie zginęło albo zostało skradzione.
enrol-make = Utwórz klucz dostępu
enrol-how = Urządzenie prosi o odcisk palca, twarz albo swój PIN. Nic z tego nie opuszcza urządzenia. Nie ma hasła, które trzeba pamiętać albo które można zgubić.
enrol-password-instead = Ustaw zamiast tego hasło
enrol-passkey-instead = Utwórz zamiast tego klucz dostępu
enrol-signs-out = To wyloguje cię ze wszystkich przeglądarek i aplikacji, w których masz teraz sesję.
enrol-save-password = Zapisz hasło i zaloguj się
enrol-passkey-safer = Klucz dostępu jest bezpieczniejszy i szybszy. Możesz dodać go później na stronie swojego konta.

set-up-title = Przejmij administrację
set-up-under = { $instance }. Nikt inny nie ma jeszcze konta.
set-up-user-name-hint = Krótka i prosta, na przykład { $example }. Używają jej też aplikacje.
set-up-user-name-named = Konfiguracja wskazuje do administracji: { $names }. Nazwy użytkownika używają też aplikacje.

invite-title = Masz zaproszenie do { $place }
invite-for = To zaproszenie jest dla: { $label }.
invite-account = Utwórz konto w { $instance }.
invite-account-then-app = Utwórz konto w { $instance } i przejdź do { $app }.
invite-done = Konto i klucz dostępu są gotowe. Przechodzimy dalej.
invite-user-name-hint = Krótka i prosta, na przykład { $example }. Używają jej też aplikacje, i zostaje na stałe.
invite-given-email = Twój adres e-mail tutaj to { $email }, podała go osoba, która cię zaprosiła.
invite-upstream = Zalogujesz się tam i wrócisz z kontem tutaj. Klucz dostępu możesz dodać później na stronie swojego konta.
invite-for-new = To zaproszenie jest dla kogoś nowego
invite-signed-in = Zalogowano jako { $person } ({ $user_name }) i konto już jest. Niczego nie zużyto.
invite-somebody-else = Jest dla kogoś innego przy tym urządzeniu? Najpierw <a>wyloguj się</a>, a potem otwórz adres ponownie.
invite-problem-no-user-name = Nazwa użytkownika ma od 2 do 64 znaków spośród a-z 0-9 . _ - i zaczyna się literą.
invite-problem-user-name = Ta nazwa użytkownika nie jest wolna. Wybierz inną.
invite-problem-given-email = Adres e-mail z tego zaproszenia należy już do innego konta. Zapytaj osobę, która cię zaprosiła.

add-passkey-title = Dodaj klucz dostępu
add-passkey-for = dla: { $person }. Na tym urządzeniu, na telefonie albo na kluczu bezpieczeństwa: przeglądarka zapyta, gdzie.
add-passkey-done = Klucz dostępu jest gotowy. Wracamy do twojego konta.
add-passkey-elsewhere = Utwórz go zamiast tego na innym urządzeniu

account-deleted-title = Twoje konto jest usunięte
account-deleted-under = w { $instance }. Wszystkie sesje się zakończyły.
account-deleted-passkey = Twój klucz dostępu niczego już nie otwiera. Usuń go też z urządzenia.
