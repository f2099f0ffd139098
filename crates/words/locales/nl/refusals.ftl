error-link-ended-title = Deze link opent niet meer
error-link-ended = Hij is al gebruikt, is verlopen, of een nieuwere heeft zijn plaats ingenomen.
error-link-ended-next = Als je een passkey hebt, log er dan mee in. Vraag anders een beheerder om een nieuwe link.
error-invitation-ended-title = Deze uitnodiging opent niet meer
error-invitation-ended = Ze is al gebruikt of is verlopen.
error-invitation-ended-next = Vraag een nieuwe aan wie je uitnodigde. Als je een account hebt, log er dan mee in.
error-sign-in-unreadable-title = Deze login kan niet verdergaan
error-sign-in-unreadable = Het adres ervan is onderweg afgekapt of veranderd.
error-sign-in-unreadable-next = Open de app opnieuw; je wordt gevraagd in te loggen als je dat nog niet bent.
error-clocks-title = De klokken van twee machines lopen waarschijnlijk niet gelijk
error-clocks = Je bent ingelogd, maar de app is niet geopend: twee keer achter elkaar gold de weg terug meteen als verlopen.
error-clocks-next = Probeer het nog een keer. Als dat niet helpt, zeg dan tegen een beheerder dat de servers van Doorstep dezelfde tijd moeten tonen.
error-app-gone-title = Deze app is hier niet meer
error-app-gone = Je login was voor een app die is verwijderd, of die naar een ander adres is verhuisd.
error-app-gone-next = Zoek hem tussen je apps, of vraag een beheerder.
error-wrong-host-title = Dit is niet het adres waar je inlogt
error-wrong-host = Deze pagina is onder een andere hostnaam opgevraagd.
error-wrong-host-next = Open haar op haar eigen adres.
error-wrong-host-mend = Als mensen het juiste adres gebruiken, laat de proxy dan de header Host doorgeven. Het logboek noemt de host die is opgevraagd.
error-bad-address-title = Dit adres kan niet worden geopend
error-bad-address = Het kan op meer dan één manier worden gelezen en is daarom geweigerd.
error-bad-address-next = Ga terug naar de app en begin op de startpagina.
error-sign-in-here-title = Je bent niet meer ingelogd
error-sign-in-here = Voor { $app } moet je ingelogd zijn.
error-sign-in-here-next = Log opnieuw in om verder te gaan.
error-prove-again-title = Bevestig dat jij het nog bent
error-needs-passkey-title = Hiervoor is een passkey nodig
error-needs-passkey = { $app } vraagt hier om een passkey, en je account heeft er geen.
error-needs-passkey-next = Maak er een op je accountpagina en open deze pagina dan opnieuw.
error-needs-more-title = Hiervoor is meer nodig dan een wachtwoord
error-needs-more = { $app } vraagt hier om een passkey, of om een code naast het wachtwoord, en je account heeft geen van beide.
error-needs-more-next = Maak een passkey of voeg een authenticator-app toe op je accountpagina en open deze pagina dan opnieuw.
error-unknown-address-title = Doorstep kent dit adres niet
error-unknown-address = Er is geen app voor deze host opgegeven, of de proxy die vroeg wordt niet vertrouwd.
error-unknown-address-next = Kijk naar het adres, of vraag een beheerder.
error-unknown-address-mend = De header X-Doorstep-Reason van dit antwoord zegt waarom: unknown_host betekent dat er geen app voor deze host is opgegeven, untrusted_peer dat de proxy niet in trusted_proxies staat.
error-proxy-title = De proxy heeft dit verzoek geweigerd
error-proxy = Je bent ingelogd en mag deze app gebruiken.
error-proxy-next = Laad de pagina opnieuw. Als dat niet helpt, weigert een regel in de proxy het verzoek.
error-form-title = Dit formulier kan niet worden gelezen
error-form = Het is onderweg afgekapt, of het komt niet van een pagina van ons. Er is niets veranderd.
error-form-next = Ga terug en verstuur het opnieuw.
error-foreign-title = Er is niets veranderd
error-foreign = Dit verzoek kwam van een andere site en is daarom geweigerd.
error-foreign-next = Als je het wilde, doe het dan opnieuw vanaf je accountpagina.
error-signed-out-here-title = Alleen deze browser is uitgelogd
error-signed-out-here = Doorstep kon niet vastleggen dat je sessie is beëindigd.
error-signed-out-here-next = Apps die je hebt geopend blijven misschien ingelogd. Log in en weer uit als Doorstep weer werkt.
error-explain = Kenmerk { $reference }. Deze opdracht toont het hele verzoek en wat er moet veranderen:

request-unreadable-title = De app stuurde een verzoek dat niet kan worden gelezen
request-unreadable = Het is niet volledig, of kan op meer dan één manier worden gelezen, dus zijn we hier gestopt.
request-unknown-app-title = Deze app is hier niet bekend
request-unknown-app = De app die je stuurde is hier niet bekend, dus zijn we gestopt.
request-disabled-app-title = { $app } is uitgeschakeld
request-disabled-app = Niemand kan er inloggen tot een beheerder hem weer inschakelt.
request-no-return-title = De app zei niet waarheen je terug moet
request-no-return = { $app } vroeg om je in te loggen zonder adres om naar terug te keren, dus zijn we hier gestopt.
request-no-return-unnamed = De app vroeg om je in te loggen zonder adres om naar terug te keren, dus zijn we hier gestopt.
request-other-return-title = De app stuurde je met een adres dat niet is geregistreerd
request-other-return = { $app } vroeg om je terug te sturen naar een ander adres dan het geregistreerde, dus zijn we hier gestopt.
request-other-return-unnamed = De app vroeg om je terug te sturen naar een ander adres dan het geregistreerde, dus zijn we hier gestopt.
request-next = Met je account is niets mis.

upstream-disabled-title = Je account is uitgeschakeld
upstream-disabled = Je bent ingelogd bij { $provider }, en je account hier is uitgezet.
upstream-disabled-next = Vraag een beheerder om het weer in te schakelen.
upstream-not-fresh-title = { $provider } vroeg niet opnieuw wie je bent
upstream-not-fresh = Deze stap vraagt om een login van zojuist.
upstream-not-fresh-next = Log in met een passkey.
upstream-stopped-title = Je hebt niet ingelogd bij { $provider }
upstream-stopped = Er is niets veranderd.
upstream-passkey-next = Log in met een passkey, of probeer het opnieuw.
upstream-gone = Ze was al klaar, duurde langer dan tien minuten, of begon in een andere browser.
upstream-enrols-nobody-title = Met { $provider } kan geen account worden gemaakt
upstream-enrols-nobody = De uitnodiging is niet gebruikt.
upstream-enrols-nobody-next = Open de uitnodiging opnieuw en maak een passkey.
upstream-unreachable-title = { $provider } kan op dit moment niet worden gevraagd
upstream-unreachable = De aanbieder antwoordde niet zoals het hoort.
upstream-refused-title = Het antwoord van { $provider } is niet aangenomen
upstream-refused = Het doorstond een controle niet die je account beschermt.
upstream-no-account-title = Bij je account bij { $provider } hoort hier geen account
upstream-no-account = Je bent ingelogd bij { $provider }. Welk account hier van jou is, kun alleen jij zeggen.
upstream-no-account-next = Log hier in zoals je gewend bent en voeg het toe op je accountpagina, of vraag een beheerder om een uitnodiging.
upstream-somebody-elses-title = Dit account bij { $provider } is hier van iemand anders
upstream-somebody-elses = Het logt een ander account in, dus is het niet aan het jouwe toegevoegd.
upstream-somebody-elses-next = Log daar in met een ander account, of verwijder het hier eerst uit het andere account.
upstream-known-title = Je hebt hier al een account
upstream-known = Met je account bij { $provider } log je erop in. De uitnodiging is voor iemand die nieuw is en is niet gebruikt.
upstream-known-next = Log in op je account.

denied-title = { $app } is niet open voor jou
denied-nobody = { $app } is nog voor niemand open
denied-groups = { $count ->
    [one] { $app } is voor de groep { $groups }
   *[other] { $app } is voor de groepen { $groups }
}
denied-person = Je bent ingelogd als { $person }, en zit in { $groups }.
denied-person-no-group = Je bent ingelogd als { $person }, en zit in geen groep.
denied-ask = Vraag het aan een beheerder.
denied-reference = Kenmerk { $reference } laat een beheerder zien waarom het is geweigerd.

not-for-you-title = { $app } is niet voor jouw account
not-for-you-part-title = Dit deel van { $app } is niet voor jouw account
not-for-you-nobody = Nog niemand heeft toegang.
not-for-you-members = Het is voor leden van { $groups }.
not-for-you-one-of-each = { $these }, die ook lid zijn van { $those }
not-for-you-one-other = { $groups } of één andere groep
not-for-you-others = { $groups } of een van { $count } andere groepen

rule-title = { $app } is gesloten op dit adres
rule-everybody = Het is voor iedereen gesloten: een ander account verandert niets.
rule-who = Een beheerder heeft de regel gemaakt die dit deel van { $app } sluit, en kan hem veranderen.
rule-explain = Kenmerk { $reference }. Deze opdracht toont welke regel het was:

relay-title = Nog een keer inloggen
relay-heading = Nog een keer inloggen bij { $app }
relay-why = De link terug naar de app is al gebruikt, is ouder dan een halve minuut, of was voor een andere browser. Met je account is niets mis.

frame-title = Open { $app } in een eigen tabblad
frame-why = De app is binnen een andere pagina geopend, waar je niet kunt inloggen.
frame-open = Open in een nieuw tabblad

not-found-title = Er is niets op dit adres
not-found-why = Het adres is onderweg misschien afgekapt. Kijk of de link volledig is, tot de laatste letter.

too-many-links-title = Er zijn te veel links geprobeerd
too-many-links = Ze kwamen van je netwerk en waren niet geldig. De jouwe is dat misschien wel: wacht { $time } en probeer het dan opnieuw.
too-many-sign-ins-title = Te veel logins tegelijk
too-many-sign-ins = Ze komen van je netwerk, niet allemaal van jou. Wacht { $time } en probeer het dan opnieuw.
too-many-requests-title = Te veel verzoeken tegelijk
too-many-requests = Ze zijn allemaal met je account gedaan, door je browsers en apps. Wacht { $time } en probeer het dan opnieuw.
wait-seconds = { $count ->
    [one] een seconde
   *[other] { $count } seconden
}
wait-minutes = { $count ->
    [one] een minuut
   *[other] { $count } minuten
}

unavailable-title = Doorstep kan op dit moment niet antwoorden
unavailable-why = Er is niets verloren, en er is niets doorgelaten. Wacht een minuut en laad deze pagina dan opnieuw.
unavailable-reference = Kenmerk { $reference }. Een beheerder kan daarmee de reden vinden.

ask-inside-title = Je mag { $app } gebruiken
ask-title = Vraag toegang tot { $app }
ask-asked-title = Je hebt toegang tot { $app } gevraagd
ask-refused-title = Je hebt geen toegang tot { $app } gekregen
ask-nobody-title = { $app } is nog voor niemand open
ask-why = Waarom je de app nodig hebt
ask-why-hint = Eén zin, of niets. Beheerders lezen hem met je naam.
ask-asked = Je vroeg het { $when }. Een beheerder heeft nog niet geantwoord. Zodra je toegang hebt, opent de app.
ask-refused = Een beheerder zei { $when } nee. Je kunt het { $again } opnieuw vragen.
ask-nobody = Geen groep mag de app gebruiken, dus er is niets om te vragen.
ask-problem-too-long = De zin is te lang. Er is nog niets gevraagd.
ask-problem-too-many = Je hebt om zoveel apps gevraagd als er tegelijk mogen. Wacht tot een beheerder heeft geantwoord.
