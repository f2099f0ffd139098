//! Sessions of a browser with one protected app's host. They end with the session that they were made from.

use crate::{
    Conn, StoreError, sessions,
    sql::{
        APP_SESSION_APPS_OF_USER, APP_SESSION_DELETE, APP_SESSION_DELETE_OF_APP, APP_SESSION_INSERT,
        APP_SESSION_WITH_PRINCIPAL,
    },
    users::read_principal,
};
use doorstep_core::{
    id::{AppName, UserId},
    model::{AppSession, Memberships, Session, User},
    secret::SecretHash,
};

/// Columns of the app session itself.
const COLUMNS: usize = 5;

/// Keeps an app session under the hash of its cookie; false when one was there already, which stays as it is.
/// [`StoreError::MissingParent`] when the session that it hangs off has ended or the app is gone.
pub async fn insert(conn: &mut Conn, hash: &SecretHash, session: &AppSession) -> Result<bool, StoreError> {
    let hash = hash.to_text();
    let values = [
        (&hash).into(),
        (&session.session).into(),
        (&session.user).into(),
        (&session.app).into(),
        (&session.host).into(),
        session.expires_at.into(),
    ];
    Ok(conn.execute(APP_SESSION_INSERT, &values).await? > 0)
}

/// The app session of this cookie with its parent, the account and its groups, read at one moment.
pub async fn with_principal(
    conn: &mut Conn,
    hash: &SecretHash,
) -> Result<Option<(AppSession, Session, User, Memberships)>, StoreError> {
    let Some(mut row) = conn.row(APP_SESSION_WITH_PRINCIPAL, &[(&hash.to_text()).into()]).await? else {
        return Ok(None);
    };
    let app_session = AppSession {
        session: row.parsed(0, "a session id")?,
        user: row.parsed(1, "a user id")?,
        app: row.parsed(2, "an app's name")?,
        host: row.text(3)?,
        expires_at: row.time(4)?,
    };
    let session = sessions::read(&mut row, COLUMNS)?;
    let (user, groups) = read_principal(&mut row, COLUMNS + sessions::COLUMNS)?;
    Ok(Some((app_session, session, user, groups)))
}

/// Ends an app session; false when it was not there.
pub async fn delete(conn: &mut Conn, hash: &SecretHash) -> Result<bool, StoreError> {
    Ok(conn.execute(APP_SESSION_DELETE, &[(&hash.to_text()).into()]).await? > 0)
}

/// The protected apps that a person has sessions with.
pub async fn apps_of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<AppName>, StoreError> {
    let mut rows = conn.rows(APP_SESSION_APPS_OF_USER, &[user.into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "an app's name")).collect()
}

/// Ends all sessions with an app; says how many there were.
pub async fn delete_of_app(conn: &mut Conn, app: &AppName) -> Result<i64, StoreError> {
    conn.execute(APP_SESSION_DELETE_OF_APP, &[app.into()]).await
}
