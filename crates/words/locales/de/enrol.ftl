enrol-welcome = Willkommen, { $person }
enrol-welcome-back = Willkommen zurück, { $person }
enrol-add-device = Dieses Gerät hinzufügen
enrol-account = Dein Konto bei { $instance } heißt { $user_name }.
enrol-make-first = Leg einen Passkey an, um dich damit anzumelden.
enrol-make-new = Leg einen neuen Passkey an, um dich damit anzumelden.
enrol-make-here = Leg auf diesem Gerät einen Passkey an, um dich hier damit anzumelden.
enrol-choose-password = Wähle ein Passwort dafür.
enrol-done = Dein Passkey ist bereit. Es geht weiter.
enrol-drop-all = Meine früheren Passkeys, mein Passwort, meine Authenticator-App und mein Notfallblatt entfernen. Wähle das, wenn ein Gerät verloren oder gestohlen ist.
enrol-drop-others = Meine früheren Passkeys, meine Authenticator-App und mein Notfallblatt entfernen. Wähle das, wenn ein Gerät verloren oder gestohlen ist.
enrol-make = Passkey anlegen
enrol-how = Dein Gerät fragt nach deinem Fingerabdruck, deinem Gesicht oder seiner PIN. Nichts davon verlässt das Gerät. Es gibt kein Passwort, das du dir merken oder verlieren könntest.
enrol-password-instead = Stattdessen ein Passwort festlegen
enrol-passkey-instead = Stattdessen einen Passkey anlegen
enrol-signs-out = Damit wirst du in jedem Browser und jeder App abgemeldet, in denen du jetzt angemeldet bist.
enrol-save-password = Passwort speichern und anmelden
enrol-passkey-safer = Ein Passkey ist sicherer und schneller. Du kannst später auf der Seite deines Kontos einen hinzufügen.

set-up-title = Übernimm die Administration
set-up-under = von { $instance }. Noch hat niemand ein Konto.
set-up-user-name-hint = Kurz und schlicht, etwa { $example }. Apps verwenden ihn auch.
set-up-user-name-named = Die Konfiguration nennt { $names } für die Administration. Apps verwenden den Benutzernamen auch.

invite-title = Du bist zu { $place } eingeladen
invite-for = Diese Einladung ist für { $label }.
invite-account = Leg ein Konto bei { $instance } an.
invite-account-then-app = Leg ein Konto bei { $instance } an, dann geht es weiter zu { $app }.
invite-done = Dein Konto und dein Passkey sind bereit. Es geht weiter.
invite-user-name-hint = Kurz und schlicht, etwa { $example }. Apps verwenden ihn auch, und er bleibt.
invite-given-email = Deine E-Mail-Adresse ist hier { $email }, so steht es in der Einladung.
invite-upstream = Du meldest dich dort an und kommst mit einem Konto hierher zurück. Einen Passkey kannst du später auf der Seite deines Kontos hinzufügen.
invite-for-new = Diese Einladung ist für jemand Neues
invite-signed-in = Du bist angemeldet als { $person } ({ $user_name }) und hast schon ein Konto. Es wurde nichts verbraucht.
invite-somebody-else = Ist sie für jemand anderen an diesem Gerät? <a>Melde dich ab</a> und öffne dann die Adresse noch einmal.
invite-problem-no-user-name = Ein Benutzername hat 2 bis 64 Zeichen aus a-z 0-9 . _ - und beginnt mit einem Buchstaben.
invite-problem-user-name = Dieser Benutzername ist nicht frei. Nimm einen anderen.
invite-problem-given-email = Die E-Mail-Adresse dieser Einladung gehört inzwischen zu einem anderen Konto. Frag, wer dich eingeladen hat.

add-passkey-title = Passkey hinzufügen
add-passkey-for = für { $person }. Auf diesem Gerät, auf deinem Telefon oder auf einem Sicherheitsschlüssel: Dein Browser fragt, wo.
add-passkey-done = Dein Passkey ist bereit. Es geht zurück zu deinem Konto.
add-passkey-elsewhere = Stattdessen auf einem anderen Gerät anlegen

account-deleted-title = Dein Konto ist gelöscht
account-deleted-under = bei { $instance }. Jede Sitzung ist beendet.
account-deleted-passkey = Dein Passkey öffnet nichts mehr. Entferne ihn auch auf deinem Gerät.
