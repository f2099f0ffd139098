//! Which declaration is in force, who applied it, which servers declare what, and which declarations were in force once.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        DIGEST_KNOWN, DIGEST_PUT, MANIFEST_CONTENT, MANIFEST_DISTURB, MANIFEST_GET, MANIFEST_PUT, SERVER_BEAT,
        SERVER_DECLARING, SERVER_GET, SERVER_PUT,
    },
};
use doorstep_core::{id::GroupName, model::UserName, secret::SecretHash, time::Timestamp};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = "manifest";

/// The declaration that is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InForce {
    /// Stands for what is declared.
    pub digest: SecretHash,
    /// The server, or whoever ran the command, that applied it.
    pub server: String,
    /// When, by the clock there.
    pub applied_at: Timestamp,
    /// Whether a person brought it into force and no server has declared it since.
    pub by_hand: bool,
    /// How often another declaration was still being applied after it came into force.
    pub disturbed: i64,
}

/// What of a declaration is asked again later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Where each group and app stands, by dotted key.
    pub places: BTreeMap<String, String>,
    /// Who is in which group.
    pub members: BTreeMap<GroupName, BTreeSet<UserName>>,
}

impl Content {
    /// Where a group stands: file and line.
    pub fn place_of_group(&self, group: &GroupName) -> Option<String> {
        self.places.get(&format!("groups.{group}")).cloned()
    }
}

/// What a server declared last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaring {
    /// Stands for what it declares.
    pub digest: SecretHash,
    /// Whether it applied that itself.
    pub applied: bool,
}

/// The declaration that is in force; none before the first.
pub async fn in_force(conn: &mut Conn) -> Result<Option<InForce>, StoreError> {
    let Some(mut row) = conn.row(MANIFEST_GET, &[]).await? else { return Ok(None) };
    Ok(Some(InForce {
        digest: digest(&mut row, 0)?,
        server: row.text(1)?,
        applied_at: row.time(2)?,
        by_hand: row.bool(3)?,
        disturbed: row.int(4)?,
    }))
}

/// The content of the declaration that is in force; empty before the first.
pub async fn content(conn: &mut Conn) -> Result<Content, StoreError> {
    let Some(mut row) = conn.row(MANIFEST_CONTENT, &[]).await? else { return Ok(Content::default()) };
    let corrupt = |what: &str| StoreError::Corrupt { table: TABLE, what: what.to_owned() };
    let members: BTreeMap<String, BTreeSet<String>> =
        serde_json::from_str(&row.text(1)?).map_err(|_| corrupt("members is no list of people"))?;
    let named = |(group, names): (String, BTreeSet<String>)| {
        let names = names.into_iter().map(|name| name.parse().ok()).collect::<Option<_>>()?;
        Some((group.parse().ok()?, names))
    };
    let members = members.into_iter().map(named).collect::<Option<_>>();
    Ok(Content {
        places: serde_json::from_str(&row.text(0)?).map_err(|_| corrupt("places is no list of places"))?,
        members: members.ok_or_else(|| corrupt("members holds what is no name"))?,
    })
}

/// Brings a declaration into force: that of a server, or by hand of whoever runs a command.
pub async fn put(
    conn: &mut Conn,
    (digest, server, by_hand): (&SecretHash, &str, bool),
    content: &Content,
    now: Timestamp,
) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let members = content.members.iter();
    let members: BTreeMap<&str, Vec<&str>> =
        members.map(|(group, names)| (group.as_str(), names.iter().map(UserName::as_str).collect())).collect();
    let (text, places, members) = (digest.to_text(), json!(content.places).to_string(), json!(members).to_string());
    let (id, places, members) = (text.as_str(), places.as_str(), members.as_str());
    let values = [id.into(), server.into(), now.into(), by_hand.into(), places.into(), members.into()];
    conn.execute(MANIFEST_PUT, &values).await?;
    conn.execute(DIGEST_PUT, &[id.into(), now.into()]).await?;
    if by_hand {
        return Ok(());
    }
    declare(conn, server, &Declaring { digest: *digest, applied: true }, now).await
}

/// Notes that another declaration than the one in force was being applied until now. Nothing when it is in force.
pub async fn disturb(conn: &mut Conn, applied: &SecretHash) -> Result<(), StoreError> {
    conn.execute(MANIFEST_DISTURB, &[applied.to_text().as_str().into()]).await.map(|_| ())
}

/// What a server declared last; none for one that is new.
pub async fn declared_by(conn: &mut Conn, server: &str) -> Result<Option<Declaring>, StoreError> {
    let Some(mut row) = conn.row(SERVER_GET, &[server.into()]).await? else { return Ok(None) };
    Ok(Some(Declaring { digest: digest(&mut row, 0)?, applied: row.bool(1)? }))
}

/// Notes what a server declares.
pub async fn declare(conn: &mut Conn, server: &str, declaring: &Declaring, now: Timestamp) -> Result<(), StoreError> {
    let text = declaring.digest.to_text();
    let values = [server.into(), text.as_str().into(), declaring.applied.into(), now.into()];
    conn.execute(SERVER_PUT, &values).await.map(|_| ())
}

/// The other servers that declare this, each with its beat.
pub async fn declaring(conn: &mut Conn, digest: &SecretHash, but: &str) -> Result<BTreeMap<String, i64>, StoreError> {
    let text = digest.to_text();
    let mut found = BTreeMap::new();
    for mut row in conn.rows(SERVER_DECLARING, &[text.as_str().into(), but.into()]).await? {
        found.insert(row.text(0)?, row.int(1)?);
    }
    Ok(found)
}

/// A server says that it runs.
pub async fn beat(conn: &mut Conn, server: &str, now: Timestamp) -> Result<(), StoreError> {
    conn.execute(SERVER_BEAT, &[server.into(), now.into()]).await.map(|_| ())
}

/// Whether a declaration was in force once.
pub async fn was_in_force(conn: &mut Conn, digest: &SecretHash) -> Result<bool, StoreError> {
    Ok(conn.row(DIGEST_KNOWN, &[digest.to_text().as_str().into()]).await?.is_some())
}

fn digest(row: &mut Row, column: usize) -> Result<SecretHash, StoreError> {
    let corrupt = || StoreError::Corrupt { table: TABLE, what: "a digest is no hash".into() };
    SecretHash::from_text(&row.text(column)?).ok_or_else(corrupt)
}
