//! The session of a browser with one protected app: warm in memory, or loaded.

use super::service::Gateway;
use crate::{cache::CachedSession, error::InternalError};
use doorstep_core::{gateway::SessionView, model::Principal, secret::SecretHash, time::Timestamp};
use doorstep_store::app_sessions;

impl Gateway {
    /// A session that is in memory and may be believed; marks it as used. Reads and writes nothing.
    pub fn warm(&self, hash: &SecretHash, now: Timestamp) -> Option<CachedSession> {
        self.caches.gateway_sessions.warm(hash, self.context.settings.live().session_idle, now)
    }

    /// Loads an app session that is not warm: live account, live parent, not idle. Keeps it unless the
    /// log moved meanwhile.
    pub async fn load(&self, hash: &SecretHash) -> Result<Option<CachedSession>, InternalError> {
        let as_of = self.caches.gateway_sessions.moves();
        let found = app_sessions::with_principal(&mut self.context.db.read().await?, hash).await?;
        let Some((app_session, parent, user, groups)) = found else { return Ok(None) };
        let now = self.context.now();
        if !parent.is_alive(self.context.settings.live().session_idle, now) || now >= app_session.expires_at {
            return Ok(None);
        }
        let Some(principal) = Principal::active(user, groups) else { return Ok(None) };
        let Some(view) = SessionView::of(&app_session, &parent, &principal) else { return Ok(None) };
        Ok(Some(self.caches.gateway_sessions.keep(*hash, (view, &app_session.session), as_of, now)))
    }
}
