rooms-skip = Ir al contenido
rooms-home = Doorstep, tus aplicaciones
rooms-main = Menú principal
rooms-apps = Aplicaciones
rooms-account = Cuenta

portal-hello = Hola, { $person }
portal-one-passkey = Tienes una sola llave de acceso. <second>Añade otra</second> o <kit>imprime un kit de recuperación</kit>, para que un dispositivo perdido no te deje fuera.
portal-registrations = { $count ->
    [one] Alguien pide una cuenta.
   *[other] { $count } personas piden una cuenta.
}
portal-requests = { $count ->
    [one] Alguien pide acceso a una aplicación.
   *[other] { $count } peticiones de acceso a una aplicación esperan.
}
portal-answer = Ver y responder
portal-empty = Ninguna aplicación todavía
portal-empty-add = Las aplicaciones que puedes usar aparecen aquí. Añade la primera a { $file }; aparece en cuanto se guarda el archivo.
portal-empty-wait = Las aplicaciones que puedes usar aparecen aquí. La administración puede darte acceso a algunas.
portal-find = Buscar una aplicación
portal-find-none = Ninguna de tus aplicaciones se llama así.
portal-invite = Invitar a personas

banner-sent = Se envió por correo un enlace de recuperación para tu cuenta { $when }. Si no fuiste tú, detén la recuperación.
banner-asked = Alguien pidió { $asked } recuperar tu cuenta por correo. El enlace se envía { $due }. Si no fuiste tú, detén la recuperación.
