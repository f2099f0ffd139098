//! The browser's SSO session: the one place where a cookie becomes a person, and where sessions begin and end.

use super::{own::Own, service::Sessions};
use crate::{
    again::again,
    audit::{self, AuditEntry, By},
    error::InternalError,
    settings::TOUCH_EVERY,
};
use doorstep_core::{
    access::Caller,
    id::{SessionId, UserId},
    model::{Amr, EventKind, LinkPurpose, Principal, Session},
    secret::{Token, TokenKind},
    time::{Timestamp, Ttl},
};
use doorstep_store::{
    Conn, grants,
    known_browsers::{self, Familiar},
    links,
    revocations::{self, RevocationKind},
    sessions, users,
};

/// A person with a live session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person, active, with today's groups.
    pub principal: Principal,
}

/// A session that has just begun: the cookie's value, shown once.
pub struct NewSession {
    /// The value of `__Host-ds_session`.
    pub token: Token,
    /// The session.
    pub session: Session,
    /// For `Max-Age`.
    pub max_age: Ttl,
    /// The value of `__Host-ds_browser`, for a browser that came without.
    pub browser: Option<Token>,
    /// How the account knew the browser.
    pub(crate) familiar: Familiar,
}

impl Sessions {
    /// Who a browser is, by its session cookie; `None` when it is nobody (any more).
    pub async fn signed_in(&self, cookie: Option<&Token>) -> Result<Option<SignedIn>, InternalError> {
        let Some(token) = cookie.filter(|t| t.kind() == TokenKind::Session) else { return Ok(None) };
        let found = sessions::with_principal(&mut self.context.db.read().await?, &token.hash()).await?;
        let Some((session, user, groups)) = found else { return Ok(None) };
        let now = self.context.now();
        if !session.is_alive(self.context.settings.live().session_idle, now) {
            return Ok(None);
        }
        let Some(principal) = Principal::active(user, groups, now) else { return Ok(None) };
        if now >= session.last_seen_at + TOUCH_EVERY {
            // Written down by the next flush: a page that is read waits for no writer.
            self.caches.gateway_sessions.note_use(&session.id, now);
        }
        Ok(Some(SignedIn { session, principal }))
    }

    /// Begins a session after a proof of identity; `None` when the account has been disabled since it
    /// was looked at. Each proof makes a session of its own, with an id of its own: a session that the browser
    /// had before ends, whosever it was, with all that somebody else may have made of it (security row 39).
    pub(crate) async fn begin_session(
        &self,
        conn: &mut Conn,
        user: &UserId,
        (amr, caller): (Amr, &Caller),
        previous: Option<&Token>,
    ) -> Result<Option<NewSession>, InternalError> {
        self.begin_session_proved_at(conn, user, (amr, self.context.now(), caller), previous).await
    }

    /// The same where the person proved at another time who they are: at an upstream, before they came back.
    pub(crate) async fn begin_session_proved_at(
        &self,
        conn: &mut Conn,
        user: &UserId,
        (amr, auth_time, caller): (Amr, Timestamp, &Caller),
        previous: Option<&Token>,
    ) -> Result<Option<NewSession>, InternalError> {
        let now = self.context.now();
        // Held until the commit: who is being disabled at this moment is disabled before or after.
        if !users::lock_active(conn, user, now).await? {
            return Ok(None);
        }
        let mut entropy = self.context.ambient.entropy();
        let token = Token::random(TokenKind::Session, &mut entropy);
        let max_age = self.context.settings.live().session_absolute;
        let session = Session {
            id: SessionId::random(&mut entropy),
            user: user.clone(),
            auth_time,
            amr,
            created_at: now,
            last_seen_at: now,
            expires_at: now + max_age,
        };
        if let Some(previous) = previous.filter(|t| t.kind() == TokenKind::Session)
            && let Some(old) = sessions::by_hash(conn, &previous.hash()).await?
        {
            self.drop_session(conn, &old.id).await?;
        }
        sessions::insert(conn, &token.hash(), &session, &caller.place()).await?;
        let (known_by, browser) = if let Some(hash) = caller.browser {
            (hash, None)
        } else {
            let token = Token::random(TokenKind::Browser, &mut entropy);
            (token.hash(), Some(token))
        };
        let familiar = known_browsers::note(conn, user, &known_by, now).await?;
        Ok(Some(NewSession { token, session, max_age, browser, familiar }))
    }

    /// Ends a session with everything that hangs off it: app sessions, and grants without `offline_access`.
    /// The session goes first, as everywhere: in PostgreSQL, two that take the same rows in different
    /// orders wait for each other.
    pub(crate) async fn drop_session(&self, conn: &mut Conn, id: &SessionId) -> Result<bool, InternalError> {
        let now = self.context.now();
        let ended = sessions::delete(conn, id).await?;
        grants::revoke_of_session(conn, id, now).await?;
        if ended {
            revocations::record(conn, RevocationKind::Session, id.as_str(), now)?;
        }
        Ok(ended)
    }

    /// Ends every session of a person but `kept`, with all that hangs off them, and every grant that was not made
    /// in the one that is kept: what somebody else may have made of a way to sign in that is now another.
    pub(crate) async fn end_others(
        &self,
        conn: &mut Conn,
        user: &UserId,
        kept: Option<&SessionId>,
    ) -> Result<usize, InternalError> {
        let now = self.context.now();
        // Whoever takes several rows of a person takes the person first.
        users::lock(conn, user).await?;
        let ended = match kept {
            Some(kept) => sessions::delete_others(conn, user, kept).await?,
            None => sessions::delete_of_user(conn, user).await?,
        };
        // A passkey that somebody else was about to make is not made any more.
        links::void_of_user_for(conn, (user, LinkPurpose::Add), now).await?;
        match kept {
            Some(kept) => grants::revoke_others(conn, user, kept, now).await?,
            None => grants::revoke_of_user(conn, user, now).await?,
        };
        revocations::record(conn, RevocationKind::User, user.as_str(), now)?;
        Ok(ended.len())
    }

    /// Whether the session is still there, inside the transaction that relies on it.
    pub(crate) async fn still_there(&self, conn: &mut Conn, session: &SessionId) -> Result<bool, InternalError> {
        Ok(sessions::by_id(conn, session).await?.is_some())
    }

    /// Whether the session is still there at this moment.
    pub(crate) async fn is_there(&self, session: &SessionId) -> Result<bool, InternalError> {
        self.still_there(&mut self.context.db.read().await?, session).await
    }

    /// Signs a browser out.
    pub async fn sign_out(&self, signed_in: &SignedIn, caller: &Caller) -> Result<(), InternalError> {
        again(|| self.leave(signed_in, caller)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(())
    }

    async fn leave(&self, signed_in: &SignedIn, caller: &Caller) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        if self.drop_session(&mut tx, &signed_in.session.id).await? {
            let user = &signed_in.principal.user.id;
            let by = By::new(user, caller, self.context.now());
            audit::write(&mut tx, &self.context, by, AuditEntry::new(EventKind::SignedOut, user)).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn leave_everywhere(&self, own: &Own<'_>) -> Result<usize, InternalError> {
        let user = own.user();
        let mut tx = self.context.db.begin().await?;
        let ended = self.end_others(&mut tx, user, None).await?;
        let happened = AuditEntry::new(EventKind::SignedOut, user).detail("where", "everywhere");
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        tx.commit().await?;
        Ok(ended)
    }

    /// Signs a person out everywhere: every browser and every app, `offline_access` included.
    pub async fn sign_out_everywhere(&self, own: &Own<'_>) -> Result<usize, InternalError> {
        let ended = again(|| self.leave_everywhere(own)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(ended)
    }
}
