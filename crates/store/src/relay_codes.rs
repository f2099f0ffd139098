//! The single-use codes that carry a sign-in to a protected app's host.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{RELAY_CONSUME, RELAY_INSERT, RELAY_LOOK},
};
use doorstep_core::{model::RelayCode, secret::SecretHash, time::Timestamp};

/// Keeps a code under its hash.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, code: &RelayCode) -> Result<(), StoreError> {
    let hash = hash.to_text();
    let values = [
        (&hash).into(),
        (&code.session).into(),
        (&code.user).into(),
        (&code.app).into(),
        (&code.host).into(),
        (&code.browser_hash).into(),
        (&code.return_path).into(),
        code.expires_at.into(),
    ];
    conn.execute(RELAY_INSERT, &values).await.map(|_| ())
}

/// Uses a code up. `None` when it is unknown, used already or past its end; only one caller ever gets it.
pub async fn consume(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<Option<RelayCode>, StoreError> {
    conn.row(RELAY_CONSUME, &[(&hash.to_text()).into(), now.into()]).await?.map(read).transpose()
}

/// What a code was for, whether it was used or is past its end; until it is swept.
pub async fn look(conn: &mut Conn, hash: &SecretHash) -> Result<Option<RelayCode>, StoreError> {
    conn.row(RELAY_LOOK, &[(&hash.to_text()).into()]).await?.map(read).transpose()
}

fn read(mut row: Row) -> Result<RelayCode, StoreError> {
    Ok(RelayCode {
        session: row.parsed(0, "a session id")?,
        user: row.parsed(1, "a user id")?,
        app: row.parsed(2, "an app's name")?,
        host: row.text(3)?,
        browser_hash: row.text(4)?,
        return_path: row.text(5)?,
        expires_at: row.time(6)?,
    })
}
