//! Counters of attempts in fixed windows, shared by all processes.

use crate::{
    Conn, StoreError,
    sql::{LIMIT_CLEAR, LIMIT_GIVE_BACK, LIMIT_HIT},
};
use doorstep_core::time::{Timestamp, Ttl};

/// Counts an attempt and returns how many there were in the window, this one included. The window begins with
/// the first attempt after the last one ended.
pub async fn hit(conn: &mut Conn, key: &str, now: Timestamp, window: Ttl) -> Result<i64, StoreError> {
    let row = conn.row(LIMIT_HIT, &[key.into(), now.into(), (now + window).into()]).await?;
    row.ok_or_else(|| StoreError::Corrupt { table: "rate_limits", what: "a counter did not count".into() })?.int(0)
}

/// Takes back one attempt of the window that runs: it came to nothing that is limited.
pub async fn give_back(conn: &mut Conn, key: &str, now: Timestamp) -> Result<(), StoreError> {
    conn.execute(LIMIT_GIVE_BACK, &[key.into(), now.into()]).await.map(|_| ())
}

/// Forgets the attempts.
pub async fn clear(conn: &mut Conn, key: &str) -> Result<(), StoreError> {
    conn.execute(LIMIT_CLEAR, &[key.into()]).await.map(|_| ())
}
