//! Whether a session is proof enough for a change to the account: recent, and by the strongest that the person has.
//!
//! Somebody who finds a session open on a table must not be able to add a passkey. A person who has a passkey signs in
//! again with it; one who has none yet uses the password, with a code of their authenticator app where they have one.

use super::Methods;
use crate::{
    model::{Amr, Session},
    time::{Timestamp, Ttl},
};

/// What a change asks of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// How long ago the person may have proved who they are.
    pub max_age: Ttl,
    /// What the person has to prove it with.
    pub methods: Methods,
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
    /// A sign-in with a code of the authenticator app.
    #[error("the sign-in was by password alone")]
    Code,
}

/// Whether `session` is proof enough for `change`.
pub fn assurance(session: &Session, change: AccountChange, now: Timestamp) -> Result<(), Lacking> {
    if now.since(session.auth_time) >= change.max_age || session.auth_time.is_ahead_of(now) {
        return Err(Lacking::Recent);
    }
    match session.amr {
        Amr::Password | Amr::PasswordTotp | Amr::Upstream if change.methods.has_a_passkey() => Err(Lacking::Passkey),
        Amr::Password if change.methods.totp => Err(Lacking::Code),
        // Somebody else's word is less than what the person has here.
        Amr::Upstream if change.methods.password => Err(Lacking::Recent),
        Amr::Password | Amr::PasswordTotp | Amr::Upstream | Amr::Passkey | Amr::SyncedPasskey => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_wants_a_recent_sign_in_by_the_strongest_means() {
        let at = Timestamp::from_seconds(10_000);
        let (nothing, totp) = (Methods { passkeys: 0, password: true, totp: false, linked: 0 }, |passkeys| Methods {
            passkeys,
            password: true,
            totp: true,
            linked: 0,
        });
        let passkey = Methods { passkeys: 1, ..nothing };
        let elsewhere = Methods { password: false, linked: 1, ..nothing };
        for (age, amr, methods, expected) in [
            (0, Amr::Passkey, passkey, Ok(())),
            (599, Amr::Passkey, passkey, Ok(())),
            (599, Amr::SyncedPasskey, passkey, Ok(())),
            (600, Amr::Passkey, passkey, Err(Lacking::Recent)),
            (-59, Amr::Passkey, passkey, Ok(())),
            (-61, Amr::Passkey, passkey, Err(Lacking::Recent)),
            (0, Amr::Password, passkey, Err(Lacking::Passkey)),
            (0, Amr::Password, nothing, Ok(())),
            (600, Amr::Password, nothing, Err(Lacking::Recent)),
            (0, Amr::Password, totp(0), Err(Lacking::Code)),
            (0, Amr::PasswordTotp, totp(0), Ok(())),
            (0, Amr::PasswordTotp, nothing, Ok(())),
            (600, Amr::PasswordTotp, totp(0), Err(Lacking::Recent)),
            (0, Amr::PasswordTotp, totp(1), Err(Lacking::Passkey)),
            (0, Amr::Passkey, totp(1), Ok(())),
            (0, Amr::Upstream, passkey, Err(Lacking::Passkey)),
            (0, Amr::Upstream, nothing, Err(Lacking::Recent)),
            (0, Amr::Upstream, elsewhere, Ok(())),
            (600, Amr::Upstream, elsewhere, Err(Lacking::Recent)),
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
            let change = AccountChange { max_age: Ttl::from_minutes(10), methods };
            assert_eq!(assurance(&session, change, at + Ttl::from_seconds(age)), expected, "{age} {amr:?}");
        }
    }
}
