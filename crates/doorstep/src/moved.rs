//! An issuer that is another one than the database was made for: refused, with what would break and how to
//! confirm the change.
//!
//! Apps compare the issuer byte for byte (OpenID Connect Core §3.1.3.7), and a passkey belongs to one host only
//! (WebAuthn §5.1.3): a changed line of the configuration locks everybody out.

use crate::config::{Config, Issuer};
use crate::ending::Failure;
use crate::reason::internal;
use doorstep_store::instance::{self, Holdings};
use doorstep_store::{Db, StoreError};

/// Compares the issuer with the one that the database was made for, and notes it at the first start.
/// `issuer_was`: what a person names as the issuer that is given up.
pub(crate) async fn look(db: &Db, config: &Config, issuer_was: Option<&str>) -> Result<(), Failure> {
    let failed = |error: StoreError| internal(&error.into());
    let now = config.issuer.as_str();
    let before = instance::issuer(&mut db.read().await.map_err(failed)?).await.map_err(failed)?;
    let Some(before) = before.filter(|before| before != now) else {
        return note(db, now).await.map_err(failed);
    };
    let holdings = instance::holdings(&mut db.read().await.map_err(failed)?).await.map_err(failed)?;
    let meant = issuer_was.is_some_and(|was| was.trim_end_matches('/') == before);
    if meant || (holdings.people == 0 && holdings.clients == 0) {
        tracing::warn!(before, issuer = now, "the issuer was changed, as --issuer-was asked");
        return note(db, now).await.map_err(failed);
    }
    Err(refused(&before, &config.issuer, holdings))
}

/// For commands beside the server, which never change it.
pub(crate) async fn look_only(db: &Db, config: &Config) -> Result<(), Failure> {
    let failed = |error: StoreError| internal(&error.into());
    let mut conn = db.read().await.map_err(failed)?;
    match instance::issuer(&mut conn).await.map_err(failed)? {
        Some(before) if before != config.issuer.as_str() => {
            let holdings = instance::holdings(&mut conn).await.map_err(failed)?;
            Err(refused(&before, &config.issuer, holdings))
        }
        _ => Ok(()),
    }
}

async fn note(db: &Db, issuer: &str) -> Result<(), StoreError> {
    if instance::issuer(&mut db.read().await?).await?.as_deref() == Some(issuer) {
        return Ok(());
    }
    instance::set_issuer(&mut db.write().await?, issuer).await
}

fn refused(before: &str, issuer: &Issuer, holdings: Holdings) -> Failure {
    let Holdings { people, passkeys, clients } = holdings;
    let now = issuer.as_str();
    let host = before.parse::<Issuer>().map(|before| before.host().to_owned()).unwrap_or_default();
    let mut what = format!("`issuer` is {now}, and this database was made for {before}.\n");
    if clients > 0 {
        let whom = some(clients, "app", "apps");
        what.extend([format!(
            "{whom} would refuse every sign-in until the new address, which apps compare, is set there too.\n"
        )]);
    }
    if passkeys > 0 && host != issuer.host() {
        let which = some(passkeys, "passkey", "passkeys");
        let whom = some(people, "person", "people");
        what.extend([format!("{which} of {whom} would never work again: they belong to {host}.\n")]);
    }
    let remedy = format!(
        "Set `issuer` to {before} again. If the change is meant, start once with\n  doorstep serve --issuer-was \
         {before}\nand give everybody a link for a new passkey where the host is another: doorstep recover NAME"
    );
    Failure::refused(what.trim_end(), remedy).until_corrected()
}

fn some(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
