//! Who the person is, as a JWT (RFC 7519) that an app verifies with the published keys, whatever its network lets through.
//!
//! It says what the identity headers say. Built here, signed elsewhere. Its `typ` and its audience are its own, so that
//! neither an app nor Doorstep takes it for an ID Token or an access token (RFC 8725 §3.9, §3.11).

use super::Person;
use crate::{
    model::{Acr, Amr, Proved},
    time::{Timestamp, Ttl},
};
use percent_encoding::percent_decode_str;
use serde::Serialize;

/// The header that it stands in.
pub const ASSERTION_HEADER: &str = "Remote-Assertion";

/// Its `typ`.
pub const ASSERTION_TYP: &str = "vnd.doorstep.assertion+jwt";

/// How long it is valid.
const LIFETIME: Ttl = Ttl::from_seconds(60);

/// How long one that was made may be sent again: an app has half a minute at least to read it.
pub const ASSERTION_KEPT: Ttl = Ttl::from_seconds(30);

/// What an assertion is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attested<'a> {
    /// The host that the request came to, with a port that is not the scheme's own.
    pub host: &'a str,
    /// Whether the app lives on HTTPS.
    pub secure: bool,
    /// About whom it is.
    pub person: &'a Person,
    /// How and when they signed in; `None` for a program with a token.
    pub proved: Option<Proved>,
}

/// The claim set, to be serialised as the JWS payload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assertion<'a> {
    iss: &'a str,
    /// The origin of the app, as RFC 6454 §6.2 writes one.
    aud: String,
    sub: &'a str,
    iat: i64,
    exp: i64,
    preferred_username: &'a str,
    /// As the person writes it: JSON needs no percent signs.
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    groups: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<&'static [&'static str]>,
}

impl<'a> Assertion<'a> {
    /// The claims as of `now`.
    pub fn of(issuer: &'a str, attested: Attested<'a>, now: Timestamp) -> Self {
        let Attested { host, secure, person, proved } = attested;
        let identity = person.identity();
        let [user, _, email, name] = identity.each();
        Self {
            iss: issuer,
            aud: format!("{}://{host}", if secure { "https" } else { "http" }),
            sub: person.user().as_str(),
            iat: now.seconds(),
            exp: (now + LIFETIME).seconds(),
            preferred_username: user,
            name: percent_decode_str(name).decode_utf8_lossy().into_owned(),
            email: Some(email).filter(|email| !email.is_empty()),
            groups: identity.groups().collect(),
            auth_time: proved.map(|proved| proved.at().seconds()),
            acr: proved.and_then(Proved::acr).map(Acr::as_str),
            amr: proved.and_then(amr),
        }
    }
}

/// RFC 8176 §2. A session that is kept in memory says that it was a passkey, not whether hardware holds it.
fn amr(proved: Proved) -> Option<&'static [&'static str]> {
    proved.acr().map(|acr| match acr {
        Acr::PhishingResistant => ["pop", "user", "mfa"].as_slice(),
        Acr::TwoFactors => Amr::PasswordTotp.values(),
        Acr::OneFactor => Amr::Password.values(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::GroupName,
        model::{Principal, User},
    };
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    const NOW: Timestamp = Timestamp::from_seconds(1_750_000_000);

    fn ada(display_name: &str, email_verified: bool) -> Principal {
        let user = User {
            display_name: display_name.to_owned(),
            email: Some("ada@example.org".to_owned()),
            email_verified,
            ..User::new("ada-id".parse().unwrap(), "ada".parse().unwrap(), NOW)
        };
        let groups: BTreeSet<GroupName> = ["admins", "users"].map(|group| group.parse().unwrap()).into();
        Principal::active(user, groups, NOW).unwrap()
    }

    fn claims(principal: &Principal, (host, secure): (&str, bool), proved: Option<Proved>) -> Value {
        let person = Person::of(principal);
        let attested = Attested { host, secure, person: &person, proved };
        serde_json::to_value(Assertion::of("https://auth.example.org", attested, NOW)).unwrap()
    }

    #[test]
    fn it_says_what_the_headers_say_to_one_origin_for_a_minute() {
        let ada = ada("Ada Lovelace", true);
        let by = |amr| Some(Proved::new(Timestamp::from_seconds(1_749_999_990), amr));
        let expected = |aud: &str| {
            json!({
                "iss": "https://auth.example.org", "aud": aud, "sub": "ada-id", "iat": 1_750_000_000, "exp": 1_750_000_060,
                "preferred_username": "ada", "name": "Ada Lovelace", "email": "ada@example.org",
                "groups": ["admins", "users"],
            })
        };
        for (place, proved, aud, more) in [
            (("wiki.example.org", true), None, "https://wiki.example.org", json!({})),
            (
                ("lab.test:8080", false),
                by(Amr::SyncedPasskey),
                "http://lab.test:8080",
                json!({ "auth_time": 1_749_999_988, "acr": "phr", "amr": ["pop", "user", "mfa"] }),
            ),
            (
                ("wiki.example.org", true),
                by(Amr::Password),
                "https://wiki.example.org",
                json!({ "auth_time": 1_749_999_988, "acr": "pwd", "amr": ["pwd"] }),
            ),
            (
                ("wiki.example.org", true),
                by(Amr::PasswordTotp),
                "https://wiki.example.org",
                json!({ "auth_time": 1_749_999_988, "acr": "mfa", "amr": ["pwd", "otp", "mfa"] }),
            ),
            (
                ("wiki.example.org", true),
                by(Amr::Upstream),
                "https://wiki.example.org",
                json!({ "auth_time": 1_749_999_988 }),
            ),
        ] {
            let mut wanted = expected(aud);
            wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(claims(&ada, place, proved), wanted);
        }
        assert!(ASSERTION_KEPT.seconds() * 2 <= LIFETIME.seconds());
    }

    #[test]
    fn security_96_an_address_that_is_not_proved_is_in_none_and_a_name_is_as_it_is_written() {
        let said = claims(&ada("Zoë 100%\n", false), ("wiki.example.org", true), None);
        assert_eq!((said.get("email"), &said["name"]), (None, &json!("Zoë 100%")));
    }
}
