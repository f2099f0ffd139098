# A move to another address: passkeys of the one before.

moving-use-passkey-of = Usa una passkey di { $host }
moving-cannot-here = Questo browser non può usare qui le passkey di { $host }. Apri questa pagina in un altro browser, o crea una nuova passkey con un codice di recupero o un link di recupero.
moving-refused = Il browser non accetta qui le passkey di { $host }. Prova con un altro browser, o crea una nuova passkey con un codice di recupero o un link di recupero.
moving-make-another = La passkey che hai usato è dell’indirizzo precedente di { $instance }. Creane una per il nuovo indirizzo e potrai continuare ad accedere quando il precedente non ci sarà più.
moving-not-now = Non ora
passkeys-former = È di { $host }, l’indirizzo precedente. Aggiungine una per il nuovo indirizzo e poi rimuovi questa.
