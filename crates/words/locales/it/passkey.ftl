passkey-needs-script = Una passkey ha bisogno di JavaScript in questo browser. Attivalo per questo sito e apri di nuovo la pagina.
passkey-one-moment = Un momento.
passkey-unanswered = Doorstep non ha potuto rispondere. Aspetta un minuto e premi di nuovo il pulsante.
passkey-not-made = Non è stata creata nessuna passkey. Premi il pulsante per riprovare.
passkey-not-used = Non è stata usata nessuna passkey. Premi il pulsante per riprovare; forse anche il tuo telefono ne ha una.
passkey-held-already = Questo dispositivo ha già una tua passkey. Per un’altra, usa un altro dispositivo.
passkey-wrong-address = Le passkey non funzionano a questo indirizzo. Apri la pagina al suo indirizzo.
passkey-unverified = Questo dispositivo non può verificare che sei tu. Scegline uno con PIN, impronta o volto.
passkey-unreachable = Doorstep non è raggiungibile. Controlla la connessione, poi premi di nuovo il pulsante.
passkey-failed = La passkey non ha funzionato. Premi il pulsante per riprovare.
passkey-old-browser = Questo browser non sa usare le passkey. Apri questa pagina in uno più recente o sul tuo telefono.
passkey-insecure = Le passkey hanno bisogno di un indirizzo sicuro, che comincia con https.

passkey-too-late = È durato troppo o è cominciato in un’altra finestra. Premi il pulsante per riprovare.
passkey-opens-nothing = Questa passkey non appartiene a nessun account qui. Usane un’altra o chiedi all’amministrazione un link di recupero.
passkey-link-gone = Questo link non si apre più. Chiedine uno nuovo a chi te l’ha dato.
passkey-away = Doorstep non può rispondere in questo momento. Aspetta un minuto, poi premi di nuovo il pulsante.
passkey-too-many = Ci sono stati troppi tentativi. Aspetta qualche minuto, poi riprova.
passkey-page-outdated = Questa pagina non è aggiornata. Caricala di nuovo.
passkey-confirm-first = Prima conferma che sei tu.
passkey-for-somebody-new = Hai già effettuato l’accesso, e questo invito è per una persona nuova. Carica di nuovo la pagina.
passkey-too-many-own = { $seconds ->
    [one] Sono state fatte troppe richieste con il tuo account. Aspetta { $seconds } secondo, poi premi di nuovo il pulsante.
   *[other] Sono state fatte troppe richieste con il tuo account. Aspetta { $seconds } secondi, poi premi di nuovo il pulsante.
}
passkey-too-many-network = { $seconds ->
    [one] Dalla tua rete arrivano troppi accessi. Aspetta { $seconds } secondo, poi premi di nuovo il pulsante.
   *[other] Dalla tua rete arrivano troppi accessi. Aspetta { $seconds } secondi, poi premi di nuovo il pulsante.
}
passkey-user-name-needed = Serve un nome utente.
passkey-user-name-taken = Questo nome utente è già preso.
passkey-user-name-former = Questo nome utente era di un’altra persona, e alcune app potrebbero conoscerla così.
passkey-user-name-kept = La configurazione riserva questo nome utente a qualcuno che non è dell’amministrazione.
passkey-email-taken = Questo indirizzo e-mail appartiene a un altro account. Usane un altro o lascia vuoto il campo.
passkey-email-former = Questo indirizzo e-mail era di un’altra persona qui. Usane un altro o lascia vuoto il campo.
passkey-registered = Questa passkey è già registrata. Per un’altra, usa un altro dispositivo.
