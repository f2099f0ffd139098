sign-in-to = Entrar em { $app }
sign-in-to-your-apps = Entrar em seus aplicativos
sign-in-still-you = Confirme que você ainda é { $person }
sign-in-app-asks = { $app } pede isso antes de continuar.
sign-in-app-asks-passkey = { $app } pede uma chave de acesso.
sign-in-app-asks-two-factors = { $app } pede uma chave de acesso, ou um código além da senha.
sign-in-with-account = com sua conta em { $instance }
sign-in-too-long = O endereço que você abriu é longo demais para voltar a ele. Você vai começar na página inicial do aplicativo.
sign-in-done = Você entrou. Seguindo.
sign-in-with-passkey = Continuar com uma chave de acesso
sign-in-offer = Ou escolha uma deste dispositivo
sign-in-offer-placeholder = Escolher uma chave de acesso
sign-in-or = ou
sign-in-cannot = Não consigo entrar
sign-in-new-ask = Primeira vez aqui? <a>Pedir uma conta</a>
sign-in-new-make = Primeira vez aqui? <a>Criar uma conta</a>
sign-in-kit = Você tem um kit de recuperação em papel? <a>Use um dos códigos dele</a>.
sign-in-ask-link = Se não, peça à administração um link de recuperação. Ele abre uma vez e serve para criar uma nova chave de acesso.

sign-in-problem-name-or-password = Este nome de usuário e esta senha não combinam. Confira os dois.
sign-in-problem-incomplete = São necessários os dois: um nome de usuário e uma senha.
sign-in-problem-busy = Muitas pessoas estão entrando neste momento. Espere alguns segundos e entre de novo.
sign-in-problem-codes-tomorrow = Houve códigos errados demais. Amanhã os códigos voltam a ser aceitos; uma chave de acesso ou um código de recuperação funciona na hora.
sign-in-problem-codes = { $minutes ->
    [one] Houve códigos errados demais. Espere { $minutes } minuto e entre de novo; uma chave de acesso funciona na hora.
   *[other] Houve códigos errados demais. Espere { $minutes } minutos e entre de novo; uma chave de acesso funciona na hora.
}
sign-in-problem-passwords = { $minutes ->
    [one] Houve tentativas demais com uma senha. Espere { $minutes } minuto; uma chave de acesso funciona na hora.
   *[other] Houve tentativas demais com uma senha. Espere { $minutes } minutos; uma chave de acesso funciona na hora.
}

code-title = Digite o código do seu aplicativo autenticador
code-to-app = para entrar em { $app } com sua conta em { $instance }
code-hint = Seis algarismos. O aplicativo mostra outros a cada meio minuto, e cada código vale uma vez.
code-passkey-instead = Em vez disso, continuar com uma chave de acesso
code-app-gone = Não tenho mais o aplicativo
code-ask-removal = Se não, peça à administração para remover o aplicativo autenticador da sua conta.
code-problem-wrong = Este código não está certo ou já foi usado. Espere pelo próximo.
code-problem-clock = Este código está alguns minutos adiantado ou atrasado. O relógio do dispositivo com o aplicativo está errado, ou o deste servidor. Deixe o dispositivo acertar a hora sozinho e espere pelo próximo código.

consent-title = { $app } quer saber quem é você
consent-sees = O aplicativo vai ver
consent-same-person = Que você é a mesma pessoa cada vez que volta
consent-name = Seu nome, { $person }, e seu nome de usuário, { $user_name }
consent-email = Seu endereço de e-mail, { $email }
consent-email-later = Seu endereço de e-mail, quando sua conta tiver um
consent-groups = Que você está em { $groups }
consent-groups-later = Seus grupos, quando você estiver em algum
consent-other = Dados que ele chama de { $scope }
consent-offline = Ele mantém o acesso enquanto você está fora, até você encerrar em “Conta”.
consent-end = Você pode encerrar isso a qualquer momento em “Conta”.
consent-back = Voltar sem entrar
consent-return = Você volta para { $host }

device-title = Entrar em outro dispositivo
device-type = Digite o código que o outro dispositivo mostra.
device-code-hint = Letras minúsculas e um hífen faltando não importam.
device-look = Ver quem pede
device-nothing-yet = Só o código não aprova nada: você vê antes o aplicativo e o lugar.
device-problem-no-code = Nenhum dispositivo mostra este código agora. Olhe de novo; depois de dez minutos o dispositivo mostra outro.
device-asked-title = Entrar em { $app } em outro dispositivo
device-shows = O dispositivo mostra { $code }
device-from = { $device }, de { $address }
device-unknown = Um dispositivo
device-browser-on-system = { $browser } em { $system }
device-asked = Pedido { $when }
device-offline = O aplicativo continua conectado lá até você encerrar em “Conta”.
device-session = O aplicativo fica conectado lá até você sair aqui.
device-warning = Permita só se esse dispositivo estiver na sua frente e mostrar este código. Senão, quem lhe enviou o código ou um link entraria como se fosse você.
device-approved-title = Você entrou no outro dispositivo
device-approved = { $app } continua lá sozinho em alguns segundos.
device-refused-title = Você recusou
device-refused = { $app } fica sabendo disso e não sabe nada de você.

recover-title = Usar um código de recuperação
recover-under = do kit que você imprimiu em { $instance }
recover-hint = Letras minúsculas e hífens faltando não importam.
recover-continue = Continuar com este código
recover-used-up = O código fica gasto, e na próxima página você cria uma nova chave de acesso. Você tem meia hora para isso.
recover-no-kit = Sem kit: peça à administração um link de recuperação.
recover-no-kit-mail = Sem kit: <a>recupere a conta por e-mail</a>, ou peça um link de recuperação à administração.
recover-back = Voltar para a entrada
recover-problem-no-code = Este código não abre nada. Veja se já foi usado ou se é de um kit que você substituiu.

sign-out-title = Sair dos seus aplicativos?
sign-out-app-asks = { $app } pede que você saia.
sign-out-stay = Continuar na sessão
sign-out-held-back = O aplicativo queria seguir para um endereço que não está registrado para ele. Depois de sair, você fica aqui.
sign-out-apps = Aplicativos sem entrada própria fecham na hora. Nos outros, sua sessão continua até você sair lá ou eles verificarem de novo.
signed-out-title = Você saiu
signed-out-under = de { $instance }. Você pode entrar de novo a qualquer momento.
signed-out-held-back = O aplicativo queria seguir para um endereço que não está registrado para ele, por isso você fica aqui. A administração encontra a diferença no log.
