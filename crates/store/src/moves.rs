//! An instance that moves to another host: whose passkeys are of which host, and which apps still ask at a former issuer.

use crate::{
    Conn, StoreError, instance,
    sql::{
        FORMER_USE_NOTE, FORMER_USE_OF, HOST_GIVE_UP, HOST_TAKE_BACK, PASSKEY_HOSTS, PASSKEY_NAME_HOST,
        PASSKEY_OF_HOST, PASSKEY_WITHOUT_PRESENT,
    },
};
use doorstep_core::{
    id::ClientId,
    model::UserName,
    time::{Timestamp, Ttl},
};

/// A use is written down at most this often for each app.
const NOTE_EVERY: Ttl = Ttl::from_seconds(60);

/// An app that asked under a former issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerUse {
    /// Its client.
    pub client: ClientId,
    /// What people read.
    pub name: String,
    /// When it last did.
    pub asked_at: Timestamp,
}

/// Notes another issuer. Passkeys whose host was not noted so far are of `before`, the host of the issuer that is left;
/// in one transaction, or they would count as those of the new one.
pub async fn change_issuer(conn: &mut Conn, before: &str, issuer: &str) -> Result<(), StoreError> {
    conn.demand_transaction("instance")?;
    conn.execute(PASSKEY_NAME_HOST, &[before.into()]).await?;
    instance::set_issuer(conn, issuer).await
}

/// Every host that passkeys are noted for.
pub async fn hosts(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    conn.rows(PASSKEY_HOSTS, &[]).await?.iter_mut().map(|row| row.text(0)).collect()
}

/// From now on passkeys of this host count, as ways in that somebody has, or count for nothing.
pub async fn set_counts(conn: &mut Conn, host: &str, counts: bool) -> Result<(), StoreError> {
    let statement = if counts { HOST_TAKE_BACK } else { HOST_GIVE_UP };
    conn.execute(statement, &[host.into()]).await.map(|_| ())
}

/// Whether anybody who may sign in has a passkey that is noted for this host.
pub async fn has_passkeys(conn: &mut Conn, host: &str) -> Result<bool, StoreError> {
    Ok(conn.row(PASSKEY_OF_HOST, &[host.into()]).await?.is_some())
}

/// Who has passkeys, and none of the present host: with each host that they have some of, by user name.
pub async fn without_present(conn: &mut Conn, present: &str) -> Result<Vec<(UserName, String)>, StoreError> {
    let mut rows = conn.rows(PASSKEY_WITHOUT_PRESENT, &[present.into()]).await?;
    rows.iter_mut().map(|row| Ok((row.parsed(0, "a user name")?, row.text(1)?))).collect()
}

/// Notes that an app asked under a former issuer; false when that was noted within the last minute.
pub async fn note_use(conn: &mut Conn, issuer: &str, client: &ClientId, now: Timestamp) -> Result<bool, StoreError> {
    let values = [issuer.into(), client.into(), now.into(), (now - NOTE_EVERY).into()];
    Ok(conn.execute(FORMER_USE_NOTE, &values).await? > 0)
}

/// The apps that asked under a former issuer, whoever did last first.
pub async fn uses(conn: &mut Conn, issuer: &str) -> Result<Vec<FormerUse>, StoreError> {
    let mut rows = conn.rows(FORMER_USE_OF, &[issuer.into()]).await?;
    let read = |row: &mut crate::row::Row| {
        Ok(FormerUse { client: row.parsed(0, "a client id")?, name: row.text(1)?, asked_at: row.time(2)? })
    };
    rows.iter_mut().map(read).collect()
}
