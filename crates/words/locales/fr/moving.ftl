# A move to another address: passkeys of the one before.

moving-use-passkey-of = Utiliser une clé d’accès de { $host }
moving-cannot-here = Ce navigateur ne peut pas utiliser ici les clés d’accès de { $host }. Ouvrez cette page dans un autre navigateur, ou créez une nouvelle clé d’accès avec un code de secours ou un lien de récupération.
moving-refused = Le navigateur n’accepte pas ici les clés d’accès de { $host }. Essayez un autre navigateur, ou créez une nouvelle clé d’accès avec un code de secours ou un lien de récupération.
moving-make-another = La clé d’accès que vous avez utilisée est celle de l’ancienne adresse de { $instance }. Créez-en une pour la nouvelle adresse : vous pourrez encore vous connecter quand l’ancienne n’existera plus.
moving-not-now = Pas maintenant
passkeys-former = Elle est celle de { $host }, l’ancienne adresse. Ajoutez-en une pour la nouvelle adresse, puis supprimez celle-ci.
