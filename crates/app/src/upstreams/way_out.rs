//! How an upstream is called. Doorstep's one HTTP client stands behind it (ADR 23); in tests, a table.

use doorstep_core::{secret::Secret, upstream::UpstreamName};
use serde_json::Value;
use std::{future::Future, pin::Pin};

/// One request to an upstream, answered in JSON.
pub struct Call {
    /// The address that whoever runs the instance named. What is called instead of it was named by a document there.
    pub home: String,
    /// What is called.
    pub to: String,
    /// The form that is sent; without one, it is a GET.
    pub form: Option<Secret<String>>,
    /// `Authorization`.
    pub authorization: Option<Secret<String>>,
}

impl Call {
    /// A GET of a public document.
    pub(super) fn get(home: &str, to: &str) -> Self {
        Self { home: home.to_owned(), to: to.to_owned(), form: None, authorization: None }
    }

    /// The same by whoever has an access token, RFC 6750 §2.1.
    pub(super) fn by(self, access_token: &Secret<String>) -> Self {
        Self { authorization: Some(Secret::new(format!("Bearer {}", access_token.expose()))), ..self }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whether its status is a success.
    pub is_success: bool,
    /// What it says; null where that is no JSON.
    pub json: Value,
}

/// A request on its way; its error says what, where and how to mend it.
pub type Calling = Pin<Box<dyn Future<Output = Result<Said, String>> + Send>>;
/// A secret on its way from its file; its error says the same.
pub type Opening = Pin<Box<dyn Future<Output = Result<Secret<String>, String>> + Send>>;

/// The way to upstreams.
pub trait WayOut: Send + Sync {
    /// Sends a request.
    fn call(&self, call: Call) -> Calling;
    /// What we prove with there who we are.
    fn client_secret(&self, upstream: &UpstreamName) -> Opening;
}
