verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " e " }
list-or = { " o " }

language-choose = Scegli una lingua
language-now = Lingua: italiano
language-under = Il tuo browser la ricorda per questo indirizzo.
language-under-account = Il tuo account la ricorda, e questo browser per le pagine prima dell’accesso.
language-browser = Come dice il browser
back = Indietro

your-apps = Le tue app
go-to-your-apps = Vai alle tue app
back-to-your-apps = Torna alle tue app
to-your-account = Al tuo account
back-to-your-account = Torna al tuo account
to-start-page = Alla pagina iniziale dell’app
use-another-account = Usa un altro account
sign-in = Accedi
sign-in-again = Accedi di nuovo
sign-out = Esci
try-again = Riprova
start-again = Ricomincia
open-app = Apri { $app }
back-to-app = Torna a { $app }
back-to-the-app = Torna all’app
open-the-app = Apri l’app
continue = Continua
continue-to-app = Continua verso { $app }
continue-with = Continua con { $provider }
continue-with-instead = Continua invece con { $provider }
going-on = Si prosegue
going-on-to-app = Si prosegue verso { $app }
ask-for-access = Chiedi l’accesso
allow = Consenti
refuse = Rifiuta

signed-in-as = Hai effettuato l’accesso come { $person }.
signed-in-as-known-as = Hai effettuato l’accesso come { $person } ({ $user_name }).
not-you = Non sei tu?

for-the-administrator = Per l’amministrazione
for-the-administrator-on-the-server = Per l’amministrazione, sul server:

field-name = Il tuo nome
field-user-name = Nome utente
field-password = Password
field-code = Codice
field-email = E-mail
user-name-rule = Lettere da a a z, cifre, punto, trattino basso e trattino, con una lettera all’inizio
password-hint = Almeno { $shortest } caratteri. Qualche parola va bene.
email-hint = Facoltativo. Le app la ricevono quando l’amministrazione l’ha confermata.
email-hint-administrator = Facoltativo. Alcune app la chiedono.

problem-email = Questo indirizzo e-mail non è completo. Correggilo o lascia vuoto il campo.
problem-password-length = Questa password è troppo corta o troppo lunga. Scegline un’altra.
problem-busy = Molte persone stanno accedendo. Riprova tra un momento.
problem-account-disabled = Il tuo account è disattivato. Chiedi all’amministrazione di riattivarlo.
problem-too-many-codes = { $minutes ->
    [one] Sono stati provati troppi codici. Aspetta { $minutes } minuto, poi riprova.
   *[other] Sono stati provati troppi codici. Aspetta { $minutes } minuti, poi riprova.
}

when-now = proprio ora
when-soon = tra un momento
when-minutes-ago = { $count ->
    [one] { $count } minuto fa
   *[other] { $count } minuti fa
}
when-hours-ago = { $count ->
    [one] { $count } ora fa
   *[other] { $count } ore fa
}
when-days-ago = { $count ->
    [one] { $count } giorno fa
   *[other] { $count } giorni fa
}
when-months-ago = { $count ->
    [one] { $count } mese fa
   *[other] { $count } mesi fa
}
when-years-ago = { $count ->
    [one] { $count } anno fa
   *[other] { $count } anni fa
}
when-in-minutes = { $count ->
    [one] tra { $count } minuto
   *[other] tra { $count } minuti
}
when-in-hours = { $count ->
    [one] tra { $count } ora
   *[other] tra { $count } ore
}
when-in-days = { $count ->
    [one] tra { $count } giorno
   *[other] tra { $count } giorni
}
when-in-months = { $count ->
    [one] tra { $count } mese
   *[other] tra { $count } mesi
}
when-in-years = { $count ->
    [one] tra { $count } anno
   *[other] tra { $count } anni
}
when-exact = { $day } { $month ->
    [1] gennaio
    [2] febbraio
    [3] marzo
    [4] aprile
    [5] maggio
    [6] giugno
    [7] luglio
    [8] agosto
    [9] settembre
    [10] ottobre
    [11] novembre
   *[12] dicembre
} { $year }, { $time } UTC
when-aside = { " " }({ $exact })
