verbatim = { $text }

between-sentences = { " " }
list-comma = { ", " }
list-and = { " e " }
list-or = { " ou " }

language-choose = Escolher um idioma
language-now = Idioma: português
language-under = Seu navegador lembra dele para este endereço.
language-under-account = Sua conta se lembra dele, e este navegador para as páginas antes de entrar.
language-browser = Como o navegador diz
back = Voltar

your-apps = Seus aplicativos
go-to-your-apps = Ir para seus aplicativos
back-to-your-apps = Voltar para seus aplicativos
to-your-account = Para sua conta
back-to-your-account = Voltar para sua conta
to-start-page = Para a página inicial do aplicativo
use-another-account = Usar outra conta
sign-in = Entrar
sign-in-again = Entrar de novo
sign-out = Sair
try-again = Tentar de novo
start-again = Começar de novo
open-app = Abrir { $app }
back-to-app = Voltar para { $app }
back-to-the-app = Voltar para o aplicativo
open-the-app = Abrir o aplicativo
continue = Continuar
continue-to-app = Continuar para { $app }
continue-with = Continuar com { $provider }
continue-with-instead = Em vez disso, continuar com { $provider }
going-on = Seguindo
going-on-to-app = Seguindo para { $app }
ask-for-access = Pedir acesso
allow = Permitir
refuse = Recusar

signed-in-as = Você entrou como { $person }.
signed-in-as-known-as = Você entrou como { $person } ({ $user_name }).
not-you = Não é você?

for-the-administrator = Para a administração
for-the-administrator-on-the-server = Para a administração, no servidor:

field-name = Seu nome
field-user-name = Nome de usuário
field-password = Senha
field-code = Código
field-email = E-mail
user-name-rule = Letras de a a z, algarismos, ponto, sublinhado e hífen, começando com uma letra
password-hint = Pelo menos { $shortest } caracteres. Algumas palavras servem bem.
email-hint = Opcional. Os aplicativos o recebem quando a administração o confirmar.
email-hint-administrator = Opcional. Alguns aplicativos pedem.

problem-email = Este endereço de e-mail não está completo. Corrija ou deixe o campo vazio.
problem-password-length = Esta senha é curta ou longa demais. Escolha outra.
problem-busy = Muitas pessoas estão entrando. Tente de novo daqui a pouco.
problem-account-disabled = Sua conta está desativada. Peça à administração para ativá-la de novo.
problem-too-many-codes = { $minutes ->
    [one] Foram tentados códigos demais. Espere { $minutes } minuto e tente de novo.
   *[other] Foram tentados códigos demais. Espere { $minutes } minutos e tente de novo.
}

when-now = agora mesmo
when-soon = daqui a pouco
when-minutes-ago = { $count ->
    [one] há { $count } minuto
   *[other] há { $count } minutos
}
when-hours-ago = { $count ->
    [one] há { $count } hora
   *[other] há { $count } horas
}
when-days-ago = { $count ->
    [one] há { $count } dia
   *[other] há { $count } dias
}
when-months-ago = { $count ->
    [one] há { $count } mês
   *[other] há { $count } meses
}
when-years-ago = { $count ->
    [one] há { $count } ano
   *[other] há { $count } anos
}
when-in-minutes = { $count ->
    [one] em { $count } minuto
   *[other] em { $count } minutos
}
when-in-hours = { $count ->
    [one] em { $count } hora
   *[other] em { $count } horas
}
when-in-days = { $count ->
    [one] em { $count } dia
   *[other] em { $count } dias
}
when-in-months = { $count ->
    [one] em { $count } mês
   *[other] em { $count } meses
}
when-in-years = { $count ->
    [one] em { $count } ano
   *[other] em { $count } anos
}
when-exact = { $day } de { $month ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[12] dezembro
} de { $year }, { $time } UTC
when-aside = { " " }({ $exact })
