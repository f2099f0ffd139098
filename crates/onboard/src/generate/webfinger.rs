//! `doorstep generate webfinger`: what the web server of a mail domain answers to an app that asks there who signs the
//! domain's people in (RFC 7033). Every address of the domain gets the same answer.

use doorstep_core::oauth::webfinger::{Descriptor, MEDIA_TYPE};

/// The program that serves the domain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WebServer {
    /// Caddy.
    #[default]
    Caddy,
    /// nginx.
    Nginx,
}

/// What is no domain of mail addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a domain of mail addresses")]
pub struct InvalidDomain(String);

/// The lines that go into the site of `domain`.
pub fn webfinger(issuer: &str, domain: &str, server: WebServer) -> Result<String, InvalidDomain> {
    let domain = domain.to_ascii_lowercase();
    let label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    if !domain.contains('.') || !domain.split('.').all(label) {
        return Err(InvalidDomain(domain));
    }
    let pattern = domain.replace('.', "\\.");
    let account = match server {
        WebServer::Caddy => "{re.account.1}",
        WebServer::Nginx => "$account",
    };
    let answer = Descriptor::of_account(format!("acct:{account}@{domain}"), issuer);
    let answer = serde_json::to_string(&answer).unwrap_or_default();
    let text = match server {
        WebServer::Caddy => include_str!("webfinger.caddy"),
        WebServer::Nginx => include_str!("webfinger.nginx"),
    };
    let named = [("DOMAIN", domain.as_str()), ("PATTERN", &pattern), ("MEDIA_TYPE", MEDIA_TYPE), ("ANSWER", &answer)];
    Ok(named.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_web_server_gets_its_lines() {
        for (server, name) in [(WebServer::Caddy, "webfinger_caddy"), (WebServer::Nginx, "webfinger_nginx")] {
            let text = webfinger("https://auth.example.org", "Example.org", server).unwrap();
            insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
        }
    }

    #[test]
    fn what_is_no_domain_adds_no_line() {
        for wrong in ["", "localhost", "a..b", "-a.org", "a.org;", "a.org\n}", "*.a.org", "a@b.org", "https://a.org"] {
            assert!(webfinger("https://auth.example.org", wrong, WebServer::Nginx).is_err(), "{wrong}");
        }
    }
}
