//! A person's own sessions, in this browser and in others, and what the log says of their account.

use super::{own::Own, service::Sessions};
use crate::{
    again::again,
    audit::{self, AuditEntry},
    error::InternalError,
};
use doorstep_core::{
    id::SessionId,
    model::{EventKind, Place, Session},
};
use doorstep_store::{
    audit::{AuditLine, of_person},
    sessions, users,
};

/// How many lines of the log a person is shown.
const LINES: u16 = 50;

/// One of the person's sessions that is alive.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// The session.
    pub session: Session,
    /// Where it began.
    pub place: Place,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl Sessions {
    /// The person's sessions that are alive, the one that was used last first.
    pub async fn own_sessions(&self, own: &Own<'_>) -> Result<Vec<OwnSession>, InternalError> {
        let all = sessions::of_user(&mut self.context.db.read().await?, own.user()).await?;
        let (now, idle) = (own.act.now(), self.context.settings.live().session_idle);
        let alive = all.into_iter().filter(|(session, _)| session.is_alive(idle, now));
        let this = &own.who.session.id;
        let mut alive: Vec<_> =
            alive.map(|(session, place)| OwnSession { is_this: session.id == *this, session, place }).collect();
        alive.sort_by_key(|one| (!one.is_this, std::cmp::Reverse(one.session.last_seen_at)));
        Ok(alive)
    }

    /// What the log says of the person, newest first.
    pub async fn own_activity(&self, own: &Own<'_>) -> Result<Vec<AuditLine>, InternalError> {
        Ok(of_person(&mut self.context.db.read().await?, own.user(), LINES).await?)
    }

    /// Ends one of the person's sessions, with all that hangs off it; false when they have none of this id.
    pub async fn end_own_session(&self, own: &Own<'_>, id: &SessionId) -> Result<bool, InternalError> {
        let ended = again(|| self.leave_one(own, id)).await?;
        self.caches.catch_up_after_commit().await;
        Ok(ended)
    }

    async fn leave_one(&self, own: &Own<'_>, id: &SessionId) -> Result<bool, InternalError> {
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, own.user()).await?;
        let is_own = sessions::by_id(&mut tx, id).await?.is_some_and(|session| session.user == *own.user());
        if !is_own || !self.drop_session(&mut tx, id).await? {
            return Ok(false);
        }
        let happened = AuditEntry::new(EventKind::SignedOut, own.user()).detail("where", "one session");
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        tx.commit().await?;
        Ok(true)
    }
}
