//! The reports of refused requests, kept for `doorstep explain`.

use crate::{
    Conn, StoreError,
    row::json_text,
    sql::{REFUSAL_COUNT, REFUSAL_GET, REFUSAL_INSERT, REFUSAL_KEEP_NEWEST},
};
use doorstep_core::{model::Refusal, time::Timestamp};

/// Keeps a report until `expires_at`.
pub async fn insert(conn: &mut Conn, refusal: &Refusal, expires_at: Timestamp) -> Result<(), StoreError> {
    let report = json_text("refusals", refusal)?;
    conn.execute(REFUSAL_INSERT, &[(&refusal.reference).into(), (&report).into(), expires_at.into()]).await.map(|_| ())
}

/// The report with this reference.
pub async fn by_reference(conn: &mut Conn, reference: &str) -> Result<Option<Refusal>, StoreError> {
    conn.row(REFUSAL_GET, &[reference.into()]).await?.as_mut().map(|row| row.json(0)).transpose()
}

/// Removes all but the newest `keep`, at most ten thousand at a time. Two at once remove no more than one.
pub async fn keep_newest(conn: &mut Conn, keep: i64) -> Result<i64, StoreError> {
    conn.execute(REFUSAL_KEEP_NEWEST, &[keep.into(), 10_000.into()]).await
}

/// How many reports there are.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.row(REFUSAL_COUNT, &[]).await?.map_or(Ok(0), |row| row.int(0))
}
