//! `doorstep move status`: who and what still needs a former issuer, so that somebody knows when its host may be given up.

use crate::config::Config;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::moved::{self, some};
use crate::options::Output;
use crate::owner::become_owner;
use crate::reason::internal;
use crate::{when, wire};
use doorstep_app::ambient::Ambient;
use doorstep_core::time::{Timestamp, Ttl};
use doorstep_store::{Db, StoreError, moves};
use serde::Serialize;

/// An app that asked nothing for so long was told of the new issuer, or is gone.
const QUIET: Ttl = Ttl::from_days(30);

/// What a former issuer is still needed for.
#[derive(Serialize)]
struct Former {
    issuer: String,
    host: String,
    /// Who has passkeys of its host, and none of the present one.
    people: Vec<String>,
    /// The apps that asked under it, whoever did last first.
    apps: Vec<Asked>,
    /// Nobody has only passkeys of it, and no app asked within a month.
    may_be_given_up: bool,
}

#[derive(Serialize)]
struct Asked {
    client_id: String,
    title: String,
    #[serde(rename = "last_asked")]
    when: String,
    #[serde(skip)]
    at: Timestamp,
}

#[derive(Serialize)]
struct Status {
    issuer: String,
    /// The issuer that the server serves, when a start is still to take the move up.
    waits_at: Option<String>,
    former: Vec<Former>,
}

pub(super) fn run(output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    let config = &loaded.config;
    become_owner(config)?;
    let status = runtime()?.block_on(status(config))?;
    if output.json {
        context.json(&status)?;
        return Ok(Outcome::Done);
    }
    match &status.waits_at {
        Some(noted) => context.line(&format!(
            "{} is the issuer when the server was restarted; until then it is {noted}.",
            status.issuer
        ))?,
        None => context.line(&format!("{} is the issuer.", status.issuer))?,
    }
    if status.former.is_empty() {
        context.line("`former_issuers` names no issuer before it.")?;
    }
    for former in &status.former {
        tell(former, context)?;
    }
    Ok(Outcome::Done)
}

async fn status(config: &Config) -> Result<Status, Failure> {
    let failed = |error: StoreError| internal(&error.into());
    let mut status = Status { issuer: config.issuer.as_str().to_owned(), waits_at: None, former: Vec::new() };
    let Some(db) = wire::database(config).await? else { return Ok(status) };
    status.waits_at = moved::noted(&db).await?.filter(|noted| *noted != status.issuer);
    if status.waits_at.is_some() {
        return Ok(status);
    }
    for issuer in &config.former_issuers {
        let former = former(&db, (issuer.as_str(), issuer.host()), config.issuer.host()).await;
        status.former.push(former.map_err(failed)?);
    }
    Ok(status)
}

async fn former(db: &Db, (issuer, host): (&str, &str), present: &str) -> Result<Former, StoreError> {
    let mut conn = db.read().await?;
    let people = moves::without_present(&mut conn, present).await?;
    let people: Vec<String> =
        people.into_iter().filter(|(_, of)| of == host).map(|(name, _)| name.to_string()).collect();
    let apps: Vec<Asked> = moves::uses(&mut conn, issuer)
        .await?
        .into_iter()
        .map(|one| Asked {
            client_id: one.client.to_string(),
            title: one.name,
            when: when::machine(one.asked_at),
            at: one.asked_at,
        })
        .collect();
    let quiet_since = Ambient::System.now() - QUIET;
    let may_be_given_up = people.is_empty() && apps.iter().all(|app| app.at < quiet_since);
    Ok(Former { issuer: issuer.to_owned(), host: host.to_owned(), people, apps, may_be_given_up })
}

fn tell(former: &Former, context: &mut Context<'_>) -> Result<(), Failure> {
    context.line(&format!("{}, before it:", former.issuer))?;
    if former.people.is_empty() {
        context.line(&format!("  people  nobody has passkeys of {} alone", former.host))?;
    } else {
        let count = i64::try_from(former.people.len()).unwrap_or(i64::MAX);
        let (who, names) = (some(count, "person has", "people have"), former.people.join(", "));
        context.line(&format!("  people  {who} passkeys of {} alone: {names}", former.host))?;
    }
    if former.apps.is_empty() {
        context.line("  apps    none asked under it")?;
    }
    for app in &former.apps {
        let at = when::day_and_time(app.at);
        context.line(&format!("  app     {} ({}) asked under it last: {at}", app.title, app.client_id))?;
    }
    if former.may_be_given_up {
        context.line("  It may be given up: take it out of `former_issuers`, restart the server, then let its host go.")
    } else {
        context.line("  It is still needed.")
    }
}
