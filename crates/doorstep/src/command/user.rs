//! `doorstep user …` and `doorstep recover NAME`: people, from the host.
//!
//! Links are printed once and kept nowhere in clear.

use super::password::{self, Password};
use super::person::{self, Authenticator, Kit, Passkeys, Sessions, Set, Show};
use super::removal::{self, Remove};
use super::requests::{self, Requests};
pub use super::somebody::Name;
use super::somebody::{refused, refused_in};
use super::token;
use crate::config::Loaded;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::{repeated, shown as safe};
use crate::{reason, turn, when, wire};
use clap::{Args, Subcommand};
use doorstep_app::accounts::Person;
use doorstep_app::accounts::{NewPerson, PrintedLink};
use doorstep_app::instance::Instance;
use doorstep_core::access::{ManageGroups, ManageUsers};
use doorstep_core::id::GroupName;
use doorstep_core::model::Memberships;
use doorstep_core::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// People and their groups.
#[derive(Clone, Debug, Subcommand)]
pub enum User {
    /// List everybody who has an account.
    List(Output),
    /// Show what is kept about a person.
    Show(Show),
    /// Change what somebody is called, or their mail address.
    Set(Set),
    /// The passkeys of a person.
    #[command(subcommand)]
    Passkeys(Passkeys),
    /// The sessions of a person.
    #[command(subcommand)]
    Sessions(Sessions),
    /// Make an account, and a link with which the person makes a passkey.
    Add(Add),
    /// The recovery kit of a person: codes on paper that each let them make a new passkey.
    #[command(subcommand)]
    RecoveryKit(Kit),
    /// The authenticator apps of a person: their password asks for one of the codes.
    #[command(subcommand)]
    Authenticator(Authenticator),
    /// Set or replace somebody's password, or take it away.
    Password(Password),
    /// Disable an account: every session and token of it ends at once.
    Disable(Name),
    /// Enable a disabled account again.
    Enable(Name),
    /// Let an account end by itself after some days, or last.
    End(End),
    /// Put a person into a group, or take them out.
    #[command(subcommand)]
    Group(Group),
    /// Who asks for an account, and the answers.
    #[command(subcommand)]
    Requests(Requests),
    /// Remove somebody for good, with all that is kept of them.
    Remove(Remove),
}

/// A new account.
#[derive(Clone, Debug, Args)]
pub struct Add {
    /// The user name: 2 to 64 of a-z 0-9 . _ - beginning with a letter.
    #[arg(value_name = "NAME")]
    pub user: String,
    /// How the person is called on pages and in apps; the user name when left out.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub name: String,
    /// Given names, for apps that ask for them separately.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub given_name: String,
    /// Family names, for apps that ask for them separately.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub family_name: String,
    /// The mail address; it counts as confirmed.
    #[arg(long, value_name = "ADDRESS", default_value = "", hide_default_value = true)]
    pub email: String,
    /// A group to put the person into. Can be repeated.
    #[arg(long = "group", value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Give the user name or mail address although it belonged to somebody else, whom apps may know by it.
    #[arg(long)]
    pub reuse: bool,
}

/// When an account ends.
#[derive(Clone, Debug, Args)]
pub struct End {
    #[command(flatten)]
    who: Name,
    #[command(flatten)]
    when: Ending,
}

/// One of the two.
#[derive(Clone, Copy, Debug, Args)]
#[group(required = true, multiple = false)]
struct Ending {
    /// It ends after so many days from now: 1 to 3650. Every session and token of it ends then.
    #[arg(long, value_name = "DAYS")]
    days: Option<i64>,
    /// It does not end by itself.
    #[arg(long)]
    never: bool,
}

/// Membership.
#[derive(Clone, Debug, Subcommand)]
pub enum Group {
    /// Put a person into a group.
    Add(Joins),
    /// Take a person out of a group.
    Remove(Member),
}

/// Somebody who joins a group.
#[derive(Clone, Debug, Args)]
pub struct Joins {
    #[command(flatten)]
    member: Member,
    /// They are in it for so many days from now: 1 to 3650. For good when left out.
    #[arg(long, value_name = "DAYS")]
    days: Option<i64>,
}

/// Somebody and a group.
#[derive(Clone, Debug, Args)]
pub struct Member {
    /// The user name.
    #[arg(value_name = "NAME")]
    pub user: String,
    /// The group.
    #[arg(value_name = "GROUP")]
    pub group: String,
}

/// Runs it.
pub fn run(command: &User, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    let sources = context.sources();
    wire::groups(&loaded)?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        wire::declare_groups(&instance, turn::groups(&instance, &loaded, &sources).await?)?;
        match command {
            User::List(output) => list(&instance, output.json, context).await,
            User::Show(asked) => person::show(&instance, asked, context).await,
            User::Set(set) => person::set(&instance, set, &loaded, context).await,
            User::Passkeys(command) => person::passkeys(&instance, command, context).await,
            User::Sessions(command) => person::sessions(&instance, command, context).await,
            User::RecoveryKit(command) => person::recovery_kit(&instance, command, context).await,
            User::Authenticator(command) => person::authenticator(&instance, command, context).await,
            User::Add(add) => new(&instance, add, &loaded, context).await,
            User::Password(words) => password::run(&instance, words, context).await,
            User::Requests(command) => requests::run(&instance, command, context).await,
            User::Remove(words) => removal::run(&instance, words, context).await,
            User::Disable(name) => switch(&instance, &name.user, false, context).await,
            User::Enable(name) => switch(&instance, &name.user, true, context).await,
            User::End(words) => end(&instance, words, context).await,
            User::Group(Group::Add(Joins { member, days: Some(days) })) => {
                belong_for(&instance, member, *days, context).await
            }
            User::Group(Group::Add(Joins { member, days: None })) => belong(&instance, member, true, context).await,
            User::Group(Group::Remove(member)) => belong(&instance, member, false, context).await,
        }
    })?;
    Ok(Outcome::Done)
}

/// `doorstep recover NAME`.
pub fn recover(name: &Name, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        let made = instance.accounts.recovery_link(&wire::act(&instance, ManageUsers)?, &name.user).await;
        match made {
            Ok((user, link)) => {
                context.line(&shown(&link))?;
                context.line(&format!("For {}. Links made before no longer open.", user.name))?;
                if user.disabled_at.is_some() {
                    let name = &user.name;
                    context.line(&format!("{name} is disabled: the link opens after doorstep user enable {name}."))?;
                }
                Ok(())
            }
            Err(error) => Err(refused(&instance, &error).await),
        }
    })?;
    Ok(Outcome::Done)
}

async fn list(instance: &Instance, json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let people =
        instance.accounts.people(&wire::act(instance, ManageUsers)?).await.map_err(|error| reason::internal(&error))?;
    let now = instance.now();
    if json {
        let all: Vec<Value> = people.iter().map(|person| as_json(person, now)).collect();
        return context.json(&all);
    }
    if people.is_empty() {
        return context
            .line("Nobody has an account yet. The set-up link that doorstep serve prints makes the first one.");
    }
    let rows: Vec<[String; 5]> = people.iter().map(|person| row(person, now)).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..5).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        context.line(cells.collect::<Vec<_>>().join("   ").trim_end())?;
    }
    Ok(())
}

fn row(person: &Person, now: Timestamp) -> [String; 5] {
    let passkeys = match person.passkeys {
        0 => "no passkey yet".to_owned(),
        1 => "1 passkey".to_owned(),
        many => format!("{many} passkeys"),
    };
    let seen = match (&person.user.disabled_at, person.last_seen) {
        (Some(at), _) => format!("disabled since {}", when::day_and_time(*at)),
        (None, Some(at)) => format!("seen {}", when::day_and_time(at)),
        (None, None) => "not signed in".to_owned(),
    };
    let seen = match (person.user.disabled_at, person.user.ends_at) {
        (None, Some(end)) if end <= now => format!("over since {}", when::day_and_time(end)),
        (None, Some(end)) => format!("{seen}, ends {}", when::day_and_time(end)),
        _ => seen,
    };
    let groups = memberships(&person.groups, now);
    let groups = if groups.is_empty() { "no group".to_owned() } else { groups.join(", ") };
    [person.user.name.to_string(), safe(&person.user.display_name), groups, passkeys, seen]
}

/// The groups at this moment, each with its end where it has one.
pub(super) fn memberships(kept: &Memberships, now: Timestamp) -> Vec<String> {
    let shown = |(group, end): (&GroupName, Option<Timestamp>)| match end {
        Some(end) => format!("{group} (until {})", when::day_and_time(end)),
        None => group.to_string(),
    };
    kept.lasting(now).map(shown).collect()
}

/// The ends of those memberships that have one.
pub(super) fn ends_json(kept: &Memberships, now: Timestamp) -> Value {
    kept.lasting(now).filter_map(|(group, end)| Some((group.to_string(), when::machine(end?)))).collect()
}

fn as_json(person: &Person, now: Timestamp) -> Value {
    json!({
        "name": person.user.name.as_str(),
        "display_name": person.user.display_name,
        "given_name": person.user.given_name,
        "family_name": person.user.family_name,
        "email": person.user.email,
        "sub": person.user.id.as_str(),
        "groups": person.groups.at(now).iter().map(GroupName::as_str).collect::<Vec<_>>(),
        "groups_end_at": ends_json(&person.groups, now),
        "passkeys": person.passkeys,
        "last_seen": person.last_seen.map(when::machine),
        "disabled_at": person.user.disabled_at.map(when::machine),
        "ends_at": person.user.ends_at.map(when::machine),
    })
}

async fn new(instance: &Instance, add: &Add, loaded: &Loaded, context: &mut Context<'_>) -> Result<(), Failure> {
    let groups = add.groups.iter().map(|name| group(name)).collect::<Result<BTreeSet<_>, _>>()?;
    let typed = NewPerson {
        name: add.user.clone(),
        display_name: add.name.clone(),
        given_name: add.given_name.clone(),
        family_name: add.family_name.clone(),
        email: add.email.clone(),
        reuse: add.reuse,
    };
    match instance.accounts.add_person(&wire::act(instance, ManageUsers)?, typed, groups).await {
        Ok((user, link)) => {
            context.line(&shown(&link))?;
            context.line(&format!("For {}, to make a passkey with it.", user.name))?;
            if instance.accounts.has_administrator().await.map_err(|error| reason::internal(&error))? {
                return Ok(());
            }
            context.line(
                "Nobody is an administrator, and a set-up link opens only while nobody has an account.\n\
                 To make somebody one: doorstep user group add NAME admins",
            )
        }
        Err(error) => Err(refused_in(instance, &error, loaded).await),
    }
}

async fn switch(instance: &Instance, name: &str, active: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    match instance.accounts.set_active(&wire::act(instance, ManageUsers)?, name, active).await {
        Ok(user) if active => context.line(&format!("{} is enabled again and can sign in.", user.name)),
        Ok(user) => {
            context.line(&format!("{} is disabled. Every session and token has ended.", user.name))?;
            token::left(instance, user.name.as_str(), context).await
        }
        Err(error) => Err(refused(instance, &error).await),
    }
}

async fn end(instance: &Instance, words: &End, context: &mut Context<'_>) -> Result<(), Failure> {
    match instance.accounts.set_end(&wire::act(instance, ManageUsers)?, &words.who.user, words.when.days).await {
        Ok(user) => {
            let name = &user.name;
            match user.ends_at {
                Some(end) => context.line(&format!("The account of {name} ends {}.", when::day_and_time(end)))?,
                None => context.line(&format!("The account of {name} does not end by itself."))?,
            }
            if user.disabled_at.is_some() {
                context.line(&format!("{name} is disabled. To enable the account: doorstep user enable {name}"))?;
            }
            Ok(())
        }
        Err(error) => Err(refused(instance, &error).await),
    }
}

async fn belong_for(instance: &Instance, member: &Member, days: i64, context: &mut Context<'_>) -> Result<(), Failure> {
    let group = group(&member.group)?;
    let who = (member.user.as_str(), &group);
    match instance.accounts.set_member_for(&wire::act(instance, ManageGroups)?, who, days).await {
        Ok(end) => {
            let (name, end) = (member.user.trim().to_lowercase(), when::day_and_time(end));
            context.line(&format!("{name} is now in {group}, until {end}."))
        }
        Err(error) => Err(refused(instance, &error).await),
    }
}

async fn belong(instance: &Instance, member: &Member, add: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let group = group(&member.group)?;
    let who = (member.user.as_str(), &group);
    let reported = match instance.accounts.set_member(&wire::act(instance, ManageGroups)?, who, add).await {
        Ok(changed) => match (changed, add) {
            (true, true) => "is now in",
            (true, false) => "is no longer in",
            (false, true) => "was already in",
            (false, false) => "was not in",
        },
        Err(error) => return Err(refused(instance, &error).await),
    };
    context.line(&format!("{} {reported} {group}.", member.user.trim().to_lowercase()))
}

fn shown(link: &PrintedLink) -> String {
    format!("{}    opens once, until {}", link.url, when::day_and_time(link.expires_at))
}

fn group(name: &str) -> Result<GroupName, Failure> {
    name.parse().map_err(|_| {
        let shown = repeated(name);
        Failure::refused(format!("`{shown}` cannot be the name of a group."), "Write letters, digits, and . _ - only.")
    })
}
