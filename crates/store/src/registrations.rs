//! Accounts that people who are new ask for: one for each mail address, however it is spelt.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        REGISTRATION_ANSWER, REGISTRATION_COUNT, REGISTRATION_PEEK, REGISTRATION_PUT, REGISTRATION_TAKE,
        REGISTRATION_WAIT, REGISTRATION_WAITING,
    },
};
use doorstep_core::{
    id::RegistrationId,
    model::{Registration, mail_key},
    secret::SecretHash,
    time::Timestamp,
};

const TABLE: &str = "registrations";

/// Keeps one whose address nobody has shown to be theirs, in place of such a one with the same address; false when one with
/// it waits for an administrator, or this one is there already.
pub async fn put(conn: &mut Conn, hash: &SecretHash, asked: &Registration) -> Result<bool, StoreError> {
    let key = mail_key(&asked.email);
    let key = key.map_err(|_| StoreError::Corrupt { table: TABLE, what: "a mail address that is none".into() })?;
    let hash = hash.to_text();
    let values = [
        (&asked.id).into(),
        (&hash).into(),
        (&asked.email).into(),
        (&key).into(),
        asked.asked_at.into(),
        asked.expires_at.into(),
    ];
    Ok(conn.execute(REGISTRATION_PUT, &values).await? > 0)
}

/// How many there are, of whichever kind.
pub async fn count(conn: &mut Conn) -> Result<i64, StoreError> {
    conn.row(REGISTRATION_COUNT, &[]).await?.map_or(Ok(0), |row| row.int(0))
}

/// Looks at the one of this link, without taking it.
pub async fn peek(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<Option<Registration>, StoreError> {
    conn.row(REGISTRATION_PEEK, &[(&hash.to_text()).into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Takes the one of this link: one caller ever gets it.
pub async fn take(conn: &mut Conn, hash: &SecretHash, now: Timestamp) -> Result<Option<Registration>, StoreError> {
    conn.row(REGISTRATION_TAKE, &[(&hash.to_text()).into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Has the one of this link wait for an administrator, until `end`: one caller ever gets it.
pub async fn wait(
    conn: &mut Conn,
    hash: &SecretHash,
    (person, reason): (&str, &str),
    (now, end): (Timestamp, Timestamp),
) -> Result<Option<Registration>, StoreError> {
    let hash = hash.to_text();
    let values = [(&hash).into(), now.into(), person.into(), reason.into(), end.into()];
    conn.row(REGISTRATION_WAIT, &values).await?.as_mut().map(read).transpose()
}

/// Those that wait for an administrator, the oldest first. At most a thousand.
pub async fn waiting(conn: &mut Conn, now: Timestamp) -> Result<Vec<Registration>, StoreError> {
    conn.rows(REGISTRATION_WAITING, &[now.into()]).await?.iter_mut().map(read).collect()
}

/// Takes one that waits, to answer it: one caller ever gets it.
pub async fn answer(conn: &mut Conn, id: &RegistrationId, now: Timestamp) -> Result<Option<Registration>, StoreError> {
    conn.row(REGISTRATION_ANSWER, &[id.into(), now.into()]).await?.as_mut().map(read).transpose()
}

fn read(row: &mut Row) -> Result<Registration, StoreError> {
    Ok(Registration {
        id: row.parsed(0, "a registration's id")?,
        email: row.text(1)?,
        person: row.text(2)?,
        reason: row.text(3)?,
        asked_at: row.time(4)?,
        waits_since: row.opt_time(5)?,
        expires_at: row.time(6)?,
    })
}
