//! `/authorize` and `/authorize/resume`: hands the request to the instance and renders what it decided.

use super::{login, refused};
use crate::{
    cookies,
    extract::{Asked, Visitor},
    headers::{Origin, Surface},
    pages::{ErrorPage, FormPost, Href},
    respond::{self, Failure, Page, bind, browser_of, come_again, html, see_other},
    state::Web,
};
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use bytes::Bytes;
use doorstep_app::{
    authorization::{Authorized, Resumed},
    cache::Limited,
    sessions::SignedIn,
};
use doorstep_core::{
    id::InteractionId,
    model::Browser,
    oauth::{params::Params, response_mode::AuthorizationResponse},
};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// Who came with a request, and how to come back to it with another account.
pub(super) struct Came<'a> {
    pub(super) who: Option<&'a SignedIn>,
    pub(super) browser: &'a Browser,
    pub(super) back: String,
    /// Out of a frame, where no page of ours is shown.
    pub(super) framed: bool,
}

/// `GET /authorize`
pub(crate) async fn by_get(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Page {
    let query = query.unwrap_or_default();
    let framed = is_framed(&Params::parse(query.as_bytes()).unwrap_or_default(), &headers);
    let browser = browser_of(&web, &visitor);
    let who = visitor.signed_in(&web).await?;
    let authorized = begin(&web, &visitor, query.as_bytes(), who.as_ref(), &browser).await?;
    let came = Came { who: who.as_ref(), browser: &browser, back: format!("/authorize?{query}"), framed };
    answer(&web, authorized, came).await
}

/// Whether a request comes out of a frame, as its browser says, or as `prompt=none` lets suppose (OpenID Connect Core
/// §3.1.2.1).
fn is_framed(params: &Params, headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-dest") {
        Some(place) => place != "document",
        None => params.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")),
    }
}

/// `POST /authorize`: an app's form comes without our cookies (SameSite), so the browser comes again by GET.
pub(crate) async fn by_post(State(web): State<Arc<Web>>, visitor: Visitor, headers: HeaderMap, body: Bytes) -> Page {
    if let Ok(params) = Params::read(&body) {
        return Ok(come_again(&web, "/authorize", &params, is_framed(&params, &headers)));
    }
    let browser = browser_of(&web, &visitor);
    let authorized = begin(&web, &visitor, &body, None, &browser).await?;
    answer(&web, authorized, Came { who: None, browser: &browser, back: "/".to_owned(), framed: false }).await
}

/// A request of nobody is counted when it leaves something behind: parked, or refused with a report. Asking
/// in silence (`prompt=none`) does not. A person's requests are counted by their account.
async fn begin(
    web: &Web,
    visitor: &Visitor,
    raw: &[u8],
    who: Option<&SignedIn>,
    browser: &Browser,
) -> Result<Authorized, Failure> {
    if let Some(who) = who {
        web.instance.allowances.take_own(&who.principal.user.id)?;
        return Ok(web.instance.authorization.authorize(raw, Some(who), browser, &visitor.caller).await?);
    }
    web.instance.allowances.take(Limited::Request, &visitor.source)?;
    let authorized = web.instance.authorization.authorize(raw, None, browser, &visitor.caller).await?;
    if matches!(authorized, Authorized::Respond { reported: false, .. } | Authorized::Denied { .. }) {
        web.instance.allowances.give_back(Limited::Request, &visitor.source);
    }
    Ok(authorized)
}

/// `GET /authorize/resume`
pub(crate) async fn resume(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(id) = asked.parse::<InteractionId>("i") else { return Ok(see_other("/")) };
    let browser = browser_of(&web, &visitor);
    let who = visitor.signed_in(&web).await?;
    if let Some(who) = &who {
        web.instance.allowances.take_own(&who.principal.user.id)?;
    }
    match web.instance.authorization.resume(&id, who.as_ref(), &browser, &visitor.caller).await? {
        Resumed::Gone => login::lead_on(&web, &id, who.as_ref()).await,
        Resumed::Go(authorized) => {
            let came = Came { who: who.as_ref(), browser: &browser, back: login::resume_path(&id), framed: false };
            answer(&web, *authorized, came).await
        }
    }
}

/// Renders what was decided.
pub(super) async fn answer(web: &Arc<Web>, authorized: Authorized, came: Came<'_>) -> Page {
    let step = |path: String| {
        let mut response = see_other(&path);
        bind(&mut response, came.browser);
        response
    };
    Ok(match authorized {
        Authorized::Respond { response, client, spent, .. } => {
            let mut response = deliver(web, &response, &client, came.framed);
            if let Some(cookie) = spent {
                cookies::clear_login(response.headers_mut(), &cookie);
            }
            response
        }
        Authorized::SignIn { interaction, .. } => step(format!("/login?i={interaction}")),
        Authorized::Consent { interaction } => step(format!("/consent?i={interaction}")),
        Authorized::Denied { client } => {
            let Some(who) = came.who else { return Ok(step("/login".to_owned())) };
            let needed = client.allow.iter().flatten().cloned().collect();
            respond::denied(web, who, (client.app.as_ref(), &client.name), needed, &came.back).await
        }
        Authorized::TooLittleProof { client, level } => {
            html(web, &Surface::Page, StatusCode::FORBIDDEN, &ErrorPage::too_little_proof(&client.name, level))
        }
        Authorized::Page(refused) => refused::page(web, &refused),
    })
}

/// Sends an authorization response on its way, RFC 6749 §4.1.2 or OAuth 2.0 Form Post Response Mode §2.
/// Only ever the answer to a GET: see [`crate::headers`].
pub(super) fn deliver(web: &Web, response: &AuthorizationResponse, client: &str, framed: bool) -> Response {
    match response {
        AuthorizationResponse::Redirect { location } => respond::to_app(web, location, client, framed),
        AuthorizationResponse::FormPost { action, fields } => {
            let (Some(origin), Some(href)) = (Origin::of(action), Href::new(action)) else {
                tracing::error!("a form cannot be sent to this redirect_uri: no policy can name its origin");
                return respond::unavailable(web);
            };
            let fields = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let page = FormPost { app: client.into(), action: href, fields };
            html(web, &Surface::FormPost(origin), StatusCode::OK, &page)
        }
    }
}
