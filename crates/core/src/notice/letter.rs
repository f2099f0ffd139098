//! Letters: mail that somebody asked for, with one link to a page that goes on. The link stands in it as it is given; what a
//! letter keeps until it is sent holds no secret.
//!
//! Some go to addresses of people who never heard of the instance, because somebody else typed them: nothing that a person
//! chose freely stands in those.

use super::{
    facts::{Reader, Written},
    layout::{escaped, one_line, row},
    words::{leads_somewhere, when},
};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "letter", rename_all = "snake_case")]
pub enum Letter {
    /// To an address that somebody says is theirs.
    ConfirmAddress,
    /// A recovery waits; the link stops it.
    RecoveryAsked {
        /// Until then nothing happens.
        due: Timestamp,
    },
    /// It was not stopped; the link is the recovery link.
    RecoveryOpens,
    /// To an address with which somebody asks for an account.
    Register,
    /// The same, where an account has the address.
    HasAccount,
    /// Somebody new waits for an answer: to administrators.
    AccountAsked,
    /// An administrator said yes; the link is an invitation.
    AccountGranted,
    /// An administrator said no.
    AccountRefused,
}

/// A letter with what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// What it is about.
    pub what: Letter,
    /// When it was ordered.
    pub at: Timestamp,
    /// When its link ends.
    pub until: Option<Timestamp>,
    /// The address that the request came from; empty when it came from none.
    pub from: String,
}

/// The words of a letter, before they have a form.
struct Words {
    subject: &'static str,
    happened: String,
    more: String,
    /// What the link is for; none where there is none.
    open: Option<&'static str>,
    unknown: &'static str,
    why: &'static str,
}

impl Posted {
    /// As it is read, with the address that its link leads to.
    pub fn written(&self, reader: &Reader<'_>, link: &str) -> Written {
        let words = said(self.what, reader);
        let instance = one_line(reader.instance);
        let until = self.until.map(|end| format!("The link opens once, until {}.", when(end)));
        let facts: Vec<_> = [("When", when(self.at)), ("From", one_line(&self.from))]
            .into_iter()
            .filter(|(_, fact)| !fact.is_empty())
            .collect();
        let link = words.open.map(|open| (open, link));
        Written {
            subject: format!("{instance}: {}", words.subject),
            text: text(&words, link, (until.as_deref(), &facts), (&instance, reader.issuer)),
            html: html(&words, link, (until.as_deref(), &facts), (&instance, reader.issuer)),
        }
    }
}

const TYPED: &str = "This address was typed on a page there. Nobody reads answers to this mail.";
const YOURS: &str = "This address belongs to the account. Nobody reads answers to this mail.";

fn said(what: Letter, reader: &Reader<'_>) -> Words {
    match what {
        Letter::ConfirmAddress => confirm_address(reader),
        Letter::RecoveryAsked { due } => recovery_asked(reader, due),
        Letter::RecoveryOpens => recovery_opens(reader),
        Letter::Register => register(reader),
        Letter::HasAccount => has_account(reader),
        Letter::AccountAsked => account_asked(reader),
        Letter::AccountGranted => account_granted(reader),
        Letter::AccountRefused => account_refused(reader),
    }
}

fn confirm_address(Reader { user, issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "is this mail address yours",
        // A user name can look like a host, and whoever reads this may be a stranger.
        happened: if user.is_empty() || leads_somewhere(user) {
            format!("Somebody who has an account at {issuer} says that this mail address is theirs.")
        } else {
            format!("Somebody who is signed in as {user} at {issuer} says that this mail address is theirs.")
        },
        more: "It is used for nothing before they confirm it.".to_owned(),
        open: Some("If that was you, open this page and confirm it there:"),
        unknown: "If it was not you, there is nothing to do.",
        why: TYPED,
    }
}

fn recovery_asked(Reader { user, issuer, .. }: &Reader<'_>, due: Timestamp) -> Words {
    Words {
        subject: "recovery was asked for",
        happened: format!("Somebody asked to recover your account {user} at {issuer} by mail."),
        more: format!(
            "Nothing happens before {}. Then a link comes to this address, with which a new passkey can be made.",
            when(due)
        ),
        open: Some("If it was not you, open this page and stop it there:"),
        unknown: "If it was you, there is nothing to do but wait. Every passkey goes on working meanwhile.",
        why: YOURS,
    }
}

fn recovery_opens(Reader { user, issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "your recovery link",
        happened: format!("The recovery of your account {user} at {issuer} was asked for, and nobody stopped it."),
        more: "Whoever uses this link is signed in to your account, and everybody else is signed out.".to_owned(),
        open: Some("To make a new passkey, open this page:"),
        unknown: "If you did not ask for it, stop it on your account page, and tell an administrator at once.",
        why: YOURS,
    }
}

fn register(Reader { issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "an account with this address",
        happened: format!("Somebody asked for an account at {issuer} with this mail address."),
        more: String::new(),
        open: Some("If that was you, open this page and go on there:"),
        unknown: "If it was not you, there is nothing to do: no account is made.",
        why: TYPED,
    }
}

fn has_account(Reader { user, issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "an account with this address",
        happened: format!(
            "Somebody asked for an account at {issuer} with this mail address, and you have one: {user}."
        ),
        more: String::new(),
        open: Some("To sign in, or to recover it, open this page:"),
        unknown: "If it was not you, there is nothing to do: they were not told that you have one.",
        why: YOURS,
    }
}

fn account_asked(Reader { issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "somebody asks for an account",
        happened: format!("Somebody new asks for an account at {issuer}."),
        more: String::new(),
        open: Some("Administrators say yes or no on this page:"),
        unknown: "Without an answer the request ends after two weeks.",
        why: "You administer this instance. Nobody reads answers to this mail.",
    }
}

fn account_granted(Reader { issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "you can make your account",
        happened: format!("Your request for an account at {issuer} was granted."),
        more: String::new(),
        open: Some("To make the account, open this page:"),
        unknown: "If you asked for none, there is nothing to do: no account is made.",
        why: TYPED,
    }
}

fn account_refused(Reader { issuer, .. }: &Reader<'_>) -> Words {
    Words {
        subject: "your request for an account",
        happened: format!("Your request for an account at {issuer} was not granted."),
        more: String::new(),
        open: None,
        unknown: "Nothing is kept of it.",
        why: TYPED,
    }
}

type Facts<'a> = (Option<&'a str>, &'a [(&'static str, String)]);

fn text(
    words: &Words,
    link: Option<(&str, &str)>,
    (until, facts): Facts<'_>,
    (instance, issuer): (&str, &str),
) -> String {
    let mut text = format!("{}\n", words.happened);
    if !words.more.is_empty() {
        let _ = writeln!(text, "{}", words.more);
    }
    if let Some((open, link)) = link {
        // Writing to a text cannot fail.
        let _ = write!(text, "\n{open}\n\n   {link}\n\n");
        if let Some(until) = until {
            let _ = writeln!(text, "{until}");
        }
    }
    let _ = write!(text, "{}\n\n", words.unknown);
    for (label, fact) in facts {
        let _ = writeln!(text, "{label:6}{fact}");
    }
    let _ = write!(text, "\n-- \n{instance}, {issuer}\n{}\n", words.why);
    text
}

fn html(
    words: &Words,
    link: Option<(&str, &str)>,
    (until, facts): Facts<'_>,
    (instance, issuer): (&str, &str),
) -> String {
    let [happened, more, unknown, why] = [&words.happened, &words.more, words.unknown, words.why].map(escaped);
    let [instance, issuer] = [instance, issuer].map(escaped);
    let opened = link.map_or_else(String::new, |(open, link)| {
        let (link, until) = (escaped(link), escaped(until.unwrap_or_default()));
        format!("<p>{}<br><a href=\"{link}\">{link}</a></p>\n<p>{until}</p>\n", escaped(open))
    });
    let facts: String = facts.iter().map(|(label, fact)| row(label, fact)).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{instance}</title></head>\n\
         <body style=\"font-family: system-ui, sans-serif; line-height: 1.5; max-width: 36em\">\n\
         <p><strong>{happened}</strong> {more}</p>\n{opened}<p>{unknown}</p>\n<table>\n{facts}</table>\n\
         <p style=\"font-size: 0.85em\">{instance}, {issuer}<br>{why}</p>\n</body>\n</html>\n"
    )
}

impl Letter {
    /// One of each, as an example, by the name that people type.
    pub fn examples() -> Vec<(&'static str, Self)> {
        let due = Timestamp::from_seconds(1_795_858_860);
        vec![
            ("letter-confirm-address", Self::ConfirmAddress),
            ("letter-recovery-asked", Self::RecoveryAsked { due }),
            ("letter-recovery-opens", Self::RecoveryOpens),
            ("letter-register", Self::Register),
            ("letter-has-account", Self::HasAccount),
            ("letter-account-asked", Self::AccountAsked),
            ("letter-account-granted", Self::AccountGranted),
            ("letter-account-refused", Self::AccountRefused),
        ]
    }
}
