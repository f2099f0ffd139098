//! What is asked for by mail and waits for the link that was mailed: an address to be proved, a recovery, an account for
//! somebody new.

use crate::{
    id::{RecoveryId, RegistrationId, UserId},
    time::Timestamp,
};

/// A mail address that a person says is theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressProof {
    /// Whose it would be.
    pub user: UserId,
    /// The address, as typed.
    pub email: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// From when on the link opens nothing.
    pub expires_at: Timestamp,
}

/// A recovery by mail: it waits, so that whoever is the person can stop it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailRecovery {
    /// Its name; opens nothing.
    pub id: RecoveryId,
    /// Whose account it is about.
    pub user: UserId,
    /// The proved address that the account had when it was asked for.
    pub email: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When the recovery link is mailed, unless somebody stops it.
    pub due_at: Timestamp,
    /// When it was.
    pub sent_at: Option<Timestamp>,
    /// When that link ends, and with it what can be stopped.
    pub expires_at: Timestamp,
}

/// An account that somebody new asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its name; opens nothing.
    pub id: RegistrationId,
    /// The address that the link goes to, as typed.
    pub email: String,
    /// What they are called, as they say; empty until they asked an administrator.
    pub person: String,
    /// Why they ask, in their words; may be empty.
    pub reason: String,
    /// When the link was asked for.
    pub asked_at: Timestamp,
    /// Since when it waits for an administrator; until then nobody has shown that the address is theirs.
    pub waits_since: Option<Timestamp>,
    /// From when on it is forgotten.
    pub expires_at: Timestamp,
}
