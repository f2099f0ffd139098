//! Recoveries by mail that wait: one at a time for each account. That the link is mailed is one statement, which one server
//! ever does.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        MAIL_RECOVERY_BY_ID, MAIL_RECOVERY_DELETE, MAIL_RECOVERY_OF_USER, MAIL_RECOVERY_PEEK, MAIL_RECOVERY_PUT,
        MAIL_RECOVERY_SEND,
    },
};
use doorstep_core::{
    id::{RecoveryId, UserId},
    model::MailRecovery,
    secret::SecretHash,
    time::Timestamp,
};

/// Keeps one; false when another one of the account is under way.
pub async fn put(conn: &mut Conn, stop: &SecretHash, recovery: &MailRecovery) -> Result<bool, StoreError> {
    let stop = stop.to_text();
    let values = [
        (&recovery.id).into(),
        (&stop).into(),
        (&recovery.user).into(),
        (&recovery.email).into(),
        recovery.asked_at.into(),
        recovery.due_at.into(),
        recovery.expires_at.into(),
    ];
    Ok(conn.execute(MAIL_RECOVERY_PUT, &values).await? > 0)
}

/// The one of an account that is under way.
pub async fn of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<Option<MailRecovery>, StoreError> {
    conn.row(MAIL_RECOVERY_OF_USER, &[user.into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// The one with this id, in whatever state it is.
pub async fn by_id(conn: &mut Conn, id: &RecoveryId) -> Result<Option<MailRecovery>, StoreError> {
    conn.row(MAIL_RECOVERY_BY_ID, &[id.into()]).await?.as_mut().map(read).transpose()
}

/// The one that this link stops.
pub async fn peek(conn: &mut Conn, stop: &SecretHash, now: Timestamp) -> Result<Option<MailRecovery>, StoreError> {
    conn.row(MAIL_RECOVERY_PEEK, &[(&stop.to_text()).into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Its link is mailed now, and lives until `end`; false when it was mailed before, or it was stopped.
pub async fn send(conn: &mut Conn, id: &RecoveryId, (now, end): (Timestamp, Timestamp)) -> Result<bool, StoreError> {
    Ok(conn.execute(MAIL_RECOVERY_SEND, &[id.into(), now.into(), end.into()]).await? > 0)
}

/// Forgets the one of an account; false when there was none.
pub async fn delete(conn: &mut Conn, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(MAIL_RECOVERY_DELETE, &[user.into()]).await? > 0)
}

fn read(row: &mut Row) -> Result<MailRecovery, StoreError> {
    Ok(MailRecovery {
        id: row.parsed(0, "a recovery's id")?,
        user: row.parsed(1, "a user id")?,
        email: row.text(2)?,
        asked_at: row.time(3)?,
        due_at: row.time(4)?,
        sent_at: row.opt_time(5)?,
        expires_at: row.time(6)?,
    })
}
