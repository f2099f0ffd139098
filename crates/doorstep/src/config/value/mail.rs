//! The address of the mail server, and of the sender.

use super::text::{Fault, TextValue};
use doorstep_mail::{BadPlace, Place, Sender};
use std::str::FromStr;

/// A mail server such as `smtps://mail.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer(Place);

impl MailServer {
    /// Where it is.
    pub const fn place(&self) -> &Place {
        &self.0
    }
}

impl FromStr for MailServer {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        text.parse().map(Self).map_err(|bad: BadPlace| {
            let remedy = match bad {
                BadPlace::Plain => "write smtps:// or smtp+starttls://; smtp:// is for a mail server on this machine",
                BadPlace::Login => "take it out; `user` and `password_file` are settings of their own",
                _ => "write it like smtps://mail.example.org or smtp+starttls://mail.example.org:587",
            };
            Fault::new(bad.to_string(), remedy)
        })
    }
}

impl TextValue for MailServer {
    const FORMAT: &'static str = "mail-server";
    fn text(&self) -> String {
        self.0.to_string()
    }
}

super::text::as_string!(MailServer, "MailServer", "smtps://mail.example.org");

/// A sender such as `Doorstep <auth@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSender {
    sender: Sender,
    written: String,
}

impl MailSender {
    /// The sender.
    pub const fn sender(&self) -> &Sender {
        &self.sender
    }
}

impl FromStr for MailSender {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        let remedy = "write auth@example.org or Doorstep <auth@example.org>";
        let sender = text.parse().map_err(|_| Fault::new("is not a mail address", remedy))?;
        Ok(Self { sender, written: text.to_owned() })
    }
}

impl TextValue for MailSender {
    const FORMAT: &'static str = "mail-sender";
    fn text(&self) -> String {
        self.written.clone()
    }
}

super::text::as_string!(MailSender, "MailSender", "Doorstep <auth@example.org>");
