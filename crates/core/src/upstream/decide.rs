//! Whose account an identity at an upstream belongs to. By issuer and subject, and by nothing else: a mail address leads
//! to no account (security row 96).

use crate::{
    id::UserId,
    time::{Timestamp, Ttl},
};

/// What the person set out to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose<'a> {
    /// Sign in.
    SignIn,
    /// Add the identity to their account, having just proved that it is theirs.
    Link(&'a UserId),
    /// Make an account with an invitation.
    Join,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// They are signed in to this account.
    SignIn(&'a UserId),
    /// The identity is added to this account.
    Link(&'a UserId),
    /// It was added before.
    IsLinked,
    /// An account is made.
    Join,
}

/// Why nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAccount {
    /// Nobody has linked this identity.
    #[error("no account here is linked to this account there")]
    Unknown,
    /// Somebody else has.
    #[error("it is linked to another account here")]
    SomebodyElses,
    /// An invitation is for somebody new.
    #[error("somebody has an account here who signs in with it")]
    IsKnown,
}

/// `linked` is the account that has this issuer and subject.
pub fn decide<'a>(purpose: Purpose<'a>, linked: Option<&'a UserId>) -> Result<Decision<'a>, NoAccount> {
    match (purpose, linked) {
        (Purpose::SignIn, Some(account)) => Ok(Decision::SignIn(account)),
        (Purpose::SignIn, None) => Err(NoAccount::Unknown),
        (Purpose::Link(own), None) => Ok(Decision::Link(own)),
        (Purpose::Link(own), Some(account)) if own == account => Ok(Decision::IsLinked),
        (Purpose::Link(_), Some(_)) => Err(NoAccount::SomebodyElses),
        (Purpose::Join, None) => Ok(Decision::Join),
        (Purpose::Join, Some(_)) => Err(NoAccount::IsKnown),
    }
}

/// Whether an upstream did ask the person again, who was to prove it afresh at `asked_at`. One that does not say when
/// it asked (Google and GitHub do not) is believed only where nothing else could prove it.
pub fn is_fresh(proved_at: Option<Timestamp>, asked_at: Timestamp, nothing_else: bool) -> bool {
    const LEEWAY: Ttl = super::id_token::LEEWAY;
    proved_at.map_or(nothing_else, |at| at + LEEWAY >= asked_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_96_an_identity_leads_to_the_account_that_linked_it_and_to_no_other() {
        let [ada, bob] = ["ada", "bob"].map(|id| id.parse::<UserId>().unwrap());
        for (purpose, linked, expected) in [
            (Purpose::SignIn, Some(&ada), Ok(Decision::SignIn(&ada))),
            (Purpose::SignIn, None, Err(NoAccount::Unknown)),
            (Purpose::Link(&ada), None, Ok(Decision::Link(&ada))),
            (Purpose::Link(&ada), Some(&ada), Ok(Decision::IsLinked)),
            (Purpose::Link(&ada), Some(&bob), Err(NoAccount::SomebodyElses)),
            (Purpose::Join, None, Ok(Decision::Join)),
            (Purpose::Join, Some(&bob), Err(NoAccount::IsKnown)),
        ] {
            assert_eq!(decide(purpose, linked), expected, "{purpose:?} {linked:?}");
        }
    }

    #[test]
    fn a_fresh_sign_in_is_one_that_the_upstream_says_it_asked_for() {
        let at = Timestamp::from_seconds;
        for (proved_at, nothing_else, fresh) in [
            (Some(at(1_000)), false, true),
            (Some(at(941)), false, true),
            (Some(at(939)), false, false),
            (Some(at(939)), true, false),
            (None, false, false),
            (None, true, true),
        ] {
            assert_eq!(is_fresh(proved_at, at(1_000), nothing_else), fresh, "{proved_at:?} {nothing_else}");
        }
    }
}
