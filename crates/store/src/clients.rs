//! OAuth clients: one JSON document beside each id.

use crate::{
    Conn, StoreError,
    row::json_text,
    sql::{CLIENT_ALL, CLIENT_BY_ID, CLIENT_DELETE, CLIENT_PUT},
};
use doorstep_core::{id::ClientId, model::Client, time::Timestamp};

/// Writes a client, new or not. What hangs off it stays.
pub async fn put(conn: &mut Conn, client: &Client, now: Timestamp) -> Result<(), StoreError> {
    let settings = json_text("clients", client)?;
    conn.execute(CLIENT_PUT, &[(&client.id).into(), (&settings).into(), now.into()]).await.map(|_| ())
}

/// All clients by id.
pub async fn all(conn: &mut Conn) -> Result<Vec<Client>, StoreError> {
    conn.rows(CLIENT_ALL, &[]).await?.iter_mut().map(|row| row.json(0)).collect()
}

/// The client with this id; letter case counts (RFC 6749 §2.2).
pub async fn by_id(conn: &mut Conn, id: &ClientId) -> Result<Option<Client>, StoreError> {
    conn.row(CLIENT_BY_ID, &[id.into()]).await?.as_mut().map(|row| row.json(0)).transpose()
}

/// Removes a client with its grants, tokens, consents and parked requests; false when it was not there.
pub async fn delete(conn: &mut Conn, id: &ClientId) -> Result<bool, StoreError> {
    Ok(conn.execute(CLIENT_DELETE, &[id.into()]).await? > 0)
}
