mail-confirm-title = Is dit je e-mailadres?
mail-confirm-told = Vanaf dan krijgen apps dit adres, en komt e-mail over je account daar aan.
mail-confirm-use = Dit adres gebruiken
mail-confirm-leave = Laten zoals het is
recover-mail-title = Herstellen per e-mail
wait-for-mail = Wacht op een e-mail
recover-mail-under = voor je account bij { $instance }
recover-mail-passkey = Een passkey blijft intussen werken.
recover-mail-account = Gebruikersnaam of e-mailadres
recover-mail-account-hint = De e-mail gaat naar het adres dat je account heeft.
recover-mail-ask = Een herstellink aanvragen
stop-title = Het herstel stoppen?
stop-title-done = Het herstel is gestopt
stop-title-nothing = Er is niets te stoppen
stop-under = van je account bij { $instance }
stop-done = Er komt geen herstellink, en een die al gestuurd is opent niets meer.
stop-done-next = Wie je e-mail leest, kan het opnieuw aanvragen. Was jij het niet, verander dan het wachtwoord van je mailbox en zeg het een beheerder.
stop-ask = Iemand heeft een herstellink voor je account aangevraagd. Was jij het niet, stop het dan. Was jij het wel, verlaat dan deze pagina.
stop-button = Het herstel stoppen
stop-nothing = Het was al gestopt, of het is voorbij.
join-ask = Een account aanvragen
join-make = Een account maken
join-under = bij { $instance }
join-under-with = bij { $instance }, met { $email }
join-sent = Er is een e-mail onderweg naar { $email }. Open de link erin en ga daar verder. Hij geldt een dag.
join-spam = Na een paar minuten nog niets? Kijk of hij voor spam is aangezien.
join-hint = Daarheen gaat een link.
join-hint-domains = Het domein moet een van deze zijn: { $domains }. Daarheen gaat een link.
join-mail-me = Stuur me een link
join-administrator = Een beheerder beantwoordt je aanvraag.
join-why = Waarom je het vraagt
join-why-hint = Niet verplicht. Beheerders lezen het.
join-go-on = Verder
join-answer = Het antwoord komt per e-mail.
join-next = Op de volgende pagina kies je een gebruikersnaam en maak je een passkey. Je hebt er een uur voor.
join-waits-title = Een beheerder is gevraagd
join-waits = Het antwoord komt per e-mail, binnen twee weken. Je kunt deze pagina sluiten.
join-ended-title = Deze link opent niets meer
join-ended = Hij is gebruikt, er is intussen een andere gestuurd, of hij is ouder dan een dag.
join-again = Opnieuw beginnen
asked-problem-too-many = Dit is te vaak vanaf je netwerk aangevraagd. Wacht een uur en probeer het dan opnieuw.
ask-problem-address = Dit e-mailadres is niet volledig. Verbeter het.
ask-problem-domain = Met een adres van dit domein wordt geen account gemaakt.
ask-problem-words = Je naam is nodig, en die of de reden is misschien te lang.
recover-mail-on-its-way = { $hours ->
    [one] Als het account er is en per e-mail hersteld kan worden, is er een e-mail onderweg naar zijn adres. Daarin staat wat er daarna gebeurt. De herstellink komt een uur later, tenzij iemand het stopt.
   *[other] Als het account er is en per e-mail hersteld kan worden, is er een e-mail onderweg naar zijn adres. Daarin staat wat er daarna gebeurt. De herstellink komt { $hours } uur later, tenzij iemand het stopt.
}
recover-mail-nothing-happens = { $hours ->
    [one] Er gebeurt een uur niets. Wie je e-mail leest, hoort ervan en kan het stoppen; jij ook, overal waar je ingelogd bent.
   *[other] Er gebeurt { $hours } uur niets. Wie je e-mail leest, hoort ervan en kan het stoppen; jij ook, overal waar je ingelogd bent.
}
