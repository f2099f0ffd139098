passkey-needs-script = Een passkey heeft JavaScript nodig in deze browser. Zet het aan voor deze site en open de pagina opnieuw.
passkey-one-moment = Een ogenblik.
passkey-unanswered = Doorstep kon niet antwoorden. Wacht een minuut en druk opnieuw op de knop.
passkey-not-made = Er is geen passkey gemaakt. Druk op de knop om het opnieuw te proberen.
passkey-not-used = Er is geen passkey gebruikt. Druk op de knop om het opnieuw te proberen; misschien heeft je telefoon er ook een.
passkey-held-already = Dit apparaat heeft al een passkey van jou. Gebruik voor nog een een ander apparaat.
passkey-wrong-address = Passkeys werken niet op dit adres. Open de pagina op haar eigen adres.
passkey-unverified = Dit apparaat kan niet nagaan dat jij het bent. Kies er een met een pincode, een vingerafdruk of een gezicht.
passkey-unreachable = Doorstep was niet te bereiken. Kijk naar je verbinding en druk dan opnieuw op de knop.
passkey-failed = Het lukte niet met de passkey. Druk op de knop om het opnieuw te proberen.
passkey-old-browser = Deze browser kan geen passkeys gebruiken. Open deze pagina in een nieuwere of op je telefoon.
passkey-insecure = Passkeys hebben een veilig adres nodig, een dat begint met https.

passkey-too-late = Het duurde te lang, of het begon in een ander venster. Druk op de knop om het opnieuw te proberen.
passkey-opens-nothing = Deze passkey hoort hier bij geen account. Gebruik een andere, of vraag een beheerder om een herstellink.
passkey-link-gone = Deze link opent niet meer. Vraag een nieuwe aan wie hem je gaf.
passkey-away = Doorstep kan op dit moment niet antwoorden. Wacht een minuut en druk dan opnieuw op de knop.
passkey-too-many = Er waren te veel pogingen. Wacht een paar minuten en probeer het dan opnieuw.
passkey-page-outdated = Deze pagina is verouderd. Laad haar opnieuw.
passkey-confirm-first = Bevestig eerst dat jij het bent.
passkey-for-somebody-new = Je bent al ingelogd, en deze uitnodiging is voor iemand die nieuw is. Laad de pagina opnieuw.
passkey-too-many-own = { $seconds ->
    [one] Er zijn te veel verzoeken met je account gedaan. Wacht { $seconds } seconde en druk dan opnieuw op de knop.
   *[other] Er zijn te veel verzoeken met je account gedaan. Wacht { $seconds } seconden en druk dan opnieuw op de knop.
}
passkey-too-many-network = { $seconds ->
    [one] Er komen te veel logins van je netwerk. Wacht { $seconds } seconde en druk dan opnieuw op de knop.
   *[other] Er komen te veel logins van je netwerk. Wacht { $seconds } seconden en druk dan opnieuw op de knop.
}
passkey-user-name-needed = Er is een gebruikersnaam nodig.
passkey-user-name-taken = Deze gebruikersnaam is bezet.
passkey-user-name-former = Deze gebruikersnaam was van iemand anders, en apps kennen die persoon er misschien onder.
passkey-user-name-kept = De configuratie houdt deze gebruikersnaam vrij voor iemand die geen beheerder is.
passkey-email-taken = Dit e-mailadres hoort bij een ander account. Neem een ander, of laat het leeg.
passkey-email-former = Dit e-mailadres was hier van iemand anders. Neem een ander, of laat het leeg.
passkey-registered = Deze passkey is al geregistreerd. Gebruik voor nog een een ander apparaat.
