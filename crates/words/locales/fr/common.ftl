verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " et " }
list-or = { " ou " }

language-choose = Choisir une langue
language-now = Langue : français
language-under = Votre navigateur s’en souvient pour cette adresse.
language-under-account = Votre compte s’en souvient, et ce navigateur pour les pages d’avant la connexion.
language-browser = Comme le dit le navigateur
back = Retour

your-apps = Vos applications
go-to-your-apps = Aller à vos applications
back-to-your-apps = Retour à vos applications
to-your-account = Vers votre compte
back-to-your-account = Retour à votre compte
to-start-page = Vers la page d’accueil de l’application
use-another-account = Utiliser un autre compte
sign-in = Se connecter
sign-in-again = Se reconnecter
sign-out = Se déconnecter
try-again = Réessayer
start-again = Recommencer
open-app = Ouvrir { $app }
back-to-app = Retour à { $app }
back-to-the-app = Retour à l’application
open-the-app = Ouvrir l’application
continue = Continuer
continue-to-app = Continuer vers { $app }
continue-with = Continuer avec { $provider }
continue-with-instead = Continuer plutôt avec { $provider }
going-on = On continue
going-on-to-app = On continue vers { $app }
ask-for-access = Demander l’accès
allow = Autoriser
refuse = Refuser

signed-in-as = Vous êtes en ligne sous le nom { $person }.
signed-in-as-known-as = Vous êtes en ligne sous le nom { $person } ({ $user_name }).
not-you = Ce n’est pas vous ?

for-the-administrator = Pour l’administration
for-the-administrator-on-the-server = Pour l’administration, sur le serveur :

field-name = Votre nom
field-user-name = Nom d’utilisateur
field-password = Mot de passe
field-code = Code
field-email = Adresse e-mail
user-name-rule = Lettres de a à z, chiffres, point, tiret bas et trait d’union, en commençant par une lettre
password-hint = Au moins { $shortest } caractères. Quelques mots conviennent bien.
email-hint = Facultatif. Les applications la reçoivent une fois que l’administration l’a confirmée.
email-hint-administrator = Facultatif. Certaines applications la demandent.

problem-email = Cette adresse e-mail n’est pas complète. Corrigez-la ou laissez le champ vide.
problem-password-length = Ce mot de passe est trop court ou trop long. Choisissez-en un autre.
problem-busy = Beaucoup de personnes se connectent. Réessayez dans un instant.
problem-account-disabled = Votre compte est désactivé. Demandez à l’administration de le réactiver.
problem-too-many-codes = { $minutes ->
    [one] Trop de codes ont été essayés. Attendez { $minutes } minute, puis réessayez.
   *[other] Trop de codes ont été essayés. Attendez { $minutes } minutes, puis réessayez.
}

when-now = à l’instant
when-soon = dans un instant
when-minutes-ago = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
when-hours-ago = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
when-days-ago = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}
when-months-ago = il y a { $count } mois
when-years-ago = { $count ->
    [one] il y a { $count } an
   *[other] il y a { $count } ans
}
when-in-minutes = { $count ->
    [one] dans { $count } minute
   *[other] dans { $count } minutes
}
when-in-hours = { $count ->
    [one] dans { $count } heure
   *[other] dans { $count } heures
}
when-in-days = { $count ->
    [one] dans { $count } jour
   *[other] dans { $count } jours
}
when-in-months = dans { $count } mois
when-in-years = { $count ->
    [one] dans { $count } an
   *[other] dans { $count } ans
}
when-exact = { $day } { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
