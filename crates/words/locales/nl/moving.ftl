# A move to another address: passkeys of the one before.

moving-use-passkey-of = Een passkey van { $host } gebruiken
moving-cannot-here = Deze browser kan passkeys van { $host } hier niet gebruiken. Open deze pagina in een andere browser, of maak een nieuwe passkey met een herstelcode of een herstellink.
moving-refused = De browser accepteert passkeys van { $host } hier niet. Probeer een andere browser, of maak een nieuwe passkey met een herstelcode of een herstellink.
moving-make-another = De passkey die je hebt gebruikt, hoort bij het vorige adres van { $instance }. Maak er een voor het nieuwe adres, dan kun je blijven inloggen als het vorige er niet meer is.
moving-not-now = Niet nu
passkeys-former = Deze hoort bij { $host }, het vorige adres. Voeg er een toe voor het nieuwe adres en verwijder deze daarna.
