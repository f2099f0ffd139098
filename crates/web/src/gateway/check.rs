//! `/fa/forward`, `/fa/nginx` and `/fa/envoy/…`: may this request reach the app?
//!
//! The hot path of the whole server: no middleware, no allocation that can be avoided, no database
//! unless the session is not warm. Whatever goes wrong is a refusal.

use super::{
    allowed::{allow, passed},
    by_token, denied, own_cookies,
    question::{ANSWER_WITHIN, Question},
    refused,
    resource::invite,
    returned,
};
use crate::{
    cookies,
    headers::Surface,
    pages,
    respond::{html, unavailable_at_app},
    state::{Peer, Web},
};
use axum::{
    body::Body,
    response::{IntoResponse, Json, Response},
};
use doorstep_app::cache::CachedSession;
use doorstep_core::{
    gateway::{
        self, Body as Says, CACHE_CONTROL as NO_STORE, Credential, Dialect, HostMap, KEPT_FOR, Prepared, RELAY_TTL,
        SignIn, Stop, VARY as VARIES, Verdict, X_ACCEL_EXPIRES,
    },
    secret::{SecretHash, Token, TokenKind},
    time::Timestamp,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, LOCATION, VARY},
    uri::PathAndQuery,
};
use serde_json::json;

const REASON: HeaderName = HeaderName::from_static("x-doorstep-reason");
const ACCEL_EXPIRES: HeaderName = HeaderName::from_static("x-accel-expires");
const LOGIN_HINT: HeaderName = HeaderName::from_static("x-doorstep-login");

/// Answers one question of a proxy.
pub(crate) async fn check(web: &Web, peer: Peer, question: Question<'_>) -> Response {
    let Question { dialect, headers, .. } = question;
    let now = web.instance.now();
    // An old picture of hosts and `allow` lists lets nobody in, as an old session does not.
    let Ok(protected) = web.instance.caches.believed().await else {
        return say(web, dialect, None, &Verdict::<&CachedSession>::Stop(Stop::Unavailable), now);
    };
    let sender = || web.trusted().said_client(peer, headers);
    let asked = (protected.hosts(), sender);
    let prepared = match gateway::prepare(dialect, web.trusted().contains(peer), question.pairs(), asked) {
        Ok(prepared) => prepared,
        Err(stop) => return Box::pin(stopped(web, peer, question, (stop, protected.hosts()))).await,
    };
    if !prepared.asks_who() {
        let verdict = gateway::judge::<CachedSession>(&prepared, None, now);
        if matches!(verdict, Verdict::Pass) && dialect.lets_through() {
            return handed_on(passed(), question, &prepared);
        }
        return Box::pin(refuse(web, (dialect, now), (peer, headers), &prepared, &verdict)).await;
    }
    if let Credential::Token(hash) = prepared.credential {
        let answer = Box::pin(by_token::check(web, (dialect, peer), headers, (&prepared, &hash), now)).await;
        return handed_on(answer, question, &prepared);
    }
    let token = prepared.app_cookie.and_then(|text| Token::parse(TokenKind::App, text));
    let hash = token.map(|token| token.hash());
    let Ok(session) = session(web, (peer, headers), hash.as_ref(), now).await else {
        return say(web, dialect, Some(&prepared), &Verdict::<&CachedSession>::Stop(Stop::Unavailable), now);
    };
    let verdict = gateway::judge(&prepared, session.as_ref(), now);
    if let (Verdict::Allow(session), Some(hash), true) = (&verdict, &hash, dialect.lets_through()) {
        let view = session.as_ref();
        return match allow(web, &prepared, (view.person(), Some(view.proved())), hash, now) {
            Ok(mut answer) => {
                if question.keeps && prepared.may_be_kept(view, now) && web.instance.caches.outlives(KEPT_FOR) {
                    answer.headers_mut().insert(ACCEL_EXPIRES, HeaderValue::from_static(X_ACCEL_EXPIRES));
                }
                handed_on(answer, question, &prepared)
            }
            Err(stop) => say(web, dialect, Some(&prepared), &Verdict::<&CachedSession>::Stop(stop), now),
        };
    }
    let mut response = Box::pin(refuse(web, (dialect, now), (peer, headers), &prepared, &verdict)).await;
    if own_cookies::ended(dialect, &verdict) {
        own_cookies::expire(response.headers_mut(), headers, &prepared.host);
    }
    response
}

/// The same for Envoy, which asks with the client's method at the client's path below our own.
pub(crate) async fn envoy<B>(web: &Web, peer: Peer, request: &http::Request<B>) -> Response {
    let target = request.uri().path_and_query().map_or("", PathAndQuery::as_str);
    match Question::of_envoy(request.method(), target, request.headers()) {
        Some(question) => check(web, peer, question).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An answer that lets a request through says what the app gets of its `Authorization` and its cookies.
fn handed_on(mut answer: Response, question: Question<'_>, prepared: &Prepared<'_>) -> Response {
    if answer.status() == StatusCode::OK {
        let asked = (question.dialect, question.headers);
        returned::hand_on(asked, prepared.credential.is_ours(), answer.headers_mut());
    }
    answer
}

/// Whatever does not let a request through. Of a person or everybody who is refused, it is kept why.
async fn refuse(
    web: &Web,
    (dialect, now): (Dialect, Timestamp),
    (peer, headers): (Peer, &HeaderMap),
    prepared: &Prepared<'_>,
    verdict: &Verdict<&CachedSession>,
) -> Response {
    let mut response = say(web, dialect, Some(prepared), verdict, now);
    if let Verdict::Deny(deny) = verdict {
        let answer = gateway::answer(dialect, verdict);
        let told = denied::told(web, (dialect, &answer), (peer, headers), (&prepared.host, deny)).await;
        if let Some(reference) = told {
            *response.body_mut() = denied::page(web, &prepared.host, deny, Some(&reference)).into_body();
        }
    }
    response
}

/// A question that cannot be decided. One that cannot be understood is logged with the app that it was about.
async fn stopped(web: &Web, peer: Peer, question: Question<'_>, (stop, hosts): (Stop, &HostMap)) -> Response {
    let Question { dialect, headers, .. } = question;
    let asked = gateway::asked_host(dialect, question.pairs(), hosts);
    // nginx asks a second time for the page; once is enough for the log.
    if dialect.lets_through() && refused::may_log(web, (peer, headers)) {
        refused::log(stop, asked.as_ref());
    }
    let verdict = Verdict::<&CachedSession>::Stop(stop);
    let shown = gateway::answer(dialect, &verdict).body == Says::BadRequest;
    if let (Stop::BadRequest(why), true) = (stop, shown)
        && let Some(reference) = refused::reference(web, peer, headers, (why, asked.as_ref())).await
    {
        let mut response = say(web, dialect, None, &verdict, web.instance.now());
        let page = pages::ErrorPage::bad_address(Some(&reference));
        *response.body_mut() = html(web, &Surface::AppHost, StatusCode::BAD_REQUEST, &page).into_body();
        return response;
    }
    say(web, dialect, None, &verdict, web.instance.now())
}

/// The session that the cookie leads to: warm, or from the database within a second.
async fn session(
    web: &Web,
    (peer, headers): (Peer, &HeaderMap),
    hash: Option<&SecretHash>,
    now: Timestamp,
) -> Result<Option<CachedSession>, ()> {
    let Some(hash) = hash else { return Ok(None) };
    if let Some(warm) = web.instance.gateway.warm(hash, now) {
        return Ok(Some(warm));
    }
    let (_, source) = web.trusted().client(peer, headers);
    match Box::pin(tokio::time::timeout(ANSWER_WITHIN, web.instance.gateway.load(hash, &source))).await {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => {
            tracing::error!(%error, "forward auth cannot look a session up");
            Err(())
        }
        Err(_) => {
            tracing::error!("forward auth waited a second for the database");
            Err(())
        }
    }
}

/// Every refusal, in the words of the dialect.
pub(super) fn say<S>(
    web: &Web,
    dialect: Dialect,
    prepared: Option<&Prepared<'_>>,
    verdict: &Verdict<S>,
    now: Timestamp,
) -> Response {
    let answer = gateway::answer(dialect, verdict);
    let mut response = body(web, answer.body, answer.reason, prepared, verdict);
    *response.status_mut() = status_of(answer.kind);
    let headers = response.headers_mut();
    if let Some(reason) = answer.reason {
        headers.insert(REASON, HeaderValue::from_static(reason));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(NO_STORE));
    headers.insert(VARY, HeaderValue::from_static(VARIES));
    // Without an app there is nothing that a sign-in would be for.
    let Some(prepared) = prepared else { return response };
    invite(headers, (dialect, &answer), prepared, verdict);
    match (answer.sign_in, verdict) {
        (SignIn::Redirect, Verdict::Challenge(challenge)) => {
            let browser = prepared.relay_cookie.and_then(|text| Token::parse(TokenKind::Relay, text));
            let browser = browser.unwrap_or_else(|| web.instance.gateway.new_relay_browser());
            let url = web.instance.gateway.relay_start_url(&prepared.host, challenge, &browser, now);
            match url.ok().and_then(|url| HeaderValue::try_from(url).ok()) {
                Some(url) => {
                    headers.insert(LOCATION, url);
                    cookies::set(headers, &browser, RELAY_TTL);
                }
                None => *response.status_mut() = StatusCode::FORBIDDEN,
            }
        }
        (SignIn::Hint, verdict) => {
            if let Ok(address) = HeaderValue::try_from(login_url(prepared, verdict)) {
                headers.insert(LOGIN_HINT, address);
            }
        }
        _ => {}
    }
    response
}

/// Where a person signs in for a program: at the app's front door, or where more proof is asked for.
fn login_url<S>(prepared: &Prepared<'_>, verdict: &Verdict<S>) -> String {
    match verdict {
        Verdict::Challenge(challenge) if challenge.is_step_up => {
            gateway::return_to(&prepared.host, &challenge.return_path)
        }
        _ => prepared.host.origin(),
    }
}

/// The address that was asked for.
fn here<S>(prepared: Option<&Prepared<'_>>, verdict: &Verdict<S>) -> Option<pages::Href<'static>> {
    match (prepared, verdict) {
        (Some(prepared), Verdict::Challenge(challenge)) => {
            pages::Href::new(gateway::return_to(&prepared.host, &challenge.return_path))
        }
        _ => None,
    }
}

fn body<S>(
    web: &Web,
    says: Says,
    reason: Option<&'static str>,
    prepared: Option<&Prepared<'_>>,
    verdict: &Verdict<S>,
) -> Response {
    let app = prepared.map_or("", |prepared| prepared.host.title.as_str());
    let said = |page: pages::ErrorPage<'_>| html(web, &Surface::AppHost, StatusCode::FORBIDDEN, &page);
    if let (Some(Prepared { host, .. }), Verdict::Deny(deny)) = (prepared, verdict) {
        match says {
            Says::NotForYou | Says::RefusedByRule => return denied::page(web, host, deny, None),
            Says::Json => return denied::data(reason, deny),
            _ => {}
        }
    }
    match says {
        // The two of a refusal are above.
        Says::Empty | Says::NotForYou | Says::RefusedByRule => Body::empty().into_response(),
        Says::Json => {
            let login_url = prepared.map(|prepared| login_url(prepared, verdict));
            Json(json!({ "error": reason, "login_url": login_url })).into_response()
        }
        Says::OpenInWindow => {
            let page = pages::OpenInWindow { app: app.into(), here: here(prepared, verdict) };
            html(web, &Surface::Framed, StatusCode::FORBIDDEN, &page)
        }
        Says::SignIn | Says::ProveAgain => {
            let here = here(prepared, verdict);
            let page =
                if says == Says::SignIn { pages::ErrorPage::sign_in_here } else { pages::ErrorPage::prove_again };
            said(page(app, here))
        }
        Says::BadRequest => said(pages::ErrorPage::bad_address(None)),
        Says::Stopped => said(pages::ErrorPage::stopped()),
        Says::RefusedByProxy => said(pages::ErrorPage::refused_by_proxy()),
        Says::Unavailable => unavailable_at_app(web),
    }
}

/// Nothing but [`gateway::Kind::Allow`] is 200, which is what a proxy lets through.
const fn status_of(kind: gateway::Kind) -> StatusCode {
    match kind {
        gateway::Kind::Allow => StatusCode::OK,
        gateway::Kind::Redirect => StatusCode::FOUND,
        gateway::Kind::RedirectByGet => StatusCode::SEE_OTHER,
        gateway::Kind::BadRequest => StatusCode::BAD_REQUEST,
        gateway::Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        gateway::Kind::Forbidden => StatusCode::FORBIDDEN,
        gateway::Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::gateway::Kind;

    #[test]
    fn each_kind_has_its_status() {
        for (kind, status) in [
            (Kind::Allow, 200),
            (Kind::Redirect, 302),
            (Kind::RedirectByGet, 303),
            (Kind::BadRequest, 400),
            (Kind::Unauthenticated, 401),
            (Kind::Forbidden, 403),
            (Kind::Unavailable, 503),
        ] {
            assert_eq!(status_of(kind).as_u16(), status, "{kind:?}");
        }
    }
}
