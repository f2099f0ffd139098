account-title = あなたのアカウント
account-you = あなた
account-name = 名前
account-name-given = 名
account-name-family = 姓
account-name-parts = どちらも空のままでかまいません。別々に求めるアプリもあります。
account-name-change = 名前を変える
account-name-save = 名前を保存
account-email-none = なし
account-email-unconfirmed = まだ確認されていません。アプリには伝わりません。
account-email-waits = { $email } は確認待ちです。
account-email-add = メールアドレスを追加
account-email-change = 変える
account-email-confirm = 確認する、または変える
account-groups = グループ
account-groups-none = なし
account-ends = アカウントの期限：{ $when }
account-language = 言語
account-language-save = 言語を保存
account-by-administrator = ユーザー名とグループは、管理者が変えられます。

item-used = 使用：{ $when }
item-unused = 未使用
item-made = 作成：{ $when }
item-added = 追加：{ $when }
item-rename = 名前を変える
item-save-name = 名前を保存
item-remove = 削除
item-remove-yes = はい、削除する
confirm-you = 本人であることを確認

passkeys = パスキー
passkeys-backed-up = バックアップあり
passkeys-one-device = 一台のデバイスのみ
passkeys-remove = { $name } を削除しますか？もうサインインに使えなくなり、元に戻せません。デバイスからも削除します。
passkeys-only = サインインの方法がこれだけなので、削除できません。先に別のパスキーを追加します。
passkeys-none = まだありません。パスキーがあれば、一度触れるだけでサインインできます。

linked = ほかのサインイン方法
linked-gone = ここではもう設定されていません。サインインには使えません。
linked-remove = { $name } をここから削除しますか？もうここへのサインインに使えなくなります。そちらのアカウントはそのままです。
linked-only = サインインの方法がこれだけなので、削除できません。先にパスキーを追加します。
linked-none = まだありません。ほかのサービスのアカウントでも、ここにサインインできます。
linked-add = { $provider } のアカウントを追加

kit-title = 復旧キット
kit-used-up = すべてのコードが使われました。新しいキットを作ります。
kit-left = コード { $of } 個のうち残り { $left } 個
kit-none = まだありません。パスキーのあるデバイスをすべてなくしても、紙のコードがあれば新しいパスキーを作れます。
kit-yours = あなたの復旧キット
kit-make = 復旧キットを作る

password-and-code = パスワードと認証アプリのコードでもサインインできます。
password-alone = パスワードでもサインインできます。パスワードだけで足りるので、認証アプリを加えるとより安全です。
password-none = パスワードはありません。パスキーのほうが安全で速いです。
password-change-or-remove = 変える、または削除する
password-change = 変える
password-set = パスワードを設定する
password-current = 今のパスワード
password-new = 新しいパスワード
password-save = パスワードを保存
password-remove = パスワードを削除
authenticator-yours = あなたの認証アプリ
authenticator-add = 認証アプリを追加

access-title = アクセスできるアプリ
access-allowed = 許可：{ $when }
access-offline = あなたがいない間もアクセスできます
access-end = アクセスを終わらせる
access-none = ありません。サインインしたアプリがここに表示されます。

programs-title = プログラム
programs-told = パスキーでサインインできないプログラムには、あなたのトークンを渡します。
tokens-title = プログラム用のトークン

activity-title = セッションと最近の出来事
activity-told = サインインしているブラウザーと、アカウントに起きたこと。
data-title = あなたのデータ
data-told = ここに保存されているあなたのデータのコピーと、アカウントの削除。
sign-out-here = ここでサインアウト
sign-out-everywhere = すべての場所でサインアウト
sign-out-everywhere-means = すべての場所とは、すべてのブラウザーと、ここを通じてサインインするすべてのアプリです。

done-passkey-added = パスキー { $name } の用意ができました。
done-passkey-renamed = パスキーの名前は { $name } になりました。
done-passkey-removed = パスキーを削除しました。もうサインインには使えません。
done-last-passkey = サインインの方法がこれだけなので、残しました。先に別のパスキーを追加します。
done-name = 名前を保存しました。アプリには、次にサインインしたときに伝わります。
done-password = パスワードを保存しました。
done-password-wrong = 今のパスワードと違います。何も変わっていません。
done-password-unfit = 新しいパスワードは短すぎるか、長すぎます。何も変わっていません。
done-password-many = 試行が多すぎました。数分待ちます。何も変わっていません。
done-password-busy = 多くの人がサインインしています。少し待って、もう一度試します。何も変わっていません。
done-password-removed = パスワードを削除しました。パスキーでサインインします。
done-identity-added = そちらのアカウントを追加しました。これからは、ここへのサインインに使えます。
done-identity-removed = ここから削除しました。もうここへのサインインには使えません。
done-access-ended = { $app } はもうアクセスできません。次にサインインするとき、改めて許可を求めます。
