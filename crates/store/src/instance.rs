//! What is true of the whole instance: the issuer that the database was made for, and how much depends on it.

use crate::{
    Conn, StoreError,
    sql::{INSTANCE_CLIENTS, INSTANCE_GET, INSTANCE_PASSKEYS, INSTANCE_PEOPLE, INSTANCE_SET},
};

const ISSUER: &str = "issuer";

/// How much there is that an issuer means something to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// Accounts.
    pub people: i64,
    /// Their passkeys.
    pub passkeys: i64,
    /// Clients.
    pub clients: i64,
}

/// The issuer that the database was made for; `None` before the first start.
pub async fn issuer(conn: &mut Conn) -> Result<Option<String>, StoreError> {
    conn.row(INSTANCE_GET, &[ISSUER.into()]).await?.map(|mut row| row.text(0)).transpose()
}

/// Notes the issuer.
pub async fn set_issuer(conn: &mut Conn, issuer: &str) -> Result<(), StoreError> {
    conn.execute(INSTANCE_SET, &[ISSUER.into(), issuer.into()]).await?;
    Ok(())
}

/// Counts what depends on the issuer.
pub async fn holdings(conn: &mut Conn) -> Result<Holdings, StoreError> {
    let mut count = async |statement| -> Result<i64, StoreError> {
        conn.row(statement, &[]).await?.map_or(Ok(0), |row| row.int(0))
    };
    Ok(Holdings {
        people: count(INSTANCE_PEOPLE).await?,
        passkeys: count(INSTANCE_PASSKEYS).await?,
        clients: count(INSTANCE_CLIENTS).await?,
    })
}
