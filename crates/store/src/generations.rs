//! Counters by which other processes notice that something changed: each process holds a snapshot and the number at
//! which it was read.

use crate::{
    Conn, StoreError,
    sql::{GENERATION_BUMP, GENERATION_GET, GENERATION_PAIR, GENERATION_RAISE},
};

/// Raises a counter and returns its new value; the first is 1. Within a transaction it also makes others that
/// raise the same counter wait, so that numbers are given out in the order of commits.
pub async fn bump(conn: &mut Conn, name: &str) -> Result<i64, StoreError> {
    let row = conn.row(GENERATION_BUMP, &[name.into()]).await?;
    row.ok_or_else(|| StoreError::Corrupt { table: "generations", what: "a counter did not count".into() })?.int(0)
}

/// Raises a counter to a number; false where it stands there already, or higher. Of several processes that ask at once one
/// hears yes: what is done once for each number is done by that one.
pub async fn raise(conn: &mut Conn, name: &str, number: i64) -> Result<bool, StoreError> {
    Ok(conn.row(GENERATION_RAISE, &[name.into(), number.into()]).await?.is_some())
}

/// A counter's value; 0 before it was first raised.
pub async fn get(conn: &mut Conn, name: &str) -> Result<i64, StoreError> {
    conn.row(GENERATION_GET, &[name.into()]).await?.map_or(Ok(0), |row| row.int(0))
}

/// The values of two counters as one statement finds them.
pub async fn pair(conn: &mut Conn, names: [&str; 2]) -> Result<[i64; 2], StoreError> {
    let [first, second] = names;
    let mut values = [0, 0];
    for row in &mut conn.rows(GENERATION_PAIR, &[first.into(), second.into()]).await? {
        let (name, value) = (row.text(0)?, row.int(1)?);
        for (slot, wanted) in values.iter_mut().zip(names) {
            if name == wanted {
                *slot = value;
            }
        }
    }
    Ok(values)
}
