//! Assertions that were signed lately, so that a warm forward-auth decision does not sign one each time.
//!
//! An entry is never asked whether it is still true: it is used when it says, signed with the key in use, exactly what would
//! be signed now. Whoever asks has just read the session or the token, so that a change of a person, of how they signed in,
//! or of the key makes a new one.

use doorstep_core::{
    gateway::{ASSERTION_KEPT, Attested, Person},
    id::KeyId,
    model::Proved,
    secret::SecretHash,
    time::Timestamp,
};
use quick_cache::{Equivalent, sync::Cache};
use std::sync::Arc;

/// Entries kept at most; about a kilobyte each.
const CAPACITY: usize = 10_000;

/// What was signed for whoever holds a cookie or a token, at one host.
pub(crate) struct Assertions(Cache<Key, Kept>);

#[derive(PartialEq, Eq, Hash)]
struct Key {
    credential: SecretHash,
    host: Box<str>,
}

/// The same, borrowed.
#[derive(Hash)]
struct Asked<'a> {
    credential: &'a SecretHash,
    host: &'a str,
}

impl Equivalent<Key> for Asked<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self.credential == key.credential && *self.host == *key.host
    }
}

#[derive(Clone)]
struct Kept {
    text: Arc<str>,
    person: Person,
    secure: bool,
    proved: Option<Proved>,
    key: KeyId,
    at: Timestamp,
}

impl Kept {
    fn is_of(&self, attested: Attested<'_>, key: &KeyId) -> bool {
        let Attested { host: _, secure, person, proved } = attested;
        self.secure == secure && self.proved == proved && self.key == *key && self.person == *person
    }
}

impl Default for Assertions {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl Assertions {
    /// What was signed of the same, with the same key, less than [`ASSERTION_KEPT`] ago.
    pub(crate) fn kept(
        &self,
        credential: &SecretHash,
        attested: Attested<'_>,
        key: &KeyId,
        now: Timestamp,
    ) -> Option<Arc<str>> {
        let kept = self.0.get(&Asked { credential, host: attested.host })?;
        // One from the future was signed before the clock was set back.
        let recent = kept.at <= now && now.since(kept.at) < ASSERTION_KEPT;
        (recent && kept.is_of(attested, key)).then_some(kept.text)
    }

    /// Keeps what was signed at `at`.
    pub(crate) fn keep(
        &self,
        credential: &SecretHash,
        attested: Attested<'_>,
        (key, text): (&KeyId, &Arc<str>),
        at: Timestamp,
    ) {
        let Attested { host, secure, person, proved } = attested;
        let kept = Kept { text: Arc::clone(text), person: person.clone(), secure, proved, key: key.clone(), at };
        self.0.insert(Key { credential: *credential, host: host.into() }, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::{
        id::GroupName,
        model::{Amr, Principal, User},
        time::Ttl,
    };
    use std::collections::BTreeSet;

    const AT: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn person(groups: &[&str]) -> Person {
        let user = User::new("u1".parse().unwrap(), "ada".parse().unwrap(), AT);
        let groups: BTreeSet<GroupName> = groups.iter().map(|name| name.parse().unwrap()).collect();
        Person::of(&Principal::active(user, groups, AT).unwrap())
    }

    #[test]
    fn one_is_sent_again_for_half_a_minute_and_only_where_it_says_what_would_be_signed_now() {
        let hash = |text: &str| SecretHash::labelled("a cookie", text.as_bytes());
        let (ada, changed) = (person(&["admins", "users"]), person(&["users"]));
        let of = |person| Attested { host: "wiki.test", secure: true, person, proved: None };
        let proved = |seconds| Some(Proved::new(Timestamp::from_seconds(seconds), Amr::Passkey));
        let (first, second) = ("k1".parse().unwrap(), "k2".parse().unwrap());
        let assertions = Assertions::default();
        assertions.keep(&hash("a"), of(&ada), (&first, &"signed".into()), AT);
        for (credential, attested, key, after, found) in [
            ("a", of(&ada), &first, 0, true),
            ("a", of(&ada), &first, 29, true),
            ("a", of(&person(&["admins", "users"])), &first, 29, true),
            ("a", of(&ada), &first, 30, false),
            ("a", of(&ada), &first, -1, false),
            ("b", of(&ada), &first, 1, false),
            ("a", of(&changed), &first, 1, false),
            ("a", of(&ada), &second, 1, false),
            ("a", Attested { host: "other.test", ..of(&ada) }, &first, 1, false),
            ("a", Attested { secure: false, ..of(&ada) }, &first, 1, false),
            ("a", Attested { proved: proved(1_700_000_000), ..of(&ada) }, &first, 1, false),
        ] {
            let now = AT + Ttl::from_seconds(after);
            let kept = assertions.kept(&hash(credential), attested, key, now);
            assert_eq!(kept.is_some(), found, "{credential} {attested:?} {key} {after}");
        }
    }
}
