//! Every route on one page.
//!
//! What is asked most often (forward auth, discovery, keys, health) is answered before the router, so
//! that no middleware stands in its way and nothing else can answer in its place.

use crate::{
    assets,
    bounds::Bounds,
    envoy,
    extract::require_same_origin,
    former::{self, AskedUnder},
    gateway::{self, Question},
    handlers::{
        account, activity, add_passkey, asking, authenticator, authorize, consent, device, enrol, enrol_password,
        health, icon, invitations, invite, invite_upstream, language, login, login_password, own_data, own_email,
        portal, recovery, recovery_by_mail, registering, sign_out, tokens, upstream,
    },
    headers::Surface,
    named::{Named, is_former_rp_id, name_the_host, under},
    oauth, pages,
    respond::{Unanswered, html},
    speech,
    stamped::stamp_what_has_nothing,
    state::{Peer, Web},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use doorstep_core::{gateway::Dialect, id::RequestId};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::HOST};
use hyper::body::Incoming;
use std::{convert::Infallible, panic::AssertUnwindSafe, sync::Arc};
use tower::ServiceExt;
use tracing::Instrument;

/// No form and no JSON of ours is longer.
pub(crate) const BODY: usize = 64 * 1024;
/// RFC 1035 §2.3.4, and a port.
const LONGEST_HOST: usize = 261;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The whole server as one value; cheap to clone.
#[derive(Clone)]
pub struct App {
    web: Arc<Web>,
    router: Router,
    bounds: Bounds,
    door: Door,
}

/// What a listener is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// Everything that is HTTP.
    #[default]
    Http,
    /// Envoy's questions by gRPC, and nothing else.
    EnvoyGrpc,
}

impl App {
    /// Builds the routes.
    pub fn new(web: Arc<Web>) -> Self {
        let router = routes(&web);
        Self { web, router, bounds: Bounds::default(), door: Door::default() }
    }

    /// The same server as it answers at another door.
    #[must_use]
    pub fn at(self, door: Door) -> Self {
        Self { door, ..self }
    }

    /// The same server with other bounds.
    #[must_use]
    pub fn within(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// What one connection and one address may hold.
    pub(crate) const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether `peer` is a proxy that we know.
    pub(crate) fn trusts(&self, peer: Peer) -> bool {
        self.web.trusted().contains(peer)
    }

    /// Answers one request. A panic becomes a refusal, never an Allow.
    pub(crate) async fn answer(self, peer: Peer, request: http::Request<Incoming>) -> Result<Response, Infallible> {
        let asked = speech::Asked::of(&request);
        asked.answered(self.answer_in_its_language(peer, request)).await
    }

    async fn answer_in_its_language(
        &self,
        peer: Peer,
        request: http::Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let peer = self.web.trusted().proved(peer, request.headers());
        let answered = match self.door {
            Door::Http => AssertUnwindSafe(self.route(peer, request)).catch_unwind().await,
            Door::EnvoyGrpc => AssertUnwindSafe(envoy::answer(&self.web, peer, request)).catch_unwind().await,
        };
        Ok(answered.unwrap_or_else(|_| {
            tracing::error!("a request handler panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }))
    }

    async fn route(&self, peer: Peer, mut request: http::Request<Incoming>) -> Response {
        let web = &self.web;
        name_the_host(&mut request);
        name_the_endpoint(&mut request);
        let read = matches!(*request.method(), Method::GET | Method::HEAD);
        let preflight = *request.method() == Method::OPTIONS;
        match request.uri().path() {
            "/fa/forward" => gateway::check(web, peer, asked(Dialect::Forward, &request)).await,
            "/fa/nginx" => gateway::check(web, peer, asked(Dialect::Nginx, &request)).await,
            "/fa/nginx/kept" => gateway::check(web, peer, Question::of_keeper(request.headers())).await,
            "/fa/nginx/refusal" => gateway::check(web, peer, asked(Dialect::NginxRefusal, &request)).await,
            "/fa/nginx/ingress" => Box::pin(gateway::ingress(web, peer, &request)).await,
            // Method and path are the client's: whatever they are, nothing else answers.
            path if path.starts_with("/fa/envoy/") => gateway::envoy(web, peer, &request).await,
            // Boxed, so that the future of the short ways stays small.
            path if path.starts_with("/.doorstep/") => Box::pin(self.on_app_host(peer, request)).await,
            "/healthz" if read => health::alive(),
            "/readyz" if read => Box::pin(health::ready(web)).await,
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" if read => {
                let named = Named::of(web, peer, request.headers());
                under(named, oauth::metadata(web, (named.former(), named.internal())).await)
            }
            "/.well-known/webauthn" if read && is_former_rp_id(web, peer, request.headers()) => {
                former::related_origins(web)
            }
            "/jwks" if read => under(Named::of(web, peer, request.headers()), oauth::jwks(web)),
            "/.well-known/openid-configuration" | "/.well-known/oauth-authorization-server" | "/jwks" if preflight => {
                under(Named::of(web, peer, request.headers()), oauth::public_preflight(web))
            }
            _ => Box::pin(self.dispatch(peer, request)).await,
        }
    }

    /// `/.doorstep/*` on an app's host.
    async fn on_app_host(&self, peer: Peer, request: http::Request<Incoming>) -> Response {
        let web = Arc::clone(&self.web);
        let (parts, _) = request.into_parts();
        let id = self.new_request_id();
        let caller = web.trusted().caller(peer, &parts.headers, id.clone());
        let from = (peer, &caller);
        let answered = async {
            match parts.uri.path() {
                "/.doorstep/callback" if parts.method == Method::GET => {
                    gateway::callback(web, from, &parts.headers, parts.uri.query().unwrap_or_default()).await
                }
                "/.doorstep/start" if matches!(parts.method, Method::GET | Method::HEAD) => {
                    gateway::begin(&web, peer, parts.uri.query().unwrap_or_default(), &parts.headers).await
                }
                gateway::RESOURCE_METADATA => gateway::resource(&web, peer, &parts).await,
                "/.doorstep/logout" => gateway::sign_out(web, from, &parts.method, &parts.headers).await,
                _ => gateway::other(),
            }
        };
        identified(answered.instrument(span_of(&id)).await, &id)
    }

    fn new_request_id(&self) -> RequestId {
        RequestId::random(&mut self.web.instance.context.ambient.entropy())
    }

    async fn dispatch(&self, peer: Peer, request: http::Request<Incoming>) -> Response {
        let named = Named::of(&self.web, peer, request.headers());
        let for_programs = FOR_PROGRAMS.contains(&request.uri().path());
        match (named, for_programs) {
            (Named::Issuer, _) | (Named::Internal(_) | Named::Former(_), true) => {}
            (Named::Former(issuer), false) => return self.at_former(issuer, &request),
            (Named::Other, true) => return under(named, oauth::wrong_host(&self.web, request.headers()).await),
            (Named::Internal(_) | Named::Other, false) => return self.wrong_host(named, request.headers()),
        }
        let id = self.new_request_id();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(id.clone());
        if let Some(issuer) = named.former() {
            request.extensions_mut().insert(AskedUnder(issuer.to_owned()));
        }
        let answered = self.router.clone().oneshot(request).instrument(span_of(&id)).await;
        let mut response = answered.unwrap_or_else(|never| match never {});
        if let Some(unanswered) = response.extensions().get::<Unanswered>() {
            response = unanswered.page(&self.web);
        }
        identified(under(named, response), &id)
    }

    /// Another page than one that is opened, such as a form of one that was left open, is not taken at a former host.
    fn at_former(&self, issuer: &str, request: &http::Request<Incoming>) -> Response {
        let named = Named::Former(issuer);
        let sent_on = former::to_present(&self.web, issuer, request.method(), request.uri());
        sent_on.map_or_else(|| self.wrong_host(named, request.headers()), |on| under(named, on))
    }

    /// The way on leads to the own address: nothing but this page is served under another one.
    fn wrong_host(&self, named: Named<'_>, headers: &HeaderMap) -> Response {
        if named.internal().is_some() {
            tracing::debug!("a page was asked for at the internal address, which is for programs");
        } else if named.former().is_some() {
            tracing::debug!("a page was sent to the host of a former issuer");
        } else {
            let named = headers.get(HOST).and_then(|named| named.to_str().ok()).unwrap_or_default();
            let named: String = named.chars().take(LONGEST_HOST).collect();
            tracing::warn!(named, "a request named another host than the issuer's; the proxy must pass `Host` on");
        }
        let issuer = self.web.instance.context.settings.issuer.as_str();
        html(&self.web, &Surface::AppHost, StatusCode::MISDIRECTED_REQUEST, &pages::ErrorPage::wrong_host(issuer))
    }
}

fn asked(dialect: Dialect, request: &http::Request<Incoming>) -> Question<'_> {
    Question::of_headers(dialect, request.headers())
}

/// What apps ask for. Some are configured with the issuer and the path joined by a slash too many, or with one at
/// the end.
const ENDPOINTS: [&str; 9] = [
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/authorize",
    "/device_authorization",
    "/end_session",
    "/jwks",
    "/revoke",
    "/token",
    "/userinfo",
];

/// The endpoint that a path with such a slash means; the answer is the same as without.
fn endpoint_meant(path: &str) -> Option<&'static str> {
    let inner = path.strip_prefix('/').filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    if inner.len() == path.len() {
        return None;
    }
    ENDPOINTS.into_iter().find(|known| *known == inner)
}

fn name_the_endpoint(request: &mut http::Request<Incoming>) {
    let Some(meant) = endpoint_meant(request.uri().path()) else { return };
    let query = request.uri().query();
    let text = query.map_or_else(|| meant.to_owned(), |query| format!("{meant}?{query}"));
    if let Ok(plain) = text.parse() {
        *request.uri_mut() = plain;
    }
}

/// What is answered at the internal address and at the host of a former issuer, beside what is answered under any name. No
/// cookie counts there, and none is set.
const FOR_PROGRAMS: [&str; 4] = ["/device_authorization", "/revoke", "/token", "/userinfo"];

/// What a person sees and changes of their account.
fn of_account() -> Router<Arc<Web>> {
    Router::new()
        .route("/account", get(account::account))
        .route("/account/passkeys/new", get(add_passkey::page))
        .route("/account/passkeys/options", post(add_passkey::options))
        .route("/account/passkeys", post(add_passkey::add))
        .route("/account/passkeys/elsewhere", post(add_passkey::elsewhere))
        .route("/account/passkeys/{id}/rename", post(account::rename_passkey))
        .route("/account/passkeys/{id}/remove", post(account::remove_passkey))
        .route("/account/upstreams/{name}", post(upstream::link))
        .route("/account/identities/{id}/remove", post(upstream::unlink))
        .route("/account/name", post(account::set_names))
        .route("/account/password", post(account::set_password))
        .route("/account/password/remove", post(account::remove_password))
        .route("/account/apps/{client}/end", post(account::end_access))
        .route("/account/data", get(own_data::data))
        .route("/account/data/copy", post(own_data::copy))
        .route("/account/data/delete", post(own_data::delete))
        .route("/account/activity", get(activity::activity))
        .route("/account/sessions/{id}/end", post(activity::end))
        .route("/account/email", get(own_email::email).post(own_email::ask))
        .route("/account/email/again", post(own_email::again))
        .route("/account/email/give-up", post(own_email::give_up))
        .route("/account/email/confirm/{token}", get(own_email::confirm_page))
        .route("/account/email/confirm", post(own_email::confirm))
        .route("/account/recovery/stop", post(recovery_by_mail::stop_own))
        .route("/account/recovery-kit", get(recovery::kit).post(recovery::make))
        .route("/account/recovery-kit/try", post(recovery::try_code))
        .route("/account/recovery-kit/remove", post(recovery::remove))
        .route("/account/authenticator", get(authenticator::authenticator).post(authenticator::add))
        .route("/account/authenticator/new", post(authenticator::begin))
        .route("/account/authenticator/{id}/remove", post(authenticator::remove))
        .route("/account/tokens", get(tokens::tokens).post(tokens::make))
        .route("/account/tokens/{id}/end", post(tokens::end))
        .route("/account/sign-out-everywhere", post(account::sign_out_everywhere))
}

/// What is asked for by mail, and answered.
fn asked_by_mail() -> Router<Arc<Web>> {
    Router::new()
        .route("/recover/mail", get(recovery_by_mail::page).post(recovery_by_mail::ask))
        .route("/recover/stop/{token}", get(recovery_by_mail::stop_page))
        .route("/recover/stop", post(recovery_by_mail::stop))
        .route("/join", get(registering::register).post(registering::ask))
        .route("/join/{token}", get(registering::link_page))
        .route("/join/go-on", post(registering::press))
        .route("/admin/registrations", get(registering::requests))
        .route("/admin/registrations/{id}/approve", post(registering::approve))
        .route("/admin/registrations/{id}/refuse", post(registering::refuse))
}

fn routes(web: &Arc<Web>) -> Router {
    let pages = Router::new()
        .merge(of_account())
        .merge(asked_by_mail())
        .route("/", get(portal::portal))
        .route("/language", get(language::page).post(language::choose))
        .route("/login", get(login::page).post(login_password::password))
        .route("/login/code", post(login_password::code))
        .route("/login/passkey/options", post(login::passkey_options))
        .route("/login/passkey", post(login::passkey))
        .route("/login/upstream/{name}", post(upstream::go))
        .route("/login/upstream/{name}/callback", get(upstream::callback))
        .route("/setup/{token}", get(enrol::set_up))
        .route("/enrol/{token}", get(enrol::page))
        .route("/enrol/options", post(enrol::options))
        .route("/enrol", post(enrol::finish))
        .route("/enrol/{token}/password", get(enrol_password::page))
        .route("/enrol/password", post(enrol_password::set))
        .route("/invite/{token}", get(invite::page))
        .route("/invite/options", post(invite::options))
        .route("/invite", post(invite::finish))
        .route("/invite/{token}/password", get(invite::password_page))
        .route("/invite/password", post(invite::set_password))
        .route("/invite/{token}/upstream/{name}", get(invite_upstream::page))
        .route("/invite/upstream/{name}", post(invite_upstream::go))
        .route("/invite/to/{app}", get(invite::lead_on))
        .route("/authorize/resume", get(authorize::resume))
        .route("/consent", get(consent::consent_page).post(consent::consent))
        .route("/consent/back", get(consent::back))
        .route("/logout", get(sign_out::question_page).post(sign_out::sign_out))
        .route("/device", get(device::page).post(device::typed))
        .route("/device/answer", post(device::answer))
        .route("/recover", get(recovery::recover_page).post(recovery::recover))
        .route("/access/{app}", get(asking::ask_page).post(asking::ask))
        .route("/admin/requests", get(asking::requests))
        .route("/admin/requests/grant", post(asking::grant))
        .route("/admin/requests/refuse", post(asking::refuse))
        .route("/admin/invitations", get(invitations::list).post(invitations::make))
        .route("/admin/invitations/{id}/end", post(invitations::end))
        .route("/fa/start", get(gateway::start))
        .layer(middleware::from_fn_with_state(Arc::clone(web), require_same_origin));
    Router::new()
        .merge(pages)
        .route("/authorize", get(authorize::by_get).post(authorize::by_post))
        .route("/end_session", get(sign_out::end_session_get).post(sign_out::end_session_post))
        .route("/token", post(oauth::token).options(oauth::preflight))
        .route("/revoke", post(oauth::revoke).options(oauth::preflight))
        .route("/device_authorization", post(oauth::device_authorization).options(oauth::preflight))
        .route("/.well-known/webfinger", get(oauth::webfinger))
        .route("/.well-known/passkey-endpoints", get(oauth::passkey_endpoints).options(oauth::passkey_preflight))
        .route("/userinfo", get(oauth::userinfo).post(oauth::userinfo).options(oauth::preflight))
        .route("/assets/{file}", get(asset))
        .route("/icons/{file}", get(icon::icon))
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(web), stamp_what_has_nothing))
        .with_state(Arc::clone(web))
}

async fn asset(State(web): State<Arc<Web>>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::respond(&file, &headers, web.https).map(Body::from)
}

async fn not_found(State(web): State<Arc<Web>>) -> Response {
    html(&web, &Surface::Page, StatusCode::NOT_FOUND, &pages::NotFound)
}

/// What every line carries that is logged while a request is answered.
fn span_of(id: &RequestId) -> tracing::Span {
    tracing::info_span!("request", request_id = id.as_str())
}

/// The answer with the id under which the logs speak of its request.
fn identified(mut response: Response, id: &RequestId) -> Response {
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

#[cfg(test)]
#[path = "router_tests.rs"]
mod tests;
