//! Who asked for access to which app. A question goes with the person or the app; what was refused stays until it may be
//! asked again.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{REQUEST_COUNT, REQUEST_DELETE, REQUEST_GET, REQUEST_OPEN, REQUEST_PUT, REQUEST_REFUSE},
    users::read_principal,
};
use doorstep_core::{
    id::{AppName, UserId},
    model::{AccessRequest, Memberships, User},
    time::Timestamp,
};

const TABLE: &str = "access_requests";
/// Columns that [`read`] takes.
const COLUMNS: usize = 6;

/// Keeps a new question, inside a transaction; false when one of the same person for the same app still counts.
/// [`StoreError::MissingParent`] when the person or the app is gone.
pub async fn put(conn: &mut Conn, request: &AccessRequest) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    let values = [
        (&request.user).into(),
        (&request.app).into(),
        (&request.reason).into(),
        request.asked_at.into(),
        request.expires_at.into(),
    ];
    Ok(conn.execute(REQUEST_PUT, &values).await? > 0)
}

/// What this person asked for this app.
pub async fn get(conn: &mut Conn, user: &UserId, app: &AppName) -> Result<Option<AccessRequest>, StoreError> {
    conn.row(REQUEST_GET, &[user.into(), app.into()]).await?.as_mut().map(read).transpose()
}

/// How many questions of a person count, open or refused.
pub async fn count_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<i64, StoreError> {
    conn.row(REQUEST_COUNT, &[user.into(), now.into()]).await?.map_or(Ok(0), |row| row.int(0))
}

/// The open questions of people whose accounts are on, each with the person and their groups: the oldest first. At most a
/// thousand.
pub async fn open(conn: &mut Conn, now: Timestamp) -> Result<Vec<(AccessRequest, User, Memberships)>, StoreError> {
    let asked = |row: &mut Row| {
        let request = read(row)?;
        let (user, groups) = read_principal(row, COLUMNS)?;
        Ok((request, user, groups))
    };
    conn.rows(REQUEST_OPEN, &[now.into()]).await?.iter_mut().map(asked).collect()
}

/// Says no to an open question, until `until`; false when there is none.
pub async fn refuse(
    conn: &mut Conn,
    (user, app): (&UserId, &AppName),
    (at, until): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    Ok(conn.execute(REQUEST_REFUSE, &[user.into(), app.into(), at.into(), until.into()]).await? > 0)
}

/// Removes a question; false when it was not there.
pub async fn delete(conn: &mut Conn, user: &UserId, app: &AppName) -> Result<bool, StoreError> {
    Ok(conn.execute(REQUEST_DELETE, &[user.into(), app.into()]).await? > 0)
}

fn read(row: &mut Row) -> Result<AccessRequest, StoreError> {
    Ok(AccessRequest {
        user: row.parsed(0, "a user id")?,
        app: row.parsed(1, "an app's name")?,
        reason: row.text(2)?,
        asked_at: row.time(3)?,
        refused_at: row.opt_time(4)?,
        expires_at: row.time(5)?,
    })
}
