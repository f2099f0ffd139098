error-link-ended-title = Questo link non si apre più
error-link-ended = È già stato usato, è scaduto o uno più recente ha preso il suo posto.
error-link-ended-next = Se hai una passkey, accedi con quella. Altrimenti chiedi un nuovo link all’amministrazione.
error-invitation-ended-title = Questo invito non si apre più
error-invitation-ended = È già stato usato o è scaduto.
error-invitation-ended-next = Chiedine uno nuovo a chi ti ha invitato. Se hai un account, accedi.
error-sign-in-unreadable-title = Questo accesso non può proseguire
error-sign-in-unreadable = Il suo indirizzo è stato tagliato o cambiato lungo la strada.
error-sign-in-unreadable-next = Apri di nuovo l’app; ti chiederà di accedere se non l’hai ancora fatto.
error-clocks-title = Gli orologi di due macchine probabilmente non coincidono
error-clocks = Hai effettuato l’accesso, ma l’app non si è aperta: per due volte di seguito la via del ritorno è risultata subito scaduta.
error-clocks-next = Riprova una volta. Se non serve, di’ all’amministrazione che i server di Doorstep devono segnare la stessa ora.
error-app-gone-title = Questa app non è più qui
error-app-gone = Il tuo accesso era per un’app che è stata tolta o che ha cambiato indirizzo.
error-app-gone-next = Cercala tra le tue app o chiedi all’amministrazione.
error-wrong-host-title = Non è questo l’indirizzo dove accedi
error-wrong-host = Questa pagina è stata chiesta con un altro nome host.
error-wrong-host-next = Aprila al suo indirizzo.
error-wrong-host-mend = Se le persone usano l’indirizzo giusto, fai in modo che il proxy trasmetta l’intestazione Host. Il registro dice quale host è stato chiesto.
error-bad-address-title = Questo indirizzo non si può aprire
error-bad-address = Si può leggere in più di un modo, quindi è stato rifiutato.
error-bad-address-next = Torna all’app e comincia dalla sua pagina iniziale.
error-sign-in-here-title = La tua sessione è terminata
error-sign-in-here = { $app } ha bisogno che tu acceda.
error-sign-in-here-next = Accedi di nuovo per continuare.
error-prove-again-title = Conferma che sei ancora tu
error-needs-passkey-title = Serve una passkey
error-needs-passkey = { $app } chiede qui una passkey, e il tuo account non ne ha.
error-needs-passkey-next = Creane una nella pagina del tuo account, poi apri di nuovo questa pagina.
error-needs-more-title = Serve più di una password
error-needs-more = { $app } chiede qui una passkey, oppure un codice oltre alla password, e il tuo account non ha né l’una né l’altro.
error-needs-more-next = Crea una passkey o aggiungi un’app di autenticazione nella pagina del tuo account, poi apri di nuovo questa pagina.
error-unknown-address-title = Doorstep non conosce questo indirizzo
error-unknown-address = Nessuna app è dichiarata per questo host, oppure il proxy che ha chiesto non è fidato.
error-unknown-address-next = Guarda l’indirizzo o chiedi all’amministrazione.
error-unknown-address-mend = L’intestazione X-Doorstep-Reason di questa risposta dice perché: unknown_host significa che nessuna app è dichiarata per questo host, untrusted_peer che il proxy non è in trusted_proxies.
error-proxy-title = Il proxy ha rifiutato questa richiesta
error-proxy = Hai effettuato l’accesso e puoi usare questa app.
error-proxy-next = Carica di nuovo la pagina. Se non serve, una regola del proxy rifiuta la richiesta.
error-form-title = Questo modulo non si può leggere
error-form = È stato tagliato lungo la strada o non viene da una nostra pagina. Non è cambiato nulla.
error-form-next = Torna indietro e invialo di nuovo.
error-foreign-title = Non è cambiato nulla
error-foreign = Questa richiesta veniva da un altro sito, quindi è stata rifiutata.
error-foreign-next = Se la volevi fare, rifalla dalla pagina del tuo account.
error-signed-out-here-title = Solo questo browser è uscito
error-signed-out-here = Doorstep non ha potuto annotare che la tua sessione è terminata.
error-signed-out-here-next = Le app che hai aperto potrebbero restare connesse. Accedi ed esci di nuovo quando Doorstep funziona di nuovo.
error-explain = Riferimento { $reference }. Questo comando mostra l’intera richiesta e che cosa cambiare:

request-unreadable-title = L’app ha inviato una richiesta che non si può leggere
request-unreadable = Non è completa o si può leggere in più di un modo, quindi ci siamo fermati qui.
request-unknown-app-title = Questa app non è conosciuta qui
request-unknown-app = L’app che ti ha mandato non è conosciuta qui, quindi ci siamo fermati.
request-disabled-app-title = { $app } è disattivata
request-disabled-app = Nessuno può accedervi finché l’amministrazione non la riattiva.
request-no-return-title = L’app non ha detto dove rimandarti
request-no-return = { $app } ha chiesto il tuo accesso senza un indirizzo di ritorno, quindi ci siamo fermati qui.
request-no-return-unnamed = L’app ha chiesto il tuo accesso senza un indirizzo di ritorno, quindi ci siamo fermati qui.
request-other-return-title = L’app ti ha mandato con un indirizzo che non è registrato
request-other-return = { $app } ha chiesto di rimandarti a un indirizzo diverso da quello registrato, quindi ci siamo fermati qui.
request-other-return-unnamed = L’app ha chiesto di rimandarti a un indirizzo diverso da quello registrato, quindi ci siamo fermati qui.
request-next = Il tuo account è a posto.

upstream-disabled-title = Il tuo account è disattivato
upstream-disabled = Hai effettuato l’accesso su { $provider }, e il tuo account qui è disattivato.
upstream-disabled-next = Chiedi all’amministrazione di riattivarlo.
upstream-not-fresh-title = { $provider } non ti ha chiesto di nuovo chi sei
upstream-not-fresh = Questo passo richiede un accesso fatto adesso.
upstream-not-fresh-next = Accedi con una passkey.
upstream-stopped-title = Non hai effettuato l’accesso su { $provider }
upstream-stopped = Non è cambiato nulla.
upstream-passkey-next = Accedi con una passkey o riprova.
upstream-gone = Era già concluso, è durato più di dieci minuti o è cominciato in un altro browser.
upstream-enrols-nobody-title = Con { $provider } non si può creare un account
upstream-enrols-nobody = L’invito non è stato usato.
upstream-enrols-nobody-next = Apri di nuovo l’invito e crea una passkey.
upstream-unreachable-title = { $provider } non si può interpellare in questo momento
upstream-unreachable = Il fornitore non ha risposto come dovrebbe.
upstream-refused-title = La risposta di { $provider } non è stata accettata
upstream-refused = Non ha superato un controllo che protegge il tuo account.
upstream-no-account-title = Nessun account qui corrisponde al tuo account su { $provider }
upstream-no-account = Hai effettuato l’accesso su { $provider }. Quale account qui sia il tuo, lo puoi dire solo tu.
upstream-no-account-next = Accedi qui come al solito e aggiungilo nella pagina del tuo account, oppure chiedi un invito all’amministrazione.
upstream-somebody-elses-title = Questo account su { $provider } qui è di un’altra persona
upstream-somebody-elses = Fa accedere a un altro account, quindi non è stato aggiunto al tuo.
upstream-somebody-elses-next = Accedi lì con un altro account, o prima toglilo dall’altro account qui.
upstream-known-title = Hai già un account qui
upstream-known = Il tuo account su { $provider } vi fa accedere. L’invito è per una persona nuova e non è stato usato.
upstream-known-next = Accedi al tuo account.

denied-title = { $app } non è aperta per te
denied-nobody = { $app } non è ancora aperta per nessuno
denied-groups = { $count ->
    [one] { $app } è per il gruppo { $groups }
   *[other] { $app } è per i gruppi { $groups }
}
denied-person = Hai effettuato l’accesso come { $person }, che è in { $groups }.
denied-person-no-group = Hai effettuato l’accesso come { $person }, che non è in nessun gruppo.
denied-ask = Chiedi all’amministrazione.
denied-reference = Il riferimento { $reference } mostra all’amministrazione perché è stato rifiutato.

not-for-you-title = { $app } non è per il tuo account
not-for-you-part-title = Questa parte di { $app } non è per il tuo account
not-for-you-nobody = Nessuno vi ha ancora accesso.
not-for-you-members = È per i membri di { $groups }.
not-for-you-one-of-each = { $these }, che siano anche membri di { $those }
not-for-you-one-other = { $groups } o di un altro gruppo
not-for-you-others = { $groups } o di uno di altri { $count } gruppi

rule-title = { $app } è chiusa a questo indirizzo
rule-everybody = È chiusa per tutti: un altro account non cambia nulla.
rule-who = L’amministrazione ha fatto la regola che chiude questa parte di { $app } e può cambiarla.
rule-explain = Riferimento { $reference }. Questo comando mostra quale regola era:

relay-title = Accedi ancora una volta
relay-heading = Accedi ancora una volta a { $app }
relay-why = Il link di ritorno all’app è già stato usato, ha più di mezzo minuto o era per un altro browser. Il tuo account è a posto.

frame-title = Apri { $app } in una scheda propria
frame-why = È stata aperta dentro un’altra pagina, dove non puoi accedere.
frame-open = Apri in una nuova scheda

not-found-title = A questo indirizzo non c’è nulla
not-found-why = L’indirizzo potrebbe essere stato tagliato lungo la strada. Controlla che il link sia completo, fino all’ultima lettera.

too-many-links-title = Sono stati provati troppi link
too-many-links = Venivano dalla tua rete e non erano validi. Il tuo forse lo è: aspetta { $time }, poi riprova.
too-many-sign-ins-title = Troppi accessi in una volta
too-many-sign-ins = Vengono dalla tua rete, ma non tutti da te. Aspetta { $time }, poi riprova.
too-many-requests-title = Troppe richieste in una volta
too-many-requests = Sono state fatte tutte con il tuo account, dai tuoi browser e dalle tue app. Aspetta { $time }, poi riprova.
wait-seconds = { $count ->
    [one] un secondo
   *[other] { $count } secondi
}
wait-minutes = { $count ->
    [one] un minuto
   *[other] { $count } minuti
}

unavailable-title = Doorstep non può rispondere in questo momento
unavailable-why = Non si è perso nulla, e nulla è passato. Aspetta un minuto, poi carica di nuovo questa pagina.
unavailable-reference = Riferimento { $reference }. Con questo l’amministrazione trova il motivo.

ask-inside-title = Puoi usare { $app }
ask-title = Chiedi l’accesso a { $app }
ask-asked-title = Hai chiesto l’accesso a { $app }
ask-refused-title = Non hai ottenuto l’accesso a { $app }
ask-nobody-title = { $app } non è ancora aperta per nessuno
ask-why = Perché ti serve
ask-why-hint = Una frase o nulla. L’amministrazione la legge con il tuo nome.
ask-asked = L’hai chiesto { $when }. L’amministrazione non ha ancora risposto. Quando avrai l’accesso, l’app si aprirà.
ask-refused = L’amministrazione ha detto di no { $when }. Puoi chiedere di nuovo { $again }.
ask-nobody = Nessun gruppo può usarla, quindi non c’è nulla da chiedere.
ask-problem-too-long = La frase è troppo lunga. Non è ancora stato chiesto nulla.
ask-problem-too-many = Hai chiesto tante app quante se ne possono chiedere insieme. Aspetta che l’amministrazione risponda.
