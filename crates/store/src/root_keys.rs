//! Root keys: what is known of each, what servers say of the one that is offered, and from which one the other secrets of
//! an app come. The keys themselves are never here.
//!
//! Each step of a rotation is one conditional statement, so that of two processes that come to it one takes it.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        APP_SECRET_KEYS, APP_SECRET_PIN, APP_SECRET_PIN_ALL, KEY_SERVER_ALL, KEY_SERVER_CLEAR, KEY_SERVER_TELL,
        ROOT_KEY_ALL, ROOT_KEY_BRING_IN, ROOT_KEY_ENTER, ROOT_KEY_FINISH, ROOT_KEY_OFFER, ROOT_KEY_RESEALED,
        ROOT_KEY_TAKE_BACK, SERVER_BEATS, Statement,
    },
};
use doorstep_core::{
    id::AppName,
    model::{Heard, KeyGeneration, RootKeyId, RootKeyRecord, RootKeyRecords, ServerProcess, Told},
    time::Timestamp,
};
use std::collections::BTreeMap;

const TABLE: &str = "root_keys";

/// Every root key.
pub async fn all(conn: &mut Conn) -> Result<RootKeyRecords, StoreError> {
    let mut rows = conn.rows(ROOT_KEY_ALL, &[]).await?;
    let read = |row: &mut Row| {
        Ok(RootKeyRecord {
            generation: generation(row, 0)?,
            id: row.parsed(1, "a check of a root key")?,
            offered_at: row.time(2)?,
            in_force_at: row.opt_time(3)?,
            resealed_at: row.opt_time(4)?,
            finished_at: row.opt_time(5)?,
        })
    };
    rows.iter_mut().map(read).collect::<Result<_, _>>().map(RootKeyRecords::new)
}

/// Enters a key that is there before any rotation, unless another process did.
pub async fn enter(conn: &mut Conn, (key, id): (KeyGeneration, &RootKeyId), now: Timestamp) -> Result<(), StoreError> {
    let values = [i64::from(key.number()).into(), id.as_str().into(), now.into()];
    conn.execute(ROOT_KEY_ENTER, &values).await.map(|_| ())
}

/// Offers a key to the servers, unless a rotation is under way or the key was offered before; what they said of an
/// earlier one is forgotten.
pub async fn offer(conn: &mut Conn, id: &RootKeyId, now: Timestamp) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    if conn.execute(ROOT_KEY_OFFER, &[id.as_str().into(), now.into()]).await? == 0 {
        return Ok(false);
    }
    conn.execute(KEY_SERVER_CLEAR, &[]).await?;
    Ok(true)
}

/// Takes a key back that is offered; false when it is in force, or was taken back.
pub async fn take_back(conn: &mut Conn, key: &RootKeyId) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    Ok(conn.execute(ROOT_KEY_TAKE_BACK, &[key.as_str().into()]).await? > 0)
}

/// Brings a key into force; false when it is. The other secrets of all apps that there are stay with the key that was in
/// force `before`.
pub async fn bring_in(
    conn: &mut Conn,
    key: &RootKeyId,
    before: KeyGeneration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !step(conn, ROOT_KEY_BRING_IN, key, now).await? {
        return Ok(false);
    }
    conn.execute(APP_SECRET_PIN_ALL, &[i64::from(before.number()).into()]).await?;
    Ok(true)
}

/// Notes that everything is sealed under this key; false when that was noted.
pub async fn resealed(conn: &mut Conn, key: &RootKeyId, now: Timestamp) -> Result<bool, StoreError> {
    step(conn, ROOT_KEY_RESEALED, key, now).await
}

/// Notes that no client secret is derived from an earlier key; false when that was noted.
pub async fn finish(conn: &mut Conn, key: &RootKeyId, now: Timestamp) -> Result<bool, StoreError> {
    step(conn, ROOT_KEY_FINISH, key, now).await
}

async fn step(conn: &mut Conn, what: Statement, key: &RootKeyId, now: Timestamp) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    Ok(conn.execute(what, &[key.as_str().into(), now.into()]).await? > 0)
}

/// A server says that it runs, and whether it holds the key that is offered.
pub async fn tell(
    conn: &mut Conn,
    server: &ServerProcess,
    (key, holds): (KeyGeneration, bool),
) -> Result<(), StoreError> {
    let server = server.to_text();
    let values = [server.as_str().into(), i64::from(key.number()).into(), holds.into()];
    conn.execute(KEY_SERVER_TELL, &values).await.map(|_| ())
}

/// What servers say of a key, and the beats of all that declare apps.
pub async fn heard(conn: &mut Conn, key: KeyGeneration) -> Result<Heard, StoreError> {
    let mut heard = Heard::default();
    for mut row in conn.rows(KEY_SERVER_ALL, &[i64::from(key.number()).into()]).await? {
        heard.told.insert(ServerProcess::from_text(&row.text(0)?), Told { holds: row.bool(1)?, beat: row.int(2)? });
    }
    for mut row in conn.rows(SERVER_BEATS, &[]).await? {
        heard.others.insert(row.text(0)?, row.int(1)?);
    }
    Ok(heard)
}

/// From which root key the other secrets of apps come, of all of which that was noted.
pub async fn app_secrets(conn: &mut Conn) -> Result<BTreeMap<String, KeyGeneration>, StoreError> {
    let mut rows = conn.rows(APP_SECRET_KEYS, &[]).await?;
    rows.iter_mut().map(|row| Ok((row.text(0)?, generation(row, 1)?))).collect()
}

/// Notes from which root key the other secrets of an app come, unless that is known.
pub async fn pin(conn: &mut Conn, app: &AppName, key: KeyGeneration) -> Result<(), StoreError> {
    conn.execute(APP_SECRET_PIN, &[app.into(), i64::from(key.number()).into()]).await.map(|_| ())
}

fn generation(row: &Row, column: usize) -> Result<KeyGeneration, StoreError> {
    let number = u32::try_from(row.int(column)?).ok().and_then(KeyGeneration::from_number);
    number.ok_or_else(|| row.corrupt(column, "a root key's number"))
}
