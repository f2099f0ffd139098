//! How far a message came: told as it goes, for whoever watches.

use std::net::{IpAddr, SocketAddr};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The name leads to these addresses.
    Resolved(Vec<IpAddr>),
    /// There is a connection to this one.
    Connected(SocketAddr),
    /// It is encrypted, and the certificate is for the host that was asked for.
    Encrypted {
        /// `TLS 1.3`.
        version: &'static str,
        /// The host.
        host: String,
    },
    /// It leads to this machine and is not encrypted.
    NotEncrypted,
    /// The user name and the password were taken.
    SignedIn(String),
    /// Nobody is named who would sign in.
    NoLogin,
    /// The server has the message, and said this.
    Accepted(String),
}
