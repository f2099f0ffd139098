rooms-skip = Aller au contenu
rooms-home = Doorstep, vos applications
rooms-main = Menu principal
rooms-apps = Applications
rooms-account = Compte

portal-hello = Bonjour, { $person }
portal-one-passkey = Vous avez une seule clé d’accès. <second>Ajoutez-en une deuxième</second> ou <kit>imprimez un kit de secours</kit>, pour qu’un appareil perdu ne vous laisse pas dehors.
portal-registrations = { $count ->
    [one] Quelqu’un demande un compte.
   *[other] { $count } personnes demandent un compte.
}
portal-requests = { $count ->
    [one] Quelqu’un demande l’accès à une application.
   *[other] { $count } demandes d’accès à une application attendent.
}
portal-answer = Voir et répondre
portal-empty = Aucune application pour le moment
portal-empty-add = Les applications que vous pouvez utiliser apparaissent ici. Ajoutez la première à { $file } ; elle apparaît dès que le fichier est enregistré.
portal-empty-wait = Les applications que vous pouvez utiliser apparaissent ici. L’administration peut vous donner accès à certaines.
portal-find = Trouver une application
portal-find-none = Aucune de vos applications ne porte ce nom.
portal-invite = Inviter des personnes

banner-sent = Un lien de récupération pour votre compte a été envoyé par e-mail { $when }. Si ce n’était pas vous, arrêtez la récupération.
banner-asked = Quelqu’un a demandé { $asked } à récupérer votre compte par e-mail. Le lien est envoyé { $due }. Si ce n’était pas vous, arrêtez la récupération.
