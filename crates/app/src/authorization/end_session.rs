//! Sign-out that an app asks for: OpenID Connect RP-Initiated Logout 1.0.

use super::service::Authorization;
use crate::{error::InternalError, sessions::SignedIn};
use doorstep_core::access::Caller;
use doorstep_core::oauth::logout::{EndSessionRequest, LogoutFacts, LogoutOutcome, Onward, VerifiedHint, decide};
use serde_json::Value;

/// What to do with a browser that came to sign out.
pub enum SignOut {
    /// It is signed out: go on.
    Done(Onward),
    /// Ask first.
    Ask {
        /// The title of the app that sent it, if known.
        app: Option<String>,
        /// Where the button will lead.
        onward: Onward,
    },
}

impl Authorization {
    /// Answers an end-session request, or the button on its page (`confirmed`).
    pub async fn end_session(
        &self,
        request: &EndSessionRequest,
        who: Option<&SignedIn>,
        confirmed: bool,
        caller: &Caller,
    ) -> Result<SignOut, InternalError> {
        let hint = request.id_token_hint.as_deref().and_then(|hint| self.verified_hint(hint));
        // Where it changes nothing the client is not looked up: nobody is there to ask, and nothing vouches for an
        // address to go on to.
        let vouched = request.post_logout_redirect_uri.is_some() && (hint.is_some() || confirmed);
        let needed = who.is_some() || vouched;
        let client = match request.client_id(hint.as_ref()).filter(|_| needed) {
            // Whoever wants to sign out can, also where the app's record is one that only a newer release may serve.
            Some(id) => self.caches.client_if_readable(id).await?,
            None => None,
        };
        let client = client.as_ref();
        let facts = LogoutFacts {
            hint: hint.as_ref(),
            session: who.map(|who| &who.session),
            client: client.map(AsRef::as_ref),
            confirmed,
        };
        let outcome = decide(request, facts);
        if let LogoutOutcome::Confirm(onward) | LogoutOutcome::SignOut(onward) = &outcome {
            note_unregistered(onward, client.map_or("", |client| client.id.as_str()));
        }
        Ok(match outcome {
            LogoutOutcome::Confirm(onward) => SignOut::Ask { app: client.map(|client| client.name.clone()), onward },
            LogoutOutcome::SignedOutAlready(onward) => SignOut::Done(onward),
            LogoutOutcome::SignOut(onward) => {
                if let Some(who) = who {
                    self.sessions.sign_out(who, caller).await?;
                }
                SignOut::Done(onward)
            }
        })
    }

    /// What an ID Token of ours says. An ended one is fine, one of a former issuer of ours too; another issuer's is not.
    pub(crate) fn verified_hint(&self, hint: &str) -> Option<VerifiedHint> {
        let claims = self.context.keyring.keys().verify(hint).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let settings = &self.context.settings;
        let said = text("iss");
        if said != Some(settings.issuer.as_str()) && settings.former_issuer(said).is_none() {
            return None;
        }
        Some(VerifiedHint {
            user: text("sub")?.parse().ok()?,
            session: text("sid").and_then(|sid| sid.parse().ok()),
            client: text("aud")?.parse().ok()?,
        })
    }
}

fn note_unregistered(onward: &Onward, client: &str) {
    if let Onward::PageUnregistered(mismatch) = onward {
        let difference = mismatch.difference.as_str();
        tracing::warn!(client, difference, "a post_logout_redirect_uri is not registered; the browser stays here");
    }
}
