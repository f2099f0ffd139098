//! Sign-ins at upstreams that are under way: each row can be taken once.

use crate::{
    Conn, StoreError,
    sql::{AWAY_INSERT, AWAY_TAKE},
};
use doorstep_core::{model::SignInAway, secret::SecretHash};

/// Keeps one under the hash of its state.
pub async fn insert(conn: &mut Conn, state: &SecretHash, away: &SignInAway) -> Result<(), StoreError> {
    let hash = state.to_text();
    let values = [
        (&hash).into(),
        away.upstream.as_str().into(),
        (&away.browser_hash).into(),
        (&away.sealed).into(),
        away.expires_at.into(),
    ];
    conn.execute(AWAY_INSERT, &values).await.map(|_| ())
}

/// Takes one out, whether it has expired or not: the caller looks. Only one caller ever gets it.
pub async fn take(conn: &mut Conn, state: &SecretHash) -> Result<Option<SignInAway>, StoreError> {
    let Some(mut row) = conn.row(AWAY_TAKE, &[(&state.to_text()).into()]).await? else { return Ok(None) };
    Ok(Some(SignInAway {
        upstream: row.parsed(0, "an upstream's name")?,
        browser_hash: row.text(1)?,
        sealed: row.text(2)?,
        expires_at: row.time(3)?,
    }))
}
