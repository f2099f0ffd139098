//! A device that shows a code, and waits until somebody types it on another device and approves. RFC 8628 §3.

use super::{Amr, Place};
use crate::{
    entropy::Entropy,
    id::{ClientId, DeviceRequestId, SessionId, UserId},
    readable,
    secret::SecretHash,
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

/// How many characters a code has, of 5 bits each (security §2.7: at least eight of twenty letters).
const LENGTH: usize = 8;

/// What the device shows and a person types: `7K2M-9QXF`. RFC 8628 §6.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// Draws a new one.
    pub fn random(entropy: &mut Entropy) -> Self {
        Self(readable::draw::<LENGTH>(entropy))
    }

    /// Reads what was typed, without regard to case, blanks and punctuation. None when it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        readable::read(typed, LENGTH).map(Self)
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::labelled("user code", self.0.as_bytes())
    }
}

/// The person who approved, and how they had proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// When they had proved who they are.
    pub auth_time: Timestamp,
    /// How they had.
    pub amr: Amr,
}

/// What was answered on the other device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceAnswer {
    /// Nothing so far.
    Waiting,
    /// Somebody approved.
    Approved(Approval),
    /// Somebody refused.
    Refused,
}

/// A request of a device, as a row. Its device code and its user code are kept as hashes beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Its public id.
    pub id: DeviceRequestId,
    /// The app, which polls with its device code (RFC 8628 §3.4).
    pub client: ClientId,
    /// What it asks for, within what it is registered for.
    pub scopes: BTreeSet<String>,
    /// From where it was asked.
    pub place: Place,
    /// When.
    pub created_at: Timestamp,
    /// When it ends, answered or not.
    pub expires_at: Timestamp,
    /// What was answered.
    pub answer: DeviceAnswer,
    /// When the app asked last whether there is an answer.
    pub polled_at: Option<Timestamp>,
    /// How long it has to wait between two questions.
    pub pause: Ttl,
    /// Set by the one statement that uses the approval up.
    pub used_at: Option<Timestamp>,
}

impl DeviceRequest {
    /// Whether somebody could still answer it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.expires_at && self.answer == DeviceAnswer::Waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::TokenKind;

    #[test]
    fn a_code_is_known_by_its_hash_however_it_is_typed() {
        let code = UserCode::random(&mut Entropy::seeded(4));
        assert_eq!(code.as_str().len(), LENGTH + 1);
        for typed in [code.as_str().to_lowercase(), code.as_str().replace('-', " ")] {
            assert_eq!(UserCode::parse(&typed).unwrap().hash(), code.hash(), "{typed}");
        }
        for bad in ["", "7K2M", &format!("{}A", code.as_str())] {
            assert!(UserCode::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn security_20_a_user_code_hashes_like_nothing_else() {
        let code = UserCode::random(&mut Entropy::seeded(4));
        for kind in TokenKind::ALL {
            assert_ne!(SecretHash::of(kind, code.as_str()), code.hash());
        }
    }
}
