//! Typed identifiers: one type for each noun, so that a user's id cannot be used where a session's is wanted.
//!
//! Ids are public and say nothing; a value that opens a door is a [`crate::secret::Token`].

use crate::{entropy::Entropy, time::Timestamp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::{borrow::Borrow, fmt};

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be 1 to {max} characters of A-Z a-z 0-9 . _ ~ -, and `{given}` is not")]
pub struct InvalidId {
    what: &'static str,
    max: usize,
    given: String,
}

const MAX: usize = 128;

fn is_unreserved(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-'))
}

/// Bytes whose base64url text begins with neither `-` nor `_`: some apps make a name of an id (FreshRSS of `sub`), and
/// refuse one that looks like an option of a command.
fn letter_or_digit_first(mut bytes: [u8; 16]) -> [u8; 16] {
    let [first, ..] = &mut bytes;
    // The first character stands for six bits; 62 and 63 are the two.
    if *first >> 2 >= 62 {
        *first &= 0x7F;
    }
    bytes
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// A new random id of 128 bits, less a fraction of one: see [`letter_or_digit_first`].
            pub fn random(entropy: &mut Entropy) -> Self {
                Self(URL_SAFE_NO_PAD.encode(letter_or_digit_first(entropy.bytes::<16>())).into())
            }
            /// The text as it stands in the database and on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                if text.is_empty() || text.len() > MAX || !is_unreserved(&text) {
                    let given = text.chars().take(40).collect();
                    return Err(InvalidId { what: $what, max: MAX, given });
                }
                Ok(Self(text.into()))
            }
        }
        impl std::str::FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.to_owned().try_into()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

typed_ids! {
    /// A person; the immutable `sub` of OpenID Connect Core §2.
    UserId, "a user id";
    /// A passkey record of ours (not the authenticator's credential id).
    PasskeyId, "a passkey id";
    /// An authenticator app of a person.
    TotpKeyId, "the id of an authenticator app";
    /// A browser's SSO session; the `sid` of ID Tokens.
    SessionId, "a session id";
    /// An OAuth client; case-sensitive, RFC 6749 §2.2.
    ClientId, "a client id";
    /// A parked authorization request.
    InteractionId, "an interaction id";
    /// What a user allowed a client once; owns every code and token.
    GrantId, "a grant id";
    /// A WebAuthn ceremony in progress.
    ChallengeId, "a challenge id";
    /// A signing key; the `kid` of RFC 7517 §4.5.
    KeyId, "a key id";
    /// A declared app: the NAME of `[apps.NAME]`.
    AppName, "an app's name";
    /// A group of people.
    GroupName, "a group's name";
    /// A person's token for a program (not its text).
    ProgramTokenId, "a token's id";
    /// An identity at an upstream that belongs to an account (not the `sub` there).
    LinkedId, "an id of a linked identity";
    /// An invitation (not its secret).
    InviteId, "an invitation's id";
    /// A recovery by mail (not its links).
    RecoveryId, "a recovery's id";
    /// An account that somebody new asks for (not its link).
    RegistrationId, "a registration's id";
    /// The request of a device that waits for an approval on another one (not its code).
    DeviceRequestId, "the id of a device's request";
    /// A line of the audit log; in the order of time.
    AuditId, "an audit id";
    /// Durable work in the queue.
    JobId, "a job id";
    /// One HTTP request, in logs and answers.
    RequestId, "a request id";
}

impl GrantId {
    /// A new id: the time in 48 bits, then 80 random ones. What is made at one time stands together in an index,
    /// and so do the tokens of the family: a few pages are written where random ids would touch one each.
    pub fn begun_at(now: Timestamp, entropy: &mut Entropy) -> Self {
        let mut bytes = [0; 16];
        let (time, random) = bytes.split_at_mut(6);
        time.copy_from_slice(now.millis().to_be_bytes().split_at(2).1);
        entropy.fill(random);
        Self(URL_SAFE_NO_PAD.encode(bytes).into())
    }
}

impl AuditId {
    /// A new id: the time in 48 bits, then 80 random ones, in hexadecimal digits, so that ids have the order of
    /// time whatever order a database gives to letters.
    pub fn at(now: Timestamp, entropy: &mut Entropy) -> Self {
        let millis = now.millis().clamp(0, (1 << 48) - 1);
        let (some, more) = (u64::from_be_bytes(entropy.bytes()), u16::from_be_bytes(entropy.bytes()));
        Self(format!("{millis:012x}{some:016x}{more:04x}").into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_id_begins_with_a_letter_or_a_digit() {
        for first in 0..=u8::MAX {
            let text = URL_SAFE_NO_PAD.encode(letter_or_digit_first([first; 16]));
            assert!(text.starts_with(|c: char| c.is_ascii_alphanumeric()), "{text}");
            let plain = URL_SAFE_NO_PAD.encode([first; 16]);
            assert_eq!(text == plain, plain.starts_with(|c: char| c.is_ascii_alphanumeric()), "no other id changes");
        }
    }

    #[test]
    fn grants_of_one_moment_stand_together_and_differ() {
        let mut entropy = Entropy::seeded(1);
        let mut at = |millis| GrantId::begun_at(Timestamp::from_millis(millis), &mut entropy);
        let (a, b, far) = (at(1_800_000_000_000), at(1_800_000_000_000), at(1_900_000_000_000));
        assert_eq!(a.as_str().len(), 22);
        assert_eq!(a.as_str()[..8], b.as_str()[..8]);
        assert_ne!(a, b);
        assert_ne!(a.as_str()[..8], far.as_str()[..8]);
        // A clock before 1970 is wrong, and no reason to fail.
        assert_eq!(at(-1).as_str().len(), 22);
    }

    #[test]
    fn audit_ids_have_the_order_of_time() {
        let mut entropy = Entropy::seeded(1);
        let times = [-1, 0, 1, 255, 256, 1_799_999_999_999, 1_800_000_000_000, i64::MAX];
        let ids = times.map(|millis| AuditId::at(Timestamp::from_millis(millis), &mut entropy));
        assert!(ids.iter().skip(1).is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.as_str().len() == 32), "{ids:?}");
        assert_eq!(ids[6].as_str()[..12], *"01a3185c5000");
    }

    #[test]
    fn ids_are_unreserved_characters_only() {
        for good in ["grafana", "open-webui", "A.b_c~d-1"] {
            assert_eq!(good.parse::<ClientId>().map(String::from).as_deref(), Ok(good));
        }
        for bad in ["", "a b", "a/b", "ä", "a\n", &"x".repeat(129)] {
            assert!(bad.parse::<ClientId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn random_ids_have_128_bits_and_differ() {
        let mut entropy = Entropy::seeded(1);
        let (a, b) = (UserId::random(&mut entropy), UserId::random(&mut entropy));
        assert_eq!(a.as_str().len(), 22);
        assert_ne!(a, b);
    }
}
