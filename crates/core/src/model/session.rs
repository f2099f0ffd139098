//! Sessions: a browser's session with Doorstep, and its sessions with protected apps, which end with it.

use super::Passkey;
use crate::{
    id::{AppName, SessionId, UserId},
    time::{Timestamp, Ttl},
};
use serde::{Deserialize, Serialize};

/// How a person proved who they are; values of `amr`, RFC 8176.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amr {
    /// A passkey with user verification that stays in its authenticator.
    Passkey,
    /// A passkey with user verification that may be copied between devices: no hardware holds it (RFC 8176 §2).
    SyncedPasskey,
    /// A password: `pwd`.
    Password,
    /// A password and a code of an authenticator app.
    PasswordTotp,
    /// At an upstream. How it asked is not known, and RFC 8176 has no word for that.
    Upstream,
}

impl Amr {
    /// A sign-in with this passkey. Whether it may be backed up (BE) never changes, WebAuthn Level 3 §6.1.3.
    pub const fn of(passkey: &Passkey) -> Self {
        if passkey.backup_eligible { Self::SyncedPasskey } else { Self::Passkey }
    }

    /// The RFC 8176 values that go into the `amr` claim.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Passkey => &["hwk", "user", "mfa"],
            Self::SyncedPasskey => &["swk", "user", "mfa"],
            Self::Password => &["pwd"],
            Self::PasswordTotp => &["pwd", "otp", "mfa"],
            Self::Upstream => &[],
        }
    }

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::SyncedPasskey => "synced_passkey",
            Self::Password => "password",
            Self::PasswordTotp => "password_totp",
            Self::Upstream => "upstream",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        let all = [Self::Passkey, Self::SyncedPasskey, Self::Password, Self::PasswordTotp, Self::Upstream];
        all.into_iter().find(|amr| amr.as_str() == text)
    }
}

/// A browser's SSO session. The cookie's value is kept as a hash beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The public id; the `sid` claim.
    pub id: SessionId,
    /// Whose session it is.
    pub user: UserId,
    /// When the person last proved who they are.
    pub auth_time: Timestamp,
    /// How they did.
    pub amr: Amr,
    /// When the session began.
    pub created_at: Timestamp,
    /// Written at most once a minute.
    pub last_seen_at: Timestamp,
    /// Absolute end.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether it is still valid: neither too old nor too long unused.
    pub fn is_alive(&self, idle: Ttl, now: Timestamp) -> bool {
        now < self.expires_at && now < self.last_seen_at + idle
    }
}

/// What decides whether a session is still valid: the time now, and how long it may stay unused.
#[derive(Clone, Copy, Debug)]
pub struct Alive {
    /// Now.
    pub now: Timestamp,
    /// A session that was not used for this long has ended.
    pub idle: Ttl,
}

impl Alive {
    /// A session has to have been used after this moment.
    pub fn used_after(self) -> Timestamp {
        self.now - self.idle
    }
}

/// A browser's session with one protected app host; ends with its parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSession {
    /// The SSO session that it ends with.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The app.
    pub app: AppName,
    /// The canonical host (with a non-default port) it was made for.
    pub host: String,
    /// Absolute end.
    pub expires_at: Timestamp,
}

/// The single-use code that carries a sign-in to an app's host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayCode {
    /// The SSO session it was made from.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The app.
    pub app: AppName,
    /// The canonical host it is good for.
    pub host: String,
    /// Hash (text) of the browser's `__Host-ds_relay` value.
    pub browser_hash: String,
    /// Where on the host to go: begins with exactly one `/`.
    pub return_path: String,
    /// Thirty seconds after issue.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_at_its_end_and_when_it_was_not_used_for_too_long() {
        let begun = Timestamp::from_seconds(1_800_000_000);
        let after = |seconds| begun + Ttl::from_seconds(seconds);
        let session = Session {
            id: "s".parse().unwrap(),
            user: "u".parse().unwrap(),
            auth_time: begun,
            amr: Amr::Passkey,
            created_at: begun,
            last_seen_at: after(50),
            expires_at: after(100),
        };
        for (now, idle, alive) in
            [(0, 1, true), (99, 50, true), (99, 49, false), (100, 60, false), (59, 10, true), (60, 10, false)]
        {
            let (now, idle) = (after(now), Ttl::from_seconds(idle));
            assert_eq!(session.is_alive(idle, now), alive);
            let used_after = Alive { now, idle }.used_after();
            assert_eq!(now < session.expires_at && session.last_seen_at > used_after, alive, "as SQL asks");
        }
    }
}
