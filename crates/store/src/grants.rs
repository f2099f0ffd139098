//! Grants: the families to which codes and tokens belong. Revoking one ends them all.

use crate::{
    Conn, StoreError,
    row::{Row, scopes_text},
    sql::{
        GRANT_BY_ID, GRANT_CLIENTS_EVER_OF_USER, GRANT_CLIENTS_OF_USER, GRANT_INSERT, GRANT_REVOKE,
        GRANT_REVOKE_OF_CLIENT, GRANT_REVOKE_OF_SESSION, GRANT_REVOKE_OF_USER, GRANT_REVOKE_OF_USER_CLIENT,
        GRANT_REVOKE_OTHERS, GRANT_WITH_PRINCIPAL,
    },
    users::{PRINCIPAL_COLUMNS, read_principal},
};
use doorstep_core::{
    id::{ClientId, GrantId, SessionId, UserId},
    model::{Alive, Grant, GrantSubject, Memberships, PersonInSession, User},
    time::Timestamp,
};

/// Columns that [`read`] takes.
pub(crate) const COLUMNS: usize = 12;

/// The words of the column `subject`.
const PERSON: &str = "person";
const CLIENT: &str = "client";

/// Keeps a grant.
pub async fn insert(conn: &mut Conn, grant: &Grant) -> Result<(), StoreError> {
    let (scopes, person) = (scopes_text(&grant.scopes), grant.person());
    let values = [
        (&grant.id).into(),
        (if person.is_some() { PERSON } else { CLIENT }).into(),
        person.map(|person| person.user.as_str()).into(),
        (&grant.client).into(),
        person.map(|person| person.session.as_str()).into(),
        (&scopes).into(),
        person.and_then(|person| person.nonce.as_deref()).into(),
        person.map(|person| person.auth_time).into(),
        person.map(|person| person.amr.as_str()).into(),
        person.is_some_and(|person| person.offline).into(),
        grant.created_at.into(),
        grant.revoked_at.into(),
    ];
    conn.execute(GRANT_INSERT, &values).await.map(|_| ())
}

/// The grant with this id, revoked or not.
pub async fn by_id(conn: &mut Conn, id: &GrantId) -> Result<Option<Grant>, StoreError> {
    conn.row(GRANT_BY_ID, &[id.into()]).await?.as_mut().map(|row| read(row, 0)).transpose()
}

/// A grant, whose it is, and whether the session it was made in is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantWithPrincipal {
    /// The grant.
    pub grant: Grant,
    /// The account, which may be disabled, with its groups; none when the client acts for itself.
    pub account: Option<(User, Memberships)>,
    /// Whether the grant's session is still there, not past its end and not unused for too long.
    pub session_alive: bool,
}

/// A grant with the account, its groups and whether its session is alive, read at one moment.
pub async fn grant_with_principal(
    conn: &mut Conn,
    id: &GrantId,
    alive: Alive,
) -> Result<Option<GrantWithPrincipal>, StoreError> {
    let values = [id.into(), alive.now.into(), alive.used_after().into()];
    let Some(mut row) = conn.row(GRANT_WITH_PRINCIPAL, &values).await? else { return Ok(None) };
    read_with_principal(&mut row, 0).map(Some)
}

/// Reads the columns of a grant, its account with groups, and whether its session is alive.
pub(crate) fn read_with_principal(row: &mut Row, at: usize) -> Result<GrantWithPrincipal, StoreError> {
    let grant = read(row, at)?;
    let account = grant.person().map(|_| read_principal(row, at + COLUMNS)).transpose()?;
    let session_alive = row.bool(at + COLUMNS + PRINCIPAL_COLUMNS)?;
    Ok(GrantWithPrincipal { grant, account, session_alive })
}

/// Revokes a family; false when it was revoked already or is not known.
pub async fn revoke(conn: &mut Conn, id: &GrantId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(GRANT_REVOKE, &[id.into(), now.into()]).await? > 0)
}

/// Revokes the families that end with a session (those without `offline_access`); says how many.
pub async fn revoke_of_session(conn: &mut Conn, session: &SessionId, now: Timestamp) -> Result<i64, StoreError> {
    conn.execute(GRANT_REVOKE_OF_SESSION, &[session.into(), now.into()]).await
}

/// Revokes what a person allowed a client; says how many families.
pub async fn revoke_of_user_client(
    conn: &mut Conn,
    user: &UserId,
    client: &ClientId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    conn.execute(GRANT_REVOKE_OF_USER_CLIENT, &[user.into(), client.into(), now.into()]).await
}

/// Revokes all that a person allowed; says how many families.
pub async fn revoke_of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<i64, StoreError> {
    conn.execute(GRANT_REVOKE_OF_USER, &[user.into(), now.into()]).await
}

/// Revokes all that a person allowed outside of one session, `offline_access` included; says how many families.
pub async fn revoke_others(
    conn: &mut Conn,
    user: &UserId,
    kept: &SessionId,
    now: Timestamp,
) -> Result<i64, StoreError> {
    conn.execute(GRANT_REVOKE_OTHERS, &[user.into(), kept.into(), now.into()]).await
}

/// Revokes all that was allowed to a client; says how many families.
pub async fn revoke_of_client(conn: &mut Conn, client: &ClientId, now: Timestamp) -> Result<i64, StoreError> {
    conn.execute(GRANT_REVOKE_OF_CLIENT, &[client.into(), now.into()]).await
}

/// Clients that a person has allowed something, revoked or not, as far as it is still kept.
pub async fn clients_ever_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<ClientId>, StoreError> {
    let mut rows = conn.rows(GRANT_CLIENTS_EVER_OF_USER, &[user.into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "a client id")).collect()
}

/// A client for which a person has a grant that is not revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedClient {
    /// The client.
    pub client: ClientId,
    /// When its first such grant was made.
    pub since: Timestamp,
    /// Whether one of them outlives the session.
    pub offline: bool,
}

/// The clients for which a person has a grant that is not revoked, by id.
pub async fn clients_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<AllowedClient>, StoreError> {
    let mut rows = conn.rows(GRANT_CLIENTS_OF_USER, &[user.into()]).await?;
    let read = |row: &mut Row| {
        let client = row.parsed(0, "a client id")?;
        Ok(AllowedClient { client, since: row.time(1)?, offline: row.int(2)? > 0 })
    };
    rows.iter_mut().map(read).collect()
}

pub(crate) fn read(row: &mut Row, at: usize) -> Result<Grant, StoreError> {
    let subject = match row.text(at + 1)?.as_str() {
        PERSON => GrantSubject::Person(PersonInSession {
            user: row.parsed(at + 2, "a user id")?,
            session: row.parsed(at + 4, "a session id")?,
            nonce: row.opt_text(at + 6)?,
            auth_time: row.time(at + 7)?,
            amr: row.amr(at + 8)?,
            offline: row.bool(at + 9)?,
        }),
        CLIENT => GrantSubject::Client,
        _ => return Err(row.corrupt(at + 1, "a known word")),
    };
    Ok(Grant {
        id: row.parsed(at, "a grant id")?,
        subject,
        client: row.parsed(at + 3, "a client id")?,
        scopes: row.scopes(at + 5)?,
        created_at: row.time(at + 10)?,
        revoked_at: row.opt_time(at + 11)?,
    })
}
