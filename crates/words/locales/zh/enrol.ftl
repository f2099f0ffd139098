enrol-welcome = { $person }，欢迎
enrol-welcome-back = { $person }，欢迎回来
enrol-add-device = 添加此设备
enrol-account = 你在 { $instance } 的账户是 { $user_name }。
enrol-make-first = 创建通行密钥来登录它。
enrol-make-new = 创建新的通行密钥来登录它。
enrol-make-here = 在此设备上创建通行密钥，以便在这里登录。
enrol-choose-password = 为它设置密码。
enrol-done = 通行密钥已就绪。正在继续。
enrol-drop-all = 移除我以前的通行密钥、密码、身份验证器应用和恢复套件。设备丢失或被盗时选择此项。
enrol-drop-others = 移除我以前的通行密钥、身份验证器应用和恢复套件。设备丢失或被盗时选择此项。
enrol-make = 创建通行密钥
enrol-how = 设备会要求你的指纹、面容或设备 PIN。这些都不会离开设备。没有需要记住或会丢失的密码。
enrol-password-instead = 改为设置密码
enrol-passkey-instead = 改为创建通行密钥
enrol-signs-out = 这会让你退出当前已登录的所有浏览器和应用。
enrol-save-password = 保存密码并登录
enrol-passkey-safer = 通行密钥更安全、更快捷。你可以稍后在账户页面添加。

set-up-title = 成为管理员
set-up-under = 管理 { $instance }。目前还没有人有账户。
set-up-user-name-hint = 简短明了，例如 { $example }。应用也会使用它。
set-up-user-name-named = 配置指定 { $names } 为管理员。应用也会使用用户名。

invite-title = 你受邀加入 { $place }
invite-for = 此邀请是给 { $label } 的。
invite-account = 在 { $instance } 创建账户。
invite-account-then-app = 在 { $instance } 创建账户，然后前往 { $app }。
invite-done = 账户和通行密钥已就绪。正在继续。
invite-user-name-hint = 简短明了，例如 { $example }。应用也会使用它，且以后不变。
invite-given-email = 你在这里的邮箱地址是 { $email }，由邀请你的人提供。
invite-upstream = 你在那里登录，然后带着这里的账户回来。你可以稍后在账户页面添加通行密钥。
invite-for-new = 此邀请是给新人的
invite-signed-in = 你已登录为 { $person }（{ $user_name }），并且已有账户。邀请没有被使用。
invite-somebody-else = 是给使用此设备的另一个人吗？先<a>退出登录</a>，再打开该地址。
invite-problem-no-user-name = 用户名由 a-z 0-9 . _ - 中的 2 到 64 个字符组成，以字母开头。
invite-problem-user-name = 这个用户名不可用。换一个吧。
invite-problem-given-email = 此邀请中的邮箱地址现在属于另一个账户。问一下邀请你的人。

add-passkey-title = 添加通行密钥
add-passkey-for = 为 { $person } 添加。在此设备、手机或安全密钥上：浏览器会询问在哪里。
add-passkey-done = 通行密钥已就绪。正在返回你的账户。
add-passkey-elsewhere = 改为在另一台设备上创建

account-deleted-title = 你的账户已删除
account-deleted-under = 在 { $instance }。所有会话都已结束。
account-deleted-passkey = 你的通行密钥不再能打开任何东西。也把它从设备上移除。
