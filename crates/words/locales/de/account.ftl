account-title = Dein Konto
account-you = Du
account-name = Name
account-name-given = Vorname
account-name-family = Familienname
account-name-parts = Beide dürfen leer bleiben. Manche Apps fragen getrennt danach.
account-name-change = Namen ändern
account-name-save = Namen speichern
account-email-none = keine
account-email-unconfirmed = Noch nicht bestätigt. Apps erfahren sie nicht.
account-email-waits = { $email } wartet auf Bestätigung.
account-email-add = E-Mail-Adresse hinzufügen
account-email-change = Ändern
account-email-confirm = Bestätigen oder ändern
account-groups = Gruppen
account-groups-none = keine
account-ends = Dein Konto endet { $when }.
account-language = Sprache
account-language-save = Sprache speichern
account-by-administrator = Die Administration kann deinen Benutzernamen und deine Gruppen ändern.

item-used = verwendet { $when }
item-unused = noch nicht verwendet
item-made = angelegt { $when }
item-added = hinzugefügt { $when }
item-rename = Umbenennen
item-save-name = Namen speichern
item-remove = Entfernen
item-remove-yes = Ja, entfernen
confirm-you = Bestätigen, dass du es bist

passkeys = Passkeys
passkeys-backed-up = Gesichert
passkeys-one-device = Nur auf einem Gerät
passkeys-remove = { $name } entfernen? Du kannst dich dann nicht mehr damit anmelden, und das lässt sich nicht rückgängig machen. Lösch den Passkey auch auf dem Gerät.
passkeys-only = Anders kannst du dich nicht anmelden, darum lässt er sich nicht entfernen. Füg erst einen weiteren Passkey hinzu.
passkeys-none = Noch keine. Mit einem Passkey meldest du dich mit einer Berührung an.

linked = Andere Wege, dich anzumelden
linked-gone = Hier nicht mehr eingerichtet. Du kannst dich nicht mehr damit anmelden.
linked-remove = { $name } entfernen? Du kannst dich hier dann nicht mehr damit anmelden. Dein Konto dort bleibt, wie es ist.
linked-only = Anders kannst du dich nicht anmelden, darum lässt es sich nicht entfernen. Füg erst einen Passkey hinzu.
linked-none = Noch keine. Auch mit einem Konto anderswo kannst du dich hier anmelden.
linked-add = Konto bei { $provider } hinzufügen

kit-title = Notfallblatt
kit-used-up = Alle Codes sind verbraucht. Leg ein neues Blatt an.
kit-left = noch { $left } von { $of } Codes
kit-none = Noch keines. Mit Codes auf Papier legst du einen neuen Passkey an, wenn alle Geräte mit einem Passkey verloren sind.
kit-yours = Dein Notfallblatt
kit-make = Notfallblatt anlegen

password-and-code = Du kannst dich auch mit einem Passwort und einem Code deiner Authenticator-App anmelden.
password-alone = Du kannst dich auch mit einem Passwort anmelden. Es reicht allein: Sicherer wird es mit einer Authenticator-App.
password-none = Du hast keines. Ein Passkey ist sicherer und schneller.
password-change-or-remove = Ändern oder entfernen
password-change = Ändern
password-set = Passwort festlegen
password-current = Jetziges Passwort
password-new = Neues Passwort
password-save = Passwort speichern
password-remove = Passwort entfernen
authenticator-yours = Deine Authenticator-App
authenticator-add = Authenticator-App hinzufügen

access-title = Apps mit Zugang
access-allowed = Erlaubt { $when }
access-offline = behält den Zugang, auch wenn du nicht da bist
access-end = Zugang beenden
access-none = Keine. Apps erscheinen hier, sobald du dich bei ihnen angemeldet hast.

programs-title = Programme
programs-told = Ein Programm, das sich nicht mit einem Passkey anmelden kann, bekommt von dir ein Token.
tokens-title = Tokens für Programme

activity-title = Sitzungen und Aktivität
activity-told = Die Browser, in denen du angemeldet bist, und was mit deinem Konto geschehen ist.
data-title = Deine Daten
data-told = Eine Kopie dessen, was hier über dich gespeichert ist, und das Ende deines Kontos.
sign-out-here = Hier abmelden
sign-out-everywhere = Überall abmelden
sign-out-everywhere-means = Überall heißt: in jedem Browser und in jeder App, bei der du dich hierüber anmeldest.

done-passkey-added = Der Passkey { $name } ist bereit.
done-passkey-renamed = Der Passkey heißt jetzt { $name }.
done-passkey-removed = Der Passkey ist entfernt. Du kannst dich nicht mehr damit anmelden.
done-last-passkey = Anders kannst du dich nicht anmelden, darum bleibt er. Füg erst einen weiteren Passkey hinzu.
done-name = Dein Name ist gespeichert. Apps erfahren ihn, wenn du dich das nächste Mal bei ihnen anmeldest.
done-password = Dein Passwort ist gespeichert.
done-password-wrong = Das ist nicht das jetzige Passwort. Es wurde nichts geändert.
done-password-unfit = Das neue Passwort ist zu kurz oder zu lang. Es wurde nichts geändert.
done-password-many = Es waren zu viele Versuche. Warte ein paar Minuten. Es wurde nichts geändert.
done-password-busy = Gerade melden sich viele Leute an. Versuch es gleich noch einmal. Es wurde nichts geändert.
done-password-removed = Dein Passwort ist entfernt. Melde dich mit einem Passkey an.
done-identity-added = Dein Konto dort ist hinzugefügt. Von jetzt an kannst du dich hier damit anmelden.
done-identity-removed = Es ist entfernt. Du kannst dich hier nicht mehr damit anmelden.
done-access-ended = { $app } hat keinen Zugang mehr und fragt dich, wenn du dich das nächste Mal dort anmeldest.
