// An app on a television, which signs people in with npm openid-client by a code that they type on another device.
// `/begin` asks for a code and polls with it in the background; `/state` says what became of that.
import { createServer } from 'node:http'
import * as oidc from 'openid-client'

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_SCOPES, LISTEN_PORT } = process.env

let state = { waiting: false }

async function begin() {
  const config = await oidc.discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, undefined, oidc.None())
  const scope = OIDC_SCOPES.split(' ').filter((name) => name !== 'offline_access').join(' ')
  const begun = await oidc.initiateDeviceAuthorization(config, { scope })
  state = { waiting: true }
  oidc
    .pollDeviceAuthorizationGrant(config, begun)
    .then(async (tokens) => {
      const { sub } = tokens.claims()
      state = { userinfo: await oidc.fetchUserInfo(config, tokens.access_token, sub), claims: tokens.claims() }
    })
    .catch((error) => {
      state = { error: error.error ?? String(error) }
    })
  return begun
}

createServer(async (request, response) => {
  try {
    const answer = request.url === '/begin' ? await begin() : state
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  } catch (error) {
    console.error(error)
    response.writeHead(500).end(String(error))
  }
}).listen(Number(LISTEN_PORT), '127.0.0.1')
