sign-in-to = Bei { $app } anmelden
sign-in-to-your-apps = Bei deinen Apps anmelden
sign-in-still-you = Bestätige, dass du noch { $person } bist
sign-in-app-asks = { $app } verlangt das, bevor es weitergeht.
sign-in-app-asks-passkey = { $app } verlangt einen Passkey.
sign-in-app-asks-two-factors = { $app } verlangt einen Passkey oder einen Code neben dem Passwort.
sign-in-with-account = mit deinem Konto bei { $instance }
sign-in-too-long = Die Adresse, die du geöffnet hast, ist zu lang, um dorthin zurückzukehren. Du beginnst auf der Startseite der App.
sign-in-done = Du bist angemeldet. Es geht weiter.
sign-in-with-passkey = Weiter mit einem Passkey
sign-in-offer = Oder nimm einen von diesem Gerät
sign-in-offer-placeholder = Passkey wählen
sign-in-or = oder
sign-in-cannot = Ich kann mich nicht anmelden
sign-in-new-ask = Neu hier? <a>Um ein Konto bitten</a>
sign-in-new-make = Neu hier? <a>Ein Konto anlegen</a>
sign-in-kit = Hast du ein Notfallblatt auf Papier? <a>Verwende einen seiner Codes</a>.
sign-in-ask-link = Sonst bitte die Administration um einen Link zur Wiederherstellung. Er öffnet sich einmal, und du legst damit einen neuen Passkey an.

sign-in-problem-name-or-password = Dieser Benutzername und dieses Passwort gehören nicht zusammen. Prüfe beide.
sign-in-problem-incomplete = Es braucht beides: einen Benutzernamen und ein Passwort.
sign-in-problem-busy = Gerade melden sich viele Leute an. Warte ein paar Sekunden und melde dich dann an.
sign-in-problem-codes-tomorrow = Es waren zu viele falsche Codes. Morgen werden wieder Codes angenommen; mit einem Passkey oder einem Notfallcode geht es sofort.
sign-in-problem-codes = { $minutes ->
    [one] Es waren zu viele falsche Codes. Warte { $minutes } Minute und melde dich dann noch einmal an; mit einem Passkey geht es sofort.
   *[other] Es waren zu viele falsche Codes. Warte { $minutes } Minuten und melde dich dann noch einmal an; mit einem Passkey geht es sofort.
}
sign-in-problem-passwords = { $minutes ->
    [one] Es waren zu viele Versuche mit einem Passwort. Warte eine Minute; mit einem Passkey geht es sofort.
   *[other] Es waren zu viele Versuche mit einem Passwort. Warte { $minutes } Minuten; mit einem Passkey geht es sofort.
}

code-title = Gib den Code deiner Authenticator-App ein
code-to-app = für die Anmeldung bei { $app } mit deinem Konto bei { $instance }
code-hint = Sechs Ziffern. Die App zeigt jede halbe Minute andere, und jeder Code gilt einmal.
code-passkey-instead = Stattdessen weiter mit einem Passkey
code-app-gone = Ich habe die App nicht mehr
code-ask-removal = Sonst bitte die Administration, die Authenticator-App aus deinem Konto zu entfernen.
code-problem-wrong = Dieser Code stimmt nicht oder wurde schon verwendet. Warte auf den nächsten.
code-problem-clock = Dieser Code liegt einige Minuten daneben. Die Uhr des Geräts mit der App geht falsch oder die dieses Servers. Lass das Gerät seine Zeit selbst stellen und warte dann auf den nächsten Code.

consent-title = { $app } möchte wissen, wer du bist
consent-sees = Zu sehen bekommt die App
consent-same-person = Dass du jedes Mal dieselbe Person bist
consent-name = Deinen Namen, { $person }, und deinen Benutzernamen, { $user_name }
consent-email = Deine E-Mail-Adresse, { $email }
consent-email-later = Deine E-Mail-Adresse, sobald dein Konto eine hat
consent-groups = Deine Gruppen: { $groups }
consent-groups-later = Deine Gruppen, sobald du in einer bist
consent-other = Daten, die sie { $scope } nennt
consent-offline = Sie behält den Zugang, auch wenn du nicht da bist, bis du ihn unter „Konto“ beendest.
consent-end = Du kannst das jederzeit unter „Konto“ beenden.
consent-back = Zurück, ohne dich anzumelden
consent-return = Du kehrst zurück zu { $host }

device-title = Auf einem anderen Gerät anmelden
device-type = Gib den Code ein, den das andere Gerät zeigt.
device-code-hint = Kleinbuchstaben und ein fehlender Strich machen nichts.
device-look = Nachsehen, wer fragt
device-nothing-yet = Mit dem Code allein ist nichts erlaubt: Du siehst erst die App und den Ort.
device-problem-no-code = Kein Gerät zeigt gerade diesen Code. Sieh noch einmal nach; nach zehn Minuten zeigt das Gerät einen anderen.
device-asked-title = Auf einem anderen Gerät bei { $app } anmelden
device-shows = Das Gerät zeigt { $code }
device-from = { $device }, von { $address }
device-unknown = Ein Gerät
device-browser-on-system = { $browser } auf { $system }
device-asked = Gefragt { $when }
device-offline = Die App bleibt dort angemeldet, bis du das unter „Konto“ beendest.
device-session = Die App ist dort angemeldet, bis du dich hier abmeldest.
device-warning = Erlaube es nur, wenn das Gerät vor dir steht und diesen Code zeigt. Wer dir den Code oder einen Link geschickt hat, wäre sonst als du angemeldet.
device-approved-title = Du bist auf dem anderen Gerät angemeldet
device-approved = { $app } macht dort in wenigen Sekunden von selbst weiter.
device-refused-title = Du hast abgelehnt
device-refused = { $app } erfährt das und weiß nichts von dir.

recover-title = Notfallcode verwenden
recover-under = von dem Blatt, das du bei { $instance } gedruckt hast
recover-hint = Kleinbuchstaben und fehlende Striche machen nichts.
recover-continue = Weiter mit diesem Code
recover-used-up = Der Code ist dann verbraucht, und auf der nächsten Seite legst du einen neuen Passkey an. Dafür ist eine halbe Stunde Zeit.
recover-no-kit = Ohne Notfallblatt: Frag die Administration nach einem Link zur Wiederherstellung.
recover-no-kit-mail = Ohne Notfallblatt: <a>Wiederherstellung per E-Mail</a>, oder bitte die Administration um einen Wiederherstellungslink.
recover-back = Zurück zur Anmeldung
recover-problem-no-code = Dieser Code öffnet nichts. Sieh nach, ob er schon verwendet wurde oder zu einem Blatt gehört, das du ersetzt hast.

sign-out-title = Von deinen Apps abmelden?
sign-out-app-asks = { $app } bittet darum, dich abzumelden.
sign-out-stay = Angemeldet bleiben
sign-out-held-back = Die App wollte zu einer Adresse weiter, die für sie nicht eingetragen ist. Nach dem Abmelden bleibst du hier.
sign-out-apps = Apps ohne eigene Anmeldung schließen sich sofort. In anderen Apps bleibst du angemeldet, bis du dich dort abmeldest oder sie wieder nachfragen.
signed-out-title = Du bist abgemeldet
signed-out-under = von { $instance }. Du kannst dich jederzeit wieder anmelden.
signed-out-held-back = Die App wollte zu einer Adresse weiter, die für sie nicht eingetragen ist, darum bleibst du hier. Die Administration findet den Unterschied im Protokoll.
