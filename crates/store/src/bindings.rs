//! What onboarding remembers: which client at a provider belongs to which app, and what was delivered where.
//! The secrets in it are sealed by whoever holds the keys.

use crate::{
    Conn, StoreError,
    sql::{
        BINDING_ALL, BINDING_BEGIN, BINDING_DELETE, BINDING_PUT, BINDING_RESEAL, BINDING_SEALED, DELIVERY_ALL,
        DELIVERY_DELETE, DELIVERY_PUT,
    },
};
use doorstep_core::{id::AppName, secret::SecretHash, time::Timestamp};

/// An app's client at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The app.
    pub app: AppName,
    /// What the provider calls the client; none while making it was begun.
    pub remote: Option<String>,
    /// Its secret, where the provider shows it once only.
    pub sealed: Option<String>,
}

/// Notes that a client is about to be made. What was known of an earlier one is forgotten.
pub async fn begin(conn: &mut Conn, provider: &str, app: &AppName, now: Timestamp) -> Result<(), StoreError> {
    conn.execute(BINDING_BEGIN, &[provider.into(), app.into(), now.into()]).await.map(|_| ())
}

/// Notes a client. A secret that is there stays when none comes.
pub async fn put(conn: &mut Conn, provider: &str, binding: &Binding, now: Timestamp) -> Result<(), StoreError> {
    let (remote, sealed) = (binding.remote.as_deref(), binding.sealed.as_deref());
    let values = [provider.into(), (&binding.app).into(), remote.into(), sealed.into(), now.into()];
    conn.execute(BINDING_PUT, &values).await.map(|_| ())
}

/// Forgets a client.
pub async fn delete(conn: &mut Conn, provider: &str, app: &AppName) -> Result<(), StoreError> {
    conn.execute(BINDING_DELETE, &[provider.into(), app.into()]).await.map(|_| ())
}

/// Every client at a provider, by app.
pub async fn all(conn: &mut Conn, provider: &str) -> Result<Vec<Binding>, StoreError> {
    let mut rows = conn.rows(BINDING_ALL, &[provider.into()]).await?;
    let read = |row: &mut crate::row::Row| {
        Ok(Binding { app: row.parsed(0, "an app's name")?, remote: row.opt_text(1)?, sealed: row.opt_text(2)? })
    };
    rows.iter_mut().map(read).collect()
}

/// A secret as it is kept of a client at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecret {
    /// The provider.
    pub provider: String,
    /// The app.
    pub app: AppName,
    /// The secret.
    pub sealed: String,
}

/// Every sealed secret, of whatever provider.
pub async fn sealed(conn: &mut Conn) -> Result<Vec<SealedSecret>, StoreError> {
    let mut rows = conn.rows(BINDING_SEALED, &[]).await?;
    let read = |row: &mut crate::row::Row| {
        Ok(SealedSecret { provider: row.text(0)?, app: row.parsed(1, "an app's name")?, sealed: row.text(2)? })
    };
    rows.iter_mut().map(read).collect()
}

/// Puts the same secret in place of how it was sealed; false when it stands there otherwise by now.
pub async fn reseal(conn: &mut Conn, before: &SealedSecret, now: &str) -> Result<bool, StoreError> {
    let values = [before.provider.as_str().into(), (&before.app).into(), (&before.sealed).into(), now.into()];
    Ok(conn.execute(BINDING_RESEAL, &values).await? > 0)
}

/// Something that was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where, as it is written in the configuration.
    pub place: String,
    /// For which app.
    pub app: AppName,
    /// The hash of its content.
    pub content: SecretHash,
}

/// Notes a delivery, in place of an earlier one to the same place.
pub async fn put_delivery(conn: &mut Conn, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
    let content = delivery.content.to_text();
    let values = [delivery.place.as_str().into(), (&delivery.app).into(), content.as_str().into(), now.into()];
    conn.execute(DELIVERY_PUT, &values).await.map(|_| ())
}

/// Forgets a delivery.
pub async fn delete_delivery(conn: &mut Conn, place: &str) -> Result<(), StoreError> {
    conn.execute(DELIVERY_DELETE, &[place.into()]).await.map(|_| ())
}

/// Every delivery, by place.
pub async fn deliveries(conn: &mut Conn) -> Result<Vec<Delivery>, StoreError> {
    let mut rows = conn.rows(DELIVERY_ALL, &[]).await?;
    let read = |row: &mut crate::row::Row| {
        let corrupt = || StoreError::Corrupt { table: "deliveries", what: "content_hash is no hash".into() };
        let content = SecretHash::from_text(&row.text(2)?).ok_or_else(corrupt)?;
        Ok(Delivery { place: row.text(0)?, app: row.parsed(1, "an app's name")?, content })
    };
    rows.iter_mut().map(read).collect()
}
