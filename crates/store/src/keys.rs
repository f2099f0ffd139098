//! Signing keys at rest.

use crate::{
    Conn, StoreError,
    sql::{KEY_ALL, KEY_INSERT, KEY_RESEAL},
};
use doorstep_core::{
    id::KeyId,
    model::{SealedSigningKey, SigningAlg},
};

/// Keeps a sealed key.
pub async fn insert(conn: &mut Conn, key: &SealedSigningKey) -> Result<(), StoreError> {
    let values =
        [(&key.id).into(), key.alg.as_str().into(), (&key.sealed).into(), key.created_at.into(), key.retired_at.into()];
    conn.execute(KEY_INSERT, &values).await.map(|_| ())
}

/// All keys, oldest first.
pub async fn all(conn: &mut Conn) -> Result<Vec<SealedSigningKey>, StoreError> {
    let mut rows = conn.rows(KEY_ALL, &[]).await?;
    rows.iter_mut()
        .map(|row| {
            Ok(SealedSigningKey {
                id: row.parsed(0, "a key id")?,
                alg: row.word(1, SigningAlg::from_text)?,
                sealed: row.text(2)?,
                created_at: row.time(3)?,
                retired_at: row.opt_time(4)?,
            })
        })
        .collect()
}

/// Puts the same key in place of how it was sealed; false when it stands there otherwise by now.
pub async fn reseal(conn: &mut Conn, id: &KeyId, (before, now): (&str, &str)) -> Result<bool, StoreError> {
    Ok(conn.execute(KEY_RESEAL, &[id.into(), before.into(), now.into()]).await? > 0)
}
