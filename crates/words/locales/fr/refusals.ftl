error-link-ended-title = Ce lien ne s’ouvre plus
error-link-ended = Il a déjà servi, il a expiré ou un lien plus récent l’a remplacé.
error-link-ended-next = Si vous avez une clé d’accès, connectez-vous avec elle. Sinon, demandez un nouveau lien à l’administration.
error-invitation-ended-title = Cette invitation ne s’ouvre plus
error-invitation-ended = Elle a déjà servi ou elle a expiré.
error-invitation-ended-next = Demandez-en une nouvelle à la personne qui vous a invité. Si vous avez un compte, connectez-vous.
error-sign-in-unreadable-title = Cette connexion ne peut pas continuer
error-sign-in-unreadable = Son adresse a été coupée ou modifiée en chemin.
error-sign-in-unreadable-next = Ouvrez de nouveau l’application ; elle vous demandera de vous connecter si ce n’est pas encore fait.
error-clocks-title = Les horloges de deux machines diffèrent sans doute
error-clocks = Vous êtes en ligne, mais l’application ne s’est pas ouverte : deux fois de suite, le chemin du retour a expiré aussitôt.
error-clocks-next = Essayez encore une fois. Si cela n’aide pas, dites à l’administration que les serveurs de Doorstep doivent avoir la même heure.
error-app-gone-title = Cette application n’est plus ici
error-app-gone = Vous vous connectiez à une application qui a été retirée ou qui a changé d’adresse.
error-app-gone-next = Cherchez-la parmi vos applications ou demandez à l’administration.
error-wrong-host-title = Ce n’est pas l’adresse où vous vous connectez
error-wrong-host = Cette page a été demandée sous un autre nom d’hôte.
error-wrong-host-next = Ouvrez-la à sa propre adresse.
error-wrong-host-mend = Si l’adresse utilisée est la bonne, faites transmettre l’en-tête Host par le proxy. Le journal nomme l’hôte qui a été demandé.
error-bad-address-title = Cette adresse ne peut pas être ouverte
error-bad-address = Elle peut se lire de plusieurs façons, elle a donc été refusée.
error-bad-address-next = Revenez à l’application et commencez à sa page d’accueil.
error-sign-in-here-title = Votre connexion est terminée
error-sign-in-here = { $app } a besoin que vous soyez en ligne.
error-sign-in-here-next = Reconnectez-vous pour continuer.
error-prove-again-title = Confirmez que c’est toujours vous
error-needs-passkey-title = Il faut une clé d’accès
error-needs-passkey = { $app } demande ici une clé d’accès, et votre compte n’en a pas.
error-needs-passkey-next = Créez-en une sur la page de votre compte, puis ouvrez cette page de nouveau.
error-needs-more-title = Il faut plus qu’un mot de passe
error-needs-more = { $app } demande ici une clé d’accès, ou un code en plus du mot de passe, et votre compte n’a ni l’une ni l’autre.
error-needs-more-next = Créez une clé d’accès ou ajoutez une application d’authentification sur la page de votre compte, puis ouvrez cette page de nouveau.
error-unknown-address-title = Doorstep ne connaît pas cette adresse
error-unknown-address = Aucune application n’est déclarée pour cet hôte, ou le proxy qui a demandé n’est pas de confiance.
error-unknown-address-next = Vérifiez l’adresse ou demandez à l’administration.
error-unknown-address-mend = L’en-tête X-Doorstep-Reason de cette réponse dit pourquoi : unknown_host signifie qu’aucune application n’est déclarée pour cet hôte, untrusted_peer que le proxy n’est pas dans trusted_proxies.
error-proxy-title = Le proxy a refusé cette demande
error-proxy = Vous êtes en ligne et pouvez utiliser cette application.
error-proxy-next = Rechargez la page. Si cela n’aide pas, une règle du proxy refuse la demande.
error-form-title = Ce formulaire ne peut pas être lu
error-form = Il a été coupé en chemin ou ne vient pas d’une de nos pages. Rien n’a été changé.
error-form-next = Revenez en arrière et envoyez-le de nouveau.
error-foreign-title = Rien n’a été changé
error-foreign = Cette demande venait d’un autre site, elle a donc été refusée.
error-foreign-next = Si vous le vouliez, recommencez depuis la page de votre compte.
error-signed-out-here-title = Seul ce navigateur est déconnecté
error-signed-out-here = Doorstep n’a pas pu noter que votre session est terminée.
error-signed-out-here-next = Les applications que vous avez ouvertes restent peut-être connectées. Connectez-vous puis déconnectez-vous quand Doorstep fonctionnera de nouveau.
error-explain = Référence { $reference }. Cette commande montre toute la demande et ce qu’il faut changer :

request-unreadable-title = L’application a envoyé une demande qui ne peut pas être lue
request-unreadable = Elle n’est pas complète ou peut se lire de plusieurs façons, nous nous sommes donc arrêtés là.
request-unknown-app-title = Cette application n’est pas connue ici
request-unknown-app = L’application qui vous envoie n’est pas connue ici, nous nous sommes donc arrêtés.
request-disabled-app-title = { $app } est désactivée
request-disabled-app = Personne ne peut s’y connecter tant que l’administration ne l’a pas réactivée.
request-no-return-title = L’application n’a pas dit où vous renvoyer
request-no-return = { $app } a demandé à vous connecter sans adresse de retour, nous nous sommes donc arrêtés là.
request-no-return-unnamed = L’application a demandé à vous connecter sans adresse de retour, nous nous sommes donc arrêtés là.
request-other-return-title = L’application vous a envoyé avec une adresse qui n’est pas enregistrée
request-other-return = { $app } a demandé à vous renvoyer à une adresse différente de celle qui est enregistrée, nous nous sommes donc arrêtés là.
request-other-return-unnamed = L’application a demandé à vous renvoyer à une adresse différente de celle qui est enregistrée, nous nous sommes donc arrêtés là.
request-next = Votre compte n’a aucun problème.

upstream-disabled-title = Votre compte est désactivé
upstream-disabled = Vous avez ouvert une session chez { $provider }, et votre compte ici est désactivé.
upstream-disabled-next = Demandez à l’administration de le réactiver.
upstream-not-fresh-title = { $provider } ne vous a pas redemandé qui vous êtes
upstream-not-fresh = Cette étape demande une connexion toute récente.
upstream-not-fresh-next = Connectez-vous avec une clé d’accès.
upstream-stopped-title = La connexion chez { $provider } n’a pas eu lieu
upstream-stopped = Rien n’a été changé.
upstream-passkey-next = Connectez-vous avec une clé d’accès ou réessayez.
upstream-gone = Elle était déjà terminée, a duré plus de dix minutes ou a commencé dans un autre navigateur.
upstream-enrols-nobody-title = Aucun compte ne peut être créé avec { $provider }
upstream-enrols-nobody = L’invitation n’a pas été utilisée.
upstream-enrols-nobody-next = Ouvrez de nouveau l’invitation et créez une clé d’accès.
upstream-unreachable-title = { $provider } ne peut pas être interrogé en ce moment
upstream-unreachable = Le fournisseur n’a pas répondu comme il le devrait.
upstream-refused-title = La réponse de { $provider } n’a pas été acceptée
upstream-refused = Elle n’a pas passé un contrôle qui protège votre compte.
upstream-no-account-title = Aucun compte ici ne correspond à votre compte chez { $provider }
upstream-no-account = Vous êtes en ligne chez { $provider }. Il n’y a que vous pour dire quel compte ici est le vôtre.
upstream-no-account-next = Connectez-vous ici comme d’habitude et ajoutez-le sur la page de votre compte, ou demandez une invitation à l’administration.
upstream-somebody-elses-title = Ce compte chez { $provider } appartient à une autre personne ici
upstream-somebody-elses = Il connecte un autre compte, il n’a donc pas été ajouté au vôtre.
upstream-somebody-elses-next = Connectez-vous là-bas avec un autre compte, ou retirez-le d’abord de l’autre compte ici.
upstream-known-title = Vous avez déjà un compte ici
upstream-known = Votre compte chez { $provider } vous y connecte. L’invitation est pour une nouvelle personne et n’a pas été utilisée.
upstream-known-next = Connectez-vous à votre compte.

denied-title = { $app } ne vous est pas ouverte
denied-nobody = { $app } n’est encore ouverte à personne
denied-groups = { $count ->
    [one] { $app } est pour le groupe { $groups }
   *[other] { $app } est pour les groupes { $groups }
}
denied-person = Vous êtes en ligne sous le nom { $person } et faites partie de { $groups }.
denied-person-no-group = Vous êtes en ligne sous le nom { $person } et ne faites partie d’aucun groupe.
denied-ask = Parlez-en à l’administration.
denied-reference = La référence { $reference } montre à l’administration pourquoi c’est refusé.

not-for-you-title = { $app } n’est pas pour votre compte
not-for-you-part-title = Cette partie de { $app } n’est pas pour votre compte
not-for-you-nobody = Personne n’y a encore accès.
not-for-you-members = L’accès est pour les membres de { $groups }.
not-for-you-one-of-each = { $these }, qui sont aussi membres de { $those }
not-for-you-one-other = { $groups } ou d’un autre groupe
not-for-you-others = { $groups } ou d’un parmi { $count } autres groupes

rule-title = { $app } est fermée à cette adresse
rule-everybody = C’est fermé pour tout le monde : un autre compte n’y change rien.
rule-who = L’administration a fait la règle qui ferme cette partie de { $app } et peut la changer.
rule-explain = Référence { $reference }. Cette commande montre de quelle règle il s’agit :

relay-title = Se connecter encore une fois
relay-heading = Se connecter encore une fois à { $app }
relay-why = Le lien de retour vers l’application a déjà servi, date de plus d’une demi-minute ou était pour un autre navigateur. Votre compte n’a aucun problème.

frame-title = Ouvrir { $app } dans son propre onglet
frame-why = L’application a été ouverte dans une autre page, où vous ne pouvez pas vous connecter.
frame-open = Ouvrir dans un nouvel onglet

not-found-title = Il n’y a rien à cette adresse
not-found-why = L’adresse a peut-être été coupée en chemin. Vérifiez que le lien est complet, jusqu’à la dernière lettre.

too-many-links-title = Trop de liens ont été essayés
too-many-links = Ils venaient de votre réseau et n’étaient pas valides. Le vôtre l’est peut-être : attendez { $time }, puis réessayez.
too-many-sign-ins-title = Trop de connexions à la fois
too-many-sign-ins = Elles viennent de votre réseau, mais pas toutes de vous. Attendez { $time }, puis réessayez.
too-many-requests-title = Trop de demandes à la fois
too-many-requests = Elles ont toutes été faites avec votre compte, par vos navigateurs et vos applications. Attendez { $time }, puis réessayez.
wait-seconds = { $count ->
    [one] une seconde
   *[other] { $count } secondes
}
wait-minutes = { $count ->
    [one] une minute
   *[other] { $count } minutes
}

unavailable-title = Doorstep ne peut pas répondre en ce moment
unavailable-why = Rien n’est perdu, et rien n’est passé. Attendez une minute, puis rechargez cette page.
unavailable-reference = Référence { $reference }. Elle permet à l’administration de trouver la raison.

ask-inside-title = Vous pouvez utiliser { $app }
ask-title = Demander l’accès à { $app }
ask-asked-title = Vous avez demandé l’accès à { $app }
ask-refused-title = Vous n’avez pas reçu l’accès à { $app }
ask-nobody-title = { $app } n’est encore ouverte à personne
ask-why = Pourquoi vous en avez besoin
ask-why-hint = Une phrase ou rien. L’administration la lit avec votre nom.
ask-asked = Vous avez demandé { $when }. L’administration n’a pas encore répondu. Dès que vous aurez l’accès, l’application s’ouvrira.
ask-refused = L’administration a dit non { $when }. Vous pourrez redemander { $again }.
ask-nobody = Aucun groupe ne peut l’utiliser, il n’y a donc rien à demander.
ask-problem-too-long = La phrase est trop longue. Rien n’a encore été demandé.
ask-problem-too-many = Vous avez demandé autant d’applications qu’on le peut à la fois. Attendez que l’administration ait répondu.
