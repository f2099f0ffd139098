//! What onboarding remembers by itself, whatever provider it drives: which client there is ours, the secrets
//! that a provider shows only once, the random secrets of apps, and what was delivered where.
//!
//! The order of writing makes a killed process harmless: [`Ledger::begin`] before a client is made,
//! [`Ledger::bind`] with its id and secret as soon as the provider answered, and only then the rest. A delivery is
//! recorded once it is written; one that is found written and not recorded is a step of the next plan.

use crate::{
    delivery::Address,
    provider::{Created, RemoteId},
    sink::Fingerprint,
};
use doorstep_core::{id::AppName, secret::Secret};
use std::{collections::BTreeMap, future::Future};

/// An app's client at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What the provider calls it; `None` while making it was begun and no answer was kept.
    pub remote: Option<RemoteId>,
    /// Whether its secret is kept here.
    pub has_secret: bool,
}

/// Everything that is remembered. Holds no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Clients by app.
    pub bindings: BTreeMap<AppName, Binding>,
    /// What was delivered where, and for which app.
    pub delivered: BTreeMap<Address, (AppName, Fingerprint)>,
}

/// The memory did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was done cannot be recorded: {0}")]
pub struct LedgerError(pub String);

/// The memory of onboarding for one provider.
pub trait Ledger: Sync {
    /// Everything, without secrets.
    fn recall(&self) -> impl Future<Output = Result<Recorded, LedgerError>> + Send;
    /// A client is about to be made for an app.
    fn begin(&self, app: &AppName) -> impl Future<Output = Result<(), LedgerError>> + Send;
    /// A client was made, or is one of ours from now on. A secret that is kept already stays when none comes.
    fn bind(&self, app: &AppName, made: &Created) -> impl Future<Output = Result<(), LedgerError>> + Send;
    /// The client is gone.
    fn unbind(&self, app: &AppName) -> impl Future<Output = Result<(), LedgerError>> + Send;
    /// The kept secret of an app's client: one that a provider shows once, or one that a person chose.
    fn secret(&self, app: &AppName) -> impl Future<Output = Result<Option<Secret<String>>, LedgerError>> + Send;
    /// A secret of the app's own, such as a cookie key: 32 bytes as 43 characters of base64url, the same
    /// for the same app and label each time.
    fn random_secret(
        &self,
        app: &AppName,
        label: &str,
    ) -> impl Future<Output = Result<Secret<String>, LedgerError>> + Send;
    /// Something was delivered.
    fn delivered(
        &self,
        app: &AppName,
        place: &Address,
        content: Fingerprint,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send;
    /// Something was delivered in the place of what somebody else had put there, which a person handed over.
    fn adopted(
        &self,
        app: &AppName,
        place: &Address,
        content: Fingerprint,
    ) -> impl Future<Output = Result<(), LedgerError>> + Send {
        self.delivered(app, place, content)
    }
    /// What was delivered there is gone, or is no longer ours.
    fn forget(&self, place: &Address) -> impl Future<Output = Result<(), LedgerError>> + Send;
}
