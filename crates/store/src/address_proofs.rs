//! Mail addresses that people say are theirs: one at a time for each account, taken by one statement when it is confirmed.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        ADDRESS_PROOF_DELETE, ADDRESS_PROOF_OF_USER, ADDRESS_PROOF_PEEK, ADDRESS_PROOF_PUT, ADDRESS_PROOF_TAKE,
        Statement,
    },
};
use doorstep_core::{id::UserId, model::AddressProof, secret::SecretHash, time::Timestamp};

/// Keeps one, in place of the one that the account had: of that, the link opens nothing any more.
pub async fn put(conn: &mut Conn, hash: &SecretHash, proof: &AddressProof) -> Result<(), StoreError> {
    let hash = hash.to_text();
    let values =
        [(&proof.user).into(), (&hash).into(), (&proof.email).into(), proof.asked_at.into(), proof.expires_at.into()];
    conn.execute(ADDRESS_PROOF_PUT, &values).await.map(|_| ())
}

/// The one of an account that can still be confirmed.
pub async fn of_user(conn: &mut Conn, user: &UserId, now: Timestamp) -> Result<Option<AddressProof>, StoreError> {
    conn.row(ADDRESS_PROOF_OF_USER, &[user.into(), now.into()]).await?.as_mut().map(read).transpose()
}

/// Looks at the one of this account and link, without taking it.
pub async fn peek(
    conn: &mut Conn,
    of: (&SecretHash, &UserId),
    now: Timestamp,
) -> Result<Option<AddressProof>, StoreError> {
    by_hash(conn, ADDRESS_PROOF_PEEK, of, now).await
}

/// Takes it: `None` when it is none of this account, was taken, replaced or is past its end. One caller ever gets it.
pub async fn take(
    conn: &mut Conn,
    of: (&SecretHash, &UserId),
    now: Timestamp,
) -> Result<Option<AddressProof>, StoreError> {
    by_hash(conn, ADDRESS_PROOF_TAKE, of, now).await
}

/// Forgets the one of an account; false when there was none.
pub async fn delete(conn: &mut Conn, user: &UserId) -> Result<bool, StoreError> {
    Ok(conn.execute(ADDRESS_PROOF_DELETE, &[user.into()]).await? > 0)
}

async fn by_hash(
    conn: &mut Conn,
    statement: Statement,
    (hash, user): (&SecretHash, &UserId),
    now: Timestamp,
) -> Result<Option<AddressProof>, StoreError> {
    let hash = hash.to_text();
    conn.row(statement, &[(&hash).into(), user.into(), now.into()]).await?.as_mut().map(read).transpose()
}

fn read(row: &mut Row) -> Result<AddressProof, StoreError> {
    Ok(AddressProof {
        user: row.parsed(0, "a user id")?,
        email: row.text(1)?,
        asked_at: row.time(2)?,
        expires_at: row.time(3)?,
    })
}
