//! `doorstep user show|set|passkeys|sessions`: one person, what is kept of them, and what was lost.

use super::somebody::{Name, refused, refused_in};
use super::token;
use super::user::{ends_json, memberships};
use crate::config::Loaded;
use crate::context::Context;
use crate::ending::Failure;
use crate::options::Output;
use crate::terminal::shown as safe;
use crate::when;
use crate::wire;
use clap::{Args, Subcommand};
use doorstep_app::accounts::{PersonChange, PersonDetails};
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::id::{GroupName, PasskeyId, SessionId};
use doorstep_core::model::{Passkey, Place, RecoveryKit, Session, TotpKey, UserName};
use doorstep_core::time::Timestamp;
use doorstep_onboard::catalog::KnownBy;
use serde_json::{Value, json};

/// Somebody to look at.
#[derive(Clone, Debug, Args)]
pub struct Show {
    #[command(flatten)]
    who: Name,
    #[command(flatten)]
    output: Output,
}

/// What becomes of somebody; what is not said stays.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = true, args = ["name", "given_name", "family_name", "email", "user_name"])]
pub struct Set {
    #[command(flatten)]
    who: Name,
    /// How the person is called on pages and in apps; empty for the user name.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Given names, for apps that ask for them separately; empty removes them.
    #[arg(long, value_name = "TEXT")]
    given_name: Option<String>,
    /// Family names, for apps that ask for them separately; empty removes them.
    #[arg(long, value_name = "TEXT")]
    family_name: Option<String>,
    /// The mail address; it counts as confirmed. Empty removes it.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Another user name. Apps that know people by their user name take them for somebody new.
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,
    /// Use the user name although the configuration puts it into groups.
    #[arg(long, requires = "user_name")]
    with_groups: bool,
    /// Give the user name or mail address although it belonged to somebody else, whom apps may know by it.
    #[arg(long)]
    reuse: bool,
    /// Change it although this app knows people by it: there the person becomes somebody else. Can be repeated.
    #[arg(long = "accept", value_name = "APP")]
    accepted: Vec<String>,
}

/// The passkeys of somebody.
#[derive(Clone, Debug, Subcommand)]
pub enum Passkeys {
    /// Show them.
    List(Show),
    /// Remove one, when a device is lost for example, and end every session and token of the person.
    Remove(RemovePasskey),
}

/// Somebody and a passkey.
#[derive(Clone, Debug, Args)]
pub struct RemovePasskey {
    #[command(flatten)]
    who: Name,
    /// The passkey, as `doorstep user passkeys list` shows it.
    #[arg(value_name = "ID")]
    id: String,
}

/// The sessions of somebody.
#[derive(Clone, Debug, Subcommand)]
pub enum Sessions {
    /// Show them.
    List(Show),
    /// End one; without an id, all of them and every token.
    End(EndSession),
}

/// The recovery kit of somebody.
#[derive(Clone, Debug, Subcommand)]
pub enum Kit {
    /// Remove it, when it was lost or stolen for example: none of its codes opens anything any more.
    Remove(Name),
}

/// The authenticator apps of somebody: the second factor of their password.
#[derive(Clone, Debug, Subcommand)]
pub enum Authenticator {
    /// Remove them, when the telephone was lost for example. Every session and token of the person ends.
    Remove(Name),
}

/// Somebody and a session.
#[derive(Clone, Debug, Args)]
pub struct EndSession {
    #[command(flatten)]
    who: Name,
    /// The session, as `doorstep user sessions list` shows it.
    #[arg(value_name = "ID")]
    id: Option<String>,
}

type Ran = Result<(), Failure>;

async fn details(instance: &Instance, name: &str) -> Result<PersonDetails, Failure> {
    match instance.accounts.person(&wire::act(instance, ManageUsers)?, name).await {
        Ok(person) => Ok(person),
        Err(error) => Err(refused(instance, &error).await),
    }
}

pub(super) async fn show(instance: &Instance, asked: &Show, context: &mut Context<'_>) -> Ran {
    let person = details(instance, &asked.who.user).await?;
    let user = &person.user;
    if asked.output.json {
        return context.json(&person_json(&person, instance.now()));
    }
    let email = match &user.email {
        Some(email) if user.email_verified => safe(email),
        Some(email) => match &person.email_of {
            Some(other) => format!("{} (not confirmed; it belongs to {other})", safe(email)),
            None => format!("{} (not confirmed: apps do not get it)", safe(email)),
        },
        None => "none".to_owned(),
    };
    let active = match (user.disabled_at, user.ends_at) {
        (Some(at), _) => format!("disabled since {}", when::day_and_time(at)),
        (None, Some(end)) if !user.is_active(instance.now()) => format!("over since {}", when::day_and_time(end)),
        (None, Some(end)) => format!("enabled, ends {}", when::day_and_time(end)),
        (None, None) => "enabled".to_owned(),
    };
    let groups = memberships(&person.memberships, instance.now());
    let groups = if groups.is_empty() { "none".to_owned() } else { groups.join(", ") };
    let left = |kit: &RecoveryKit| format!("made {}, {} codes left", when::day_and_time(kit.made_at), kit.left);
    let kit = person.kit.as_ref().map_or("none".to_owned(), left);
    for (what, value) in [
        ("user name", user.name.to_string()),
        ("name", safe(&user.display_name)),
        ("given name", or_none(user.given_name.as_ref())),
        ("family name", or_none(user.family_name.as_ref())),
        ("mail address", email),
        ("sub", user.id.to_string()),
        ("account", active),
        ("made", when::day_and_time(user.created_at)),
        ("groups", groups),
        ("password", if person.has_password { "set" } else { "none" }.to_owned()),
        ("second factor", second_factor(&person)),
        ("passkeys", person.passkeys.len().to_string()),
        ("recovery kit", kit),
        ("sessions", person.sessions.len().to_string()),
    ] {
        context.line(&format!("{what:<14}{value}"))?;
    }
    Ok(())
}

fn person_json(person: &PersonDetails, now: Timestamp) -> Value {
    let user = &person.user;
    json!({
        "name": user.name.as_str(),
        "display_name": user.display_name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        "email_verified": user.email_verified,
        "email_of": person.email_of.as_ref().map(UserName::as_str),
        "sub": user.id.as_str(),
        "groups": person.groups.iter().map(GroupName::as_str).collect::<Vec<_>>(),
        "groups_end_at": ends_json(&person.memberships, now),
        "password": person.has_password,
        "passkeys": person.passkeys.iter().map(passkey_json).collect::<Vec<_>>(),
        "authenticator_apps": person.totp_keys.iter().map(authenticator_json).collect::<Vec<_>>(),
        "recovery_kit": person.kit.as_ref().map(|kit| json!({
            "made_at": when::machine(kit.made_at),
            "codes_left": kit.left,
        })),
        "sessions": person.sessions.iter().map(session_json).collect::<Vec<_>>(),
        "created_at": when::machine(user.created_at),
        "disabled_at": user.disabled_at.map(when::machine),
        "ends_at": user.ends_at.map(when::machine),
    })
}

fn second_factor(person: &PersonDetails) -> String {
    match person.totp_keys.len() {
        0 => "none".to_owned(),
        1 => "1 authenticator app".to_owned(),
        many => format!("{many} authenticator apps"),
    }
}

fn or_none(text: Option<&String>) -> String {
    text.map_or("none".to_owned(), |text| safe(text))
}

pub(super) async fn set(instance: &Instance, set: &Set, loaded: &Loaded, context: &mut Context<'_>) -> Ran {
    if set.email.is_some() || set.user_name.is_some() {
        let before = details(instance, &set.who.user).await?.user;
        let mail =
            before.email.is_some() && set.email.as_ref().is_some_and(|email| Some(email) != before.email.as_ref());
        let name = set.user_name.as_ref().is_some_and(|name| name != before.name.as_str());
        for (changes, by, what) in [(mail, KnownBy::Mail, "mail address"), (name, KnownBy::Name, "user name")] {
            let apps = if changes { loaded.catalog.known_by(&loaded.manifest, by) } else { Vec::new() };
            refuse_another_account(set, &apps, what)?;
        }
    }
    let change = PersonChange {
        display_name: set.name.clone(),
        given_name: set.given_name.clone(),
        family_name: set.family_name.clone(),
        email: set.email.clone(),
        user_name: set.user_name.clone(),
        with_groups: set.with_groups,
        reuse: set.reuse,
    };
    match instance.accounts.set_person(&wire::act(instance, ManageUsers)?, &set.who.user, change).await {
        Ok(user) => {
            let email = user.email.as_deref().map_or("no mail address".to_owned(), safe);
            context.line(&format!("{} is {}, {email}.", user.name, safe(&user.display_name)))
        }
        Err(error) => Err(refused_in(instance, &error, loaded).await),
    }
}

/// An app that knows people by what changes would take the person for somebody new, and perhaps for somebody else.
fn refuse_another_account(set: &Set, apps: &[&str], what: &str) -> Ran {
    let open: Vec<&str> = apps.iter().copied().filter(|app| !set.accepted.iter().any(|word| word == app)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let (know, words): (_, Vec<String>) =
        (if open.len() == 1 { "knows" } else { "know" }, open.iter().map(|app| format!("--accept {app}")).collect());
    Err(Failure::refused(
        format!(
            "{} {know} people by the {what}: there {} would lose the account, and whoever has this {what} there is taken over.",
            open.join(", "),
            set.who.user
        ),
        format!("Change it in the app first, or add what you have looked at: {}", words.join(" ")),
    ))
}

pub(super) async fn passkeys(instance: &Instance, command: &Passkeys, context: &mut Context<'_>) -> Ran {
    match command {
        Passkeys::List(asked) => {
            let person = details(instance, &asked.who.user).await?;
            if asked.output.json {
                return context.json(&person.passkeys.iter().map(passkey_json).collect::<Vec<_>>());
            }
            for passkey in &person.passkeys {
                let used = passkey
                    .last_used_at
                    .map_or("never used".to_owned(), |at| format!("used {}", when::day_and_time(at)));
                let made = when::day_and_time(passkey.created_at);
                context.line(&format!("{}   {}   made {made}   {used}", passkey.id, safe(&passkey.name)))?;
            }
            if person.passkeys.is_empty() {
                context.line(&format!("{} has no passkey.", person.user.name))?;
            }
            Ok(())
        }
        Passkeys::Remove(remove) => {
            let id: PasskeyId = remove.id.parse().map_err(|_| no_id("passkey"))?;
            let who = (remove.who.user.as_str(), &id);
            match instance.accounts.remove_passkey_of(&wire::act(instance, ManageUsers)?, who).await {
                Ok(user) => {
                    let name = &user.name;
                    context
                        .line(&format!("The passkey is removed, and every session and token of {name} has ended."))?;
                    context.line(&format!("For a new one: doorstep recover {name}"))?;
                    token::left(instance, name.as_str(), context).await
                }
                Err(error) => Err(refused(instance, &error).await),
            }
        }
    }
}

pub(super) async fn sessions(instance: &Instance, command: &Sessions, context: &mut Context<'_>) -> Ran {
    match command {
        Sessions::List(asked) => {
            let person = details(instance, &asked.who.user).await?;
            if asked.output.json {
                return context.json(&person.sessions.iter().map(session_json).collect::<Vec<_>>());
            }
            for (session, place) in &person.sessions {
                let (began, seen) = (when::day_and_time(session.created_at), when::day_and_time(session.last_seen_at));
                let from = if place.ip.is_empty() { String::new() } else { format!("   from {}", safe(&place.ip)) };
                let id = &session.id;
                context.line(&format!("{id}   {}   began {began}   seen {seen}{from}", place.device()))?;
            }
            if person.sessions.is_empty() {
                context.line(&format!("{} is not signed in.", person.user.name))?;
            }
            Ok(())
        }
        Sessions::End(end) => {
            let id = end.id.as_deref().map(str::parse::<SessionId>).transpose().map_err(|_| no_id("session"))?;
            let who = (end.who.user.as_str(), id.as_ref());
            match instance.accounts.end_sessions_of(&wire::act(instance, ManageUsers)?, who).await {
                Ok(user) if id.is_some() => context.line(&format!("The session of {} has ended.", user.name)),
                Ok(user) => {
                    context.line(&format!("Every session and token of {} has ended.", user.name))?;
                    token::left(instance, user.name.as_str(), context).await
                }
                Err(error) => Err(refused(instance, &error).await),
            }
        }
    }
}

pub(super) async fn recovery_kit(instance: &Instance, command: &Kit, context: &mut Context<'_>) -> Ran {
    let Kit::Remove(who) = command;
    match instance.accounts.end_recovery_kit(&wire::act(instance, ManageUsers)?, &who.user).await {
        Ok((user, true)) => {
            context.line(&format!("The recovery kit of {} is removed. None of its codes opens anything.", user.name))
        }
        Ok((user, false)) => context.line(&format!("{} has no recovery kit.", user.name)),
        Err(error) => Err(refused(instance, &error).await),
    }
}

pub(super) async fn authenticator(instance: &Instance, command: &Authenticator, context: &mut Context<'_>) -> Ran {
    let Authenticator::Remove(who) = command;
    match instance.accounts.end_totp(&wire::act(instance, ManageUsers)?, &who.user).await {
        Ok((user, true)) => {
            let name = &user.name;
            context.line(&format!("The password of {name} asks for no code any more."))?;
            context.line(&format!("Every session and token of {name} has ended."))?;
            token::left(instance, name.as_str(), context).await
        }
        Ok((user, false)) => context.line(&format!("{} has no authenticator app.", user.name)),
        Err(error) => Err(refused(instance, &error).await),
    }
}

fn no_id(what: &str) -> Failure {
    Failure::refused(format!("This is not the id of a {what}."), format!("doorstep user {what}s list NAME shows them."))
}

fn passkey_json(passkey: &Passkey) -> Value {
    json!({
        "id": passkey.id.as_str(),
        "name": passkey.name,
        "created_at": when::machine(passkey.created_at),
        "last_used_at": passkey.last_used_at.map(when::machine),
        "backed_up": passkey.backed_up,
    })
}

fn authenticator_json(key: &TotpKey) -> Value {
    json!({
        "name": key.name,
        "created_at": when::machine(key.created_at),
        "last_used_at": key.last_used_at.map(when::machine),
    })
}

fn session_json((session, place): &(Session, Place)) -> Value {
    let device = place.device();
    json!({
        "id": session.id.as_str(),
        "began_at": when::machine(session.created_at),
        "last_seen_at": when::machine(session.last_seen_at),
        "with": session.amr.as_str(),
        "browser": device.browser,
        "system": device.system,
        "ip": place.ip,
    })
}
