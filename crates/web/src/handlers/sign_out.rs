//! `/logout` and `/end_session` (OpenID Connect RP-Initiated Logout 1.0 §2).
//!
//! Anyone can link to these addresses, so opening one signs nobody out: the page asks, unless the request carries an
//! ID Token of this very session. The button's form is ours, goes to `/logout`, and is protected like every
//! form (security row 114).

use crate::{
    cookies,
    extract::Visitor,
    headers::Surface,
    pages::{ErrorPage, Href, SignOut as Question, SignedOut},
    respond::{Page, clear_stale, come_again, go_on, html, page, see_other},
    state::Web,
};
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use bytes::Bytes;
use doorstep_app::{authorization::SignOut, cache::Limited, error::InternalError, sessions::SignedIn};
use doorstep_core::{
    oauth::{
        logout::{EndSessionRequest, Onward},
        params::{Params, encode_pairs},
    },
    secret::TokenKind,
};
use http::StatusCode;
use std::sync::Arc;

/// `GET /logout`
pub(crate) async fn question_page(State(web): State<Arc<Web>>, visitor: Visitor) -> Page {
    let request = EndSessionRequest::default();
    ask_or_go_on(&web, &visitor, &request).await
}

/// `GET /end_session`. Parameters that cannot be read are ignored, and the person is asked.
pub(crate) async fn end_session_get(State(web): State<Arc<Web>>, visitor: Visitor, RawQuery(query): RawQuery) -> Page {
    let request = EndSessionRequest::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    ask_or_go_on(&web, &visitor, &request).await
}

/// `POST /end_session`: an app's form comes without our cookies (SameSite), so the browser comes again by GET.
pub(crate) async fn end_session_post(State(web): State<Arc<Web>>, body: Bytes) -> Response {
    come_again(&web, "/end_session", &Params::read(&body).unwrap_or_default(), false)
}

async fn ask_or_go_on(web: &Arc<Web>, visitor: &Visitor, request: &EndSessionRequest) -> Page {
    let who = visitor.signed_in(web).await?;
    let outcome = web.instance.authorization.end_session(request, who.as_ref(), false, &visitor.caller).await?;
    Ok(match (outcome, &who) {
        (SignOut::Ask { app, onward }, Some(who)) => {
            // An address that is not registered is neither kept nor shown (security row 5).
            let carried = matches!(onward, Onward::Redirect { .. }).then(|| fields(request)).unwrap_or_default();
            question(web, who, app.as_deref(), (carried, onward.is_held_back()))
        }
        (SignOut::Ask { .. }, None) => signed_out(web, false),
        (SignOut::Done(onward), _) => {
            let response = match onward {
                Onward::Redirect { location } => see_other(&location),
                Onward::Page | Onward::PageUnregistered(_) | Onward::PageNoClient => {
                    signed_out(web, onward.is_held_back())
                }
            };
            without_cookies(response, visitor, who.as_ref())
        }
    })
}

fn question(
    web: &Web,
    who: &SignedIn,
    app: Option<&str>,
    (fields, held_back): (Vec<(&'static str, &str)>, bool),
) -> Response {
    let question = Question {
        person: (&who.principal.user.display_name).into(),
        app: app.map(Into::into),
        action: Href::new("/logout").unwrap_or(Href::home()),
        fields,
        held_back,
        stay: Href::home(),
    };
    page(web, &question)
}

fn fields(request: &EndSessionRequest) -> Vec<(&'static str, &str)> {
    let all = [
        ("id_token_hint", &request.id_token_hint),
        ("client_id", &request.client_id),
        ("post_logout_redirect_uri", &request.post_logout_redirect_uri),
        ("state", &request.state),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
}

/// `POST /logout`: the button. It came from a page of ours, so it is meant.
pub(crate) async fn sign_out(State(web): State<Arc<Web>>, visitor: Visitor, body: Bytes) -> Page {
    let request = EndSessionRequest::parse(&body).unwrap_or_default();
    let ended = async {
        let who = visitor.signed_in(&web).await?;
        // A stranger who wants to be sent on to an app has it looked up: counted, until it turns out to be one of ours
        // (security row 86).
        let counts = who.is_none() && request.post_logout_redirect_uri.is_some();
        if counts && web.instance.allowances.take(Limited::Request, &visitor.source).is_err() {
            return Ok((SignOut::Done(Onward::PageNoClient), who));
        }
        let outcome = web.instance.authorization.end_session(&request, who.as_ref(), true, &visitor.caller).await?;
        if counts && !matches!(outcome, SignOut::Done(Onward::PageNoClient)) {
            web.instance.allowances.give_back(Limited::Request, &visitor.source);
        }
        Ok((outcome, who))
    };
    Ok(match ended.await {
        Ok((outcome, who)) => {
            let response = match outcome {
                SignOut::Done(Onward::Redirect { location }) => onward(&web, &location, &request),
                SignOut::Done(onward) => signed_out(&web, onward.is_held_back()),
                SignOut::Ask { .. } => signed_out(&web, false),
            };
            without_cookies(response, &visitor, who.as_ref())
        }
        Err(error) => signed_out_here_only(&web, &visitor, &error),
    })
}

/// Whoever meant to sign out is signed out at least in this browser, whatever the database can do: a full disk must
/// not keep a person signed in on somebody else's machine.
pub(super) fn signed_out_here_only(web: &Web, visitor: &Visitor, error: &InternalError) -> Response {
    tracing::error!(%error, "a sign-out could not be written down");
    let mut response = html(web, &Surface::Page, StatusCode::SERVICE_UNAVAILABLE, &ErrorPage::signed_out_here_only());
    cookies::clear(response.headers_mut(), TokenKind::Session);
    forget_browser(&mut response, visitor);
    response
}

/// On to the app by a page, because this answers a form. An address that no link of ours may have (an
/// app on the device) is reached by way of `/end_session`, which finds nobody signed in and redirects.
fn onward(web: &Web, location: &str, request: &EndSessionRequest) -> Response {
    if Href::new(location).is_some() {
        return go_on(web, location, None);
    }
    match request.id_token_hint {
        Some(_) => go_on(web, &format!("/end_session?{}", encode_pairs(fields(request))), None),
        None => signed_out(web, false),
    }
}

/// «You are signed out», and whether an app wanted to go on and could not.
pub(super) fn signed_out(web: &Web, held_back: bool) -> Response {
    page(web, &SignedOut { instance: web.instance.context.settings.live().name.as_str().into(), back: None, held_back })
}

/// Nothing of the session stays in the browser, nor what was parked for it.
pub(super) fn without_cookies(mut response: Response, visitor: &Visitor, who: Option<&SignedIn>) -> Response {
    clear_stale(visitor, response.headers_mut());
    if who.is_some() {
        forget_browser(&mut response, visitor);
    }
    response
}

/// What is left when there are more goes by itself, within hours.
const CLEARED_AT_ONCE: usize = 16;

fn forget_browser(response: &mut Response, visitor: &Visitor) {
    for cookie in visitor.browser.iter().take(CLEARED_AT_ONCE) {
        cookies::clear_login(response.headers_mut(), cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_carries_the_request_along() {
        let raw = "client_id=a&state=x%26y&post_logout_redirect_uri=https://a.example/&other=z";
        let request = EndSessionRequest::parse(raw.as_bytes()).unwrap();
        let kept = fields(&request);
        assert_eq!(kept, [("client_id", "a"), ("post_logout_redirect_uri", "https://a.example/"), ("state", "x&y")]);
        assert_eq!(EndSessionRequest::parse(encode_pairs(kept).as_bytes()).unwrap(), request);
    }
}
