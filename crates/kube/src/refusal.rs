//! Why the API server did not do what was asked, in the words of a sink.

use crate::{cluster::Access, secret::Place};
use doorstep_onboard::sink::SinkError;
use kube::core::Status;

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
    /// Somebody changed it meanwhile: the write was bound to what was looked at.
    Changed,
    /// The server is busy or broken, in its words.
    Busy(String),
    /// The request is wrong, in the server's words.
    Wrong(String),
    /// What stands there is in the way, or its answer cannot be read.
    Found(SinkError),
}

impl Refusal {
    /// What an answer means.
    pub(crate) fn answered(status: &Status, access: &Access) -> Self {
        let about = |kind: &str| status.details.as_ref().is_some_and(|details| details.kind == kind);
        let message = status.message.clone();
        match status.code {
            401 => Self::Credentials(format!(
                "the API server does not accept the credentials of {access}: they are wrong or have expired; renew them"
            )),
            403 => Self::Forbidden(message),
            404 if about("namespaces") => Self::NoNamespace,
            404 if about("secrets") => Self::NotFound,
            409 => Self::Changed,
            // Another 404 is of what stands before the API server: of the Secret nothing is known.
            404 | 408 | 429 | 500.. => Self::Busy(message),
            _ => Self::Wrong(message),
        }
    }

    /// For a sink. What a missing permission means is looked up before. `hide` takes what must not be shown out of the
    /// server's words: a policy may quote what it was asked about.
    pub(crate) fn into_error(self, place: &Place, hide: &dyn Fn(&str) -> String) -> SinkError {
        let refused = |message: &str| SinkError::Blocked(with("the API server refuses it", &hide(message)));
        match self {
            Self::NotReached(why) | Self::Credentials(why) => SinkError::Unreachable(why),
            Self::Busy(message) => SinkError::Unreachable(with("the API server cannot do it now", &hide(&message))),
            Self::Changed => SinkError::Unreachable("somebody changed it meanwhile".into()),
            Self::Settings(why) => SinkError::Blocked(why),
            Self::Wrong(message) | Self::Forbidden(message) => refused(&message),
            Self::NotFound => SinkError::Unreachable("it went away meanwhile".into()),
            Self::NoNamespace => SinkError::Blocked(format!(
                "the namespace {0} is not there; make it: kubectl create namespace {0}",
                place.namespace
            )),
            Self::Found(error) => error,
        }
    }
}

/// What happened, and the server's words for it in one line and not without end.
fn with(what: &str, message: &str) -> String {
    let line: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    match line.trim() {
        "" => what.to_owned(),
        line => format!("{what}: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(code: u16, message: &str, kind: Option<&str>) -> Status {
        let details = kind.map(|kind| serde_json::json!({ "kind": kind }));
        serde_json::from_value(serde_json::json!({ "code": code, "message": message, "details": details })).unwrap()
    }

    fn place() -> Place {
        Place { namespace: "monitoring".into(), name: "grafana-oidc".into() }
    }

    #[test]
    fn only_an_api_server_that_speaks_of_the_secret_says_that_it_is_not_there() {
        let access = Access::in_cluster();
        for (kind, found) in [
            (Some("secrets"), Refusal::NotFound),
            (Some("namespaces"), Refusal::NoNamespace),
            (Some("pods"), Refusal::Busy("gone".into())),
            // As a proxy answers whose API server is away.
            (None, Refusal::Busy("gone".into())),
        ] {
            assert_eq!(Refusal::answered(&status(404, "gone", kind), &access), found, "{kind:?}");
        }
    }

    #[test]
    fn what_must_not_be_shown_is_hidden_before_a_message_is_cut() {
        let message = format!("{} sesame-opens-every-door", "x".repeat(LONGEST - 10));
        let hide = |text: &str| text.replace("sesame-opens-every-door", "••••");
        for code in [400, 403, 422, 500] {
            let refusal = Refusal::answered(&status(code, &message, None), &Access::in_cluster());
            let said = refusal.into_error(&place(), &hide).to_string();
            assert!(!said.contains("sesame") && said.contains("••••"), "{code}: {said}");
        }
    }
}
