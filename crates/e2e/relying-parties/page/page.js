// An app that is a page in a browser and has no server: npm oidc-client-ts redeems the code, asks UserInfo and renews.
// `page` is the library's own object, which a test drives; what was learned stands in the page as JSON.
const { issuer, client } = document.documentElement.dataset
const here = location.origin
const page = new oidc.UserManager({
  authority: issuer,
  client_id: client,
  redirect_uri: `${here}/callback`,
  silent_redirect_uri: `${here}/silent`,
  post_logout_redirect_uri: `${here}/`,
  scope: 'openid profile email groups offline_access',
  loadUserInfo: true,
  automaticSilentRenew: false,
})
globalThis.page = page

const show = (value) => {
  const output = document.createElement('output')
  output.textContent = JSON.stringify(value)
  document.body.append(output)
}
if (location.pathname === '/callback') {
  page.signinCallback().then(({ profile }) => show({ profile }), (error) => show({ error: String(error) }))
} else if (location.pathname === '/silent') {
  page.signinSilentCallback()
}
