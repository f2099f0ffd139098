//! Going to an upstream and coming back: `/login/upstream/{name}` with its callback, `/account/upstreams/{name}`,
//! `/account/identities/{id}/remove`.
//!
//! A form goes on by a page, because its way leads to another host (ADR 7). The answer comes by a GET of the upstream's:
//! what it belongs to is known by the login cookie of the browser that set out, and by nothing else.

use super::{
    account::{self, Nothing, own},
    invite,
    login::{begin, destination},
};
use crate::{
    extract::{Asked, Filled, OwnPath, Visitor},
    headers::Surface,
    pages::{ErrorPage, Href, Message, NotFound},
    respond::{self, Page, bind, browser_of, error_page, go_on, html, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{AccountError, CameBack, Comer, EnrolError},
    cache::Limited,
    upstreams::UpstreamError,
};
use doorstep_core::{
    id::{InteractionId, LinkedId},
    upstream::{
        UpstreamName,
        answer::{Answer, BadAnswer},
        decide::NoAccount,
    },
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// What the form of the sign-in page says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Going {
    #[serde(default)]
    interaction: Option<InteractionId>,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    again: Option<String>,
}

/// `POST /login/upstream/{name}`
pub(crate) async fn go(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Filled(sent): Filled<Going>,
) -> Page {
    let Ok(name) = name.parse() else { return Ok(not_here(&web)) };
    let browser = browser_of(&web, &visitor);
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let next = sent.next.as_deref().and_then(OwnPath::read);
    let then = destination(sent.interaction.as_ref(), next.as_ref());
    let there = web.instance.accounts.sign_in_at((&name, &browser), then, sent.again.is_some()).await;
    let mut response = led(&web, &name, there).await?;
    bind(&mut response, &browser);
    Ok(response)
}

/// `POST /account/upstreams/{name}`
pub(crate) async fn link(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(name): Path<String>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, account::ACCOUNT));
    };
    let Ok(name) = name.parse() else { return Ok(not_here(&web)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let browser = browser_of(&web, &visitor);
    let there = web.instance.accounts.begin_linking(&own(&web, &visitor, &who)?, (&name, &browser)).await;
    let mut response = led(&web, &name, there).await?;
    bind(&mut response, &browser);
    Ok(response)
}

/// `POST /account/identities/{id}/remove`
pub(crate) async fn unlink(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<LinkedId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, account::ACCOUNT));
    };
    let removed = web.instance.accounts.unlink(&own(&web, &visitor, &who)?, &id).await;
    account::after(removed.map(|()| account::tell(account::code::IDENTITY_REMOVED, "")))
}

/// On the way, or what stands in it.
pub(super) async fn led(web: &Web, name: &UpstreamName, there: Result<String, UpstreamError>) -> Page {
    match there {
        Ok(there) => Ok(go_on(web, &there, Some(&label(web, name)))),
        Err(error) => refused(web, name, error).await,
    }
}

/// What the upstream is called; its name once it is not set up any more.
pub(super) fn label(web: &Web, name: &UpstreamName) -> String {
    let offered = web.instance.accounts.offered_upstreams(false);
    offered.into_iter().find(|(offered, _)| offered == name).map_or_else(|| name.to_string(), |(_, label)| label)
}

/// `GET /login/upstream/{name}/callback`
pub(crate) async fn callback(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(name): Path<String>,
    asked: Asked,
) -> Page {
    let Ok(name) = name.parse::<UpstreamName>() else { return Ok(not_here(&web)) };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let (browser, who) = (browser_of(&web, &visitor), visitor.signed_in(&web).await?);
    let answer = Answer { code: asked.get("code"), iss: asked.get("iss"), error: asked.get("error") };
    let comer = Comer { browser: &browser, previous: visitor.session.as_ref(), who: who.as_ref() };
    let state = asked.get("state").unwrap_or_default();
    let came = match web.instance.accounts.come_back(&name, (state, answer), &comer, &visitor.caller).await {
        Ok(came) => came,
        Err(error) => return refused(&web, &name, error).await,
    };
    // This, and the beginning of it.
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    Ok(match came {
        CameBack::SignedIn { session, then } => {
            let mut response = see_other(&then);
            begin(&mut response, &session, &visitor);
            response
        }
        CameBack::Linked(id) => see_other(&account::tell(account::code::IDENTITY_ADDED, id.as_str())),
        CameBack::Joined(joined) => invite::gone_on(&web, &visitor, &joined),
    })
}

fn not_here(web: &Web) -> Response {
    html(web, &Surface::Page, StatusCode::NOT_FOUND, &NotFound)
}

/// The page for somebody whose sign-in came to nothing, with what to do; the rest is kept under a reference.
pub(super) async fn refused(web: &Web, name: &UpstreamName, error: UpstreamError) -> Page {
    let label = label(web, name);
    let (status, title, what, next) = match error {
        UpstreamError::Internal(error)
        | UpstreamError::Own(AccountError::Internal(error))
        | UpstreamError::Enrol(EnrolError::Internal(error)) => return Err(error.into()),
        UpstreamError::TooOften(too_many) => return Err(too_many.into()),
        UpstreamError::Own(_) => return Ok(see_other(account::PROVE)),
        UpstreamError::NotSetUp => return Ok(not_here(web)),
        UpstreamError::Enrol(_) => {
            return Ok(html(web, &Surface::SecretPage, StatusCode::GONE, &ErrorPage::invitation_ended()));
        }
        ref error => words(error, &label),
    };
    let reference = web.instance.refusals.keep(error.report(name)).await;
    let page =
        ErrorPage { at_app: false, title, what, next, operator: None, back: Some((Href::home(), "sign-in".into())) };
    Ok(error_page(web, status, &page, reference.as_deref()))
}

type Words = (StatusCode, Message, Message, Message);

const PASSKEY: &str = "upstream-passkey-next";

fn words(error: &UpstreamError, label: &str) -> Words {
    let there = |key: &'static str| Message::from(key).name("provider", label);
    match error {
        UpstreamError::Account(why) => no_account(*why, label),
        UpstreamError::NotActive => (
            StatusCode::FORBIDDEN,
            "upstream-disabled-title".into(),
            there("upstream-disabled"),
            "upstream-disabled-next".into(),
        ),
        UpstreamError::NotFresh => (
            StatusCode::FORBIDDEN,
            there("upstream-not-fresh-title"),
            "upstream-not-fresh".into(),
            "upstream-not-fresh-next".into(),
        ),
        UpstreamError::Answer(BadAnswer::Stopped) => {
            (StatusCode::BAD_REQUEST, there("upstream-stopped-title"), "upstream-stopped".into(), PASSKEY.into())
        }
        UpstreamError::Gone => {
            (StatusCode::BAD_REQUEST, "error-sign-in-unreadable-title".into(), "upstream-gone".into(), PASSKEY.into())
        }
        UpstreamError::EnrolsNobody => (
            StatusCode::FORBIDDEN,
            there("upstream-enrols-nobody-title"),
            "upstream-enrols-nobody".into(),
            "upstream-enrols-nobody-next".into(),
        ),
        UpstreamError::Unreachable(_) | UpstreamError::Metadata(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            there("upstream-unreachable-title"),
            "upstream-unreachable".into(),
            PASSKEY.into(),
        ),
        _ => (StatusCode::BAD_REQUEST, there("upstream-refused-title"), "upstream-refused".into(), PASSKEY.into()),
    }
}

fn no_account(why: NoAccount, label: &str) -> Words {
    let there = |key: &'static str| Message::from(key).name("provider", label);
    match why {
        NoAccount::Unknown => (
            StatusCode::FORBIDDEN,
            there("upstream-no-account-title"),
            there("upstream-no-account"),
            "upstream-no-account-next".into(),
        ),
        NoAccount::SomebodyElses => (
            StatusCode::CONFLICT,
            there("upstream-somebody-elses-title"),
            "upstream-somebody-elses".into(),
            "upstream-somebody-elses-next".into(),
        ),
        NoAccount::IsKnown => {
            (StatusCode::CONFLICT, "upstream-known-title".into(), there("upstream-known"), "upstream-known-next".into())
        }
    }
}
