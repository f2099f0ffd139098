# A move to another address: passkeys of the one before.

moving-use-passkey-of = Usar uma chave de acesso de { $host }
moving-cannot-here = Este navegador não pode usar aqui chaves de acesso de { $host }. Abra esta página em outro navegador, ou crie uma nova chave de acesso com um código de recuperação ou um link de recuperação.
moving-refused = O navegador não aceita aqui chaves de acesso de { $host }. Tente outro navegador, ou crie uma nova chave de acesso com um código de recuperação ou um link de recuperação.
moving-make-another = A chave de acesso que você usou é do endereço anterior de { $instance }. Crie uma para o endereço novo e você continuará entrando quando o anterior não existir mais.
moving-not-now = Agora não
passkeys-former = É de { $host }, o endereço anterior. Adicione uma para o novo endereço e depois remova esta.
