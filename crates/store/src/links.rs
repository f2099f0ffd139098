//! Links that open once: set-up, a new account, recovery.

use crate::{
    Conn, StoreError,
    row::{Row, groups_text},
    sql::{LINK_CONSUME, LINK_INSERT, LINK_PEEK, LINK_VOID_OF_USER, LINK_VOID_OF_USER_PURPOSE, LINK_VOID_PURPOSE},
};
use doorstep_core::{
    id::UserId,
    model::{Link, LinkPurpose},
    secret::SecretHash,
    time::Timestamp,
};

/// Keeps a link under the hash of its secret.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, link: &Link) -> Result<(), StoreError> {
    let (hash, groups) = (hash.to_text(), groups_text(&link.groups));
    let values = [
        link.purpose.as_str().into(),
        link.user.as_ref().map(UserId::as_str).into(),
        (&groups).into(),
        link.expires_at.into(),
        link.consumed_at.into(),
        (&hash).into(),
    ];
    conn.execute(LINK_INSERT, &values).await.map(|_| ())
}

/// Looks at a link without using it, in whatever state it is.
pub async fn peek(conn: &mut Conn, hash: &SecretHash) -> Result<Option<Link>, StoreError> {
    conn.row(LINK_PEEK, &[(&hash.to_text()).into()]).await?.as_mut().map(read).transpose()
}

/// Uses a link up. `None` when it is unknown, used already or past its end; only one caller ever gets it.
pub async fn consume(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<Option<Link>, StoreError> {
    conn.row(LINK_CONSUME, &[(&hash.to_text()).into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Uses up all open links of an account; says how many there were.
pub async fn void_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<i64, StoreError> {
    conn.execute(LINK_VOID_OF_USER, &[user.into(), now.into()]).await
}

/// Uses up all open links of an account for one purpose; says how many there were.
pub async fn void_of_user_for(
    conn: &mut Conn,
    (user, purpose): (&UserId, LinkPurpose),
    now: Timestamp,
) -> Result<i64, StoreError> {
    conn.execute(LINK_VOID_OF_USER_PURPOSE, &[user.into(), purpose.as_str().into(), now.into()]).await
}

/// Uses up all open links of a purpose; says how many there were.
pub async fn void_purpose(conn: &mut Conn, purpose: LinkPurpose, now: Timestamp) -> Result<i64, StoreError> {
    conn.execute(LINK_VOID_PURPOSE, &[purpose.as_str().into(), now.into()]).await
}

fn read(row: &mut Row) -> Result<Link, StoreError> {
    Ok(Link {
        purpose: row.word(0, LinkPurpose::from_text)?,
        user: row.opt_parsed(1, "a user id")?,
        groups: row.groups(2)?,
        expires_at: row.time(3)?,
        consumed_at: row.opt_time(4)?,
    })
}
