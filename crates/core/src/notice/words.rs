//! What each notice says. Plain and short; it blames nobody and names no product that it did not come from.

use super::facts::{Doer, News, Notice, Reader};
use crate::time::Timestamp;

/// The words of a notice, before they have a form.
pub(super) struct Words {
    /// What happened, for the subject: lower case, without a stop.
    pub(super) subject: &'static str,
    /// What happened, as a sentence.
    pub(super) happened: String,
    /// What else there is to know, each as a sentence.
    pub(super) more: Vec<String>,
    /// What, when, by whom, from where.
    pub(super) facts: Vec<(&'static str, String)>,
    /// What to do when one sees something that is not right.
    pub(super) unknown: String,
    /// What to tell an administrator then.
    pub(super) tell: String,
    /// Why it came to this address.
    pub(super) why: String,
}

pub(super) fn said(notice: &Notice, reader: &Reader<'_>) -> Words {
    let Reader { user, issuer, .. } = reader;
    let when = when(notice.at);
    let (subject, [before, after]) = headline(&notice.what);
    let mut facts = Vec::new();
    facts.extend(subject_of(&notice.what).map(|what| ("What", what)));
    facts.push(("When", when.clone()));
    facts.push(("By", by(notice, user)));
    if !notice.from.is_empty() {
        facts.push(("From", notice.from.clone()));
    }
    let account = if is_former(&notice.what) { "belonged to" } else { "belongs to" };
    Words {
        subject,
        happened: format!("{before}your account {user} at {issuer}{after}."),
        more: more(&notice.what),
        facts,
        unknown: unknown(&notice.what),
        tell: format!("“{before}my account {user} at {issuer}{after} on {when}, and I know nothing of it.”"),
        why: format!("This address {account} the account {user}. Nobody reads answers to this mail."),
    }
}

/// `27 November 2026, 09:41 UTC`: the person's own time is not known.
pub(super) fn when(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// For the subject, and for a sentence: what stands before the account in it, and what after.
const fn headline(what: &News) -> (&'static str, [&'static str; 2]) {
    match what {
        News::PasskeyAdded { .. } => ("a passkey was added", ["A passkey was added to ", ""]),
        News::PasskeyRemoved { .. } => ("a passkey was removed", ["A passkey was removed from ", ""]),
        News::PasswordSet => ("a password was set", ["A password was set for ", ""]),
        News::PasswordChanged => ("the password was changed", ["The password of ", " was changed"]),
        News::PasswordRemoved => ("the password was removed", ["The password of ", " was removed"]),
        News::Recovered { .. } => ("a recovery link was used", ["A recovery link was used for ", ""]),
        News::RecoveryKitMade => ("a recovery kit was made", ["A recovery kit was made for ", ""]),
        News::SignInLinked { .. } => ("a way to sign in was added", ["A way to sign in was added to ", ""]),
        News::SignInUnlinked { .. } => ("a way to sign in was removed", ["A way to sign in was removed from ", ""]),
        News::TotpAdded { .. } => ("an authenticator app was added", ["An authenticator app was added to ", ""]),
        News::TotpRemoved { .. } => {
            ("an authenticator app was removed", ["An authenticator app was removed from ", ""])
        }
        News::EmailChanged { .. } => ("the mail address was changed", ["The mail address of ", " was changed"]),
        News::NewBrowser { .. } => ("a sign-in with a new browser", ["Somebody signed in to ", " with a new browser"]),
        News::TokenMade { .. } => ("a token for programs was made", ["A token for programs was made for ", ""]),
    }
}

/// Which passkey, which token.
fn subject_of(what: &News) -> Option<String> {
    match what {
        News::PasskeyAdded { name } | News::PasskeyRemoved { name } => Some(named("passkey", name)),
        News::TotpAdded { name } | News::TotpRemoved { name, .. } => Some(named("authenticator app", name)),
        News::Recovered { passkey: Some(name), .. } => Some(named("new passkey", name)),
        News::Recovered { passkey: None, .. } => Some("new password".to_owned()),
        News::SignInLinked { label } | News::SignInUnlinked { label } => Some(named("an account elsewhere", label)),
        News::NewBrowser { device } => Some(device.clone()),
        News::TokenMade { label, apps, read_only } => {
            let reads = if *read_only { ", for reading only" } else { "" };
            Some(format!("{}, opens {}{reads}", named("token", label), apps.join(", ")))
        }
        News::PasswordSet
        | News::PasswordChanged
        | News::PasswordRemoved
        | News::RecoveryKitMade
        | News::EmailChanged { .. } => None,
    }
}

fn more(what: &News) -> Vec<String> {
    let said = |sentences: &[&str]| sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
    match what {
        News::PasskeyAdded { .. } => said(&["Whoever has it can sign in to your account."]),
        News::PasskeyRemoved { .. } | News::SignInUnlinked { .. } => said(&["It signs nobody in any more."]),
        News::PasswordSet => said(&["Whoever knows it can sign in to your account."]),
        News::PasswordChanged => said(&["The one from before signs nobody in any more."]),
        News::PasswordRemoved => said(&["Nobody can sign in with it any more."]),
        News::Recovered { dropped: true, .. } => said(&[
            "Every browser that was signed in is signed out.",
            "The passkeys, the password, the authenticator apps and the recovery kit from before were removed.",
        ]),
        News::Recovered { dropped: false, .. } => said(&[
            "Every browser that was signed in is signed out.",
            "The passkeys, the password, the authenticator apps and the recovery kit from before still work.",
        ]),
        News::RecoveryKitMade => said(&[
            "Whoever has one of its codes can make a passkey for your account.",
            "The kit from before opens nothing any more.",
        ]),
        News::SignInLinked { .. } => said(&["Whoever signs in to that account can sign in to yours."]),
        News::TotpAdded { .. } => said(&["Signing in with the password takes one of its codes from now on."]),
        News::TotpRemoved { left: true, .. } => said(&["Its codes sign nobody in any more. Another one is left."]),
        News::TotpRemoved { left: false, .. } => said(&["The password alone signs in to your account from now on."]),
        News::EmailChanged { to_former: true } => said(&["Mail about it does not come to this address any more."]),
        News::EmailChanged { to_former: false } => said(&["Mail about it comes to this address from now on."]),
        News::NewBrowser { .. } => said(&["If it was you, there is nothing to do."]),
        News::TokenMade { .. } => said(&["Whoever has it reaches these apps as you."]),
    }
}

/// The first thing to do; telling an administrator is the second.
fn unknown(what: &News) -> String {
    match what {
        News::PasskeyAdded { .. } => "Remove the passkey, and sign out everywhere.",
        News::NewBrowser { .. } => "Sign out everywhere, and look whether every passkey there is yours.",
        News::TokenMade { .. } => "End the token, and look whether every passkey there is yours.",
        News::RecoveryKitMade => "Make a new kit or remove this one, and sign out everywhere.",
        News::SignInLinked { .. } => "Remove it under “Other ways to sign in”, and sign out everywhere.",
        News::PasswordSet => "Remove the password, and sign out everywhere.",
        News::TotpAdded { .. } | News::TotpRemoved { left: true, .. } => {
            "Change the password, and look which authenticator apps are there."
        }
        News::TotpRemoved { left: false, .. } => "Add yours again, and change the password.",
        News::PasskeyRemoved { .. }
        | News::SignInUnlinked { .. }
        | News::PasswordChanged
        | News::PasswordRemoved
        | News::Recovered { .. }
        | News::EmailChanged { .. } => "Look whether every passkey there is yours, if you can still sign in.",
    }
    .to_owned()
}

fn by(notice: &Notice, user: &str) -> String {
    match (notice.by, &notice.what) {
        (Doer::Owner, News::Recovered { .. }) => "somebody who had the link".to_owned(),
        (
            Doer::Owner,
            News::PasskeyAdded { .. } | News::PasswordSet | News::PasswordChanged | News::SignInLinked { .. },
        ) => {
            format!("somebody who was signed in as {user}, or had a link to the account")
        }
        (Doer::Owner, _) => format!("somebody who was signed in as {user}"),
        (Doer::Administrator, _) => "an administrator".to_owned(),
        (Doer::Host, _) => "a command on the server".to_owned(),
    }
}

const fn is_former(what: &News) -> bool {
    matches!(what, News::EmailChanged { to_former: true })
}

/// A thing by what a person called it. What a mail program would make a link of is left out: whoever is in an account
/// that is not theirs must not lead its owner anywhere.
fn named(thing: &str, name: &str) -> String {
    let name: String = name.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect();
    if name.trim().is_empty() || leads_somewhere(&name) { thing.to_owned() } else { format!("{thing} “{name}”") }
}

/// Whether a mail program could make a link of it: an address of mail, of the web, or a host by itself.
pub(super) fn leads_somewhere(text: &str) -> bool {
    let dots = text.char_indices().filter(|(_, c)| matches!(c, '.' | '。' | '．' | '｡'));
    let mut after = dots.filter_map(|(at, c)| text.get(at + c.len_utf8()..)?.chars().next());
    text.contains(['@', '＠', '/', '\\']) || after.any(char::is_alphabetic)
}

/// Marks that change how the rest is read, and have no form of their own.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_52_what_a_mail_program_would_make_a_link_of_is_left_out() {
        for (name, said) in [
            ("YubiKey 5", "passkey “YubiKey 5”"),
            ("Firmware 5.7", "passkey “Firmware 5.7”"),
            ("Ada's phone.", "passkey “Ada's phone.”"),
            ("evil.test", "passkey"),
            ("see www.evil.test", "passkey"),
            ("https://evil.test", "passkey"),
            ("evil。test", "passkey"),
            ("help@evil", "passkey"),
            ("mail to: a\\b", "passkey"),
            ("\u{202e}olleh", "passkey “olleh”"),
            (" \u{200b}", "passkey"),
        ] {
            assert_eq!(named("passkey", name), said, "{name:?}");
        }
    }
}
