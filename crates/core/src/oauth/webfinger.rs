//! WebFinger (RFC 7033): which issuer signs the accounts of a host in, as OpenID Connect Discovery 1.0 §2 asks for it.
//!
//! Answered for the issuer's own host and for every account there alike, so that nobody learns which there are. Other
//! resources than accounts are not described.

use crate::model::{mail_host, may_stand_before_the_at};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;

/// The link relation of an issuer (OpenID Connect Discovery 1.0 §2).
pub const ISSUER: &str = "http://openid.net/specs/connect/1.0/issuer";

/// The media type of a descriptor (RFC 7033 §10.2).
pub const MEDIA_TYPE: &str = "application/jrd+json";

/// What is said about a resource (RFC 7033 §4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Descriptor {
    /// The resource, as a URI. It may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What belongs to it, as far as it was asked for.
    pub links: Vec<Link>,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What it is.
    pub rel: &'static str,
    /// Where it leads.
    pub href: String,
}

/// Why nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotDescribed {
    /// No resource, several, or one that is no address (RFC 7033 §4.2).
    #[error("the resource is missing or malformed")]
    Malformed,
    /// It is somebody else's to describe.
    #[error("the resource is not an account of this host")]
    Elsewhere,
}

impl Descriptor {
    /// An account that `issuer` signs in.
    pub fn of_account(subject: Option<String>, issuer: &str) -> Self {
        Self { subject, links: vec![Link { rel: ISSUER, href: issuer.to_owned() }] }
    }
}

/// What is said to a query. `authority` is the issuer's; an account is one of its host and has no port (RFC 7565 §7).
pub fn describe(query: &str, authority: &str, issuer: &str) -> Result<Descriptor, NotDescribed> {
    let with_port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = with_port.map_or(authority, |(host, _)| host);
    let mut resources = values(query, "resource");
    let (Some(resource), None) = (resources.next(), resources.next()) else { return Err(NotDescribed::Malformed) };
    let resource = resource.ok_or(NotDescribed::Malformed)?;
    let (scheme, rest) = resource.split_once(':').ok_or(NotDescribed::Malformed)?;
    if scheme.is_empty() || resource.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(NotDescribed::Malformed);
    }
    if !scheme.eq_ignore_ascii_case("acct") {
        return Err(NotDescribed::Elsewhere);
    }
    let (account, of) = rest.rsplit_once('@').ok_or(NotDescribed::Malformed)?;
    let account = userpart(account).ok_or(NotDescribed::Malformed)?;
    if !mail_host(of).is_ok_and(|of| of.eq_ignore_ascii_case(host)) {
        return Err(NotDescribed::Elsewhere);
    }
    let mut descriptor = Descriptor::of_account(Some(format!("{scheme}:{account}@{host}")), issuer);
    // RFC 7033 §4.3
    let mut asked = values(query, "rel").peekable();
    if asked.peek().is_some() && !asked.any(|rel| rel.as_deref() == Some(ISSUER)) {
        descriptor.links.clear();
    }
    Ok(descriptor)
}

/// What stands before the `@` of an account, as its URI has it (RFC 7565 §7: unreserved, sub-delims and percent escapes).
/// Many apps put a mail address there as it is; what of it no URI holds is escaped (RFC 7565 §4). `None` for what is
/// neither.
fn userpart(account: &str) -> Option<String> {
    let is_escape = |at: usize| {
        let digits = account.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let written = account.char_indices().map(|(at, c)| {
        if is_plain(c) || (c == '%' && is_escape(at)) {
            Some(c.to_string())
        } else {
            may_stand_before_the_at(c).then(|| utf8_percent_encode(&c.to_string(), NON_ALPHANUMERIC).to_string())
        }
    });
    written.collect::<Option<String>>().filter(|account| !account.is_empty())
}

/// Unreserved and sub-delims, RFC 3986 §2.2 and §2.3.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(c)
}

/// The values of a parameter, decoded (RFC 7033 §4.1: percent escapes; a `+` is a `+`).
fn values<'q>(query: &'q str, name: &'q str) -> impl Iterator<Item = Option<String>> + 'q {
    let of_name = move |pair: &'q str| pair.split_once('=').filter(|(known, _)| *known == name).map(|(_, value)| value);
    let decoded = |value| percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    query.split('&').filter_map(of_name).map(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::{AsciiSet, CONTROLS};

    const HOST: &str = "auth.example.org";
    const AT: &str = "https://auth.example.org";

    fn described(query: &str) -> Result<(String, usize), NotDescribed> {
        describe(query, HOST, AT).map(|found| {
            assert!(found.links.iter().all(|link| (link.rel, link.href.as_str()) == (ISSUER, AT)));
            (found.subject.unwrap(), found.links.len())
        })
    }

    /// RFC 7033 §4.1 to §4.3, and OpenID Connect Discovery 1.0 §2.1.2.
    #[test]
    fn an_account_of_the_own_host_is_told_its_issuer() {
        for (query, subject, links) in [
            ("resource=acct:ada@auth.example.org", "acct:ada@auth.example.org", 1),
            ("resource=acct%3Aada%40auth.example.org", "acct:ada@auth.example.org", 1),
            ("x=1&resource=ACCT:ada@AUTH.example.org&rel=", "ACCT:ada@auth.example.org", 0),
            ("resource=acct:ada+home@auth.example.org", "acct:ada+home@auth.example.org", 1),
            ("resource=acct:a%2540b@auth.example.org", "acct:a%40b@auth.example.org", 1),
            (
                "resource=acct:ada@auth.example.org&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer",
                "acct:ada@auth.example.org",
                1,
            ),
            ("rel=self&resource=acct:ada@auth.example.org", "acct:ada@auth.example.org", 0),
            (
                "rel=self&resource=acct:ada@auth.example.org&rel=http://openid.net/specs/connect/1.0/issuer",
                "acct:ada@auth.example.org",
                1,
            ),
        ] {
            assert_eq!(described(query), Ok((subject.to_owned(), links)), "{query}");
        }
    }

    /// Every mail address that an account may have, sent as its URI (RFC 7565 §4) and as it is, in a value that is
    /// escaped as much as can be and as little as has to be (RFC 7033 §4.1).
    #[test]
    fn each_mail_address_of_the_own_host_has_its_account() {
        const LEAST: &AsciiSet = &CONTROLS.add(b'%').add(b'#').add(b'&').add(b'=');
        for (local, account) in [
            ("ada+home", "ada+home"),
            ("o'hara", "o'hara"),
            ("a!$&*=b", "a!$&*=b"),
            ("a#b/c?d", "a%23b%2Fc%3Fd"),
            ("^_`{|}~", "%5E_%60%7B%7C%7D~"),
            ("100%", "100%25"),
            ("j\u{f6}rg", "j%C3%B6rg"),
            ("\u{938}\u{902}", "%E0%A4%B8%E0%A4%82"),
        ] {
            assert!(crate::model::mail_address(&format!("{local}@{HOST}")).is_ok(), "{local}");
            for sent in [local, account] {
                let resource = format!("acct:{sent}@{HOST}");
                for value in [utf8_percent_encode(&resource, NON_ALPHANUMERIC), utf8_percent_encode(&resource, LEAST)] {
                    let subject = described(&format!("resource={value}")).map(|(subject, _)| subject);
                    assert_eq!(subject, Ok(format!("acct:{account}@{HOST}")), "{local} as {value}");
                }
            }
        }
    }

    #[test]
    fn an_account_is_one_of_a_host_whatever_port_is_asked_there() {
        let of = |resource: &str| describe(&format!("resource={resource}"), "localhost:8480", "http://localhost:8480");
        assert_eq!(of("acct:ada@localhost").unwrap().subject.as_deref(), Some("acct:ada@localhost"));
        assert_eq!(of("acct:ada@localhost:8480"), Err(NotDescribed::Elsewhere));
    }

    #[test]
    fn a_host_of_other_letters_is_the_same_host() {
        let host = "xn--bcher-kva.example";
        for sent in ["b\u{fc}cher.example", "b%C3%BCcher.example", "XN--BCHER-KVA.example"] {
            let found = describe(&format!("resource=acct:ada@{sent}"), host, AT).unwrap();
            assert_eq!(found.subject.as_deref(), Some("acct:ada@xn--bcher-kva.example"), "{sent}");
        }
    }

    #[test]
    fn everything_else_is_not_described() {
        for (query, why) in [
            ("", NotDescribed::Malformed),
            ("resource=", NotDescribed::Malformed),
            ("resource=ada", NotDescribed::Malformed),
            ("resource=:ada@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:auth.example.org", NotDescribed::Malformed),
            ("resource=acct:@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:a%22b@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:a%0Ab@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:a%FF@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:a%3Ab@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:a@b@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:ada@auth.example.org&resource=acct:bob@auth.example.org", NotDescribed::Malformed),
            ("resource=acct:ada@example.org", NotDescribed::Elsewhere),
            ("resource=acct:ada@auth.example.org.evil.test", NotDescribed::Elsewhere),
            ("resource=acct:ada@auth.example.org:8443", NotDescribed::Elsewhere),
            ("resource=https://auth.example.org/ada", NotDescribed::Elsewhere),
            ("resource=mailto:ada@auth.example.org", NotDescribed::Elsewhere),
        ] {
            assert_eq!(described(query), Err(why), "{query}");
        }
    }

    /// Nothing of an account is looked at: whoever asks learns nothing from the answer.
    #[test]
    fn accounts_that_exist_and_others_get_the_same_answer() {
        let of = |name: &str| describe(&format!("resource=acct:{name}@{HOST}"), HOST, AT).unwrap().links;
        assert_eq!(of("ada"), of("nobody-here"));
    }
}
