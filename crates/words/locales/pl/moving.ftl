# A move to another address: passkeys of the one before.

moving-use-passkey-of = Użyj klucza dostępu { $host }
moving-cannot-here = Ta przeglądarka nie może tu użyć kluczy dostępu { $host }. Otwórz tę stronę w innej przeglądarce albo utwórz nowy klucz dostępu za pomocą kodu odzyskiwania lub linku odzyskiwania.
moving-refused = Przeglądarka nie przyjmuje tu kluczy dostępu { $host }. Spróbuj innej przeglądarki albo utwórz nowy klucz dostępu za pomocą kodu odzyskiwania lub linku odzyskiwania.
moving-make-another = Użyty klucz dostępu należy do poprzedniego adresu { $instance }. Utwórz klucz dla nowego adresu, aby móc logować się także wtedy, gdy poprzedniego już nie będzie.
moving-not-now = Nie teraz
passkeys-former = Należy do { $host }, poprzedniego adresu. Dodaj klucz dla nowego adresu, a potem usuń ten.
