//! Access and refresh tokens, RFC 6749 §1.4 and §1.5. A used refresh token is kept until its end, so that a
//! second use is seen (RFC 9700 §4.14.2).

use crate::{
    Conn, StoreError,
    grants::{self, GrantWithPrincipal},
    row::{Row, scopes_text},
    sql::{
        ACCESS_DELETE, ACCESS_INSERT, ACCESS_WITH_PRINCIPAL, REFRESH_CONSUME, REFRESH_DELETE_OF_CLIENT,
        REFRESH_DELETE_OF_USER, REFRESH_GET, REFRESH_INSERT,
    },
};
use doorstep_core::{
    id::{ClientId, UserId},
    model::{Alive, StoredToken},
    secret::SecretHash,
    time::Timestamp,
};

/// Columns of an access token itself.
const ACCESS_COLUMNS: usize = 4;

/// A refresh token and, once it was used, the salt that its successor was derived with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRefresh {
    /// The token.
    pub token: StoredToken,
    /// Base64url, 32 random bytes of this row alone. Without the root key it yields nothing.
    pub successor_salt: Option<String>,
}

/// What became of an attempt to use a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshState {
    /// It is used now, by this caller and no other.
    Fresh(StoredToken),
    /// It was used before, at that time.
    Consumed {
        /// The token as it stands.
        token: StoredToken,
        /// When it was used.
        at: Timestamp,
    },
    /// It was never used, and is past its end.
    Expired,
    /// No such token.
    Unknown,
}

/// Keeps an access token under its hash.
pub async fn insert_access(conn: &mut Conn, hash: &SecretHash, token: &StoredToken) -> Result<(), StoreError> {
    let (hash, scopes) = (hash.to_text(), scopes_text(&token.scopes));
    let values =
        [(&hash).into(), (&token.grant).into(), (&scopes).into(), token.created_at.into(), token.expires_at.into()];
    conn.execute(ACCESS_INSERT, &values).await.map(|_| ())
}

/// Keeps a refresh token under its hash.
pub async fn insert_refresh(conn: &mut Conn, hash: &SecretHash, token: &StoredToken) -> Result<(), StoreError> {
    let (hash, scopes) = (hash.to_text(), scopes_text(&token.scopes));
    let values = [
        (&token.grant).into(),
        (&scopes).into(),
        token.created_at.into(),
        token.expires_at.into(),
        token.consumed_at.into(),
        None::<&str>.into(),
        (&hash).into(),
    ];
    conn.execute(REFRESH_INSERT, &values).await.map(|_| ())
}

/// An access token with its grant, the account, its groups and whether the grant's session is alive, read at one
/// moment. The caller looks whether the token has expired, the grant is revoked and the account is on.
pub async fn access(
    conn: &mut Conn,
    hash: &SecretHash,
    alive: Alive,
) -> Result<Option<(StoredToken, GrantWithPrincipal)>, StoreError> {
    let hash = hash.to_text();
    let values = [(&hash).into(), alive.now.into(), alive.used_after().into()];
    let Some(mut row) = conn.row(ACCESS_WITH_PRINCIPAL, &values).await? else { return Ok(None) };
    let token = StoredToken {
        grant: row.parsed(0, "a grant id")?,
        scopes: row.scopes(1)?,
        created_at: row.time(2)?,
        expires_at: row.time(3)?,
        consumed_at: None,
    };
    Ok(Some((token, grants::read_with_principal(&mut row, ACCESS_COLUMNS)?)))
}

/// Uses a refresh token up and keeps the salt of its successor: one conditional statement; a second one only to
/// tell why the first found nothing.
pub async fn consume_refresh(
    conn: &mut Conn,
    hash: &SecretHash,
    successor_salt: &str,
    now: Timestamp,
) -> Result<RefreshState, StoreError> {
    let text = hash.to_text();
    let values = [(&text).into(), now.into(), successor_salt.into()];
    if let Some(mut row) = conn.row(REFRESH_CONSUME, &values).await? {
        return Ok(RefreshState::Fresh(read(&mut row)?.token));
    }
    let Some(StoredRefresh { token, .. }) = refresh(conn, hash).await? else { return Ok(RefreshState::Unknown) };
    Ok(match token.consumed_at {
        Some(at) => RefreshState::Consumed { token, at },
        None => RefreshState::Expired,
    })
}

/// A refresh token, in whatever state it is.
pub async fn refresh(conn: &mut Conn, hash: &SecretHash) -> Result<Option<StoredRefresh>, StoreError> {
    conn.row(REFRESH_GET, &[(&hash.to_text()).into()]).await?.as_mut().map(read).transpose()
}

/// Removes the refresh tokens of a person who goes.
pub async fn delete_refresh_of_user(conn: &mut Conn, user: &UserId) -> Result<i64, StoreError> {
    conn.execute(REFRESH_DELETE_OF_USER, &[user.into()]).await
}

/// Removes the refresh tokens of a client that goes.
pub async fn delete_refresh_of_client(conn: &mut Conn, client: &ClientId) -> Result<i64, StoreError> {
    conn.execute(REFRESH_DELETE_OF_CLIENT, &[client.into()]).await
}

/// Removes an access token; false when it was not there.
pub async fn delete_access(conn: &mut Conn, hash: &SecretHash) -> Result<bool, StoreError> {
    Ok(conn.execute(ACCESS_DELETE, &[(&hash.to_text()).into()]).await? > 0)
}

fn read(row: &mut Row) -> Result<StoredRefresh, StoreError> {
    let token = StoredToken {
        grant: row.parsed(0, "a grant id")?,
        scopes: row.scopes(1)?,
        created_at: row.time(2)?,
        expires_at: row.time(3)?,
        consumed_at: row.opt_time(4)?,
    };
    Ok(StoredRefresh { token, successor_salt: row.opt_text(5)? })
}
