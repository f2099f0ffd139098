rooms-skip = Vai al contenuto
rooms-home = Doorstep, le tue app
rooms-main = Principale
rooms-apps = App
rooms-account = Account

portal-hello = Ciao, { $person }
portal-one-passkey = Hai una passkey. <second>Aggiungine una seconda</second> o <kit>stampa un kit di recupero</kit>, così un dispositivo perso non ti chiude fuori.
portal-registrations = { $count ->
    [one] Qualcuno chiede un account.
   *[other] { $count } persone chiedono un account.
}
portal-requests = { $count ->
    [one] Qualcuno chiede l’accesso a un’app.
   *[other] { $count } richieste di accesso a un’app aspettano.
}
portal-answer = Guarda e rispondi
portal-empty = Ancora nessuna app
portal-empty-add = Le app che puoi usare compaiono qui. Aggiungi la prima a { $file }; compare appena il file è salvato.
portal-empty-wait = Le app che puoi usare compaiono qui. L’amministrazione può darti accesso ad alcune.
portal-find = Cerca un’app
portal-find-none = Nessuna tua app ha questo nome.
portal-invite = Invita persone

banner-sent = Un link di recupero per il tuo account è stato inviato { $when }. Se non l’hai chiesto tu, ferma il recupero.
banner-asked = Qualcuno ha chiesto { $asked } di recuperare il tuo account via e-mail. Il link sarà inviato { $due }. Se non l’hai chiesto tu, ferma il recupero.
