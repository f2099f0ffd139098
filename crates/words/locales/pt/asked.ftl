mail-confirm-title = Este é o seu endereço de e-mail?
mail-confirm-told = A partir daí, os aplicativos recebem este endereço, e as mensagens sobre sua conta chegam nele.
mail-confirm-use = Usar este endereço
mail-confirm-leave = Deixar como está
recover-mail-title = Recuperar por e-mail
wait-for-mail = Espere um e-mail
recover-mail-under = para sua conta em { $instance }
recover-mail-passkey = Uma chave de acesso continua funcionando enquanto isso.
recover-mail-account = Nome de usuário ou endereço de e-mail
recover-mail-account-hint = A mensagem vai para o endereço que sua conta tem.
recover-mail-ask = Pedir um link de recuperação
stop-title = Parar a recuperação?
stop-title-done = A recuperação foi parada
stop-title-nothing = Não há nada a parar
stop-under = da sua conta em { $instance }
stop-done = Nenhum link de recuperação virá, e um já enviado não abre mais nada.
stop-done-next = Quem lê seu e-mail pode pedir de novo. Se não foi você, troque a senha da sua caixa de e-mail e avise a administração.
stop-ask = Alguém pediu um link de recuperação para sua conta. Se não foi você, pare a recuperação. Se foi você, deixe esta página.
stop-button = Parar a recuperação
stop-nothing = Ela já foi parada, ou terminou.
join-ask = Pedir uma conta
join-make = Criar uma conta
join-under = em { $instance }
join-under-with = em { $instance }, com { $email }
join-sent = Um e-mail está a caminho de { $email }. Abra o link nele e continue por lá. Vale por um dia.
join-spam = Nada chegou depois de alguns minutos? Veja se foi tratado como spam.
join-hint = Um link é enviado para ele.
join-hint-domains = O domínio dele precisa ser um destes: { $domains }. Um link é enviado para ele.
join-mail-me = Enviar um link para mim
join-administrator = A administração responde ao seu pedido.
join-why = Por que você pede
join-why-hint = Opcional. A administração lê.
join-go-on = Continuar
join-answer = A resposta chega por e-mail.
join-next = Na próxima página você escolhe um nome de usuário e cria uma chave de acesso. Você tem uma hora para isso.
join-waits-title = A administração foi consultada
join-waits = A resposta chega por e-mail, em até duas semanas. Você pode fechar esta página.
join-ended-title = Este link não abre mais nada
join-ended = Ele foi usado, outro foi enviado depois, ou tem mais de um dia.
join-again = Começar de novo
asked-problem-too-many = Isto foi pedido vezes demais a partir da sua rede. Espere uma hora e tente de novo.
ask-problem-address = Este endereço de e-mail não está completo. Corrija-o.
ask-problem-domain = Nenhuma conta é criada com um endereço deste domínio.
ask-problem-words = Seu nome é necessário, e ele ou o motivo pode estar longo demais.
recover-mail-on-its-way = { $hours ->
    [one] Se a conta existe e pode ser recuperada por e-mail, uma mensagem está a caminho do endereço dela. Ela diz o que vem depois. O link de recuperação chega uma hora mais tarde, se ninguém o parar.
   *[other] Se a conta existe e pode ser recuperada por e-mail, uma mensagem está a caminho do endereço dela. Ela diz o que vem depois. O link de recuperação chega { $hours } horas mais tarde, se ninguém o parar.
}
recover-mail-nothing-happens = { $hours ->
    [one] Nada acontece durante uma hora. Quem lê seu e-mail fica sabendo e pode parar; você também, onde quer que tenha entrado.
   *[other] Nada acontece durante { $hours } horas. Quem lê seu e-mail fica sabendo e pode parar; você também, onde quer que tenha entrado.
}
