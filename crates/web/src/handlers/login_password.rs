//! `POST /login` with user name and password, and `POST /login/code` with what an authenticator app shows, where the account
//! has one.
//!
//! The question for a code is the answer to the form before, at no address of its own: whoever reloads it sends the password
//! again. It works without script.

use super::{
    household::address_key,
    login::{Door, begin, destination, door_page, request_door, uncount},
};
use crate::{
    extract::{Filled, OwnPath, Visitor},
    headers::Surface,
    pages::{CodeProblem, Href, SignInCode, SignInProblem},
    respond::{self, Page, bind, browser_of, go_on, html, see_other},
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::{
    accounts::{CodeError, PasswordForm, PasswordSignIn, SignInError, TRIES_WINDOW},
    sessions::NewSession,
};
use doorstep_core::{
    id::{ChallengeId, InteractionId},
    oauth::params::encode,
    secret::Secret,
    time::Ttl,
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use std::sync::Arc;

/// The password form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSent {
    #[serde(default)]
    interaction: Option<InteractionId>,
    #[serde(default)]
    next: Option<String>,
    user_name: String,
    password: String,
}

/// `POST /login`
pub(crate) async fn password(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(sent): Filled<PasswordSent>,
) -> Page {
    let browser = browser_of(&web, &visitor);
    let (password, typed) = (Secret::new(sent.password), sent.user_name);
    let next = sent.next.as_deref().and_then(OwnPath::read);
    let mut door = Door { next, ..Door::default() };
    if let Some(id) = &sent.interaction {
        door = request_door(&web, id, &browser).await?;
    }
    if typed.trim().is_empty() || password.expose().is_empty() {
        let problem = Some(SignInProblem::Incomplete);
        return Ok(door_page(&web, StatusCode::BAD_REQUEST, &Door { typed, problem, ..door }).await);
    }
    let form = PasswordForm { name: typed.clone(), password, address_key: address_key(visitor.ip) };
    let previous = visitor.session.as_ref();
    let mut response = match web.instance.accounts.password_sign_in((form, &browser), previous, &visitor.caller).await {
        Ok(PasswordSignIn::In(session)) => signed_in(&web, &visitor, &door, &session),
        Ok(PasswordSignIn::CodeWanted(challenge)) => code_page(&web, StatusCode::OK, &door, (&challenge, None)),
        Err(error) => refused(&web, error, Door { typed, ..door }).await?,
    };
    bind(&mut response, &browser);
    Ok(response)
}

/// On to where the sign-in was for.
fn signed_in(web: &Web, visitor: &Visitor, door: &Door, session: &NewSession) -> Response {
    let next = destination(door.interaction.as_ref(), door.next.as_ref());
    let mut response = go_on(web, &next, door.app.as_deref());
    uncount(web, visitor, door.interaction.is_some());
    begin(&mut response, session, visitor);
    response
}

/// Where the sign-in begins again, with where it is for.
fn from_the_beginning(door: &Door) -> String {
    match (&door.interaction, &door.next) {
        (Some(id), _) => format!("/login?i={id}"),
        (None, Some(next)) => format!("/login?next={}", encode(next.as_str())),
        (None, None) => "/login".to_owned(),
    }
}

fn code_page(
    web: &Web,
    status: StatusCode,
    door: &Door,
    (challenge, problem): (&ChallengeId, Option<CodeProblem>),
) -> Response {
    let live = web.instance.context.settings.live();
    let page = SignInCode {
        app: door.app.as_ref().map(Into::into),
        instance: live.name.as_str().into(),
        challenge: challenge.as_str(),
        interaction: door.interaction.as_ref().map(InteractionId::as_str),
        next: door.next.as_ref().map(OwnPath::as_str),
        problem,
        with_a_passkey: Href::new(from_the_beginning(door)).unwrap_or(Href::home()),
    };
    html(web, &Surface::Page, status, &page)
}

/// The form for a code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeSent {
    #[serde(default)]
    interaction: Option<InteractionId>,
    #[serde(default)]
    next: Option<String>,
    challenge: ChallengeId,
    code: String,
}

/// `POST /login/code`
pub(crate) async fn code(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<CodeSent>) -> Page {
    let browser = browser_of(&web, &visitor);
    let next = sent.next.as_deref().and_then(OwnPath::read);
    let door = match &sent.interaction {
        Some(id) => request_door(&web, id, &browser).await?,
        None => Door { next, ..Door::default() },
    };
    let answered = (&sent.challenge, sent.code.as_str());
    let previous = visitor.session.as_ref();
    let entered = web.instance.accounts.finish_with_code(&browser, answered, previous, &visitor.caller).await;
    let mut response = match entered {
        Ok(session) => signed_in(&web, &visitor, &door, &session),
        Err(CodeError::Internal(error)) => return Err(error.into()),
        Err(CodeError::Gone) => see_other(&from_the_beginning(&door)),
        Err(CodeError::Wrong(again)) => {
            code_page(&web, StatusCode::BAD_REQUEST, &door, (&again, Some(CodeProblem::Wrong)))
        }
        Err(CodeError::ClockWrong(again)) => {
            code_page(&web, StatusCode::BAD_REQUEST, &door, (&again, Some(CodeProblem::ClockWrong)))
        }
        Err(CodeError::TooMany(wait)) => too_many_codes(&web, door, wait).await,
        Err(CodeError::NotActive) => {
            door_page(&web, StatusCode::FORBIDDEN, &Door { problem: Some(SignInProblem::Disabled), ..door }).await
        }
    };
    bind(&mut response, &browser);
    Ok(response)
}

/// Security row 89: the sign-in begins again, and later.
async fn too_many_codes(web: &Web, door: Door, wait: Ttl) -> Response {
    let minutes = u32::try_from(wait.seconds() / 60).unwrap_or(u32::MAX);
    let problem = Some(SignInProblem::TooManyCodes { minutes });
    let mut response = door_page(web, StatusCode::TOO_MANY_REQUESTS, &Door { problem, ..door }).await;
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.seconds()));
    response
}

/// The page again, with what went wrong. Security row 82: whether there is such an account
/// is said to nobody who has not proved that it is theirs.
async fn refused(web: &Web, error: SignInError, door: Door) -> Page {
    let minutes = u32::try_from(TRIES_WINDOW.seconds() / 60).unwrap_or(5);
    let (status, problem, wait) = match error {
        SignInError::Internal(error) => return Err(error.into()),
        SignInError::TooOften(too_many) => return Err(too_many.into()),
        SignInError::TooMany => {
            (StatusCode::TOO_MANY_REQUESTS, SignInProblem::TooMany { minutes }, Some(TRIES_WINDOW.seconds()))
        }
        SignInError::Busy => (StatusCode::SERVICE_UNAVAILABLE, SignInProblem::Busy, Some(5)),
        SignInError::PasswordsOff => {
            return Ok(respond::html(web, &Surface::Page, StatusCode::NOT_FOUND, &crate::pages::NotFound));
        }
        SignInError::NotActive => (StatusCode::FORBIDDEN, SignInProblem::Disabled, None),
        SignInError::WrongPassword
        | SignInError::UnknownPasskey
        | SignInError::Raced
        | SignInError::Challenge(_)
        | SignInError::Ceremony(_) => (StatusCode::BAD_REQUEST, SignInProblem::NameOrPassword, None),
    };
    let mut response = door_page(web, status, &Door { problem: Some(problem), ..door }).await;
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}
