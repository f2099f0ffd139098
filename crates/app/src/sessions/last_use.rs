//! Writing down when sessions were last used, a part at a time.

use super::service::Sessions;
use crate::error::InternalError;
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
        while !used.is_empty() {
            let (some, rest) = used.split_at(used.len().min(IN_ONE_TRANSACTION));
            if let Err(error) = self.write_use(some).await {
                gateway_sessions.give_back(used);
                return Err(error);
            }
            used = rest.to_vec();
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
