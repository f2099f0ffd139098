passkey-needs-script = Uma chave de acesso precisa de JavaScript neste navegador. Ative-o para este site e abra a página de novo.
passkey-one-moment = Um momento.
passkey-unanswered = O Doorstep não conseguiu responder. Espere um minuto e aperte o botão de novo.
passkey-not-made = Nenhuma chave de acesso foi criada. Aperte o botão para tentar de novo.
passkey-not-used = Nenhuma chave de acesso foi usada. Aperte o botão para tentar de novo; seu telefone talvez tenha uma também.
passkey-held-already = Este dispositivo já tem uma chave de acesso sua. Para outra, use outro dispositivo.
passkey-wrong-address = Chaves de acesso não funcionam neste endereço. Abra a página no endereço dela.
passkey-unverified = Este dispositivo não consegue confirmar que é você. Escolha um com PIN, impressão digital ou rosto.
passkey-unreachable = Não foi possível chegar ao Doorstep. Veja sua conexão e aperte o botão de novo.
passkey-failed = A chave de acesso não funcionou. Aperte o botão para tentar de novo.
passkey-old-browser = Este navegador não sabe usar chaves de acesso. Abra esta página em um mais novo ou no seu telefone.
passkey-insecure = Chaves de acesso precisam de um endereço seguro, que comece com https.

passkey-too-late = Demorou demais ou começou em outra janela. Aperte o botão para tentar de novo.
passkey-opens-nothing = Esta chave de acesso não é de nenhuma conta daqui. Use outra ou peça à administração um link de recuperação.
passkey-link-gone = Este link não abre mais. Peça um novo a quem o deu a você.
passkey-away = O Doorstep não pode responder neste momento. Espere um minuto e aperte o botão de novo.
passkey-too-many = Houve tentativas demais. Espere alguns minutos e tente de novo.
passkey-page-outdated = Esta página está desatualizada. Carregue-a de novo.
passkey-confirm-first = Primeiro confirme que é você.
passkey-for-somebody-new = Você já entrou, e este convite é para alguém novo. Carregue a página de novo.
passkey-too-many-own = { $seconds ->
    [one] Foram feitos pedidos demais com sua conta. Espere { $seconds } segundo e aperte o botão de novo.
   *[other] Foram feitos pedidos demais com sua conta. Espere { $seconds } segundos e aperte o botão de novo.
}
passkey-too-many-network = { $seconds ->
    [one] Há entradas demais vindo da sua rede. Espere { $seconds } segundo e aperte o botão de novo.
   *[other] Há entradas demais vindo da sua rede. Espere { $seconds } segundos e aperte o botão de novo.
}
passkey-user-name-needed = É preciso um nome de usuário.
passkey-user-name-taken = Este nome de usuário já tem dono.
passkey-user-name-former = Este nome de usuário foi de outra pessoa, e aplicativos podem conhecê-la por ele.
passkey-user-name-kept = A configuração guarda este nome de usuário para alguém que não é da administração.
passkey-email-taken = Este endereço de e-mail é de outra conta. Use outro ou deixe o campo vazio.
passkey-email-former = Este endereço de e-mail foi de outra pessoa aqui. Use outro ou deixe o campo vazio.
passkey-registered = Esta chave de acesso já está registrada. Para outra, use outro dispositivo.
