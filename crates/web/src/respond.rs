//! How handlers answer: pages with their headers, redirects that are always 303, refusals without an echo.

use crate::{
    cookies,
    extract::Visitor,
    headers::Surface,
    pages::{self, ErrorPage, Href, Operator, Text, TooManyOf},
    speech::Speech,
    state::Web,
};
use askama::Template;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use doorstep_app::{
    authorization::report_of_denied,
    cache::{Limited, TooMany},
    error::InternalError,
    sessions::SignedIn,
    settings::INTERACTION_TTL,
};
use doorstep_core::{
    id::{AppName, GroupName},
    model::Browser,
    oauth::params::{Params, encode, encode_pairs},
    secret::{Token, TokenKind},
    time::Ttl,
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use std::sync::Arc;

/// How long the cookie that ties parked requests to a browser lives; renewed whenever it is needed. Longer than any
/// request is parked, so that tabs that wake together after a night or a weekend still share one.
pub(crate) const LOGIN_COOKIE_TTL: Ttl = Ttl::from_days(7);

/// What a page handler returns: an answer, or why there is none.
pub(crate) type Page = Result<Response, Failure>;

/// Why a page handler has no answer of its own.
pub(crate) enum Failure {
    /// Something broke underneath: logged with its cause, shown to the person without it.
    Internal(InternalError),
    /// More requests than one address may make.
    TooMany(TooMany),
}

impl From<InternalError> for Failure {
    fn from(error: InternalError) -> Self {
        Self::Internal(error)
    }
}

impl From<TooMany> for Failure {
    fn from(error: TooMany) -> Self {
        Self::TooMany(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        let (status, unanswered) = match self {
            Self::Internal(error) => {
                tracing::error!(%error, "a request could not be answered");
                (StatusCode::SERVICE_UNAVAILABLE, Unanswered::Internal)
            }
            Self::TooMany(too_many) => (StatusCode::TOO_MANY_REQUESTS, Unanswered::TooMany(too_many)),
        };
        *response.status_mut() = status;
        response.extensions_mut().insert(unanswered);
        response
    }
}

/// Marks an answer that the router turns into a page.
#[derive(Clone, Copy)]
pub(crate) enum Unanswered {
    /// The page of an instance that cannot answer.
    Internal,
    /// The page of a limit that was reached.
    TooMany(TooMany),
}

impl Unanswered {
    /// The page.
    pub(crate) fn page(self, web: &Web) -> Response {
        match self {
            Self::Internal => unavailable(web),
            Self::TooMany(too_many) => self::too_many(web, too_many),
        }
    }
}

/// RFC 6585 §4: 429, what happened, and when to try again.
fn too_many(web: &Web, too_many: TooMany) -> Response {
    let (of, surface) = match too_many.what {
        // The address of a link's page is a secret (security row 110).
        Limited::Link => (TooManyOf::Links, Surface::SecretPage),
        Limited::Own => (TooManyOf::OneAccount, Surface::Page),
        Limited::Ceremony
        | Limited::Request
        | Limited::Token
        | Limited::AppSession
        | Limited::Line
        | Limited::ClientProof => (TooManyOf::SignIns, Surface::Page),
    };
    let page = pages::TooMany { of, seconds: too_many.seconds() };
    let mut response = html(web, &surface, StatusCode::TOO_MANY_REQUESTS, &page);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(too_many.seconds()));
    response
}

/// A page with the headers of its surface.
pub(crate) fn html<T: Template>(web: &Web, surface: &Surface, status: StatusCode, page: &T) -> Response {
    let Ok(text) = page.render_with_values(&Speech::of_page(surface, status)) else {
        tracing::error!("a page could not be written");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        return response;
    };
    let language_of = language_of(&text);
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Some(language) = language_of {
        headers.insert(CONTENT_LANGUAGE, language);
    }
    surface.stamp(headers, web.https);
    response
}

/// The header repeats what the page says of itself, RFC 9110 §8.5.
fn language_of(page: &str) -> Option<HeaderValue> {
    let (_, said) = page.split_once("<html lang=\"")?;
    HeaderValue::from_str(said.split_once('"')?.0).ok()
}

/// A page of the instance's own, status 200.
pub(crate) fn page<T: Template>(web: &Web, page: &T) -> Response {
    html(web, &Surface::Page, StatusCode::OK, page)
}

/// 303, whatever the method was (RFC 9700 §4.12): the browser asks anew with GET.
pub(crate) fn see_other(location: &str) -> Response {
    let mut response = Response::new(Body::empty());
    match HeaderValue::from_str(location) {
        Ok(value) => {
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(LOCATION, value);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    Surface::Data.stamp(response.headers_mut(), false);
    response
}

/// A page that goes on to `next` by itself: the answer to a form whose outcome lies at an app, which a
/// redirect must not be (see [`crate::headers`]).
pub(crate) fn go_on(web: &Web, next: &str, app: Option<&str>) -> Response {
    let next = Href::new(next).unwrap_or(Href::home());
    html(web, &Surface::SecretPage, StatusCode::OK, &pages::GoOn { app: app.map(Text::from), next })
}

/// How long a `Location` may be. Proxies read the head of an answer into a few kilobytes (nginx: 4 kB
/// when nothing else is said) and make 502 of a longer one.
pub(crate) const LONGEST_LOCATION: usize = 2048;

/// An answer on its way to an app. `state` may have any length, so that a long one goes by a page, which no
/// proxy has to fit into the head of an answer; an app on the device, which no link of ours reaches, by a redirect. So
/// does what was asked in a frame, where no page of ours is shown (security row 49).
pub(crate) fn to_app(web: &Web, location: &str, app: &str, framed: bool) -> Response {
    let by_page = !framed && location.len() > LONGEST_LOCATION && Href::new(location).is_some();
    if by_page { go_on(web, location, Some(app)) } else { see_other(location) }
}

/// An app's form came without our cookies (SameSite), so the browser comes again by GET.
pub(crate) fn come_again(web: &Web, path: &str, params: &Params, framed: bool) -> Response {
    let query = encode_pairs(params.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let next = format!("{path}?{query}");
    if framed || next.len() <= LONGEST_LOCATION { see_other(&next) } else { go_on(web, &next, None) }
}

/// The page of an instance that cannot answer.
pub(crate) fn unavailable(web: &Web) -> Response {
    let page = pages::Unavailable { at_app: false, reference: None };
    let mut response = html(web, &Surface::Page, StatusCode::SERVICE_UNAVAILABLE, &page);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

/// The same on an app's host.
pub(crate) fn unavailable_at_app(web: &Web) -> Response {
    let page = pages::Unavailable { at_app: true, reference: None };
    html(web, &Surface::AppHost, StatusCode::SERVICE_UNAVAILABLE, &page)
}

/// A form that did not come from a page of ours.
pub(crate) fn foreign_form(web: &Web) -> Response {
    html(web, &Surface::Page, StatusCode::FORBIDDEN, &ErrorPage::foreign_form())
}

/// An error page, with the reference under which its report is kept.
pub(crate) fn error_page(web: &Web, status: StatusCode, page: &ErrorPage<'_>, reference: Option<&str>) -> Response {
    let operator = reference.map(|reference| Operator::Reference(reference.into()));
    let page = ErrorPage {
        at_app: page.at_app,
        title: page.title.clone(),
        what: page.what.clone(),
        next: page.next.clone(),
        operator,
        back: page.back.clone(),
    };
    html(web, &Surface::Page, status, &page)
}

/// The page of a person who is in none of the groups that an app is for; its name, where it has one, and its title. Whoever signs in with another
/// account goes on to `next`, a path of ours.
pub(crate) async fn denied(
    web: &Arc<Web>,
    who: &SignedIn,
    (name, title): (Option<&AppName>, &str),
    needed: Vec<GroupName>,
    next: &str,
) -> Response {
    let user = &who.principal.user;
    let reference = web.instance.refusals.keep(report_of_denied(user.name.as_str(), title, &needed)).await;
    let page = pages::Denied {
        app: title.into(),
        needed: needed.iter().map(|group| Text::from(group.as_str())).collect(),
        person: (&user.display_name).into(),
        groups: who.principal.groups.iter().map(|group| Text::from(group.as_str())).collect(),
        reference: reference.as_deref().unwrap_or_default().into(),
        ask: name.filter(|_| !needed.is_empty()).and_then(|name| Href::new(format!("/access/{name}"))),
        other_account: Href::new(format!("/login?other=1&next={}", encode(next))).unwrap_or(Href::home()),
    };
    html(web, &Surface::Page, StatusCode::FORBIDDEN, &page)
}

/// Sends a browser without a session to the sign-in page and back to `next`, a path of ours.
pub(crate) fn to_sign_in(visitor: &Visitor, next: &str) -> Response {
    let mut response = see_other(&format!("/login?next={}", encode(next)));
    clear_stale(visitor, response.headers_mut());
    response
}

/// Removes a session cookie that is not valid (any more). Only for visitors without a session (security row 44).
pub(crate) fn clear_stale(visitor: &Visitor, headers: &mut HeaderMap) {
    if visitor.stale_session || visitor.session.is_some() {
        cookies::clear(headers, TokenKind::Session);
    }
}

/// Makes sure that the browser keeps the cookie that the next thing is tied to. A new one lives as long as what it is
/// given for; it is renewed as soon as it comes back.
pub(crate) fn bind(response: &mut Response, browser: &Browser) {
    let ttl = if browser.is_new() { INTERACTION_TTL } else { LOGIN_COOKIE_TTL };
    cookies::set(response.headers_mut(), browser.cookie(), ttl);
}

/// The browser, by the login cookies that it brought; a new one is given a cookie that must be set.
pub(crate) fn browser_of(web: &Web, visitor: &Visitor) -> Browser {
    let new = || Token::random(TokenKind::Login, &mut web.instance.context.ambient.entropy());
    Browser::of(visitor.browser.clone(), new)
}
