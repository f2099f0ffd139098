//! `doorstep user password`: a password set, replaced or taken away from the host. It is typed where nobody sees it, or
//! comes by standard input; it never stands among the arguments, where other users of the machine could read it.

use super::somebody::{Name, refused};
use crate::context::Context;
use crate::ending::Failure;
use crate::wire;
use clap::Args;
use doorstep_app::instance::Instance;
use doorstep_core::access::ManageUsers;
use doorstep_core::secret::Secret;
use std::io::{self, IsTerminal, Read};

/// More than any password has; a file that was meant for something else ends here.
const LONGEST: u64 = 4096;

/// Somebody, and where the password comes from.
#[derive(Clone, Debug, Args)]
pub struct Password {
    #[command(flatten)]
    who: Name,
    /// Read the password from standard input, one line.
    #[arg(long, conflicts_with = "remove")]
    stdin: bool,
    /// Take the password away.
    #[arg(long)]
    remove: bool,
}

pub(super) async fn run(instance: &Instance, words: &Password, context: &mut Context<'_>) -> Result<(), Failure> {
    let name = words.who.user.as_str();
    let act = wire::act(instance, ManageUsers)?;
    // A misspelt name is refused before anything is typed.
    let had_one = match instance.accounts.person(&act, name).await {
        Ok(person) => person.has_password,
        Err(error) => return Err(refused(instance, &error).await),
    };
    let new = match (words.remove, words.stdin) {
        (true, _) => None,
        (false, true) => Some(sent(&mut io::stdin().lock())?),
        (false, false) => Some(typed(name)?),
    };
    let sets = new.is_some();
    match instance.accounts.set_password_of(&act, (name, new)).await {
        Ok(user) => {
            let name = &user.name;
            let reported = if sets { "can sign in with the new password" } else { "has no password any more" };
            context.line(&format!("{name} {reported}."))?;
            if had_one {
                context.line(&format!("Every session and token of {name} has ended."))?;
            }
            if !sets {
                context.line(&format!("For a passkey: doorstep recover {name}"))?;
            }
            Ok(())
        }
        Err(error) => Err(refused(instance, &error).await),
    }
}

/// One line; its end does not belong to the password.
fn sent(input: &mut impl Read) -> Result<Secret<String>, Failure> {
    let mut bytes = Vec::new();
    let read = input.take(LONGEST).read_to_end(&mut bytes);
    let text = read.ok().and_then(|_| String::from_utf8(bytes).ok()).map(Secret::new);
    let text =
        text.ok_or_else(|| Failure::refused("Standard input cannot be read as text.", "Send one line of UTF-8."))?;
    let line = text.expose().strip_suffix('\n').unwrap_or(text.expose());
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r']) {
        return Err(Failure::refused("Standard input has several lines.", "Send the password as one line."));
    }
    Ok(Secret::new(line.to_owned()))
}

fn typed(name: &str) -> Result<Secret<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::refused(
            "There is no terminal to type a password in.",
            format!("Send it by standard input: doorstep user password {name} --stdin"),
        ));
    }
    let ask = |question: &str| rpassword::prompt_password(question).map(Secret::new);
    let first = ask("New password: ")?;
    let again = ask("Repeat it: ")?;
    if !first.matches(again.expose().as_bytes()) {
        return Err(Failure::refused("The two passwords differ.", "Nothing was changed. Run the command again."));
    }
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_the_password_and_its_end_is_not() {
        for (text, password) in [
            ("correct horse", Some("correct horse")),
            ("correct horse \r\n", Some("correct horse ")),
            ("correct\n\n", None),
            ("correct\nhorse\n", None),
            ("", Some("")),
        ] {
            let read = sent(&mut text.as_bytes()).ok().map(|secret| secret.expose().clone());
            assert_eq!(read.as_deref(), password, "{text:?}");
        }
        assert!(sent(&mut [0xff].as_slice()).is_err());
    }
}
