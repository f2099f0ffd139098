//! An identity provider as onboarding sees it: what it holds, what it can be told, what it hands out.
//!
//! Drivers translate; they decide nothing and never rotate a secret.

use crate::spec::{AppSpec, ClientSpec, Held};
use doorstep_core::{id::AppName, secret::Secret};
use std::{collections::BTreeMap, fmt, future::Future};

/// Everything that a provider holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// Clients by the app they belong to.
    pub clients: BTreeMap<AppName, Held<ClientSpec>>,
    /// Apps in the portal and behind forward auth.
    pub apps: BTreeMap<AppName, Held<AppSpec>>,
}

/// What an app needs to prove itself.
#[derive(Clone)]
pub struct Credentials {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; `None` for a public client, or where the provider cannot tell it again.
    pub client_secret: Option<Secret<String>>,
    /// The version of the secret; raised by rotation only.
    pub version: u32,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Why a provider did not do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It did not answer, or not in a way that says what happened.
    #[error("the provider does not answer: {0}")]
    Unavailable(String),
    /// It answered no.
    #[error("the provider refuses: {0}")]
    Refused(String),
}

/// A driver for one identity provider.
pub trait Provider: Sync {
    /// What it holds now.
    fn observe(&self) -> impl Future<Output = Result<Holdings, ProviderError>> + Send;
    /// Makes the client of an app, as a declared one. A provider that draws secrets draws the first here.
    fn create_client(&self, spec: &ClientSpec) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Changes the client of an app; its id and secret stay. It becomes a declared one.
    fn update_client(&self, spec: &ClientSpec) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Removes the client of an app.
    fn delete_client(&self, app: &AppName) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Makes or replaces an app, as a declared one.
    fn put_app(&self, spec: &AppSpec) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// Removes an app.
    fn delete_app(&self, app: &AppName) -> impl Future<Output = Result<(), ProviderError>> + Send;
    /// The credentials of an app's client; `None` when there is no such client yet.
    fn credentials(&self, app: &AppName) -> impl Future<Output = Result<Option<Credentials>, ProviderError>> + Send;
    /// A secret of the app's own, such as a cookie key: 32 bytes as 43 characters of base64url, the same
    /// for the same app and label each time.
    fn random_secret(
        &self,
        app: &AppName,
        label: &str,
    ) -> impl Future<Output = Result<Secret<String>, ProviderError>> + Send;
}
