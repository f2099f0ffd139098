// A relying party with Auth.js: `/auth/signin` has its button, `/` shows who is signed in.
import { ExpressAuth, getSession } from '@auth/express'
import express from 'express'

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, LISTEN_PORT } = process.env
process.env.AUTH_SECRET = 'only for this test, and long enough'
const config = {
  providers: [
    {
      id: 'doorstep',
      name: 'Doorstep',
      type: 'oidc',
      issuer: OIDC_ISSUER,
      clientId: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
    },
  ],
}

const app = express()
app.set('trust proxy', true)
app.use('/auth', ExpressAuth(config))
app.get('/', async (request, response) => {
  const session = await getSession(request, config)
  response.json({ by: 'Auth.js', user: session?.user ?? null })
})
app.listen(Number(LISTEN_PORT), '127.0.0.1')
