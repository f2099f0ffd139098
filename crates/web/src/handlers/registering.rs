//! `/join`: somebody new asks for an account, where that is switched on; and `/admin/registrations`, where administrators
//! answer.
//!
//! The answer to the form says nothing of accounts, and nothing is looked up before it is given (security row 82). A mailed
//! link does nothing by being opened; its button does.

use super::{
    account::{Nothing, is_fresh},
    administering::{act, act_at},
    household::address_key,
    recovery_by_mail::too_many,
};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{
        AskByMailProblem, NotFound, Register, RegisterLink, RegisterWaits, RegistrationReported, RegistrationRow,
        Registrations, Text, When,
    },
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{accounts::RegisterError, cache::Limited, error::InternalError, sessions::SignedIn};
use doorstep_core::{
    access::{ManageUsers, Registering, Registration as Open},
    id::RegistrationId,
    model::Registration,
    secret::{Token, TokenKind},
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

const REQUESTS: &str = "/admin/registrations";
const PROVE: &str = "/login?next=/admin/registrations&again=1";

/// What the page of administrators says at the top, by a code in its address.
const CODES: [(&str, RegistrationReported); 4] = [
    ("granted", RegistrationReported::Granted),
    ("refused", RegistrationReported::Refused),
    ("gone", RegistrationReported::Gone),
    ("taken", RegistrationReported::Taken),
];

/// Whether the sign-in page offers it, and whether an administrator answers.
pub(super) fn offered(web: &Web) -> Option<bool> {
    web.instance.accounts.registering().map(|terms| terms.open == Open::Approval)
}

/// `GET /join`
pub(crate) async fn register(State(web): State<Arc<Web>>) -> Page {
    Ok(shown(&web, (StatusCode::OK, None), ("", false)))
}

fn shown(
    web: &Web,
    (status, problem): (StatusCode, Option<AskByMailProblem>),
    (typed, is_asked): (&str, bool),
) -> Response {
    let Some(terms) = web.instance.accounts.registering() else { return off(web) };
    let live = web.instance.context.settings.live();
    let page = Register {
        instance: live.name.as_str().into(),
        approval: terms.open == Open::Approval,
        domains: terms.domains.iter().map(Text::from).collect(),
        typed: typed.trim().into(),
        is_asked,
        problem,
    };
    html(web, &Surface::Page, status, &page)
}

fn off(web: &Web) -> Response {
    html(web, &Surface::Page, StatusCode::NOT_FOUND, &NotFound)
}

/// The address, as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    email: String,
}

/// `POST /join`
pub(crate) async fn ask(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let network = address_key(visitor.ip);
    let (status, problem) = match web.instance.accounts.ask_for_account(&sent.email, &network, &visitor.caller).await {
        Ok(()) => return Ok(shown(&web, (StatusCode::OK, None), (&sent.email, true))),
        Err(RegisterError::Internal(error)) => return Err(error.into()),
        Err(RegisterError::Email) => (StatusCode::UNPROCESSABLE_ENTITY, AskByMailProblem::NotAnAddress),
        Err(RegisterError::Domain) => (StatusCode::UNPROCESSABLE_ENTITY, AskByMailProblem::Domain),
        Err(RegisterError::TooMany) => {
            let problem = (StatusCode::TOO_MANY_REQUESTS, Some(AskByMailProblem::TooMany));
            return Ok(too_many(shown(&web, problem, (&sent.email, false))));
        }
        Err(_) => return Ok(off(&web)),
    };
    Ok(shown(&web, (status, Some(problem)), (&sent.email, false)))
}

/// What a link is for; it is counted where it opens nothing.
async fn opened(
    web: &Web,
    visitor: &Visitor,
    link: &str,
) -> Result<Option<(Token, Registration, Registering)>, respond::Failure> {
    web.instance.allowances.take(Limited::Link, &visitor.source)?;
    let Some(token) = Token::parse(TokenKind::Register, link) else { return Ok(None) };
    let found = web.instance.accounts.registration_of(&token).await?;
    if found.is_some() {
        web.instance.allowances.give_back(Limited::Link, &visitor.source);
    }
    Ok(found.map(|(asked, terms)| (token, asked, terms)))
}

/// `GET /join/{token}`
pub(crate) async fn link_page(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    let Some((_, asked, terms)) = opened(&web, &visitor, &link).await? else { return Ok(ended(&web)) };
    Ok(asking(&web, (&asked, &terms, &link), ("", ""), None))
}

fn asking(
    web: &Web,
    (asked, terms, link): (&Registration, &Registering, &str),
    (person, reason): (&str, &str),
    problem: Option<AskByMailProblem>,
) -> Response {
    let live = web.instance.context.settings.live();
    let page = RegisterLink {
        instance: live.name.as_str().into(),
        email: (&asked.email).into(),
        approval: terms.open == Open::Approval,
        link,
        person: person.into(),
        reason: reason.into(),
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html(web, &Surface::SecretForm, status, &page)
}

/// One answer for every link that does not open.
fn ended(web: &Web) -> Response {
    let live = web.instance.context.settings.live();
    let page = RegisterWaits { instance: live.name.as_str().into(), waits: false };
    html(web, &Surface::SecretPage, StatusCode::GONE, &page)
}

/// The button of the link's page; where an administrator answers, with what they read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GoOn {
    link: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    reason: String,
}

/// `POST /join/go-on`
pub(crate) async fn press(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<GoOn>) -> Page {
    let Some((token, asked, terms)) = opened(&web, &visitor, &sent.link).await? else { return Ok(ended(&web)) };
    let accounts = &web.instance.accounts;
    let done = if terms.open == Open::Approval {
        accounts.ask_administrators(&token, (&sent.person, &sent.reason), &visitor.caller).await.map(|()| None)
    } else {
        accounts.go_on_registering(&token, &visitor.caller).await.map(Some)
    };
    match done {
        Ok(Some(invitation)) => Ok(see_other(&invitation)),
        Ok(None) => {
            let live = web.instance.context.settings.live();
            Ok(page(&web, &RegisterWaits { instance: live.name.as_str().into(), waits: true }))
        }
        Err(RegisterError::Internal(error)) => Err(error.into()),
        Err(RegisterError::Words) => {
            let problem = Some(AskByMailProblem::Words);
            Ok(asking(&web, (&asked, &terms, &sent.link), (&sent.person, &sent.reason), problem))
        }
        Err(_) => Ok(ended(&web)),
    }
}

/// `GET /admin/registrations`
pub(crate) async fn requests(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, REQUESTS)) };
    let act = match act_at(&web, (&visitor, &who), ManageUsers, REQUESTS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    let waiting = web.instance.accounts.registrations(&act).await?;
    let (now, told) = (web.instance.now(), asked.get("told"));
    let terms = web.instance.accounts.registering().unwrap_or_default();
    let row = |asked: &'_ Registration| asked.waits_since.unwrap_or(asked.asked_at);
    let shown = Registrations {
        person: (&who.principal.user.display_name).into(),
        rows: waiting
            .iter()
            .map(|asked| RegistrationRow {
                id: asked.id.as_str(),
                who: (&asked.person).into(),
                email: (&asked.email).into(),
                reason: (&asked.reason).into(),
                since: When { at: row(asked), now },
            })
            .collect(),
        groups: terms.groups.iter().map(|group| group.as_str().into()).collect(),
        fresh: is_fresh(&web, &who).await?,
        reported: CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported),
    };
    Ok(page(&web, &shown))
}

/// `POST /admin/registrations/{id}/approve`
pub(crate) async fn approve(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<RegistrationId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    answer(&web, &visitor, (&id, true)).await
}

/// `POST /admin/registrations/{id}/refuse`
pub(crate) async fn refuse(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<RegistrationId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    answer(&web, &visitor, (&id, false)).await
}

async fn answer(web: &Arc<Web>, visitor: &Visitor, (id, yes): (&RegistrationId, bool)) -> Page {
    let Some(who) = visitor.signed_in(web).await? else { return Ok(respond::to_sign_in(visitor, REQUESTS)) };
    let act = match act_at(web, (visitor, &who), ManageUsers, REQUESTS).await? {
        Ok(act) => act,
        Err(instead) => return Ok(instead),
    };
    if !is_fresh(web, &who).await? {
        return Ok(see_other(PROVE));
    }
    let accounts = &web.instance.accounts;
    let done = if yes {
        accounts.grant_registration(&act, id).await.map(|_| RegistrationReported::Granted)
    } else {
        accounts.refuse_registration(&act, id).await.map(|_| RegistrationReported::Refused)
    };
    let told = match done {
        Ok(reported) => reported,
        Err(RegisterError::Internal(error)) => return Err(error.into()),
        Err(RegisterError::Taken) => RegistrationReported::Taken,
        Err(_) => RegistrationReported::Gone,
    };
    let code = CODES.iter().find(|(_, reported)| *reported == told).map_or("", |(code, _)| *code);
    Ok(see_other(&format!("{REQUESTS}?told={code}")))
}

/// How many wait for this person's answer: none for whoever is no administrator.
pub(super) async fn waiting(web: &Web, visitor: &Visitor, who: &SignedIn) -> Result<usize, InternalError> {
    match act(web, visitor, who, ManageUsers) {
        Some(act) if web.instance.accounts.registering().is_some() => {
            Ok(web.instance.accounts.registrations(&act).await?.len())
        }
        _ => Ok(0),
    }
}
