//! Letters: mail that somebody asked for, with one link to a page that goes on. The link stands in it as it is given; what a
//! letter keeps until it is sent holds no secret.
//!
//! Some go to addresses of people who never heard of the instance, because somebody else typed them: nothing that a person
//! chose freely stands in those.

use super::{
    facts::{Reader, Written},
    layout::{beside_each_other, escaped, head, one_line, row},
    said::{say, say_with, when},
    words::leads_somewhere,
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

/// The messages of a letter.
struct Messages {
    subject: &'static str,
    happened: &'static str,
    more: Option<&'static str>,
    /// What the link is for; none where there is none.
    open: Option<&'static str>,
    unknown: &'static str,
    why: &'static str,
}

/// The words of a letter, before they have a form.
struct Words {
    subject: String,
    happened: String,
    more: String,
    open: Option<String>,
    unknown: String,
    why: String,
}

impl Posted {
    /// As it is read, with the address that its link leads to.
    pub fn written(&self, reader: &Reader<'_>, link: &str) -> Written {
        let language = reader.language;
        let words = said(self.what, reader);
        let instance = one_line(reader.instance);
        let until = self.until.map(|end| say_with(language, "letter-until", &[("when", &when(language, end))]));
        let facts: Vec<_> =
            [("notice-label-when", when(language, self.at)), ("notice-label-from", one_line(&self.from))]
                .into_iter()
                .filter(|(_, fact)| !fact.is_empty())
                .map(|(label, fact)| (say(language, label), fact))
                .collect();
        let link = words.open.as_deref().map(|open| (open, link));
        let facts = (until.as_deref(), facts.as_slice());
        Written {
            subject: format!("{instance}: {}", words.subject),
            text: text(&words, link, facts, (&instance, reader)),
            html: html(&words, link, facts, (&instance, reader)),
        }
    }
}

fn said(what: Letter, reader: &Reader<'_>) -> Words {
    let Reader { user, issuer, language, .. } = *reader;
    let messages = messages(what, user);
    let due = if let Letter::RecoveryAsked { due } = what { when(language, due) } else { String::new() };
    let texts = [("user", user), ("issuer", issuer), ("when", due.as_str())];
    let say = |key| say_with(language, key, &texts);
    Words {
        subject: say(messages.subject),
        happened: say(messages.happened),
        more: messages.more.map(say).unwrap_or_default(),
        open: messages.open.map(say),
        unknown: say(messages.unknown),
        why: say(messages.why),
    }
}

const TYPED: &str = "letter-why-typed";
const YOURS: &str = "letter-why-yours";

fn messages(what: Letter, user: &str) -> Messages {
    let of = |[subject, happened, open, unknown]: [&'static str; 4], why| Messages {
        subject,
        happened,
        more: None,
        open: Some(open),
        unknown,
        why,
    };
    match what {
        Letter::ConfirmAddress => {
            // A user name can look like a host, and whoever reads this may be a stranger.
            let is_bare = user.is_empty() || leads_somewhere(user);
            let happened = if is_bare { "letter-confirm" } else { "letter-confirm-as" };
            let keys = ["letter-confirm-subject", happened, "letter-confirm-open", "letter-confirm-else"];
            Messages { more: Some("letter-confirm-more"), ..of(keys, TYPED) }
        }
        Letter::RecoveryAsked { .. } => {
            let keys = ["letter-asked-subject", "letter-asked", "letter-asked-open", "letter-asked-else"];
            Messages { more: Some("letter-asked-more"), ..of(keys, YOURS) }
        }
        Letter::RecoveryOpens => {
            let keys = ["letter-recovery-subject", "letter-recovery", "letter-recovery-open", "letter-recovery-else"];
            Messages { more: Some("letter-recovery-more"), ..of(keys, YOURS) }
        }
        Letter::Register => {
            of(["letter-register-subject", "letter-register", "letter-register-open", "letter-register-else"], TYPED)
        }
        Letter::HasAccount => {
            of(["letter-register-subject", "letter-known", "letter-known-open", "letter-known-else"], YOURS)
        }
        Letter::AccountAsked => of(
            ["letter-requests-subject", "letter-requests", "letter-requests-open", "letter-requests-else"],
            "letter-requests-why",
        ),
        Letter::AccountGranted => {
            of(["letter-granted-subject", "letter-granted", "letter-granted-open", "letter-granted-else"], TYPED)
        }
        Letter::AccountRefused => Messages {
            subject: "letter-refused-subject",
            happened: "letter-refused",
            more: None,
            open: None,
            unknown: "letter-refused-else",
            why: TYPED,
        },
    }
}

type Facts<'a> = (Option<&'a str>, &'a [(String, String)]);

fn text(
    words: &Words,
    link: Option<(&str, &str)>,
    (until, facts): Facts<'_>,
    (instance, reader): (&str, &Reader<'_>),
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
    let (unknown, facts, issuer, why) = (&words.unknown, beside_each_other(facts), reader.issuer, &words.why);
    let _ = write!(text, "{unknown}\n\n{facts}\n-- \n{instance}, {issuer}\n{why}\n");
    text
}

fn html(
    words: &Words,
    link: Option<(&str, &str)>,
    (until, facts): Facts<'_>,
    (instance, reader): (&str, &Reader<'_>),
) -> String {
    let [happened, more, unknown, why] =
        [&words.happened, &words.more, &words.unknown, &words.why].map(|one| escaped(one));
    let [instance, issuer] = [instance, reader.issuer].map(escaped);
    let opened = link.map_or_else(String::new, |(open, link)| {
        let (link, until) = (escaped(link), escaped(until.unwrap_or_default()));
        format!("<p>{}<br><a href=\"{link}\">{link}</a></p>\n<p>{until}</p>\n", escaped(open))
    });
    let facts: String = facts.iter().map(|(label, fact)| row(label, fact)).collect();
    let (head, between) = (head(&instance, reader.language), say(reader.language, "between-sentences"));
    format!(
        "{head}<p><strong>{happened}</strong>{between}{more}</p>\n{opened}<p>{unknown}</p>\n<table>\n{facts}</table>\n\
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
