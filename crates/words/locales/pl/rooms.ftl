rooms-skip = Przejdź do treści
rooms-home = Doorstep, twoje aplikacje
rooms-main = Główna
rooms-apps = Aplikacje
rooms-account = Konto

portal-hello = Cześć, { $person }
portal-one-passkey = Masz jeden klucz dostępu. <second>Dodaj drugi</second> albo <kit>wydrukuj zestaw odzyskiwania</kit>, żeby utrata urządzenia nie odcięła cię od konta.
portal-registrations = { $count ->
    [one] Ktoś prosi o konto.
    [few] { $count } osoby proszą o konto.
   *[many] { $count } osób prosi o konto.
}
portal-requests = { $count ->
    [one] Ktoś prosi o dostęp do aplikacji.
    [few] { $count } prośby o dostęp do aplikacji czekają na odpowiedź.
   *[many] { $count } próśb o dostęp do aplikacji czeka na odpowiedź.
}
portal-answer = Zobacz i odpowiedz
portal-empty = Nie ma jeszcze aplikacji
portal-empty-add = Tu pojawiają się aplikacje, których możesz używać. Dodaj pierwszą do { $file }; pojawi się, gdy tylko zapiszesz plik.
portal-empty-wait = Tu pojawiają się aplikacje, których możesz używać. Dostęp do nich może ci przyznać administracja.
portal-find = Znajdź aplikację
portal-find-none = Żadna z twoich aplikacji tak się nie nazywa.
portal-invite = Zaproś inne osoby

banner-sent = Link odzyskiwania twojego konta wysłano { $when }. Jeśli to nie ty, zatrzymaj to.
banner-asked = Ktoś poprosił { $asked } o odzyskanie twojego konta przez e-mail. Link zostanie wysłany { $due }. Jeśli to nie ty, zatrzymaj to.
