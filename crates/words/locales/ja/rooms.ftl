rooms-skip = 内容へ移動
rooms-home = Doorstep、あなたのアプリ
rooms-main = メイン
rooms-apps = アプリ
rooms-account = アカウント

portal-hello = こんにちは、{ $person } さん
portal-one-passkey = パスキーは一つだけです。<second>もう一つ追加する</second>か、<kit>復旧キットを印刷する</kit>と、デバイスをなくしてもサインインできます。
portal-registrations = { $count } 人がアカウントを申請しています。
portal-requests = アプリの利用の申請が { $count } 件、答えを待っています。
portal-answer = 見て答える
portal-empty = アプリはまだありません
portal-empty-add = 使えるアプリがここに表示されます。最初のアプリを { $file } に追加します。ファイルを保存すると、すぐに表示されます。
portal-empty-wait = 使えるアプリがここに表示されます。利用は管理者が認められます。
portal-find = アプリを探す
portal-find-none = この名前のアプリはありません。
portal-invite = 人を招待する

banner-sent = アカウントの復旧リンクがメールで送られました（{ $when }）。心当たりがなければ止めます。
banner-asked = 誰かがメールでのアカウントの復旧を頼みました（{ $asked }）。リンクが送られるのは { $due } です。心当たりがなければ止めます。
