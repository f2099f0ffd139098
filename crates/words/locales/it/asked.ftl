mail-confirm-title = È questo il tuo indirizzo e-mail?
mail-confirm-told = Da quel momento le app ricevono questo indirizzo, e i messaggi sul tuo account arrivano lì.
mail-confirm-use = Usa questo indirizzo
mail-confirm-leave = Lascia tutto com’è
recover-mail-title = Recupera via e-mail
wait-for-mail = Aspetta un’e-mail
recover-mail-under = per il tuo account su { $instance }
recover-mail-passkey = Una passkey continua a funzionare nel frattempo.
recover-mail-account = Nome utente o indirizzo e-mail
recover-mail-account-hint = Il messaggio va all’indirizzo che ha il tuo account.
recover-mail-ask = Chiedi un link di recupero
stop-title = Fermare il recupero?
stop-title-done = Il recupero è fermo
stop-title-nothing = Non c’è nulla da fermare
stop-under = del tuo account su { $instance }
stop-done = Non arriverà alcun link di recupero, e uno già inviato non apre più nulla.
stop-done-next = Chi legge la tua posta può chiederlo di nuovo. Se non l’hai chiesto tu, cambia la password della tua casella e avvisa l’amministrazione.
stop-ask = Qualcuno ha chiesto un link di recupero per il tuo account. Se non l’hai chiesto tu, fermalo. Se l’hai chiesto tu, lascia questa pagina.
stop-button = Ferma il recupero
stop-nothing = È già stato fermato, oppure è finito.
join-ask = Chiedi un account
join-make = Crea un account
join-under = su { $instance }
join-under-with = su { $instance }, con { $email }
join-sent = Un’e-mail è in viaggio verso { $email }. Apri il link che contiene e continua lì. Vale un giorno.
join-spam = Dopo qualche minuto non è arrivato nulla? Guarda se è finita nella posta indesiderata.
join-hint = Lì arriva un link.
join-hint-domains = Il suo dominio deve essere uno di questi: { $domains }. Lì arriva un link.
join-mail-me = Inviami un link
join-administrator = L’amministrazione risponde alla tua richiesta.
join-why = Perché lo chiedi
join-why-hint = Facoltativo. Lo legge l’amministrazione.
join-go-on = Continua
join-answer = La risposta arriva via e-mail.
join-next = Nella prossima pagina scegli un nome utente e crei una passkey. Hai un’ora di tempo.
join-waits-title = È stata chiesta l’amministrazione
join-waits = La risposta arriva via e-mail, entro due settimane. Puoi chiudere questa pagina.
join-ended-title = Questo link non apre più nulla
join-ended = È stato usato, ne è stato inviato un altro, oppure ha più di un giorno.
join-again = Ricomincia
asked-problem-too-many = Questo è stato chiesto troppe volte dalla tua rete. Aspetta un’ora, poi riprova.
ask-problem-address = Questo indirizzo e-mail non è completo. Correggilo.
ask-problem-domain = Nessun account viene creato con un indirizzo di questo dominio.
ask-problem-words = Serve il tuo nome; forse il nome o il motivo è troppo lungo.
recover-mail-on-its-way = { $hours ->
    [one] Se l’account esiste e si può recuperare via e-mail, un messaggio è in viaggio verso il suo indirizzo. Dice che cosa succede dopo. Il link di recupero arriva un’ora più tardi, se nessuno lo ferma.
   *[other] Se l’account esiste e si può recuperare via e-mail, un messaggio è in viaggio verso il suo indirizzo. Dice che cosa succede dopo. Il link di recupero arriva { $hours } ore più tardi, se nessuno lo ferma.
}
recover-mail-nothing-happens = { $hours ->
    [one] Non succede nulla per un’ora. Chi legge la tua posta lo viene a sapere e può fermarlo; anche tu, ovunque tu abbia fatto l’accesso.
   *[other] Non succede nulla per { $hours } ore. Chi legge la tua posta lo viene a sapere e può fermarlo; anche tu, ovunque tu abbia fatto l’accesso.
}
