//! Signing in to an app that has no sign-in of its own: from the app's host to Doorstep and back.
//!
//! The browser leaves the app's host with a sealed state and a `__Host-ds_relay` cookie there; Doorstep
//! sees its SSO session and sends it back with a code of thirty seconds that only that browser, on that
//! host, can turn into a session (reference forward-auth.md §4.6).

use super::service::Gateway;
use crate::{
    audit::{self, AuditEntry, By},
    cache::ProtectedApps,
    error::InternalError,
    keyring::{AppSessionSeed, Sealed},
    sessions::SignedIn,
    settings::RELAY_CODE_TTL,
};
use doorstep_core::{
    access::Caller,
    gateway::{EntryWindow, ProtectedHost, RelayState, ReturnPath, Way, return_to},
    id::AppName,
    model::{AppSession, EventKind, Principal, RelayCode, Session},
    secret::{Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    Conn, StoreError, app_sessions, relay_codes,
    revocations::{self, RevocationKind},
    sessions, users,
};

/// Why a sign-in to a protected app did not come through.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The state was not made here, or was changed.
    #[error("the sign-in state cannot be read: it was not made here, or was changed")]
    State,
    /// The app is not declared (any more), or not on this host.
    #[error("the app is not guarded on this host")]
    NoApp,
    /// The person is in none of the app's groups.
    #[error("the person is not in a group that may use {0}")]
    NotAllowed(AppName),
    /// The session ended at this very moment.
    #[error("the session has ended")]
    SignedOut,
    /// The code is good, but this is not the browser that began, or not with the cookie that it began with.
    #[error("the code was made for another relay cookie")]
    OtherBrowser,
    /// The code is unknown, used, expired or for another host.
    #[error("the code is unknown, used, expired or for another host")]
    Code,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for RelayError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

/// A browser that came through to an app.
pub struct Entered {
    /// A session that has just begun; none when the browser held one of the same sign-in already.
    pub session: Option<NewAppSession>,
    /// Where to go on the app's host; absolute.
    pub location: String,
}

/// A session with an app that has just begun.
pub struct NewAppSession {
    /// The value of `__Host-ds_app`, shown once.
    pub token: Token,
    /// For `Max-Age`.
    pub max_age: Ttl,
    /// False when another tab of the same sign-in was given it a moment ago.
    pub is_first: bool,
}

/// What a browser brings to `/.doorstep/callback`.
#[derive(Clone, Default)]
pub struct Brought {
    /// Its relay cookies.
    pub relay: Vec<Token>,
    /// Its session with the app, if it has one.
    pub app: Option<Token>,
}

const RELAY_CONTEXT: &str = "relay state";

impl Gateway {
    /// A new value for `__Host-ds_relay`.
    pub fn new_relay_browser(&self) -> Token {
        Token::random(TokenKind::Relay, &mut self.context.ambient.entropy())
    }

    /// The address on Doorstep's host to which a browser is sent that has no session, or one that is not proof enough.
    pub fn relay_start_url(
        &self,
        host: &ProtectedHost<'_>,
        way: impl Into<Way>,
        browser: &Token,
        now: Timestamp,
    ) -> Result<String, InternalError> {
        let Way { path: return_path, proof } = way.into();
        let state = RelayState {
            app: host.app.clone(),
            host: host.host.to_string(),
            return_path,
            browser_hash: browser.hash(),
            issued_at: now,
            proof,
        };
        let text = state.to_text();
        let sealed = self.context.keyring.seal(
            Sealed::RelayState,
            RELAY_CONTEXT,
            text.as_bytes(),
            &mut self.context.ambient.entropy(),
        )?;
        Ok(format!("{}/fa/start?st={sealed}", self.context.settings.issuer))
    }

    /// Reads the state of a browser that arrives at `/fa/start`, however old it is.
    pub async fn open_relay_state(&self, sealed: &str) -> Result<RelayState, RelayError> {
        let plain =
            self.context.keyring.open(Sealed::RelayState, RELAY_CONTEXT, sealed).map_err(|_| RelayError::State)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| RelayError::State)?;
        let state = RelayState::from_text(text).map_err(|_| RelayError::State)?;
        let protected = self.caches.believed().await?;
        host_of(&protected, &state)?;
        Ok(state)
    }

    /// Where a signed-in person goes from `/fa/start`: to the app's host with a code. With an old state, whose cookie
    /// is gone by now, straight to the page, where a new sign-in begins that nobody sees.
    pub async fn go_back(&self, who: &SignedIn, state: &RelayState) -> Result<String, RelayError> {
        if state.is_fresh(self.context.now()) {
            return self.issue_relay_code(who, state).await;
        }
        let protected = self.caches.believed().await?;
        Ok(return_to(&host_open_to(who, &protected, state)?, &state.return_path))
    }

    /// Makes the code that carries a signed-in person to the app's host, and the address with it.
    pub async fn issue_relay_code(&self, who: &SignedIn, state: &RelayState) -> Result<String, RelayError> {
        let protected = self.caches.believed().await?;
        let host = host_open_to(who, &protected, state)?;
        let code = Token::random(TokenKind::RelayCode, &mut self.context.ambient.entropy());
        let row = RelayCode {
            session: who.session.id.clone(),
            user: who.principal.user.id.clone(),
            app: host.app.clone(),
            host: host.host.to_string(),
            browser_hash: state.browser_hash.to_text(),
            return_path: state.return_path.as_str().to_owned(),
            expires_at: self.context.now() + RELAY_CODE_TTL,
        };
        let written = relay_codes::insert(&mut self.context.db.write().await?, &code.hash(), &row).await;
        if matches!(written, Err(StoreError::MissingParent { .. })) {
            let is_there = self.sessions.is_there(&who.session.id).await?;
            return Err(if is_there { RelayError::NoApp } else { RelayError::SignedOut });
        }
        written?;
        Ok(format!("{}/.doorstep/callback?code={}", host.origin(), code.expose()))
    }

    /// Turns a code into a session with the app, once, for the browser that began.
    ///
    /// One try: the code is spent whether it serves or not. That is written down before the session is
    /// looked at, for whoever ends the session holds it while its codes go.
    pub async fn redeem_relay_code(
        &self,
        host: &ProtectedHost<'_>,
        code: &Token,
        brought: &Brought,
        caller: &Caller,
    ) -> Result<Entered, RelayError> {
        let now = self.context.now();
        let protected = self.caches.believed().await?;
        let row = relay_codes::consume(&mut self.context.db.write().await?, &code.hash(), now).await?;
        let Some(row) = row else {
            return Err(RelayError::Code);
        };
        // From one look: what is declared of the host, and the number under which it is.
        let host = protected.hosts().get(&host.host).filter(|now| now.app == host.app).ok_or(RelayError::Code)?;
        let mut tx = self.context.db.begin().await?;
        let began = brought.relay.iter().find(|cookie| row.browser_hash == cookie.hash().to_text());
        let Some(browser) = began else {
            return Err(RelayError::OtherBrowser);
        };
        let fits = row.host == host.host && row.app == host.app;
        let parent = if fits { self.live_parent(&mut tx, &host, &row).await? } else { None };
        let Some((parent, person)) = parent else { return Err(RelayError::Code) };
        let location = return_to(&host, &ReturnPath::from_text(&row.return_path));
        let expires_at = (now + self.context.settings.live().app_session).min(parent.expires_at);
        let session = AppSession { session: row.session, user: row.user, app: row.app, host: row.host, expires_at };
        // Ten tabs of one sign-in need one session.
        if let Some(held) = &brought.app
            && self.is_alive(&mut tx, held, &session).await?
        {
            return Ok(Entered { session: None, location });
        }
        let (token, is_first) = self.begin_app_session(&mut tx, (browser, protected.generation()), &session).await?;
        if is_first {
            let happened = AuditEntry::new(EventKind::AppSessionBegun, &session.app);
            audit::write(&mut tx, &self.context, By::of(&person, caller, now), happened).await?;
        }
        tx.commit().await?;
        Ok(Entered { session: Some(NewAppSession { token, max_age: expires_at.since(now), is_first }), location })
    }

    /// A session for the browser with this relay cookie, and whether it has just begun. Tabs that come back at one
    /// moment are given the same, on both sides of a window's end too.
    async fn begin_app_session(
        &self,
        conn: &mut Conn,
        (browser, declared): (&Token, i64),
        session: &AppSession,
    ) -> Result<(Token, bool), RelayError> {
        let window = EntryWindow::at(self.context.now(), self.context.settings.live().app_session);
        let token = |window| {
            let entry = AppSessionSeed { session: &session.session, host: &session.host, window, declared };
            self.context.keyring.app_session(browser, &entry).map_err(InternalError::from)
        };
        let earlier = token(window.before())?;
        if self.is_alive(conn, &earlier, session).await? {
            return Ok((earlier, false));
        }
        let token = token(window)?;
        match app_sessions::insert(conn, &token.hash(), session).await {
            // The session or the app ended at this very moment.
            Err(StoreError::MissingParent { .. }) => Err(RelayError::Code),
            done => Ok((token, done?)),
        }
    }

    /// Whether a token is that of a session with the same app, of the same sign-in, that is not over.
    async fn is_alive(&self, conn: &mut Conn, token: &Token, like: &AppSession) -> Result<bool, StoreError> {
        let Some((held, ..)) = app_sessions::with_principal(conn, &token.hash()).await? else { return Ok(false) };
        let same = held.session == like.session && held.app == like.app && held.host == like.host;
        Ok(same && self.context.now() < held.expires_at)
    }

    /// Where a browser goes on that holds a session with the app, whatever became of the code it came with.
    pub async fn inside(
        &self,
        host: &ProtectedHost<'_>,
        brought: &Brought,
        code: Option<&Token>,
    ) -> Result<Option<String>, InternalError> {
        let Some(token) = &brought.app else { return Ok(None) };
        let now = self.context.now();
        let session = self.look_up(&token.hash()).await?;
        if !session.is_some_and(|session| session.as_ref().as_ref().is_good_for(host, now)) {
            return Ok(None);
        }
        Ok(Some(self.way_back(host, code).await?))
    }

    /// The page that a code was to lead to, used or late; the app's start when that is not known.
    pub async fn way_back(&self, host: &ProtectedHost<'_>, code: Option<&Token>) -> Result<String, InternalError> {
        let known = match code {
            Some(code) => relay_codes::look(&mut self.context.db.read().await?, &code.hash()).await?,
            None => None,
        };
        let known = known.filter(|row| row.host == host.host && row.app == host.app);
        let path = known.map_or_else(ReturnPath::root, |row| ReturnPath::from_text(&row.return_path));
        Ok(return_to(host, &path))
    }

    /// The session that a code was made from and its person, if it is alive and they may still use the app.
    async fn live_parent(
        &self,
        conn: &mut Conn,
        host: &ProtectedHost<'_>,
        row: &RelayCode,
    ) -> Result<Option<(Session, Principal)>, StoreError> {
        let Some(parent) = sessions::by_id(conn, &row.session).await? else { return Ok(None) };
        let Some((user, groups)) = users::principal(conn, &row.user).await? else { return Ok(None) };
        let alive =
            parent.user == row.user && parent.is_alive(self.context.settings.live().session_idle, self.context.now());
        let person = Principal::active(user, groups, self.context.now())
            .filter(|person| host.may_enter(|allow| person.is_allowed(allow)));
        Ok(person.filter(|_| alive).map(|person| (parent, person)))
    }

    /// Ends a browser's session with one app and the SSO session above it: signing out of an app signs out everywhere.
    pub async fn sign_out_from_app(&self, cookie: &Token, caller: &Caller) -> Result<(), InternalError> {
        let hash = cookie.hash();
        let mut tx = self.context.db.begin().await?;
        if let Some((app_session, ..)) = app_sessions::with_principal(&mut tx, &hash).await?
            && self.sessions.drop_session(&mut tx, &app_session.session).await?
        {
            let user = &app_session.user;
            let happened = AuditEntry::new(EventKind::SignedOut, user).detail("at", app_session.app.as_str());
            audit::write(&mut tx, &self.context, By::new(user, caller, self.context.now()), happened).await?;
        }
        if app_sessions::delete(&mut tx, &hash).await? {
            revocations::record(&mut tx, RevocationKind::AppSession, &hash.to_text(), self.context.now())?;
        }
        tx.commit().await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }
}

/// The host that a state names, as long as it is that of its app.
fn host_of<'p>(protected: &'p ProtectedApps, state: &RelayState) -> Result<ProtectedHost<'p>, RelayError> {
    protected.hosts().get(&state.host).filter(|host| host.app == state.app).ok_or(RelayError::NoApp)
}

/// That host, for whoever may use the app.
fn host_open_to<'p>(
    who: &SignedIn,
    protected: &'p ProtectedApps,
    state: &RelayState,
) -> Result<ProtectedHost<'p>, RelayError> {
    let host = host_of(protected, state)?;
    let may = host.may_enter(|allow| who.principal.is_allowed(allow));
    if may { Ok(host) } else { Err(RelayError::NotAllowed(host.app.clone())) }
}
