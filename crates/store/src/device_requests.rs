//! Requests of devices that wait for an approval on another one, RFC 8628. The device code and the user code are kept as
//! hashes.

use crate::{
    Conn, StoreError,
    row::{Row, scopes_text},
    sql::{DEVICE_ANSWER, DEVICE_BY_CODE, DEVICE_BY_DEVICE, DEVICE_INSERT, DEVICE_POLLED, DEVICE_USE},
};
use doorstep_core::{
    id::DeviceRequestId,
    model::{Approval, DeviceAnswer, DeviceRequest, Place},
    secret::SecretHash,
    time::{Timestamp, Ttl},
};

/// Keeps a request under the hashes of its user code and its device code.
pub async fn insert(
    conn: &mut Conn,
    request: &DeviceRequest,
    (code, device): (&SecretHash, &SecretHash),
) -> Result<(), StoreError> {
    let (scopes, code, device) = (scopes_text(&request.scopes), code.to_text(), device.to_text());
    let values = [
        (&request.id).into(),
        (&device).into(),
        (&code).into(),
        (&request.client).into(),
        (&scopes).into(),
        (&request.place.ip).into(),
        (&request.place.agent).into(),
        request.created_at.into(),
        request.expires_at.into(),
        request.pause.millis().into(),
    ];
    conn.execute(DEVICE_INSERT, &values).await.map(|_| ())
}

/// The request whose device shows this code, in whatever state.
pub async fn by_code(conn: &mut Conn, code: &SecretHash) -> Result<Option<DeviceRequest>, StoreError> {
    conn.row(DEVICE_BY_CODE, &[(&code.to_text()).into()]).await?.as_mut().map(read).transpose()
}

/// The request of the app that holds this device code, in whatever state.
pub async fn by_device(conn: &mut Conn, device: &SecretHash) -> Result<Option<DeviceRequest>, StoreError> {
    conn.row(DEVICE_BY_DEVICE, &[(&device.to_text()).into()]).await?.as_mut().map(read).transpose()
}

/// Writes the answer of a person down, once: false when somebody had answered, or it has ended.
pub async fn answer(
    conn: &mut Conn,
    id: &DeviceRequestId,
    approval: Option<&Approval>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [
        id.into(),
        now.into(),
        approval.map(|approval| approval.user.as_str()).into(),
        approval.map(|approval| approval.session.as_str()).into(),
        approval.map(|approval| approval.auth_time).into(),
        approval.map(|approval| approval.amr.as_str()).into(),
    ];
    Ok(conn.execute(DEVICE_ANSWER, &values).await? > 0)
}

/// Notes that the app asked, and how long it has to wait before it asks again.
pub async fn polled(conn: &mut Conn, id: &DeviceRequestId, now: Timestamp, pause: Ttl) -> Result<(), StoreError> {
    conn.execute(DEVICE_POLLED, &[id.into(), now.into(), pause.millis().into()]).await.map(|_| ())
}

/// Uses an approval up: true for one caller only.
pub async fn consume(conn: &mut Conn, id: &DeviceRequestId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(DEVICE_USE, &[id.into(), now.into()]).await? > 0)
}

fn read(row: &mut Row) -> Result<DeviceRequest, StoreError> {
    let answer = match (row.opt_time(7)?, row.opt_parsed(8, "a user id")?) {
        (None, _) => DeviceAnswer::Waiting,
        (Some(_), None) => DeviceAnswer::Refused,
        (Some(_), Some(user)) => DeviceAnswer::Approved(Approval {
            user,
            session: row.parsed(9, "a session id")?,
            auth_time: row.time(10)?,
            amr: row.amr(11)?,
        }),
    };
    Ok(DeviceRequest {
        id: row.parsed(0, "the id of a device's request")?,
        client: row.parsed(1, "a client id")?,
        scopes: row.scopes(2)?,
        place: Place { ip: row.text(3)?, agent: row.text(4)? },
        created_at: row.time(5)?,
        expires_at: row.time(6)?,
        answer,
        polled_at: row.opt_time(12)?,
        pause: Ttl::from_millis(row.int(13)?),
        used_at: row.opt_time(14)?,
    })
}
