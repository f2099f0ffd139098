error-link-ended-title = Este link não abre mais
error-link-ended = Ele já foi usado, expirou ou um mais novo tomou o lugar dele.
error-link-ended-next = Se você tem uma chave de acesso, entre com ela. Se não, peça um novo link à administração.
error-invitation-ended-title = Este convite não abre mais
error-invitation-ended = Ele já foi usado ou expirou.
error-invitation-ended-next = Peça um novo a quem convidou você. Se você tem uma conta, entre nela.
error-sign-in-unreadable-title = Esta entrada não pode continuar
error-sign-in-unreadable = O endereço dela foi cortado ou mudado no caminho até aqui.
error-sign-in-unreadable-next = Abra o aplicativo de novo; ele pede para você entrar, se ainda não entrou.
error-clocks-title = Os relógios de duas máquinas provavelmente não batem
error-clocks = Você entrou, mas o aplicativo não foi aberto: duas vezes seguidas, o caminho de volta a ele contou na hora como expirado.
error-clocks-next = Tente mais uma vez. Se não ajudar, diga à administração que os servidores do Doorstep precisam mostrar a mesma hora.
error-app-gone-title = Este aplicativo não está mais aqui
error-app-gone = Sua entrada era para um aplicativo que foi removido ou mudou de endereço.
error-app-gone-next = Procure-o entre seus aplicativos ou pergunte à administração.
error-wrong-host-title = Este não é o endereço onde você entra
error-wrong-host = Esta página foi pedida com outro nome de host.
error-wrong-host-next = Abra-a no endereço dela.
error-wrong-host-mend = Se as pessoas usam o endereço certo, faça o proxy repassar o cabeçalho Host. O log diz qual host foi pedido.
error-bad-address-title = Este endereço não pode ser aberto
error-bad-address = Ele pode ser lido de mais de uma maneira, por isso foi recusado.
error-bad-address-next = Volte ao aplicativo e comece na página inicial dele.
error-sign-in-here-title = Sua sessão terminou
error-sign-in-here = { $app } precisa que você entre.
error-sign-in-here-next = Entre de novo para continuar.
error-prove-again-title = Confirme que ainda é você
error-needs-passkey-title = Isto precisa de uma chave de acesso
error-needs-passkey = { $app } pede aqui uma chave de acesso, e sua conta não tem nenhuma.
error-needs-passkey-next = Crie uma na página da sua conta e abra esta página de novo.
error-needs-more-title = Isto precisa de mais do que uma senha
error-needs-more = { $app } pede aqui uma chave de acesso, ou um código além da senha, e sua conta não tem nenhum dos dois.
error-needs-more-next = Crie uma chave de acesso ou adicione um aplicativo autenticador na página da sua conta e abra esta página de novo.
error-unknown-address-title = O Doorstep não conhece este endereço
error-unknown-address = Nenhum aplicativo está declarado para este host, ou o proxy que perguntou não é de confiança.
error-unknown-address-next = Confira o endereço ou pergunte à administração.
error-unknown-address-mend = O cabeçalho X-Doorstep-Reason desta resposta diz por quê: unknown_host significa que nenhum aplicativo está declarado para este host; untrusted_peer, que o proxy não está em trusted_proxies.
error-proxy-title = O proxy recusou este pedido
error-proxy = Você entrou e pode usar este aplicativo.
error-proxy-next = Carregue a página de novo. Se não ajudar, uma regra do proxy recusa o pedido.
error-form-title = Este formulário não pode ser lido
error-form = Ele foi cortado no caminho até aqui ou não vem de uma página nossa. Nada foi mudado.
error-form-next = Volte e envie-o de novo.
error-foreign-title = Nada foi mudado
error-foreign = Este pedido veio de outro site, por isso foi recusado.
error-foreign-next = Se era isso que você queria, faça de novo a partir da página da sua conta.
error-signed-out-here-title = Só este navegador saiu
error-signed-out-here = O Doorstep não conseguiu anotar que sua sessão terminou.
error-signed-out-here-next = Aplicativos que você abriu podem continuar conectados. Entre e saia de novo quando o Doorstep voltar a funcionar.
error-explain = Referência { $reference }. Este comando mostra o pedido inteiro e o que mudar:

request-unreadable-title = O aplicativo enviou um pedido que não pode ser lido
request-unreadable = Ele não está completo ou pode ser lido de mais de uma maneira, por isso paramos aqui.
request-unknown-app-title = Este aplicativo não é conhecido aqui
request-unknown-app = O aplicativo que enviou você não é conhecido aqui, por isso paramos.
request-disabled-app-title = { $app } está desativado
request-disabled-app = Ninguém pode entrar nele até a administração ativá-lo de novo.
request-no-return-title = O aplicativo não disse para onde levar você de volta
request-no-return = { $app } pediu sua entrada sem um endereço de volta, por isso paramos aqui.
request-no-return-unnamed = O aplicativo pediu sua entrada sem um endereço de volta, por isso paramos aqui.
request-other-return-title = O aplicativo enviou você com um endereço que não está registrado
request-other-return = { $app } pediu para levar você de volta a um endereço diferente do registrado, por isso paramos aqui.
request-other-return-unnamed = O aplicativo pediu para levar você de volta a um endereço diferente do registrado, por isso paramos aqui.
request-next = Não há nada de errado com sua conta.

upstream-disabled-title = Sua conta está desativada
upstream-disabled = Você entrou em { $provider }, e sua conta aqui está desligada.
upstream-disabled-next = Peça à administração para ativá-la de novo.
upstream-not-fresh-title = { $provider } não perguntou de novo quem é você
upstream-not-fresh = Este passo precisa de uma entrada feita agora.
upstream-not-fresh-next = Entre com uma chave de acesso.
upstream-stopped-title = Você não entrou em { $provider }
upstream-stopped = Nada foi mudado.
upstream-passkey-next = Entre com uma chave de acesso ou tente de novo.
upstream-gone = Ela já tinha terminado, levou mais de dez minutos ou começou em outro navegador.
upstream-enrols-nobody-title = Nenhuma conta pode ser criada com { $provider }
upstream-enrols-nobody = O convite não foi usado.
upstream-enrols-nobody-next = Abra o convite de novo e crie uma chave de acesso.
upstream-unreachable-title = Não dá para perguntar a { $provider } neste momento
upstream-unreachable = O provedor não respondeu como deveria.
upstream-refused-title = A resposta de { $provider } não foi aceita
upstream-refused = Ela não passou em uma verificação que protege sua conta.
upstream-no-account-title = Nenhuma conta aqui corresponde à sua conta em { $provider }
upstream-no-account = Você entrou em { $provider }. Só você pode dizer qual conta daqui é a sua.
upstream-no-account-next = Entre aqui como de costume e adicione-a na página da sua conta, ou peça um convite à administração.
upstream-somebody-elses-title = Esta conta em { $provider } é de outra pessoa aqui
upstream-somebody-elses = Com ela se entra em outra conta, por isso não foi adicionada à sua.
upstream-somebody-elses-next = Entre lá com outra conta, ou remova-a primeiro da outra conta daqui.
upstream-known-title = Você já tem uma conta aqui
upstream-known = Com sua conta em { $provider } você entra nela. O convite é para alguém novo e não foi usado.
upstream-known-next = Entre na sua conta.

denied-title = { $app } não está aberto para você
denied-nobody = { $app } ainda não está aberto para ninguém
denied-groups = { $count ->
    [one] { $app } é para o grupo { $groups }
   *[other] { $app } é para os grupos { $groups }
}
denied-person = Você entrou como { $person }, que está em { $groups }.
denied-person-no-group = Você entrou como { $person }, que não está em nenhum grupo.
denied-ask = Pergunte à administração.
denied-reference = A referência { $reference } mostra à administração por que foi recusado.

not-for-you-title = { $app } não é para sua conta
not-for-you-part-title = Esta parte de { $app } não é para sua conta
not-for-you-nobody = Ninguém tem acesso ainda.
not-for-you-members = É para membros de { $groups }.
not-for-you-one-of-each = { $these }, que também sejam membros de { $those }
not-for-you-one-other = { $groups } ou de outro grupo
not-for-you-others = { $groups } ou de um de outros { $count } grupos

rule-title = { $app } está fechado neste endereço
rule-everybody = Está fechado para todos: outra conta não muda nada.
rule-who = A administração fez a regra que fecha esta parte de { $app } e pode mudá-la.
rule-explain = Referência { $reference }. Este comando mostra qual regra foi:

relay-title = Entrar mais uma vez
relay-heading = Entrar em { $app } mais uma vez
relay-why = O link de volta ao aplicativo já foi usado, tem mais de meio minuto ou era para outro navegador. Não há nada de errado com sua conta.

frame-title = Abrir { $app } em uma aba própria
frame-why = Ele foi aberto dentro de outra página, onde você não consegue entrar.
frame-open = Abrir em uma nova aba

not-found-title = Não há nada neste endereço
not-found-why = O endereço pode ter sido cortado no caminho até aqui. Confira se o link está completo, até a última letra.

too-many-links-title = Foram tentados links demais
too-many-links = Vieram da sua rede e não eram válidos. O seu talvez seja: espere { $time } e tente de novo.
too-many-sign-ins-title = Entradas demais ao mesmo tempo
too-many-sign-ins = Vêm da sua rede, mas nem todas de você. Espere { $time } e tente de novo.
too-many-requests-title = Pedidos demais ao mesmo tempo
too-many-requests = Foram todos feitos com sua conta, pelos seus navegadores e aplicativos. Espere { $time } e tente de novo.
wait-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
wait-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}

unavailable-title = O Doorstep não pode responder neste momento
unavailable-why = Nada se perdeu, e nada passou. Espere um minuto e carregue esta página de novo.
unavailable-reference = Referência { $reference }. Com ela a administração encontra o motivo.

ask-inside-title = Você pode usar { $app }
ask-title = Pedir acesso a { $app }
ask-asked-title = Você pediu acesso a { $app }
ask-refused-title = Você não recebeu acesso a { $app }
ask-nobody-title = { $app } ainda não está aberto para ninguém
ask-why = Por que você precisa dele
ask-why-hint = Uma frase ou nada. A administração a lê com seu nome.
ask-asked = Você pediu { $when }. A administração ainda não respondeu. Quando você tiver acesso, o aplicativo abre.
ask-refused = A administração disse não { $when }. Você pode pedir de novo { $again }.
ask-nobody = Nenhum grupo pode usá-lo, então não há o que pedir.
ask-problem-too-long = A frase é longa demais. Nada foi pedido ainda.
ask-problem-too-many = Você pediu tantos aplicativos quantos se pode ao mesmo tempo. Espere até a administração responder.
