sign-in-to = Inloggen bij { $app }
sign-in-to-your-apps = Inloggen bij je apps
sign-in-still-you = Bevestig dat je nog steeds { $person } bent
sign-in-app-asks = { $app } vraagt dit voordat je verdergaat.
sign-in-app-asks-passkey = { $app } vraagt om een passkey.
sign-in-app-asks-two-factors = { $app } vraagt om een passkey, of om een code naast het wachtwoord.
sign-in-with-account = met je account bij { $instance }
sign-in-too-long = Het adres dat je opende is te lang om naar terug te keren. Je begint op de startpagina van de app.
sign-in-done = Je bent ingelogd. We gaan door.
sign-in-with-passkey = Doorgaan met een passkey
sign-in-offer = Of kies er een van dit apparaat
sign-in-offer-placeholder = Kies een passkey
sign-in-or = of
sign-in-cannot = Ik kan niet inloggen
sign-in-new-ask = Nieuw hier? <a>Vraag een account aan</a>
sign-in-new-make = Nieuw hier? <a>Maak een account</a>
sign-in-kit = Heb je een herstelkit op papier? <a>Gebruik een van de codes</a>.
sign-in-ask-link = Vraag anders een beheerder om een herstellink. Die opent één keer en laat je een nieuwe passkey maken.

sign-in-problem-name-or-password = Deze gebruikersnaam en dit wachtwoord horen niet bij elkaar. Controleer ze allebei.
sign-in-problem-incomplete = Allebei zijn nodig: een gebruikersnaam en een wachtwoord.
sign-in-problem-busy = Veel mensen zijn op dit moment aan het inloggen. Wacht een paar seconden en log dan opnieuw in.
sign-in-problem-codes-tomorrow = Er waren te veel verkeerde codes. Morgen worden codes weer aangenomen; een passkey of een herstelcode werkt meteen.
sign-in-problem-codes = { $minutes ->
    [one] Er waren te veel verkeerde codes. Wacht { $minutes } minuut en log dan opnieuw in; een passkey werkt meteen.
   *[other] Er waren te veel verkeerde codes. Wacht { $minutes } minuten en log dan opnieuw in; een passkey werkt meteen.
}
sign-in-problem-passwords = { $minutes ->
    [one] Er waren te veel pogingen met een wachtwoord. Wacht een minuut; een passkey werkt meteen.
   *[other] Er waren te veel pogingen met een wachtwoord. Wacht { $minutes } minuten; een passkey werkt meteen.
}

code-title = Typ de code van je authenticator-app
code-to-app = om in te loggen bij { $app } met je account bij { $instance }
code-hint = Zes cijfers. De app toont elke halve minuut andere, en elke code werkt één keer.
code-passkey-instead = In plaats daarvan doorgaan met een passkey
code-app-gone = Ik heb de app niet meer
code-ask-removal = Vraag anders een beheerder om de authenticator-app uit je account te verwijderen.
code-problem-wrong = Deze code klopt niet of is al gebruikt. Wacht op de volgende.
code-problem-clock = Deze code zit er een paar minuten naast. De klok van het apparaat met de app loopt verkeerd, of die van deze server. Laat het apparaat zelf zijn tijd instellen en wacht dan op de volgende code.

consent-title = { $app } wil weten wie je bent
consent-sees = De app ziet
consent-same-person = Dat je elke keer dezelfde persoon bent
consent-name = Je naam, { $person }, en je gebruikersnaam, { $user_name }
consent-email = Je e-mailadres, { $email }
consent-email-later = Je e-mailadres, zodra je account er een heeft
consent-groups = Dat je in { $groups } zit
consent-groups-later = Je groepen, zodra je in een groep zit
consent-other = Gegevens die de app { $scope } noemt
consent-offline = De app houdt toegang terwijl je weg bent, tot je die onder ‘Account’ beëindigt.
consent-end = Je kunt dit op elk moment beëindigen onder ‘Account’.
consent-back = Teruggaan zonder in te loggen
consent-return = Je keert terug naar { $host }

device-title = Inloggen op een ander apparaat
device-type = Typ de code die het andere apparaat toont.
device-code-hint = Kleine letters en een ontbrekend streepje geven niet.
device-look = Kijk wie het vraagt
device-nothing-yet = Met de code alleen is niets goedgekeurd: je ziet eerst de app en de plaats.
device-problem-no-code = Geen apparaat toont nu deze code. Kijk nog eens; na tien minuten toont het apparaat een andere.
device-asked-title = Inloggen bij { $app } op een ander apparaat
device-shows = Het apparaat toont { $code }
device-from = { $device }, vanaf { $address }
device-unknown = Een apparaat
device-browser-on-system = { $browser } op { $system }
device-asked = Gevraagd: { $when }
device-offline = De app blijft daar ingelogd tot je dat onder ‘Account’ beëindigt.
device-session = De app is daar ingelogd tot je hier uitlogt.
device-warning = Sta het alleen toe als dat apparaat voor je staat en deze code toont. Wie je de code of een link stuurde, zou anders als jou ingelogd zijn.
device-approved-title = Je bent ingelogd op het andere apparaat
device-approved = { $app } gaat daar binnen een paar seconden vanzelf verder.
device-refused-title = Je hebt geweigerd
device-refused = { $app } krijgt dat te horen en weet niets van je.

recover-title = Gebruik een herstelcode
recover-under = van de kit die je bij { $instance } hebt geprint
recover-hint = Kleine letters en ontbrekende streepjes geven niet.
recover-continue = Doorgaan met deze code
recover-used-up = De code is dan gebruikt, en op de volgende pagina maak je een nieuwe passkey. Daar heb je een half uur voor.
recover-no-kit = Zonder kit: vraag een beheerder om een herstellink.
recover-no-kit-mail = Zonder kit: <a>herstel per e-mail</a>, of vraag een beheerder om een herstellink.
recover-back = Terug naar inloggen
recover-problem-no-code = Deze code opent niets. Kijk of hij al is gebruikt, of bij een kit hoort die je hebt vervangen.

sign-out-title = Uitloggen bij je apps?
sign-out-app-asks = { $app } vraagt om je uit te loggen.
sign-out-stay = Ingelogd blijven
sign-out-held-back = De app wilde verder naar een adres dat er niet voor is geregistreerd. Na het uitloggen blijf je hier.
sign-out-apps = Apps zonder eigen login sluiten meteen. In andere apps blijf je ingelogd tot je daar uitlogt, of tot ze het weer controleren.
signed-out-title = Je bent uitgelogd
signed-out-under = bij { $instance }. Je kunt op elk moment weer inloggen.
signed-out-held-back = De app wilde verder naar een adres dat er niet voor is geregistreerd, dus blijf je hier. Een beheerder vindt het verschil in het logboek.
