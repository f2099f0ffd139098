// Loaded before the relying party: every *.test name leads to the test's proxy, as in the browser.
const tls = require('node:tls')

const connect = tls.connect
tls.connect = (options, ...rest) => {
  const name = options?.servername ?? options?.host ?? ''
  if (!name.endsWith('.test')) return connect(options, ...rest)
  return connect({ ...options, host: '127.0.0.1', port: Number(process.env.PROXY_PORT), servername: name }, ...rest)
}
