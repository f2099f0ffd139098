mail-confirm-title = Ist das deine E-Mail-Adresse?
mail-confirm-told = Von da an erfahren Apps diese Adresse, und E-Mails zu deinem Konto kommen dorthin.
mail-confirm-use = Diese Adresse verwenden
mail-confirm-leave = Alles lassen, wie es ist
recover-mail-title = Per E-Mail wiederherstellen
wait-for-mail = Warte auf eine E-Mail
recover-mail-under = für dein Konto bei { $instance }
recover-mail-passkey = Ein Passkey funktioniert weiterhin.
recover-mail-account = Benutzername oder E-Mail-Adresse
recover-mail-account-hint = Die E-Mail geht an die Adresse, die dein Konto hat.
recover-mail-ask = Wiederherstellungslink anfordern
stop-title = Die Wiederherstellung stoppen?
stop-title-done = Die Wiederherstellung ist gestoppt
stop-title-nothing = Es gibt nichts zu stoppen
stop-under = deines Kontos bei { $instance }
stop-done = Es kommt kein Wiederherstellungslink, und einer, der schon kam, öffnet nichts mehr.
stop-done-next = Wer deine E-Mails liest, kann es wieder versuchen. Warst du es nicht, dann ändere das Passwort deines Postfachs und sag der Administration Bescheid.
stop-ask = Jemand hat einen Wiederherstellungslink für dein Konto angefordert. Warst du es nicht, dann stopp es. Warst du es, dann verlass diese Seite.
stop-button = Wiederherstellung stoppen
stop-nothing = Sie wurde schon gestoppt, oder sie ist vorbei.
join-ask = Um ein Konto bitten
join-make = Ein Konto anlegen
join-under = bei { $instance }
join-under-with = bei { $instance }, mit { $email }
join-sent = Eine E-Mail ist unterwegs an { $email }. Öffne den Link darin und mach dort weiter. Er gilt einen Tag.
join-spam = Nach einigen Minuten ist nichts da? Sieh nach, ob sie als Spam gilt.
join-hint = Dorthin kommt ein Link.
join-hint-domains = Ihre Domain muss eine von diesen sein: { $domains }. Dorthin kommt ein Link.
join-mail-me = Schick mir einen Link
join-administrator = Die Administration beantwortet deine Bitte.
join-why = Warum du bittest
join-why-hint = Freiwillig. Die Administration liest es.
join-go-on = Weiter
join-answer = Die Antwort kommt per E-Mail.
join-next = Auf der nächsten Seite wählst du einen Benutzernamen und legst einen Passkey an. Du hast dafür eine Stunde.
join-waits-title = Die Administration ist gefragt
join-waits = Die Antwort kommt per E-Mail, innerhalb von zwei Wochen. Du kannst diese Seite schließen.
join-ended-title = Dieser Link öffnet nichts mehr
join-ended = Er wurde benutzt, seitdem kam ein anderer, oder er ist älter als ein Tag.
join-again = Von vorn anfangen
asked-problem-too-many = Das wurde aus deinem Netz zu oft angefordert. Warte eine Stunde und versuch es dann noch einmal.
ask-problem-address = Diese E-Mail-Adresse ist nicht vollständig. Berichtige sie.
ask-problem-domain = Mit einer Adresse dieser Domain gibt es kein Konto.
ask-problem-words = Dein Name fehlt, oder er oder die Begründung ist zu lang.
recover-mail-on-its-way = { $hours ->
    [one] Wenn es das Konto gibt und es per E-Mail wiederhergestellt werden kann, ist eine E-Mail an seine Adresse unterwegs. Darin steht, wie es weitergeht. Der Wiederherstellungslink kommt eine Stunde später, falls niemand ihn stoppt.
   *[other] Wenn es das Konto gibt und es per E-Mail wiederhergestellt werden kann, ist eine E-Mail an seine Adresse unterwegs. Darin steht, wie es weitergeht. Der Wiederherstellungslink kommt { $hours } Stunden später, falls niemand ihn stoppt.
}
recover-mail-nothing-happens = { $hours ->
    [one] Vorher vergeht eine Stunde. Wer deine E-Mails liest, erfährt davon und kann es stoppen; du auch, wo immer du angemeldet bist.
   *[other] Vorher vergehen { $hours } Stunden. Wer deine E-Mails liest, erfährt davon und kann es stoppen; du auch, wo immer du angemeldet bist.
}
