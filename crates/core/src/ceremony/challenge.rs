//! The row of a challenge: who may answer it, for what, and until when (security §2.5 step 1).

use crate::{
    model::{Browser, Challenge, ChallengePurpose},
    time::{Timestamp, Ttl},
};

/// How long an answer may take.
pub const CHALLENGE_TTL: Ttl = Ttl::from_minutes(5);

/// Why a challenge row does not serve this answer. The row is gone in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// No such row: never made, or answered already.
    #[error("the challenge is unknown or was answered already")]
    Unknown,
    /// It was drawn for another endpoint.
    #[error("the challenge was drawn for something else")]
    OtherPurpose,
    /// It was drawn for another browser.
    #[error("the challenge was drawn for another browser")]
    OtherBrowser,
    /// More than [`CHALLENGE_TTL`] has passed.
    #[error("the challenge has expired")]
    Expired,
}

/// Checks a row that has already been deleted from the database.
pub fn check_challenge(
    taken: Option<Challenge>,
    purpose: ChallengePurpose,
    browser: &Browser,
    now: Timestamp,
) -> Result<Challenge, ChallengeError> {
    let challenge = taken.ok_or(ChallengeError::Unknown)?;
    if challenge.purpose != purpose {
        return Err(ChallengeError::OtherPurpose);
    }
    if !browser.began(&challenge.browser_hash) {
        return Err(ChallengeError::OtherBrowser);
    }
    if now >= challenge.expires_at {
        return Err(ChallengeError::Expired);
    }
    Ok(challenge)
}

#[cfg(test)]
mod tests {
    use super::{ChallengeError as E, *};
    use crate::{
        entropy::Entropy,
        id::ChallengeId,
        secret::{Token, TokenKind},
    };

    #[test]
    fn security_91_a_challenge_serves_one_purpose_one_browser_five_minutes() {
        let token = |seed| Token::random(TokenKind::Login, &mut Entropy::seeded(seed));
        let (b1, b2) = (Browser::of(vec![token(1), token(3)], || token(9)), Browser::of(vec![token(2)], || token(9)));
        let noon = Timestamp::from_seconds(1_000);
        let row = || {
            Some(Challenge {
                id: ChallengeId::random(&mut Entropy::seeded(1)),
                purpose: ChallengePurpose::SignIn,
                browser_hash: b1.hash(),
                state: "{}".into(),
                expires_at: noon + CHALLENGE_TTL,
            })
        };
        let late = noon + CHALLENGE_TTL;
        let just = noon + (Ttl::from_millis(CHALLENGE_TTL.millis() - 1));
        for (taken, purpose, browser, now, expected) in [
            (row(), ChallengePurpose::SignIn, &b1, noon, Ok(())),
            (row(), ChallengePurpose::SignIn, &b1, just, Ok(())),
            (row(), ChallengePurpose::SignIn, &b1, late, Err(E::Expired)),
            (row(), ChallengePurpose::Add, &b1, noon, Err(E::OtherPurpose)),
            (row(), ChallengePurpose::Enrol, &b1, noon, Err(E::OtherPurpose)),
            (row(), ChallengePurpose::SignIn, &b2, noon, Err(E::OtherBrowser)),
            (None, ChallengePurpose::SignIn, &b1, noon, Err(E::Unknown)),
        ] {
            assert_eq!(check_challenge(taken, purpose, browser, now).map(|_| ()), expected);
        }
    }
}
