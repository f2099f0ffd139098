passkey-needs-script = Une clé d’accès a besoin de JavaScript dans ce navigateur. Activez-le pour ce site et ouvrez la page de nouveau.
passkey-one-moment = Un instant.
passkey-unanswered = Doorstep n’a pas pu répondre. Attendez une minute et appuyez de nouveau sur le bouton.
passkey-not-made = Aucune clé d’accès n’a été créée. Appuyez sur le bouton pour réessayer.
passkey-not-used = Aucune clé d’accès n’a été utilisée. Appuyez sur le bouton pour réessayer ; votre téléphone en a peut-être une aussi.
passkey-held-already = Cet appareil a déjà une de vos clés d’accès. Pour en créer une autre, utilisez un autre appareil.
passkey-wrong-address = Les clés d’accès ne fonctionnent pas à cette adresse. Ouvrez la page à sa propre adresse.
passkey-unverified = Cet appareil ne peut pas vérifier que c’est vous. Choisissez-en un avec un code PIN, une empreinte ou un visage.
passkey-unreachable = Doorstep n’a pas pu être joint. Vérifiez votre connexion, puis appuyez de nouveau sur le bouton.
passkey-failed = La clé d’accès n’a pas fonctionné. Appuyez sur le bouton pour réessayer.
passkey-old-browser = Ce navigateur ne sait pas utiliser les clés d’accès. Ouvrez cette page dans un navigateur plus récent ou sur votre téléphone.
passkey-insecure = Les clés d’accès ont besoin d’une adresse sûre, qui commence par https.

passkey-too-late = Cela a pris trop de temps ou a commencé dans une autre fenêtre. Appuyez sur le bouton pour réessayer.
passkey-opens-nothing = Cette clé d’accès n’appartient à aucun compte ici. Utilisez-en une autre ou demandez un lien de récupération à l’administration.
passkey-link-gone = Ce lien ne s’ouvre plus. Demandez-en un nouveau à la personne qui vous l’a donné.
passkey-away = Doorstep ne peut pas répondre en ce moment. Attendez une minute, puis appuyez de nouveau sur le bouton.
passkey-too-many = Il y a eu trop d’essais. Attendez quelques minutes, puis réessayez.
passkey-page-outdated = Cette page n’est plus à jour. Rechargez-la.
passkey-confirm-first = Confirmez d’abord que c’est vous.
passkey-for-somebody-new = Vous êtes déjà en ligne, et cette invitation est pour une nouvelle personne. Rechargez la page.
passkey-too-many-own = { $seconds ->
    [one] Trop de demandes ont été faites avec votre compte. Attendez { $seconds } seconde, puis appuyez de nouveau sur le bouton.
   *[other] Trop de demandes ont été faites avec votre compte. Attendez { $seconds } secondes, puis appuyez de nouveau sur le bouton.
}
passkey-too-many-network = { $seconds ->
    [one] Trop de connexions viennent de votre réseau. Attendez { $seconds } seconde, puis appuyez de nouveau sur le bouton.
   *[other] Trop de connexions viennent de votre réseau. Attendez { $seconds } secondes, puis appuyez de nouveau sur le bouton.
}
passkey-user-name-needed = Il faut un nom d’utilisateur.
passkey-user-name-taken = Ce nom d’utilisateur est déjà pris.
passkey-user-name-former = Ce nom d’utilisateur a appartenu à une autre personne, et des applications la connaissent peut-être sous ce nom.
passkey-user-name-kept = La configuration réserve ce nom d’utilisateur à une personne qui n’est pas de l’administration.
passkey-email-taken = Cette adresse e-mail appartient à un autre compte. Prenez-en une autre ou laissez le champ vide.
passkey-email-former = Cette adresse e-mail a appartenu à une autre personne ici. Prenez-en une autre ou laissez le champ vide.
passkey-registered = Cette clé d’accès est déjà enregistrée. Pour en créer une autre, utilisez un autre appareil.
