//! `doorstep generate webfinger`: what the web server of a mail domain answers to an app that asks there who signs the
//! domain's people in (RFC 7033). Every address of the domain gets the same answer.

use doorstep_core::model::{mail_host, mail_host_in_letters};
use doorstep_core::oauth::webfinger::{Descriptor, MEDIA_TYPE};
use url::form_urlencoded::byte_serialize;

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

/// What of an account's URI stands as it is in a query (RFC 7565 §7 without the `&` that ends a value), or escaped. An
/// escaped `%` is left out: it may be the second escape of what the URI itself had escaped (RFC 7033 §4.1), which no web
/// server undoes.
const SAID: &str = "((?:[A-Za-z0-9._~!$'()*+,;=-]|%[013-9A-F][0-9A-F]|%2[0-46-9A-F])+)";

/// Whatever else stands for a person there.
const UNSAID: &str = "[^&@]+";

/// The lines that go into the site of `domain`. They look at the query as it was sent, since one server undoes its escapes
/// and one does not, and tell whom they speak of (the subject, which may be left out: RFC 7033 §4.4.1) in that form.
pub fn webfinger(issuer: &str, domain: &str, server: WebServer) -> Result<String, InvalidDomain> {
    let known = mail_host(domain).ok().filter(|host| host.contains('.'));
    let domain = known.ok_or_else(|| InvalidDomain(domain.to_owned()))?;
    let account = match server {
        WebServer::Caddy => "{re.account.1}",
        WebServer::Nginx => "$1",
    };
    let answer = |subject| serde_json::to_string(&Descriptor::of_account(subject, issuer)).unwrap_or_default();
    let text = match server {
        WebServer::Caddy => include_str!("webfinger.caddy"),
        WebServer::Nginx => include_str!("webfinger.nginx"),
    };
    let named = [
        ("SAID", query(SAID, &domain)),
        ("UNSAID", query(UNSAID, &domain)),
        ("ANSWER", answer(Some(format!("acct:{account}@{domain}")))),
        ("ANSWER_UNSAID", answer(None)),
        ("MEDIA_TYPE", MEDIA_TYPE.to_owned()),
        ("DOMAIN", domain),
    ];
    Ok(named.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value)))
}

/// A pattern of queries for an account of the domain, in the syntax that both servers have.
fn query(account: &str, domain: &str) -> String {
    let read = mail_host_in_letters(domain);
    let escaped: String = byte_serialize(read.as_bytes()).collect();
    let literal = |host: &str| host.replace('.', "\\.");
    let host = if read == domain { literal(domain) } else { format!("(?:{}|{})", literal(domain), literal(&escaped)) };
    format!("(?i)(?:^|&)resource=acct(?::|%3A){account}(?:@|%40){host}(?:&|$)")
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

    /// Asked by either name, as an app sends it.
    #[test]
    fn a_domain_of_other_letters_is_met_by_both_its_names() {
        let lines = |domain| webfinger("https://auth.example.org", domain, WebServer::Nginx).unwrap();
        let text = lines("B\u{fc}cher.example");
        assert_eq!(text, lines("xn--bcher-kva.example"));
        assert!(text.contains(r"(?:xn--bcher-kva\.example|b%C3%BCcher\.example)(?:&|$)"), "{text}");
        assert!(text.contains("@xn--bcher-kva.example\""), "{text}");
    }

    #[test]
    fn what_is_no_domain_adds_no_line() {
        for wrong in ["", "localhost", "a..b", "-a.org", "a.org;", "a.org\n}", "*.a.org", "a@b.org", "https://a.org"] {
            assert!(webfinger("https://auth.example.org", wrong, WebServer::Nginx).is_err(), "{wrong}");
        }
    }
}
