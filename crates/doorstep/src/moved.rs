//! An issuer that is another one than the database was made for: taken up where the configuration names the one before as
//! a former issuer, which `doorstep move` writes; else refused, with what would break.
//!
//! Apps compare the issuer byte for byte (OpenID Connect Core §3.1.3.7), and a passkey belongs to one host (WebAuthn
//! §5.1.3), which another origin may use while that host says so (§5.11): a changed line of the configuration alone locks
//! everybody out.

use crate::config::{Config, Issuer};
use crate::ending::Failure;
use crate::reason::internal;
use doorstep_store::instance::{self, Holdings};
use doorstep_store::{Db, StoreError, moves};
use std::collections::BTreeMap;

/// Compares the issuer with the one that the database was made for, and notes it at the first start or when it moved.
/// `issuer_was`: what a person names as the issuer that is given up.
pub(crate) async fn look(db: &Db, config: &Config, issuer_was: Option<&str>) -> Result<(), Failure> {
    let failed = |error: StoreError| internal(&error.into());
    let now = config.issuer.as_str();
    match noted(db).await? {
        None => instance::set_issuer(&mut db.write().await.map_err(failed)?, now).await.map_err(failed)?,
        Some(before) if before != now => {
            let holdings = instance::holdings(&mut db.read().await.map_err(failed)?).await.map_err(failed)?;
            let meant = issuer_was.is_some_and(|was| was.trim_end_matches('/') == before);
            if !(meant || names(config, &before) || (holdings.people == 0 && holdings.clients == 0)) {
                return Err(refused(&before, &config.issuer, holdings));
            }
            tracing::warn!(before, issuer = now, "the issuer was changed, as was asked");
            change(db, &before, now).await.map_err(failed)?;
        }
        Some(_) => {}
    }
    see_which_hosts_count(db, config).await.map_err(failed)
}

/// For commands beside the server, which never change it.
pub(crate) async fn look_only(db: &Db, config: &Config) -> Result<(), Failure> {
    let failed = |error: StoreError| internal(&error.into());
    match noted(db).await? {
        Some(before) if before != config.issuer.as_str() && names(config, &before) => Err(waits(&before, config)),
        Some(before) if before != config.issuer.as_str() => {
            let holdings = instance::holdings(&mut db.read().await.map_err(failed)?).await.map_err(failed)?;
            Err(refused(&before, &config.issuer, holdings))
        }
        _ => Ok(()),
    }
}

/// The issuer that the database was made for.
pub(crate) async fn noted(db: &Db) -> Result<Option<String>, Failure> {
    let failed = |error: StoreError| internal(&error.into());
    instance::issuer(&mut db.read().await.map_err(failed)?).await.map_err(failed)
}

/// The host of an issuer that was noted.
pub(crate) fn host_of(issuer: &str) -> String {
    issuer.parse::<Issuer>().map(|issuer| issuer.host().to_owned()).unwrap_or_default()
}

/// Whether passkeys of this host sign in.
fn counts(config: &Config, host: &str) -> bool {
    config.issuer.host() == host || config.former_issuers.iter().any(|former| former.host() == host)
}

fn names(config: &Config, before: &str) -> bool {
    config.former_issuers.iter().any(|former| former.as_str() == before)
}

async fn change(db: &Db, before: &str, now: &str) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    moves::change_issuer(&mut tx, &host_of(before), now).await?;
    tx.commit().await
}

/// Passkeys of a host that was given up are no way in, and nobody is to rely on one.
async fn see_which_hosts_count(db: &Db, config: &Config) -> Result<(), StoreError> {
    let hosts = moves::hosts(&mut db.read().await?).await?;
    for host in &hosts {
        moves::set_counts(&mut db.write().await?, host, counts(config, host)).await?;
    }
    // Where there was one host only, nobody has to be looked at.
    if hosts.iter().all(|host| host == config.issuer.host()) {
        return Ok(());
    }
    let mut by_person = BTreeMap::<_, bool>::new();
    for (name, host) in moves::without_present(&mut db.read().await?, config.issuer.host()).await? {
        *by_person.entry(name).or_default() |= counts(config, &host);
    }
    let lost = by_person.values().filter(|counts| !**counts).count();
    if lost > 0 {
        let what = "people have passkeys of hosts only that `former_issuers` does not name: none of them signs in";
        tracing::warn!(people = lost, "{what}");
    }
    Ok(())
}

fn waits(before: &str, config: &Config) -> Failure {
    let now = config.issuer.as_str();
    let what = format!("The move from {before} to {now} waits for a start of the server.");
    Failure::refused(what, format!("Restart the server. To stay at {before} instead: doorstep move --back"))
}

fn refused(before: &str, issuer: &Issuer, holdings: Holdings) -> Failure {
    let Holdings { people, passkeys, clients } = holdings;
    let now = issuer.as_str();
    let host = host_of(before);
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
        what.extend([format!("{which} of {whom} would not work: they belong to {host}.\n")]);
    }
    let remedy = format!(
        "If Doorstep is to move, this keeps passkeys and apps working, as long as {host} still leads here:\n  doorstep move \
         {now}\nIf it is not, set `issuer` to {before} again. If {host} is lost, start once with\n  doorstep serve \
         --issuer-was {before}\nand give everybody a link for a new passkey where the host is another: doorstep recover NAME"
    );
    Failure::refused(what.trim_end(), remedy).until_corrected()
}

/// `1 app`, `3 apps`.
pub(crate) fn some(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
