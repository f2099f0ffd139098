// A relying party with express-openid-connect: `/` needs a sign-in and shows who is signed in.
// The library's own quickstart asks for an ID Token in the browser (the implicit flow): `/quickstart` does that.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import express from 'express'
import oidc from 'express-openid-connect'

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_SCOPES, APP_URL, LISTEN_PORT } = process.env
const quickstart = {
  issuerBaseURL: OIDC_ISSUER,
  baseURL: APP_URL,
  clientID: OIDC_CLIENT_ID,
  secret: randomBytes(32).toString('hex'),
  idpLogout: true,
}
const codeFlow = {
  ...quickstart,
  clientSecret: OIDC_CLIENT_SECRET,
  authorizationParams: { response_type: 'code', scope: OIDC_SCOPES },
}

const first = express()
const apart = { baseURL: `${APP_URL}/quickstart`, session: { name: 'quickstart' } }
first.use('/quickstart', oidc.auth({ ...quickstart, ...apart }))
const app = express()
app.use(oidc.auth(codeFlow))
app.get('/', (request, response) => response.json({ by: 'express-openid-connect', user: request.oidc.user }))
createServer((request, response) => (request.url.startsWith('/quickstart') ? first : app)(request, response)).listen(
  Number(LISTEN_PORT),
  '127.0.0.1',
)
