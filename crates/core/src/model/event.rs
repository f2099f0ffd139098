//! What the audit log keeps: who did what to whom, from where, without secrets.

use crate::{id::AuditId, time::Timestamp};

/// The events of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A sign-in succeeded.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// A person signed out.
    SignedOut,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey's signature counter went backwards.
    PasskeyCloned,
    /// An account was made.
    UserAdded,
    /// An account was switched off or on, or its groups changed.
    UserChanged,
    /// A link was printed.
    LinkMade,
    /// A link was used.
    LinkUsed,
    /// Consent was given.
    ConsentGiven,
    /// Consent was withdrawn.
    ConsentWithdrawn,
    /// A code or refresh token came a second time; its family was revoked.
    FamilyRevoked,
    /// A client was made, changed or removed.
    ClientChanged,
    /// A password was set or removed.
    PasswordChanged,
}

impl EventKind {
    /// The name in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyCloned => "passkey_cloned",
            Self::UserAdded => "user_added",
            Self::UserChanged => "user_changed",
            Self::LinkMade => "link_made",
            Self::LinkUsed => "link_used",
            Self::ConsentGiven => "consent_given",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::FamilyRevoked => "family_revoked",
            Self::ClientChanged => "client_changed",
            Self::PasswordChanged => "password_changed",
        }
    }
}

/// One line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its place in the log.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who did it: a user id, `cli` or `config`; empty when unknown.
    pub actor: String,
    /// What it was done to: a user id, client id, passkey id, …; may be empty.
    pub subject: String,
    /// The client or app concerned; may be empty.
    pub client: String,
    /// The resolved client address; may be empty.
    pub ip: String,
    /// The request it happened in; may be empty.
    pub request_id: String,
    /// A JSON object with further facts; no secrets.
    pub detail: String,
}
