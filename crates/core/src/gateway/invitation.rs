//! How a program that is refused learns what to send: the challenges of `WWW-Authenticate`, RFC 9110 §11.6.1, and the document
//! that they point to, RFC 9728.
//!
//! Bearer is in every refusal that a program reads. Basic is in those alone that no browser reads: a browser would ask its
//! person for a password, in a dialog that no page of ours can explain.

use super::{Answer, Credential, Prepared, ProtectedHost, Unproved, Verdict};
use serde::Serialize;
use std::fmt::Write;

/// Where the document is on an app's host. Not below `/.well-known/`, which is the app's (RFC 9728 §3 lets a resource have
/// another place, which §5.1 says).
pub const RESOURCE_METADATA: &str = "/.doorstep/oauth-protected-resource";

/// What every challenge begins with.
const BEARER: &str = "Bearer realm=\"doorstep\"";

/// RFC 7617 §2.1: tokens are ASCII, and the user name counts for nothing.
const BASIC: &str = "Basic realm=\"doorstep\", charset=\"UTF-8\"";

/// The challenges of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// The one for tokens.
    pub bearer: String,
    /// The one for tokens as passwords, for whoever waits to be asked for one.
    pub basic: Option<&'static str>,
}

impl Invitation {
    /// What belongs to an answer: every 401 has challenges that is none of nginx's words for a redirect, and a 403 has where
    /// a right token was not enough.
    pub fn of<S>(answer: &Answer, prepared: &Prepared<'_>, verdict: &Verdict<S>) -> Option<Self> {
        let insufficient = is_insufficient(prepared, verdict);
        if !answer.challenges() && !insufficient {
            return None;
        }
        let takes_tokens = prepared.host.takes_tokens();
        let mut bearer = BEARER.to_owned();
        if let Some((code, why)) = error(prepared, verdict) {
            let _ = write!(bearer, ", error=\"{code}\", error_description=\"{why}\"");
        }
        if takes_tokens {
            let scheme = if prepared.request.secure { "https" } else { "http" };
            let host = &prepared.request.host;
            let _ = write!(bearer, ", resource_metadata=\"{scheme}://{host}{RESOURCE_METADATA}\"");
        }
        // Whoever has proved enough already and still may not would only be asked again.
        let asks = takes_tokens && prepared.is_surely_a_program && !insufficient;
        Some(Self { bearer, basic: asks.then_some(BASIC) })
    }

    /// Each challenge, in a line of its own: programs that take the first one take Bearer.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        [Some(self.bearer.as_str()), self.basic].into_iter().flatten()
    }
}

/// Whether a right token came that may not do this, RFC 6750 §3.1.
fn is_insufficient<S>(prepared: &Prepared<'_>, verdict: &Verdict<S>) -> bool {
    match verdict {
        Verdict::Unproved(why) => why.is_insufficient(),
        Verdict::Deny(_) => matches!(prepared.credential, Credential::Token(_)),
        Verdict::Allow(_) | Verdict::Pass | Verdict::Challenge(_) | Verdict::Stop(_) => false,
    }
}

/// RFC 6750 §3.1: no code for a request without a token.
fn error<S>(prepared: &Prepared<'_>, verdict: &Verdict<S>) -> Option<(&'static str, String)> {
    match verdict {
        Verdict::Unproved(why) => Some((code(*why), why.to_string())),
        Verdict::Deny(_) if is_insufficient(prepared, verdict) => {
            Some(("insufficient_scope", "whose token it is may not do this".to_owned()))
        }
        Verdict::Deny(_) | Verdict::Allow(_) | Verdict::Pass | Verdict::Challenge(_) | Verdict::Stop(_) => None,
    }
}

const fn code(why: Unproved) -> &'static str {
    match why {
        Unproved::Several => "invalid_request",
        Unproved::Malformed | Unproved::Foreign | Unproved::Unknown | Unproved::Ended | Unproved::OtherApp => {
            "invalid_token"
        }
        Unproved::ReadsOnly | Unproved::NoSignIn => "insufficient_scope",
    }
}

/// The document, RFC 9728 §2. It names no authorization server: an app behind forward auth takes tokens that people make, and
/// none that one issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResourceMetadata<'a> {
    resource: String,
    resource_name: &'a str,
    bearer_methods_supported: [&'static str; 1],
    resource_documentation: String,
}

impl<'a> ResourceMetadata<'a> {
    /// That of an app, if it takes tokens.
    pub fn of(host: &'a ProtectedHost<'_>, issuer: &str) -> Option<Self> {
        host.takes_tokens().then(|| Self {
            resource: host.origin(),
            resource_name: &host.title,
            bearer_methods_supported: ["header"],
            resource_documentation: format!("{issuer}/account/tokens"),
        })
    }
}

#[cfg(test)]
#[path = "invitation_tests.rs"]
mod tests;
