//! Authorization codes, RFC 6749 §4.1.2. A used code is kept for a day, so that a second use is seen
//! (RFC 9700 §4.5) and not merely refused.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{CODE_CONSUME, CODE_DELETE_OF_CLIENT, CODE_DELETE_OF_USER, CODE_GET, CODE_INSERT},
};
use doorstep_core::{
    id::{ClientId, UserId},
    model::AuthorizationCode,
    secret::SecretHash,
    time::Timestamp,
};

/// What became of an attempt to use a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// It is used now, by this caller and no other.
    Fresh(AuthorizationCode),
    /// It was used before: its family is to be revoked.
    Replayed(AuthorizationCode),
    /// It was never used, and is past its end.
    Expired,
    /// No such code.
    Unknown,
}

/// Keeps a code under its hash.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, code: &AuthorizationCode) -> Result<(), StoreError> {
    let hash = hash.to_text();
    let values = [
        (&code.grant).into(),
        (&code.redirect_uri).into(),
        code.code_challenge.as_deref().into(),
        code.expires_at.into(),
        code.consumed_at.into(),
        (&hash).into(),
    ];
    conn.execute(CODE_INSERT, &values).await.map(|_| ())
}

/// Removes the codes of a person who goes.
pub async fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<i64, StoreError> {
    conn.execute(CODE_DELETE_OF_USER, &[user.into()]).await
}

/// Removes the codes of a client that goes.
pub async fn delete_of_client(conn: &mut Conn, client: &ClientId) -> Result<i64, StoreError> {
    conn.execute(CODE_DELETE_OF_CLIENT, &[client.into()]).await
}

/// Uses a code up: one conditional statement; a second one only finds out why the first found nothing.
pub async fn consume(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<CodeState, StoreError> {
    let hash = hash.to_text();
    if let Some(mut row) = conn.row(CODE_CONSUME, &[(&hash).into(), now.into()]).await? {
        return Ok(CodeState::Fresh(read(&mut row)?));
    }
    let Some(mut row) = conn.row(CODE_GET, &[(&hash).into()]).await? else { return Ok(CodeState::Unknown) };
    let code = read(&mut row)?;
    Ok(if code.consumed_at.is_some() { CodeState::Replayed(code) } else { CodeState::Expired })
}

fn read(row: &mut Row) -> Result<AuthorizationCode, StoreError> {
    Ok(AuthorizationCode {
        grant: row.parsed(0, "a grant id")?,
        redirect_uri: row.text(1)?,
        code_challenge: row.opt_text(2)?,
        expires_at: row.time(3)?,
        consumed_at: row.opt_time(4)?,
    })
}
