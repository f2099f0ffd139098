sign-in-to = Se connecter à { $app }
sign-in-to-your-apps = Se connecter à vos applications
sign-in-still-you = Confirmez que vous êtes toujours { $person }
sign-in-app-asks = { $app } le demande avant de continuer.
sign-in-app-asks-passkey = { $app } demande une clé d’accès.
sign-in-app-asks-two-factors = { $app } demande une clé d’accès, ou un code en plus du mot de passe.
sign-in-with-account = avec votre compte chez { $instance }
sign-in-too-long = L’adresse que vous avez ouverte est trop longue pour y revenir. Vous commencerez à la page d’accueil de l’application.
sign-in-done = La connexion a réussi. On continue.
sign-in-with-passkey = Continuer avec une clé d’accès
sign-in-offer = Ou choisissez-en une sur cet appareil
sign-in-offer-placeholder = Choisir une clé d’accès
sign-in-or = ou
sign-in-cannot = Je n’arrive pas à me connecter
sign-in-new-ask = Vous êtes nouveau ici ? <a>Demander un compte</a>
sign-in-new-make = Vous êtes nouveau ici ? <a>Créer un compte</a>
sign-in-kit = Avez-vous un kit de secours sur papier ? <a>Utilisez l’un de ses codes</a>.
sign-in-ask-link = Sinon, demandez un lien de récupération à l’administration. Il s’ouvre une seule fois et permet de créer une nouvelle clé d’accès.

sign-in-problem-name-or-password = Ce nom d’utilisateur et ce mot de passe ne vont pas ensemble. Vérifiez les deux.
sign-in-problem-incomplete = Il faut les deux : un nom d’utilisateur et un mot de passe.
sign-in-problem-busy = Beaucoup de personnes se connectent en ce moment. Attendez quelques secondes, puis connectez-vous de nouveau.
sign-in-problem-codes-tomorrow = Il y a eu trop de codes faux. Les codes seront de nouveau acceptés demain ; une clé d’accès ou un code de secours fonctionne tout de suite.
sign-in-problem-codes = { $minutes ->
    [one] Il y a eu trop de codes faux. Attendez { $minutes } minute, puis connectez-vous de nouveau ; une clé d’accès fonctionne tout de suite.
   *[other] Il y a eu trop de codes faux. Attendez { $minutes } minutes, puis connectez-vous de nouveau ; une clé d’accès fonctionne tout de suite.
}
sign-in-problem-passwords = { $minutes ->
    [one] Il y a eu trop d’essais avec un mot de passe. Attendez { $minutes } minute ; une clé d’accès fonctionne tout de suite.
   *[other] Il y a eu trop d’essais avec un mot de passe. Attendez { $minutes } minutes ; une clé d’accès fonctionne tout de suite.
}

code-title = Saisissez le code de votre application d’authentification
code-to-app = pour vous connecter à { $app } avec votre compte chez { $instance }
code-hint = Six chiffres. L’application en montre d’autres chaque demi-minute, et chaque code sert une fois.
code-passkey-instead = Continuer plutôt avec une clé d’accès
code-app-gone = Je n’ai plus l’application
code-ask-removal = Sinon, demandez à l’administration de retirer l’application d’authentification de votre compte.
code-problem-wrong = Ce code n’est pas le bon ou a déjà servi. Attendez le suivant.
code-problem-clock = Ce code est décalé de quelques minutes. L’horloge de l’appareil qui a l’application n’est pas à l’heure, ou celle de ce serveur. Laissez l’appareil régler son heure lui-même, puis attendez le code suivant.

consent-title = { $app } veut savoir qui vous êtes
consent-sees = L’application verra
consent-same-person = Que vous êtes la même personne à chaque retour
consent-name = Votre nom, { $person }, et votre nom d’utilisateur, { $user_name }
consent-email = Votre adresse e-mail, { $email }
consent-email-later = Votre adresse e-mail, dès que votre compte en aura une
consent-groups = Que vous faites partie de { $groups }
consent-groups-later = Vos groupes, dès que vous ferez partie d’un groupe
consent-other = Des données qu’elle appelle { $scope }
consent-offline = Elle garde l’accès en votre absence, jusqu’à ce que vous y mettiez fin sous « Compte ».
consent-end = Vous pouvez y mettre fin à tout moment sous « Compte ».
consent-back = Revenir sans se connecter
consent-return = Vous retournez à { $host }

device-title = Se connecter sur un autre appareil
device-type = Saisissez le code que montre l’autre appareil.
device-code-hint = Les minuscules et un tiret oublié ne gênent pas.
device-look = Voir qui demande
device-nothing-yet = Le code seul n’autorise rien : vous verrez d’abord l’application et le lieu.
device-problem-no-code = Aucun appareil ne montre ce code en ce moment. Regardez encore ; au bout de dix minutes, l’appareil en montre un autre.
device-asked-title = Se connecter à { $app } sur un autre appareil
device-shows = L’appareil montre { $code }
device-from = { $device }, depuis { $address }
device-unknown = Un appareil
device-browser-on-system = { $browser } sur { $system }
device-asked = Demandé { $when }
device-offline = L’application y reste connectée jusqu’à ce que vous y mettiez fin sous « Compte ».
device-session = L’application y est connectée jusqu’à ce que vous vous déconnectiez ici.
device-warning = Autorisez seulement si cet appareil est devant vous et montre ce code. Sinon, la personne qui vous a envoyé le code ou un lien serait connectée à votre place.
device-approved-title = La connexion est faite sur l’autre appareil
device-approved = { $app } y continue toute seule dans quelques secondes.
device-refused-title = Vous avez refusé
device-refused = { $app } en est informée et ne sait rien de vous.

recover-title = Utiliser un code de secours
recover-under = du kit que vous avez imprimé chez { $instance }
recover-hint = Les minuscules et les tirets oubliés ne gênent pas.
recover-continue = Continuer avec ce code
recover-used-up = Le code est alors utilisé, et vous créez une nouvelle clé d’accès à la page suivante. Vous avez une demi-heure pour cela.
recover-no-kit = Sans kit : demandez un lien de récupération à l’administration.
recover-no-kit-mail = Sans kit : <a>récupérez le compte par e-mail</a>, ou demandez un lien de récupération à l’administration.
recover-back = Retour à la connexion
recover-problem-no-code = Ce code n’ouvre rien. Regardez s’il a déjà servi, ou s’il vient d’un kit que vous avez remplacé.

sign-out-title = Se déconnecter de vos applications ?
sign-out-app-asks = { $app } demande à vous déconnecter.
sign-out-stay = Rester en ligne
sign-out-held-back = L’application voulait continuer vers une adresse qui n’est pas enregistrée pour elle. Après la déconnexion, vous restez ici.
sign-out-apps = Les applications sans connexion propre se ferment tout de suite. Dans les autres, vous restez en ligne jusqu’à ce que vous vous y déconnectiez ou qu’elles vérifient de nouveau.
signed-out-title = La déconnexion est faite
signed-out-under = de { $instance }. Vous pouvez vous reconnecter à tout moment.
signed-out-held-back = L’application voulait continuer vers une adresse qui n’est pas enregistrée pour elle, vous restez donc ici. L’administration trouve la différence dans le journal.
