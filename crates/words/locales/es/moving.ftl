# A move to another address: passkeys of the one before.

moving-use-passkey-of = Usar una llave de acceso de { $host }
moving-cannot-here = Este navegador no puede usar aquí llaves de acceso de { $host }. Abre esta página en otro navegador, o crea una llave de acceso nueva con un código de recuperación o un enlace de recuperación.
moving-refused = El navegador no acepta aquí llaves de acceso de { $host }. Prueba con otro navegador, o crea una llave de acceso nueva con un código de recuperación o un enlace de recuperación.
moving-make-another = La llave de acceso que has usado es de la dirección anterior de { $instance }. Crea una para la dirección nueva y podrás seguir iniciando sesión cuando la anterior ya no exista.
moving-not-now = Ahora no
passkeys-former = Es de { $host }, la dirección anterior. Añade una para la dirección nueva y quita esta después.
