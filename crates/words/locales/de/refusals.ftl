error-link-ended-title = Dieser Link öffnet sich nicht mehr
error-link-ended = Er wurde schon verwendet, ist abgelaufen, oder ein neuerer hat seinen Platz eingenommen.
error-link-ended-next = Wenn du einen Passkey hast, melde dich damit an. Sonst bitte die Administration um einen neuen Link.
error-invitation-ended-title = Diese Einladung öffnet sich nicht mehr
error-invitation-ended = Sie wurde schon verwendet oder ist abgelaufen.
error-invitation-ended-next = Bitte, wer dich eingeladen hat, um eine neue. Wenn du ein Konto hast, melde dich damit an.
error-sign-in-unreadable-title = Diese Anmeldung kann nicht weitergehen
error-sign-in-unreadable = Ihre Adresse wurde auf dem Weg hierher abgeschnitten oder verändert.
error-sign-in-unreadable-next = Öffne die App noch einmal; wenn du noch nicht angemeldet bist, wirst du danach gefragt.
error-clocks-title = Die Uhren zweier Rechner gehen vermutlich verschieden
error-clocks = Du bist angemeldet, aber die App wurde nicht geöffnet: Zweimal nacheinander galt der Weg zurück zu ihr sofort als abgelaufen.
error-clocks-next = Versuch es noch einmal. Wenn das nicht hilft, sag der Administration: Die Server von Doorstep müssen dieselbe Zeit zeigen.
error-app-gone-title = Diese App gibt es hier nicht mehr
error-app-gone = Deine Anmeldung galt einer App, die entfernt wurde oder an eine andere Adresse umgezogen ist.
error-app-gone-next = Such sie unter deinen Apps oder frag die Administration.
error-wrong-host-title = An dieser Adresse meldest du dich nicht an
error-wrong-host = Diese Seite wurde unter einem anderen Hostnamen aufgerufen.
error-wrong-host-next = Öffne sie an ihrer eigenen Adresse.
error-wrong-host-mend = Wenn die Leute die richtige Adresse verwenden, lass den Proxy den Header Host weitergeben. Im Protokoll steht, welcher Host verlangt wurde.
error-bad-address-title = Diese Adresse kann nicht geöffnet werden
error-bad-address = Sie lässt sich auf mehr als eine Weise lesen und wurde darum abgelehnt.
error-bad-address-next = Geh zurück zur App und beginne auf ihrer Startseite.
error-sign-in-here-title = Du bist nicht mehr angemeldet
error-sign-in-here = Für { $app } musst du angemeldet sein.
error-sign-in-here-next = Melde dich wieder an, um weiterzumachen.
error-prove-again-title = Bestätige, dass du es noch bist
error-needs-passkey-title = Dafür braucht es einen Passkey
error-needs-passkey = { $app } verlangt hier einen Passkey, und dein Konto hat keinen.
error-needs-passkey-next = Leg auf der Seite deines Kontos einen an und öffne diese Seite dann noch einmal.
error-needs-more-title = Dafür braucht es mehr als ein Passwort
error-needs-more = { $app } verlangt hier einen Passkey oder einen Code neben dem Passwort, und dein Konto hat keins von beiden.
error-needs-more-next = Leg auf der Seite deines Kontos einen Passkey oder eine Authenticator-App an und öffne diese Seite dann noch einmal.
error-unknown-address-title = Doorstep kennt diese Adresse nicht
error-unknown-address = Für diesen Host ist keine App eingetragen, oder dem Proxy, der gefragt hat, wird nicht vertraut.
error-unknown-address-next = Prüfe die Adresse oder frag die Administration.
error-unknown-address-mend = Der Header X-Doorstep-Reason dieser Antwort sagt, warum: unknown_host heißt, dass für diesen Host keine App eingetragen ist, untrusted_peer, dass der Proxy nicht in trusted_proxies steht.
error-proxy-title = Der Proxy hat diese Anfrage abgelehnt
error-proxy = Du bist angemeldet und darfst diese App verwenden.
error-proxy-next = Lade die Seite neu. Wenn das nicht hilft, lehnt eine Regel im Proxy die Anfrage ab.
error-form-title = Dieses Formular ist nicht zu lesen
error-form = Es wurde auf dem Weg hierher abgeschnitten oder stammt nicht von einer unserer Seiten. Es wurde nichts geändert.
error-form-next = Geh zurück und schick es noch einmal.
error-foreign-title = Es wurde nichts geändert
error-foreign = Diese Anfrage kam von einer anderen Website und wurde darum abgelehnt.
error-foreign-next = Wenn du das wolltest, tu es noch einmal auf der Seite deines Kontos.
error-signed-out-here-title = Nur dieser Browser ist abgemeldet
error-signed-out-here = Doorstep konnte nicht festhalten, dass deine Sitzung beendet ist.
error-signed-out-here-next = Apps, die du geöffnet hast, bleiben vielleicht angemeldet. Melde dich an und wieder ab, wenn Doorstep wieder läuft.
error-explain = Kennzeichen { $reference }. Dieser Befehl zeigt die ganze Anfrage und was zu ändern ist:

request-unreadable-title = Die App hat eine Anfrage geschickt, die nicht zu lesen ist
request-unreadable = Sie ist nicht vollständig oder lässt sich auf mehr als eine Weise lesen, darum ging es hier nicht weiter.
request-unknown-app-title = Diese App ist hier nicht bekannt
request-unknown-app = Die App, die dich hergeschickt hat, ist hier nicht bekannt, darum ging es nicht weiter.
request-disabled-app-title = { $app } ist abgeschaltet
request-disabled-app = Niemand kann sich dort anmelden, bis die Administration sie wieder einschaltet.
request-no-return-title = Die App hat nicht gesagt, wohin es zurückgehen soll
request-no-return = { $app } wollte dich anmelden, ohne eine Adresse für den Rückweg zu nennen, darum ging es hier nicht weiter.
request-no-return-unnamed = Die App wollte dich anmelden, ohne eine Adresse für den Rückweg zu nennen, darum ging es hier nicht weiter.
request-other-return-title = Die App hat dich mit einer Adresse geschickt, die nicht eingetragen ist
request-other-return = { $app } wollte dich an eine andere Adresse zurückschicken als die eingetragene, darum ging es hier nicht weiter.
request-other-return-unnamed = Die App wollte dich an eine andere Adresse zurückschicken als die eingetragene, darum ging es hier nicht weiter.
request-next = Mit deinem Konto ist alles in Ordnung.

upstream-disabled-title = Dein Konto ist gesperrt
upstream-disabled = Du hast dich bei { $provider } angemeldet, und dein Konto hier ist abgeschaltet.
upstream-disabled-next = Wende dich an die Administration, damit sie es wieder freigibt.
upstream-not-fresh-title = { $provider } hat nicht noch einmal gefragt, wer du bist
upstream-not-fresh = Dieser Schritt braucht eine Anmeldung von eben.
upstream-not-fresh-next = Melde dich mit einem Passkey an.
upstream-stopped-title = Du hast dich bei { $provider } nicht angemeldet
upstream-stopped = Es wurde nichts geändert.
upstream-passkey-next = Melde dich mit einem Passkey an oder versuch es noch einmal.
upstream-gone = Sie war schon abgeschlossen, hat länger als zehn Minuten gedauert oder in einem anderen Browser begonnen.
upstream-enrols-nobody-title = Mit { $provider } kann kein Konto angelegt werden
upstream-enrols-nobody = Die Einladung wurde nicht verbraucht.
upstream-enrols-nobody-next = Öffne die Einladung noch einmal und leg einen Passkey an.
upstream-unreachable-title = { $provider } kann gerade nicht gefragt werden
upstream-unreachable = Der Anbieter hat nicht so geantwortet, wie er sollte.
upstream-refused-title = Die Antwort von { $provider } wurde nicht angenommen
upstream-refused = Sie hat eine Prüfung nicht bestanden, die dein Konto schützt.
upstream-no-account-title = Zu deinem Konto bei { $provider } gehört hier kein Konto
upstream-no-account = Du bist bei { $provider } angemeldet. Welches Konto hier deines ist, kannst nur du sagen.
upstream-no-account-next = Melde dich hier an wie sonst und füge es auf der Seite deines Kontos hinzu, oder bitte die Administration um eine Einladung.
upstream-somebody-elses-title = Dieses Konto bei { $provider } gehört hier zu jemand anderem
upstream-somebody-elses = Damit meldet sich ein anderes Konto an, darum wurde es deinem nicht hinzugefügt.
upstream-somebody-elses-next = Melde dich dort mit einem anderen Konto an, oder entferne es hier zuerst aus dem anderen Konto.
upstream-known-title = Du hast hier schon ein Konto
upstream-known = Dein Konto bei { $provider } meldet dich damit an. Die Einladung ist für jemand Neues und wurde nicht verbraucht.
upstream-known-next = Melde dich bei deinem Konto an.

denied-title = { $app } ist für dich nicht offen
denied-nobody = { $app } ist noch für niemanden offen
denied-groups = { $count ->
    [one] { $app } ist für die Gruppe { $groups }
   *[other] { $app } ist für die Gruppen { $groups }
}
denied-person = Du bist angemeldet als { $person } und gehörst zu { $groups }.
denied-person-no-group = Du bist angemeldet als { $person } und gehörst zu keiner Gruppe.
denied-ask = Frag die Administration danach.
denied-reference = Das Kennzeichen { $reference } zeigt der Administration, warum das abgelehnt wurde.

not-for-you-title = { $app } ist nicht für dein Konto
not-for-you-part-title = Dieser Teil von { $app } ist nicht für dein Konto
not-for-you-nobody = Zugang hat noch niemand.
not-for-you-members = Zugang haben Mitglieder von { $groups }.
not-for-you-one-of-each = { $these }, die auch Mitglieder sind von { $those }
not-for-you-one-other = { $groups } oder einer weiteren Gruppe
not-for-you-others = { $groups } oder einer von { $count } weiteren Gruppen

rule-title = { $app } ist an dieser Adresse geschlossen
rule-everybody = Für alle: Ein anderes Konto ändert daran nichts.
rule-who = Die Administration hat die Regel aufgestellt, die diesen Teil von { $app } schließt, und kann sie ändern.
rule-explain = Kennzeichen { $reference }. Dieser Befehl zeigt, welche Regel es war:

relay-title = Noch einmal anmelden
relay-heading = Noch einmal bei { $app } anmelden
relay-why = Der Link zurück zur App wurde schon verwendet, ist älter als eine halbe Minute oder war für einen anderen Browser. Mit deinem Konto ist alles in Ordnung.

frame-title = { $app } in einem eigenen Tab öffnen
frame-why = Die App wurde innerhalb einer anderen Seite geöffnet, und dort kannst du dich nicht anmelden.
frame-open = In neuem Tab öffnen

not-found-title = An dieser Adresse ist nichts
not-found-why = Vielleicht wurde die Adresse auf dem Weg hierher abgeschnitten. Prüfe, ob der Link vollständig ist, bis zum letzten Buchstaben.

too-many-links-title = Zu viele Links ausprobiert
too-many-links = Sie kamen aus deinem Netz und waren nicht gültig. Deiner ist es vielleicht: Warte { $time } und versuch es dann noch einmal.
too-many-sign-ins-title = Zu viele Anmeldungen auf einmal
too-many-sign-ins = Sie kommen aus deinem Netz, nicht alle von dir. Warte { $time } und versuch es dann noch einmal.
too-many-requests-title = Zu viele Anfragen auf einmal
too-many-requests = Sie wurden alle mit deinem Konto gestellt, von deinen Browsern und Apps. Warte { $time } und versuch es dann noch einmal.
wait-seconds = { $count ->
    [one] eine Sekunde
   *[other] { $count } Sekunden
}
wait-minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
}

unavailable-title = Doorstep kann im Moment nicht antworten
unavailable-why = Nichts ist verloren, und nichts wurde durchgelassen. Warte eine Minute und lade diese Seite dann neu.
unavailable-reference = Kennzeichen { $reference }. Damit findet die Administration den Grund.

ask-inside-title = Du darfst { $app } verwenden
ask-title = Um Zugang zu { $app } bitten
ask-asked-title = Du hast um Zugang zu { $app } gebeten
ask-refused-title = Du hast keinen Zugang zu { $app } bekommen
ask-nobody-title = { $app } ist noch für niemanden offen
ask-why = Wofür du sie brauchst
ask-why-hint = Ein Satz oder nichts. Die Administration liest ihn mit deinem Namen.
ask-asked = Du hast { $when } gefragt. Die Administration hat noch nicht geantwortet. Sobald du Zugang hast, öffnet sich die App.
ask-refused = Die Administration hat { $when } abgelehnt. Du kannst { $again } wieder fragen.
ask-nobody = Keine Gruppe darf sie verwenden, darum gibt es nichts zu erbitten.
ask-problem-too-long = Der Satz ist zu lang. Es wurde noch nichts gefragt.
ask-problem-too-many = Du hast um so viele Apps gebeten, wie gleichzeitig erlaubt sind. Warte, bis die Administration geantwortet hat.
