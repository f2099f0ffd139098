//! `doorstep access list|grant|refuse`: who asks for which app, and the answers.
//!
//! Whoever is refused by an app can ask for access there. To give it is to put the person into a group that the app lets
//! in; nobody becomes an administrator because no group was named.

use super::invite::in_days;
use super::somebody;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::shown as safe;
use crate::{reason, when, wire};
use clap::{Args, Subcommand};
use doorstep_app::accounts::{AccessError, ListedRequest};
use doorstep_app::instance::Instance;
use doorstep_core::access::{ADMINS, ManageGroups};
use doorstep_core::id::GroupName;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Requests for access.
#[derive(Clone, Debug, Subcommand)]
pub enum Access {
    /// List who asks for which app, the oldest first.
    List(Output),
    /// Put whoever asks into a group that the app lets in.
    Grant(Grant),
    /// Say no: the person can ask again after 30 days.
    Refuse(Refuse),
}

/// A yes.
#[derive(Clone, Debug, Args)]
pub struct Grant {
    /// Who asks, by user name.
    #[arg(value_name = "USER")]
    pub user: String,
    /// For which app, by its name in the configuration.
    #[arg(value_name = "APP")]
    pub app: String,
    /// The group to put them into. Can be left out when one alone, other than `admins`, lets them in.
    #[arg(long, value_name = "GROUP")]
    pub group: Option<String>,
    /// For how many days they are in it: 1 to 3650. For good when left out.
    #[arg(long, value_name = "DAYS")]
    pub days: Option<i64>,
}

/// A no.
#[derive(Clone, Debug, Args)]
pub struct Refuse {
    /// Who asks, by user name.
    #[arg(value_name = "USER")]
    pub user: String,
    /// For which app, by its name in the configuration.
    #[arg(value_name = "APP")]
    pub app: String,
}

/// Runs it.
pub fn run(command: &Access, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        match command {
            Access::List(output) => list(&instance, output.json, context).await,
            Access::Grant(yes) => grant(&instance, yes, context).await,
            Access::Refuse(no) => refuse(&instance, no, context).await,
        }
    })?;
    Ok(Outcome::Done)
}

async fn list(instance: &Instance, json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let open = instance.accounts.access_requests(&wire::act(instance, ManageGroups)?).await;
    let open = open.map_err(|error| reason::internal(&error))?;
    if json {
        return context.json(&open.iter().map(as_json).collect::<Vec<_>>());
    }
    if open.is_empty() {
        return context.line("Nobody asks for access to an app.");
    }
    for listed in &open {
        let ListedRequest { request, user, .. } = listed;
        let asked = when::day_and_time(request.asked_at);
        context.line(&format!("{} asks for {}   {asked}   {}", user.name, request.app, joins(listed)))?;
        if !request.reason.is_empty() {
            context.line(&format!("    {}", safe(&request.reason)))?;
        }
    }
    context.line("doorstep access grant USER APP says yes, doorstep access refuse USER APP says no.")
}

/// Which groups would do.
fn joins(listed: &ListedRequest) -> String {
    let given: Vec<_> = listed.to_give().map(GroupName::as_str).collect();
    match given.as_slice() {
        [] if listed.groups.is_empty() => "no group may use it".to_owned(),
        [] => "administrators alone may use it".to_owned(),
        [only] => format!("would join {only}"),
        several => format!("would join one of {}", several.join(", ")),
    }
}

fn as_json(ListedRequest { request, user, title, groups }: &ListedRequest) -> Value {
    json!({
        "user": user.name.as_str(),
        "display_name": user.display_name,
        "app": request.app.as_str(),
        "title": title,
        "reason": request.reason,
        "asked_at": when::machine(request.asked_at),
        "groups": groups.iter().map(GroupName::as_str).collect::<Vec<_>>(),
    })
}

async fn grant(instance: &Instance, yes: &Grant, context: &mut Context<'_>) -> Result<(), Failure> {
    let named = |name: &String| {
        name.parse::<GroupName>().map_err(|error| Failure::bare(reason::sentence(&format!("`{name}`: {error}"))))
    };
    let group = yes.group.as_ref().map(named).transpose()?;
    let act = wire::act(instance, ManageGroups)?;
    match instance.accounts.grant_access(&act, (&yes.user, &yes.app), group.as_ref(), yes.days).await {
        Ok((ListedRequest { user, request, .. }, group)) => context.line(&format!(
            "{} is in {group} now{}, and {} opens to them within seconds. To take it back: doorstep user group remove {} \
             {group}",
            user.name,
            yes.days.map_or_else(String::new, |days| format!(" for {}", in_days(days))),
            request.app,
            user.name
        )),
        Err(error) => Err(refused(instance, &error, (&yes.user, &yes.app)).await),
    }
}

async fn refuse(instance: &Instance, no: &Refuse, context: &mut Context<'_>) -> Result<(), Failure> {
    match instance.accounts.refuse_access(&wire::act(instance, ManageGroups)?, (&no.user, &no.app)).await {
        Ok(ListedRequest { user, request, .. }) => context.line(&format!(
            "{} reads the next time they ask for {} that an administrator said no, and can ask again after 30 days.",
            user.name, request.app
        )),
        Err(error) => Err(refused(instance, &error, (&no.user, &no.app)).await),
    }
}

/// Why it cannot be done, and how to mend it.
async fn refused(instance: &Instance, error: &AccessError, (user, app): (&str, &str)) -> Failure {
    match error {
        AccessError::NotAsked => Failure::refused(
            format!("{user} does not ask for {app} (any more)."),
            "doorstep access list shows who asks for what. To put somebody into a group: doorstep user group add USER GROUP",
        ),
        AccessError::WhichGroup { groups } => {
            Failure::refused(reason::sentence(&error.to_string()), which(groups, (user, app)))
        }
        AccessError::People(error) => somebody::refused(instance, error).await,
        AccessError::Internal(error) => reason::internal(error),
        AccessError::NoApp
        | AccessError::Inside
        | AccessError::ForNobody
        | AccessError::Asked
        | AccessError::TooMany
        | AccessError::Reason
        | AccessError::SignedOut => Failure::bare(reason::sentence(&error.to_string())),
    }
}

/// What can be said in place of a group that was left out, or is not one of the app's.
fn which(groups: &BTreeSet<GroupName>, (user, app): (&str, &str)) -> String {
    let given: Vec<_> = groups.iter().map(GroupName::as_str).filter(|group| *group != ADMINS).collect();
    match given.as_slice() {
        [] if groups.is_empty() => format!("No group may use {app}: name one under `allow` of the app."),
        [] => format!(
            "Administrators alone may use {app}. Rather than make {user} one (--group {ADMINS}), declare a group for it, and \
             name that under `allow` of the app."
        ),
        several => format!(
            "Name the one that opens the fewest other apps: doorstep access grant {user} {app} --group {}",
            several.join("|")
        ),
    }
}
