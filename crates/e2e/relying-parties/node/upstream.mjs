// A provider that we did not write (npm `oidc-provider`), with its own pages for signing in. Whoever signs in is who they
// say; `grace.kin` is in the group `kin`. LISTEN_PORT, CLIENT_SECRET and REDIRECT_URI come from the test.
import Provider from 'oidc-provider'

const { LISTEN_PORT, CLIENT_SECRET, REDIRECT_URI } = process.env
const issuer = `http://127.0.0.1:${LISTEN_PORT}`

const provider = new Provider(issuer, {
  clients: [{ client_id: 'doorstep', client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
  claims: {
    openid: ['sub'],
    email: ['email', 'email_verified'],
    profile: ['name', 'preferred_username', 'groups'],
  },
  cookies: { keys: ['only for tests'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `Somebody called ${id}`,
      preferred_username: id,
      // The address of the instance's administrator, for everybody: it must lead to nobody's account.
      email: 'ada@home.test',
      email_verified: true,
      groups: id.split('.').slice(1),
    }),
  }),
  // What is asked for is given, without a further page.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  },
})
provider.on('server_error', (_, error) => console.error(error))
provider.listen(Number(LISTEN_PORT), '127.0.0.1')
