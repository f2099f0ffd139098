enrol-welcome = ようこそ、{ $person } さん
enrol-welcome-back = おかえりなさい、{ $person } さん
enrol-add-device = このデバイスを追加
enrol-account = { $instance } でのアカウントは { $user_name } です。
enrol-make-first = サインインするためのパスキーを作ります。
enrol-make-new = サインインするための新しいパスキーを作ります。
enrol-make-here = ここでサインインするため、このデバイスにパスキーを作ります。
enrol-choose-password = パスワードを決めます。
enrol-done = パスキーの用意ができました。次へ進みます。
enrol-drop-all = 以前のパスキー、パスワード、認証アプリ、復旧キットを取り消す。デバイスをなくしたり盗まれたりしたときに選びます。
enrol-drop-others = 以前のパスキー、認証アプリ、復旧キットを取り消す。デバイスをなくしたり盗まれたりしたときに選びます。
enrol-make = パスキーを作る
enrol-how = デバイスが指紋、顔、または PIN を求めます。どれもデバイスの外へは出ません。覚えたりなくしたりするパスワードはありません。
enrol-password-instead = 代わりにパスワードを設定する
enrol-passkey-instead = 代わりにパスキーを作る
enrol-signs-out = これにより、今サインインしているすべてのブラウザーとアプリからサインアウトします。
enrol-save-password = パスワードを保存してサインイン
enrol-passkey-safer = パスキーのほうが安全で速いです。後からアカウントのページで追加できます。

set-up-title = 管理者になる
set-up-under = { $instance } の管理者です。まだ誰もアカウントを持っていません。
set-up-user-name-hint = { $example } のように、短く簡単に。アプリでも使われます。
set-up-user-name-named = 設定では { $names } が管理者です。ユーザー名はアプリでも使われます。

invite-title = { $place } に招待されています
invite-for = この招待は { $label } さん宛てです。
invite-account = { $instance } でアカウントを作ります。
invite-account-then-app = { $instance } でアカウントを作り、{ $app } へ進みます。
invite-done = アカウントとパスキーの用意ができました。次へ進みます。
invite-user-name-hint = { $example } のように、短く簡単に。アプリでも使われ、後から変わりません。
invite-given-email = ここでのメールアドレスは { $email } です。招待した人が指定しました。
invite-upstream = そちらでサインインし、ここのアカウントを持って戻ります。パスキーは後からアカウントのページで追加できます。
invite-for-new = この招待は新しい人のためのものです
invite-signed-in = { $person }（{ $user_name }）としてサインインしており、もうアカウントがあります。招待は使われていません。
invite-somebody-else = このデバイスを使う別の人のためですか？先に<a>サインアウト</a>して、アドレスをもう一度開きます。
invite-problem-no-user-name = ユーザー名は a-z 0-9 . _ - の 2 から 64 文字で、最初は文字です。
invite-problem-user-name = このユーザー名は使えません。別のものにします。
invite-problem-given-email = この招待のメールアドレスは、今は別のアカウントのものです。招待した人に尋ねます。

add-passkey-title = パスキーを追加
add-passkey-for = { $person } のため。このデバイス、電話、セキュリティキーのどこに作るかは、ブラウザーが尋ねます。
add-passkey-done = パスキーの用意ができました。アカウントへ戻ります。
add-passkey-elsewhere = 代わりに別のデバイスで作る

account-deleted-title = アカウントを削除しました
account-deleted-under = { $instance } のアカウントです。すべてのセッションが終わりました。
account-deleted-passkey = パスキーではもう何も開きません。デバイスからも削除できます。
