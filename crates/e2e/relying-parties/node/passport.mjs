// A relying party with passport-openidconnect as it comes: it cannot send PKCE.
// `/passport/` begins; `/whoami` shows who is signed in.
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_REDIRECT_URI, LISTEN_PORT } = process.env

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: OIDC_ISSUER,
      authorizationURL: `${OIDC_ISSUER}/authorize`,
      tokenURL: `${OIDC_ISSUER}/token`,
      userInfoURL: `${OIDC_ISSUER}/userinfo`,
      clientID: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
      callbackURL: OIDC_REDIRECT_URI,
      scope: ['profile', 'email'],
    },
    (issuer, profile, done) => done(null, { email: profile.emails?.[0]?.value ?? '', name: profile.displayName }),
  ),
)
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))
app.use(passport.session())
app.get('/passport/', passport.authenticate('openidconnect'))
app.get(new URL(OIDC_REDIRECT_URI).pathname, passport.authenticate('openidconnect', { successRedirect: '/whoami' }))
app.get('/whoami', (request, response) => response.json({ email: request.user?.email ?? '', by: 'passport' }))
app.listen(Number(LISTEN_PORT), '127.0.0.1')
