passkey-needs-script = Una llave de acceso necesita JavaScript en este navegador. Actívalo para este sitio y abre la página de nuevo.
passkey-one-moment = Un momento.
passkey-unanswered = Doorstep no ha podido responder. Espera un minuto y pulsa el botón de nuevo.
passkey-not-made = No se ha creado ninguna llave de acceso. Pulsa el botón para intentarlo de nuevo.
passkey-not-used = No se ha usado ninguna llave de acceso. Pulsa el botón para intentarlo de nuevo; puede que tu teléfono también tenga una.
passkey-held-already = Este dispositivo ya tiene una llave de acceso tuya. Para otra, usa otro dispositivo.
passkey-wrong-address = Las llaves de acceso no funcionan en esta dirección. Abre la página en su propia dirección.
passkey-unverified = Este dispositivo no puede comprobar que eres tú. Elige uno con PIN, huella o cara.
passkey-unreachable = No se ha podido llegar a Doorstep. Revisa tu conexión y pulsa el botón de nuevo.
passkey-failed = La llave de acceso no ha funcionado. Pulsa el botón para intentarlo de nuevo.
passkey-old-browser = Este navegador no puede usar llaves de acceso. Abre esta página en uno más nuevo o en tu teléfono.
passkey-insecure = Las llaves de acceso necesitan una dirección segura, una que empiece por https.

passkey-too-late = Ha tardado demasiado o empezó en otra ventana. Pulsa el botón para intentarlo de nuevo.
passkey-opens-nothing = Esta llave de acceso no es de ninguna cuenta de aquí. Usa otra o pide a la administración un enlace de recuperación.
passkey-link-gone = Este enlace ya no se abre. Pide uno nuevo a quien te lo dio.
passkey-away = Doorstep no puede responder en este momento. Espera un minuto y pulsa el botón de nuevo.
passkey-too-many = Ha habido demasiados intentos. Espera unos minutos e inténtalo de nuevo.
passkey-page-outdated = Esta página está anticuada. Cárgala de nuevo.
passkey-confirm-first = Confirma primero que eres tú.
passkey-for-somebody-new = Ya has iniciado sesión, y esta invitación es para alguien nuevo. Carga la página de nuevo.
passkey-too-many-own = { $seconds ->
    [one] Se han hecho demasiadas peticiones con tu cuenta. Espera { $seconds } segundo y pulsa el botón de nuevo.
   *[other] Se han hecho demasiadas peticiones con tu cuenta. Espera { $seconds } segundos y pulsa el botón de nuevo.
}
passkey-too-many-network = { $seconds ->
    [one] Llegan demasiados inicios de sesión desde tu red. Espera { $seconds } segundo y pulsa el botón de nuevo.
   *[other] Llegan demasiados inicios de sesión desde tu red. Espera { $seconds } segundos y pulsa el botón de nuevo.
}
passkey-user-name-needed = Hace falta un nombre de usuario.
passkey-user-name-taken = Este nombre de usuario está ocupado.
passkey-user-name-former = Este nombre de usuario fue de otra persona, y puede que las aplicaciones la conozcan por él.
passkey-user-name-kept = La configuración guarda este nombre de usuario para alguien que no es de la administración.
passkey-email-taken = Esta dirección de correo es de otra cuenta. Usa otra o deja el campo vacío.
passkey-email-former = Esta dirección de correo fue de otra persona aquí. Usa otra o deja el campo vacío.
passkey-registered = Esta llave de acceso ya está registrada. Para otra, usa otro dispositivo.
