//! Declared apps: columns, and a document that can grow: see [`crate::records`].

use crate::{
    Conn, StoreError,
    records::{
        READABLE_FROM, Readable, WITH_ASSERTION, WITH_CONSUME, WITH_LEVEL, WITH_POSTURE, WITH_PROOF, WITH_RULES,
        readable, refuse_newer, rewritten,
    },
    row::Row,
    sql::{
        APP_BELOW_WILDCARD, APP_BESIDE_PROTECTED, APP_BY_NAME, APP_DECLARED, APP_DELETE, APP_HOLD, APP_PAGE,
        APP_PROTECTED, APP_PUT, Statement,
    },
};
use doorstep_core::{
    gateway::{cookie_scope_of, is_wildcard_url},
    id::{AppName, ClientId, GroupName},
    model::{App, AuthorizationHeader, IconSource, Level, OwnCookie, Owner, Posture, Proof, Rule},
    page::{After, Page},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const TABLE: &str = "apps";

/// The part of an app that is stored as a document. A field that is not there has the value that allows least.
#[derive(Serialize, Deserialize)]
#[serde(default)]
struct Document {
    allow: Option<BTreeSet<GroupName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require: Option<Level>,
    own_cookies: BTreeSet<OwnCookie>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rules: Vec<Rule>,
    #[serde(skip_serializing_if = "AuthorizationHeader::is_default")]
    authorization: AuthorizationHeader,
    #[serde(skip_serializing_if = "Posture::is_default")]
    posture: Posture,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<IconSource>,
}

impl Default for Document {
    fn default() -> Self {
        // Nobody. Everybody is an explicit null.
        Self {
            allow: Some(BTreeSet::new()),
            require: None,
            own_cookies: BTreeSet::new(),
            rules: Vec::new(),
            authorization: AuthorizationHeader::default(),
            posture: Posture::default(),
            icon: None,
        }
    }
}

/// Writes an app, new or not, inside a transaction. What hangs off it stays, and so does what its row holds that
/// this release does not know. [`StoreError::Unreadable`] when the row may be changed by a newer release only.
pub async fn put(conn: &mut Conn, app: &App, now: Timestamp) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let stored = hold(conn, &app.name).await?;
    let fields = Document {
        allow: app.allow.clone(),
        require: app.require,
        own_cookies: app.own_cookies.clone(),
        rules: app.rules.clone(),
        authorization: app.authorization,
        posture: app.posture,
        icon: app.icon.clone(),
    };
    let document = rewritten(TABLE, &fields, stored.as_deref())?;
    let host = cookie_scope_of(&app.url);
    let values = [
        (&app.name).into(),
        (&app.title).into(),
        (&app.url).into(),
        host.as_deref().into(),
        app.client.as_ref().map(ClientId::as_str).into(),
        app.protected.into(),
        app.owner.as_str().into(),
        readable_from(app).into(),
        (&document).into(),
        now.into(),
    ];
    conn.execute(APP_PUT, &values).await.map(|_| ())
}

/// A release that knows no rules would let in whom one of them keeps out, and one that knows no proof or level whoever signed in
/// long ago or by less; one that knows nothing of `consume` would let through what the app must not get to see, and one that knows one posture
/// would tell the app who people are, or without the signature that it waits for. What the others say costs nothing where it is overlooked.
fn readable_from(app: &App) -> i64 {
    let of = |rule: &Rule| match rule.proof() {
        Some(Proof { least: Some(Level::TwoFactors), .. }) => WITH_LEVEL,
        Some(_) => WITH_PROOF,
        None => WITH_RULES,
    };
    let by_rules = app.rules.iter().map(of).max().unwrap_or(READABLE_FROM);
    let by_header = match app.authorization {
        AuthorizationHeader::Consume => WITH_CONSUME,
        AuthorizationHeader::Pass | AuthorizationHeader::Ignore => READABLE_FROM,
    };
    let by_posture = match app.posture {
        Posture::Portal => WITH_POSTURE,
        Posture::Assertion => WITH_ASSERTION,
        Posture::Headers => READABLE_FROM,
    };
    let by_level = app.require.map_or(READABLE_FROM, |_| WITH_LEVEL);
    by_rules.max(by_header).max(by_posture).max(by_level)
}

/// Holds an app's row until the transaction ends and gives its document; refuses that of a newer release.
async fn hold(conn: &mut Conn, name: &AppName) -> Result<Option<String>, StoreError> {
    let Some(mut row) = conn.row(APP_HOLD, &[name.into()]).await? else { return Ok(None) };
    refuse_newer(TABLE, name.as_str(), row.int(0)?)?;
    row.text(1).map(Some)
}

/// Holds an app's row until the transaction ends; false when there is none.
pub async fn lock(conn: &mut Conn, name: &AppName) -> Result<bool, StoreError> {
    Ok(hold(conn, name).await?.is_some())
}

/// The app of this name.
pub async fn by_name(conn: &mut Conn, name: &AppName) -> Result<Option<App>, StoreError> {
    let found = conn.row(APP_BY_NAME, &[name.into()]).await?.as_mut().map(named).transpose()?;
    Ok(found.map(|(_, app)| app).transpose()?)
}

/// All apps by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<Readable<App>>, StoreError> {
    Ok(all_of(conn, APP_PAGE).await?.into_iter().map(|(_, app)| app).collect())
}

/// The apps that a declaration made, by name.
pub async fn declared(conn: &mut Conn) -> Result<Vec<Readable<App>>, StoreError> {
    Ok(all_of(conn, APP_DECLARED).await?.into_iter().map(|(_, app)| app).collect())
}

/// Apps with Doorstep in front, and those beside them on the same host or below one of their wildcards, by name.
pub async fn protected_and_beside(conn: &mut Conn) -> Result<Vec<Readable<App>>, StoreError> {
    let mut found = all_of(conn, APP_PROTECTED).await?;
    let is_wildcard = |app: &Readable<App>| app.as_ref().is_ok_and(|app| is_wildcard_url(&app.url));
    // Every app is looked at for those below a wildcard, where there is one.
    let below = found.iter().any(|(_, app)| is_wildcard(app)).then_some(APP_BELOW_WILDCARD);
    for statement in [Some(APP_BESIDE_PROTECTED), below].into_iter().flatten() {
        for row in &mut conn.rows(statement, &[]).await? {
            found.push(named(row)?);
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.dedup_by(|(a, _), (b, _)| a == b);
    Ok(found.into_iter().map(|(_, app)| app).collect())
}

/// What a statement finds, asked a page at a time.
async fn all_of(conn: &mut Conn, statement: Statement) -> Result<Vec<Named>, StoreError> {
    let (mut all, mut after) = (Vec::new(), After::start());
    loop {
        let page = page(conn, statement, &after).await?;
        all.extend(page.items);
        match page.next {
            Some(key) => after = After::key(key),
            None => return Ok(all),
        }
    }
}

type Named = (AppName, Readable<App>);

async fn page(
    conn: &mut Conn,
    statement: Statement,
    after: &After<AppName>,
) -> Result<Page<Named, AppName>, StoreError> {
    let values = [after.begins_after().map_or("", AppName::as_str).into(), after.ask_for().into()];
    let mut rows = conn.rows(statement, &values).await?;
    let found = rows.iter_mut().map(named).collect::<Result<Vec<_>, _>>()?;
    Ok(after.page(found, |(name, _)| name.clone()))
}

/// Removes an app with the sessions on its host, inside a transaction; false when it was not there.
/// [`StoreError::Unreadable`] when the row may be changed by a newer release only.
pub async fn delete(conn: &mut Conn, name: &AppName) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    hold(conn, name).await?;
    Ok(conn.execute(APP_DELETE, &[name.into()]).await? > 0)
}

fn named(row: &mut Row) -> Result<Named, StoreError> {
    let name: AppName = row.parsed(0, "an app's name")?;
    let app = readable(TABLE, name.as_str(), row.int(6))
        .and_then(|needs| refuse_newer(TABLE, name.as_str(), needs))
        .and_then(|()| readable(TABLE, name.as_str(), read(row, &name)));
    Ok((name, app))
}

fn read(row: &mut Row, name: &AppName) -> Result<App, StoreError> {
    let document: Document = row.document(7)?;
    Ok(App {
        name: name.clone(),
        title: row.text(1)?,
        url: row.text(2)?,
        client: row.opt_parsed(3, "a client id")?,
        protected: row.bool(4)?,
        owner: row.word(5, Owner::from_text)?,
        allow: document.allow,
        require: document.require,
        own_cookies: document.own_cookies,
        rules: document.rules,
        authorization: document.authorization,
        posture: document.posture,
        icon: document.icon,
    })
}
