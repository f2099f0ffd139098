verbatim = { $text }

between-sentences = { "" }
list-comma = { "、" }
list-and = { "和" }
list-or = { "或" }

language-choose = 选择语言
language-now = 语言：简体中文
language-under = 浏览器会为此地址记住你的选择。
language-under-account = 你的账户会记住它，此浏览器会为登录前的页面记住它。
language-browser = 跟随浏览器
back = 返回

your-apps = 你的应用
go-to-your-apps = 前往你的应用
back-to-your-apps = 返回你的应用
to-your-account = 前往你的账户
back-to-your-account = 返回你的账户
to-start-page = 前往应用首页
use-another-account = 使用其他账户
sign-in = 登录
sign-in-again = 重新登录
sign-out = 退出登录
try-again = 重试
start-again = 重新开始
open-app = 打开 { $app }
back-to-app = 返回 { $app }
back-to-the-app = 返回应用
open-the-app = 打开应用
continue = 继续
continue-to-app = 继续前往 { $app }
continue-with = 使用 { $provider } 继续
continue-with-instead = 改用 { $provider } 继续
going-on = 正在继续
going-on-to-app = 正在前往 { $app }
ask-for-access = 申请访问
allow = 允许
refuse = 拒绝

signed-in-as = 你已登录为 { $person }。
signed-in-as-known-as = 你已登录为 { $person }（{ $user_name }）。
not-you = 不是你？

for-the-administrator = 给管理员
for-the-administrator-on-the-server = 给管理员，在服务器上：

field-name = 你的姓名
field-user-name = 用户名
field-password = 密码
field-code = 代码
field-email = 电子邮箱
user-name-rule = 字母 a 到 z、数字、点、下划线和连字符，以字母开头
password-hint = 至少 { $shortest } 个字符。几个词就很好。
email-hint = 可不填。管理员确认后，应用才会得到它。
email-hint-administrator = 可不填。有些应用会要求提供。

problem-email = 这个邮箱地址不完整。改正它，或留空。
problem-password-length = 这个密码太短或太长。换一个吧。
problem-busy = 正在登录的人很多。稍后再试。
problem-account-disabled = 你的账户已停用。可请管理员重新启用。
problem-too-many-codes = 尝试的代码太多。等待 { $minutes } 分钟后再试。

when-now = 刚刚
when-soon = 马上
when-minutes-ago = { $count } 分钟前
when-hours-ago = { $count } 小时前
when-days-ago = { $count } 天前
when-months-ago = { $count } 个月前
when-years-ago = { $count } 年前
when-in-minutes = { $count } 分钟后
when-in-hours = { $count } 小时后
when-in-days = { $count } 天后
when-in-months = { $count } 个月后
when-in-years = { $count } 年后
when-exact = { $year }年{ $month }月{ $day }日 { $time } UTC
when-aside = （{ $exact }）
