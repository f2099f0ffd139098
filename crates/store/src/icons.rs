//! The icons of apps: one row an app, which goes with it.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{ICON_DELETE_OTHERS, ICON_GET, ICON_HELD, ICON_PUT},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_core::{
    id::AppName,
    model::{Icon, IconKind, IconSource},
};

const TABLE: &str = "app_icons";

/// The icon of an app, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The app.
    pub app: AppName,
    /// What it was made from, as [`IconSource::as_str`] writes it.
    pub made_from: String,
    /// Its name in addresses.
    pub name: String,
    /// What it is.
    pub kind: IconKind,
}

/// Keeps the icon of an app, in the place of the one before. The app's row is held ([`crate::apps::lock`]).
pub async fn put(conn: &mut Conn, app: &AppName, source: &IconSource, icon: &Icon) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let (name, content) = (icon.name(), STANDARD.encode(&icon.bytes));
    let values = [app.into(), source.as_str().into(), (&name).into(), icon.kind.as_str().into(), (&content).into()];
    conn.execute(ICON_PUT, &values).await.map(|_| ())
}

/// Takes the icon of an app away, unless it was made from what its declaration names now; false when there was none.
pub async fn delete_others(conn: &mut Conn, app: &AppName, source: Option<&IconSource>) -> Result<bool, StoreError> {
    let source = source.map(IconSource::as_str).unwrap_or_default();
    Ok(conn.execute(ICON_DELETE_OTHERS, &[app.into(), source.into()]).await? > 0)
}

/// Every icon, by app.
pub async fn held(conn: &mut Conn) -> Result<Vec<Held>, StoreError> {
    conn.rows(ICON_HELD, &[]).await?.iter_mut().map(read).collect()
}

/// The icon of this name, whichever app's it is.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<Icon>, StoreError> {
    let Some(mut row) = conn.row(ICON_GET, &[name.into()]).await? else { return Ok(None) };
    let kind = row.word(0, IconKind::from_text)?;
    let content = row.text(1)?;
    let corrupt = |error: base64::DecodeError| StoreError::Corrupt { table: TABLE, what: error.to_string() };
    Ok(Some(Icon { kind, bytes: STANDARD.decode(content).map_err(corrupt)? }))
}

fn read(row: &mut Row) -> Result<Held, StoreError> {
    Ok(Held {
        app: row.parsed(0, "an app's name")?,
        made_from: row.text(1)?,
        name: row.text(2)?,
        kind: row.word(3, IconKind::from_text)?,
    })
}
