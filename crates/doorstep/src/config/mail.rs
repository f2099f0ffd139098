//! The mail server, and in whose name mail is sent.
//!
//! The password is named by the file that holds it, and read when it is used.

use super::value::{Fault, MailSender, MailServer};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;

/// The mail server by which people are told what happens to their accounts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Where it is, and how the way to it is encrypted: `smtps://` from the start, `smtp+starttls://` after STARTTLS and
    /// never without, `smtp://` not at all, for a server on this machine. With a port where it is not 465, 587 or 25.
    pub server: MailServer,
    /// From whom mail comes: an address, or `Name <address>`.
    pub from: MailSender,
    /// The user name to sign in to it with. Without one, nobody signs in.
    #[serde(default)]
    pub user: Option<String>,
    /// The file of the password. It is read for each mail.
    #[serde(default)]
    #[schemars(extend("format" = "path"))]
    pub password_file: Option<PathBuf>,
    /// A PEM file with certificate authorities of your own, which are trusted beside the public ones; that of `outbound`
    /// when left out.
    #[serde(default)]
    #[schemars(extend("format" = "path"))]
    pub ca_file: Option<PathBuf>,
}

impl Mail {
    /// What is wrong with it as a whole, and at which key.
    pub(crate) fn fault(&self) -> Option<(&'static str, Fault)> {
        match (&self.user, &self.password_file) {
            (Some(_), None) => {
                Some(("user", Fault::new("is given without `password_file`", "add the file of the password")))
            }
            (None, Some(_)) => {
                Some(("password_file", Fault::new("is given without `user`", "add who signs in with it")))
            }
            _ => None,
        }
    }
}
