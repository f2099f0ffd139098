passkey-needs-script = Klucz dostępu potrzebuje JavaScriptu w tej przeglądarce. Włącz go dla tej witryny i otwórz stronę ponownie.
passkey-one-moment = Chwileczkę.
passkey-unanswered = Doorstep nie mógł odpowiedzieć. Odczekaj minutę i naciśnij przycisk ponownie.
passkey-not-made = Nie utworzono klucza dostępu. Naciśnij przycisk, aby spróbować ponownie.
passkey-not-used = Nie użyto klucza dostępu. Naciśnij przycisk, aby spróbować ponownie; może ma go też twój telefon.
passkey-held-already = To urządzenie ma już twój klucz dostępu. Aby mieć kolejny, użyj innego urządzenia.
passkey-wrong-address = Klucze dostępu nie działają pod tym adresem. Otwórz stronę pod jej własnym adresem.
passkey-unverified = To urządzenie nie może sprawdzić, że to ty. Wybierz takie z PIN-em, odciskiem palca albo rozpoznawaniem twarzy.
passkey-unreachable = Nie udało się połączyć z Doorstep. Sprawdź połączenie i naciśnij przycisk ponownie.
passkey-failed = Z kluczem dostępu się nie udało. Naciśnij przycisk, aby spróbować ponownie.
passkey-old-browser = Ta przeglądarka nie obsługuje kluczy dostępu. Otwórz tę stronę w nowszej albo na telefonie.
passkey-insecure = Klucze dostępu potrzebują bezpiecznego adresu, zaczynającego się od https.

passkey-too-late = Trwało to za długo albo zaczęło się w innym oknie. Naciśnij przycisk, aby spróbować ponownie.
passkey-opens-nothing = Ten klucz dostępu nie należy tu do żadnego konta. Użyj innego albo poproś administrację o link do odzyskania konta.
passkey-link-gone = Ten link już się nie otwiera. Poproś o nowy osobę, od której go masz.
passkey-away = Doorstep nie może w tej chwili odpowiedzieć. Odczekaj minutę i naciśnij przycisk ponownie.
passkey-too-many = Było za dużo prób. Odczekaj kilka minut i spróbuj ponownie.
passkey-page-outdated = Ta strona jest nieaktualna. Wczytaj ją ponownie.
passkey-confirm-first = Najpierw potwierdź, że to ty.
passkey-for-somebody-new = Masz już sesję, a to zaproszenie jest dla kogoś nowego. Wczytaj stronę ponownie.
passkey-too-many-own = { $seconds ->
    [one] Z twojego konta wyszło za dużo żądań. Odczekaj { $seconds } sekundę i naciśnij przycisk ponownie.
    [few] Z twojego konta wyszło za dużo żądań. Odczekaj { $seconds } sekundy i naciśnij przycisk ponownie.
   *[many] Z twojego konta wyszło za dużo żądań. Odczekaj { $seconds } sekund i naciśnij przycisk ponownie.
}
passkey-too-many-network = { $seconds ->
    [one] Z twojej sieci jest za dużo logowań. Odczekaj { $seconds } sekundę i naciśnij przycisk ponownie.
    [few] Z twojej sieci jest za dużo logowań. Odczekaj { $seconds } sekundy i naciśnij przycisk ponownie.
   *[many] Z twojej sieci jest za dużo logowań. Odczekaj { $seconds } sekund i naciśnij przycisk ponownie.
}
passkey-user-name-needed = Potrzebna jest nazwa użytkownika.
passkey-user-name-taken = Ta nazwa użytkownika jest zajęta.
passkey-user-name-former = Ta nazwa użytkownika należała do kogoś innego i aplikacje mogą znać tę osobę pod tą nazwą.
passkey-user-name-kept = Konfiguracja zachowuje tę nazwę użytkownika dla kogoś spoza administracji.
passkey-email-taken = Ten adres e-mail należy do innego konta. Podaj inny albo zostaw puste pole.
passkey-email-former = Ten adres e-mail należał tu do kogoś innego. Podaj inny albo zostaw puste pole.
passkey-registered = Ten klucz dostępu jest już zarejestrowany. Aby mieć kolejny, użyj innego urządzenia.
