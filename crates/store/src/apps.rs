//! Declared apps: one JSON document beside each name.

use crate::{
    Conn, StoreError,
    row::json_text,
    sql::{APP_ALL, APP_DELETE, APP_PUT},
};
use doorstep_core::{id::AppName, model::App, time::Timestamp};

/// Writes an app, new or not. What hangs off it stays.
pub async fn put(conn: &mut Conn, app: &App, now: Timestamp) -> Result<(), StoreError> {
    let settings = json_text("apps", app)?;
    conn.execute(APP_PUT, &[(&app.name).into(), (&settings).into(), now.into()]).await.map(|_| ())
}

/// All apps by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<App>, StoreError> {
    conn.rows(APP_ALL, &[]).await?.iter_mut().map(|row| row.json(0)).collect()
}

/// Removes an app with the sessions on its host; false when it was not there.
pub async fn delete(conn: &mut Conn, name: &AppName) -> Result<bool, StoreError> {
    Ok(conn.execute(APP_DELETE, &[name.into()]).await? > 0)
}
