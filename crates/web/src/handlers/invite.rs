//! `/invite/{token}`: somebody new makes an account with an invitation, and is led to the app that they were invited to.
//!
//! Opening the page uses nothing up, and neither does whoever is signed in already. As with links, the secret stands in
//! the page's address, so the page tells nobody where it was (security row 110).

use super::{
    ceremony::{self, Refusal},
    enrol::{bound, counted},
    login::begin,
    offered::offers,
};
use crate::{
    extract::{Filled, SentJson, Visitor},
    headers::Surface,
    pages::{
        ErrorPage, Href, InviteProblem, InviteWords, Invited, InvitedAlready, InvitedPassword, NewcomerFields, NotFound,
    },
    respond::{Failure, Page, bind, browser_of, go_on, html, see_other, to_sign_in},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{EnrolError, EnrolmentAnswer, Joined, NewPerson, OpenInvite, PasswordEnrolment},
    cache::Limited,
    password::MIN_PASSWORD_LEN,
    sessions::SignedIn,
};
use doorstep_core::{
    access::lets_in,
    id::{AppName, ChallengeId},
    model::{App, UserName},
    secret::{Secret, Token, TokenKind},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// `GET /invite/{token}`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, Path(invite): Path<String>) -> Page {
    let Some(open) = open(&web, &visitor, &invite).await? else { return Ok(ended(&web)) };
    if let Some(who) = visitor.signed_in(&web).await? {
        return Ok(already(&web, &open, &who));
    }
    let live = web.instance.context.settings.live();
    let words = words(&open, live.name.as_str(), &invite);
    let nothing = NewPerson::default();
    let offered = web.instance.accounts.offered_upstreams(true);
    let page =
        Invited { words, fields: fields(&open, &nothing), passwords: live.passwords, upstreams: offers(&offered) };
    Ok(bound(&web, &visitor, html(&web, &Surface::SecretPage, StatusCode::OK, &page)))
}

pub(super) async fn open(web: &Web, visitor: &Visitor, invite: &str) -> Result<Option<OpenInvite>, Failure> {
    let opening = async {
        let token = Token::parse(TokenKind::Invite, invite).ok_or(EnrolError::LinkGone)?;
        web.instance.accounts.open_invite(&token).await
    };
    counted(web, visitor, opening).await
}

/// One answer for every invitation that does not open.
pub(super) fn ended(web: &Web) -> Response {
    html(web, &Surface::SecretPage, StatusCode::GONE, &ErrorPage::invitation_ended())
}

/// To whoever has an account: an invitation gives nobody further groups.
pub(super) fn already(web: &Web, open: &OpenInvite, who: &SignedIn) -> Response {
    let app = open.app.as_ref().filter(|app| lets_in(app, &who.principal.groups));
    let page = InvitedAlready {
        app: app.and_then(|app| Some(((&app.title).into(), Href::new(app.link()?)?))),
        person: (&who.principal.user.display_name).into(),
        user_name: who.principal.user.name.as_str().into(),
    };
    html(web, &Surface::SecretPage, StatusCode::OK, &page)
}

pub(super) fn words<'a>(open: &'a OpenInvite, instance: &'a str, invite: &'a str) -> InviteWords<'a> {
    let app = open.app.as_ref().map(|app| (&app.title).into());
    InviteWords { instance: instance.into(), app, label: (&open.invite.label).into(), invite }
}

pub(super) fn fields<'a>(open: &'a OpenInvite, typed: &'a NewPerson) -> NewcomerFields<'a> {
    NewcomerFields {
        name: (&typed.display_name).into(),
        user_name: (&typed.name).into(),
        email: (&typed.email).into(),
        given: open.invite.email.as_ref().map(Into::into),
    }
}

/// The fields of the page's form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begin {
    invite: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    email: String,
}

/// `POST /invite/options`
pub(crate) async fn options(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<Begin>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let invite = Token::parse(TokenKind::Invite, &sent.invite).ok_or(EnrolError::LinkGone)?;
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    require_nobody(&web, &visitor).await?;
    let typed = typed(sent.user_name, sent.display_name, sent.email);
    let begun = web.instance.accounts.begin_invited(&browser, &invite, &typed).await?;
    let mut response = ceremony::options(&begun);
    bind(&mut response, &browser);
    Ok(response)
}

/// Somebody may have signed in since the page was opened.
async fn require_nobody(web: &Web, visitor: &Visitor) -> Result<(), Refusal> {
    if visitor.signed_in(web).await?.is_some() { Err(Refusal::for_somebody_new()) } else { Ok(()) }
}

pub(super) fn typed(name: String, display_name: String, email: String) -> NewPerson {
    NewPerson { name, display_name, email, ..NewPerson::default() }
}

/// The fields again, which were kept from the first step, and the browser's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finish {
    invite: String,
    #[serde(default, rename = "display_name")]
    _display_name: String,
    #[serde(default, rename = "user_name")]
    _user_name: String,
    #[serde(default, rename = "email")]
    _email: String,
    challenge_id: ChallengeId,
    credential: Value,
}

/// `POST /invite`
pub(crate) async fn finish(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<Finish>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let invite = Token::parse(TokenKind::Invite, &sent.invite).ok_or(EnrolError::LinkGone)?;
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    require_nobody(&web, &visitor).await?;
    let (who, answered) =
        ((&browser, visitor.session.as_ref()), EnrolmentAnswer::new(&sent.challenge_id, &sent.credential));
    let joined = web.instance.accounts.finish_invited(who, &invite, answered, &visitor.caller).await?;
    // This, and the beginning of it.
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    let mut response = ceremony::next(&place_of(&joined));
    begin(&mut response, &joined.session, &visitor);
    Ok(response)
}

/// Where somebody goes on who has joined: a path of ours, which leads to the app.
fn place_of(joined: &Joined) -> String {
    joined.app.as_ref().map_or_else(|| "/".to_owned(), |app| format!("/invite/to/{}", app.name))
}

/// `GET /invite/to/{app}`: to an app that the person may use, or to the portal.
pub(crate) async fn lead_on(State(web): State<Arc<Web>>, visitor: Visitor, Path(app): Path<String>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(to_sign_in(&visitor, "/")) };
    let Ok(name) = app.parse::<AppName>() else { return Ok(see_other("/")) };
    let app = web.instance.accounts.app_open_to(&who, &name).await?;
    Ok(see_other(app.as_ref().and_then(App::link).unwrap_or("/")))
}

/// What the form with a password sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    invite: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    email: String,
    password: String,
}

/// `GET /invite/{token}/password`
pub(crate) async fn password_page(State(web): State<Arc<Web>>, visitor: Visitor, Path(invite): Path<String>) -> Page {
    if !web.instance.context.settings.live().passwords {
        return Ok(no_passwords(&web));
    }
    let Some(open) = open(&web, &visitor, &invite).await? else { return Ok(ended(&web)) };
    match visitor.signed_in(&web).await? {
        Some(who) => Ok(already(&web, &open, &who)),
        None => Ok(shown(&web, (&open, &invite), &NewPerson::default(), StatusCode::OK, None)),
    }
}

fn shown(
    web: &Web,
    (open, invite): (&OpenInvite, &str),
    typed: &NewPerson,
    status: StatusCode,
    problem: Option<InviteProblem>,
) -> Response {
    let live = web.instance.context.settings.live();
    let page = InvitedPassword {
        words: words(open, live.name.as_str(), invite),
        fields: fields(open, typed),
        shortest: u16::try_from(MIN_PASSWORD_LEN).unwrap_or(u16::MAX),
        problem,
    };
    html(web, &Surface::SecretForm, status, &page)
}

fn no_passwords(web: &Web) -> Response {
    html(web, &Surface::SecretPage, StatusCode::NOT_FOUND, &NotFound)
}

/// `POST /invite/password`
pub(crate) async fn set_password(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Sent>) -> Page {
    let Some(invite) = Token::parse(TokenKind::Invite, &sent.invite) else { return Ok(ended(&web)) };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    if let Some(who) = visitor.signed_in(&web).await? {
        let open = open(&web, &visitor, &sent.invite).await?;
        return Ok(open.map_or_else(|| ended(&web), |open| already(&web, &open, &who)));
    }
    let about = typed(sent.user_name, sent.display_name, sent.email);
    let enrolment =
        PasswordEnrolment { about: about.clone(), password: Secret::new(sent.password), drop_earlier: false };
    let with = (&invite, visitor.session.as_ref());
    let problem = match web.instance.accounts.join_with_password(with, enrolment, &visitor.caller).await {
        Ok(joined) => {
            web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
            return Ok(gone_on(&web, &visitor, &joined));
        }
        Err(error) => error,
    };
    let (status, problem) = match problem {
        EnrolError::Internal(error) => return Err(error.into()),
        EnrolError::NoPasswords => return Ok(no_passwords(&web)),
        EnrolError::Busy => (StatusCode::SERVICE_UNAVAILABLE, InviteProblem::Busy),
        EnrolError::Name(_) if about.name.parse::<UserName>().is_err() => {
            (StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::NoUserName)
        }
        EnrolError::Name(_) => (StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::UserName),
        EnrolError::Email => (StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::Email),
        EnrolError::InvitedEmail => (StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::GivenEmail),
        EnrolError::Unfit => (StatusCode::UNPROCESSABLE_ENTITY, InviteProblem::Password),
        _ => return Ok(ended(&web)),
    };
    match open(&web, &visitor, &sent.invite).await? {
        // What was typed stays in the fields.
        Some(open) => Ok(shown(&web, (&open, &sent.invite), &about, status, Some(problem))),
        None => Ok(ended(&web)),
    }
}

/// A form whose outcome lies at an app answers with a page that goes on (ADR 7).
pub(super) fn gone_on(web: &Web, visitor: &Visitor, joined: &Joined) -> Response {
    let next = place_of(joined);
    let mut response = match &joined.app {
        Some(app) => go_on(web, &next, Some(&app.title)),
        None => see_other(&next),
    };
    begin(&mut response, &joined.session, visitor);
    response
}
