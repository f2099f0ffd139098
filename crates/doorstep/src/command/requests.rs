//! `doorstep user requests list|approve|refuse`: who asks for an account, and the answers.
//!
//! Who asks has shown that the mail address is theirs. A yes mails an invitation for one person to it.

use crate::context::Context;
use crate::ending::Failure;
use crate::options::Output;
use crate::terminal::shown as safe;
use crate::{reason, when, wire};
use clap::{Args, Subcommand};
use doorstep_app::accounts::RegisterError;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::model::{Registration, mail_key};
use serde_json::{Value, json};

/// Requests for accounts.
#[derive(Clone, Debug, Subcommand)]
pub enum Requests {
    /// List who asks for an account, the oldest first.
    List(Output),
    /// Say yes: an invitation is mailed to them.
    Approve(Address),
    /// Say no: they are told by mail.
    Refuse(Address),
}

/// One request.
#[derive(Clone, Debug, Args)]
pub struct Address {
    /// The mail address of whoever asks.
    #[arg(value_name = "ADDRESS")]
    pub address: String,
}

/// Runs it.
pub(super) async fn run(instance: &Instance, command: &Requests, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        Requests::List(output) => list(instance, output.json, context).await,
        Requests::Approve(Address { address }) => {
            let asked = of(instance, address).await?;
            let act = wire::act(instance, ManageUsers)?;
            match instance.accounts.grant_registration(&act, &asked.id).await {
                Ok(asked) => context.line(&format!(
                    "An invitation for one person is mailed to {}. It is open for 7 days.",
                    safe(&asked.email)
                )),
                Err(error) => Err(refused(&error, address)),
            }
        }
        Requests::Refuse(Address { address }) => {
            let asked = of(instance, address).await?;
            match instance.accounts.refuse_registration(&wire::act(instance, ManageUsers)?, &asked.id).await {
                Ok(asked) => context.line(&format!("{} is told so by mail.", safe(&asked.email))),
                Err(error) => Err(refused(&error, address)),
            }
        }
    }
}

async fn waiting(instance: &Instance) -> Result<Vec<Registration>, Failure> {
    let waiting = instance.accounts.registrations(&wire::act(instance, ManageUsers)?).await;
    waiting.map_err(|error| reason::internal(&error))
}

async fn list(instance: &Instance, json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let waiting = waiting(instance).await?;
    if json {
        return context.json(&waiting.iter().map(as_json).collect::<Vec<_>>());
    }
    if waiting.is_empty() {
        return context.line("Nobody asks for an account.");
    }
    for asked in &waiting {
        let since = when::day_and_time(asked.waits_since.unwrap_or(asked.asked_at));
        context.line(&format!("{}   {}   {since}", safe(&asked.email), safe(&asked.person)))?;
        if !asked.reason.is_empty() {
            context.line(&format!("    {}", safe(&asked.reason)))?;
        }
    }
    context.line("doorstep user requests approve ADDRESS says yes, doorstep user requests refuse ADDRESS says no.")
}

fn as_json(asked: &Registration) -> Value {
    json!({
        "email": asked.email,
        "name": asked.person,
        "reason": asked.reason,
        "waits_since": asked.waits_since.map(when::machine),
        "expires_at": when::machine(asked.expires_at),
    })
}

/// The request with this address, however it is spelt.
async fn of(instance: &Instance, address: &str) -> Result<Registration, Failure> {
    let key = |text: &str| mail_key(text).ok();
    let wanted = key(address);
    let found = waiting(instance).await?.into_iter().find(|asked| wanted.is_some() && key(&asked.email) == wanted);
    found.ok_or_else(|| refused(&RegisterError::Gone, address))
}

fn refused(error: &RegisterError, address: &str) -> Failure {
    match error {
        RegisterError::Gone => Failure::refused(
            format!("Nobody asks for an account with {} (any more).", safe(address)),
            "doorstep user requests list shows who asks.",
        ),
        RegisterError::Taken => Failure::refused(
            format!("{} belongs to an account by now.", safe(address)),
            "Refuse the request, or see whose it is: doorstep user list",
        ),
        RegisterError::Off => Failure::refused(
            "Nobody can ask for an account here, and no invitation is mailed.",
            "Set `open` in [registration], or invite them: doorstep invite",
        ),
        RegisterError::Internal(error) => reason::internal(error),
        error => Failure::bare(reason::sentence(&error.to_string())),
    }
}
