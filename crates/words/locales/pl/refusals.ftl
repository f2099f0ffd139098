error-link-ended-title = Ten link już się nie otwiera
error-link-ended = Był już użyty, wygasł albo zastąpił go nowszy.
error-link-ended-next = Jeśli masz klucz dostępu, zaloguj się nim. W przeciwnym razie poproś administrację o nowy link.
error-invitation-ended-title = To zaproszenie już się nie otwiera
error-invitation-ended = Było już użyte albo wygasło.
error-invitation-ended-next = Poproś o nowe osobę, która cię zaprosiła. Jeśli masz konto, zaloguj się na nie.
error-sign-in-unreadable-title = To logowanie nie może przejść dalej
error-sign-in-unreadable = Jego adres został po drodze ucięty albo zmieniony.
error-sign-in-unreadable-next = Otwórz aplikację ponownie; poprosi o zalogowanie, jeśli to jeszcze potrzebne.
error-clocks-title = Zegary dwóch maszyn prawdopodobnie się różnią
error-clocks = Zalogowano, ale aplikacja się nie otworzyła: dwa razy z rzędu droga powrotna do niej od razu uchodziła za wygasłą.
error-clocks-next = Spróbuj jeszcze raz. Jeśli to nie pomoże, powiedz administracji, że serwery Doorstep muszą pokazywać ten sam czas.
error-app-gone-title = Tej aplikacji już tu nie ma
error-app-gone = Logowanie dotyczyło aplikacji, która została usunięta albo zmieniła adres.
error-app-gone-next = Poszukaj jej wśród swoich aplikacji albo zapytaj administrację.
error-wrong-host-title = To nie jest adres, pod którym się logujesz
error-wrong-host = O tę stronę zapytano pod inną nazwą hosta.
error-wrong-host-next = Otwórz ją pod jej własnym adresem.
error-wrong-host-mend = Jeśli ludzie używają właściwego adresu, niech proxy przekazuje nagłówek Host. Dziennik podaje host, o który zapytano.
error-bad-address-title = Tego adresu nie można otworzyć
error-bad-address = Można go odczytać na więcej niż jeden sposób, więc odmówiono.
error-bad-address-next = Wróć do aplikacji i zacznij od jej strony głównej.
error-sign-in-here-title = Twoja sesja się skończyła
error-sign-in-here = { $app } wymaga zalogowania.
error-sign-in-here-next = Zaloguj się ponownie, aby przejść dalej.
error-prove-again-title = Potwierdź, że to nadal ty
error-needs-passkey-title = Potrzebny jest klucz dostępu
error-needs-passkey = { $app } prosi tu o klucz dostępu, a twoje konto żadnego nie ma.
error-needs-passkey-next = Utwórz go na stronie swojego konta, a potem otwórz tę stronę ponownie.
error-needs-more-title = Samo hasło tu nie wystarczy
error-needs-more = { $app } prosi tu o klucz dostępu albo o kod obok hasła, a twoje konto nie ma ani jednego, ani drugiego.
error-needs-more-next = Utwórz klucz dostępu albo dodaj aplikację uwierzytelniającą na stronie swojego konta, a potem otwórz tę stronę ponownie.
error-unknown-address-title = Doorstep nie zna tego adresu
error-unknown-address = Dla tego hosta nie zadeklarowano żadnej aplikacji albo proxy, które zapytało, nie jest zaufane.
error-unknown-address-next = Sprawdź adres albo zapytaj administrację.
error-unknown-address-mend = Nagłówek X-Doorstep-Reason tej odpowiedzi mówi, dlaczego: unknown_host znaczy, że dla tego hosta nie zadeklarowano aplikacji, untrusted_peer, że proxy nie ma w trusted_proxies.
error-proxy-title = Proxy odrzuciło to żądanie
error-proxy = Masz sesję i możesz używać tej aplikacji.
error-proxy-next = Wczytaj stronę ponownie. Jeśli to nie pomoże, żądanie odrzuca reguła w proxy.
error-form-title = Tego formularza nie można odczytać
error-form = Został po drodze ucięty albo nie pochodzi z naszej strony. Niczego nie zmieniono.
error-form-next = Wróć i wyślij go ponownie.
error-foreign-title = Niczego nie zmieniono
error-foreign = To żądanie przyszło z innej witryny, więc je odrzucono.
error-foreign-next = Jeśli o to chodziło, zrób to ponownie ze strony swojego konta.
error-signed-out-here-title = Wylogowano tylko tę przeglądarkę
error-signed-out-here = Doorstep nie mógł zapisać, że twoja sesja się skończyła.
error-signed-out-here-next = Otwarte aplikacje mogą pozostać zalogowane. Zaloguj się i wyloguj, gdy Doorstep znów będzie działać.
error-explain = Numer { $reference }. To polecenie pokazuje całe żądanie i co trzeba zmienić:

request-unreadable-title = Aplikacja przysłała żądanie, którego nie można odczytać
request-unreadable = Nie jest pełne albo można je odczytać na więcej niż jeden sposób, więc tu się zatrzymaliśmy.
request-unknown-app-title = Ta aplikacja nie jest tu znana
request-unknown-app = Aplikacja, która cię przysłała, nie jest tu znana, więc się zatrzymaliśmy.
request-disabled-app-title = Aplikacja { $app } jest wyłączona
request-disabled-app = Nikt nie może się do niej zalogować, dopóki administracja jej nie włączy.
request-no-return-title = Aplikacja nie podała, dokąd wrócić
request-no-return = { $app } prosi o zalogowanie bez adresu powrotu, więc tu się zatrzymaliśmy.
request-no-return-unnamed = Aplikacja prosi o zalogowanie bez adresu powrotu, więc tu się zatrzymaliśmy.
request-other-return-title = Aplikacja podała adres, który nie jest zarejestrowany
request-other-return = { $app } prosi o powrót pod inny adres niż zarejestrowany, więc tu się zatrzymaliśmy.
request-other-return-unnamed = Aplikacja prosi o powrót pod inny adres niż zarejestrowany, więc tu się zatrzymaliśmy.
request-next = Z twoim kontem wszystko w porządku.

upstream-disabled-title = Twoje konto jest wyłączone
upstream-disabled = Zalogowano w { $provider }, a twoje konto tutaj jest wyłączone.
upstream-disabled-next = Poproś administrację o ponowne włączenie.
upstream-not-fresh-title = { $provider } nie zapytał ponownie, kim jesteś
upstream-not-fresh = Ten krok wymaga logowania sprzed chwili.
upstream-not-fresh-next = Zaloguj się kluczem dostępu.
upstream-stopped-title = Nie zalogowano w { $provider }
upstream-stopped = Niczego nie zmieniono.
upstream-passkey-next = Zaloguj się kluczem dostępu albo spróbuj ponownie.
upstream-gone = Było już zakończone, trwało dłużej niż dziesięć minut albo zaczęło się w innej przeglądarce.
upstream-enrols-nobody-title = Przez { $provider } nie można utworzyć konta
upstream-enrols-nobody = Zaproszenia nie zużyto.
upstream-enrols-nobody-next = Otwórz zaproszenie ponownie i utwórz klucz dostępu.
upstream-unreachable-title = W tej chwili nie można zapytać { $provider }
upstream-unreachable = Dostawca nie odpowiedział tak, jak powinien.
upstream-refused-title = Odpowiedź { $provider } nie została przyjęta
upstream-refused = Nie przeszła sprawdzenia, które chroni twoje konto.
upstream-no-account-title = Żadne konto tutaj nie odpowiada twojemu kontu w { $provider }
upstream-no-account = Zalogowano w { $provider }. Tylko ty możesz powiedzieć, które konto tutaj jest twoje.
upstream-no-account-next = Zaloguj się tu jak zwykle i dodaj je na stronie swojego konta albo poproś administrację o zaproszenie.
upstream-somebody-elses-title = To konto w { $provider } należy tu do kogoś innego
upstream-somebody-elses = Loguje na inne konto, więc nie dodano go do twojego.
upstream-somebody-elses-next = Zaloguj się tam innym kontem albo najpierw usuń je z drugiego konta tutaj.
upstream-known-title = Masz już tutaj konto
upstream-known = Loguje cię na nie twoje konto w { $provider }. Zaproszenie jest dla kogoś nowego i nie zostało zużyte.
upstream-known-next = Zaloguj się na swoje konto.

denied-title = { $app } nie jest dla ciebie otwarta
denied-nobody = { $app } nie jest jeszcze otwarta dla nikogo
denied-groups = { $count ->
    [one] { $app } jest dla grupy { $groups }
   *[many] { $app } jest dla grup { $groups }
}
denied-person = Zalogowano jako { $person }, w grupach: { $groups }.
denied-person-no-group = Zalogowano jako { $person }, bez żadnej grupy.
denied-ask = Zapytaj o to administrację.
denied-reference = Numer { $reference } pokazuje administracji, dlaczego odmówiono.

not-for-you-title = { $app } nie jest dla twojego konta
not-for-you-part-title = Ta część { $app } nie jest dla twojego konta
not-for-you-nobody = Nikt nie ma jeszcze dostępu.
not-for-you-members = Dostęp mają członkowie { $groups }.
not-for-you-one-of-each = { $these }, którzy są też członkami { $those }
not-for-you-one-other = { $groups } lub jeszcze jednej grupy
not-for-you-others = { $groups } lub jednej z { $count } innych grup

rule-title = { $app } pod tym adresem jest zamknięta
rule-everybody = Jest zamknięta dla wszystkich: inne konto niczego nie zmieni.
rule-who = Administracja ustanowiła regułę, która zamyka tę część { $app }, i może ją zmienić.
rule-explain = Numer { $reference }. To polecenie pokazuje, która to była reguła:

relay-title = Zaloguj się jeszcze raz
relay-heading = Zaloguj się jeszcze raz do { $app }
relay-why = Link powrotny do aplikacji był już użyty, ma ponad pół minuty albo był dla innej przeglądarki. Z twoim kontem wszystko w porządku.

frame-title = Otwórz { $app } w osobnej karcie
frame-why = Aplikację otwarto wewnątrz innej strony, gdzie nie można się zalogować.
frame-open = Otwórz w nowej karcie

not-found-title = Pod tym adresem niczego nie ma
not-found-why = Adres mógł zostać po drodze ucięty. Sprawdź, czy link jest pełny, co do ostatniej litery.

too-many-links-title = Próbowano za wielu linków
too-many-links = Przyszły z twojej sieci i nie były ważne. Twój może być ważny: odczekaj { $time } i spróbuj ponownie.
too-many-sign-ins-title = Za dużo logowań naraz
too-many-sign-ins = Przychodzą z twojej sieci, nie wszystkie od ciebie. Odczekaj { $time } i spróbuj ponownie.
too-many-requests-title = Za dużo żądań naraz
too-many-requests = Wszystkie wyszły z twojego konta, z twoich przeglądarek i aplikacji. Odczekaj { $time } i spróbuj ponownie.
wait-seconds = { $count ->
    [one] sekundę
    [few] { $count } sekundy
   *[many] { $count } sekund
}
wait-minutes = { $count ->
    [one] minutę
    [few] { $count } minuty
   *[many] { $count } minut
}

unavailable-title = Doorstep nie może w tej chwili odpowiedzieć
unavailable-why = Nic nie zginęło i nic nie zostało przepuszczone. Odczekaj minutę i wczytaj tę stronę ponownie.
unavailable-reference = Numer { $reference }. Administracja znajdzie dzięki niemu przyczynę.

ask-inside-title = Możesz używać { $app }
ask-title = Poproś o dostęp do { $app }
ask-asked-title = Wysłano prośbę o dostęp do { $app }
ask-refused-title = Nie przyznano dostępu do { $app }
ask-nobody-title = { $app } nie jest jeszcze otwarta dla nikogo
ask-why = Do czego jest ci potrzebna
ask-why-hint = Jedno zdanie albo nic. Administracja przeczyta je razem z twoim nazwiskiem.
ask-asked = Prośbę wysłano { $when }. Administracja jeszcze nie odpowiedziała. Gdy będziesz mieć dostęp, aplikacja się otworzy.
ask-refused = Administracja odmówiła { $when }. Możesz poprosić ponownie { $again }.
ask-nobody = Żadna grupa nie może jej używać, więc nie ma o co prosić.
ask-problem-too-long = Zdanie jest za długie. Niczego jeszcze nie wysłano.
ask-problem-too-many = Poproszono już o tyle aplikacji, o ile można naraz. Poczekaj, aż administracja odpowie.
