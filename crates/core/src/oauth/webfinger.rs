//! WebFinger (RFC 7033): which issuer signs the accounts of a host in, as OpenID Connect Discovery 1.0 §2 asks for it.
//!
//! Answered for the issuer's own host and for every account there alike, so that nobody learns which there are. Other
//! resources than accounts are not described.

use percent_encoding::percent_decode_str;
use serde::Serialize;

/// The link relation of an issuer (OpenID Connect Discovery 1.0 §2).
pub const ISSUER: &str = "http://openid.net/specs/connect/1.0/issuer";

/// The media type of a descriptor (RFC 7033 §10.2).
pub const MEDIA_TYPE: &str = "application/jrd+json";

/// What is said about a resource (RFC 7033 §4.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Descriptor {
    /// The resource.
    pub subject: String,
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
    /// An account of the host that `issuer` stands on.
    pub fn of_account(subject: String, issuer: &str) -> Self {
        Self { subject, links: vec![Link { rel: ISSUER, href: issuer.to_owned() }] }
    }
}

/// What is said to a query. `host` is the issuer's, without a port: an account has none (RFC 7565 §7).
pub fn describe(query: &str, host: &str, issuer: &str) -> Result<Descriptor, NotDescribed> {
    let mut resources = values(query, "resource");
    let (Some(resource), None) = (resources.next(), resources.next()) else { return Err(NotDescribed::Malformed) };
    let resource = resource.ok_or(NotDescribed::Malformed)?;
    let (scheme, rest) = resource.split_once(':').ok_or(NotDescribed::Malformed)?;
    if !resource.bytes().all(|byte| byte.is_ascii_graphic()) || scheme.is_empty() {
        return Err(NotDescribed::Malformed);
    }
    if !scheme.eq_ignore_ascii_case("acct") {
        return Err(NotDescribed::Elsewhere);
    }
    let (account, of) = rest.rsplit_once('@').ok_or(NotDescribed::Malformed)?;
    if account.is_empty() || !account.bytes().all(is_of_an_account) {
        return Err(NotDescribed::Malformed);
    }
    if !of.eq_ignore_ascii_case(host) {
        return Err(NotDescribed::Elsewhere);
    }
    let mut descriptor = Descriptor::of_account(resource, issuer);
    // RFC 7033 §4.3
    let mut asked = values(query, "rel").peekable();
    if asked.peek().is_some() && !asked.any(|rel| rel.as_deref() == Some(ISSUER)) {
        descriptor.links.clear();
    }
    Ok(descriptor)
}

/// RFC 7565 §7: unreserved, sub-delims and percent escapes.
const fn is_of_an_account(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
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

    const HOST: &str = "auth.example.org";
    const AT: &str = "https://auth.example.org";

    fn described(query: &str) -> Result<(String, usize), NotDescribed> {
        describe(query, HOST, AT).map(|found| {
            assert!(found.links.iter().all(|link| (link.rel, link.href.as_str()) == (ISSUER, AT)));
            (found.subject, found.links.len())
        })
    }

    /// RFC 7033 §4.1 to §4.3, and OpenID Connect Discovery 1.0 §2.1.2.
    #[test]
    fn an_account_of_the_own_host_is_told_its_issuer() {
        for (query, subject, links) in [
            ("resource=acct:ada@auth.example.org", "acct:ada@auth.example.org", 1),
            ("resource=acct%3Aada%40auth.example.org", "acct:ada@auth.example.org", 1),
            ("x=1&resource=ACCT:ada@AUTH.example.org&rel=", "ACCT:ada@AUTH.example.org", 0),
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
            ("resource=acct:a/b@auth.example.org", NotDescribed::Malformed),
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
