sign-in-to = Accedi a { $app }
sign-in-to-your-apps = Accedi alle tue app
sign-in-still-you = Conferma di essere ancora { $person }
sign-in-app-asks = { $app } lo chiede prima di continuare.
sign-in-app-asks-passkey = { $app } chiede una passkey.
sign-in-app-asks-two-factors = { $app } chiede una passkey, oppure un codice oltre alla password.
sign-in-with-account = con il tuo account su { $instance }
sign-in-too-long = L’indirizzo che hai aperto è troppo lungo per tornarci. Comincerai dalla pagina iniziale dell’app.
sign-in-done = Hai effettuato l’accesso. Si prosegue.
sign-in-with-passkey = Continua con una passkey
sign-in-offer = Oppure scegline una da questo dispositivo
sign-in-offer-placeholder = Scegli una passkey
sign-in-or = oppure
sign-in-cannot = Non riesco ad accedere
sign-in-new-ask = È la prima volta qui? <a>Chiedi un account</a>
sign-in-new-make = È la prima volta qui? <a>Crea un account</a>
sign-in-kit = Hai un kit di recupero su carta? <a>Usa uno dei suoi codici</a>.
sign-in-ask-link = Altrimenti chiedi all’amministrazione un link di recupero. Si apre una volta e ti fa creare una nuova passkey.

sign-in-problem-name-or-password = Questo nome utente e questa password non vanno insieme. Controllali entrambi.
sign-in-problem-incomplete = Servono entrambi: un nome utente e una password.
sign-in-problem-busy = Molte persone stanno accedendo in questo momento. Aspetta qualche secondo, poi accedi di nuovo.
sign-in-problem-codes-tomorrow = Ci sono stati troppi codici sbagliati. Domani i codici saranno di nuovo accettati; una passkey o un codice di recupero funziona subito.
sign-in-problem-codes = { $minutes ->
    [one] Ci sono stati troppi codici sbagliati. Aspetta { $minutes } minuto, poi accedi di nuovo; una passkey funziona subito.
   *[other] Ci sono stati troppi codici sbagliati. Aspetta { $minutes } minuti, poi accedi di nuovo; una passkey funziona subito.
}
sign-in-problem-passwords = { $minutes ->
    [one] Ci sono stati troppi tentativi con una password. Aspetta un minuto; una passkey funziona subito.
   *[other] Ci sono stati troppi tentativi con una password. Aspetta { $minutes } minuti; una passkey funziona subito.
}

code-title = Scrivi il codice della tua app di autenticazione
code-to-app = per accedere a { $app } con il tuo account su { $instance }
code-hint = Sei cifre. L’app ne mostra altre ogni mezzo minuto, e ogni codice vale una volta.
code-passkey-instead = Continua invece con una passkey
code-app-gone = Non ho più l’app
code-ask-removal = Altrimenti chiedi all’amministrazione di togliere l’app di autenticazione dal tuo account.
code-problem-wrong = Questo codice non è giusto o è già stato usato. Aspetta il prossimo.
code-problem-clock = Questo codice è avanti o indietro di alcuni minuti. L’orologio del dispositivo con l’app è sbagliato, oppure quello di questo server. Lascia che il dispositivo regoli l’ora da solo, poi aspetta il prossimo codice.

consent-title = { $app } vuole sapere chi sei
consent-sees = L’app vedrà
consent-same-person = Che sei la stessa persona ogni volta che torni
consent-name = Il tuo nome, { $person }, e il tuo nome utente, { $user_name }
consent-email = Il tuo indirizzo e-mail, { $email }
consent-email-later = Il tuo indirizzo e-mail, quando il tuo account ne avrà uno
consent-groups = Che sei in { $groups }
consent-groups-later = I tuoi gruppi, quando sarai in uno
consent-other = Dati che chiama { $scope }
consent-offline = Mantiene l’accesso mentre non ci sei, finché non lo termini in «Account».
consent-end = Puoi terminarlo in qualsiasi momento in «Account».
consent-back = Torna indietro senza accedere
consent-return = Torni a { $host }

device-title = Accedi su un altro dispositivo
device-type = Scrivi il codice che mostra l’altro dispositivo.
device-code-hint = Lettere minuscole e un trattino mancante non contano.
device-look = Guarda chi chiede
device-nothing-yet = Il codice da solo non approva nulla: prima vedi l’app e il luogo.
device-problem-no-code = Nessun dispositivo mostra ora questo codice. Guarda di nuovo; dopo dieci minuti il dispositivo ne mostra un altro.
device-asked-title = Accedi a { $app } su un altro dispositivo
device-shows = Il dispositivo mostra { $code }
device-from = { $device }, da { $address }
device-unknown = Un dispositivo
device-browser-on-system = { $browser } su { $system }
device-asked = Chiesto { $when }
device-offline = L’app resta connessa lì finché non la scolleghi in «Account».
device-session = L’app è connessa lì finché non esci qui.
device-warning = Consentilo solo se quel dispositivo è davanti a te e mostra questo codice. Altrimenti chi ti ha mandato il codice o un link accederebbe al posto tuo.
device-approved-title = Hai effettuato l’accesso sull’altro dispositivo
device-approved = { $app } prosegue lì da sola entro pochi secondi.
device-refused-title = Hai rifiutato
device-refused = { $app } lo viene a sapere e non sa nulla di te.

recover-title = Usa un codice di recupero
recover-under = del kit che hai stampato su { $instance }
recover-hint = Lettere minuscole e trattini mancanti non contano.
recover-continue = Continua con questo codice
recover-used-up = Il codice viene consumato, e nella pagina successiva crei una nuova passkey. Hai mezz’ora per farlo.
recover-no-kit = Senza kit: chiedi all’amministrazione un link di recupero.
recover-no-kit-mail = Senza kit: <a>recupera l’account via e-mail</a>, oppure chiedi all’amministrazione un link di recupero.
recover-back = Torna all’accesso
recover-problem-no-code = Questo codice non apre nulla. Guarda se è già stato usato o se è di un kit che hai sostituito.

sign-out-title = Uscire dalle tue app?
sign-out-app-asks = { $app } chiede di farti uscire.
sign-out-stay = Resta nella sessione
sign-out-held-back = L’app voleva proseguire verso un indirizzo che non è registrato per lei. Dopo l’uscita resti qui.
sign-out-apps = Le app senza un accesso proprio si chiudono subito. Nelle altre la sessione resta finché non esci lì o non ricontrollano.
signed-out-title = Hai effettuato l’uscita
signed-out-under = da { $instance }. Puoi accedere di nuovo in qualsiasi momento.
signed-out-held-back = L’app voleva proseguire verso un indirizzo che non è registrato per lei, quindi resti qui. L’amministrazione trova la differenza nel registro.
