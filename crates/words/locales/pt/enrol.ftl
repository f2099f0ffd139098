enrol-welcome = Boas-vindas, { $person }
enrol-welcome-back = Boas-vindas de volta, { $person }
enrol-add-device = Adicionar este dispositivo
enrol-account = Sua conta em { $instance } é { $user_name }.
enrol-make-first = Crie uma chave de acesso para entrar nela.
enrol-make-new = Crie uma nova chave de acesso para entrar nela.
enrol-make-here = Crie uma chave de acesso neste dispositivo para entrar nela daqui.
enrol-choose-password = Escolha uma senha para ela.
enrol-done = Sua chave de acesso está pronta. Seguindo.
enrol-drop-all = Remover minhas chaves de acesso anteriores, minha senha, meu aplicativo autenticador e meu kit de recuperação. Escolha isso se um dispositivo foi perdido ou roubado.
enrol-drop-others = Remover minhas chaves de acesso anteriores, meu aplicativo autenticador e meu kit de recuperação. Escolha isso se um dispositivo foi perdido ou roubado.
enrol-make = Criar uma chave de acesso
enrol-how = Seu dispositivo pede sua impressão digital, seu rosto ou o PIN dele. Nada disso sai do dispositivo. Não há senha para lembrar nem para perder.
enrol-password-instead = Em vez disso, definir uma senha
enrol-passkey-instead = Em vez disso, criar uma chave de acesso
enrol-signs-out = Isso encerra sua sessão em todos os navegadores e aplicativos onde você está agora.
enrol-save-password = Salvar a senha e entrar
enrol-passkey-safer = Uma chave de acesso é mais segura e mais rápida. Você pode adicionar uma depois na página da sua conta.

set-up-title = Assuma a administração
set-up-under = de { $instance }. Ninguém mais tem conta ainda.
set-up-user-name-hint = Curto e simples, como { $example }. Os aplicativos também o usam.
set-up-user-name-named = A configuração indica { $names } para a administração. Os aplicativos também usam o nome de usuário.

invite-title = Você recebeu um convite para { $place }
invite-for = Este convite é para { $label }.
invite-account = Crie uma conta em { $instance }.
invite-account-then-app = Crie uma conta em { $instance } e siga para { $app }.
invite-done = Sua conta e sua chave de acesso estão prontas. Seguindo.
invite-user-name-hint = Curto e simples, como { $example }. Os aplicativos também o usam, e ele não muda.
invite-given-email = Seu endereço de e-mail aqui é { $email }, como disse quem convidou você.
invite-upstream = Você entra lá e volta com uma conta aqui. Você pode adicionar uma chave de acesso depois na página da sua conta.
invite-for-new = Este convite é para alguém novo
invite-signed-in = Você entrou como { $person } ({ $user_name }) e já tem uma conta. Nada foi gasto.
invite-somebody-else = É para outra pessoa neste dispositivo? <a>Saia</a> primeiro e abra o endereço de novo.
invite-problem-no-user-name = Um nome de usuário tem de 2 a 64 caracteres de a-z 0-9 . _ - e começa com uma letra.
invite-problem-user-name = Este nome de usuário não está livre. Use outro.
invite-problem-given-email = O endereço de e-mail deste convite agora é de outra conta. Pergunte a quem convidou você.

add-passkey-title = Adicionar uma chave de acesso
add-passkey-for = para { $person }. Neste dispositivo, no seu telefone ou em uma chave de segurança: seu navegador pergunta onde.
add-passkey-done = Sua chave de acesso está pronta. Voltando para sua conta.
add-passkey-elsewhere = Em vez disso, criar em outro dispositivo

account-deleted-title = Sua conta foi excluída
account-deleted-under = em { $instance }. Todas as sessões terminaram.
account-deleted-passkey = Sua chave de acesso não abre mais nada. Remova-a também do seu dispositivo.
