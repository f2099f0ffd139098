//! The stories of refused requests, kept for `doorstep explain`.

use crate::{
    Conn, StoreError,
    row::json_text,
    sql::{REFUSAL_COUNT, REFUSAL_GET, REFUSAL_INSERT},
};
use doorstep_core::{model::Refusal, time::Timestamp};

/// Keeps a story until `expires_at`.
pub async fn insert(conn: &mut Conn, refusal: &Refusal, expires_at: Timestamp) -> Result<(), StoreError> {
    let story = json_text("refusals", refusal)?;
    conn.execute(REFUSAL_INSERT, &[(&refusal.reference).into(), (&story).into(), expires_at.into()]).await.map(|_| ())
}

/// The story with this reference.
pub async fn by_reference(conn: &mut Conn, reference: &str) -> Result<Option<Refusal>, StoreError> {
    conn.row(REFUSAL_GET, &[reference.into()]).await?.as_mut().map(|row| row.json(0)).transpose()
}

/// How many stories there are.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.row(REFUSAL_COUNT, &[]).await?.map_or(Ok(0), |row| row.int(0))
}
