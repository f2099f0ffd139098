account-title = Il tuo account
account-you = Tu
account-name = Nome
account-name-given = Nome proprio
account-name-family = Cognome
account-name-parts = Entrambi possono restare vuoti. Alcune app li chiedono separati.
account-name-change = Cambia il tuo nome
account-name-save = Salva il tuo nome
account-email-none = nessuna
account-email-unconfirmed = Non ancora confermata. Le app non la ricevono.
account-email-waits = { $email } aspetta la conferma.
account-email-add = Aggiungi un indirizzo e-mail
account-email-change = Cambia
account-email-confirm = Conferma o cambia
account-groups = Gruppi
account-groups-none = nessuno
account-ends = Il tuo account termina { $when }.
account-language = Lingua
account-language-save = Salva la lingua
account-by-administrator = L’amministrazione può cambiare il tuo nome utente e i tuoi gruppi.

item-used = ultimo uso: { $when }
item-unused = ancora nessun uso
item-made = creazione: { $when }
item-added = aggiunta: { $when }
item-rename = Rinomina
item-save-name = Salva il nome
item-remove = Togli
item-remove-yes = Sì, togli
confirm-you = Conferma che sei tu

passkeys = Passkey
passkeys-backed-up = Con backup
passkeys-one-device = Solo su un dispositivo
passkeys-remove = Togliere { $name }? Non potrà più farti accedere, e non si può annullare. Toglila anche dal dispositivo.
passkeys-only = Puoi accedere solo con questa passkey, quindi non si può togliere. Prima aggiungine un’altra.
passkeys-none = Ancora nessuna. Con una passkey accedi con un tocco.

linked = Altri modi per accedere
linked-gone = Non è più configurato qui. Non ti fa più accedere.
linked-remove = Togliere { $name }? Non potrà più farti accedere qui. Il tuo account lì resta com’è.
linked-only = Puoi accedere solo con questo account, quindi non si può togliere. Prima aggiungi una passkey.
linked-none = Ancora nessuno. Anche un account altrove può farti accedere qui.
linked-add = Aggiungi un account su { $provider }

kit-title = Kit di recupero
kit-used-up = Tutti i codici sono stati usati. Crea un nuovo kit.
kit-left = { $left } di { $of } codici ancora da usare
kit-none = Ancora nessuno. Con i codici su carta crei una nuova passkey quando hai perso tutti i dispositivi che ne hanno una.
kit-yours = Il tuo kit di recupero
kit-make = Crea un kit di recupero

password-and-code = Puoi accedere anche con una password e un codice della tua app di autenticazione.
password-alone = Puoi accedere anche con una password. Basta da sola: un’app di autenticazione la rende più sicura.
password-none = Non ne hai una. Una passkey è più sicura e più veloce.
password-change-or-remove = Cambia o togli
password-change = Cambia
password-set = Impostane una
password-current = Password attuale
password-new = Nuova password
password-save = Salva la password
password-remove = Togli la password
authenticator-yours = La tua app di autenticazione
authenticator-add = Aggiungi un’app di autenticazione

access-title = App con accesso
access-allowed = Consentito { $when }
access-offline = mantiene l’accesso mentre non ci sei
access-end = Termina l’accesso
access-none = Nessuna. Le app compaiono qui dopo che vi hai effettuato l’accesso.

programs-title = Programmi
programs-told = Un programma che non può accedere con una passkey riceve un tuo token.
tokens-title = Token per i programmi

activity-title = Sessioni e attività
activity-told = I browser in cui hai effettuato l’accesso, e che cosa è successo al tuo account.
data-title = I tuoi dati
data-told = Una copia di ciò che qui si conserva di te, e la fine del tuo account.
sign-out-here = Esci qui
sign-out-everywhere = Esci ovunque
sign-out-everywhere-means = Ovunque vuol dire ogni browser, e ogni app a cui accedi da qui.

done-passkey-added = La passkey { $name } è pronta.
done-passkey-renamed = Ora la passkey si chiama { $name }.
done-passkey-removed = La passkey è stata tolta. Non può più farti accedere.
done-last-passkey = Puoi accedere solo con questa passkey, quindi resta. Prima aggiungine un’altra.
done-name = Il tuo nome è salvato. Le app lo leggono la prossima volta che vi accedi.
done-password = La tua password è salvata.
done-password-wrong = Questa non è la password attuale. Non è cambiato nulla.
done-password-unfit = La nuova password è troppo corta o troppo lunga. Non è cambiato nulla.
done-password-many = Ci sono stati troppi tentativi. Aspetta qualche minuto. Non è cambiato nulla.
done-password-busy = Molte persone stanno accedendo. Riprova tra un momento. Non è cambiato nulla.
done-password-removed = La tua password è stata tolta. Accedi con una passkey.
done-identity-added = Il tuo account lì è stato aggiunto. D’ora in poi può farti accedere qui.
done-identity-removed = L’account altrove è stato tolto. Non può più farti accedere qui.
done-access-ended = { $app } non ha più accesso. Lo chiederà la prossima volta che vi accedi.
