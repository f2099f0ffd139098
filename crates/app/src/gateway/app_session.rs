//! The session of a browser with one protected app: warm in memory, or loaded.

use super::service::Gateway;
use crate::{
    cache::{CachedSession, Limited},
    error::InternalError,
};
use doorstep_core::{gateway::SessionView, limit::Source, model::Principal, secret::SecretHash, time::Timestamp};
use doorstep_store::app_sessions;

const NO_LINE: InternalError = InternalError::Missing("the line of unknown app sessions");

impl Gateway {
    /// A session that is in memory and may be believed; marks it as used. Reads and writes nothing.
    pub fn warm(&self, hash: &SecretHash, now: Timestamp) -> Option<CachedSession> {
        self.caches.gateway_sessions.warm(hash, self.context.settings.live().session_idle, now)
    }

    /// Loads an app session that is not warm: live account, live parent, not idle. Keeps it unless the
    /// log moved meanwhile. Whoever brought many cookies that are nobody's waits for others who did, so that they take
    /// the readers of the database from nobody; a right cookie is never refused for that (security rows 86 and 87).
    pub async fn load(&self, hash: &SecretHash, source: &Source) -> Result<Option<CachedSession>, InternalError> {
        let counted = self.allowances.take(Limited::AppSession, source).is_ok();
        let _turn = if counted { None } else { Some(self.turns.acquire().await.map_err(|_| NO_LINE)?) };
        let found = self.look_up(hash).await?;
        if found.is_some() && counted {
            self.allowances.give_back(Limited::AppSession, source);
        }
        Ok(found)
    }

    /// The same without a limit, where one is kept already.
    pub(super) async fn look_up(&self, hash: &SecretHash) -> Result<Option<CachedSession>, InternalError> {
        let as_of = self.caches.gateway_sessions.moves();
        let found = app_sessions::with_principal(&mut self.context.db.read().await?, hash).await?;
        let Some((app_session, parent, user, groups)) = found else { return Ok(None) };
        let now = self.context.now();
        if !parent.is_alive(self.context.settings.live().session_idle, now) || now >= app_session.expires_at {
            return Ok(None);
        }
        let Some(principal) = Principal::active(user, groups, now) else { return Ok(None) };
        let Some(view) = SessionView::of(&app_session, &parent, &principal) else { return Ok(None) };
        Ok(Some(self.caches.gateway_sessions.keep(*hash, (view, &app_session.session), as_of, now)))
    }
}
