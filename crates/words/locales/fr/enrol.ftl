enrol-welcome = Bienvenue, { $person }
enrol-welcome-back = Bon retour, { $person }
enrol-add-device = Ajouter cet appareil
enrol-account = Votre compte chez { $instance } est { $user_name }.
enrol-make-first = Créez une clé d’accès pour vous y connecter.
enrol-make-new = Créez une nouvelle clé d’accès pour vous y connecter.
enrol-make-here = Créez une clé d’accès sur cet appareil pour vous y connecter d’ici.
enrol-choose-password = Choisissez un mot de passe pour ce compte.
enrol-done = Votre clé d’accès est prête. On continue.
enrol-drop-all = Retirer mes anciennes clés d’accès, mon mot de passe, mon application d’authentification et mon kit de secours. À choisir si un appareil a été perdu ou volé.
enrol-drop-others = Retirer mes anciennes clés d’accès, mon application d’authentification et mon kit de secours. À choisir si un appareil a été perdu ou volé.
enrol-make = Créer une clé d’accès
enrol-how = Votre appareil demande votre empreinte, votre visage ou son code PIN. Rien de cela ne quitte l’appareil. Il n’y a pas de mot de passe à retenir ni à perdre.
enrol-password-instead = Choisir plutôt un mot de passe
enrol-passkey-instead = Créer plutôt une clé d’accès
enrol-signs-out = Cela vous déconnecte de tous les navigateurs et de toutes les applications où vous êtes en ligne.
enrol-save-password = Enregistrer le mot de passe et se connecter
enrol-passkey-safer = Une clé d’accès est plus sûre et plus rapide. Vous pourrez en ajouter une plus tard sur la page de votre compte.

set-up-title = Prenez en charge l’administration
set-up-under = de { $instance }. Personne d’autre n’a encore de compte.
set-up-user-name-hint = Court et simple, comme { $example }. Les applications l’utilisent aussi.
set-up-user-name-named = La configuration nomme { $names } pour l’administration. Les applications utilisent aussi le nom d’utilisateur.

invite-title = On vous invite sur { $place }
invite-for = Cette invitation est pour { $label }.
invite-account = Créez un compte chez { $instance }.
invite-account-then-app = Créez un compte chez { $instance }, puis continuez vers { $app }.
invite-done = Votre compte et votre clé d’accès sont prêts. On continue.
invite-user-name-hint = Court et simple, comme { $example }. Les applications l’utilisent aussi, et il reste.
invite-given-email = Votre adresse e-mail ici est { $email }, comme l’a indiqué la personne qui vous invite.
invite-upstream = Vous vous connectez là-bas et revenez ici avec un compte. Vous pourrez ajouter une clé d’accès plus tard sur la page de votre compte.
invite-for-new = Cette invitation est pour une nouvelle personne
invite-signed-in = Vous êtes en ligne sous le nom { $person } ({ $user_name }) et avez déjà un compte. Rien n’a été utilisé.
invite-somebody-else = Est-elle pour une autre personne sur cet appareil ? <a>Déconnectez-vous</a> d’abord, puis ouvrez l’adresse de nouveau.
invite-problem-no-user-name = Un nom d’utilisateur a de 2 à 64 caractères parmi a-z 0-9 . _ - et commence par une lettre.
invite-problem-user-name = Ce nom d’utilisateur n’est pas libre. Prenez-en un autre.
invite-problem-given-email = L’adresse e-mail de cette invitation appartient désormais à un autre compte. Demandez à la personne qui vous a invité.

add-passkey-title = Ajouter une clé d’accès
add-passkey-for = pour { $person }. Sur cet appareil, sur votre téléphone ou sur une clé de sécurité : votre navigateur demande où.
add-passkey-done = Votre clé d’accès est prête. Retour à votre compte.
add-passkey-elsewhere = La créer plutôt sur un autre appareil

account-deleted-title = Votre compte est supprimé
account-deleted-under = chez { $instance }. Toutes les sessions sont terminées.
account-deleted-passkey = Votre clé d’accès n’ouvre plus rien. Retirez-la aussi de votre appareil.
