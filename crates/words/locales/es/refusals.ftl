error-link-ended-title = Este enlace ya no se abre
error-link-ended = Ya se usó, ha caducado o uno más nuevo ocupa su lugar.
error-link-ended-next = Si tienes una llave de acceso, inicia sesión con ella. Si no, pide un enlace nuevo a la administración.
error-invitation-ended-title = Esta invitación ya no se abre
error-invitation-ended = Ya se usó o ha caducado.
error-invitation-ended-next = Pide una nueva a quien te invitó. Si tienes una cuenta, inicia sesión en ella.
error-sign-in-unreadable-title = Este inicio de sesión no puede continuar
error-sign-in-unreadable = Su dirección se cortó o cambió en el camino hasta aquí.
error-sign-in-unreadable-next = Abre la aplicación de nuevo; te pedirá iniciar sesión si aún no lo has hecho.
error-clocks-title = Los relojes de dos máquinas no coinciden, probablemente
error-clocks = Has iniciado sesión, pero la aplicación no se ha abierto: dos veces seguidas, el camino de vuelta a ella contó enseguida como caducado.
error-clocks-next = Inténtalo una vez más. Si no ayuda, di a la administración que los servidores de Doorstep tienen que mostrar la misma hora.
error-app-gone-title = Esta aplicación ya no está aquí
error-app-gone = Tu inicio de sesión era para una aplicación que se ha quitado o que ha cambiado de dirección.
error-app-gone-next = Búscala entre tus aplicaciones o pregunta a la administración.
error-wrong-host-title = Esta no es la dirección donde inicias sesión
error-wrong-host = Esta página se pidió con otro nombre de host.
error-wrong-host-next = Ábrela en su propia dirección.
error-wrong-host-mend = Si la gente usa la dirección correcta, haz que el proxy transmita la cabecera Host. El registro dice qué host se pidió.
error-bad-address-title = Esta dirección no se puede abrir
error-bad-address = Se puede leer de más de una manera, por eso se ha rechazado.
error-bad-address-next = Vuelve a la aplicación y empieza en su página inicial.
error-sign-in-here-title = Ya no tienes la sesión iniciada
error-sign-in-here = { $app } necesita que inicies sesión.
error-sign-in-here-next = Iníciala de nuevo para continuar.
error-prove-again-title = Confirma que sigues siendo tú
error-needs-passkey-title = Esto necesita una llave de acceso
error-needs-passkey = { $app } pide aquí una llave de acceso, y tu cuenta no tiene ninguna.
error-needs-passkey-next = Crea una en la página de tu cuenta y abre esta página de nuevo.
error-needs-more-title = Esto necesita más que una contraseña
error-needs-more = { $app } pide aquí una llave de acceso, o un código además de la contraseña, y tu cuenta no tiene ninguna de las dos cosas.
error-needs-more-next = Crea una llave de acceso o añade una aplicación de autenticación en la página de tu cuenta y abre esta página de nuevo.
error-unknown-address-title = Doorstep no conoce esta dirección
error-unknown-address = No hay ninguna aplicación declarada para este host, o el proxy que preguntó no es de confianza.
error-unknown-address-next = Mira la dirección o pregunta a la administración.
error-unknown-address-mend = La cabecera X-Doorstep-Reason de esta respuesta dice por qué: unknown_host significa que no hay ninguna aplicación declarada para este host; untrusted_peer, que el proxy no está en trusted_proxies.
error-proxy-title = El proxy ha rechazado esta petición
error-proxy = Has iniciado sesión y puedes usar esta aplicación.
error-proxy-next = Carga la página de nuevo. Si no ayuda, una regla del proxy rechaza la petición.
error-form-title = Este formulario no se puede leer
error-form = Se cortó en el camino hasta aquí o no viene de una página nuestra. No se ha cambiado nada.
error-form-next = Vuelve atrás y envíalo de nuevo.
error-foreign-title = No se ha cambiado nada
error-foreign = Esta petición vino de otro sitio, por eso se ha rechazado.
error-foreign-next = Si la querías hacer, hazla de nuevo desde la página de tu cuenta.
error-signed-out-here-title = Solo este navegador ha cerrado la sesión
error-signed-out-here = Doorstep no ha podido anotar que tu sesión ha terminado.
error-signed-out-here-next = Puede que las aplicaciones que abriste sigan con la sesión iniciada. Inicia y cierra sesión cuando Doorstep vuelva a funcionar.
error-explain = Referencia { $reference }. Esta orden muestra toda la petición y qué hay que cambiar:

request-unreadable-title = La aplicación ha enviado una petición que no se puede leer
request-unreadable = No está completa o se puede leer de más de una manera, por eso nos hemos detenido aquí.
request-unknown-app-title = Esta aplicación no se conoce aquí
request-unknown-app = La aplicación que te ha enviado no se conoce aquí, por eso nos hemos detenido.
request-disabled-app-title = { $app } está desactivada
request-disabled-app = Nadie puede iniciar sesión en ella hasta que la administración la active de nuevo.
request-no-return-title = La aplicación no ha dicho adónde devolverte
request-no-return = { $app } quería iniciar tu sesión sin una dirección a la que volver, por eso nos hemos detenido aquí.
request-no-return-unnamed = La aplicación quería iniciar tu sesión sin una dirección a la que volver, por eso nos hemos detenido aquí.
request-other-return-title = La aplicación te ha enviado con una dirección que no está registrada
request-other-return = { $app } quería devolverte a una dirección distinta de la registrada, por eso nos hemos detenido aquí.
request-other-return-unnamed = La aplicación quería devolverte a una dirección distinta de la registrada, por eso nos hemos detenido aquí.
request-next = Tu cuenta está bien.

upstream-disabled-title = Tu cuenta está desactivada
upstream-disabled = Has iniciado sesión en { $provider }, y tu cuenta de aquí está desactivada.
upstream-disabled-next = Pide a la administración que la active de nuevo.
upstream-not-fresh-title = { $provider } no te ha vuelto a preguntar quién eres
upstream-not-fresh = Este paso necesita un inicio de sesión de ahora mismo.
upstream-not-fresh-next = Inicia sesión con una llave de acceso.
upstream-stopped-title = No has iniciado sesión en { $provider }
upstream-stopped = No se ha cambiado nada.
upstream-passkey-next = Inicia sesión con una llave de acceso o inténtalo de nuevo.
upstream-gone = Ya había terminado, tardó más de diez minutos o empezó en otro navegador.
upstream-enrols-nobody-title = No se puede crear ninguna cuenta con { $provider }
upstream-enrols-nobody = La invitación no se ha usado.
upstream-enrols-nobody-next = Abre la invitación de nuevo y crea una llave de acceso.
upstream-unreachable-title = Ahora mismo no se puede preguntar a { $provider }
upstream-unreachable = El proveedor no ha respondido como debería.
upstream-refused-title = La respuesta de { $provider } no se ha aceptado
upstream-refused = No ha pasado una comprobación que protege tu cuenta.
upstream-no-account-title = Ninguna cuenta de aquí corresponde a tu cuenta en { $provider }
upstream-no-account = Has iniciado sesión en { $provider }. Qué cuenta de aquí es la tuya, solo tú puedes decirlo.
upstream-no-account-next = Inicia sesión aquí como siempre y añádela en la página de tu cuenta, o pide una invitación a la administración.
upstream-somebody-elses-title = Esta cuenta en { $provider } es aquí de otra persona
upstream-somebody-elses = Con ella se entra en otra cuenta, por eso no se ha añadido a la tuya.
upstream-somebody-elses-next = Inicia sesión allí con otra cuenta, o quítala primero de la otra cuenta de aquí.
upstream-known-title = Ya tienes una cuenta aquí
upstream-known = Con tu cuenta en { $provider } entras en ella. La invitación es para alguien nuevo y no se ha usado.
upstream-known-next = Inicia sesión en tu cuenta.

denied-title = { $app } no está abierta para ti
denied-nobody = { $app } no está abierta para nadie todavía
denied-groups = { $count ->
    [one] { $app } es para el grupo { $groups }
   *[other] { $app } es para los grupos { $groups }
}
denied-person = Has iniciado sesión como { $person }, que está en { $groups }.
denied-person-no-group = Has iniciado sesión como { $person }, que no está en ningún grupo.
denied-ask = Pregunta a la administración.
denied-reference = La referencia { $reference } muestra a la administración por qué se ha rechazado.

not-for-you-title = { $app } no es para tu cuenta
not-for-you-part-title = Esta parte de { $app } no es para tu cuenta
not-for-you-nobody = Nadie tiene acceso todavía.
not-for-you-members = Es para miembros de { $groups }.
not-for-you-one-of-each = { $these }, que también sean miembros de { $those }
not-for-you-one-other = { $groups } u otro grupo
not-for-you-others = { $groups } o uno de otros { $count } grupos

rule-title = { $app } está cerrada en esta dirección
rule-everybody = Está cerrada para todo el mundo: otra cuenta no cambia nada.
rule-who = La administración ha hecho la regla que cierra esta parte de { $app } y puede cambiarla.
rule-explain = Referencia { $reference }. Esta orden muestra qué regla fue:

relay-title = Iniciar sesión una vez más
relay-heading = Iniciar sesión en { $app } una vez más
relay-why = El enlace de vuelta a la aplicación ya se usó, tiene más de medio minuto o era para otro navegador. Tu cuenta está bien.

frame-title = Abrir { $app } en su propia pestaña
frame-why = Se ha abierto dentro de otra página, donde no puedes iniciar sesión.
frame-open = Abrir en una pestaña nueva

not-found-title = No hay nada en esta dirección
not-found-why = Puede que la dirección se cortara en el camino hasta aquí. Comprueba que el enlace está completo, hasta su última letra.

too-many-links-title = Se han probado demasiados enlaces
too-many-links = Vinieron de tu red y no eran válidos. Puede que el tuyo lo sea: espera { $time } e inténtalo de nuevo.
too-many-sign-ins-title = Demasiados inicios de sesión a la vez
too-many-sign-ins = Vienen de tu red, pero no todos de ti. Espera { $time } e inténtalo de nuevo.
too-many-requests-title = Demasiadas peticiones a la vez
too-many-requests = Se hicieron todas con tu cuenta, desde tus navegadores y aplicaciones. Espera { $time } e inténtalo de nuevo.
wait-seconds = { $count ->
    [one] un segundo
   *[other] { $count } segundos
}
wait-minutes = { $count ->
    [one] un minuto
   *[other] { $count } minutos
}

unavailable-title = Doorstep no puede responder en este momento
unavailable-why = No se ha perdido nada, y nada ha pasado. Espera un minuto y carga esta página de nuevo.
unavailable-reference = Referencia { $reference }. Con ella la administración encuentra el motivo.

ask-inside-title = Puedes usar { $app }
ask-title = Pedir acceso a { $app }
ask-asked-title = Has pedido acceso a { $app }
ask-refused-title = No se te ha dado acceso a { $app }
ask-nobody-title = { $app } no está abierta para nadie todavía
ask-why = Para qué la necesitas
ask-why-hint = Una frase o nada. La administración la lee con tu nombre.
ask-asked = Lo pediste { $when }. La administración aún no ha respondido. Cuando tengas acceso, la aplicación se abrirá.
ask-refused = La administración dijo que no { $when }. Puedes pedirlo otra vez { $again }.
ask-nobody = Ningún grupo puede usarla, así que no hay nada que pedir.
ask-problem-too-long = La frase es demasiado larga. Todavía no se ha pedido nada.
ask-problem-too-many = Has pedido tantas aplicaciones como se puede a la vez. Espera a que la administración responda.
