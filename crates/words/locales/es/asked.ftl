mail-confirm-title = ¿Es esta tu dirección de correo?
mail-confirm-told = Desde entonces las aplicaciones reciben esta dirección, y los mensajes sobre tu cuenta llegan a ella.
mail-confirm-use = Usar esta dirección
mail-confirm-leave = Dejarlo como está
recover-mail-title = Recuperar por correo
wait-for-mail = Espera un correo
recover-mail-under = para tu cuenta en { $instance }
recover-mail-passkey = Una llave de acceso sigue funcionando mientras tanto.
recover-mail-account = Nombre de usuario o dirección de correo
recover-mail-account-hint = El mensaje va a la dirección que tiene tu cuenta.
recover-mail-ask = Pedir un enlace de recuperación
stop-title = ¿Detener la recuperación?
stop-title-done = La recuperación está detenida
stop-title-nothing = No hay nada que detener
stop-under = de tu cuenta en { $instance }
stop-done = No llegará ningún enlace de recuperación, y uno ya enviado no abre nada.
stop-done-next = Quien lea tu correo puede pedirlo de nuevo. Si no fuiste tú, cambia la contraseña de tu buzón y avisa a la administración.
stop-ask = Alguien pidió un enlace de recuperación para tu cuenta. Si no fuiste tú, detenla. Si fuiste tú, deja esta página.
stop-button = Detener la recuperación
stop-nothing = Ya se detuvo, o ha terminado.
join-ask = Pedir una cuenta
join-make = Crear una cuenta
join-under = en { $instance }
join-under-with = en { $instance }, con { $email }
join-sent = Un mensaje va en camino a { $email }. Abre el enlace que contiene y sigue allí. Vale un día.
join-spam = ¿No ha llegado nada tras unos minutos? Mira si se tomó por correo no deseado.
join-hint = Se le envía un enlace.
join-hint-domains = Su dominio tiene que ser uno de estos: { $domains }. Se le envía un enlace.
join-mail-me = Enviarme un enlace
join-administrator = La administración responde a tu petición.
join-why = Por qué la pides
join-why-hint = Opcional. La administración lo lee.
join-go-on = Seguir
join-answer = La respuesta llega por correo.
join-next = En la página siguiente eliges un nombre de usuario y creas una llave de acceso. Tienes una hora.
join-waits-title = Se ha preguntado a la administración
join-waits = La respuesta llega por correo, en dos semanas como mucho. Puedes cerrar esta página.
join-ended-title = Este enlace ya no abre nada
join-ended = Se usó, se envió otro después, o tiene más de un día.
join-again = Empezar de nuevo
asked-problem-too-many = Esto se pidió demasiadas veces desde tu red. Espera una hora e inténtalo de nuevo.
ask-problem-address = Esta dirección de correo está incompleta. Corrígela.
ask-problem-domain = No se crean cuentas con una dirección de este dominio.
ask-problem-words = Hace falta tu nombre, y puede que él o el motivo sea demasiado largo.
recover-mail-on-its-way = { $hours ->
    [one] Si la cuenta existe y se puede recuperar por correo, un mensaje va en camino a su dirección. Dice qué pasa después. El enlace de recuperación llega una hora más tarde, salvo que alguien lo detenga.
   *[other] Si la cuenta existe y se puede recuperar por correo, un mensaje va en camino a su dirección. Dice qué pasa después. El enlace de recuperación llega { $hours } horas más tarde, salvo que alguien lo detenga.
}
recover-mail-nothing-happens = { $hours ->
    [one] No pasa nada durante una hora. Quien lee tu correo se entera y puede detenerlo; tú también, dondequiera que tengas la sesión iniciada.
   *[other] No pasa nada durante { $hours } horas. Quien lee tu correo se entera y puede detenerlo; tú también, dondequiera que tengas la sesión iniciada.
}
