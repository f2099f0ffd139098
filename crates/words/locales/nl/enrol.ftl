enrol-welcome = Welkom, { $person }
enrol-welcome-back = Welkom terug, { $person }
enrol-add-device = Dit apparaat toevoegen
enrol-account = Je account bij { $instance } is { $user_name }.
enrol-make-first = Maak een passkey om ermee in te loggen.
enrol-make-new = Maak een nieuwe passkey om ermee in te loggen.
enrol-make-here = Maak een passkey op dit apparaat om er hier mee in te loggen.
enrol-choose-password = Kies er een wachtwoord voor.
enrol-done = Je passkey is klaar. We gaan door.
enrol-drop-all = Mijn eerdere passkeys, mijn wachtwoord, mijn authenticator-app en mijn herstelkit verwijderen. Kies dit als een apparaat verloren of gestolen is.
enrol-drop-others = Mijn eerdere passkeys, mijn authenticator-app en mijn herstelkit verwijderen. Kies dit als een apparaat verloren of gestolen is.
enrol-make = Maak een passkey
enrol-how = Je apparaat vraagt om je vingerafdruk, je gezicht of zijn pincode. Niets daarvan verlaat het apparaat. Er is geen wachtwoord om te onthouden of te verliezen.
enrol-password-instead = Stel in plaats daarvan een wachtwoord in
enrol-passkey-instead = Maak in plaats daarvan een passkey
enrol-signs-out = Hiermee word je uitgelogd in elke browser en app waar je nu ingelogd bent.
enrol-save-password = Wachtwoord opslaan en inloggen
enrol-passkey-safer = Een passkey is veiliger en sneller. Je kunt er later een toevoegen op je accountpagina.

set-up-title = Word de beheerder
set-up-under = van { $instance }. Nog niemand anders heeft een account.
set-up-user-name-hint = Kort en eenvoudig, zoals { $example }. Apps gebruiken hem ook.
set-up-user-name-named = De configuratie noemt { $names } als beheerder. Apps gebruiken de gebruikersnaam ook.

invite-title = Je bent uitgenodigd voor { $place }
invite-for = Deze uitnodiging is voor { $label }.
invite-account = Maak een account bij { $instance }.
invite-account-then-app = Maak een account bij { $instance } en ga door naar { $app }.
invite-done = Je account en je passkey zijn klaar. We gaan door.
invite-user-name-hint = Kort en eenvoudig, zoals { $example }. Apps gebruiken hem ook, en hij blijft.
invite-given-email = Je e-mailadres is hier { $email }, zei wie je uitnodigde.
invite-upstream = Je logt daar in en komt terug met een account hier. Je kunt later een passkey toevoegen op je accountpagina.
invite-for-new = Deze uitnodiging is voor iemand die nieuw is
invite-signed-in = Je bent ingelogd als { $person } ({ $user_name }) en hebt al een account. Er is niets verbruikt.
invite-somebody-else = Is ze voor iemand anders op dit apparaat? <a>Log eerst uit</a> en open het adres dan opnieuw.
invite-problem-no-user-name = Een gebruikersnaam heeft 2 tot 64 tekens uit a-z 0-9 . _ - en begint met een letter.
invite-problem-user-name = Deze gebruikersnaam is niet vrij. Neem een andere.
invite-problem-given-email = Het e-mailadres van deze uitnodiging hoort inmiddels bij een ander account. Vraag het aan wie je uitnodigde.

add-passkey-title = Voeg een passkey toe
add-passkey-for = voor { $person }. Op dit apparaat, op je telefoon of op een beveiligingssleutel: je browser vraagt waar.
add-passkey-done = Je passkey is klaar. We gaan terug naar je account.
add-passkey-elsewhere = Maak hem in plaats daarvan op een ander apparaat

account-deleted-title = Je account is verwijderd
account-deleted-under = bij { $instance }. Elke sessie is beëindigd.
account-deleted-passkey = Je passkey opent niets meer. Verwijder hem ook op je apparaat.
