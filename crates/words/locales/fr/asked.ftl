mail-confirm-title = Est-ce votre adresse e-mail ?
mail-confirm-told = Dès lors, les applications reçoivent cette adresse, et les messages sur votre compte y arrivent.
mail-confirm-use = Utiliser cette adresse
mail-confirm-leave = Laisser tel quel
recover-mail-title = Récupérer par e-mail
wait-for-mail = Attendez un e-mail
recover-mail-under = pour votre compte sur { $instance }
recover-mail-passkey = Une clé d’accès continue de fonctionner entre-temps.
recover-mail-account = Nom d’utilisateur ou adresse e-mail
recover-mail-account-hint = Le message part à l’adresse de votre compte.
recover-mail-ask = Demander un lien de récupération
stop-title = Arrêter la récupération ?
stop-title-done = La récupération est arrêtée
stop-title-nothing = Il n’y a rien à arrêter
stop-under = de votre compte sur { $instance }
stop-done = Aucun lien de récupération ne suivra, et un lien déjà envoyé n’ouvre plus rien.
stop-done-next = Qui lit vos messages peut recommencer. Si ce n’était pas vous, changez le mot de passe de votre messagerie et prévenez l’administration.
stop-ask = Quelqu’un a demandé un lien de récupération pour votre compte. Si ce n’était pas vous, arrêtez-la. Si c’était vous, quittez cette page.
stop-button = Arrêter la récupération
stop-nothing = Elle a déjà été arrêtée, ou elle est terminée.
join-ask = Demander un compte
join-make = Créer un compte
join-under = sur { $instance }
join-under-with = sur { $instance }, avec { $email }
join-sent = Un e-mail est en route vers { $email }. Ouvrez le lien qu’il contient et continuez là. Il est valable un jour.
join-spam = Rien après quelques minutes ? Regardez s’il a été pris pour un indésirable.
join-hint = Un lien y est envoyé.
join-hint-domains = Son domaine doit être l’un de ceux-ci : { $domains }. Un lien y est envoyé.
join-mail-me = M’envoyer un lien
join-administrator = L’administration répond à votre demande.
join-why = Pourquoi vous demandez
join-why-hint = Facultatif. L’administration le lit.
join-go-on = Continuer
join-answer = La réponse arrive par e-mail.
join-next = À la page suivante, vous choisissez un nom d’utilisateur et créez une clé d’accès. Vous avez une heure.
join-waits-title = L’administration est consultée
join-waits = La réponse arrive par e-mail, dans les deux semaines. Vous pouvez fermer cette page.
join-ended-title = Ce lien n’ouvre plus rien
join-ended = Il a servi, un autre a été envoyé depuis, ou il a plus d’un jour.
join-again = Recommencer
asked-problem-too-many = Cela a été demandé trop souvent depuis votre réseau. Attendez une heure, puis réessayez.
ask-problem-address = Cette adresse e-mail est incomplète. Corrigez-la.
ask-problem-domain = Aucun compte n’est créé avec une adresse de ce domaine.
ask-problem-words = Votre nom est nécessaire ; lui ou le motif est peut-être trop long.
recover-mail-on-its-way = { $hours ->
    [one] Si le compte existe et peut être récupéré par e-mail, un message est en route vers son adresse. Il dit ce qui suit. Le lien de récupération arrive une heure plus tard, sauf si quelqu’un l’arrête.
   *[other] Si le compte existe et peut être récupéré par e-mail, un message est en route vers son adresse. Il dit ce qui suit. Le lien de récupération arrive { $hours } heures plus tard, sauf si quelqu’un l’arrête.
}
recover-mail-nothing-happens = { $hours ->
    [one] Rien ne se passe pendant une heure. Qui lit vos messages est prévenu et peut l’arrêter ; vous aussi, partout où vous êtes en ligne.
   *[other] Rien ne se passe pendant { $hours } heures. Qui lit vos messages est prévenu et peut l’arrêter ; vous aussi, partout où vous êtes en ligne.
}
