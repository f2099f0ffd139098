//! `/device`: a person approves, by the code that it shows, what waits on another device (RFC 8628 §3.3).
//!
//! The address may carry the code (`verification_uri_complete`); it only stands in the field then. What is approved is
//! shown first, and a form of ours with the code approves it (security rows 48 and 100).

use super::{account::own, household::address_key};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{DeviceCode, DeviceDone, DeviceProblem, DeviceQuestion, ErrorPage, Seen, When},
    respond::{self, Page, html, page as shown_as, see_other},
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::{
    accounts::{DEVICE_TRIES_WINDOW, DeviceAsked, DeviceError},
    sessions::SignedIn,
};
use doorstep_core::oauth::params::encode;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use std::sync::Arc;

/// The code as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    code: String,
}

/// The answer to the question.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    code: String,
    decision: Decision,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Refuse,
}

/// `GET /device`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let typed = asked.get("code").unwrap_or_default();
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, &path(typed))) };
    Ok(field(&web, &who, (StatusCode::OK, typed, None)))
}

/// `POST /device`
pub(crate) async fn typed(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, &path(&sent.code)));
    };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let own = own(&web, &visitor, &who)?;
    match web.instance.accounts.device_asked(&own, &sent.code, &address_key(visitor.ip)).await {
        Ok(asked) => Ok(question(&web, &who, &asked)),
        Err(error) => refused(&web, &who, (&sent.code, error)).await,
    }
}

/// `POST /device/answer`
pub(crate) async fn answer(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Answer>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, &path(&sent.code)));
    };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let approved = sent.decision == Decision::Allow;
    let (own, address) = (own(&web, &visitor, &who)?, address_key(visitor.ip));
    match web.instance.accounts.answer_device(&own, (&sent.code, approved), &address).await {
        Ok(asked) => Ok(shown_as(&web, &DeviceDone { app: (&asked.client.name).into(), approved })),
        Err(error) => refused(&web, &who, (&sent.code, error)).await,
    }
}

fn question(web: &Web, who: &SignedIn, asked: &DeviceAsked) -> Response {
    let (request, now) = (&asked.request, web.instance.now());
    let seen = if asked.asks_consent { Seen::of(&request.scopes, &who.principal) } else { Vec::new() };
    let shown = DeviceQuestion {
        app: (&asked.client.name).into(),
        person: (&who.principal.user.display_name).into(),
        code: asked.code.as_str(),
        device: request.place.device(),
        ip: (&request.place.ip).into(),
        asked: When { at: request.created_at, now },
        seen,
        offline: asked.offline(),
    };
    shown_as(web, &shown)
}

/// Why nothing was shown or approved.
async fn refused(web: &Arc<Web>, who: &SignedIn, (typed, error): (&str, DeviceError)) -> Page {
    match error {
        DeviceError::Internal(error) => Err(error.into()),
        DeviceError::NotFresh => Ok(see_other(&format!("/login?again=1&next={}", encode(&path(typed))))),
        DeviceError::NotAllowed(client) => {
            let needed = client.allow.iter().flatten().cloned().collect();
            Ok(respond::denied(web, who, (client.app.as_ref(), &client.name), needed, "/device").await)
        }
        DeviceError::TooLittleProof(client, level) => {
            let page = ErrorPage::too_little_proof(&client.name, level);
            Ok(html(web, &Surface::Page, StatusCode::FORBIDDEN, &page))
        }
        DeviceError::NotACode => Ok(field(web, who, (StatusCode::BAD_REQUEST, typed, Some(DeviceProblem::NotACode)))),
        DeviceError::TooMany => {
            let seconds = DEVICE_TRIES_WINDOW.seconds();
            let problem = DeviceProblem::TooMany { minutes: u32::try_from(seconds / 60).unwrap_or(u32::MAX) };
            let mut response = field(web, who, (StatusCode::TOO_MANY_REQUESTS, typed, Some(problem)));
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            Ok(response)
        }
    }
}

/// The page with the field. What was typed stands in it.
fn field(web: &Web, who: &SignedIn, (status, typed, problem): (StatusCode, &str, Option<DeviceProblem>)) -> Response {
    let typed: String = typed.chars().take(LONGEST_CODE).collect();
    let person = (&who.principal.user.display_name).into();
    html(web, &Surface::Page, status, &DeviceCode { person, typed: (&typed).into(), problem })
}

/// The field takes no more.
const LONGEST_CODE: usize = 64;

/// This page with a code in its address, as the device shows it; without one that is too long to be one.
fn path(typed: &str) -> String {
    if typed.is_empty() || typed.len() > LONGEST_CODE {
        "/device".to_owned()
    } else {
        format!("/device?code={}", encode(typed))
    }
}
