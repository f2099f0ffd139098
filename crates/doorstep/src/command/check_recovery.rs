//! `doorstep check recovery`: who comes in by themselves after the loss of a device, and who would need somebody.

use super::somebody::refused;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::{reason, turn, wire};
use clap::Args;
use doorstep_app::accounts::PersonDetails;
use doorstep_app::instance::Instance;
use doorstep_core::access::{ADMINS, AfterALoss, ManageUsers, WaysIn};
use doorstep_core::model::UserName;
use serde_json::{Value, json};

/// Who is looked at.
#[derive(Clone, Debug, Args)]
pub struct Words {
    /// One person, by user name; everybody whose account is enabled when left out.
    #[arg(value_name = "NAME")]
    pub user: Option<String>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// What was found of one person.
struct Finding {
    name: UserName,
    administers: bool,
    ways: WaysIn,
}

/// Runs it.
pub(super) fn run(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let loaded = context.settings()?;
    let sources = context.sources();
    wire::groups(&loaded)?;
    become_owner(&loaded.config)?;
    runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        wire::declare_groups(&instance, turn::groups(&instance, &loaded, &sources).await?)?;
        let findings = findings(&instance, words.user.as_deref()).await?;
        tell(&findings, words.output, context)
    })
}

async fn findings(instance: &Instance, only: Option<&str>) -> Result<Vec<Finding>, Failure> {
    let act = wire::act(instance, ManageUsers)?;
    let names: Vec<String> = if let Some(name) = only {
        vec![name.to_owned()]
    } else {
        let people = instance.accounts.people(&act).await.map_err(|error| reason::internal(&error))?;
        let enabled = people.into_iter().filter(|person| person.user.is_active(instance.now()));
        enabled.map(|person| person.user.name.to_string()).collect()
    };
    let passwords = instance.context.settings.live().passwords;
    let mut findings = Vec::with_capacity(names.len());
    for name in names {
        match instance.accounts.person(&act, &name).await {
            Ok(mut person) => {
                // Those of a host that was given up sign nobody in.
                person.passkeys.retain(|passkey| instance.context.rp().knows(passkey));
                findings.push(finding(&person, passwords));
            }
            Err(error) => return Err(refused(instance, &error).await),
        }
    }
    Ok(findings)
}

fn finding(person: &PersonDetails, passwords: bool) -> Finding {
    Finding {
        name: person.user.name.clone(),
        administers: person.groups.contains(ADMINS),
        ways: WaysIn {
            passkeys: person.passkeys.len(),
            backed_up: person.passkeys.iter().filter(|passkey| passkey.backed_up).count(),
            password: person.has_password && passwords,
            totp: !person.totp_keys.is_empty(),
            codes: person.kit.as_ref().map_or(0, |kit| kit.left),
        },
    }
}

fn tell(findings: &[Finding], output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let is_weak = |finding: &&Finding| finding.ways.after_a_loss() == AfterALoss::ByAnother;
    let weak: Vec<_> = findings.iter().filter(is_weak).collect();
    let done = if weak.is_empty() { Outcome::Done } else { Outcome::Negative };
    if output.json {
        context.json(&findings.iter().map(as_json).collect::<Vec<_>>())?;
        return Ok(done);
    }
    if findings.is_empty() {
        context.line("Nobody has an account yet.")?;
        return Ok(done);
    }
    let width = findings.iter().map(|finding| finding.name.as_str().len()).max().unwrap_or_default();
    let paint = context.paint();
    for finding in findings {
        let mark = match finding.ways.after_a_loss() {
            AfterALoss::ByThemselves => paint.good("ok  "),
            AfterALoss::ByAnother => paint.bad("WEAK"),
            AfterALoss::NotBegun => "new ".to_owned(),
        };
        let (name, administers) = (finding.name.as_str(), if finding.administers { "; administrator" } else { "" });
        context.line(&format!("  {mark}  {name:width$}  {}{administers}", has(finding.ways)))?;
    }
    if weak.is_empty() {
        return context.line("Nobody loses the account with a device.").map(|()| done);
    }
    let many = weak.len();
    let subject = if many == 1 { "1 person loses".to_owned() } else { format!("{many} people lose") };
    context.line(&format!("{subject} the account with a device, and would need a link: doorstep recover NAME"))?;
    context.line("They mend it on their account page: a second passkey, or a recovery kit on paper.")?;
    let helps = |finding: &&Finding| finding.administers && finding.ways.after_a_loss() == AfterALoss::ByThemselves;
    if findings.iter().any(|finding| finding.administers) && !findings.iter().any(|finding| helps(&finding)) {
        context.line("No administrator is among those who do not: then only this host can help.")?;
    }
    Ok(done)
}

/// What an account has, in words.
fn has(ways: WaysIn) -> String {
    let WaysIn { passkeys, backed_up, password, totp, codes } = ways;
    let mut parts = Vec::new();
    match (passkeys, backed_up) {
        (0, _) => parts.push("no passkey".to_owned()),
        (1, 0) => parts.push("1 passkey, on one device only".to_owned()),
        (many, 0) => parts.push(format!("{many} passkeys, each on one device only")),
        (1, _) => parts.push("1 passkey, backed up".to_owned()),
        (many, copies) => parts.push(format!("{many} passkeys, {copies} backed up")),
    }
    if password {
        parts.push(if totp { "a password with an authenticator app" } else { "a password" }.to_owned());
    }
    parts.push(match codes {
        0 => "no recovery kit".to_owned(),
        1 => "1 code on paper".to_owned(),
        many => format!("{many} codes on paper"),
    });
    parts.join(", ")
}

fn as_json(finding: &Finding) -> Value {
    let WaysIn { passkeys, backed_up, password, totp, codes } = finding.ways;
    json!({
        "name": finding.name.as_str(),
        "administrator": finding.administers,
        "passkeys": passkeys,
        "backed_up": backed_up,
        "password": password,
        "authenticator_app": totp,
        "recovery_codes": codes,
        "after_a_loss": match finding.ways.after_a_loss() {
            AfterALoss::NotBegun => "not_begun",
            AfterALoss::ByAnother => "by_another",
            AfterALoss::ByThemselves => "by_themselves",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_account_has_is_said_in_words() {
        for (passkeys, backed_up, (password, totp), codes, words) in [
            (0, 0, (false, false), 0, "no passkey, no recovery kit"),
            (1, 0, (false, false), 0, "1 passkey, on one device only, no recovery kit"),
            (1, 1, (true, false), 1, "1 passkey, backed up, a password, 1 code on paper"),
            (0, 0, (true, true), 0, "no passkey, a password with an authenticator app, no recovery kit"),
            (2, 0, (false, false), 9, "2 passkeys, each on one device only, 9 codes on paper"),
            (3, 2, (false, false), 0, "3 passkeys, 2 backed up, no recovery kit"),
        ] {
            assert_eq!(has(WaysIn { passkeys, backed_up, password, totp, codes }), words);
        }
    }
}
