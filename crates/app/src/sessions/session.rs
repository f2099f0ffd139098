//! The browser's SSO session: the one place where a cookie becomes a person, and where sessions begin and end.

use super::service::Sessions;
use crate::{
    audit::{self, AuditEntry},
    caller::Caller,
    error::InternalError,
    settings::TOUCH_EVERY,
};
use doorstep_core::{
    id::{SessionId, UserId},
    model::{Amr, EventKind, Principal, Session},
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_store::{
    Conn, grants,
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
}

impl Sessions {
    /// Who a browser is, by its session cookie; `None` when it is nobody (any more).
    pub async fn signed_in(&self, cookie: Option<&Token>) -> Result<Option<SignedIn>, InternalError> {
        let Some(token) = cookie.filter(|t| t.kind() == TokenKind::Session) else { return Ok(None) };
        let found = sessions::with_principal(&mut self.context.db.read().await?, &token.hash()).await?;
        let Some((session, user, groups)) = found else { return Ok(None) };
        let now = self.context.now();
        if !session.is_alive(self.context.settings.session_idle, now) {
            return Ok(None);
        }
        let Some(principal) = Principal::active(user, groups) else { return Ok(None) };
        if now >= session.last_seen_at + TOUCH_EVERY {
            // Written down by the next flush: a page that is read waits for no writer.
            self.caches.gateway_sessions.note_use(&session.id, now);
        }
        Ok(Some(SignedIn { session, principal }))
    }

    /// Begins a session after a proof of identity; `None` when the account has been switched off since it
    /// was looked at. A session that the browser had before is renewed when it is the same person's (its
    /// id stays, its cookie changes) and ended when it is not (security row 39).
    pub(crate) async fn begin_session(
        &self,
        conn: &mut Conn,
        user: &UserId,
        amr: Amr,
        previous: Option<&Token>,
    ) -> Result<Option<NewSession>, InternalError> {
        // Held until the commit: who is being switched off at this moment is switched off before or after.
        users::lock(conn, user).await?;
        if users::by_id(conn, user).await?.is_none_or(|user| user.disabled_at.is_some()) {
            return Ok(None);
        }
        let now = self.context.now();
        let mut entropy = self.context.ambient.entropy();
        let token = Token::random(TokenKind::Session, &mut entropy);
        let max_age = self.context.settings.session_absolute;
        let mut session = Session {
            id: SessionId::random(&mut entropy),
            user: user.clone(),
            auth_time: now,
            amr,
            created_at: now,
            last_seen_at: now,
            expires_at: now + max_age,
        };
        if let Some(previous) = previous.filter(|t| t.kind() == TokenKind::Session)
            && let Some(old) = sessions::by_hash(conn, &previous.hash()).await?
        {
            let same = old.user == *user && old.is_alive(self.context.settings.session_idle, now);
            if same && sessions::renew(conn, &previous.hash(), &token.hash(), now, amr).await? {
                sessions::touch(conn, &old.id, now).await?;
                session.id = old.id;
                session.created_at = old.created_at;
                session.expires_at = old.expires_at;
                let max_age = old.expires_at.since(now);
                return Ok(Some(NewSession { token, session, max_age }));
            }
            self.drop_session(conn, &old.id).await?;
        }
        sessions::insert(conn, &token.hash(), &session).await?;
        Ok(Some(NewSession { token, session, max_age }))
    }

    /// Ends a session with everything that hangs off it: app sessions, and grants without `offline_access`.
    /// The session goes first, as everywhere: in PostgreSQL, two that take the same rows in different
    /// orders wait for each other.
    pub(crate) async fn drop_session(&self, conn: &mut Conn, id: &SessionId) -> Result<bool, InternalError> {
        let now = self.context.now();
        let ended = sessions::delete(conn, id).await?;
        grants::revoke_of_session(conn, id, now).await?;
        if ended {
            revocations::record(conn, RevocationKind::Session, id.as_str(), now).await?;
        }
        Ok(ended)
    }

    /// Signs a browser out.
    pub async fn sign_out(&self, signed_in: &SignedIn, caller: &Caller) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        if self.drop_session(&mut tx, &signed_in.session.id).await? {
            let user = signed_in.principal.user.id.as_str();
            audit::write(&mut tx, &self.context, caller, AuditEntry::new(EventKind::SignedOut, user, user)).await?;
        }
        tx.commit().await?;
        self.caches.catch_up().await
    }

    /// Signs a person out everywhere.
    pub async fn sign_out_everywhere(&self, user: &UserId, caller: &Caller) -> Result<usize, InternalError> {
        let mut tx = self.context.db.begin().await?;
        let now = self.context.now();
        let ended = sessions::delete_of_user(&mut tx, user).await?;
        for id in &ended {
            grants::revoke_of_session(&mut tx, id, now).await?;
        }
        revocations::record(&mut tx, RevocationKind::User, user.as_str(), now).await?;
        let happened =
            AuditEntry::new(EventKind::SignedOut, user.as_str(), user.as_str()).detail("where", "everywhere");
        audit::write(&mut tx, &self.context, caller, happened).await?;
        tx.commit().await?;
        self.caches.catch_up().await?;
        Ok(ended.len())
    }
}
