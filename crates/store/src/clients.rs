//! OAuth clients. What is searched, listed or unique is a column, redirect URIs are rows, and the rest is a
//! document that can grow: see [`crate::records`].

use crate::{
    Conn, StoreError,
    records::{READABLE_FROM, Readable, WITH_LEVEL, readable, refuse_newer, rewritten},
    revocations::{self, RevocationKind},
    rotations,
    row::Row,
    sql::{
        CLIENT_BY_ID, CLIENT_CLEAR_URIS, CLIENT_DELETE, CLIENT_HOLD, CLIENT_INSERT_URI, CLIENT_NEWEST_SECRET,
        CLIENT_NOTE_KEY, CLIENT_OF_APP, CLIENT_ORIGIN, CLIENT_PAGE, CLIENT_PAGE_DECLARED, CLIENT_PUT,
        CLIENT_RAISE_SECRET, CLIENT_WITHOUT_ISS,
    },
};
use doorstep_core::{
    id::{AppName, ClientId, GroupName},
    model::{
        Client, ClientAuthMethod, ClientSecret, KeyGeneration, Level, Owner, PkcePolicy, RoleClaim, SecretVersion,
        SigningAlg, VersionKeys,
    },
    oauth::cors,
    page::{After, Page},
    time::{Timestamp, Ttl},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const TABLE: &str = "clients";
/// Columns of a client itself; then come the kind and the text of one of its URIs, and its rotation.
const COLUMNS: usize = 10;
/// The column after the rotation: from which root keys the versions come, as `version:key,…`.
const KEYS: usize = COLUMNS + 2 + rotations::COLUMNS;

/// The part of a client that is stored as a document. A field that is not there has the value that allows least.
#[derive(Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings, as those of a client are")]
struct Document {
    extra: Option<String>,
    auth_method: ClientAuthMethod,
    native: bool,
    device: bool,
    scopes: BTreeSet<String>,
    pkce: PkcePolicy,
    first_party: bool,
    id_token_alg: SigningAlg,
    claims_in_id_token: bool,
    allow: Option<BTreeSet<GroupName>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require: Option<Level>,
    role_claim: Option<RoleClaim>,
    access_ttl: Ttl,
    refresh_ttl: Ttl,
}

impl Default for Document {
    fn default() -> Self {
        Self {
            extra: None,
            auth_method: ClientAuthMethod::Either,
            native: false,
            device: false,
            scopes: BTreeSet::from(["openid".to_owned()]),
            pkce: PkcePolicy::Required,
            first_party: false,
            id_token_alg: SigningAlg::default(),
            claims_in_id_token: false,
            // Nobody. Everybody is an explicit null.
            allow: Some(BTreeSet::new()),
            require: None,
            role_claim: None,
            access_ttl: Ttl::from_minutes(10),
            refresh_ttl: Ttl::from_days(30),
        }
    }
}

impl From<&Client> for Document {
    fn from(client: &Client) -> Self {
        Self {
            extra: client.extra.clone(),
            auth_method: client.auth_method,
            native: client.native,
            device: client.device,
            scopes: client.scopes.clone(),
            pkce: client.pkce,
            first_party: client.first_party,
            id_token_alg: client.id_token_alg,
            claims_in_id_token: client.claims_in_id_token,
            allow: client.allow.clone(),
            require: client.require,
            role_claim: client.role_claim.clone(),
            access_ttl: client.access_ttl,
            refresh_ttl: client.refresh_ttl,
        }
    }
}

/// Writes a client, new or not, inside a transaction, and the line of the revocation log by which others notice. Its
/// grants and tokens stay, and so does what its row holds that this release does not know. [`StoreError::Unreadable`]
/// when the row may be changed by a newer release only.
pub async fn put(conn: &mut Conn, client: &Client, now: Timestamp) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let stored = hold(conn, &client.id).await?;
    let document = rewritten(TABLE, &Document::from(client), stored.as_deref())?;
    let (version, hash) = match &client.secret {
        ClientSecret::None => (None, None),
        ClientSecret::Derived { version, .. } => (Some(i64::from(*version)), None),
        ClientSecret::Supplied { hash } => (None, Some(hash.as_str())),
    };
    let values = [
        (&client.id).into(),
        (&client.name).into(),
        client.app.as_ref().map(AppName::as_str).into(),
        client.owner.as_str().into(),
        client.enabled.into(),
        version.into(),
        hash.into(),
        client.iss_parameter.into(),
        // A release that knows no levels would let in whoever signed in by less.
        client.require.map_or(READABLE_FROM, |_| WITH_LEVEL).into(),
        (&document).into(),
        now.into(),
    ];
    conn.execute(CLIENT_PUT, &values).await?;
    if let Some(version) = version {
        conn.execute(CLIENT_RAISE_SECRET, &[(&client.id).into(), version.into()]).await?;
    }
    put_uris(conn, client).await?;
    revocations::record(conn, RevocationKind::Client, client.id.as_str(), now)
}

async fn put_uris(conn: &mut Conn, client: &Client) -> Result<(), StoreError> {
    conn.execute(CLIENT_CLEAR_URIS, &[(&client.id).into()]).await?;
    let origins = cors::origins(client).into_iter().collect();
    for (kind, uris) in [
        (UriKind::Redirect, &client.redirect_uris),
        (UriKind::PostLogout, &client.post_logout_redirect_uris),
        (UriKind::Origin, &origins),
    ] {
        for (position, uri) in (0_i64..).zip(uris) {
            let values = [(&client.id).into(), kind.as_str().into(), position.into(), uri.into()];
            conn.execute(CLIENT_INSERT_URI, &values).await?;
        }
    }
    Ok(())
}

/// Holds a client's row until the transaction ends, so that what is read of it stays true; says whether it is there.
pub async fn lock(conn: &mut Conn, id: &ClientId) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    Ok(hold(conn, id).await?.is_some())
}

/// Holds a client's row until the transaction ends and gives its document; refuses that of a newer release.
async fn hold(conn: &mut Conn, id: &ClientId) -> Result<Option<String>, StoreError> {
    let Some(mut row) = conn.row(CLIENT_HOLD, &[id.into()]).await? else { return Ok(None) };
    refuse_newer(TABLE, id.as_str(), row.int(0)?)?;
    row.text(1).map(Some)
}

/// The client with this id; letter case counts (RFC 6749 §2.2).
pub async fn by_id(conn: &mut Conn, id: &ClientId) -> Result<Option<Client>, StoreError> {
    one(conn.rows(CLIENT_BY_ID, &[id.into()]).await?)
}

/// The own client of this app: none of its further ones.
pub async fn of_app(conn: &mut Conn, app: &AppName) -> Result<Option<Client>, StoreError> {
    let mut unread = None;
    for (_, client) in clients_of(conn.rows(CLIENT_OF_APP, &[app.into()]).await?)? {
        match client {
            Ok(client) if client.extra.is_none() => return Ok(Some(client)),
            Ok(_) => {}
            Err(error) => unread = Some(error),
        }
    }
    unread.map_or(Ok(None), |error| Err(error.into()))
}

/// Clients by id, a page at a time.
pub async fn page(conn: &mut Conn, after: &After<ClientId>) -> Result<Page<Readable<Client>, ClientId>, StoreError> {
    let values = [after.begins_after().map_or("", ClientId::as_str).into(), after.ask_for().into()];
    Ok(after.page(clients_of(conn.rows(CLIENT_PAGE, &values).await?)?, |(id, _)| id.clone()).map(|(_, client)| client))
}

/// The declared clients of apps, by id. Those that were made by hand are not read.
pub async fn declared(conn: &mut Conn) -> Result<Vec<Readable<Client>>, StoreError> {
    let (mut all, mut after) = (Vec::new(), After::start());
    loop {
        let values = [after.begins_after().map_or("", ClientId::as_str).into(), after.ask_for().into()];
        let found = clients_of(conn.rows(CLIENT_PAGE_DECLARED, &values).await?)?;
        let page = after.page(found, |(id, _)| id.clone());
        all.extend(page.items.into_iter().map(|(_, client)| client));
        match page.next {
            Some(key) => after = After::key(key),
            None => return Ok(all),
        }
    }
}

/// Whether pages of a client without a secret live at this origin, compared byte for byte.
pub async fn is_origin(conn: &mut Conn, origin: &str) -> Result<bool, StoreError> {
    Ok(conn.row(CLIENT_ORIGIN, &[origin.into()]).await?.is_some())
}

/// Whether every client that is on takes the `iss` parameter of RFC 9207.
pub async fn all_take_iss(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(conn.row(CLIENT_WITHOUT_ISS, &[]).await?.is_none())
}

/// The version for a derived secret of a client that has none: one that no client of this id ever had.
pub async fn next_secret_version(conn: &mut Conn, id: &ClientId) -> Result<u32, StoreError> {
    let newest = conn.row(CLIENT_NEWEST_SECRET, &[id.into()]).await?.map_or(Ok(0), |row| row.int(0))?;
    u32::try_from(newest.saturating_add(1)).map_err(|_| StoreError::Corrupt {
        table: "client_secret_versions",
        what: "a version is no small number".into(),
    })
}

/// Notes from which root key a version comes that is about to be issued.
pub async fn note_key(conn: &mut Conn, id: &ClientId, version: SecretVersion) -> Result<(), StoreError> {
    // One of which nothing is noted comes from the first.
    if version.key == KeyGeneration::FIRST {
        return Ok(());
    }
    let values = [id.into(), i64::from(version.number).into(), i64::from(version.key.number()).into()];
    conn.execute(CLIENT_NOTE_KEY, &values).await.map(|_| ())
}

/// Removes a client with its grants, tokens, consents and parked requests, inside a transaction, and writes the line
/// of the revocation log; false when it was not there. [`StoreError::Unreadable`] when the row may be changed
/// by a newer release only.
pub async fn delete(conn: &mut Conn, id: &ClientId, now: Timestamp) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    hold(conn, id).await?;
    if conn.execute(CLIENT_DELETE, &[id.into()]).await? == 0 {
        return Ok(false);
    }
    revocations::record(conn, RevocationKind::Client, id.as_str(), now)?;
    Ok(true)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UriKind {
    Redirect,
    PostLogout,
    /// Written, and asked for by [`is_origin`]; no part of a client that is read.
    Origin,
}

impl UriKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::PostLogout => "post_logout",
            Self::Origin => "origin",
        }
    }
    fn from_text(text: &str) -> Option<Self> {
        [Self::Redirect, Self::PostLogout, Self::Origin].into_iter().find(|kind| kind.as_str() == text)
    }
}

fn one(rows: Vec<Row>) -> Result<Option<Client>, StoreError> {
    match clients_of(rows)?.into_iter().next() {
        Some((_, client)) => Ok(Some(client?)),
        None => Ok(None),
    }
}

/// Puts clients together from rows that each hold a client and one of its URIs.
fn clients_of(rows: Vec<Row>) -> Result<Vec<(ClientId, Readable<Client>)>, StoreError> {
    let mut clients: Vec<(ClientId, Readable<Client>)> = Vec::new();
    for mut row in rows {
        let id: ClientId = row.parsed(0, "a client id")?;
        let uri = match row.opt_text(COLUMNS + 1)? {
            Some(uri) => Some((row.word(COLUMNS, UriKind::from_text)?, uri)),
            None => None,
        };
        if clients.last().is_none_or(|(last, _)| *last != id) {
            let client = read(&mut row, &id);
            clients.push((id, client));
        }
        if let (Some((_, Ok(client))), Some((kind, uri))) = (clients.last_mut(), uri) {
            match kind {
                UriKind::Redirect => client.redirect_uris.push(uri),
                UriKind::PostLogout => client.post_logout_redirect_uris.push(uri),
                UriKind::Origin => {}
            }
        }
    }
    Ok(clients)
}

/// A client without its URIs.
fn read(row: &mut Row, id: &ClientId) -> Readable<Client> {
    refuse_newer(TABLE, id.as_str(), readable(TABLE, id.as_str(), row.int(8))?)?;
    readable(TABLE, id.as_str(), read_current(row, id))
}

fn version_keys(noted: Option<&str>) -> Option<VersionKeys> {
    let one = |pair: &str| {
        let (version, key) = pair.split_once(':')?;
        Some((version.parse().ok()?, KeyGeneration::from_number(key.parse().ok()?)?))
    };
    noted.into_iter().flat_map(|text| text.split(',')).map(one).collect::<Option<_>>().map(VersionKeys::new)
}

fn read_current(row: &mut Row, id: &ClientId) -> Result<Client, StoreError> {
    let secret = match (row.opt_int(5)?, row.opt_text(6)?) {
        (None, None) => ClientSecret::None,
        (Some(version), None) => {
            let version = u32::try_from(version).map_err(|_| row.corrupt(5, "a small number"))?;
            let keys = version_keys(row.opt_text(KEYS)?.as_deref()).ok_or_else(|| row.corrupt(KEYS, "root keys"))?;
            ClientSecret::Derived { version, rotation: rotations::read(row, COLUMNS + 2)?, keys }
        }
        (None, Some(hash)) => ClientSecret::Supplied { hash },
        (Some(_), Some(_)) => return Err(row.corrupt(5, "empty beside a hash")),
    };
    let document: Document = row.document(9)?;
    Ok(Client {
        id: id.clone(),
        name: row.text(1)?,
        app: row.opt_parsed(2, "an app's name")?,
        extra: document.extra,
        owner: row.word(3, Owner::from_text)?,
        enabled: row.bool(4)?,
        secret,
        iss_parameter: row.bool(7)?,
        auth_method: document.auth_method,
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        native: document.native,
        device: document.device,
        scopes: document.scopes,
        pkce: document.pkce,
        first_party: document.first_party,
        id_token_alg: document.id_token_alg,
        claims_in_id_token: document.claims_in_id_token,
        allow: document.allow,
        require: document.require,
        role_claim: document.role_claim,
        access_ttl: document.access_ttl,
        refresh_ttl: document.refresh_ttl,
    })
}
