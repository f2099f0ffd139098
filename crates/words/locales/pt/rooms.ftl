rooms-skip = Ir para o conteúdo
rooms-home = Doorstep, seus aplicativos
rooms-main = Principal
rooms-apps = Aplicativos
rooms-account = Conta

portal-hello = Olá, { $person }
portal-one-passkey = Você tem uma chave de acesso. <second>Adicione uma segunda</second> ou <kit>imprima um kit de recuperação</kit>, para que um dispositivo perdido não deixe você de fora.
portal-registrations = { $count ->
    [one] Alguém pede uma conta.
   *[other] { $count } pessoas pedem uma conta.
}
portal-requests = { $count ->
    [one] Alguém pede acesso a um aplicativo.
   *[other] { $count } pedidos de acesso a um aplicativo esperam.
}
portal-answer = Ver e responder
portal-empty = Ainda nenhum aplicativo
portal-empty-add = Os aplicativos que você pode usar aparecem aqui. Adicione o primeiro a { $file }; ele aparece assim que o arquivo é salvo.
portal-empty-wait = Os aplicativos que você pode usar aparecem aqui. A administração pode dar acesso a alguns.
portal-find = Procurar um aplicativo
portal-find-none = Nenhum aplicativo seu tem este nome.
portal-invite = Convidar pessoas

banner-sent = Um link de recuperação para sua conta foi enviado { $when }. Se não foi você, pare a recuperação.
banner-asked = Alguém pediu { $asked } para recuperar sua conta por e-mail. O link será enviado { $due }. Se não foi você, pare a recuperação.
