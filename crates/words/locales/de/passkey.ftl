passkey-needs-script = Ein Passkey braucht JavaScript in diesem Browser. Schalte es für diese Seite ein und öffne sie noch einmal.
passkey-one-moment = Einen Moment.
passkey-unanswered = Doorstep konnte nicht antworten. Warte eine Minute und drück dann noch einmal auf den Knopf.
passkey-not-made = Es wurde kein Passkey angelegt. Drück auf den Knopf, um es noch einmal zu versuchen.
passkey-not-used = Es wurde kein Passkey verwendet. Drück auf den Knopf, um es noch einmal zu versuchen; vielleicht hat auch dein Telefon einen.
passkey-held-already = Auf diesem Gerät liegt schon ein Passkey von dir. Nimm für einen weiteren ein anderes Gerät.
passkey-wrong-address = An dieser Adresse funktionieren Passkeys nicht. Öffne die Seite an ihrer eigenen Adresse.
passkey-unverified = Dieses Gerät kann nicht feststellen, dass du es bist. Nimm eines mit PIN, Fingerabdruck oder Gesicht.
passkey-unreachable = Doorstep war nicht zu erreichen. Sieh nach deiner Verbindung und drück dann noch einmal auf den Knopf.
passkey-failed = Das hat mit dem Passkey nicht geklappt. Drück auf den Knopf, um es noch einmal zu versuchen.
passkey-old-browser = Dieser Browser kann keine Passkeys verwenden. Öffne die Seite in einem neueren oder auf deinem Telefon.
passkey-insecure = Passkeys brauchen eine sichere Adresse, also eine, die mit https beginnt.

passkey-too-late = Es hat zu lange gedauert oder in einem anderen Fenster begonnen. Drück auf den Knopf, um es noch einmal zu versuchen.
passkey-opens-nothing = Dieser Passkey gehört hier zu keinem Konto. Nimm einen anderen oder bitte die Administration um einen Link zur Wiederherstellung.
passkey-link-gone = Dieser Link öffnet sich nicht mehr. Bitte, wer ihn dir gegeben hat, um einen neuen.
passkey-away = Doorstep kann im Moment nicht antworten. Warte eine Minute und drück dann noch einmal auf den Knopf.
passkey-too-many = Es waren zu viele Versuche. Warte ein paar Minuten und versuch es dann noch einmal.
passkey-page-outdated = Diese Seite ist veraltet. Lade sie neu.
passkey-confirm-first = Bestätige erst, dass du es bist.
passkey-for-somebody-new = Du bist schon angemeldet, und diese Einladung ist für jemand Neues. Lade die Seite neu.
passkey-too-many-own = { $seconds ->
    [one] Mit deinem Konto wurden zu viele Anfragen gestellt. Warte { $seconds } Sekunde und drück dann noch einmal auf den Knopf.
   *[other] Mit deinem Konto wurden zu viele Anfragen gestellt. Warte { $seconds } Sekunden und drück dann noch einmal auf den Knopf.
}
passkey-too-many-network = { $seconds ->
    [one] Aus deinem Netz kommen zu viele Anmeldungen. Warte { $seconds } Sekunde und drück dann noch einmal auf den Knopf.
   *[other] Aus deinem Netz kommen zu viele Anmeldungen. Warte { $seconds } Sekunden und drück dann noch einmal auf den Knopf.
}
passkey-user-name-needed = Es braucht einen Benutzernamen.
passkey-user-name-taken = Dieser Benutzername ist vergeben.
passkey-user-name-former = Dieser Benutzername gehörte jemand anderem, und Apps kennen die Person vielleicht darunter.
passkey-user-name-kept = Die Konfiguration hält diesen Benutzernamen für jemanden frei, der nicht zur Administration gehört.
passkey-email-taken = Diese E-Mail-Adresse gehört zu einem anderen Konto. Nimm eine andere oder lass das Feld leer.
passkey-email-former = Diese E-Mail-Adresse gehörte hier jemand anderem. Nimm eine andere oder lass das Feld leer.
passkey-registered = Dieser Passkey ist schon eingetragen. Nimm für einen weiteren ein anderes Gerät.
