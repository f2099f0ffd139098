verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " y " }
list-or = { " o " }

language-choose = Elegir un idioma
language-now = Idioma: español
language-under = Tu navegador lo recuerda para esta dirección.
language-under-account = Tu cuenta lo recuerda, y este navegador para las páginas de antes de iniciar sesión.
language-browser = Como diga el navegador
back = Volver

your-apps = Tus aplicaciones
go-to-your-apps = Ir a tus aplicaciones
back-to-your-apps = Volver a tus aplicaciones
to-your-account = A tu cuenta
back-to-your-account = Volver a tu cuenta
to-start-page = A la página inicial de la aplicación
use-another-account = Usar otra cuenta
sign-in = Iniciar sesión
sign-in-again = Iniciar sesión de nuevo
sign-out = Cerrar sesión
try-again = Intentar de nuevo
start-again = Empezar de nuevo
open-app = Abrir { $app }
back-to-app = Volver a { $app }
back-to-the-app = Volver a la aplicación
open-the-app = Abrir la aplicación
continue = Continuar
continue-to-app = Continuar a { $app }
continue-with = Continuar con { $provider }
continue-with-instead = Continuar mejor con { $provider }
going-on = Continuamos
going-on-to-app = Continuamos a { $app }
ask-for-access = Pedir acceso
allow = Permitir
refuse = Rechazar

signed-in-as = Has iniciado sesión como { $person }.
signed-in-as-known-as = Has iniciado sesión como { $person } ({ $user_name }).
not-you = ¿No eres tú?

for-the-administrator = Para la administración
for-the-administrator-on-the-server = Para la administración, en el servidor:

field-name = Tu nombre
field-user-name = Nombre de usuario
field-password = Contraseña
field-code = Código
field-email = Correo electrónico
user-name-rule = Letras de la a a la z, cifras, punto, guion bajo y guion, empezando por una letra
password-hint = Al menos { $shortest } caracteres. Unas pocas palabras van bien.
email-hint = Opcional. Las aplicaciones lo reciben cuando la administración lo ha confirmado.
email-hint-administrator = Opcional. Algunas aplicaciones lo piden.

problem-email = Esta dirección de correo no está completa. Corrígela o deja el campo vacío.
problem-password-length = Esta contraseña es demasiado corta o demasiado larga. Elige otra.
problem-busy = Muchas personas están iniciando sesión. Inténtalo de nuevo en un momento.
problem-account-disabled = Tu cuenta está desactivada. Pide a la administración que la active de nuevo.
problem-too-many-codes = { $minutes ->
    [one] Se han probado demasiados códigos. Espera { $minutes } minuto e inténtalo de nuevo.
   *[other] Se han probado demasiados códigos. Espera { $minutes } minutos e inténtalo de nuevo.
}

when-now = ahora mismo
when-soon = en un momento
when-minutes-ago = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
when-hours-ago = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
when-days-ago = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}
when-months-ago = { $count ->
    [one] hace { $count } mes
   *[other] hace { $count } meses
}
when-years-ago = { $count ->
    [one] hace { $count } año
   *[other] hace { $count } años
}
when-in-minutes = { $count ->
    [one] en { $count } minuto
   *[other] en { $count } minutos
}
when-in-hours = { $count ->
    [one] en { $count } hora
   *[other] en { $count } horas
}
when-in-days = { $count ->
    [one] en { $count } día
   *[other] en { $count } días
}
when-in-months = { $count ->
    [one] en { $count } mes
   *[other] en { $count } meses
}
when-in-years = { $count ->
    [one] en { $count } año
   *[other] en { $count } años
}
when-exact = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }, { $time } UTC
when-aside = { " " }({ $exact })
