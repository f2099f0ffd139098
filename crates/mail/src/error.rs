//! Why a message was not handed over: at which step, and whether trying again can help. Never the password, in whatever
//! form; what a server says is cut short and cleaned.

use crate::message::Unfit;
use std::{io, net::SocketAddr};
use thiserror::Error;

/// A message that was not handed over.
#[derive(Debug, Error)]
#[error("{stage}: {cause}")]
pub struct Error {
    /// At which step.
    pub stage: Stage,
    /// Why.
    pub cause: Cause,
}

/// The steps, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Stage {
    /// The message is put together.
    #[error("writing the message")]
    Message,
    /// The name is looked up.
    #[error("looking up the mail server")]
    LookUp,
    /// TCP.
    #[error("connecting to the mail server")]
    Connect,
    /// TLS, with STARTTLS where that comes first.
    #[error("encrypting the connection")]
    Tls,
    /// What each says of itself.
    #[error("greeting the mail server")]
    Greeting,
    /// User name and password.
    #[error("signing in to the mail server")]
    Login,
    /// `MAIL FROM`.
    #[error("naming the sender")]
    Sender,
    /// `RCPT TO`.
    #[error("naming the recipient")]
    Recipient,
    /// The message itself.
    #[error("handing over the message")]
    Data,
}

/// What went wrong.
#[derive(Debug, Error)]
pub enum Cause {
    /// It cannot be a message.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The name leads nowhere.
    #[error("the name could not be looked up: {0}")]
    LookUp(io::Error),
    /// A plain connection would leave this machine.
    #[error("without encryption it has to be on this machine, and it is not")]
    NotHere,
    /// Nothing answers there.
    #[error("{address} cannot be reached: {error}")]
    Unreachable {
        /// The last address that was tried.
        address: SocketAddr,
        /// What the operating system says.
        error: io::Error,
    },
    /// The server does not offer what was asked for.
    #[error("the server does not offer STARTTLS, and nothing is sent without it")]
    NoStartTls,
    /// Somebody on the way speaks, too.
    #[error("more came with the answer to STARTTLS than the answer: somebody on the way may have added it")]
    Injected,
    /// The certificate's authority is unknown.
    #[error("the certificate comes from an authority that is not trusted")]
    UnknownAuthority,
    /// The certificate is for another host.
    #[error("this is another server than the one that was asked for: {0}")]
    OtherName(rustls::Error),
    /// TLS does not come about.
    #[error("TLS does not come about: {0}")]
    Tls(String),
    /// The server signs nobody in by user name and password.
    #[error("the server does not offer to sign in by user name and password")]
    NoLogin,
    /// The server says no.
    #[error("the server refuses ({code}){}", said(words))]
    Refused {
        /// RFC 5321 §4.2.1: 4xx passes, 5xx lasts.
        code: u16,
        /// What it says.
        words: String,
    },
    /// The connection broke, or what came is no SMTP.
    #[error("the connection broke, or the server does not speak SMTP: {0}")]
    Broken(String),
    /// The time is over.
    #[error("the server did not answer in time")]
    TooSlow,
}

fn said(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": {words}") }
}

/// Characters of what a server says that are kept.
const WORDS: usize = 200;

/// What a server said, short and on one line.
pub(crate) fn cleaned(words: &str) -> String {
    let line: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WORDS).collect();
    line.trim().to_owned()
}

impl Error {
    pub(crate) fn new(stage: Stage, cause: impl Into<Cause>) -> Self {
        Self { stage, cause: cause.into() }
    }

    /// Whether it is about this message and trying again is in vain. What is wrong with the settings or with the server
    /// is put right some day, and the message then goes out.
    pub fn lasts(&self) -> bool {
        match &self.cause {
            Cause::Unfit(_) => true,
            Cause::Refused { code, .. } => *code >= 500 && matches!(self.stage, Stage::Recipient | Stage::Data),
            _ => false,
        }
    }

    /// What whoever runs the instance can do about it.
    pub fn remedy(&self) -> &'static str {
        match (&self.cause, self.stage) {
            (Cause::Unfit(_), _) | (Cause::Refused { code: 500.., .. }, Stage::Recipient) => {
                "Look at the address that it goes to."
            }
            (Cause::LookUp(_), _) => "Look whether the host in `mail.server` is spelt as the provider writes it.",
            (Cause::NotHere, _) => "Write smtps:// or smtp+starttls:// in `mail.server`.",
            (Cause::Unreachable { .. }, _) => {
                "Look at host and port in `mail.server`: smtps:// is mostly at 465, smtp+starttls:// at 587. Some networks \
                 let nothing out there."
            }
            (Cause::NoStartTls, _) => "If the server speaks TLS from the start, write smtps:// in `mail.server`.",
            (Cause::Injected, _) => {
                "Write smtps:// in `mail.server` if the server offers it, and ask who is on the way."
            }
            (Cause::UnknownAuthority, _) => "If the authority is your own, name its certificate in `mail.ca_file`.",
            (Cause::OtherName(_), _) => "Write the name in `mail.server` that the certificate is for.",
            (Cause::Tls(_), _) => {
                "Look whether scheme and port in `mail.server` belong together: smtps:// is mostly at 465, smtp+starttls:// \
                 at 587."
            }
            (Cause::NoLogin, _) => "Look whether the provider names another server for programs that sign in.",
            (Cause::Refused { .. }, Stage::Login) => {
                "Look at `mail.user` and at the file in `mail.password_file`. Some providers want a password for programs."
            }
            (Cause::Refused { .. }, Stage::Sender) => "Write an address in `mail.from` that this user may send from.",
            (Cause::Refused { code: 500.., .. }, _) => "Ask whoever runs the mail server what it means.",
            (Cause::Refused { .. }, _) => "It may pass: try again in some minutes.",
            (Cause::Broken(_) | Cause::TooSlow, _) => {
                "Look whether a mail server with this security listens there: `mail.server` says which was asked."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_the_message_itself_lasts() {
        let refused = |code| Cause::Refused { code, words: String::new() };
        for (stage, cause, lasts) in [
            (Stage::Recipient, refused(550), true),
            (Stage::Data, refused(554), true),
            (Stage::Message, Cause::Unfit(Unfit::Recipient), true),
            (Stage::Recipient, refused(450), false),
            (Stage::Data, refused(452), false),
            (Stage::Login, refused(535), false),
            (Stage::Sender, refused(550), false),
            (Stage::Greeting, refused(554), false),
            (Stage::Data, Cause::TooSlow, false),
            (Stage::Tls, Cause::NoStartTls, false),
        ] {
            let error = Error::new(stage, cause);
            assert_eq!(error.lasts(), lasts, "{error}");
            assert!(error.remedy().ends_with('.'), "{error}");
        }
    }
}
