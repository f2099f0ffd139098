account-title = Je account
account-you = Jij
account-name = Naam
account-name-given = Voornaam
account-name-family = Achternaam
account-name-parts = Allebei mogen leeg blijven. Sommige apps vragen er apart om.
account-name-change = Je naam veranderen
account-name-save = Je naam opslaan
account-email-none = geen
account-email-unconfirmed = Nog niet bevestigd. Apps krijgen het niet.
account-email-waits = { $email } wacht op bevestiging.
account-email-add = Een e-mailadres toevoegen
account-email-change = Veranderen
account-email-confirm = Bevestigen of veranderen
account-groups = Groepen
account-groups-none = geen
account-ends = Je account eindigt { $when }.
account-language = Taal
account-language-save = Taal opslaan
account-by-administrator = Een beheerder kan je gebruikersnaam en je groepen veranderen.

item-used = laatst gebruikt: { $when }
item-unused = nog niet gebruikt
item-made = gemaakt: { $when }
item-added = toegevoegd: { $when }
item-rename = Hernoemen
item-save-name = De naam opslaan
item-remove = Verwijderen
item-remove-yes = Ja, verwijderen
confirm-you = Bevestig dat jij het bent

passkeys = Passkeys
passkeys-backed-up = Met back-up
passkeys-one-device = Alleen op één apparaat
passkeys-remove = { $name } verwijderen? Je kunt er niet meer mee inloggen, en dit kan niet ongedaan worden gemaakt. Verwijder hem ook op het apparaat.
passkeys-only = Je kunt alleen met deze passkey inloggen, dus kan hij niet worden verwijderd. Voeg eerst een andere toe.
passkeys-none = Nog geen. Met een passkey log je met één aanraking in.

linked = Andere manieren om in te loggen
linked-gone = Hier niet meer ingesteld. Je kunt er niet meer mee inloggen.
linked-remove = { $name } verwijderen? Je kunt er hier niet meer mee inloggen. Je account daar blijft zoals het is.
linked-only = Je kunt alleen met dit account inloggen, dus kan het niet worden verwijderd. Voeg eerst een passkey toe.
linked-none = Nog geen. Je kunt hier ook inloggen met een account ergens anders.
linked-add = Een account bij { $provider } toevoegen

kit-title = Herstelkit
kit-used-up = Alle codes zijn gebruikt. Maak een nieuwe kit.
kit-left = { $left } van { $of } codes over
kit-none = Nog geen. Met codes op papier maak je een nieuwe passkey als je elk apparaat met een passkey kwijt bent.
kit-yours = Je herstelkit
kit-make = Maak een herstelkit

password-and-code = Je kunt ook inloggen met een wachtwoord en een code van je authenticator-app.
password-alone = Je kunt ook inloggen met een wachtwoord. Dat alleen is genoeg: een authenticator-app maakt het veiliger.
password-none = Je hebt er geen. Een passkey is veiliger en sneller.
password-change-or-remove = Veranderen of verwijderen
password-change = Veranderen
password-set = Stel er een in
password-current = Huidig wachtwoord
password-new = Nieuw wachtwoord
password-save = Wachtwoord opslaan
password-remove = Wachtwoord verwijderen
authenticator-yours = Je authenticator-app
authenticator-add = Voeg een authenticator-app toe

access-title = Apps met toegang
access-allowed = Toegestaan: { $when }
access-offline = houdt toegang terwijl je weg bent
access-end = Toegang beëindigen
access-none = Geen. Apps verschijnen hier zodra je er bent ingelogd.

programs-title = Programma’s
programs-told = Een programma dat niet met een passkey kan inloggen, krijgt een token van jou.
tokens-title = Tokens voor programma’s

activity-title = Sessies en activiteit
activity-told = De browsers waarin je bent ingelogd, en wat er met je account is gebeurd.
data-title = Je gegevens
data-told = Een kopie van wat hier over je wordt bewaard, en het einde van je account.
sign-out-here = Hier uitloggen
sign-out-everywhere = Overal uitloggen
sign-out-everywhere-means = Overal betekent elke browser, en elke app waar je via deze site inlogt.

done-passkey-added = De passkey { $name } is klaar.
done-passkey-renamed = De passkey heet nu { $name }.
done-passkey-removed = De passkey is verwijderd. Je kunt er niet meer mee inloggen.
done-last-passkey = Je kunt alleen met deze passkey inloggen, dus blijft hij. Voeg eerst een andere toe.
done-name = Je naam is opgeslagen. Apps lezen hem als je er weer inlogt.
done-password = Je wachtwoord is opgeslagen.
done-password-wrong = Dit is niet het huidige wachtwoord. Er is niets veranderd.
done-password-unfit = Het nieuwe wachtwoord is te kort of te lang. Er is niets veranderd.
done-password-many = Er waren te veel pogingen. Wacht een paar minuten. Er is niets veranderd.
done-password-busy = Veel mensen zijn aan het inloggen. Probeer het zo dadelijk opnieuw. Er is niets veranderd.
done-password-removed = Je wachtwoord is verwijderd. Log in met een passkey.
done-identity-added = Je account daar is toegevoegd. Vanaf nu kun je er hier mee inloggen.
done-identity-removed = Dat account is hier verwijderd. Je kunt er hier niet meer mee inloggen.
done-access-ended = { $app } heeft geen toegang meer. De app vraagt erom als je er weer inlogt.
