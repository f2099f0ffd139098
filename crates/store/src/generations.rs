//! Counters that tell other processes that something changed: each holds a snapshot and the number it was read at.

use crate::{
    Conn, StoreError,
    sql::{GENERATION_BUMP, GENERATION_GET},
};

/// Raises a counter and returns its new value; the first is 1. Within a transaction it also makes others that
/// raise the same counter wait, so that numbers are given out in the order of commits.
pub async fn bump(conn: &mut Conn, name: &str) -> Result<i64, StoreError> {
    let row = conn.row(GENERATION_BUMP, &[name.into()]).await?;
    row.ok_or_else(|| StoreError::Corrupt { table: "generations", what: "a counter did not count".into() })?.int(0)
}

/// A counter's value; 0 before it was first raised.
pub async fn get(conn: &mut Conn, name: &str) -> Result<i64, StoreError> {
    conn.row(GENERATION_GET, &[name.into()]).await?.map_or(Ok(0), |row| row.int(0))
}
