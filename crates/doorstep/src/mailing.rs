//! The mail server that the configuration names, and handing a message to it. What the configuration says is asked for each
//! message, and the password is read from its file then.

use crate::config::{Config, Mail, secret_file};
use doorstep_core::secret::Secret;
use doorstep_mail::{Limits, Login, Server};
use doorstep_outbound::Trust;
use std::path::Path;

/// The mail server, ready to be asked; or what is wrong with a file that it needs, and how to mend it.
pub(crate) fn server(config: &Config, mail: &Mail) -> Result<Server, (String, String)> {
    let login = match (&mail.user, &mail.password_file) {
        (Some(user), Some(path)) => Some(Login { user: user.clone(), password: password(path)? }),
        _ => None,
    };
    let (key, ca_file) = match (&mail.ca_file, &config.outbound.ca_file) {
        (Some(file), _) => ("mail.ca_file", Some(file)),
        (None, file) => ("outbound.ca_file", file.as_ref()),
    };
    let trust = match ca_file {
        Some(file) => trust(file).map_err(|why| {
            (format!("`{key}` names {}: {why}", file.display()), format!("Correct `{key}`, or leave it out."))
        })?,
        None => Trust::default(),
    };
    let place = mail.server.place().clone();
    Ok(Server { place, login, hello: hello(config.issuer.host()), trust, limits: Limits::default() })
}

fn password(path: &Path) -> Result<Secret<String>, (String, String)> {
    secret_file::read(path).map_err(|fault| {
        let remedy = fault.remedy.unwrap_or_else(|| "look at that file".to_owned());
        (format!("`mail.password_file` {}", fault.what), crate::reason::sentence(&remedy))
    })
}

fn trust(file: &Path) -> Result<Trust, String> {
    let pem = std::fs::read(file).map_err(|error| format!("it cannot be read: {error}"))?;
    Trust::default().and_pem(&pem).map_err(|error| error.to_string())
}

/// What we call ourselves, RFC 5321 §4.1.1.1: the issuer's host. An address stands in brackets (§4.1.3).
fn hello(host: &str) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse() {
        Ok(std::net::IpAddr::V4(address)) => format!("[{address}]"),
        Ok(std::net::IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Err(_) => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_greeted_by_the_host_of_the_issuer() {
        for (host, said) in [
            ("auth.example.org", "auth.example.org"),
            ("127.0.0.1", "[127.0.0.1]"),
            ("::1", "[IPv6:::1]"),
            ("[::1]", "[IPv6:::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(hello(host), said);
        }
    }
}
