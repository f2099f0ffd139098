enrol-welcome = Ti diamo il benvenuto, { $person }
enrol-welcome-back = Ciao di nuovo, { $person }
enrol-add-device = Aggiungi questo dispositivo
enrol-account = Il tuo account su { $instance } è { $user_name }.
enrol-make-first = Crea una passkey per accedervi.
enrol-make-new = Crea una nuova passkey per accedervi.
enrol-make-here = Crea una passkey su questo dispositivo per accedervi da qui.
enrol-choose-password = Scegli una password per questo account.
enrol-done = La tua passkey è pronta. Si prosegue.
enrol-drop-all = Togli le mie passkey precedenti, la mia password, la mia app di autenticazione e il mio kit di recupero. Sceglilo se un dispositivo è stato perso o rubato.
enrol-drop-others = Togli le mie passkey precedenti, la mia app di autenticazione e il mio kit di recupero. Sceglilo se un dispositivo è stato perso o rubato.
enrol-make = Crea una passkey
enrol-how = Il tuo dispositivo chiede l’impronta, il volto o il suo PIN. Nulla di tutto ciò lascia il dispositivo. Non c’è una password da ricordare o da perdere.
enrol-password-instead = Imposta invece una password
enrol-passkey-instead = Crea invece una passkey
enrol-signs-out = Questo ti fa uscire da tutti i browser e le app in cui hai una sessione.
enrol-save-password = Salva la password e accedi
enrol-passkey-safer = Una passkey è più sicura e più veloce. Puoi aggiungerne una più tardi nella pagina del tuo account.

set-up-title = Assumi l’amministrazione
set-up-under = di { $instance }. Nessun altro ha ancora un account.
set-up-user-name-hint = Breve e semplice, come { $example }. Lo usano anche le app.
set-up-user-name-named = La configurazione indica { $names } per l’amministrazione. Anche le app usano il nome utente.

invite-title = Hai un invito a { $place }
invite-for = Questo invito è per { $label }.
invite-account = Crea un account su { $instance }.
invite-account-then-app = Crea un account su { $instance } e prosegui verso { $app }.
invite-done = Il tuo account e la tua passkey sono pronti. Si prosegue.
invite-user-name-hint = Breve e semplice, come { $example }. Lo usano anche le app, e resta.
invite-given-email = Il tuo indirizzo e-mail qui è { $email }, come ha detto chi ti ha invitato.
invite-upstream = Accedi lì e torni con un account qui. Puoi aggiungere una passkey più tardi nella pagina del tuo account.
invite-for-new = Questo invito è per una persona nuova
invite-signed-in = Hai effettuato l’accesso come { $person } ({ $user_name }) e hai già un account. Non è stato consumato nulla.
invite-somebody-else = È per un’altra persona su questo dispositivo? Prima <a>esci</a>, poi apri di nuovo l’indirizzo.
invite-problem-no-user-name = Un nome utente ha da 2 a 64 caratteri tra a-z 0-9 . _ - e comincia con una lettera.
invite-problem-user-name = Questo nome utente non è libero. Prendine un altro.
invite-problem-given-email = L’indirizzo e-mail di questo invito appartiene ormai a un altro account. Chiedi a chi ti ha invitato.

add-passkey-title = Aggiungi una passkey
add-passkey-for = per { $person }. Su questo dispositivo, sul tuo telefono o su una chiave di sicurezza: il browser chiede dove.
add-passkey-done = La tua passkey è pronta. Si torna al tuo account.
add-passkey-elsewhere = Creala invece su un altro dispositivo

account-deleted-title = Il tuo account è cancellato
account-deleted-under = su { $instance }. Ogni sessione è terminata.
account-deleted-passkey = La tua passkey non apre più nulla. Toglila anche dal tuo dispositivo.
