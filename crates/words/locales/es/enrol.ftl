enrol-welcome = Te damos la bienvenida, { $person }
enrol-welcome-back = Hola de nuevo, { $person }
enrol-add-device = Añadir este dispositivo
enrol-account = Tu cuenta en { $instance } es { $user_name }.
enrol-make-first = Crea una llave de acceso para entrar en ella.
enrol-make-new = Crea una llave de acceso nueva para entrar en ella.
enrol-make-here = Crea una llave de acceso en este dispositivo para entrar en ella desde aquí.
enrol-choose-password = Elige una contraseña para ella.
enrol-done = Tu llave de acceso está lista. Continuamos.
enrol-drop-all = Quitar mis llaves de acceso anteriores, mi contraseña, mi aplicación de autenticación y mi kit de recuperación. Elígelo si has perdido un dispositivo o te lo han robado.
enrol-drop-others = Quitar mis llaves de acceso anteriores, mi aplicación de autenticación y mi kit de recuperación. Elígelo si has perdido un dispositivo o te lo han robado.
enrol-make = Crear una llave de acceso
enrol-how = Tu dispositivo te pide la huella, la cara o su PIN. Nada de eso sale del dispositivo. No hay contraseña que recordar ni que perder.
enrol-password-instead = Poner mejor una contraseña
enrol-passkey-instead = Crear mejor una llave de acceso
enrol-signs-out = Esto cierra tu sesión en todos los navegadores y aplicaciones donde la tienes iniciada.
enrol-save-password = Guardar la contraseña e iniciar sesión
enrol-passkey-safer = Una llave de acceso es más segura y más rápida. Puedes añadir una más tarde en la página de tu cuenta.

set-up-title = Hazte cargo de la administración
set-up-under = de { $instance }. Nadie más tiene cuenta todavía.
set-up-user-name-hint = Corto y sencillo, como { $example }. Las aplicaciones también lo usan.
set-up-user-name-named = La configuración nombra a { $names } para la administración. Las aplicaciones también usan el nombre de usuario.

invite-title = Tienes una invitación a { $place }
invite-for = Esta invitación es para { $label }.
invite-account = Crea una cuenta en { $instance }.
invite-account-then-app = Crea una cuenta en { $instance } y sigue a { $app }.
invite-done = Tu cuenta y tu llave de acceso están listas. Continuamos.
invite-user-name-hint = Corto y sencillo, como { $example }. Las aplicaciones también lo usan, y no cambia.
invite-given-email = Tu dirección de correo aquí es { $email }, según quien te ha invitado.
invite-upstream = Inicias sesión allí y vuelves con una cuenta aquí. Puedes añadir una llave de acceso más tarde en la página de tu cuenta.
invite-for-new = Esta invitación es para alguien nuevo
invite-signed-in = Has iniciado sesión como { $person } ({ $user_name }) y ya tienes una cuenta. No se ha gastado nada.
invite-somebody-else = ¿Es para otra persona en este dispositivo? <a>Cierra la sesión</a> primero y abre la dirección de nuevo.
invite-problem-no-user-name = Un nombre de usuario tiene de 2 a 64 caracteres de a-z 0-9 . _ - y empieza por una letra.
invite-problem-user-name = Este nombre de usuario no está libre. Elige otro.
invite-problem-given-email = La dirección de correo de esta invitación es ahora de otra cuenta. Pregunta a quien te ha invitado.

add-passkey-title = Añadir una llave de acceso
add-passkey-for = para { $person }. En este dispositivo, en tu teléfono o en una llave de seguridad: tu navegador pregunta dónde.
add-passkey-done = Tu llave de acceso está lista. Volvemos a tu cuenta.
add-passkey-elsewhere = Crearla mejor en otro dispositivo

account-deleted-title = Tu cuenta está borrada
account-deleted-under = en { $instance }. Han terminado todas las sesiones.
account-deleted-passkey = Tu llave de acceso ya no abre nada. Quítala también de tu dispositivo.
