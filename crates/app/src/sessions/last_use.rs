//! Writing down when sessions were last used, so that idle time counts from there.

use super::service::Sessions;
use crate::error::InternalError;
use doorstep_store::sessions;
use std::collections::BTreeMap;

impl Sessions {
    /// Writes down which sessions were used, so that idle time counts from there.
    pub async fn flush_use(&self) -> Result<(), InternalError> {
        let used = self.caches.gateway_sessions.used_since_flush(self.context.now());
        if used.is_empty() {
            return Ok(());
        }
        // In one order, so that two replicas never wait for each other's rows.
        let used: BTreeMap<_, _> = used.into_iter().collect();
        let mut tx = self.context.db.begin().await?;
        for (session, at) in used {
            sessions::touch(&mut tx, &session, at).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
