account-title = Tu cuenta
account-you = Tú
account-name = Nombre
account-name-given = Nombre de pila
account-name-family = Apellidos
account-name-parts = Los dos pueden quedar vacíos. Algunas aplicaciones los piden por separado.
account-name-change = Cambiar tu nombre
account-name-save = Guardar tu nombre
account-email-none = ninguno
account-email-unconfirmed = Sin confirmar todavía. Las aplicaciones no lo reciben.
account-email-waits = { $email } espera confirmación.
account-email-add = Añadir una dirección de correo
account-email-change = Cambiarlo
account-email-confirm = Confirmarlo o cambiarlo
account-groups = Grupos
account-groups-none = ninguno
account-ends = Tu cuenta termina { $when }.
account-language = Idioma
account-language-save = Guardar el idioma
account-by-administrator = La administración puede cambiar tu nombre de usuario y tus grupos.

item-used = último uso: { $when }
item-unused = sin usar todavía
item-made = creación: { $when }
item-added = adición: { $when }
item-rename = Cambiar el nombre
item-save-name = Guardar el nombre
item-remove = Quitar
item-remove-yes = Sí, quitar
confirm-you = Confirmar que eres tú

passkeys = Llaves de acceso
passkeys-backed-up = Con copia de seguridad
passkeys-one-device = Solo en un dispositivo
passkeys-remove = ¿Quitar { $name }? Ya no podrás iniciar sesión con ella, y no se puede deshacer. Bórrala también en el dispositivo.
passkeys-only = Es tu única forma de iniciar sesión, por eso no se puede quitar. Añade primero otra llave de acceso.
passkeys-none = Ninguna todavía. Con una llave de acceso inicias sesión con un toque.

linked = Otras formas de iniciar sesión
linked-gone = Ya no está configurada aquí. No sirve para iniciar sesión.
linked-remove = ¿Quitar { $name }? Ya no podrás iniciar sesión aquí con esa cuenta. Tu cuenta de allí sigue como está.
linked-only = Es tu única forma de iniciar sesión, por eso no se puede quitar. Añade primero una llave de acceso.
linked-none = Ninguna todavía. También puedes iniciar sesión aquí con una cuenta de otro sitio.
linked-add = Añadir una cuenta de { $provider }

kit-title = Kit de recuperación
kit-used-up = Se han usado todos los códigos. Crea un kit nuevo.
kit-left = códigos por usar: { $left } de { $of }
kit-none = Ninguno todavía. Con códigos en papel creas una llave de acceso nueva si pierdes todos los dispositivos que tienen una.
kit-yours = Tu kit de recuperación
kit-make = Crear un kit de recuperación

password-and-code = También puedes iniciar sesión con una contraseña y un código de tu aplicación de autenticación.
password-alone = También puedes iniciar sesión con una contraseña. Basta por sí sola: una aplicación de autenticación la hace más segura.
password-none = No tienes ninguna. Una llave de acceso es más segura y más rápida.
password-change-or-remove = Cambiarla o quitarla
password-change = Cambiarla
password-set = Poner una
password-current = Contraseña actual
password-new = Contraseña nueva
password-save = Guardar la contraseña
password-remove = Quitar la contraseña
authenticator-yours = Tu aplicación de autenticación
authenticator-add = Añadir una aplicación de autenticación

access-title = Aplicaciones con acceso
access-allowed = Permiso dado { $when }
access-offline = mantiene el acceso mientras no estás
access-end = Terminar el acceso
access-none = Ninguna. Las aplicaciones aparecen aquí cuando has iniciado sesión en ellas.

programs-title = Programas
programs-told = Un programa que no puede iniciar sesión con una llave de acceso recibe un token tuyo.
tokens-title = Tokens para programas

activity-title = Sesiones y actividad
activity-told = Los navegadores donde tienes la sesión iniciada y lo que ha pasado con tu cuenta.
data-title = Tus datos
data-told = Una copia de lo que aquí se guarda de ti, y el final de tu cuenta.
sign-out-here = Cerrar sesión aquí
sign-out-everywhere = Cerrar sesión en todas partes
sign-out-everywhere-means = En todas partes significa en todos los navegadores y en todas las aplicaciones en las que entras desde aquí.

done-passkey-added = La llave de acceso { $name } está lista.
done-passkey-renamed = La llave de acceso se llama ahora { $name }.
done-passkey-removed = Se ha quitado la llave de acceso. Ya no sirve para iniciar sesión.
done-last-passkey = Es tu única forma de iniciar sesión, por eso se queda. Añade primero otra llave de acceso.
done-name = Tu nombre está guardado. Las aplicaciones lo leen la próxima vez que inicies sesión en ellas.
done-password = Tu contraseña está guardada.
done-password-wrong = Esta no es la contraseña actual. No se ha cambiado nada.
done-password-unfit = La contraseña nueva es demasiado corta o demasiado larga. No se ha cambiado nada.
done-password-many = Ha habido demasiados intentos. Espera unos minutos. No se ha cambiado nada.
done-password-busy = Muchas personas están iniciando sesión. Inténtalo de nuevo en un momento. No se ha cambiado nada.
done-password-removed = Se ha quitado tu contraseña. Inicia sesión con una llave de acceso.
done-identity-added = Tu cuenta de allí está añadida. Desde ahora puedes iniciar sesión aquí con ella.
done-identity-removed = Se ha quitado. Ya no sirve para iniciar sesión aquí.
done-access-ended = { $app } ya no tiene acceso. Preguntará la próxima vez que inicies sesión allí.
