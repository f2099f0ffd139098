//! Who the person is, as the headers that an app reads.
//!
//! All four are always there, empty where nothing is known, so that no header of the client's can stay
//! in their place (security row 57). A value holds printable ASCII only, by construction.

use super::ASSERTION_HEADER;
use crate::{id::GroupName, model::Principal, secret::SecretHash};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The names, in the order of [`IdentityHeaders::values`].
pub const IDENTITY_HEADERS: [&str; 4] = ["Remote-User", "Remote-Groups", "Remote-Email", "Remote-Name"];

/// Says which sign-in a request belongs to, by an id that opens nothing: an app that keeps a session of its
/// own ends it when the value is another one.
pub const SESSION_HEADER: &str = "Remote-Session";

/// All that a proxy copies into the request of an app.
pub const COPIED_HEADERS: [&str; 6] =
    ["Remote-User", "Remote-Groups", "Remote-Email", "Remote-Name", SESSION_HEADER, ASSERTION_HEADER];

/// The value of [`SESSION_HEADER`] for the session whose cookie has this hash: 128 bits as base64url, which lead back
/// to neither.
pub fn session_id(cookie: &SecretHash) -> String {
    // With a label this short it is one block of SHA-256: it is made for every request.
    let id = SecretHash::labelled("forward auth session", cookie.bytes());
    let (first, _) = id.bytes().split_at(16);
    URL_SAFE_NO_PAD.encode(first)
}

/// The values for one person, a line each. Made once a session is looked up, not once a request. One text,
/// because a cache holds many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityHeaders(Box<str>);

const NAME: &AsciiSet = &CONTROLS.add(b'%');

impl IdentityHeaders {
    /// What `principal` is called. Groups are joined with commas (their names hold none). The display name
    /// is percent-encoded UTF-8, a percent sign included. An address that is not proved, or
    /// not printable ASCII without blanks, is left empty: an app must never read another address than the person's.
    pub fn of(principal: &Principal) -> Self {
        let user = &principal.user;
        let groups: Vec<_> = principal.groups.iter().map(GroupName::as_str).collect();
        let email = user.proved_email().filter(|email| email.bytes().all(|b| b.is_ascii_graphic()));
        let name = utf8_percent_encode(user.display_name.trim(), NAME).to_string();
        let lines = [user.name.as_str(), &groups.join(","), email.unwrap_or_default(), &name];
        Self(lines.join("\n").into())
    }

    /// The values, in the order of [`IDENTITY_HEADERS`].
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n')
    }

    /// The same, one by one.
    pub(super) fn each(&self) -> [&str; 4] {
        let mut values = self.values();
        [(); 4].map(|()| values.next().unwrap_or_default())
    }

    /// The names of the person's groups.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.values().nth(1).unwrap_or_default().split(',').filter(|name| !name.is_empty())
    }

    /// Name and value of each header.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        IDENTITY_HEADERS.into_iter().zip(self.values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::User, time::Timestamp};
    use std::collections::BTreeSet;

    fn person(display_name: &str, email: Option<&str>, groups: &[&str]) -> Principal {
        let at = Timestamp::from_seconds(0);
        let user = User {
            display_name: display_name.to_owned(),
            email: email.map(str::to_owned),
            email_verified: true,
            ..User::new("u1".parse().unwrap(), "bob".parse().unwrap(), at)
        };
        let groups: BTreeSet<GroupName> = groups.iter().map(|g| g.parse().unwrap()).collect();
        Principal::active(user, groups, at).unwrap()
    }

    #[test]
    fn a_session_id_is_another_for_each_cookie_and_says_nothing() {
        let of = |cookie: &str| session_id(&SecretHash::labelled("a cookie", cookie.as_bytes()));
        assert_eq!((of("a"), of("a").len()), (of("a"), 22));
        assert_ne!(of("a"), of("b"));
        let hash = SecretHash::labelled("a cookie", b"a").to_text();
        assert!(!hash.contains(&of("a")) && of("a").bytes().all(|b| b.is_ascii_graphic()));
    }

    #[test]
    fn security_57_all_names_are_always_there() {
        for (person, values) in [
            (
                person("Bob Stone", Some("bob@example.org"), &["users", "admins"]),
                ["bob", "admins,users", "bob@example.org", "Bob Stone"],
            ),
            (person("", None, &[]), ["bob", "", "", ""]),
            (person("Zoë 100%", None, &["users"]), ["bob", "users", "", "Zo%C3%AB 100%25"]),
            (
                person("Bob\r\nRemote-User: admin", Some("b@x\r\nRemote-User: admin"), &[]),
                ["bob", "", "", "Bob%0D%0ARemote-User: admin"],
            ),
        ] {
            let headers = IdentityHeaders::of(&person);
            let expected: Vec<_> = IDENTITY_HEADERS.into_iter().zip(values).collect();
            assert_eq!(headers.pairs().collect::<Vec<_>>(), expected);
            assert!(headers.groups().eq(person.groups.iter().map(GroupName::as_str)));
            let mut typed = person;
            typed.user.email_verified = false;
            assert_eq!(IdentityHeaders::of(&typed).values().nth(2), Some(""), "security row 96");
            for value in headers.values() {
                assert!(value.bytes().all(|b| (b' '..0x7f).contains(&b)), "{value:?}");
            }
        }
    }
}
