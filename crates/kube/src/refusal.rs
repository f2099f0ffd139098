//! Why the API server did not do what was asked, in the words of a sink.

use crate::{cluster::Access, secret::Place};
use doorstep_onboard::sink::{SinkError, SinkState};
use kube::core::Status;

/// Of a write that was bound to what was looked at.
pub(crate) const CHANGED: &str = "somebody changed it meanwhile";

/// Longer than any message that helps.
const LONGEST: usize = 400;

/// Why a request did nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No answer came.
    NotReached(String),
    /// The kubeconfig or service account cannot be used.
    Settings(String),
    /// The server does not know us.
    Credentials(String),
    /// We may not: RBAC, a quota, a policy.
    Forbidden(String),
    /// The object is not there.
    NotFound,
    /// Its namespace is not there.
    NoNamespace,
    /// Somebody changed it meanwhile.
    Changed,
    /// The server is busy or broken.
    Busy(String),
    /// The request is wrong, as the server sees it.
    Wrong(String),
}

impl Refusal {
    /// What an answer means.
    pub(crate) fn answered(status: &Status, access: &Access) -> Self {
        let about_a_namespace = status.details.as_ref().is_some_and(|details| details.kind == "namespaces");
        let message = said(&status.message);
        match status.code {
            401 => Self::Credentials(format!(
                "the API server does not accept the credentials of {access}: they are wrong or have expired; renew them"
            )),
            403 => Self::Forbidden(message),
            404 if about_a_namespace => Self::NoNamespace,
            404 => Self::NotFound,
            409 => Self::Changed,
            408 | 429 | 500.. => Self::Busy(format!("the API server says: {message}")),
            _ => Self::Wrong(format!("the API server refuses it: {message}")),
        }
    }

    /// For a sink. What a missing permission means is looked up before.
    pub(crate) fn into_error(self, place: &Place) -> SinkError {
        match self {
            Self::NotReached(why) | Self::Credentials(why) | Self::Busy(why) => SinkError::Unreachable(why),
            Self::Changed => SinkError::Unreachable(CHANGED.into()),
            Self::Settings(why) | Self::Wrong(why) => SinkError::Blocked(why),
            Self::Forbidden(message) => SinkError::Blocked(format!("the API server refuses it: {message}")),
            Self::NotFound => SinkError::Unreachable("it went away meanwhile".into()),
            Self::NoNamespace => SinkError::Blocked(format!(
                "the namespace {0} is not there; make it: kubectl create namespace {0}",
                place.namespace
            )),
        }
    }
}

/// [`SinkState`], as an error becomes one.
pub(crate) fn state(error: SinkError) -> SinkState {
    match error {
        SinkError::Blocked(why) => SinkState::Blocked { why },
        SinkError::Unreachable(why) => SinkState::Unreachable { why },
    }
}

/// A message in one line and not without end.
fn said(message: &str) -> String {
    let line: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    line.trim().to_owned()
}
