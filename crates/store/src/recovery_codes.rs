//! Recovery codes: a kit of them for each account that made one.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{RECOVERY_CODE_INSERT, RECOVERY_CODE_PEEK, RECOVERY_CODE_USE, RECOVERY_KIT, RECOVERY_KIT_DELETE},
};
use doorstep_core::{id::UserId, model::RecoveryKit, secret::SecretHash, time::Timestamp};

const TABLE: &str = "recovery_codes";

/// Replaces the kit of an account, inside a transaction.
pub async fn replace(conn: &mut Conn, user: &UserId, hashes: &[SecretHash], now: Timestamp) -> Result<(), StoreError> {
    conn.demand_transaction(TABLE)?;
    delete(conn, user).await?;
    for hash in hashes {
        conn.execute(RECOVERY_CODE_INSERT, &[(&hash.to_text()).into(), user.into(), now.into()]).await?;
    }
    Ok(())
}

/// Whose a code is, and when it was used.
pub async fn peek(conn: &mut Conn, hash: &SecretHash) -> Result<Option<(UserId, Option<Timestamp>)>, StoreError> {
    let row = conn.row(RECOVERY_CODE_PEEK, &[(&hash.to_text()).into()]).await?;
    row.map(|mut row| Ok((row.parsed(0, "a user id")?, row.opt_time(1)?))).transpose()
}

/// Uses a code of this account up; false when it is not one, or not any more. Only one caller is ever told true.
pub async fn consume(
    conn: &mut Conn,
    (hash, user): (&SecretHash, &UserId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(conn.execute(RECOVERY_CODE_USE, &[(&hash.to_text()).into(), user.into(), now.into()]).await? > 0)
}

/// What is known of the kit of an account; none where it made none.
pub async fn kit_of(conn: &mut Conn, user: &UserId) -> Result<Option<RecoveryKit>, StoreError> {
    let row = conn.row(RECOVERY_KIT, &[user.into()]).await?;
    let read = |row: Row| {
        let left = usize::try_from(row.int(1)?).unwrap_or_default();
        Ok(RecoveryKit { user: user.clone(), made_at: row.time(0)?, left })
    };
    row.map(read).transpose()
}

/// Removes the kit of an account; false when it had none.
pub async fn delete(conn: &mut Conn, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(RECOVERY_KIT_DELETE, &[user.into()]).await? > 0)
}
