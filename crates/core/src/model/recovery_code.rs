//! Recovery codes: a kit of them is printed and kept by a person, and each is good once, for a new passkey.

use crate::{
    entropy::Entropy,
    id::UserId,
    readable,
    secret::{Secret, SecretHash},
    time::Timestamp,
};

/// How many characters a code has, of 5 bits each: 80 bits (security §2.6), so that no slow hash is needed.
const LENGTH: usize = 16;

/// One code, as the person has it: `7K2M-9QXF-0A3C-VT8B`.
#[derive(Clone)]
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// How many a kit has.
    pub const IN_A_KIT: usize = 10;

    /// Draws a new one.
    pub fn random(entropy: &mut Entropy) -> Self {
        Self(Secret::new(readable::draw::<LENGTH>(entropy)))
    }

    /// Reads what was typed, without regard to case, blanks and punctuation. None when it cannot be one.
    pub fn parse(typed: &str) -> Option<Self> {
        readable::read(typed, LENGTH).map(|text| Self(Secret::new(text)))
    }

    /// The whole text, for the one page that shows it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the database keeps.
    pub fn hash(&self) -> SecretHash {
        SecretHash::labelled("recovery code", self.expose().as_bytes())
    }
}

/// What is known of a person's kit, without the codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryKit {
    /// Whose it is.
    pub user: UserId,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many of its codes were not used.
    pub left: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_by_its_hash_however_it_is_typed() {
        let code = RecoveryCode::random(&mut Entropy::seeded(4));
        assert_eq!(code.expose().len(), LENGTH + 3);
        for typed in [code.expose().to_lowercase(), code.expose().replace('-', " ")] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().hash(), code.hash(), "{typed}");
        }
        let other = RecoveryCode::random(&mut Entropy::seeded(5));
        assert_ne!(other.hash(), code.hash());
        for bad in ["", "7K2M-9QXF", &format!("{}A", code.expose())] {
            assert!(RecoveryCode::parse(bad).is_none(), "{bad}");
        }
    }

    /// Security row 20: a code stands in for nothing else, and nothing else for it.
    #[test]
    fn security_20_a_recovery_code_hashes_like_nothing_else() {
        let code = RecoveryCode::random(&mut Entropy::seeded(4));
        for kind in crate::secret::TokenKind::ALL {
            assert_ne!(SecretHash::of(kind, code.expose()), code.hash());
            assert!(crate::secret::Token::parse(kind, code.expose()).is_none());
        }
    }
}
