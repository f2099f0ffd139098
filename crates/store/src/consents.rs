//! Consent that is remembered.

use crate::{
    Conn, StoreError,
    row::{Row, scopes_text},
    sql::{CONSENT_DELETE, CONSENT_GET, CONSENT_OF_USER, CONSENT_PUT},
};
use doorstep_core::{
    id::{ClientId, UserId},
    model::Consent,
};

/// What a person allowed a client.
pub async fn get(conn: &mut Conn, user: &UserId, client: &ClientId) -> Result<Option<Consent>, StoreError> {
    conn.row(CONSENT_GET, &[user.into(), client.into()]).await?.as_mut().map(read).transpose()
}

/// Writes consent in place of what was there; the caller has merged the scopes.
pub async fn put(conn: &mut Conn, consent: &Consent) -> Result<(), StoreError> {
    let scopes = scopes_text(&consent.scopes);
    let values = [(&consent.user).into(), (&consent.client).into(), (&scopes).into(), consent.granted_at.into()];
    conn.execute(CONSENT_PUT, &values).await.map(|_| ())
}

/// Forgets consent; false when there was none.
pub async fn delete(conn: &mut Conn, user: &UserId, client: &ClientId) -> Result<bool, StoreError> {
    Ok(conn.execute(CONSENT_DELETE, &[user.into(), client.into()]).await? > 0)
}

/// All that a person allowed, by client.
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<Consent>, StoreError> {
    conn.rows(CONSENT_OF_USER, &[user.into()]).await?.iter_mut().map(read).collect()
}

fn read(row: &mut Row) -> Result<Consent, StoreError> {
    Ok(Consent {
        user: row.parsed(0, "a user id")?,
        client: row.parsed(1, "a client id")?,
        scopes: row.scopes(2)?,
        granted_at: row.time(3)?,
    })
}
