//! `doorstep invite --group …`, `invite list`, `invite end`: addresses with which people who are new make accounts.
//!
//! The address is printed once and kept nowhere in clear.

use super::somebody;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::{repeated, shown as safe};
use crate::{reason, turn, when, wire};
use clap::{Args, Subcommand};
use doorstep_app::accounts::{InvitingError, ListedInvite, PrintedInvite};
use doorstep_app::instance::Instance;
use doorstep_core::access::{ADMINS, InviteMistake, InviteTerms, ManageUsers};
use doorstep_core::id::{AppName, GroupName, InviteId};
use doorstep_core::model::Invite;
use doorstep_onboard::mistake::nearest;
use doorstep_web::qr::QrCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A new invitation, or what becomes of those that there are.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Words {
    /// What to do with those that there are.
    #[command(subcommand)]
    pub what: Option<What>,
    /// What a new one is like.
    #[command(flatten)]
    pub new: New,
}

/// What becomes of invitations.
#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// List the open invitations, the first to end first.
    List(Output),
    /// End an invitation: its address opens nothing from then on.
    End(End),
}

/// One of those that there are.
#[derive(Clone, Debug, Args)]
pub struct End {
    /// Its id, as doorstep invite list shows it.
    #[arg(value_name = "ID")]
    pub id: String,
}

/// A new one.
#[derive(Clone, Debug, Args)]
pub struct New {
    /// A group that whoever comes joins. Can be repeated.
    #[arg(long = "group", value_name = "GROUP", required = true)]
    pub groups: Vec<String>,
    /// Whom it is for, in plain words: they read it, and so do you in doorstep invite list.
    #[arg(long = "for", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub label: String,
    /// For how many days it is open: 1 to 30.
    #[arg(long, value_name = "DAYS", default_value_t = Invite::USUAL_DAYS)]
    pub days: i64,
    /// For how many people it is: 1 to 100.
    #[arg(long, value_name = "PEOPLE", default_value_t = 1)]
    pub times: i64,
    /// The app that they are led to, by its name in the configuration; the portal when left out.
    #[arg(long, value_name = "APP")]
    pub app: Option<String>,
    /// The mail address of the one person whom it is for. It counts as confirmed, and they cannot change it.
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<String>,
    /// After how many days the account ends that is made with it: 1 to 3650. It lasts when left out.
    #[arg(long, value_name = "DAYS")]
    pub account_days: Option<i64>,
    /// Show the address as a QR code too.
    #[arg(long)]
    pub qr: bool,
}

/// Runs it.
pub fn run(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    let sources = context.sources();
    wire::groups(&loaded)?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        wire::declare_groups(&instance, turn::groups(&instance, &loaded, &sources).await?)?;
        match &words.what {
            None => make(&instance, &words.new, context).await,
            Some(What::List(output)) => list(&instance, output.json, context).await,
            Some(What::End(End { id })) => end(&instance, id, context).await,
        }
    })?;
    Ok(Outcome::Done)
}

async fn make(instance: &Instance, new: &New, context: &mut Context<'_>) -> Result<(), Failure> {
    let wanted = InviteTerms {
        label: new.label.clone(),
        groups: new.groups.iter().map(|name| named(name)).collect::<Result<BTreeSet<GroupName>, _>>()?,
        app: new.app.as_ref().map(|name| named::<AppName>(name)).transpose()?,
        email: new.email.clone(),
        days: new.days,
        places: new.times,
        account_days: new.account_days,
    };
    let made = instance.accounts.make_invite(&wire::act(instance, ManageUsers)?, wanted).await;
    let PrintedInvite { url, invite, .. } = match made {
        Ok(made) => made,
        Err(error) => return Err(refused(instance, &error).await),
    };
    let until = when::day_and_time(invite.expires_at);
    context.line(&format!("{url}    {}, until {until}", people(invite.places)))?;
    if new.qr {
        drawn(&url, context)?;
    }
    context.line(&format!("{}. To end it before its time: doorstep invite end {}", gives(&invite), invite.id))
}

/// A name of the configuration, as it was typed.
fn named<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|error: T::Err| Failure::bare(reason::sentence(&format!("`{}`: {error}", repeated(text)))))
}

fn drawn(url: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let Some(code) = QrCode::of(url) else { return context.remark("The address is too long for a QR code.\n") };
    // Without colours the letters of most terminals are the lighter part.
    let paint = context.paint();
    for row in code.rows(paint.is_coloured()) {
        context.line(&paint.on_paper(&row))?;
    }
    Ok(())
}

fn people(many: i64) -> String {
    if many == 1 { "one person".to_owned() } else { format!("{many} people") }
}

/// What becomes of whoever comes, as a sentence without its end.
fn gives(invite: &Invite) -> String {
    let who =
        if invite.label.is_empty() { "Whoever comes".to_owned() } else { format!("For {}, who", safe(&invite.label)) };
    let led = invite.app.as_ref().map_or_else(String::new, |app| format!(" and is led to {app}"));
    let mail = invite.email.as_ref().map_or_else(String::new, |email| format!(" as {}", safe(email)));
    let ends = |days| format!("; the account ends after {}", in_days(days));
    let ends = invite.account_days.map_or_else(String::new, ends);
    format!("{who} joins {}{mail}{led}{ends}", listed(&invite.groups))
}

/// `30 days`.
pub(super) fn in_days(days: i64) -> String {
    if days == 1 { "one day".to_owned() } else { format!("{days} days") }
}

fn listed(groups: &BTreeSet<GroupName>) -> String {
    groups.iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ")
}

async fn list(instance: &Instance, json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let open = instance.accounts.invites(&wire::act(instance, ManageUsers)?).await;
    let open = open.map_err(|error| reason::internal(&error))?;
    if json {
        return context.json(&open.iter().map(as_json).collect::<Vec<_>>());
    }
    if open.is_empty() {
        return context.line("No invitation is open. doorstep invite --group GROUP makes one.");
    }
    for ListedInvite { invite, maker, stands, .. } in &open {
        let left = match (invite.places, invite.left()) {
            (1, _) => "one person".to_owned(),
            (places, left) => format!("{left} of {places} people left"),
        };
        let until = when::day_and_time(invite.expires_at);
        context.line(&format!("{}   {left}, until {until}", invite.id))?;
        let by = maker.as_ref().map_or_else(String::new, |name| format!("; made by {name}"));
        context.line(&format!("    {}{by}", gives(invite)))?;
        if !stands {
            context.line("    Opens nothing: whoever made it may not give this any more.")?;
        }
    }
    context.line("doorstep invite end ID ends one.")
}

fn as_json(ListedInvite { invite, maker, stands, title }: &ListedInvite) -> Value {
    json!({
        "id": invite.id.as_str(),
        "for": invite.label,
        "groups": invite.groups.iter().map(GroupName::as_str).collect::<Vec<_>>(),
        "app": invite.app.as_ref().map(AppName::as_str),
        "title": title,
        "email": invite.email,
        "account_days": invite.account_days,
        "people": invite.places,
        "left": invite.left(),
        "made_by": maker,
        "made_at": when::machine(invite.made_at),
        "expires_at": when::machine(invite.expires_at),
        "opens": stands,
    })
}

async fn end(instance: &Instance, id: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let none = || {
        Failure::refused(
            format!("No open invitation has the id `{}`.", repeated(id)),
            "doorstep invite list shows those that are open.",
        )
    };
    let id: InviteId = id.trim().parse().map_err(|_| none())?;
    match instance.accounts.end_invite(&wire::act(instance, ManageUsers)?, &id).await {
        Ok(ended) => {
            let made = match ended.used {
                0 => "Nobody had used it.".to_owned(),
                used => format!("{} came with it and stay: doorstep user list shows everybody.", people(used)),
            };
            context.line(&format!("The invitation has ended, and its address opens nothing. {made}"))
        }
        Err(InvitingError::NotFound) => Err(none()),
        Err(error) => Err(refused(instance, &error).await),
    }
}

/// Why it cannot be done, and how to mend it.
async fn refused(instance: &Instance, error: &InvitingError) -> Failure {
    let said = |remedy: &str| Failure::refused(reason::sentence(&error.to_string()), remedy);
    match error {
        InvitingError::NoAdministrator => {
            said("Open that link first, or make somebody an administrator: doorstep user group add NAME admins")
        }
        InvitingError::Terms(InviteMistake::OneAdministrator) => {
            said(&format!("Leave out --times, or invite the others without {ADMINS}."))
        }
        InvitingError::Terms(InviteMistake::OneAddress) => said("Leave out --times, or --email."),
        InvitingError::Terms(InviteMistake::Days) => said("Give another number of --days."),
        InvitingError::Terms(InviteMistake::Places) => said("Give another number of --times."),
        InvitingError::UnknownApp { name, known } => said(&which_app(name, known)),
        InvitingError::Refuses { app, groups } => said(&match listed(groups) {
            of if of.is_empty() => format!("It lets nobody in: name a group under `allow` of {app}."),
            of => format!("It lets in {of}. Add one of them with --group, or leave out --app."),
        }),
        InvitingError::People(error) => somebody::refused(instance, error).await,
        InvitingError::Internal(error) => reason::internal(error),
        InvitingError::Terms(_) | InvitingError::NotAnAdministrator | InvitingError::NotFound => {
            Failure::bare(reason::sentence(&error.to_string()))
        }
    }
}

fn which_app(name: &AppName, known: &BTreeSet<AppName>) -> String {
    match nearest(name.as_str(), known.iter().map(AppName::as_str)) {
        Some(word) => format!("Did you mean `{word}`?"),
        None => {
            "doorstep app list shows those that there are. One that was declared a moment ago has to be applied first."
                .to_owned()
        }
    }
}
