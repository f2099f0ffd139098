//! The one decision about an authorization request, before and after every page that it leads to.
//!
//! OpenID Connect Core §3.1.2.3–4, RFC 8252 §8.6, RFC 9700 §4. A request that needs a sign-in or consent
//! is parked as an interaction and comes back to [`decide`] with that fact; there is no second path.
//! Nothing is written here: [`IssueGrant`] holds what the application writes.

use super::{
    authorize::AuthorizationRequest,
    error::{OAuthError, oauth_error},
    pkce::CodeChallenge,
    prompt::Prompt,
    response_mode::{RedirectError, ResponseTarget},
    scope,
};
use crate::{
    id::{ClientId, GrantId, SessionId, UserId},
    model::{
        Acr, Amr, AuthorizationCode, Client, ClientAuthMethod, Consent, Grant, GrantSubject, Level, PersonInSession,
        Principal, Session,
    },
    time::{Timestamp, Ttl},
};
use std::collections::BTreeSet;

/// How long an authorization code lives, RFC 6749 §4.1.2; no leeway.
pub const CODE_TTL: Ttl = Ttl::from_seconds(60);

/// What is known when the decision is made, all read at the same moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The browser's live session and its active person.
    pub session: Option<SessionFact<'a>>,
    /// The person's remembered consent for the client.
    pub consent: Option<&'a Consent>,
    /// The parked request that this one is, when it was parked.
    pub interaction: Option<InteractionFact>,
    /// The `sub` of a *verified* `id_token_hint`.
    pub hinted_sub: Option<&'a UserId>,
    /// The best proof that the person could give. Looked up where more is wished for or required than they gave.
    pub within_reach: Option<Acr>,
}

/// A live session and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct SessionFact<'a> {
    /// The person, active.
    pub principal: &'a Principal,
    /// The session.
    pub session: &'a Session,
}

/// What happened since the request was parked.
#[derive(Clone, Copy, Debug)]
pub struct InteractionFact {
    /// The `auth_time` of the browser's session when it was parked; none when nobody was signed in. Another one
    /// now is a sign-in since then, and answers `prompt=login` and `max_age`.
    pub signed_in_at: Option<Timestamp>,
    /// Somebody pressed "Allow" for this very request. The consent itself is in [`Facts::consent`].
    pub consented: bool,
}

/// What to do about an authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Show the sign-in page.
    Login(LoginNeeded),
    /// Show the consent page.
    Consent(ConsentNeeded),
    /// Write grant and code, then send the code.
    Issue(Box<IssueGrant>),
    /// Show a page: the person may not use this app.
    Deny(Denied),
    /// Show a page: the app asks for a better proof than the person could give.
    TooLittleProof(Level),
    /// Tell the client.
    Error(RedirectError),
}

/// A sign-in is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginNeeded {
    /// Why.
    pub reason: LoginReason,
    /// Somebody is signed in, and that is not enough: ask anew.
    pub reauthenticate: bool,
}

/// Why a sign-in is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginReason {
    /// Nobody is signed in.
    NoSession,
    /// `prompt=login`.
    PromptLogin,
    /// `prompt=select_account`.
    SelectAccount,
    /// The sign-in is older than `max_age`.
    MaxAge,
    /// `id_token_hint` names another person.
    OtherPerson,
    /// `acr_values` wishes for a better proof, and the person could give it.
    Acr(Acr),
    /// The client requires a better proof, and the person could give it.
    Required(Level),
}

/// Consent is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentNeeded {
    /// Everything the client would get.
    pub scopes: BTreeSet<String>,
    /// Those of them that the person has not allowed before.
    pub new: BTreeSet<String>,
}

/// The person is in none of the groups that the client is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Who.
    pub user: UserId,
    /// What.
    pub client: ClientId,
}

/// Everything that is written down when a code is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueGrant {
    /// Who allowed.
    pub user: UserId,
    /// To whom.
    pub client: ClientId,
    /// In which session.
    pub session: SessionId,
    /// What is granted.
    pub scopes: BTreeSet<String>,
    /// To be echoed in the ID Token.
    pub nonce: Option<String>,
    /// The S256 challenge, to be kept with the code.
    pub challenge: Option<CodeChallenge>,
    /// `offline_access` is among the scopes.
    pub offline: bool,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Amr,
    /// Where the code goes.
    pub target: ResponseTarget,
}

impl IssueGrant {
    /// The grant to write.
    pub fn grant(&self, id: GrantId, now: Timestamp) -> Grant {
        Grant {
            id,
            subject: GrantSubject::Person(PersonInSession {
                user: self.user.clone(),
                session: self.session.clone(),
                nonce: self.nonce.clone(),
                auth_time: self.auth_time,
                amr: self.amr,
                offline: self.offline,
            }),
            client: self.client.clone(),
            scopes: self.scopes.clone(),
            created_at: now,
            revoked_at: None,
        }
    }

    /// The code to write, under the hash of a new [`crate::secret::TokenKind::Code`].
    pub fn code(&self, grant: GrantId, now: Timestamp) -> AuthorizationCode {
        AuthorizationCode {
            grant,
            redirect_uri: self.target.redirect_uri().as_str().to_owned(),
            code_challenge: self.challenge.as_ref().map(|challenge| challenge.as_str().to_owned()),
            expires_at: now + CODE_TTL,
            consumed_at: None,
        }
    }
}

/// Decides. Order: who is it, is that recent enough, may they, is it proof enough, did they allow it.
pub fn decide(request: &AuthorizationRequest, client: &Client, facts: Facts<'_>, now: Timestamp) -> Outcome {
    let silent = request.prompts.has(Prompt::None);
    let fact = match signed_in(request, &facts, now) {
        Ok(fact) => fact,
        Err(needed) if silent || is_wrong_person_again(needed, &facts) => {
            return Outcome::Error(request.refuse(LOGIN_REQUIRED));
        }
        Err(needed) => return Outcome::Login(needed),
    };
    if !fact.principal.is_allowed(client.allow.as_ref()) {
        return denied(request, fact.principal, silent);
    }
    if let Some(level) = client.require.filter(|level| !level.is_met_by(Acr::of(fact.session.amr))) {
        return too_little_proof(request, level, (&facts, silent));
    }
    match consent_needed(request, client, &facts, fact.principal) {
        Some(_) if silent => Outcome::Error(request.refuse(CONSENT_REQUIRED)),
        Some(needed) => Outcome::Consent(needed),
        None => Outcome::Issue(Box::new(issue(request, fact))),
    }
}

const LOGIN_REQUIRED: OAuthError = oauth_error!(LoginRequired, "the expected person is not signed in");
const CONSENT_REQUIRED: OAuthError = oauth_error!(ConsentRequired, "the person has to be asked");
const PROOF_REQUIRED: OAuthError =
    oauth_error!(InteractionRequired, "the person has no way to prove as much as this client requires");
const NOT_ALLOWED: OAuthError = oauth_error!(AccessDenied, "the person may not use this client");

/// OpenID Connect Core §3.1.2.3: the session that answers the request, or why none does.
fn signed_in<'a>(
    request: &AuthorizationRequest,
    facts: &Facts<'a>,
    now: Timestamp,
) -> Result<SessionFact<'a>, LoginNeeded> {
    let live = |fact: &SessionFact<'_>| now < fact.session.expires_at && fact.session.user == fact.principal.user.id;
    let Some(fact) = facts.session.filter(live) else {
        return Err(LoginNeeded { reason: LoginReason::NoSession, reauthenticate: false });
    };
    match not_enough(request, facts, &fact, now) {
        Some(reason) => Err(LoginNeeded { reason, reauthenticate: true }),
        None => Ok(fact),
    }
}

fn not_enough(
    request: &AuthorizationRequest,
    facts: &Facts<'_>,
    fact: &SessionFact<'_>,
    now: Timestamp,
) -> Option<LoginReason> {
    let is_fresh = is_since_parked(facts, fact.session);
    match () {
        () if is_other_person(request, facts, fact.principal) => Some(LoginReason::OtherPerson),
        () if is_fresh => None,
        () if request.prompts.has(Prompt::SelectAccount) => Some(LoginReason::SelectAccount),
        () if request.prompts.has(Prompt::Login) => Some(LoginReason::PromptLogin),
        () if is_too_old(request, fact.session, now) => Some(LoginReason::MaxAge),
        () if request.prompts.has(Prompt::None) => None,
        () => better(request, facts, fact.session).map(LoginReason::Acr),
    }
}

/// The person proved who they are after the request was parked: whatever asked for that is answered.
fn is_since_parked(facts: &Facts<'_>, session: &Session) -> bool {
    facts.interaction.is_some_and(|interaction| interaction.signed_in_at != Some(session.auth_time))
}

/// OpenID Connect Core §3.1.2.1: `max_age`; zero is the same as `prompt=login`. How old a sign-in is that is dated ahead,
/// nobody knows.
fn is_too_old(request: &AuthorizationRequest, session: &Session, now: Timestamp) -> bool {
    let age = now.since(session.auth_time);
    request.max_age.is_some_and(|max| max.millis() == 0 || age > max || session.auth_time.is_ahead_of(now))
}

/// OpenID Connect Core §3.1.2.1: `acr_values` is a wish, for which nobody is refused: it is put to whoever could meet it and
/// did not. Whoever has signed in since the request was parked has been asked.
fn better(request: &AuthorizationRequest, facts: &Facts<'_>, session: &Session) -> Option<Acr> {
    let wished = request.acr.filter(|wished| Acr::of(session.amr) < Some(*wished))?;
    facts.within_reach.is_some_and(|reach| reach >= wished).then_some(wished)
}

/// OpenID Connect Core §3.1.2.1: `id_token_hint`. One that could not be verified names nobody; it is
/// passed over when the person can be asked, and answers nothing when they cannot.
fn is_other_person(request: &AuthorizationRequest, facts: &Facts<'_>, principal: &Principal) -> bool {
    match facts.hinted_sub {
        Some(sub) => *sub != principal.user.id,
        None => request.id_token_hint.is_some() && request.prompts.has(Prompt::None),
    }
}

/// Signed in since the request was parked, and still not the person whom `id_token_hint` names: asking
/// again would be a redirect loop.
fn is_wrong_person_again(needed: LoginNeeded, facts: &Facts<'_>) -> bool {
    needed.reason == LoginReason::OtherPerson && facts.session.is_some_and(|fact| is_since_parked(facts, fact.session))
}

fn denied(request: &AuthorizationRequest, principal: &Principal, silent: bool) -> Outcome {
    if silent {
        return Outcome::Error(request.refuse(NOT_ALLOWED));
    }
    Outcome::Deny(Denied { user: principal.user.id.clone(), client: request.client.clone() })
}

/// What the client requires is asked for however often the person signs in by less: that is a page and no redirect loop.
fn too_little_proof(request: &AuthorizationRequest, level: Level, (facts, silent): (&Facts<'_>, bool)) -> Outcome {
    match (level.is_met_by(facts.within_reach), silent) {
        (true, true) => Outcome::Error(request.refuse(LOGIN_REQUIRED)),
        (true, false) => Outcome::Login(LoginNeeded { reason: LoginReason::Required(level), reauthenticate: true }),
        (false, true) => Outcome::Error(request.refuse(PROOF_REQUIRED)),
        (false, false) => Outcome::TooLittleProof(level),
    }
}

/// OpenID Connect Core §3.1.2.4. Consent is always the remembered consent of *this* person (or implied
/// by a first-party declaration); the mark on the interaction only tells that it was asked for anew, so
/// that one person's "Allow" never serves another who signs in to the same browser.
fn consent_needed(
    request: &AuthorizationRequest,
    client: &Client,
    facts: &Facts<'_>,
    principal: &Principal,
) -> Option<ConsentNeeded> {
    let ours = |consent: &&Consent| consent.user == principal.user.id && consent.client == client.id;
    let before = facts.consent.filter(ours).map(|consent| &consent.scopes);
    let new = before.map_or_else(|| request.scopes.clone(), |before| &request.scopes - before);
    let allowed = client.first_party || (before.is_some() && new.is_empty());
    let asked_now = facts.interaction.is_some_and(|interaction| interaction.consented);
    let asked_every_time = request.prompts.has(Prompt::Consent) || is_unproven_native(request, client);
    let enough = allowed && (asked_now || !asked_every_time);
    (!enough).then(|| ConsentNeeded { scopes: request.scopes.clone(), new })
}

/// RFC 8252 §8.6, security row 17: any program on the machine can listen where a public native client
/// does, so that earlier consent says nothing about who asks now.
fn is_unproven_native(request: &AuthorizationRequest, client: &Client) -> bool {
    client.native && client.auth_method == ClientAuthMethod::None && request.target().redirect_uri().is_claimable()
}

fn issue(request: &AuthorizationRequest, fact: SessionFact<'_>) -> IssueGrant {
    IssueGrant {
        user: fact.principal.user.id.clone(),
        client: request.client.clone(),
        session: fact.session.id.clone(),
        scopes: request.scopes.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        offline: request.scopes.contains(scope::OFFLINE_ACCESS),
        auth_time: fact.session.auth_time,
        amr: fact.session.amr,
        target: request.target().clone(),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
