# A move to another address: passkeys of the one before.

moving-use-passkey-of = 使用 { $host } 的通行密钥
moving-cannot-here = 此浏览器无法在这里使用 { $host } 的通行密钥。在另一个浏览器中打开此页面，或者用恢复码或恢复链接创建新的通行密钥。
moving-refused = 浏览器在这里不接受 { $host } 的通行密钥。换一个浏览器试试，或者用恢复码或恢复链接创建新的通行密钥。
moving-make-another = 你刚才使用的通行密钥属于 { $instance } 的旧地址。为新地址创建一个，旧地址停用后你仍能登录。
moving-not-now = 暂不创建
passkeys-former = 它属于以前的地址 { $host }。添加一个用于新地址的通行密钥，之后移除这个。
