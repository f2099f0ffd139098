// A relying party that signs people in with npm openid-client, as an app's developer would write it.
// Settings come from the environment; `/` begins, `/callback` shows what was learned, as JSON.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import * as oidc from 'openid-client'

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_REDIRECT_URI, OIDC_SCOPES, LISTEN_PORT } = process.env
const redirectUri = new URL(OIDC_REDIRECT_URI)
const begun = new Map()

let discovered
const provider = () => (discovered ??= oidc.discovery(new URL(OIDC_ISSUER), OIDC_CLIENT_ID, OIDC_CLIENT_SECRET))

async function begin() {
  const config = await provider()
  const attempt = randomUUID()
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
  }
  begun.set(attempt, checks)
  const to = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri.href,
    scope: `${OIDC_SCOPES} offline_access`,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  return { status: 302, headers: { location: to.href, 'set-cookie': `attempt=${attempt}; Path=/; HttpOnly; SameSite=Lax` } }
}

async function finish(request) {
  const config = await provider()
  const attempt = /attempt=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  const checks = begun.get(attempt)
  begun.delete(attempt)
  const here = new URL(redirectUri)
  here.search = new URL(request.url, redirectUri).search
  const tokens = await oidc.authorizationCodeGrant(config, here, { ...checks, idTokenExpected: true })
  const claims = tokens.claims()
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
  let refreshed = null
  if (tokens.refresh_token) {
    const again = await oidc.refreshTokenGrant(config, tokens.refresh_token)
    await oidc.fetchUserInfo(config, again.access_token, claims.sub)
    refreshed = true
  }
  const signOut = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token }).href
  return json(200, { library: 'openid-client', claims, userinfo, refreshed, signOut })
}

const json = (status, value) => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) })

createServer(async (request, response) => {
  let answer
  try {
    const path = new URL(request.url, redirectUri).pathname
    if (path === '/') answer = await begin()
    else if (path === redirectUri.pathname) answer = await finish(request)
    else answer = json(404, { error: 'not here' })
  } catch (error) {
    console.error(error)
    answer = json(500, { error: String(error), cause: String(error.cause?.error ?? error.cause ?? '') })
  }
  response.writeHead(answer.status, answer.headers).end(answer.body)
}).listen(Number(LISTEN_PORT), '127.0.0.1')
