//! The authorization endpoint: loads facts, lets `doorstep_core::oauth` decide, writes what was decided.
//!
//! A request that needs a person is parked and comes back here: there is one path, not two.

use super::{
    report::{report_of, report_of_missing_pkce},
    service::Authorization,
};
use crate::{
    audit::{self, AuditEntry, By},
    error::InternalError,
    sessions::SignedIn,
    settings::INTERACTION_TTL,
};
use doorstep_core::{
    access::Caller,
    id::{ClientId, InteractionId, UserId},
    model::{Acr, Browser, Client, Consent, EventKind, Interaction, Level},
    oauth::{
        authorize::{AuthorizationRequest, PageError, Untrusted},
        decide::{ConsentNeeded, Facts, InteractionFact, LoginNeeded, Outcome, SessionFact, decide},
        error::OAuthError,
        response_mode::{AuthorizationResponse, RedirectError},
    },
    secret::Token,
};
use doorstep_store::{StoreError, consents, interactions, users};
use std::sync::Arc;

/// Requests that one browser may have parked at a time.
const PARKED_PER_BROWSER: i64 = 32;

/// What to do with a browser that came with an authorization request.
pub enum Authorized {
    /// Send it to the client.
    Respond {
        /// The response.
        response: AuthorizationResponse,
        /// What the client is called.
        client: String,
        /// A login cookie to be removed: nothing is tied to it any more.
        spent: Option<Token>,
        /// It is a refusal of which a report was kept.
        reported: bool,
    },
    /// Show the sign-in page.
    SignIn {
        /// The parked request.
        interaction: InteractionId,
        /// Why.
        needed: LoginNeeded,
    },
    /// Show the consent page.
    Consent {
        /// The parked request.
        interaction: InteractionId,
    },
    /// Show a page: the person is in none of the app's groups.
    Denied {
        /// What the client is called.
        client: Arc<Client>,
    },
    /// Show a page: the app asks for a better proof than the person could give.
    TooLittleProof {
        /// The client.
        client: Arc<Client>,
        /// What it asks for.
        level: Level,
    },
    /// Show an error page.
    Page(Refused),
}

/// An authorization request that can only be answered with a page.
pub struct Refused {
    /// Why.
    pub error: PageError,
    /// The app's title, if the client is known.
    pub app: Option<String>,
    /// The app's address, if the client is known.
    pub app_url: Option<String>,
    /// Under which the whole report is kept.
    pub reference: Option<String>,
}

/// A parked request as the sign-in and consent pages see it.
pub struct Parked {
    /// Its id.
    pub id: InteractionId,
    /// The client that asked.
    pub client: Arc<Client>,
    /// `login_hint`, which the page may fill in.
    pub login_hint: Option<String>,
    /// `ui_locales`, as it came: in which languages the pages may be.
    pub ui_locales: Option<String>,
}

/// What the consent page asks.
pub struct ConsentAsked {
    /// The parked request.
    pub parked: Parked,
    /// The scopes.
    pub needed: ConsentNeeded,
    /// Where the browser will return to: a host, or the scheme of an app on the device.
    pub return_host: String,
}

/// What became of a parked request.
pub enum Resumed {
    /// It goes on.
    Go(Box<Authorized>),
    /// It is not there (any more), or belongs to another browser.
    Gone,
}

/// Who sent a request, by which browser, and from where.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) who: Option<&'a SignedIn>,
    pub(super) browser: &'a Browser,
    pub(super) caller: &'a Caller,
}

impl Authorization {
    /// Answers a new authorization request. `raw` is the query of a GET or the body of a POST.
    pub async fn authorize(
        &self,
        raw: &[u8],
        who: Option<&SignedIn>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Authorized, InternalError> {
        let answered = self.answer(|| Untrusted::parse(raw), None, Sender { who, browser, caller }).await?;
        answered.ok_or(InternalError::Missing("the answer to a request that was not parked"))
    }

    /// Takes a parked request up again.
    pub async fn resume(
        &self,
        id: &InteractionId,
        who: Option<&SignedIn>,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<Resumed, InternalError> {
        let Some(parked) = self.parked(id, browser).await? else { return Ok(Resumed::Gone) };
        let read = || Untrusted::resume(&parked);
        let answered = self.answer(read, Some(&parked), Sender { who, browser, caller }).await?;
        Ok(answered.map_or(Resumed::Gone, |answered| Resumed::Go(Box::new(answered))))
    }

    async fn parked(&self, id: &InteractionId, browser: &Browser) -> Result<Option<Interaction>, InternalError> {
        let row = interactions::get(&mut self.context.db.read().await?, id, self.context.now()).await?;
        Ok(row.filter(|row| browser.began(&row.browser_hash)))
    }

    /// What the sign-in page needs to know of a parked request.
    pub async fn parked_view(&self, id: &InteractionId, browser: &Browser) -> Result<Option<Parked>, InternalError> {
        let Some(row) = self.parked(id, browser).await? else { return Ok(None) };
        let Some(client) = self.caches.client(row.client.as_str()).await? else { return Ok(None) };
        let get = |name: &str| row.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let login_hint = get("login_hint").filter(|hint| hint.len() <= 254);
        let ui_locales = get("ui_locales");
        Ok(Some(Parked { id: row.id, client, login_hint, ui_locales }))
    }

    /// Decides once more when what the first look relied on was gone when it was to be written: another server had
    /// removed the client, or the session ended at this very moment.
    async fn answer(
        &self,
        read: impl Fn() -> Result<Untrusted, PageError>,
        parked: Option<&Interaction>,
        sender: Sender<'_>,
    ) -> Result<Option<Authorized>, InternalError> {
        match self.answer_once(read(), parked, sender).await {
            Err(InternalError::Store(StoreError::MissingParent { .. })) => {}
            answered => return answered,
        }
        self.caches.catch_up().await?;
        let who = match sender.who {
            Some(who) if self.sessions.is_there(&who.session.id).await? => Some(who),
            _ => None,
        };
        self.answer_once(read(), parked, Sender { who, ..sender }).await
    }

    async fn answer_once(
        &self,
        read: Result<Untrusted, PageError>,
        parked: Option<&Interaction>,
        sender: Sender<'_>,
    ) -> Result<Option<Authorized>, InternalError> {
        let untrusted = match read {
            Ok(untrusted) => untrusted,
            Err(error) => return Ok(Some(Authorized::Page(self.refuse_page(error, None).await))),
        };
        let client = match untrusted.client_id() {
            Some(id) => self.caches.client(id).await?,
            None => None,
        };
        let pairs = untrusted.pairs().to_vec();
        let bound = match self.bound(untrusted, client.as_deref()) {
            Ok(bound) => bound,
            Err(error) => return Ok(Some(Authorized::Page(self.refuse_page(error, client.as_deref()).await))),
        };
        let Some(client) = client.clone() else { return Err(InternalError::Missing("the client of a bound request")) };
        let request = match bound.check() {
            Ok(request) => request,
            Err(error) => return Ok(Some(self.refuse_request(&client, &error).await)),
        };
        let outcome = self.decide_request(&request, &client, parked, sender.who).await?;
        match outcome {
            Outcome::Issue(issue) => self.issue(&client, *issue, parked, sender).await,
            Outcome::Error(error) => Ok(Some(respond_error(&client, &error))),
            Outcome::Deny(_) => Ok(Some(Authorized::Denied { client })),
            Outcome::TooLittleProof(level) => Ok(Some(Authorized::TooLittleProof { client, level })),
            Outcome::Login(needed) => {
                let interaction = self.park(&client.id, pairs, parked, sender).await?;
                Ok(Some(Authorized::SignIn { interaction, needed }))
            }
            Outcome::Consent(_) => {
                let interaction = self.park(&client.id, pairs, parked, sender).await?;
                Ok(Some(Authorized::Consent { interaction }))
            }
        }
    }

    async fn decide_request(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        parked: Option<&Interaction>,
        who: Option<&SignedIn>,
    ) -> Result<Outcome, InternalError> {
        let consent = match who {
            Some(who) if !client.first_party => {
                consents::get(&mut self.context.db.read().await?, &who.principal.user.id, &client.id).await?
            }
            _ => None,
        };
        let hinted_sub = request.id_token_hint.as_deref().and_then(|hint| self.hinted_user(hint, &client.id));
        let within_reach = match who {
            Some(who) if is_more_asked(request, client, Acr::of(who.session.amr)) => {
                let mut conn = self.context.db.read().await?;
                let enrolled = users::enrolled_by_id(&mut conn, &who.principal.user.id).await?;
                enrolled.methods(self.context.settings.live().passwords).best()
            }
            _ => None,
        };
        let facts = Facts {
            within_reach,
            session: who.map(|who| SessionFact { principal: &who.principal, session: &who.session }),
            consent: consent.as_ref(),
            interaction: parked.map(|row| InteractionFact { signed_in_at: row.signed_in_at, consented: row.consented }),
            hinted_sub: hinted_sub.as_ref(),
        };
        Ok(decide(request, client, facts, self.context.now()))
    }

    /// The person whom an ID Token of ours names, made for this client. An expired token is accepted.
    fn hinted_user(&self, hint: &str, client: &ClientId) -> Option<UserId> {
        let verified = self.verified_hint(hint)?;
        (verified.client == *client).then_some(verified.user)
    }

    async fn park(
        &self,
        client: &ClientId,
        params: Vec<(String, String)>,
        parked: Option<&Interaction>,
        Sender { who, browser, .. }: Sender<'_>,
    ) -> Result<InteractionId, InternalError> {
        if let Some(parked) = parked {
            return Ok(parked.id.clone());
        }
        let now = self.context.now();
        let interaction = Interaction {
            id: self.new_interaction(client)?,
            client: client.clone(),
            browser_hash: browser.hash(),
            params,
            created_at: now,
            signed_in_at: who.map(|who| who.session.auth_time),
            consented: false,
            expires_at: now + INTERACTION_TTL,
        };
        let mut tx = self.context.db.begin().await?;
        interactions::insert(&mut tx, &interaction).await?;
        interactions::keep_newest_of_browser(&mut tx, &interaction.browser_hash, PARKED_PER_BROWSER).await?;
        tx.commit().await?;
        Ok(interaction.id)
    }

    /// What the consent page asks about a parked request; none when nothing needs to be asked any more.
    pub async fn consent_asked(
        &self,
        id: &InteractionId,
        who: &SignedIn,
        browser: &Browser,
    ) -> Result<Option<ConsentAsked>, InternalError> {
        let Some((request, client, row)) = self.parked_request(id, browser).await? else { return Ok(None) };
        let Outcome::Consent(needed) = self.decide_request(&request, &client, Some(&row), Some(who)).await? else {
            return Ok(None);
        };
        let return_host = request.target().redirect_uri().destination().to_owned();
        let parked = Parked { id: row.id, client, login_hint: None, ui_locales: None };
        Ok(Some(ConsentAsked { parked, needed, return_host }))
    }

    async fn parked_request(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Option<(AuthorizationRequest, Arc<Client>, Interaction)>, InternalError> {
        let Some(row) = self.parked(id, browser).await? else { return Ok(None) };
        let Some(client) = self.caches.client(row.client.as_str()).await? else { return Ok(None) };
        let bound = Untrusted::resume(&row).and_then(|untrusted| self.bound(untrusted, Some(&client)));
        let request = bound.ok().and_then(|bound| bound.check().ok());
        Ok(request.map(|request| (request, Arc::clone(&client), row)))
    }

    /// The person pressed «Allow» for this very request.
    pub async fn allow(
        &self,
        id: &InteractionId,
        who: &SignedIn,
        browser: &Browser,
        caller: &Caller,
    ) -> Result<bool, InternalError> {
        let Some(asked) = self.consent_asked(id, who, browser).await? else { return Ok(false) };
        let user = &who.principal.user.id;
        let client = &asked.parked.client.id;
        let mut tx = self.context.db.begin().await?;
        // The request before the consent: a client that is removed takes them along in this order.
        if !interactions::set_consented(&mut tx, id).await? {
            return Ok(false);
        }
        let before = consents::get(&mut tx, user, client).await?;
        let mut scopes = asked.needed.scopes;
        scopes.extend(before.into_iter().flat_map(|consent| consent.scopes));
        let consent = Consent { user: user.clone(), client: client.clone(), scopes, granted_at: self.context.now() };
        consents::put(&mut tx, &consent).await?;
        let happened = AuditEntry::new(EventKind::ConsentGiven, user);
        let by = By::new(user, caller, self.context.now());
        audit::write(&mut tx, &self.context, by, happened.client(client)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The person pressed the button that refuses: the client gets `access_denied`, the request is spent.
    pub async fn refuse(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Option<(AuthorizationResponse, String)>, InternalError> {
        let Some((request, client, row)) = self.parked_request(id, browser).await? else { return Ok(None) };
        if !interactions::delete(&mut self.context.db.write().await?, &row.id).await? {
            return Ok(None);
        }
        Ok(Some((request.refuse(OAuthError::ACCESS_DENIED).response(), client.name.clone())))
    }

    /// Answers a request that the app must send in another form. Where one line of the declaration would correct it,
    /// the answer carries the reference of the report that names the line.
    async fn refuse_request(&self, client: &Client, error: &RedirectError) -> Authorized {
        if error.error() != OAuthError::PKCE_MISSING {
            return respond_error(client, error);
        }
        let reference = self.refusals.keep(report_of_missing_pkce(client)).await;
        let response = error.response_with(reference.as_deref());
        Authorized::Respond { response, client: client.name.clone(), spent: None, reported: reference.is_some() }
    }

    async fn refuse_page(&self, error: PageError, client: Option<&Client>) -> Refused {
        let app = match client.and_then(|client| client.app.as_ref()) {
            // The page is shown all the same when the app's address cannot be read.
            Some(name) => self.caches.app_if_readable(name).await.unwrap_or_default(),
            None => None,
        };
        let reference = self.refusals.keep(report_of(&error, client)).await;
        Refused { error, app: client.map(|client| client.name.clone()), app_url: app.map(|app| app.url), reference }
    }
}

fn respond_error(client: &Client, error: &RedirectError) -> Authorized {
    tracing::warn!(
        client = client.id.as_str(),
        error = error.error().code().as_str(),
        description = error.error().description(),
        "an authorization request was refused"
    );
    Authorized::Respond { response: error.response(), client: client.name.clone(), spent: None, reported: false }
}

/// Whether the app wishes for a better proof than was given, or the client requires one.
fn is_more_asked(request: &AuthorizationRequest, client: &Client, given: Option<Acr>) -> bool {
    request.acr.is_some_and(|wished| given < Some(wished))
        || client.require.is_some_and(|level| !level.is_met_by(given))
}
