account-title = 你的账户
account-you = 你
account-name = 名称
account-name-given = 名
account-name-family = 姓
account-name-parts = 两者都可留空。有些应用会分别要求提供。
account-name-change = 更改你的姓名
account-name-save = 保存你的姓名
account-email-none = 无
account-email-unconfirmed = 尚未确认。应用不会得到它。
account-email-waits = { $email } 等待确认。
account-email-add = 添加邮箱地址
account-email-change = 更改
account-email-confirm = 确认或更改
account-groups = 群组
account-groups-none = 无
account-ends = 你的账户结束时间：{ $when }
account-language = 语言
account-language-save = 保存语言
account-by-administrator = 你的用户名和群组可由管理员更改。

item-used = { $when }使用
item-unused = 尚未使用
item-made = { $when }创建
item-added = { $when }添加
item-rename = 重命名
item-save-name = 保存名称
item-remove = 移除
item-remove-yes = 是，移除
confirm-you = 确认是你本人

passkeys = 通行密钥
passkeys-backed-up = 已备份
passkeys-one-device = 仅在一台设备上
passkeys-remove = 移除 { $name }？它将不再能让你登录，且无法撤销。也把它从设备上移除。
passkeys-only = 这是你唯一的登录方式，因此无法移除。先再添加一个通行密钥。
passkeys-none = 还没有。有了通行密钥，一触即可登录。

linked = 其他登录方式
linked-gone = 这里已不再设置它。它不再能让你登录。
linked-remove = 移除 { $name }？它将不再能让你在这里登录。你在那边的账户保持不变。
linked-only = 这是你唯一的登录方式，因此无法移除。先添加一个通行密钥。
linked-none = 还没有。其他地方的账户也可以让你在这里登录。
linked-add = 添加 { $provider } 账户

kit-title = 恢复套件
kit-used-up = 所有恢复码都已用过。创建新的套件。
kit-left = { $of } 个恢复码中还剩 { $left } 个
kit-none = 还没有。有通行密钥的设备全都丢失时，纸上的恢复码可让你创建新的通行密钥。
kit-yours = 你的恢复套件
kit-make = 创建恢复套件

password-and-code = 你也可以用密码加身份验证器应用的代码登录。
password-alone = 你也可以用密码登录。仅凭密码就够了；加上身份验证器应用会更安全。
password-none = 你没有密码。通行密钥更安全、更快捷。
password-change-or-remove = 更改或移除
password-change = 更改
password-set = 设置密码
password-current = 当前密码
password-new = 新密码
password-save = 保存密码
password-remove = 移除密码
authenticator-yours = 你的身份验证器应用
authenticator-add = 添加身份验证器应用

access-title = 有访问权的应用
access-allowed = { $when }允许
access-offline = 你不在时仍可访问
access-end = 终止访问
access-none = 无。你登录过的应用会出现在这里。

programs-title = 程序
programs-told = 不能用通行密钥登录的程序，会得到你的一个令牌。
tokens-title = 程序令牌

activity-title = 会话和活动
activity-told = 你已登录的浏览器，以及你的账户发生过的事。
data-title = 你的数据
data-told = 这里保存的与你有关的数据的副本，以及删除你的账户。
sign-out-here = 在此退出登录
sign-out-everywhere = 在所有地方退出登录
sign-out-everywhere-means = 所有地方指每个浏览器，以及每个通过这里登录的应用。

done-passkey-added = 通行密钥 { $name } 已就绪。
done-passkey-renamed = 通行密钥现在名为 { $name }。
done-passkey-removed = 通行密钥已移除。它不再能让你登录。
done-last-passkey = 这是你唯一的登录方式，因此予以保留。先再添加一个通行密钥。
done-name = 你的姓名已保存。你下次登录应用时，应用会读取它。
done-password = 你的密码已保存。
done-password-wrong = 这不是当前密码。没有任何更改。
done-password-unfit = 新密码太短或太长。没有任何更改。
done-password-many = 尝试次数太多。等几分钟。没有任何更改。
done-password-busy = 正在登录的人很多。稍后再试。没有任何更改。
done-password-removed = 你的密码已移除。使用通行密钥登录。
done-identity-added = 你在那边的账户已添加。从现在起可以用它在这里登录。
done-identity-removed = 已移除。它不再能让你在这里登录。
done-access-ended = { $app } 不再有访问权。你下次登录它时，它会再次请求。
