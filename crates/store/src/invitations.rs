//! Invitations. A place in one is taken by one statement, in the transaction that writes the account which it is for.

use crate::{
    Conn, StoreError,
    row::{Row, groups_text},
    sql::{INVITE_END, INVITE_INSERT, INVITE_OPEN, INVITE_PEEK, INVITE_USE},
};
use doorstep_core::{
    id::{AppName, InviteId, UserId},
    model::Invite,
    secret::SecretHash,
    time::Timestamp,
};

/// Keeps an invitation under the hash of its secret.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, invite: &Invite) -> Result<(), StoreError> {
    let (hash, groups) = (hash.to_text(), groups_text(&invite.groups));
    let values = [
        (&invite.id).into(),
        (&invite.label).into(),
        (&groups).into(),
        invite.app.as_ref().map(AppName::as_str).into(),
        invite.email.as_deref().into(),
        invite.places.into(),
        invite.used.into(),
        invite.made_by.as_ref().map(UserId::as_str).into(),
        invite.made_at.into(),
        invite.expires_at.into(),
        invite.ended_at.into(),
        invite.account_days.into(),
        (&hash).into(),
    ];
    conn.execute(INVITE_INSERT, &values).await.map(|_| ())
}

/// Looks at an invitation without using it, in whatever state it is.
pub async fn peek(conn: &mut Conn, hash: &SecretHash) -> Result<Option<Invite>, StoreError> {
    conn.row(INVITE_PEEK, &[(&hash.to_text()).into()]).await?.as_mut().map(read).transpose()
}

/// Takes a place in an invitation. `None` when there is none left, or it is unknown, ended or past its end: no more than
/// as many callers as it has places ever get it.
pub async fn take_a_place(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<Option<Invite>, StoreError> {
    conn.row(INVITE_USE, &[(&hash.to_text()).into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Those that are open, the first to end first. At most a thousand.
pub async fn open(conn: &mut Conn, now: Timestamp) -> Result<Vec<Invite>, StoreError> {
    conn.rows(INVITE_OPEN, &[now.into()]).await?.iter_mut().map(read).collect()
}

/// Ends one that is open; `None` when there is no such one.
pub async fn end(conn: &mut Conn, id: &InviteId, now: Timestamp) -> Result<Option<Invite>, StoreError> {
    conn.row(INVITE_END, &[id.into(), now.into()]).await?.as_mut().map(read).transpose()
}

fn read(row: &mut Row) -> Result<Invite, StoreError> {
    Ok(Invite {
        id: row.parsed(0, "an invitation's id")?,
        label: row.text(1)?,
        groups: row.groups(2)?,
        app: row.opt_parsed(3, "an app's name")?,
        email: row.opt_text(4)?,
        places: row.int(5)?,
        used: row.int(6)?,
        made_by: row.opt_parsed(7, "a user id")?,
        made_at: row.time(8)?,
        expires_at: row.time(9)?,
        ended_at: row.opt_time(10)?,
        account_days: row.opt_int(11)?,
    })
}
