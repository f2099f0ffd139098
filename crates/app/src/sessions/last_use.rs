//! Writing down when sessions were last used, a part at a time.

use super::service::Sessions;
use crate::{cache::GatewaySessions, error::InternalError};
use doorstep_core::{id::SessionId, time::Timestamp};
use doorstep_store::sessions::{TOUCHED_AT_ONCE, touch_some};

/// Sessions that one transaction writes down: few enough that nobody waits long for the writer.
const IN_ONE_TRANSACTION: usize = 32 * TOUCHED_AT_ONCE;

impl Sessions {
    /// Writes down which sessions were used, so that idle time counts from there. What could not be written is
    /// kept for the next time.
    pub async fn flush_use(&self) -> Result<(), InternalError> {
        let gateway_sessions = &self.caches.gateway_sessions;
        let mut used: Vec<_> = gateway_sessions.used_since_flush(self.context.now()).into_iter().collect();
        // In one order, so that two replicas seldom wait for each other's rows.
        used.sort_unstable();
        let mut unwritten = Unwritten { gateway_sessions, used };
        while !unwritten.used.is_empty() {
            let some = unwritten.used.len().min(IN_ONE_TRANSACTION);
            self.write_use(unwritten.used.get(..some).unwrap_or_default()).await?;
            unwritten.used.drain(..some);
            // Whoever waits for the writer comes first.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    async fn write_use(&self, used: &[(SessionId, Timestamp)]) -> Result<(), InternalError> {
        let mut tx = self.context.db.begin().await?;
        for some in used.chunks(TOUCHED_AT_ONCE) {
            touch_some(&mut tx, some).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// What is not written down yet. It is kept for the next time, also when this one is given up in the middle.
struct Unwritten<'a> {
    gateway_sessions: &'a GatewaySessions,
    used: Vec<(SessionId, Timestamp)>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        if !self.used.is_empty() {
            self.gateway_sessions.give_back(self.used.drain(..));
        }
    }
}
