//! Where the mail server is, and how the way to it is kept secret: one address.

use std::{fmt, net::IpAddr, str::FromStr};
use thiserror::Error;

/// How the connection is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte: `smtps`.
    Tls,
    /// TLS after STARTTLS, or nothing at all: `smtp+starttls`.
    StartTls,
    /// None: `smtp`. For a server on this machine.
    Plain,
}

impl Security {
    const fn scheme(self) -> &'static str {
        match self {
            Self::Tls => "smtps",
            Self::StartTls => "smtp+starttls",
            Self::Plain => "smtp",
        }
    }

    const fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

/// A mail server by its address: `smtps://mail.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub security: Security,
    /// As it was written.
    written: String,
}

/// Why a text is no address of a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadPlace {
    /// Another scheme, or none.
    #[error("does not begin with smtps://, smtp+starttls:// or smtp://")]
    Scheme,
    /// No host, or something that is none.
    #[error("has no host in it that a mail server could have")]
    Host,
    /// No port.
    #[error("has a port that is no number from 1 to 65535")]
    Port,
    /// A user name or a password.
    #[error("has a user name or password in it")]
    Login,
    /// A path or more.
    #[error("is more than scheme, host and port")]
    More,
    /// Plain, to another machine.
    #[error("is not encrypted, and leads to another machine")]
    Plain,
}

impl FromStr for Place {
    type Err = BadPlace;
    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let (scheme, rest) = text.split_once("://").ok_or(BadPlace::Scheme)?;
        let all = [Security::Tls, Security::StartTls, Security::Plain];
        let security = all.into_iter().find(|one| one.scheme() == scheme).ok_or(BadPlace::Scheme)?;
        if rest.contains('@') {
            return Err(BadPlace::Login);
        }
        if rest.contains(['/', '?', '#']) {
            return Err(BadPlace::More);
        }
        let (host, port) = parted(rest)?;
        let port = match port {
            None => security.port(),
            Some(port) if port.bytes().all(|digit| digit.is_ascii_digit()) => {
                port.parse().ok().filter(|port| *port != 0).ok_or(BadPlace::Port)?
            }
            Some(_) => return Err(BadPlace::Port),
        };
        let place = Self { host: host.to_owned(), port, security, written: text.to_owned() };
        if security == Security::Plain && !place.is_this_machine() {
            return Err(BadPlace::Plain);
        }
        Ok(place)
    }
}

/// Host and port; an address of IPv6 stands in brackets.
fn parted(rest: &str) -> Result<(&str, Option<&str>), BadPlace> {
    if let Some((address, port)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        address.parse::<std::net::Ipv6Addr>().map_err(|_| BadPlace::Host)?;
        return match port {
            "" => Ok((address, None)),
            port => port.strip_prefix(':').map(|port| (address, Some(port))).ok_or(BadPlace::Host),
        };
    }
    let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let good = !host.is_empty() && host.len() <= 253 && host.chars().all(named) && !host.starts_with(['.', '-']);
    if good { Ok((host, port)) } else { Err(BadPlace::Host) }
}

impl Place {
    /// The address that the host is, where it is one.
    pub(crate) fn literal(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether it says by itself that it is on this machine.
    fn is_this_machine(&self) -> bool {
        self.host == "localhost" || self.literal().is_some_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_host_port_and_how_it_is_kept_secret() {
        for (text, expected) in [
            ("smtps://mail.example.org", Ok(("mail.example.org", 465, Security::Tls))),
            ("smtps://mail.example.org:4465", Ok(("mail.example.org", 4465, Security::Tls))),
            ("smtp+starttls://mail.example.org", Ok(("mail.example.org", 587, Security::StartTls))),
            ("smtp+starttls://192.0.2.1:25", Ok(("192.0.2.1", 25, Security::StartTls))),
            ("smtps://[2001:db8::1]:465", Ok(("2001:db8::1", 465, Security::Tls))),
            ("smtp://localhost", Ok(("localhost", 25, Security::Plain))),
            ("smtp://127.0.0.1:1025", Ok(("127.0.0.1", 1025, Security::Plain))),
            ("smtp://[::1]", Ok(("::1", 25, Security::Plain))),
            ("smtp://mail.example.org", Err(BadPlace::Plain)),
            ("smtp://10.0.0.1", Err(BadPlace::Plain)),
            ("smtp://localhost.example.org", Err(BadPlace::Plain)),
            ("mail.example.org", Err(BadPlace::Scheme)),
            ("mail.example.org:465", Err(BadPlace::Scheme)),
            ("https://mail.example.org", Err(BadPlace::Scheme)),
            ("SMTPS://mail.example.org", Err(BadPlace::Scheme)),
            ("smtps://", Err(BadPlace::Host)),
            ("smtps://:465", Err(BadPlace::Host)),
            ("smtps://Mail.example.org", Err(BadPlace::Host)),
            ("smtps://mail example", Err(BadPlace::Host)),
            ("smtps://[mail]", Err(BadPlace::Host)),
            ("smtps://[::1]465", Err(BadPlace::Host)),
            ("smtps://mail.example.org:", Err(BadPlace::Port)),
            ("smtps://mail.example.org:0", Err(BadPlace::Port)),
            ("smtps://mail.example.org:+1", Err(BadPlace::Port)),
            ("smtps://mail.example.org:65536", Err(BadPlace::Port)),
            ("smtps://ada:secret@mail.example.org", Err(BadPlace::Login)),
            ("smtps://mail.example.org/", Err(BadPlace::More)),
            ("smtps://mail.example.org\r\nx", Err(BadPlace::Host)),
        ] {
            let read = text.parse::<Place>();
            let read = read.as_ref().map(|place| (place.host.as_str(), place.port, place.security)).map_err(|e| *e);
            assert_eq!(read, expected, "{text}");
        }
    }
}
