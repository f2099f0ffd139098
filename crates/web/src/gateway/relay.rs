//! The way of a sign-in: `/fa/start` on Doorstep's host, `/.doorstep/*` on each app's.

use super::own_cookies;
use crate::{
    cookies,
    extract::Visitor,
    handlers::login,
    headers::Surface,
    pages,
    respond::{self, Page, html, see_other},
    state::{Peer, Web},
};
use axum::{
    body::Body,
    extract::{Query, State},
    response::Response,
};
use doorstep_app::{
    cache::Limited,
    error::InternalError,
    gateway::{Brought, RelayError},
    refusals::RefusalReport,
    sessions::SignedIn,
};
use doorstep_core::{
    access::Caller,
    gateway::{self, ProtectedHost, RelayState, Stop},
    oauth::params::Params,
    secret::{Token, TokenKind},
};
use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

/// `GET /fa/start?st=…`.
#[derive(Deserialize)]
pub(crate) struct Start {
    #[serde(default)]
    st: String,
}

/// A browser arrives from an app's host: signs in if it must, and goes back with a code.
pub(crate) async fn start(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(query): Query<Start>,
) -> Page {
    let state = match web.instance.gateway.open_relay_state(&query.st).await {
        Ok(state) => state,
        Err(RelayError::Internal(error)) => return Err(error.into()),
        Err(error) => return refused(&web, &visitor, &error).await,
    };
    let next = format!("/fa/start?st={}", query.st);
    let Some(who) = visitor.signed_in(&web).await? else {
        return login::to_guarded(&web, (&visitor, None), &next, &state).await;
    };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    if !state.is_met_by(&who.session) {
        return prove_again(&web, (&visitor, &who), &next, &state).await;
    }
    match web.instance.gateway.go_back(&who, &state).await {
        Ok(location) if state.is_fresh(web.instance.now()) => Ok(see_other(&location)),
        Ok(location) => late(&web, &visitor, (&state, &location), &headers).await,
        Err(RelayError::SignedOut) => login::to_guarded(&web, (&visitor, None), &next, &state).await,
        Err(RelayError::NotAllowed(_)) => denied(&web, &who, &state, &query.st).await,
        Err(RelayError::Internal(error)) => Err(error.into()),
        Err(error) => refused(&web, &visitor, &error).await,
    }
}

/// Whoever is signed in by less than the app asks for, or too long ago, proves anew who they are.
async fn prove_again(web: &Web, (visitor, who): (&Visitor, &SignedIn), next: &str, state: &RelayState) -> Page {
    let best = web.instance.accounts.methods_of(who).await?.best();
    let Some(level) = state.proof.least.filter(|level| !level.is_met_by(best)) else {
        return login::to_guarded(web, (visitor, Some(who)), next, state).await;
    };
    let app = web.instance.caches.believed().await?.app(&state.app).map(|app| app.title.clone());
    let page = pages::ErrorPage::too_little_proof(app.as_deref().unwrap_or(state.app.as_str()), level);
    Ok(html(web, &Surface::Page, StatusCode::FORBIDDEN, &page))
}

/// Whoever comes late, or with a date ahead, is led to the page, where a sign-in begins that nobody sees. When that one
/// is late as well, at once, the servers' clocks differ, and going on would not end: then it is a page.
async fn late(web: &Arc<Web>, visitor: &Visitor, (state, to): (&RelayState, &str), headers: &HeaderMap) -> Page {
    let tag = state.tag();
    if !cookies::is_marked_late(headers, &tag) {
        let mut response = see_other(to);
        cookies::mark_late(response.headers_mut(), &tag);
        return Ok(response);
    }
    web.instance.allowances.take(Limited::Request, &visitor.source)?;
    let age = web.instance.now().since(state.issued_at).seconds();
    let dated = if age < 0 { format!("{} seconds ahead", -age) } else { format!("{age} seconds ago") };
    let report = RefusalReport {
        rule: "relay_state_late",
        what: format!("a sign-in that had just begun was dated {dated}"),
        remedy:
            "compare the clocks of the servers: a sign-in that one of them dates ten minutes back or a minute ahead is \
               late for the others"
                .into(),
        facts: vec![("app", state.app.to_string()), ("host", state.host.clone())],
    };
    let reference = web.instance.refusals.keep(report).await;
    let page = pages::ErrorPage::late_again(pages::Href::new(to));
    Ok(respond::error_page(web, StatusCode::SERVICE_UNAVAILABLE, &page, reference.as_deref()))
}

async fn denied(web: &Arc<Web>, who: &SignedIn, state: &RelayState, sealed: &str) -> Page {
    let protected = web.instance.caches.believed().await?;
    let app = protected.app(&state.app);
    let needed = app.and_then(|app| app.allow.clone()).unwrap_or_default();
    let title = app.map_or(state.app.as_str(), |app| app.title.as_str());
    let again = format!("/fa/start?st={sealed}");
    Ok(respond::denied(web, who, (Some(&state.app), title), needed.into_iter().collect(), &again).await)
}

async fn refused(web: &Arc<Web>, visitor: &Visitor, error: &RelayError) -> Page {
    web.instance.allowances.take(Limited::Request, &visitor.source)?;
    let report = RefusalReport {
        rule: "relay_state",
        what: error.to_string(),
        remedy:
            "open the app again; if it keeps happening, look whether two apps share a host, whether two servers have \
               different root keys, or whether something between cuts long addresses"
                .into(),
        facts: vec![],
    };
    let reference = web.instance.refusals.keep(report).await;
    let page = match error {
        RelayError::NoApp => pages::ErrorPage::app_gone(),
        _ => pages::ErrorPage::sign_in_unreadable(),
    };
    Ok(respond::error_page(web, StatusCode::BAD_REQUEST, &page, reference.as_deref()))
}

/// Why a request below `/.doorstep/` is about no app.
pub(super) enum Elsewhere {
    /// By what the proxy says.
    Stopped(Stop),
    /// What is declared cannot be believed at the moment.
    Failed(InternalError),
}

impl Elsewhere {
    pub(super) fn answer(self, web: &Web) -> Response {
        match self {
            Self::Stopped(stop) => stopped(stop),
            Self::Failed(error) => internal(web, &error),
        }
    }
}

/// The app's host that a request came to.
pub(super) async fn app_host(web: &Web, peer: Peer, headers: &HeaderMap) -> Result<ProtectedHost<'static>, Elsewhere> {
    let protected = web.instance.caches.believed().await.map_err(Elsewhere::Failed)?;
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let host = gateway::app_host(web.trusted().contains(peer), pairs, protected.hosts());
    host.map(ProtectedHost::into_owned).map_err(Elsewhere::Stopped)
}

/// `GET /.doorstep/callback?code=…` on an app's host: the browser comes back to the app's host and is given its session there.
pub(crate) async fn callback(
    web: Arc<Web>,
    (peer, caller): (Peer, &Caller),
    headers: &HeaderMap,
    query: &str,
) -> Response {
    let host = match app_host(&web, peer, headers).await {
        Ok(host) => host,
        Err(elsewhere) => return elsewhere.answer(&web),
    };
    let params = Params::parse(query.as_bytes()).unwrap_or_default();
    let code = params.get("code").and_then(|code| Token::parse(TokenKind::RelayCode, code));
    let brought = Brought {
        relay: cookies::read(headers, TokenKind::Relay).into_iter().collect(),
        app: cookies::read(headers, TokenKind::App),
    };
    let redeemed = match &code {
        // A code that comes without the cookie of the browser that began is spent: whoever sent it has seen it.
        Some(code) => web.instance.gateway.redeem_relay_code(&host, code, &brought, caller).await,
        None => Err(RelayError::Code),
    };
    // The relay cookie stays for its ten minutes: another tab that began with it may come back yet.
    match redeemed {
        Ok(entered) => {
            let mut response = see_other(&entered.location);
            if let Some(session) = entered.session {
                cookies::set(response.headers_mut(), &session.token, session.max_age);
                // Whoever comes in is perhaps not who was here last. A tab that is given the session of a faster one
                // leaves alone what the app has set there meanwhile.
                if session.is_first {
                    own_cookies::expire(response.headers_mut(), headers, &host);
                }
            }
            response
        }
        Err(RelayError::Internal(error)) => internal(&web, &error),
        Err(error) => {
            way_on(&web, &host, (&brought, code.as_ref()), &error).await.unwrap_or_else(|error| internal(&web, &error))
        }
    }
}

/// A code that does not serve. Whoever holds a session with the app goes to the page all the same: another tab was
/// faster, or Back was pressed. So does a browser with another relay cookie: two tabs began at one moment, each was
/// given a cookie, and one cookie is left, to which the next sign-in is tied. Anyone else is told, with the way to
/// begin again; without a cookie, going on by itself could become a redirect loop.
async fn way_on(
    web: &Arc<Web>,
    host: &ProtectedHost<'_>,
    (brought, code): (&Brought, Option<&Token>),
    error: &RelayError,
) -> Result<Response, InternalError> {
    if let Some(location) = web.instance.gateway.inside(host, brought, code).await? {
        return Ok(see_other(&location));
    }
    if matches!(error, RelayError::OtherBrowser) && !brought.relay.is_empty() {
        return Ok(see_other(&web.instance.gateway.way_back(host, code).await?));
    }
    tracing::warn!(%error, app = host.app.as_str(), "a sign-in to a protected app did not come through");
    let location = web.instance.gateway.way_back(host, code).await?;
    let Some(start) = pages::Href::new(location) else { return Ok(stopped(Stop::UnknownHost)) };
    let page = pages::RelayRestart { at_app: true, app: (&host.title).into(), start };
    Ok(html(web, &Surface::AppHost, StatusCode::BAD_REQUEST, &page))
}

/// `/.doorstep/logout` on an app's host: GET asks, POST from the same host does.
pub(crate) async fn sign_out(
    web: Arc<Web>,
    (peer, caller): (Peer, &Caller),
    method: &Method,
    headers: &HeaderMap,
) -> Response {
    let host = match app_host(&web, peer, headers).await {
        Ok(host) => host,
        Err(elsewhere) => return elsewhere.answer(&web),
    };
    // Signing out happens on Doorstep's own host, where the question can be asked and the form is ours.
    let mut on = see_other(&format!("{}/logout", web.instance.context.settings.issuer));
    if *method != Method::POST {
        if own_cookies::is_nobody(&web, peer, headers).await {
            own_cookies::expire(on.headers_mut(), headers, &host);
        }
        return on;
    }
    let own = host.origin();
    let same = headers.get("origin").is_some_and(|origin| origin.as_bytes() == own.as_bytes());
    if !same {
        return foreign_form(&web);
    }
    if let Some(cookie) = cookies::read(headers, TokenKind::App)
        && let Err(error) = web.instance.gateway.sign_out_from_app(&cookie, caller).await
    {
        return internal(&web, &error);
    }
    cookies::clear(on.headers_mut(), TokenKind::App);
    own_cookies::expire(on.headers_mut(), headers, &host);
    on
}

/// Anything else below `/.doorstep/`.
pub(crate) fn other() -> Response {
    stopped(Stop::UnknownHost)
}

fn foreign_form(web: &Web) -> Response {
    let back = pages::Href::new(web.instance.context.settings.issuer.as_str()).map(|home| (home, "your-apps".into()));
    html(
        web,
        &Surface::AppHost,
        StatusCode::FORBIDDEN,
        &pages::ErrorPage { at_app: true, back, ..pages::ErrorPage::foreign_form() },
    )
}

fn internal(web: &Web, error: &InternalError) -> Response {
    tracing::error!(%error, "a request to an app's host could not be answered");
    respond::unavailable_at_app(web)
}

fn stopped(stop: Stop) -> Response {
    tracing::debug!(?stop, "a request to an app's host was stopped");
    let status = match stop {
        Stop::BadRequest(_) => StatusCode::BAD_REQUEST,
        Stop::UntrustedPeer | Stop::UnknownHost | Stop::Reserved(_) => StatusCode::FORBIDDEN,
        Stop::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    // No HSTS: on an app's host it would speak for the app.
    Surface::Data.stamp(response.headers_mut(), false);
    response
}
