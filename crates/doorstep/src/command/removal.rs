//! `doorstep user remove`: says first what is lost and which apps know the person, asks, and then does it.

use super::somebody::{Name, refused};
use crate::context::Context;
use crate::ending::Failure;
use crate::terminal::shown as safe;
use crate::wire;
use clap::Args;
use doorstep_app::accounts::Removal;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::id::GroupName;
use std::io::{self, BufRead, IsTerminal};

/// Somebody who is to go.
#[derive(Clone, Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    who: Name,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(instance: &Instance, words: &Remove, context: &mut Context<'_>) -> Result<(), Failure> {
    let act = wire::act(instance, ManageUsers)?;
    let removal = match instance.accounts.consider_removal(&act, &words.who.user).await {
        Ok(removal) => removal,
        Err(error) => return Err(refused(instance, &error).await),
    };
    let name = removal.person.user.name.as_str();
    context.print(&reported(&removal))?;
    if !words.yes {
        if !io::stdin().is_terminal() {
            return Err(Failure::refused(
                "Nobody was removed: there is no terminal to ask in.",
                "If you mean it, run the command again with --yes.",
            ));
        }
        context.line(&format!("To remove {name}, type the user name:"))?;
        if !agreed(&mut io::stdin().lock(), name)? {
            return Err(Failure::refused(
                "Nobody was removed.",
                format!("To disable the account instead: doorstep user disable {name}"),
            ));
        }
    }
    match instance.accounts.remove_person(&act, name).await {
        Ok(user) => context.line(&format!("{} is removed.", user.name)),
        Err(error) => Err(refused(instance, &error).await),
    }
}

fn agreed(input: &mut impl BufRead, name: &str) -> Result<bool, Failure> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(line.trim() == name)
}

fn reported(removal: &Removal) -> String {
    let person = &removal.person;
    let (name, has) = (&person.user.name, &person);
    let mut lost = vec![counted(has.passkeys.len(), "passkey"), counted(has.sessions.len(), "session")];
    if has.has_password {
        lost.push("a password".to_owned());
    }
    let mut lines = vec![
        format!("{name} ({}) would be removed, and this cannot be undone.", safe(&person.user.display_name)),
        format!("  lost        {}; every token of theirs ends", lost.join(", ")),
    ];
    if !person.groups.is_empty() {
        lines.push(format!("  groups      {}", listed(&person.groups)));
    }
    if removal.known_to.is_empty() {
        lines.push("  known to    none of the apps, as far as that is still on record".to_owned());
    } else {
        let apps: Vec<_> = removal.known_to.iter().map(|title| safe(title)).collect();
        lines.push(format!("  known to    {}", apps.join(", ")));
        lines.push(format!("              what they keep of {name} stays there; remove it in each app"));
    }
    if !removal.named_in.is_empty() {
        lines.push(format!(
            "  still named in the configuration, in {}: take {name} out there",
            listed(&removal.named_in)
        ));
    }
    lines.push("  stays       the audit log, and whose user name and mail address these were".to_owned());
    lines.join("\n") + "\n"
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

fn listed<'a>(groups: impl IntoIterator<Item = &'a GroupName>) -> String {
    groups.into_iter().map(GroupName::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_user_name_itself_is_a_yes() {
        for (typed, yes) in
            [("grace\n", true), ("  grace \n", true), ("y\n", false), ("yes\n", false), ("Grace\n", false), ("", false)]
        {
            assert_eq!(agreed(&mut typed.as_bytes(), "grace").unwrap(), yes, "{typed:?}");
        }
    }
}
