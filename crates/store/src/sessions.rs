//! Browser sessions with Doorstep. A row that is there is not yet a session that is alive: the caller compares
//! `expires_at` and `last_seen_at` with the present time.

use crate::{
    Conn, StoreError,
    row::{Row, Value},
    sql::{
        SESSION_BY_HASH, SESSION_BY_ID, SESSION_DELETE, SESSION_DELETE_OF_USER, SESSION_DELETE_OTHERS, SESSION_INSERT,
        SESSION_LOCK, SESSION_OF_USER, SESSION_PAGE_OF_USER, SESSION_TOUCH_SOME, SESSION_WITH_PRINCIPAL,
    },
    users::read_principal,
};
use doorstep_core::{
    id::{SessionId, UserId},
    model::{Memberships, Place, Session, User},
    page::{After, Page},
    secret::SecretHash,
    time::Timestamp,
};

/// How many sessions one statement touches.
pub const TOUCHED_AT_ONCE: usize = 16;

/// Columns that [`read`] takes.
pub(crate) const COLUMNS: usize = 7;

/// Keeps a session under the hash of its cookie, with the place where it began.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, session: &Session, place: &Place) -> Result<(), StoreError> {
    let hash = hash.to_text();
    let values = [
        (&hash).into(),
        (&session.id).into(),
        (&session.user).into(),
        session.auth_time.into(),
        session.amr.as_str().into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.expires_at.into(),
        (&place.ip).into(),
        (&place.agent).into(),
    ];
    conn.execute(SESSION_INSERT, &values).await.map(|_| ())
}

/// The session of this cookie.
pub async fn by_hash(conn: &mut Conn, hash: &SecretHash) -> Result<Option<Session>, StoreError> {
    conn.row(SESSION_BY_HASH, &[(&hash.to_text()).into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// Holds a session's row until the transaction ends, so that whoever ends it finds what is made in it meanwhile.
pub async fn lock(conn: &mut Conn, id: &SessionId) -> Result<bool, StoreError> {
    Ok(conn.execute(SESSION_LOCK, &[id.into()]).await? > 0)
}

/// The session with this public id.
pub async fn by_id(conn: &mut Conn, id: &SessionId) -> Result<Option<Session>, StoreError> {
    conn.row(SESSION_BY_ID, &[id.into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// The session of this cookie with the account and its groups, read at one moment.
pub async fn with_principal(
    conn: &mut Conn,
    hash: &SecretHash,
) -> Result<Option<(Session, User, Memberships)>, StoreError> {
    let Some(mut row) = conn.row(SESSION_WITH_PRINCIPAL, &[(&hash.to_text()).into()]).await? else { return Ok(None) };
    let session = read(&mut row, 0)?;
    let (user, groups) = read_principal(&mut row, COLUMNS)?;
    Ok(Some((session, user, groups)))
}

/// Ends a session, and with it its app sessions; false when it was not there.
pub async fn delete(conn: &mut Conn, id: &SessionId) -> Result<bool, StoreError> {
    Ok(conn.execute(SESSION_DELETE, &[id.into()]).await? > 0)
}

/// Notes when sessions were last used, some of them with one statement; never moves backwards. At most
/// [`TOUCHED_AT_ONCE`] of them: what is written by itself holds nobody up.
pub async fn touch_some(conn: &mut Conn, used: &[(SessionId, Timestamp)]) -> Result<(), StoreError> {
    let (Some((id, at)), true) = (used.first(), used.len() <= TOUCHED_AT_ONCE) else { return Ok(()) };
    let mut values: Vec<Value<'_>> = Vec::with_capacity(2 * TOUCHED_AT_ONCE);
    for (id, at) in used {
        values.extend([Value::from(id), Value::from(*at)]);
    }
    // The statement has a place for each: the rest repeats the first.
    while values.len() < 2 * TOUCHED_AT_ONCE {
        values.extend([Value::from(id), Value::from(*at)]);
    }
    conn.execute(SESSION_TOUCH_SOME, &values).await.map(|_| ())
}

/// Sessions of an account, oldest first, a page at a time.
pub async fn page_of_user(
    conn: &mut Conn,
    user: &UserId,
    after: &After<(Timestamp, SessionId)>,
) -> Result<Page<Session, (Timestamp, SessionId)>, StoreError> {
    let (at, id) = after.begins_after().map_or((Timestamp::from_millis(i64::MIN), ""), |(at, id)| (*at, id.as_str()));
    let values = [user.into(), at.into(), id.into(), after.ask_for().into()];
    let mut rows = conn.rows(SESSION_PAGE_OF_USER, &values).await?;
    let found = rows.iter_mut().map(|row| read(row, 0)).collect::<Result<Vec<_>, _>>()?;
    Ok(after.page(found, |session| (session.created_at, session.id.clone())))
}

/// All sessions of an account, oldest first, each with the place where it began: an empty one for those of a release that
/// did not keep it.
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<(Session, Place)>, StoreError> {
    let with_place = |row: &mut Row| {
        let [ip, agent] = [row.opt_text(COLUMNS)?, row.opt_text(COLUMNS + 1)?].map(Option::unwrap_or_default);
        Ok((read(row, 0)?, Place { ip, agent }))
    };
    conn.rows(SESSION_OF_USER, &[user.into()]).await?.iter_mut().map(with_place).collect()
}

/// Ends all sessions of an account and names them.
pub async fn delete_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<SessionId>, StoreError> {
    let mut rows = conn.rows(SESSION_DELETE_OF_USER, &[user.into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "a session id")).collect()
}

/// Ends all sessions of an account but one, and names them.
pub async fn delete_others(conn: &mut Conn, user: &UserId, kept: &SessionId) -> Result<Vec<SessionId>, StoreError> {
    let mut rows = conn.rows(SESSION_DELETE_OTHERS, &[user.into(), kept.into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "a session id")).collect()
}

pub(crate) fn read(row: &mut Row, at: usize) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed(at, "a session id")?,
        user: row.parsed(at + 1, "a user id")?,
        auth_time: row.time(at + 2)?,
        amr: row.amr(at + 3)?,
        created_at: row.time(at + 4)?,
        last_seen_at: row.time(at + 5)?,
        expires_at: row.time(at + 6)?,
    })
}
