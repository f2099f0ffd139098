account-title = Votre compte
account-you = Vous
account-name = Nom
account-name-given = Prénom
account-name-family = Nom de famille
account-name-parts = Les deux peuvent rester vides. Certaines applications les demandent séparément.
account-name-change = Changer de nom
account-name-save = Enregistrer le nom
account-email-none = aucune
account-email-unconfirmed = Pas encore confirmée. Les applications ne la reçoivent pas.
account-email-waits = { $email } attend d’être confirmée.
account-email-add = Ajouter une adresse e-mail
account-email-change = La changer
account-email-confirm = La confirmer ou la changer
account-groups = Groupes
account-groups-none = aucun
account-ends = Votre compte prend fin { $when }.
account-language = Langue
account-language-save = Enregistrer la langue
account-by-administrator = L’administration peut changer votre nom d’utilisateur et vos groupes.

item-used = dernière utilisation : { $when }
item-unused = jamais utilisé
item-made = création : { $when }
item-added = ajout : { $when }
item-rename = Renommer
item-save-name = Enregistrer le nom
item-remove = Retirer
item-remove-yes = Oui, retirer
confirm-you = Confirmer que c’est vous

passkeys = Clés d’accès
passkeys-backed-up = Sauvegardée
passkeys-one-device = Sur un seul appareil
passkeys-remove = Retirer { $name } ? Vous ne pourrez plus vous connecter avec, et c’est définitif. Supprimez-la aussi de l’appareil.
passkeys-only = C’est votre seul moyen de vous connecter, elle ne peut donc pas être retirée. Ajoutez d’abord une autre clé d’accès.
passkeys-none = Aucune pour le moment. Avec une clé d’accès, vous vous connectez d’un geste.

linked = Autres moyens de se connecter
linked-gone = N’est plus configuré ici. Ne permet plus de vous connecter.
linked-remove = Retirer { $name } ? Vous ne pourrez plus vous connecter ici avec. Votre compte là-bas reste tel quel.
linked-only = C’est votre seul moyen de vous connecter, il ne peut donc pas être retiré. Ajoutez d’abord une clé d’accès.
linked-none = Aucun pour le moment. Un compte ailleurs peut aussi vous connecter ici.
linked-add = Ajouter un compte chez { $provider }

kit-title = Kit de secours
kit-used-up = Tous les codes ont servi. Créez un nouveau kit.
kit-left = codes restants : { $left } sur { $of }
kit-none = Aucun pour le moment. Des codes sur papier permettent de créer une nouvelle clé d’accès quand tous les appareils qui en ont une sont perdus.
kit-yours = Votre kit de secours
kit-make = Créer un kit de secours

password-and-code = Vous pouvez aussi vous connecter avec un mot de passe et un code de votre application d’authentification.
password-alone = Vous pouvez aussi vous connecter avec un mot de passe. Il suffit à lui seul : une application d’authentification le rend plus sûr.
password-none = Vous n’en avez pas. Une clé d’accès est plus sûre et plus rapide.
password-change-or-remove = Le changer ou le retirer
password-change = Le changer
password-set = Choisir un mot de passe
password-current = Mot de passe actuel
password-new = Nouveau mot de passe
password-save = Enregistrer le mot de passe
password-remove = Retirer le mot de passe
authenticator-yours = Votre application d’authentification
authenticator-add = Ajouter une application d’authentification

access-title = Applications qui ont accès
access-allowed = Autorisée { $when }
access-offline = garde l’accès en votre absence
access-end = Mettre fin à l’accès
access-none = Aucune. Les applications apparaissent ici après votre première connexion.

programs-title = Programmes
programs-told = Un programme qui ne peut pas se connecter avec une clé d’accès reçoit un jeton de votre part.
tokens-title = Jetons pour les programmes

activity-title = Sessions et activité
activity-told = Les navigateurs où vous êtes en ligne, et ce qui est arrivé à votre compte.
data-title = Vos données
data-told = Une copie de ce qui est conservé sur vous ici, et la fin de votre compte.
sign-out-here = Se déconnecter ici
sign-out-everywhere = Se déconnecter partout
sign-out-everywhere-means = Partout, c’est-à-dire dans tous les navigateurs et dans toutes les applications où vous vous connectez par ici.

done-passkey-added = La clé d’accès { $name } est prête.
done-passkey-renamed = La clé d’accès s’appelle maintenant { $name }.
done-passkey-removed = La clé d’accès est retirée. Elle ne permet plus de vous connecter.
done-last-passkey = C’est votre seul moyen de vous connecter, elle reste donc. Ajoutez d’abord une autre clé d’accès.
done-name = Votre nom est enregistré. Les applications le lisent à votre prochaine connexion.
done-password = Votre mot de passe est enregistré.
done-password-wrong = Ce n’est pas le mot de passe actuel. Rien n’a été changé.
done-password-unfit = Le nouveau mot de passe est trop court ou trop long. Rien n’a été changé.
done-password-many = Il y a eu trop d’essais. Attendez quelques minutes. Rien n’a été changé.
done-password-busy = Beaucoup de personnes se connectent. Réessayez dans un instant. Rien n’a été changé.
done-password-removed = Votre mot de passe est retiré. Connectez-vous avec une clé d’accès.
done-identity-added = Votre compte là-bas est ajouté. Il permet désormais de vous connecter ici.
done-identity-removed = C’est retiré. Cela ne permet plus de vous connecter ici.
done-access-ended = { $app } n’a plus accès. L’application demandera de nouveau à votre prochaine connexion.
