//! Passkeys: credential records of WebAuthn Level 3 §4.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        PASSKEY_BY_CREDENTIAL, PASSKEY_DELETE, PASSKEY_DELETE_OTHERS, PASSKEY_INSERT, PASSKEY_OF_USER,
        PASSKEY_RECORD_USE, PASSKEY_RENAME,
    },
};
use doorstep_core::{
    id::{PasskeyId, UserId},
    model::Passkey,
};

/// Adds a passkey. False when the credential id is already somebody's, whoever that is (WebAuthn §7.1 step 27).
pub async fn insert(conn: &mut Conn, passkey: &Passkey) -> Result<bool, StoreError> {
    let values = [
        (&passkey.id).into(),
        (&passkey.user).into(),
        (&passkey.credential_id).into(),
        (&passkey.credential).into(),
        (&passkey.name).into(),
        (&passkey.aaguid).into(),
        passkey.backup_eligible.into(),
        passkey.backed_up.into(),
        passkey.sign_count.into(),
        passkey.created_at.into(),
        passkey.last_used_at.into(),
        passkey.rp_id.as_str().into(),
    ];
    Ok(conn.execute(PASSKEY_INSERT, &values).await? > 0)
}

/// The passkey with this credential id.
pub async fn by_credential_id(conn: &mut Conn, credential_id: &str) -> Result<Option<Passkey>, StoreError> {
    conn.row(PASSKEY_BY_CREDENTIAL, &[credential_id.into()]).await?.as_mut().map(read).transpose()
}

/// All passkeys of an account, oldest first.
pub async fn of_user(conn: &mut Conn, user: &UserId) -> Result<Vec<Passkey>, StoreError> {
    conn.rows(PASSKEY_OF_USER, &[user.into()]).await?.iter_mut().map(read).collect()
}

/// Writes counter, backup state, credential and last use after a sign-in. A compare-and-set: false when the
/// stored counter is not `previous_count` any more.
pub async fn record_use(conn: &mut Conn, passkey: &Passkey, previous_count: i64) -> Result<bool, StoreError> {
    let values = [
        (&passkey.id).into(),
        previous_count.into(),
        passkey.sign_count.into(),
        passkey.backed_up.into(),
        (&passkey.credential).into(),
        passkey.last_used_at.into(),
    ];
    Ok(conn.execute(PASSKEY_RECORD_USE, &values).await? > 0)
}

/// Renames a passkey of this account; false when it has none such.
pub async fn rename(conn: &mut Conn, id: &PasskeyId, user: &UserId, name: &str) -> Result<bool, StoreError> {
    Ok(conn.execute(PASSKEY_RENAME, &[id.into(), user.into(), name.into()]).await? > 0)
}

/// Removes a passkey of this account; false when it has none such.
pub async fn delete(conn: &mut Conn, id: &PasskeyId, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(PASSKEY_DELETE, &[id.into(), user.into()]).await? > 0)
}

/// Removes all passkeys of this account but one, if one is to stay, and names them.
pub async fn delete_others(
    conn: &mut Conn,
    user: &UserId,
    kept: Option<&PasskeyId>,
) -> Result<Vec<PasskeyId>, StoreError> {
    // No passkey has an empty id.
    let kept = kept.map_or("", PasskeyId::as_str);
    let mut rows = conn.rows(PASSKEY_DELETE_OTHERS, &[user.into(), kept.into()]).await?;
    rows.iter_mut().map(|row| row.parsed(0, "a passkey id")).collect()
}

fn read(row: &mut Row) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: row.parsed(0, "a passkey id")?,
        user: row.parsed(1, "a user id")?,
        credential_id: row.text(2)?,
        credential: row.text(3)?,
        name: row.text(4)?,
        aaguid: row.text(5)?,
        backup_eligible: row.bool(6)?,
        backed_up: row.bool(7)?,
        sign_count: row.int(8)?,
        created_at: row.time(9)?,
        last_used_at: row.opt_time(10)?,
        rp_id: row.text(11)?,
    })
}
