sign-in-to = Iniciar sesión en { $app }
sign-in-to-your-apps = Iniciar sesión en tus aplicaciones
sign-in-still-you = Confirma que sigues siendo { $person }
sign-in-app-asks = { $app } lo pide antes de continuar.
sign-in-app-asks-passkey = { $app } pide una llave de acceso.
sign-in-app-asks-two-factors = { $app } pide una llave de acceso, o un código además de la contraseña.
sign-in-with-account = con tu cuenta en { $instance }
sign-in-too-long = La dirección que has abierto es demasiado larga para volver a ella. Empezarás en la página inicial de la aplicación.
sign-in-done = Has iniciado sesión. Continuamos.
sign-in-with-passkey = Continuar con una llave de acceso
sign-in-offer = O elige una de este dispositivo
sign-in-offer-placeholder = Elegir una llave de acceso
sign-in-or = o
sign-in-cannot = No puedo iniciar sesión
sign-in-new-ask = ¿Es tu primera vez aquí? <a>Pedir una cuenta</a>
sign-in-new-make = ¿Es tu primera vez aquí? <a>Crear una cuenta</a>
sign-in-kit = ¿Tienes un kit de recuperación en papel? <a>Usa uno de sus códigos</a>.
sign-in-ask-link = Si no, pide a la administración un enlace de recuperación. Se abre una vez y sirve para crear una llave de acceso nueva.

sign-in-problem-name-or-password = Este nombre de usuario y esta contraseña no van juntos. Revisa los dos.
sign-in-problem-incomplete = Hacen falta los dos: un nombre de usuario y una contraseña.
sign-in-problem-busy = Muchas personas están iniciando sesión en este momento. Espera unos segundos e inicia sesión de nuevo.
sign-in-problem-codes-tomorrow = Ha habido demasiados códigos incorrectos. Mañana se aceptan códigos otra vez; una llave de acceso o un código de recuperación funciona enseguida.
sign-in-problem-codes = { $minutes ->
    [one] Ha habido demasiados códigos incorrectos. Espera { $minutes } minuto e inicia sesión de nuevo; una llave de acceso funciona enseguida.
   *[other] Ha habido demasiados códigos incorrectos. Espera { $minutes } minutos e inicia sesión de nuevo; una llave de acceso funciona enseguida.
}
sign-in-problem-passwords = { $minutes ->
    [one] Ha habido demasiados intentos con una contraseña. Espera un minuto; una llave de acceso funciona enseguida.
   *[other] Ha habido demasiados intentos con una contraseña. Espera { $minutes } minutos; una llave de acceso funciona enseguida.
}

code-title = Escribe el código de tu aplicación de autenticación
code-to-app = para iniciar sesión en { $app } con tu cuenta en { $instance }
code-hint = Seis cifras. La aplicación muestra otras cada medio minuto, y cada código sirve una vez.
code-passkey-instead = Continuar mejor con una llave de acceso
code-app-gone = Ya no tengo la aplicación
code-ask-removal = Si no, pide a la administración que quite la aplicación de autenticación de tu cuenta.
code-problem-wrong = Este código no es correcto o ya se ha usado. Espera al siguiente.
code-problem-clock = Este código va unos minutos adelantado o atrasado. El reloj del dispositivo con la aplicación no está en hora, o el de este servidor. Deja que el dispositivo ajuste su hora por sí mismo y espera al siguiente código.

consent-title = { $app } quiere saber quién eres
consent-sees = La aplicación verá
consent-same-person = Que eres la misma persona cada vez que vuelves
consent-name = Tu nombre, { $person }, y tu nombre de usuario, { $user_name }
consent-email = Tu dirección de correo, { $email }
consent-email-later = Tu dirección de correo, cuando tu cuenta tenga una
consent-groups = Que estás en { $groups }
consent-groups-later = Tus grupos, cuando estés en alguno
consent-other = Datos que llama { $scope }
consent-offline = Mantiene el acceso mientras no estás, hasta que lo termines en «Cuenta».
consent-end = Puedes terminarlo en cualquier momento en «Cuenta».
consent-back = Volver sin iniciar sesión
consent-return = Vuelves a { $host }

device-title = Iniciar sesión en otro dispositivo
device-type = Escribe el código que muestra el otro dispositivo.
device-code-hint = No importan las minúsculas ni que falte un guion.
device-look = Ver quién pregunta
device-nothing-yet = Con el código solo no se aprueba nada: primero ves la aplicación y el lugar.
device-problem-no-code = Ningún dispositivo muestra ahora este código. Mira otra vez; después de diez minutos el dispositivo muestra otro.
device-asked-title = Iniciar sesión en { $app } en otro dispositivo
device-shows = El dispositivo muestra { $code }
device-from = { $device }, desde { $address }
device-unknown = Un dispositivo
device-browser-on-system = { $browser } en { $system }
device-asked = Pedido { $when }
device-offline = La aplicación sigue con la sesión iniciada allí hasta que la termines en «Cuenta».
device-session = La aplicación tiene la sesión iniciada allí hasta que cierres sesión aquí.
device-warning = Permítelo solo si ese dispositivo está delante de ti y muestra este código. Si no, quien te haya enviado el código o un enlace entraría como si fueras tú.
device-approved-title = Has iniciado sesión en el otro dispositivo
device-approved = { $app } continúa allí por sí sola en unos segundos.
device-refused-title = Lo has rechazado
device-refused = { $app } lo sabe, y no sabe nada de ti.

recover-title = Usar un código de recuperación
recover-under = del kit que imprimiste en { $instance }
recover-hint = No importan las minúsculas ni que falten guiones.
recover-continue = Continuar con este código
recover-used-up = El código queda usado, y en la página siguiente creas una llave de acceso nueva. Tienes media hora para crearla.
recover-no-kit = Sin kit: pide a la administración un enlace de recuperación.
recover-no-kit-mail = Sin kit: <a>recupera la cuenta por correo</a>, o pide a la administración un enlace de recuperación.
recover-back = Volver al inicio de sesión
recover-problem-no-code = Este código no abre nada. Mira si ya se usó o si es de un kit que has sustituido.

sign-out-title = ¿Cerrar la sesión de tus aplicaciones?
sign-out-app-asks = { $app } pide cerrar tu sesión.
sign-out-stay = Mantener la sesión
sign-out-held-back = La aplicación quería seguir a una dirección que no está registrada para ella. Después de cerrar sesión te quedas aquí.
sign-out-apps = Las aplicaciones sin inicio de sesión propio se cierran enseguida. En las demás sigues con la sesión iniciada hasta que la cierres allí o vuelvan a comprobarla.
signed-out-title = Has cerrado la sesión
signed-out-under = de { $instance }. Puedes iniciarla de nuevo en cualquier momento.
signed-out-held-back = La aplicación quería seguir a una dirección que no está registrada para ella, por eso te quedas aquí. La administración encuentra la diferencia en el registro.
