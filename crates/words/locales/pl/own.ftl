mail-title = Twój adres e-mail
mail-now = Teraz
mail-told = Aplikacje dostają ten adres, a wiadomości o twoim koncie przychodzą na niego.
mail-unconfirmed = Jeszcze niepotwierdzony. Aplikacje go nie dostają, a wiadomości na niego nie przychodzą.
mail-none = Brak. Jeśli go dodasz, dowiesz się e-mailem, gdy coś stanie się z twoim kontem.
mail-waits = Czeka na potwierdzenie
mail-waits-told = Link wysłano { $asked }. Otwórz go w tej przeglądarce albo tam, gdzie trwa twoja sesja. Wygasa { $until }.
mail-again = Wyślij ponownie
mail-give-up = Zrezygnuj
mail-no-mail = Ta instancja nie wysyła wiadomości, więc nie możesz tu potwierdzić adresu. Może go zmienić administracja.
mail-add = Dodaj adres
mail-another = Użyj innego
mail-hint = Przyjdzie na niego link. Adres zmieni się, gdy otworzysz link i potwierdzisz adres.
mail-send = Wyślij link
mail-confirm = Potwierdź { $email }
mail-fresh = Aby go zmienić, najpierw potwierdź, że to ty.
mail-done-mailed = Wiadomość z linkiem jest w drodze. Twój adres pozostaje bez zmian, aż potwierdzisz tam nowy.
mail-done-given-up = Wysłany link niczego już nie otwiera.
mail-done-confirmed = To jest teraz twój adres e-mail. Aplikacje dostaną go, gdy następnym razem się do nich zalogujesz.
mail-problem-address = Ten adres e-mail nie jest pełny. Niczego nie zmieniono.
mail-problem-same = Twoje konto ma już ten adres.
mail-problem-many = Wysłano za dużo wiadomości. Odczekaj jakiś czas. Niczego nie zmieniono.
mail-problem-gone = Ten link niczego nie otwiera: został użyty, od tego czasu wysłano inny albo należy do innego konta.
mail-problem-not-free = Ten adres należy albo należał tu do innego konta. Zapytaj administrację.

data-fresh = Najpierw potwierdź, że to ty.
data-copy = Kopia danych
data-copy-told = To, co jest tu o tobie zapisane, jako jeden plik JSON: konto, nazwy kluczy dostępu, sesje, aplikacje, etykiety tokenów i najnowszy tysiąc wierszy dziennika o tobie. Nie ma w nim nic tajnego. To, co zapisują o tobie aplikacje, należy do nich.
data-download = Pobierz kopię
data-delete = Usuń swoje konto
data-delete-told = Klucze dostępu, sesje i tokeny kończą się od razu i nie zalogujesz się już do żadnej z aplikacji. To, co zapisały o tobie aplikacje, w nich zostaje. Nie da się tego cofnąć: nowe konto będzie dla nich kimś nowym.
data-delete-it = Usuń konto
data-delete-name = Twoja nazwa użytkownika, na potwierdzenie
data-delete-mine = Usuń moje konto
data-problem-name = To nie jest twoja nazwa użytkownika. Niczego nie usunięto.
data-problem-last = Nikt inny z administracji nie może się zalogować. Najpierw włącz kogoś do administracji.

tokens-told = Program, który nie może zalogować się kluczem dostępu, wysyła zamiast tego token. Dla aplikacji to ty, i może w niej robić to, co ty.
tokens-yours = Twoje tokeny
tokens-for = Dla { $apps }
tokens-for-reading = Dla { $apps }, tylko do odczytu
tokens-for-none = Już dla żadnej aplikacji
tokens-ends = wygasa { $when }
tokens-ends-soon = wkrótce wygasa: { $when }
tokens-ended = wygasł { $when }
tokens-end = Unieważnij
tokens-remove = Usuń
tokens-none = Jeszcze żadnego.
tokens-new = Nowy token
tokens-no-app = Nie ma tu aplikacji, dla której można by utworzyć twój token.
tokens-fresh = Kto ma token, jest dla jego aplikacji tobą, więc najpierw potwierdź, że to ty go tworzysz.
tokens-label = Do czego służy
tokens-read-only = Tylko odczytuje i niczego nie zmienia
tokens-days = Za ile dni wygasa
tokens-make = Utwórz token
tokens-back = Wróć do swoich tokenów
tokens-done-ended = Token unieważniono. W ciągu kilku sekund przestanie cokolwiek otwierać.
tokens-problem-label = Napisz w kilku słowach, do czego służy token. Niczego nie utworzono.
tokens-problem-app = Wybierz aplikację, dla której jest token. Niczego nie utworzono.
tokens-problem-days = Token jest ważny od 1 do 366 dni. Niczego nie utworzono.
tokens-problem-many = Masz już tyle tokenów, ile można mieć. Unieważnij te, których nie potrzebujesz.
token-title = Twój token
token-copy = Skopiuj go teraz: pokazuje się tylko ten jeden raz
token-gives = Dla { $apps }. Wygasa { $when }.
token-gives-reading = Dla { $apps }, tylko do odczytu. Wygasa { $when }.
token-sent = Program wysyła go z każdym żądaniem: jako { $header } i token albo jako hasło, z dowolną nazwą użytkownika.

authenticator-title = Aplikacja uwierzytelniająca
authenticator-told = Aplikacja w telefonie, która pokazuje sześć cyfr, co pół minuty inne. Kto pozna twoje hasło, nie zaloguje się bez nich. Klucz dostępu ich nie potrzebuje i nie da się go wyłudzić tak jak kodu.
authenticator-rows = Twoje
authenticator-added = Dodano { $when }
authenticator-none = Jeszcze żadnej.
authenticator-no-password = Nie masz hasła, które aplikacja uwierzytelniająca mogłaby chronić. Twoje klucze dostępu są bezpieczne i bez niej.
authenticator-another = Dodaj kolejną
authenticator-fresh-add = Najpierw potwierdź, że to ty ją dodajesz.
authenticator-fresh = Najpierw potwierdź, że to ty ją dodajesz albo usuwasz.
authenticator-lost = Gdy stracisz telefon, wpuści cię <a>zestaw odzyskiwania</a> albo klucz dostępu, a aplikację usuniesz tutaj.
authenticator-wrong = Ten kod jest niewłaściwy. Sprawdź, czy telefon sam ustawia czas, a potem wpisz następny kod. Niczego jeszcze nie dodano.
authenticator-read = 1. Zeskanuj to aplikacją
authenticator-or-type = Albo wpisz to w niej
authenticator-once = Pokazuje się tylko ten jeden raz. Kto to ma, może tworzyć twoje kody.
authenticator-type = 2. Wpisz, co pokazuje
authenticator-name-example = Mój telefon
authenticator-name-hint = Żeby rozpoznać ją wśród kilku. Pole może zostać puste.
authenticator-add-it = Dodaj aplikację
authenticator-back = Wróć bez dodawania
authenticator-done-added = Aplikacja uwierzytelniająca jest gotowa. Od teraz hasło wymaga jednego z jej kodów, a wszystkie inne przeglądarki wylogowano.
authenticator-done-removed = Aplikację uwierzytelniającą usunięto. Usuń też wpis w samej aplikacji.
authenticator-problem-gone = Trwało to za długo albo zaczęło się w innym oknie. Niczego nie dodano. Zacznij od nowa.
qr-code = Adres jako kod QR

kit-told = { $count ->
    [one] Kartka papieru z { $count } kodem. Pozwala on raz utworzyć nowy klucz dostępu, po utracie wszystkich urządzeń, które go mają. Nikt inny nie jest do tego potrzebny.
   *[many] Kartka papieru z { $count } kodami. Każdy z nich pozwala raz utworzyć nowy klucz dostępu, po utracie wszystkich urządzeń, które go mają. Nikt inny nie jest do tego potrzebny.
}
kit-have = Twój zestaw
kit-have-none = Jeszcze żadnego.
kit-made = Utworzono { $when }
kit-every-used = wszystkie kody zostały użyte
kit-test = Sprawdź odzyskiwanie
kit-code = Kod z twojego zestawu
kit-code-hint = Zostanie porównany, a nie zużyty.
kit-test-this = Sprawdź ten kod
kit-new = Utwórz nowy zestaw
kit-new-told = Nowy zestaw zastąpi ten: kody, które masz na papierze, niczego już nie otworzą.
kit-remove = Usuń zestaw
kit-fresh-make = Kto ma zestaw, może stać się tobą, więc najpierw potwierdź, że to ty go tworzysz.
kit-fresh = Kto ma zestaw, może stać się tobą, więc najpierw potwierdź, że to ty go tworzysz albo usuwasz.
kit-print-now = Wydrukuj teraz tę stronę albo przepisz kody: pokazują się tylko ten jeden raz. Trzymaj je tam, gdzie paszport, a nie na urządzeniach, na których się logujesz.
kit-codes-for = Kody odzyskiwania dla { $user_name } w { $instance }
kit-lost = Wszystkie urządzenia z kluczem dostępu zginęły? Otwórz { $address } i wpisz jeden z tych kodów. Każdy działa raz; potem go skreśl.
kit-made-on = Utworzono { $date }. Wcześniejsze zestawy niczego już nie otwierają.
kit-print = Wydrukuj tę stronę
kit-on-paper = Mam go na papierze
kit-done-opens = Ten kod działa. Nie został zużyty.
kit-done-removed = Twojego zestawu odzyskiwania już nie ma. Żaden z jego kodów niczego nie otwiera.
kit-problem-used = Ten kod był już użyty. Skreśl go w swoim zestawie.
kit-problem-other = Tego kodu nie ma w twoim obecnym zestawie. Sprawdź, czy nie ma w nim literówki i czy nie jest ze starszego zestawu.

elsewhere-title = Klucz dostępu na innym urządzeniu
elsewhere-open = Otwórz to tam
elsewhere-camera = Zeskanuj to aparatem drugiego urządzenia.
elsewhere-address = Albo otwórz na nim ten adres
elsewhere-told = { $minutes ->
    [one] Otwiera się raz, przez { $minutes } minutę, i loguje to urządzenie jako ciebie. Nie dawaj go nikomu: kto go otworzy, jest na twoim koncie.
    [few] Otwiera się raz, przez { $minutes } minuty, i loguje to urządzenie jako ciebie. Nie dawaj go nikomu: kto go otworzy, jest na twoim koncie.
   *[many] Otwiera się raz, przez { $minutes } minut, i loguje to urządzenie jako ciebie. Nie dawaj go nikomu: kto go otworzy, jest na twoim koncie.
}
