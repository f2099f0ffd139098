//! The signing keys: loaded into the keyring at a start, made at the very first one, and loaded again when another
//! replica changed them.

use crate::{context::Context, error::InternalError, key_generation, keyring::Sealed};
use doorstep_core::{
    id::KeyId,
    jose::{KeySet, SigningKey},
    model::{SealedSigningKey, SigningAlg},
    secret::Secret,
};
use doorstep_store::{generations, keys};

/// The name of the counter that every change of a signing key raises.
pub(crate) const SIGNING_KEYS: &str = "signing_keys";

/// Puts the signing keys of the database in use, making those that are not there. Returns the counter's value
/// that goes with them.
pub(crate) async fn load(context: &Context) -> Result<i64, InternalError> {
    let mut conn = context.db.read().await?;
    // Read before the rows: a change in between raises it again, and the next look loads them anew.
    let mut generation = generations::get(&mut conn, SIGNING_KEYS).await?;
    let mut rows = keys::all(&mut conn).await?;
    drop(conn);
    let missing: Vec<_> = SigningAlg::ALL
        .into_iter()
        .filter(|alg| !rows.iter().any(|row| row.alg == *alg && row.retired_at.is_none()))
        .collect();
    if !missing.is_empty() {
        let made = make_signing_keys(context, missing).await?;
        let mut tx = context.db.begin().await?;
        // Another replica may be making them at the same moment: one waits here, and theirs stand.
        generation = generations::bump(&mut tx, SIGNING_KEYS).await?;
        rows = keys::all(&mut tx).await?;
        for row in made {
            if !rows.iter().any(|other| other.alg == row.alg && other.retired_at.is_none()) {
                keys::insert(&mut tx, &row).await?;
                rows.push(row);
            }
        }
        tx.commit().await?;
    }
    install(context, rows)?;
    Ok(generation)
}

/// Puts the signing keys of the database in use as another replica left them. Where one does not open, those in use
/// stay.
pub(crate) async fn load_again(context: &Context) -> Result<(), InternalError> {
    let rows = keys::all(&mut context.db.read().await?).await?;
    install(context, rows)
}

fn install(context: &Context, mut rows: Vec<SealedSigningKey>) -> Result<(), InternalError> {
    rows.sort_by_key(|row| (row.alg, row.created_at));
    let mut set = Vec::with_capacity(rows.len());
    for row in rows {
        let pkcs8 = context.keyring.open(Sealed::SigningKey, &place_of(&row.id), &row.sealed)?;
        set.push((SigningKey::from_pkcs8(row.id, row.alg, pkcs8.expose())?, row.retired_at.is_some()));
    }
    context.keyring.install(KeySet::new(set));
    Ok(())
}

/// Makes one key for each algorithm, off the async threads: RSA takes a while.
async fn make_signing_keys(context: &Context, algs: Vec<SigningAlg>) -> Result<Vec<SealedSigningKey>, InternalError> {
    let mut entropy = context.ambient.entropy();
    let ids: Vec<_> = algs.into_iter().map(|alg| (KeyId::random(&mut entropy), alg)).collect();
    let made = tokio::task::spawn_blocking(move || {
        ids.into_iter().map(|(id, alg)| key_generation::signing_key(id, alg)).collect::<Result<Vec<_>, _>>()
    });
    let made = made.await.map_err(|_| InternalError::Missing("the thread that makes keys"))??;
    let now = context.now();
    let seal = |(key, pkcs8): &(SigningKey, Secret<Vec<u8>>)| {
        let mut entropy = context.ambient.entropy();
        let place = place_of(key.id());
        let sealed = context.keyring.seal(Sealed::SigningKey, &place, pkcs8.expose(), &mut entropy)?;
        Ok(SealedSigningKey { id: key.id().clone(), alg: key.alg(), sealed, created_at: now, retired_at: None })
    };
    made.iter().map(seal).collect()
}

/// The row that a sealed key is bound to.
pub(crate) fn place_of(id: &KeyId) -> String {
    format!("signing_keys/{id}")
}
