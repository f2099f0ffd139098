//! `doorstep token new|list|revoke`: what programs reach apps behind forward auth with.
//!
//! The text of a token is printed once, when it is made, and is kept nowhere in clear.

use super::somebody;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::terminal::shown as safe;
use crate::{reason, when, wire};
use clap::{Args, Subcommand};
use doorstep_app::accounts::{ListedToken, MadeToken, NewToken, TokenError};
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::id::{AppName, ProgramTokenId};
use doorstep_core::model::TokenLife;
use doorstep_core::secret::TokenKind;
use doorstep_onboard::mistake::nearest;
use serde_json::{Value, json};

/// Tokens of people for programs.
#[derive(Clone, Debug, Subcommand)]
pub enum Token {
    /// Make one, and print it: it is shown once.
    New(New),
    /// List them, with when each was last used and when it ends.
    List(List),
    /// End one, now.
    Revoke(Revoke),
}

/// A new token.
#[derive(Clone, Debug, Args)]
pub struct New {
    /// What it is for, in your words.
    #[arg(value_name = "NAME")]
    pub label: String,
    /// Whose it is, by user name: the program is this person to the app, and never more than that.
    #[arg(long = "for", value_name = "USER")]
    pub owner: String,
    /// An app that it is for, one that Doorstep stands in front of. Can be repeated.
    #[arg(long = "app", value_name = "APP", required = true)]
    pub apps: Vec<String>,
    /// How many days it lives, 366 at most.
    #[arg(long, value_name = "DAYS", default_value_t = 90, allow_negative_numbers = true)]
    pub days: i64,
    /// It only reads: GET and HEAD.
    #[arg(long)]
    pub read_only: bool,
}

/// Which tokens.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// Only those of this person, by user name.
    #[arg(long = "for", value_name = "USER")]
    pub owner: Option<String>,
    /// Only those that end within a week, or have ended.
    #[arg(long)]
    pub ending: bool,
    #[command(flatten)]
    output: Output,
}

/// A token.
#[derive(Clone, Debug, Args)]
pub struct Revoke {
    /// The token, as `doorstep token list` shows it.
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Runs it.
pub fn run(command: &Token, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        match command {
            Token::New(new) => make(&instance, new, context).await,
            Token::List(asked) => list(&instance, asked, context).await,
            Token::Revoke(which) => revoke(&instance, which, context).await,
        }
    })?;
    Ok(Outcome::Done)
}

async fn make(instance: &Instance, typed: &New, context: &mut Context<'_>) -> Result<(), Failure> {
    let new = NewToken {
        label: typed.label.clone(),
        apps: typed.apps.clone(),
        days: Some(typed.days),
        read_only: typed.read_only,
    };
    match instance.accounts.make_token(&wire::act(instance, ManageUsers)?, &typed.owner, &new).await {
        Ok(made) => tell(&made, context),
        Err(error) => Err(refused(instance, &error).await),
    }
}

fn tell(made: &MadeToken, context: &mut Context<'_>) -> Result<(), Failure> {
    let ends = when::day_and_time(made.token.expires_at);
    context.line(&format!("{}    shown once, good until {ends}", made.text.expose()))?;
    let reads = if made.token.read_only { ", to read only" } else { "" };
    context.line(&format!(
        "{} is {}'s, for {}{reads}. To end it: doorstep token revoke {}",
        safe(&made.token.label),
        made.owner,
        listed(made.token.apps.iter()),
        made.token.id
    ))?;
    for app in &made.closed {
        context.line(&format!("{} may not use {app}: the token opens nothing there until they may.", made.owner))?;
    }
    if let Some(origin) = made.origins.first() {
        context.line("The program sends it with each request, as one of these:")?;
        context.line(&format!("  curl -H \"Authorization: Bearer $TOKEN\" {origin}/"))?;
        context.line(&format!("  curl -u \"{}:$TOKEN\" {origin}/", made.owner))?;
    }
    Ok(())
}

async fn list(instance: &Instance, asked: &List, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut tokens = match instance.accounts.tokens(&wire::act(instance, ManageUsers)?, asked.owner.as_deref()).await {
        Ok(tokens) => tokens,
        Err(error) => return Err(refused(instance, &error).await),
    };
    let any = !tokens.is_empty();
    tokens.retain(|listed| !asked.ending || listed.life != TokenLife::Good);
    if asked.output.json {
        return context.json(&tokens.iter().map(as_json).collect::<Vec<_>>());
    }
    if tokens.is_empty() && any {
        return context.line("No token ends within a week.");
    }
    if tokens.is_empty() {
        return context.line("No program has a token. doorstep token new makes one.");
    }
    let rows: Vec<[String; 6]> = tokens.iter().map(row).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        context.line(cells.collect::<Vec<_>>().join("   ").trim_end())?;
    }
    Ok(())
}

fn row(ListedToken { token, owner, life }: &ListedToken) -> [String; 6] {
    let for_what = format!("{}{}", listed(token.apps.iter()), if token.read_only { " (reads only)" } else { "" });
    let ends = when::day_and_time(token.expires_at);
    let ends = match life {
        TokenLife::Good => format!("ends {ends}"),
        TokenLife::EndsSoon => format!("ends soon: {ends}"),
        TokenLife::Ended => format!("ended {ends}"),
    };
    let used = token.last_used_at.map_or("never used".to_owned(), |at| format!("used {}", when::day_and_time(at)));
    [token.id.to_string(), safe(&token.label), owner.to_string(), for_what, ends, used]
}

fn as_json(ListedToken { token, owner, life }: &ListedToken) -> Value {
    let state = match life {
        TokenLife::Good => "good",
        TokenLife::EndsSoon => "ends_soon",
        TokenLife::Ended => "ended",
    };
    json!({
        "id": token.id.as_str(),
        "label": token.label,
        "owner": owner.as_str(),
        "apps": token.apps.iter().map(AppName::as_str).collect::<Vec<_>>(),
        "read_only": token.read_only,
        "created_at": when::machine(token.created_at),
        "expires_at": when::machine(token.expires_at),
        "last_used_at": token.last_used_at.map(when::machine),
        "state": state,
    })
}

/// The token with this id; or the one with this name, if no other has it.
pub(super) async fn named(instance: &Instance, text: &str) -> Result<ListedToken, Failure> {
    let tokens = match instance.accounts.tokens(&wire::act(instance, ManageUsers)?, None).await {
        Ok(tokens) => tokens,
        Err(error) => return Err(refused(instance, &error).await),
    };
    if let Some(one) = tokens.iter().find(|listed| listed.token.id.as_str() == text) {
        return Ok(one.clone());
    }
    let mut fitting = tokens.into_iter().filter(|listed| listed.token.label == text);
    match (fitting.next(), fitting.next()) {
        (None, _) if text.contains(TokenKind::Program.prefix()) => Err(Failure::refused(
            "That is the text of a token, which others on this machine can read on a command line.",
            "Name it by its id or name, and make another one in its place: doorstep token list",
        )),
        (Some(one), None) => Ok(one),
        (None, _) => Err(no_token()),
        (Some(_), Some(_)) => {
            let what = format!("Several tokens are called {}.", safe(text));
            Err(Failure::refused(what, "Name one by its id: doorstep token list"))
        }
    }
}

/// Says that somebody whose sessions have ended still has tokens for programs, which do not end with them.
pub(super) async fn left(instance: &Instance, name: &str, context: &mut Context<'_>) -> Result<(), Failure> {
    let tokens = match instance.accounts.tokens(&wire::act(instance, ManageUsers)?, Some(name)).await {
        Ok(tokens) => tokens,
        Err(error) => return Err(refused(instance, &error).await),
    };
    match tokens.iter().filter(|listed| listed.life != TokenLife::Ended).count() {
        0 => Ok(()),
        1 => context.line(&format!("A token for a program is left: doorstep token list --for {name}")),
        many => context.line(&format!("{many} tokens for programs are left: doorstep token list --for {name}")),
    }
}

async fn revoke(instance: &Instance, which: &Revoke, context: &mut Context<'_>) -> Result<(), Failure> {
    let id: ProgramTokenId = which.id.parse().map_err(|_| no_token())?;
    match instance.accounts.revoke_token(&wire::act(instance, ManageUsers)?, &id).await {
        Ok(ListedToken { token, owner, .. }) => {
            context.line(&format!("{} of {owner} has ended. Within seconds it opens nothing.", safe(&token.label)))
        }
        Err(error) => Err(refused(instance, &error).await),
    }
}

fn listed<'a>(apps: impl Iterator<Item = &'a AppName>) -> String {
    let names: Vec<_> = apps.map(AppName::as_str).collect();
    // Each of its apps may have been removed since.
    if names.is_empty() { "no app any more".to_owned() } else { names.join(", ") }
}

fn no_token() -> Failure {
    Failure::refused("There is no such token (any more).", "doorstep token list shows the ids.")
}

/// Why it cannot be done, and how to mend it.
async fn refused(instance: &Instance, error: &TokenError) -> Failure {
    let said = |remedy: &str| Failure::refused(reason::sentence(&error.to_string()), remedy);
    match error {
        TokenError::UnknownApp { name, known } => said(&match nearest(name, known.iter().map(AppName::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.is_empty() => {
                "Doorstep stands in front of no app: forward_auth = true declares one.".to_owned()
            }
            None => format!("Doorstep stands in front of {}.", listed(known.iter())),
        }),
        TokenError::NotGuarded(_) => said("An app that signs people in itself has tokens of its own, if it has any."),
        TokenError::TooMany(owner) => {
            said(&format!("doorstep token list --for {owner} shows them; end those that nobody needs."))
        }
        TokenError::Disabled(owner) => said(&format!("First: doorstep user enable {owner}")),
        TokenError::NotFound => no_token(),
        TokenError::People(error) => somebody::refused(instance, error).await,
        TokenError::Label | TokenError::NoApp | TokenError::Life | TokenError::Account(_) => {
            Failure::bare(reason::sentence(&error.to_string()))
        }
        TokenError::Internal(error) => reason::internal(error),
    }
}
