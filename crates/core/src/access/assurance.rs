//! Whether a session is proof enough for a change to the account: recent, and by passkey.
//!
//! Somebody who finds a session open on a table must not be able to add a passkey. A person who has a passkey signs in
//! again with it; one who has none yet may use the password.

use crate::{
    model::{Amr, Session},
    time::{Timestamp, Ttl},
};

/// What a change asks of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// How long ago the person may have proved who they are.
    pub max_age: Ttl,
    /// Whether the person has a passkey to prove it with.
    pub has_passkey: bool,
    /// Whether they have a password to prove it with.
    pub has_password: bool,
}

/// What the session lacks; the person is asked to prove who they are again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lacking {
    /// A recent sign-in.
    #[error("the sign-in is too long ago")]
    Recent,
    /// A sign-in by passkey.
    #[error("the sign-in was not by passkey")]
    Passkey,
}

/// Whether `session` is proof enough for `change`.
pub fn assurance(session: &Session, change: AccountChange, now: Timestamp) -> Result<(), Lacking> {
    if now.since(session.auth_time) >= change.max_age || session.auth_time.is_ahead_of(now) {
        return Err(Lacking::Recent);
    }
    match session.amr {
        Amr::Password | Amr::Upstream if change.has_passkey => Err(Lacking::Passkey),
        // Somebody else's word is less than what the person has here.
        Amr::Upstream if change.has_password => Err(Lacking::Recent),
        Amr::Password | Amr::Upstream | Amr::Passkey | Amr::SyncedPasskey => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_wants_a_recent_sign_in_by_the_strongest_means() {
        let at = Timestamp::from_seconds(10_000);
        for (age, amr, has_passkey, expected) in [
            (0, Amr::Passkey, true, Ok(())),
            (599, Amr::Passkey, true, Ok(())),
            (599, Amr::SyncedPasskey, true, Ok(())),
            (600, Amr::Passkey, true, Err(Lacking::Recent)),
            (-59, Amr::Passkey, true, Ok(())),
            (-61, Amr::Passkey, true, Err(Lacking::Recent)),
            (0, Amr::Password, true, Err(Lacking::Passkey)),
            (0, Amr::Password, false, Ok(())),
            (600, Amr::Password, false, Err(Lacking::Recent)),
            (0, Amr::Upstream, true, Err(Lacking::Passkey)),
            (0, Amr::Upstream, false, Ok(())),
            (600, Amr::Upstream, false, Err(Lacking::Recent)),
        ] {
            let session = Session {
                id: "s1".parse().unwrap(),
                user: "u1".parse().unwrap(),
                auth_time: at,
                amr,
                created_at: at,
                last_seen_at: at,
                expires_at: at + Ttl::from_days(28),
            };
            let change = AccountChange { max_age: Ttl::from_minutes(10), has_passkey, has_password: false };
            assert_eq!(assurance(&session, change, at + Ttl::from_seconds(age)), expected, "{age} {amr:?}");
            let has_password = AccountChange { has_password: true, ..change };
            let expected = if amr == Amr::Upstream && expected.is_ok() { Err(Lacking::Recent) } else { expected };
            assert_eq!(assurance(&session, has_password, at + Ttl::from_seconds(age)), expected, "{age} {amr:?}");
        }
    }
}
