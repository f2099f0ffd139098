account-title = Twoje konto
account-you = Ty
account-name = Nazwa
account-name-given = Imię
account-name-family = Nazwisko
account-name-parts = Oba pola mogą zostać puste. Niektóre aplikacje pytają o nie osobno.
account-name-change = Zmień imię i nazwisko
account-name-save = Zapisz imię i nazwisko
account-email-none = brak
account-email-unconfirmed = Jeszcze niepotwierdzony. Aplikacje go nie dostają.
account-email-waits = { $email } czeka na potwierdzenie.
account-email-add = Dodaj adres e-mail
account-email-change = Zmień
account-email-confirm = Potwierdź albo zmień
account-groups = Grupy
account-groups-none = brak
account-ends = Twoje konto wygasa { $when }.
account-language = Język
account-language-save = Zapisz język
account-by-administrator = Nazwę użytkownika i grupy może zmienić administracja.

item-used = użyto { $when }
item-unused = jeszcze nie użyto
item-made = utworzono { $when }
item-added = dodano { $when }
item-rename = Zmień nazwę
item-save-name = Zapisz nazwę
item-remove = Usuń
item-remove-yes = Tak, usuń
confirm-you = Potwierdź, że to ty

passkeys = Klucze dostępu
passkeys-backed-up = Ma kopię zapasową
passkeys-one-device = Tylko na jednym urządzeniu
passkeys-remove = Usunąć { $name }? Nie będzie już można się nim zalogować i nie da się tego cofnąć. Usuń go też z urządzenia.
passkeys-only = To twój jedyny sposób logowania, więc nie można go usunąć. Najpierw dodaj kolejny klucz dostępu.
passkeys-none = Jeszcze żadnego. Klucz dostępu pozwala zalogować się jednym dotknięciem.

linked = Inne sposoby logowania
linked-gone = Nie jest tu już skonfigurowane. Nie można się nim zalogować.
linked-remove = Usunąć { $name }? Nie będzie już można zalogować się tu tym kontem. Samo konto pozostanie tam bez zmian.
linked-only = To twój jedyny sposób logowania, więc nie można go usunąć. Najpierw dodaj klucz dostępu.
linked-none = Jeszcze żadnych. Możesz logować się tu także kontem u innego dostawcy.
linked-add = Dodaj konto w { $provider }

kit-title = Zestaw odzyskiwania
kit-used-up = Wszystkie kody zostały użyte. Utwórz nowy zestaw.
kit-left = { $left } z { $of } kodów do użycia
kit-none = Jeszcze żadnego. Kody na papierze pozwalają utworzyć nowy klucz dostępu po utracie wszystkich urządzeń, które go mają.
kit-yours = Twój zestaw odzyskiwania
kit-make = Utwórz zestaw odzyskiwania

password-and-code = Możesz się też logować hasłem i kodem z aplikacji uwierzytelniającej.
password-alone = Możesz się też logować hasłem. Samo wystarcza: z aplikacją uwierzytelniającą jest bezpieczniejsze.
password-none = Nie masz hasła. Klucz dostępu jest bezpieczniejszy i szybszy.
password-change-or-remove = Zmień albo usuń
password-change = Zmień
password-set = Ustaw hasło
password-current = Obecne hasło
password-new = Nowe hasło
password-save = Zapisz hasło
password-remove = Usuń hasło
authenticator-yours = Twoja aplikacja uwierzytelniająca
authenticator-add = Dodaj aplikację uwierzytelniającą

access-title = Aplikacje z dostępem
access-allowed = Zezwolono { $when }
access-offline = zachowuje dostęp pod twoją nieobecność
access-end = Zakończ dostęp
access-none = Brak. Aplikacje pojawiają się tu, gdy się do nich zalogujesz.

programs-title = Programy
programs-told = Program, który nie może zalogować się kluczem dostępu, dostaje twój token.
tokens-title = Tokeny dla programów

activity-title = Sesje i aktywność
activity-told = Przeglądarki, w których trwa twoja sesja, i co działo się z twoim kontem.
data-title = Twoje dane
data-told = Kopia tego, co jest tu o tobie zapisane, i usunięcie konta.
sign-out-here = Wyloguj się tutaj
sign-out-everywhere = Wyloguj się wszędzie
sign-out-everywhere-means = Wszędzie to znaczy w każdej przeglądarce i w każdej aplikacji, do której logujesz się tutaj.

done-passkey-added = Klucz dostępu { $name } jest gotowy.
done-passkey-renamed = Klucz dostępu nazywa się teraz { $name }.
done-passkey-removed = Klucz dostępu usunięto. Nie można się już nim zalogować.
done-last-passkey = To twój jedyny sposób logowania, więc zostaje. Najpierw dodaj kolejny klucz dostępu.
done-name = Imię i nazwisko zapisano. Aplikacje odczytają je, gdy następnym razem się do nich zalogujesz.
done-password = Hasło zapisano.
done-password-wrong = To nie jest obecne hasło. Niczego nie zmieniono.
done-password-unfit = Nowe hasło jest za krótkie albo za długie. Niczego nie zmieniono.
done-password-many = Było za dużo prób. Odczekaj kilka minut. Niczego nie zmieniono.
done-password-busy = Wiele osób się loguje. Spróbuj ponownie za chwilę. Niczego nie zmieniono.
done-password-removed = Hasło usunięto. Loguj się kluczem dostępu.
done-identity-added = Konto u dostawcy dodano. Od teraz możesz się nim tu logować.
done-identity-removed = Usunięto. Tym kontem nie można się już tu zalogować.
done-access-ended = { $app } nie ma już dostępu. Poprosi o niego, gdy następnym razem się do niej zalogujesz.
