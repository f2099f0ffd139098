verbatim = { $text }

between-sentences = { "" }
list-comma = { "、" }
list-and = { "、" }
list-or = { "または" }

language-choose = 言語を選ぶ
language-now = 言語：日本語
language-under = ブラウザーがこのアドレスについて覚えておきます。
language-under-account = アカウントが記憶し、サインイン前のページのためにこのブラウザーも記憶します。
language-browser = ブラウザーの設定に合わせる
back = 戻る

your-apps = あなたのアプリ
go-to-your-apps = アプリの一覧へ
back-to-your-apps = アプリの一覧へ戻る
to-your-account = アカウントへ
back-to-your-account = アカウントへ戻る
to-start-page = アプリの最初のページへ
use-another-account = 別のアカウントを使う
sign-in = サインイン
sign-in-again = もう一度サインイン
sign-out = サインアウト
try-again = もう一度試す
start-again = 最初からやり直す
open-app = { $app } を開く
back-to-app = { $app } へ戻る
back-to-the-app = アプリへ戻る
open-the-app = アプリを開く
continue = 続ける
continue-to-app = { $app } へ進む
continue-with = { $provider } で続ける
continue-with-instead = 代わりに { $provider } で続ける
going-on = 次へ進みます
going-on-to-app = { $app } へ進みます
ask-for-access = 利用を申請する
allow = 許可する
refuse = 拒否する

signed-in-as = { $person } としてサインインしています。
signed-in-as-known-as = { $person }（{ $user_name }）としてサインインしています。
not-you = 別の人ですか？

for-the-administrator = 管理者向け
for-the-administrator-on-the-server = 管理者向け（サーバー上で）：

field-name = 名前
field-user-name = ユーザー名
field-password = パスワード
field-code = コード
field-email = メールアドレス
user-name-rule = a から z の文字、数字、ピリオド、下線、ハイフン。最初は文字
password-hint = { $shortest } 文字以上。いくつかの単語を並べるとよいです。
email-hint = 任意です。管理者が確認すると、アプリに伝わります。
email-hint-administrator = 任意です。これを求めるアプリもあります。

problem-email = このメールアドレスは不完全です。直すか、空のままにします。
problem-password-length = このパスワードは短すぎるか、長すぎます。別のものを選びます。
problem-busy = 多くの人がサインインしています。少し待って、もう一度試します。
problem-account-disabled = あなたのアカウントは無効になっています。有効に戻すよう管理者に頼めます。
problem-too-many-codes = 試したコードが多すぎます。{ $minutes } 分待って、もう一度試します。

when-now = たった今
when-soon = まもなく
when-minutes-ago = { $count } 分前
when-hours-ago = { $count } 時間前
when-days-ago = { $count } 日前
when-months-ago = { $count } か月前
when-years-ago = { $count } 年前
when-in-minutes = { $count } 分後
when-in-hours = { $count } 時間後
when-in-days = { $count } 日後
when-in-months = { $count } か月後
when-in-years = { $count } 年後
when-exact = { $year }年{ $month }月{ $day }日 { $time } UTC
when-aside = （{ $exact }）
