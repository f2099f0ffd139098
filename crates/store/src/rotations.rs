//! Rotations of derived client secrets: one row a client, which stays when the rotation ended, until the next.
//!
//! Each step is one conditional statement, so that of two processes that come to the same step one takes it. Whoever
//! takes one writes the line of the revocation log by which every server reads the client again.

use crate::{
    Conn, StoreError,
    records::{Readable, readable},
    revocations::{self, RevocationKind},
    row::Row,
    sql::{
        CLIENT_RAISE_SECRET, CLIENT_SET_SECRET, ROTATION_DELIVERED, ROTATION_END, ROTATION_LAST, ROTATION_PUT,
        ROTATION_TERMS, ROTATION_UNDER_WAY, ROTATION_USED, Statement,
    },
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::Rotation,
    time::{Timestamp, Ttl},
};

const TABLE: &str = "client_rotations";
/// Columns that [`read`] reads.
pub(crate) const COLUMNS: usize = 8;

/// A rotation that is under way, of a client of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The client.
    pub client: ClientId,
    /// Its app.
    pub app: Option<AppName>,
    /// The rotation.
    pub rotation: Rotation,
}

/// Begins a rotation or turns one round, as if nothing of it had been delivered or used. The client's row is held
/// ([`crate::clients::lock`]), and what is written was decided from what stands there.
pub async fn put(conn: &mut Conn, client: &ClientId, rotation: &Rotation, now: Timestamp) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    let values = [
        client.into(),
        i64::from(rotation.old).into(),
        i64::from(rotation.new).into(),
        rotation.taken_back.into(),
        rotation.issued_at.into(),
        rotation.ends_at.into(),
        rotation.overlap.millis().into(),
        rotation.delivered_at.into(),
        rotation.used_at.into(),
    ];
    conn.execute(ROTATION_PUT, &values).await?;
    conn.execute(CLIENT_RAISE_SECRET, &[client.into(), i64::from(rotation.new).into()]).await?;
    revocations::record(conn, RevocationKind::Client, client.as_str(), now)
}

/// Changes when the old version ends, and nothing else: what is noted meanwhile of a delivery or a use stays. False when
/// the rotation ended, or is another one.
pub async fn change_terms(
    conn: &mut Conn,
    (client, rotation): (&ClientId, &Rotation),
    now: Timestamp,
) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    let values = [
        client.into(),
        i64::from(rotation.new).into(),
        rotation.issued_at.into(),
        rotation.ends_at.into(),
        rotation.overlap.millis().into(),
    ];
    if conn.execute(ROTATION_TERMS, &values).await? == 0 {
        return Ok(false);
    }
    revocations::record(conn, RevocationKind::Client, client.as_str(), now)?;
    Ok(true)
}

/// Notes that the new version is in every place; false when that was noted, or the rotation is another one.
pub async fn delivered(
    conn: &mut Conn,
    (client, rotation): (&ClientId, &Rotation),
    now: Timestamp,
) -> Result<bool, StoreError> {
    step(conn, (client, rotation), now, ROTATION_DELIVERED).await
}

/// Notes the first use of the new version; false when that was noted, or the rotation is another one.
pub async fn used(
    conn: &mut Conn,
    (client, rotation): (&ClientId, &Rotation),
    now: Timestamp,
) -> Result<bool, StoreError> {
    step(conn, (client, rotation), now, ROTATION_USED).await
}

/// Ends the old version, and with it the rotation; false when it ended before, or is another one. The client's row is
/// held.
pub async fn end(
    conn: &mut Conn,
    (client, rotation): (&ClientId, &Rotation),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !step(conn, (client, rotation), now, ROTATION_END).await? {
        return Ok(false);
    }
    conn.execute(CLIENT_SET_SECRET, &[client.into(), i64::from(rotation.new).into(), now.into()]).await?;
    Ok(true)
}

/// A step from the rotation as it was begun or turned round then, and no other.
async fn step(
    conn: &mut Conn,
    (client, rotation): (&ClientId, &Rotation),
    now: Timestamp,
    statement: Statement,
) -> Result<bool, StoreError> {
    conn.demand_transaction(TABLE)?;
    let values = [client.into(), i64::from(rotation.new).into(), rotation.issued_at.into(), now.into()];
    if conn.execute(statement, &values).await? == 0 {
        return Ok(false);
    }
    revocations::record(conn, RevocationKind::Client, client.as_str(), now)?;
    Ok(true)
}

/// Rotations that are under way, by client. One that cannot be read holds up no other.
pub async fn under_way(conn: &mut Conn) -> Result<Vec<Readable<UnderWay>>, StoreError> {
    let mut found = Vec::new();
    for mut row in conn.rows(ROTATION_UNDER_WAY, &[]).await? {
        let id = row.text(0)?;
        found.extend(readable(TABLE, &id, one_under_way(&mut row, &id)).transpose());
    }
    Ok(found)
}

fn one_under_way(row: &mut Row, id: &str) -> Result<Option<UnderWay>, StoreError> {
    let client: ClientId = id.parse().map_err(|_| row.corrupt(0, "a client id"))?;
    let app = row.opt_parsed(1, "an app's name")?;
    Ok(read(row, 2)?.map(|rotation| UnderWay { client, app, rotation }))
}

/// The last rotation of a client, and when it ended, if it did.
pub async fn last(conn: &mut Conn, client: &ClientId) -> Result<Option<(Rotation, Option<Timestamp>)>, StoreError> {
    let Some(row) = conn.row(ROTATION_LAST, &[client.into()]).await? else { return Ok(None) };
    let ended_at = row.opt_time(0)?;
    Ok(read(&row, 1)?.map(|rotation| (rotation, ended_at)))
}

/// A rotation from the columns that begin at `at`; none where they are empty.
pub(crate) fn read(row: &Row, at: usize) -> Result<Option<Rotation>, StoreError> {
    let Some(old) = row.opt_int(at)? else { return Ok(None) };
    let small = |column: usize, number: i64| u32::try_from(number).map_err(|_| row.corrupt(column, "a small number"));
    Ok(Some(Rotation {
        old: small(at, old)?,
        new: small(at + 1, row.int(at + 1)?)?,
        taken_back: row.bool(at + 2)?,
        issued_at: row.time(at + 3)?,
        ends_at: row.opt_time(at + 4)?,
        overlap: Ttl::from_millis(row.int(at + 5)?),
        delivered_at: row.opt_time(at + 6)?,
        used_at: row.opt_time(at + 7)?,
    }))
}
