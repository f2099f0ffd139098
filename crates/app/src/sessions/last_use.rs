//! Writing down when sessions were last used, a part at a time.

use super::service::Sessions;
use crate::{
    cache::{GatewaySessions, Use},
    error::InternalError,
};
use doorstep_core::{id::SessionId, time::Timestamp};
use doorstep_store::sessions::{TOUCHED_AT_ONCE, touch_some};

/// Sessions that one transaction writes down: few enough that nobody waits long for the writer.
const IN_ONE_TRANSACTION: usize = 32 * TOUCHED_AT_ONCE;

impl Sessions {
    /// Writes down which sessions were used, so that idle time counts from there. What could not be written is
    /// written the next time.
    pub async fn flush_use(&self) -> Result<(), InternalError> {
        let gateway_sessions = &self.caches.gateway_sessions;
        let noted = gateway_sessions.take_noted().into_iter().collect();
        let mut unwritten = Unwritten { gateway_sessions, noted };
        while !unwritten.noted.is_empty() {
            let first = unwritten.noted.len().saturating_sub(IN_ONE_TRANSACTION);
            self.write_use(unwritten.noted.get(first..).unwrap_or_default().to_vec()).await?;
            unwritten.noted.truncate(first);
        }
        // A part that is written is marked so at once: a flush that is given up in the middle goes on there the next
        // time.
        let mut used = gateway_sessions.unwritten();
        loop {
            let some: Vec<_> = used.by_ref().take(IN_ONE_TRANSACTION).collect();
            if some.is_empty() {
                break;
            }
            self.write_use(some.iter().map(|used| (used.id.clone(), used.at)).collect()).await?;
            some.iter().for_each(Use::written);
        }
        gateway_sessions.tidy();
        Ok(())
    }

    async fn write_use(&self, mut used: Vec<(SessionId, Timestamp)>) -> Result<(), InternalError> {
        // In one order, so that two replicas seldom wait for each other's rows; each session once, with its latest use,
        // because of two values for one row a statement takes either.
        used.sort_unstable_by(|(a, used), (b, other)| a.cmp(b).then(other.cmp(used)));
        used.dedup_by(|(later, _), (kept, _)| later == kept);
        let mut tx = self.context.db.begin().await?;
        for some in used.chunks(TOUCHED_AT_ONCE) {
            touch_some(&mut tx, some).await?;
        }
        tx.commit().await?;
        // Whoever waits for the writer comes first.
        tokio::task::yield_now().await;
        Ok(())
    }
}

/// What was noted and is not written down yet. It is kept for the next time, also when this one is given up in the
/// middle.
struct Unwritten<'a> {
    gateway_sessions: &'a GatewaySessions,
    noted: Vec<(SessionId, Timestamp)>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        if !self.noted.is_empty() {
            self.gateway_sessions.give_back(self.noted.drain(..));
        }
    }
}
