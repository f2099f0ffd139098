# A move to another address: passkeys of the one before.

moving-use-passkey-of = Passkey von { $host } verwenden
moving-cannot-here = Dieser Browser kann Passkeys von { $host } hier nicht verwenden. Öffne diese Seite in einem anderen Browser, oder erstelle mit einem Notfallcode oder einem Wiederherstellungslink einen neuen Passkey.
moving-refused = Der Browser nimmt Passkeys von { $host } hier nicht an. Versuche es mit einem anderen Browser, oder erstelle mit einem Notfallcode oder einem Wiederherstellungslink einen neuen Passkey.
moving-make-another = Der Passkey, den du verwendet hast, gehört zur früheren Adresse von { $instance }. Erstelle einen für die neue Adresse, dann kannst du dich weiter anmelden, wenn es die frühere nicht mehr gibt.
moving-not-now = Jetzt nicht
passkeys-former = Er gehört zu { $host }, der früheren Adresse. Füge einen für die neue Adresse hinzu und entferne diesen danach.
