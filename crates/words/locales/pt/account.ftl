account-title = Sua conta
account-you = Você
account-name = Nome
account-name-given = Primeiro nome
account-name-family = Sobrenome
account-name-parts = Os dois podem ficar vazios. Alguns aplicativos os pedem em separado.
account-name-change = Mudar seu nome
account-name-save = Salvar seu nome
account-email-none = nenhum
account-email-unconfirmed = Ainda não confirmado. Os aplicativos não o recebem.
account-email-waits = { $email } espera confirmação.
account-email-add = Adicionar um endereço de e-mail
account-email-change = Mudar
account-email-confirm = Confirmar ou mudar
account-groups = Grupos
account-groups-none = nenhum
account-ends = Sua conta termina { $when }.
account-language = Idioma
account-language-save = Salvar o idioma
account-by-administrator = A administração pode mudar seu nome de usuário e seus grupos.

item-used = último uso: { $when }
item-unused = ainda sem uso
item-made = criação: { $when }
item-added = adição: { $when }
item-rename = Renomear
item-save-name = Salvar o nome
item-remove = Remover
item-remove-yes = Sim, remover
confirm-you = Confirmar que é você

passkeys = Chaves de acesso
passkeys-backed-up = Com backup
passkeys-one-device = Só em um dispositivo
passkeys-remove = Remover { $name }? Você não entra mais com ela, e isso não pode ser desfeito. Remova-a também do dispositivo.
passkeys-only = Só com esta chave de acesso você consegue entrar, por isso ela não pode ser removida. Adicione outra primeiro.
passkeys-none = Ainda nenhuma. Com uma chave de acesso você entra com um toque.

linked = Outras formas de entrar
linked-gone = Não está mais na configuração daqui. Não serve mais para entrar.
linked-remove = Remover { $name }? Você não entra mais aqui com essa conta. Sua conta lá fica como está.
linked-only = Só com esta conta você consegue entrar, por isso ela não pode ser removida. Adicione uma chave de acesso primeiro.
linked-none = Ainda nenhuma. Você também pode entrar aqui com uma conta de outro lugar.
linked-add = Adicionar uma conta em { $provider }

kit-title = Kit de recuperação
kit-used-up = Todos os códigos foram usados. Crie um novo kit.
kit-left = { $left } de { $of } códigos restantes
kit-none = Ainda nenhum. Com códigos em papel você cria uma nova chave de acesso quando perdeu todos os dispositivos que têm uma.
kit-yours = Seu kit de recuperação
kit-make = Criar um kit de recuperação

password-and-code = Você também pode entrar com uma senha e um código do seu aplicativo autenticador.
password-alone = Você também pode entrar com uma senha. Ela sozinha basta: um aplicativo autenticador a deixa mais segura.
password-none = Você não tem nenhuma. Uma chave de acesso é mais segura e mais rápida.
password-change-or-remove = Trocar ou remover
password-change = Trocar
password-set = Definir uma
password-current = Senha atual
password-new = Nova senha
password-save = Salvar a senha
password-remove = Remover a senha
authenticator-yours = Seu aplicativo autenticador
authenticator-add = Adicionar um aplicativo autenticador

access-title = Aplicativos com acesso
access-allowed = Permitido { $when }
access-offline = mantém o acesso enquanto você está fora
access-end = Encerrar o acesso
access-none = Nenhum. Os aplicativos aparecem aqui depois que você entra neles.

programs-title = Programas
programs-told = Um programa que não consegue entrar com uma chave de acesso recebe um token seu.
tokens-title = Tokens para programas

activity-title = Sessões e atividade
activity-told = Os navegadores em que você entrou, e o que aconteceu com sua conta.
data-title = Seus dados
data-told = Uma cópia do que se guarda aqui sobre você, e o fim da sua conta.
sign-out-here = Sair aqui
sign-out-everywhere = Sair em todos os lugares
sign-out-everywhere-means = Todos os lugares são todos os navegadores e todos os aplicativos em que você entra por aqui.

done-passkey-added = A chave de acesso { $name } está pronta.
done-passkey-renamed = A chave de acesso agora se chama { $name }.
done-passkey-removed = A chave de acesso foi removida. Você não entra mais com ela.
done-last-passkey = Só com esta chave de acesso você consegue entrar, por isso ela fica. Adicione outra primeiro.
done-name = Seu nome foi salvo. Os aplicativos o leem na próxima vez que você entrar neles.
done-password = Sua senha foi salva.
done-password-wrong = Esta não é a senha atual. Nada foi mudado.
done-password-unfit = A nova senha é curta ou longa demais. Nada foi mudado.
done-password-many = Houve tentativas demais. Espere alguns minutos. Nada foi mudado.
done-password-busy = Muitas pessoas estão entrando. Tente de novo daqui a pouco. Nada foi mudado.
done-password-removed = Sua senha foi removida. Entre com uma chave de acesso.
done-identity-added = Sua conta de lá foi adicionada. A partir de agora você pode entrar aqui com ela.
done-identity-removed = Sua conta de lá foi removida daqui. Você não entra mais aqui com ela.
done-access-ended = { $app } não tem mais acesso. Vai pedir de novo na próxima vez que você entrar nele.
