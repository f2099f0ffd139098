//! Authenticator apps: what is known of each, its sealed secret, and which of its codes has counted.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{TOTP_DELETE, TOTP_DELETE_OF_USER, TOTP_INSERT, TOTP_OF_USER, TOTP_RESEAL, TOTP_SEALED, TOTP_TOLD, TOTP_USE},
};
use doorstep_core::{
    id::{TotpKeyId, UserId},
    model::TotpKey,
    time::Timestamp,
    totp::TimeStep,
};

/// Keeps an authenticator app that has shown a right code, of this time step.
pub async fn insert(conn: &mut Conn, key: &TotpKey, (sealed, shown): (&str, TimeStep)) -> Result<(), StoreError> {
    let values = [
        (&key.id).into(),
        (&key.user).into(),
        (&key.name).into(),
        key.created_at.into(),
        key.last_used_at.into(),
        sealed.into(),
        shown.number().into(),
    ];
    conn.execute(TOTP_INSERT, &values).await.map(|_| ())
}

/// The authenticator apps of an account, oldest first, each with its sealed secret.
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<(TotpKey, String)>, StoreError> {
    let read = |row: &mut Row| {
        let key = TotpKey {
            id: row.parsed(0, "the id of an authenticator app")?,
            user: row.parsed(1, "a user id")?,
            name: row.text(2)?,
            created_at: row.time(3)?,
            last_used_at: row.opt_time(4)?,
        };
        Ok((key, row.text(5)?))
    };
    conn.rows(TOTP_OF_USER, &[user.into()]).await?.iter_mut().map(read).collect()
}

/// Counts a code of this time step; false when that step has counted, or one after it, or it was told of. Only one caller
/// is ever told true (RFC 6238 §5.2).
pub async fn consume(conn: &mut Conn, id: &TotpKeyId, step: TimeStep, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(TOTP_USE, &[id.into(), step.number().into(), now.into()]).await? > 0)
}

/// Notes that somebody was told of this time step that a code is of it: whoever guessed that code gets nothing by it.
pub async fn told(conn: &mut Conn, id: &TotpKeyId, step: TimeStep) -> Result<(), StoreError> {
    conn.execute(TOTP_TOLD, &[id.into(), step.number().into()]).await.map(|_| ())
}

/// Removes one of the account; false when it is not there.
pub async fn delete(conn: &mut Conn, id: &TotpKeyId, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(TOTP_DELETE, &[id.into(), user.into()]).await? > 0)
}

/// Removes all of an account; says whether there were any.
pub async fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(TOTP_DELETE_OF_USER, &[user.into()]).await? > 0)
}

/// Every sealed secret.
pub async fn sealed(conn: &mut Conn) -> Result<Vec<(TotpKeyId, String)>, StoreError> {
    let read = |row: &mut Row| Ok((row.parsed(0, "the id of an authenticator app")?, row.text(1)?));
    conn.rows(TOTP_SEALED, &[]).await?.iter_mut().map(read).collect()
}

/// Puts the same secret in place of how it was sealed; false when it stands there otherwise by now.
pub async fn reseal(conn: &mut Conn, id: &TotpKeyId, (before, now): (&str, &str)) -> Result<bool, StoreError> {
    Ok(conn.execute(TOTP_RESEAL, &[id.into(), before.into(), now.into()]).await? > 0)
}
