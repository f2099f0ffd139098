//! `/access/{app}`: a person asks for an app that refuses them; and `/admin/requests`, where administrators answer.
//!
//! Neither tells of an app more than its refusal does, and to whoever is no administrator the second page is not there.

use super::{
    account::is_fresh,
    administering::{act, act_at, nothing},
};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{AccessRequests, AskForAccess, AskProblem, AskingNow, Href, RequestReported, RequestRow, When},
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{AccessError, Asking, AskingState, ListedRequest},
    error::InternalError,
    sessions::SignedIn,
};
use doorstep_core::{
    access::ManageGroups,
    id::{AppName, GroupName},
    model::AccessRequest,
    oauth::params::encode,
    time::Timestamp,
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

const REQUESTS: &str = "/admin/requests";
const PROVE: &str = "/login?next=/admin/requests&again=1";

/// What the page of administrators says at the top, by a code in its address.
const CODES: [(&str, RequestReported); 3] =
    [("granted", RequestReported::Granted), ("refused", RequestReported::Refused), ("gone", RequestReported::Gone)];

/// The form of `/access/{app}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    reason: String,
}

/// A question that an administrator gives access for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    user: String,
    app: String,
    group: String,
    days: Option<String>,
}

/// A question that an administrator refuses.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refuse {
    user: String,
    app: String,
}

/// `GET /access/{app}`
pub(crate) async fn ask_page(State(web): State<Arc<Web>>, visitor: Visitor, Path(app): Path<String>) -> Page {
    let Ok(app) = app.parse::<AppName>() else { return Ok(nothing(&web)) };
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, &path(&app))) };
    shown(&web, (&visitor, &who), &app, None).await
}

/// `POST /access/{app}`
pub(crate) async fn ask(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(app): Path<String>,
    Filled(typed): Filled<Reason>,
) -> Page {
    let Ok(app) = app.parse::<AppName>() else { return Ok(nothing(&web)) };
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, &path(&app))) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let own = who.own(&visitor.caller, web.instance.now())?;
    match web.instance.accounts.ask_for_access(&own, &app, &typed.reason).await {
        // The page shows how things stand.
        Ok(()) | Err(AccessError::Asked | AccessError::Inside | AccessError::ForNobody | AccessError::SignedOut) => {
            Ok(see_other(&path(&app)))
        }
        Err(AccessError::Reason) => shown(&web, (&visitor, &who), &app, Some(AskProblem::Reason)).await,
        Err(AccessError::TooMany) => shown(&web, (&visitor, &who), &app, Some(AskProblem::TooMany)).await,
        Err(AccessError::Internal(error)) => Err(error.into()),
        Err(_) => Ok(nothing(&web)),
    }
}

async fn shown(web: &Web, (visitor, who): (&Visitor, &SignedIn), name: &AppName, problem: Option<AskProblem>) -> Page {
    let now = web.instance.now();
    let Some(Asking { app, state }) = web.instance.accounts.asking(&who.own(&visitor.caller, now)?, name).await? else {
        return Ok(nothing(web));
    };
    let at = |at: Timestamp| When { at, now };
    let action = path(name);
    let asked = AskForAccess {
        app: (&app.title).into(),
        url: app.link().and_then(Href::new),
        other_account: Href::new(format!("/login?other=1&next={}", encode(&action))).unwrap_or(Href::home()),
        action: Href::new(action).unwrap_or(Href::home()),
        person: (&who.principal.user.display_name).into(),
        user_name: who.principal.user.name.as_str().into(),
        state: match state {
            AskingState::Inside => AskingNow::Inside,
            AskingState::CanAsk => AskingNow::CanAsk,
            AskingState::Asked { at: when } => AskingNow::Asked(at(when)),
            AskingState::Refused { at: when, until } => AskingNow::Refused(at(when), at(until)),
            AskingState::ForNobody => AskingNow::ForNobody,
        },
        longest: u16::try_from(AccessRequest::LONGEST_REASON).unwrap_or(u16::MAX),
        problem,
    };
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(html(web, &Surface::Page, status, &asked))
}

/// `GET /admin/requests`
pub(crate) async fn requests(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, REQUESTS)) };
    let act = match act_at(&web, (&visitor, &who), ManageGroups, REQUESTS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    let fresh = is_fresh(&web, &who).await?;
    let open = web.instance.accounts.access_requests(&act).await?;
    let now = web.instance.now();
    let told = asked.get("told");
    let reported = CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported);
    let person = (&who.principal.user.display_name).into();
    Ok(page(
        &web,
        &AccessRequests { person, rows: open.iter().map(|listed| row(listed, now)).collect(), fresh, reported },
    ))
}

fn row(listed: &ListedRequest, now: Timestamp) -> RequestRow<'_> {
    let groups: Vec<_> = listed.to_give().map(GroupName::as_str).collect();
    RequestRow {
        who: (&listed.user.display_name).into(),
        user_name: listed.user.name.as_str(),
        app: (&listed.title).into(),
        app_name: listed.request.app.as_str(),
        reason: (&listed.request.reason).into(),
        asked: When { at: listed.request.asked_at, now },
        administrators_only: groups.is_empty() && !listed.groups.is_empty(),
        groups,
    }
}

/// `POST /admin/requests/grant`
pub(crate) async fn grant(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Grant>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, REQUESTS)) };
    let act = match act_at(&web, (&visitor, &who), ManageGroups, REQUESTS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    if !is_fresh(&web, &who).await? {
        return Ok(see_other(PROVE));
    }
    // Nothing that is not offered is given by this page: `admins` is not.
    let group = sent.group.parse::<GroupName>().ok().filter(|group| group.as_str() != doorstep_core::access::ADMINS);
    let Some(group) = group else { return Ok(told(RequestReported::Gone)) };
    // What is not said is for good; what is no number is no answer.
    let days = sent.days.as_deref().filter(|days| !days.is_empty()).map(str::parse).transpose();
    let Ok(days) = days else { return Ok(told(RequestReported::Gone)) };
    let asked = (sent.user.as_str(), sent.app.as_str());
    answered(web.instance.accounts.grant_access(&act, asked, Some(&group), days).await, RequestReported::Granted)
}

/// `POST /admin/requests/refuse`
pub(crate) async fn refuse(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Refuse>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, REQUESTS)) };
    let act = match act_at(&web, (&visitor, &who), ManageGroups, REQUESTS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    if !is_fresh(&web, &who).await? {
        return Ok(see_other(PROVE));
    }
    let asked = (sent.user.as_str(), sent.app.as_str());
    answered(web.instance.accounts.refuse_access(&act, asked).await, RequestReported::Refused)
}

fn answered<T>(result: Result<T, AccessError>, done: RequestReported) -> Page {
    match result {
        Ok(_) => Ok(told(done)),
        Err(AccessError::Internal(error)) => Err(error.into()),
        // Somebody was quicker, or the app lets other groups in by now.
        Err(_) => Ok(told(RequestReported::Gone)),
    }
}

fn told(what: RequestReported) -> Response {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    see_other(&format!("{REQUESTS}?told={code}"))
}

/// How many questions wait for this person's answer: none for whoever is no administrator.
pub(super) async fn waiting(web: &Web, visitor: &Visitor, who: &SignedIn) -> Result<usize, InternalError> {
    match act(web, visitor, who, ManageGroups) {
        Some(act) => Ok(web.instance.accounts.access_requests(&act).await?.len()),
        None => Ok(0),
    }
}

fn path(app: &AppName) -> String {
    format!("/access/{app}")
}
