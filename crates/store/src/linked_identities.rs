//! Identities at upstreams. One belongs to one account.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        IDENTITY_BY_SUBJECT, IDENTITY_DELETE, IDENTITY_DELETE_OF_USER, IDENTITY_INSERT, IDENTITY_OF_USER,
        IDENTITY_TOUCH,
    },
};
use doorstep_core::{
    id::{LinkedId, UserId},
    model::LinkedIdentity,
    time::Timestamp,
    upstream::UpstreamName,
};

/// Links an identity. False when it is linked already, whoever has it.
pub async fn insert(conn: &mut Conn, linked: &LinkedIdentity) -> Result<bool, StoreError> {
    let values = [
        (&linked.id).into(),
        (&linked.user).into(),
        linked.upstream.as_str().into(),
        (&linked.issuer).into(),
        (&linked.subject).into(),
        linked.shown.as_deref().into(),
        linked.linked_at.into(),
        linked.last_used_at.into(),
    ];
    Ok(conn.execute(IDENTITY_INSERT, &values).await? > 0)
}

/// The account's identity with this subject at this issuer.
pub async fn by_subject(
    conn: &mut Conn,
    upstream: &UpstreamName,
    (issuer, subject): (&str, &str),
) -> Result<Option<LinkedIdentity>, StoreError> {
    let row = conn.row(IDENTITY_BY_SUBJECT, &[upstream.as_str().into(), issuer.into(), subject.into()]).await?;
    row.map(|mut row| read(&mut row)).transpose()
}

/// Those of an account, oldest first.
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<LinkedIdentity>, StoreError> {
    conn.rows(IDENTITY_OF_USER, &[user.into()]).await?.iter_mut().map(read).collect()
}

/// Notes that it signed its account in. False when it is not linked any more.
pub async fn record_use(conn: &mut Conn, linked: &LinkedIdentity, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(IDENTITY_TOUCH, &[(&linked.id).into(), (&linked.user).into(), now.into()]).await? > 0)
}

/// Removes one of this account; false when it has none such.
pub async fn delete(conn: &mut Conn, id: &LinkedId, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(IDENTITY_DELETE, &[id.into(), user.into()]).await? > 0)
}

/// Removes all of an account; how many it had.
pub async fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<i64, StoreError> {
    conn.execute(IDENTITY_DELETE_OF_USER, &[user.into()]).await
}

fn read(row: &mut Row) -> Result<LinkedIdentity, StoreError> {
    Ok(LinkedIdentity {
        id: row.parsed(0, "an id of a linked identity")?,
        user: row.parsed(1, "a user id")?,
        upstream: row.parsed(2, "an upstream's name")?,
        issuer: row.text(3)?,
        subject: row.text(4)?,
        shown: row.opt_text(5)?,
        linked_at: row.time(6)?,
        last_used_at: row.opt_time(7)?,
    })
}
