// Auth.js (next-auth 4) as Linkwarden sets it up from the same variables: its sign-in without its bookmarks, with
// accounts in memory. `/` shows who is signed in and who has an account, as JSON.
const express = require('express')
const NextAuth = require('next-auth').default
const { getServerSession } = require('next-auth')
const Credentials = require('next-auth/providers/credentials').default

const { env } = process
const users = []
const accounts = []
const adapter = {
  createUser: async (user) => {
    const made = { ...user, id: users.length + 1 }
    users.push(made)
    return made
  },
  getUser: async (id) => users.find((user) => user.id === id) ?? null,
  getUserByEmail: async (email) => users.find((user) => user.email === email) ?? null,
  getUserByAccount: async ({ provider, providerAccountId }) => {
    const found = accounts.find((a) => a.provider === provider && a.providerAccountId === providerAccountId)
    return found ? users.find((user) => user.id === found.userId) : null
  },
  updateUser: async (user) => Object.assign(users.find((known) => known.id === user.id), user),
  linkAccount: async (account) => {
    accounts.push(account)
    return account
  },
}
const providers = []
if (env.NEXT_PUBLIC_CREDENTIALS_ENABLED !== 'false') {
  providers.push(Credentials({ credentials: {}, authorize: async () => ({ id: 0, name: 'whoever' }) }))
}
if (env.NEXT_PUBLIC_OIDC_ENABLED === 'true') {
  providers.push({
    id: 'oidc',
    name: env.OIDC_CUSTOM_NAME ?? 'OIDC',
    type: 'oauth',
    wellKnown: env.OIDC_WELLKNOWN_URL,
    authorization: { params: { scope: env.OIDC_SCOPES ?? 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state'],
    clientId: env.OIDC_CLIENT_ID,
    clientSecret: env.OIDC_CLIENT_SECRET,
    profile: (claims) => ({
      id: claims.sub,
      name: claims.name ?? claims.preferred_username,
      username: claims.preferred_username,
      email: claims.email,
    }),
  })
}
const options = { adapter, providers, session: { strategy: 'jwt' }, secret: env.NEXTAUTH_SECRET }
const base = new URL(env.NEXTAUTH_URL).pathname

const app = express()
app.use(express.urlencoded({ extended: false }))
app.use((request, response, next) => {
  const pairs = (request.headers.cookie ?? '').split('; ').filter(Boolean).map((pair) => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
  })
  request.cookies = Object.fromEntries(pairs)
  next()
})
app.use(base, (request, response) => {
  const query = { ...request.query, nextauth: request.path.split('/').filter(Boolean) }
  Object.defineProperty(request, 'query', { value: query })
  return NextAuth(request, response, options)
})
app.get('/', async (request, response) => {
  const session = await getServerSession(request, response, options)
  response.json({ user: session?.user ?? null, accounts: users.map((user) => user.email) })
})
app.listen(Number(env.PORT), '127.0.0.1')
