# A move to another address: passkeys of the one before.

moving-use-passkey-of = { $host } のパスキーを使う
moving-cannot-here = このブラウザーでは、{ $host } のパスキーをここで使えません。別のブラウザーでこのページを開くか、復旧コードまたは復旧リンクで新しいパスキーを作成します。
moving-refused = ブラウザーは、{ $host } のパスキーをここで受け付けません。別のブラウザーを試すか、復旧コードまたは復旧リンクで新しいパスキーを作成します。
moving-make-another = 使用したパスキーは { $instance } の以前のアドレスのものです。新しいアドレス用に作成すると、以前のアドレスがなくなった後もサインインできます。
moving-not-now = 今はしない
passkeys-former = 以前のアドレス { $host } のものです。新しいアドレス用のパスキーを追加してから、これを削除します。
