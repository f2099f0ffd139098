//! Which notices there are, and the facts that each keeps until it is sent.

use crate::{model::Language, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Something that happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// What it was.
    pub what: News,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: Doer,
    /// The address that the request came from; empty when it came from none.
    pub from: String,
}

/// What can happen to an account that its owner is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A passkey was added.
    PasskeyAdded {
        /// What it is called.
        name: String,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// What it was called.
        name: String,
    },
    /// A password was set where there was none.
    PasswordSet,
    /// The password became another one.
    PasswordChanged,
    /// The password was removed.
    PasswordRemoved,
    /// Somebody opened a recovery link and made a new way to sign in.
    Recovered {
        /// What the new passkey is called; none where a password was set.
        passkey: Option<String>,
        /// Whether everything that signed in before went.
        dropped: bool,
    },
    /// A recovery kit was made, in place of the one from before.
    RecoveryKitMade,
    /// Another provider signs the account in from now on.
    SignInLinked {
        /// What it is called.
        label: String,
    },
    /// Another provider signs the account in no more.
    SignInUnlinked {
        /// What it is called.
        label: String,
    },
    /// An authenticator app was added, whose codes the password wants from then on.
    TotpAdded {
        /// What it is called.
        name: String,
    },
    /// An authenticator app was removed.
    TotpRemoved {
        /// What it was called.
        name: String,
        /// Whether another one is left.
        left: bool,
    },
    /// The mail address became another one.
    EmailChanged {
        /// Whether this notice goes to the address that was used until then.
        to_former: bool,
    },
    /// Somebody signed in with a browser that had not signed the account in before.
    NewBrowser {
        /// What the browser is called, if that is known.
        browser: Option<String>,
        /// The system that it runs on, likewise.
        system: Option<String>,
    },
    /// A token for programs was made.
    TokenMade {
        /// What it is for.
        label: String,
        /// The apps that it opens.
        apps: Vec<String>,
        /// Whether it only reads.
        read_only: bool,
    },
}

impl News {
    /// What is told of a password, by whether there was one and whether there is one.
    pub const fn of_password(before: bool, now: bool) -> Self {
        match (before, now) {
            (false, true) => Self::PasswordSet,
            (true, true) => Self::PasswordChanged,
            (_, false) => Self::PasswordRemoved,
        }
    }

    /// One of each, as an example, by the name that people type.
    pub fn examples() -> Vec<(&'static str, Self)> {
        let name = || "YubiKey 5".to_owned();
        vec![
            ("passkey-added", Self::PasskeyAdded { name: name() }),
            ("passkey-removed", Self::PasskeyRemoved { name: name() }),
            ("password-set", Self::PasswordSet),
            ("password-changed", Self::PasswordChanged),
            ("password-removed", Self::PasswordRemoved),
            ("recovered", Self::Recovered { passkey: Some(name()), dropped: true }),
            ("recovery-kit-made", Self::RecoveryKitMade),
            ("sign-in-linked", Self::SignInLinked { label: "Google".to_owned() }),
            ("sign-in-unlinked", Self::SignInUnlinked { label: "Google".to_owned() }),
            ("totp-added", Self::TotpAdded { name: "My phone".to_owned() }),
            ("totp-removed", Self::TotpRemoved { name: "My phone".to_owned(), left: false }),
            ("email-changed", Self::EmailChanged { to_former: false }),
            ("email-changed-former", Self::EmailChanged { to_former: true }),
            ("new-browser", Self::NewBrowser { browser: Some("Firefox".to_owned()), system: Some("Linux".to_owned()) }),
            (
                "token-made",
                Self::TokenMade { label: "backup".to_owned(), apps: vec!["wiki".to_owned()], read_only: true },
            ),
        ]
    }
}

/// Who did it, as far as the owner of an account needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// Somebody who was signed in to the account, or held a link to it.
    Owner,
    /// Somebody else who was signed in: an administrator.
    Administrator,
    /// A command on the server.
    Host,
}

/// Whom a notice is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader<'a> {
    /// Their user name.
    pub user: &'a str,
    /// What the instance is called.
    pub instance: &'a str,
    /// Its issuer. Every link in a notice begins with it (security row 74).
    pub issuer: &'a str,
    /// In which language.
    pub language: Language,
}

/// A notice as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject: one line, with nothing in it that a person chose but the name of the instance.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML, with the same words.
    pub html: String,
}
