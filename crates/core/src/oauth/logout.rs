//! Sign-out that an app asks for: OpenID Connect RP-Initiated Logout 1.0 §2, §3.
//!
//! A browser is signed out without a question only for an ID Token of the very session that it is in;
//! it is sent on only to a registered address. Verifying the ID Token is the application's; so is the
//! CSRF check of the button on the page (security row 114).

use super::{
    params::{Params, ParamsError, encode_pairs},
    redirect::{Mismatch, RedirectRules, RedirectUri},
    response_mode::append_query,
};
use crate::{
    id::{ClientId, SessionId, UserId},
    model::{Client, Session},
};

/// An end-session request. Unknown parameters are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EndSessionRequest {
    /// An ID Token, not verified yet. An ended one is fine.
    pub id_token_hint: Option<String>,
    /// The client, when there is no hint.
    pub client_id: Option<String>,
    /// Where the app wants the browser to go.
    pub post_logout_redirect_uri: Option<String>,
    /// To be given back to the app.
    pub state: Option<String>,
}

impl EndSessionRequest {
    /// Reads the raw query of a GET or the raw body of a POST.
    pub fn parse(raw: &[u8]) -> Result<Self, ParamsError> {
        let params = Params::parse(raw)?;
        let get = |name| params.get(name).map(str::to_owned);
        Ok(Self {
            id_token_hint: get("id_token_hint"),
            client_id: get("client_id"),
            post_logout_redirect_uri: get("post_logout_redirect_uri"),
            state: get("state"),
        })
    }

    /// The client to look up: the one the verified hint was made for, or the one that is named.
    pub fn client_id<'a>(&'a self, hint: Option<&'a VerifiedHint>) -> Option<&'a str> {
        hint.map(|hint| hint.client.as_str()).or(self.client_id.as_deref())
    }
}

/// What a verified `id_token_hint` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedHint {
    /// `sub`.
    pub user: UserId,
    /// `sid`.
    pub session: Option<SessionId>,
    /// `aud`.
    pub client: ClientId,
}

/// What is known when the decision is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogoutFacts<'a> {
    /// The hint, if it was verified.
    pub hint: Option<&'a VerifiedHint>,
    /// The browser's live session.
    pub session: Option<&'a Session>,
    /// The client under [`EndSessionRequest::client_id`].
    pub client: Option<&'a Client>,
    /// The person pressed "Sign out" on the page.
    pub confirmed: bool,
}

/// What to do about an end-session request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// End the session, then go on.
    SignOut(Onward),
    /// Nobody is signed in: go on.
    SignedOutAlready(Onward),
    /// Ask; where the button will lead.
    Confirm(Onward),
}

/// Where the browser goes after signing out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// The page that says so.
    Page,
    /// The page that says so, and that the app wanted to go on: the address is not registered.
    PageUnregistered(Mismatch),
    /// The same: no client that the request names, or none that may send a browser anywhere.
    PageNoClient,
    /// A registered address, with `state`.
    Redirect {
        /// The `Location`.
        location: String,
    },
}

impl Onward {
    /// Whether the app wanted the browser to go somewhere, and it does not.
    pub const fn is_held_back(&self) -> bool {
        matches!(self, Self::PageUnregistered(_) | Self::PageNoClient)
    }
}

/// Decides, for the request and again after the button was pressed.
pub fn decide(request: &EndSessionRequest, facts: LogoutFacts<'_>) -> LogoutOutcome {
    match facts.session {
        None => LogoutOutcome::SignedOutAlready(onward(request, &facts)),
        Some(session) if facts.confirmed || is_of_this_session(&facts, session) => {
            LogoutOutcome::SignOut(onward(request, &facts))
        }
        Some(_) => LogoutOutcome::Confirm(onward(request, &LogoutFacts { confirmed: true, ..facts })),
    }
}

/// §2: the hint's `sub` and `sid` are those of the browser's session.
fn is_of_this_session(facts: &LogoutFacts<'_>, session: &Session) -> bool {
    facts.hint.is_some_and(|hint| hint.user == session.user && hint.session.as_ref() == Some(&session.id))
}

/// §3: exact match with a registered value, for a client that is known by a hint, or by name once the
/// person has agreed. `client_id` beside a hint must be the hint's.
fn onward(request: &EndSessionRequest, facts: &LogoutFacts<'_>) -> Onward {
    let Some(wanted) = request.post_logout_redirect_uri.as_deref() else { return Onward::Page };
    let vouched = facts.hint.is_some() || facts.confirmed;
    let named = request.client_id(facts.hint);
    let contradicted = request.client_id.is_some() && request.client_id.as_deref() != named;
    let client = facts.client.filter(|client| client.enabled && named == Some(client.id.as_str()));
    match client.filter(|_| vouched && !contradicted) {
        None => Onward::PageNoClient,
        Some(client) if is_registered(client, wanted) => Onward::Redirect { location: with_state(wanted, request) },
        Some(client) => Onward::PageUnregistered(Mismatch::diagnose(wanted, &client.post_logout_redirect_uris)),
    }
}

fn is_registered(client: &Client, wanted: &str) -> bool {
    let any = RedirectRules { native: true, insecure_http: true };
    client.post_logout_redirect_uris.iter().any(|known| known == wanted) && RedirectUri::register(wanted, any).is_ok()
}

fn with_state(uri: &str, request: &EndSessionRequest) -> String {
    match request.state.as_deref() {
        Some(state) => append_query(uri, &encode_pairs([("state", state)])),
        None => uri.to_owned(),
    }
}

#[cfg(test)]
#[path = "logout_tests.rs"]
mod tests;
