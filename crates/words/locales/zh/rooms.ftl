rooms-skip = 跳到内容
rooms-home = Doorstep，你的应用
rooms-main = 主导航
rooms-apps = 应用
rooms-account = 账户

portal-hello = 你好，{ $person }
portal-one-passkey = 你有一个通行密钥。<second>再添加一个</second>或<kit>打印恢复套件</kit>，以免设备丢失后无法登录。
portal-registrations = 有 { $count } 人申请账户。
portal-requests = 有 { $count } 个访问应用的申请等待答复。
portal-answer = 查看并答复
portal-empty = 还没有应用
portal-empty-add = 你可以使用的应用会出现在这里。把第一个添加到 { $file }；保存文件后它会立即出现。
portal-empty-wait = 你可以使用的应用会出现在这里。管理员可以给你一些应用的访问权。
portal-find = 查找应用
portal-find-none = 你没有叫这个名称的应用。
portal-invite = 邀请他人

banner-sent = { $when }寄出了你账户的恢复链接。如果不是你，就停止它。
banner-asked = { $asked }有人要求通过邮件恢复你的账户。{ $due }会寄出链接。如果不是你，就停止它。
