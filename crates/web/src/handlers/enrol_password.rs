//! A link that opens once, with a password in place of a passkey: plain forms, where passwords are switched on.

use super::{
    enrol::{about, link_ended, open, welcome_of},
    login::begin,
};
use crate::{
    extract::{Filled, Visitor},
    headers::Surface,
    pages::{About, EnrolPassword, EnrolProblem, NotFound},
    respond::{Page, html, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{EnrolError, NewPerson, OpenLink, PasswordEnrolment},
    cache::Limited,
    password::MIN_PASSWORD_LEN,
};
use doorstep_core::{
    model::{LinkPurpose, User},
    secret::{Secret, Token, TokenKind},
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// What the form sends; the user name is there for password managers.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    link: String,
    #[serde(default, rename = "user_name")]
    _user_name: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    drop_earlier: Option<String>,
    password: String,
}

/// `GET /enrol/{token}/password`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    if !web.instance.context.settings.live().passwords {
        return Ok(html(&web, &Surface::SecretPage, StatusCode::NOT_FOUND, &NotFound));
    }
    match open(&web, &visitor, &link).await? {
        Some(OpenLink { purpose, user: Some(user) }) if purpose.takes_a_password() => {
            Ok(shown(&web, (purpose, &user, &link), about(&user), StatusCode::OK, None))
        }
        _ => Ok(link_ended(&web)),
    }
}

fn shown(
    web: &Web,
    (purpose, user, link): (LinkPurpose, &User, &str),
    about: About<'_>,
    status: StatusCode,
    problem: Option<EnrolProblem>,
) -> Response {
    let live = web.instance.context.settings.live();
    let page = EnrolPassword {
        instance: live.name.as_str().into(),
        welcome: welcome_of(purpose),
        person: (&user.display_name).into(),
        user_name: user.name.as_str().into(),
        link,
        about,
        shortest: u16::try_from(MIN_PASSWORD_LEN).unwrap_or(u16::MAX),
        problem,
    };
    html(web, &Surface::SecretForm, status, &page)
}

/// `POST /enrol/password`
pub(crate) async fn set(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Sent>) -> Page {
    let Some(link) = Token::parse(TokenKind::Link, &sent.link) else { return Ok(link_ended(&web)) };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let (name, email) = (sent.display_name.unwrap_or_default(), sent.email.unwrap_or_default());
    let enrolment = PasswordEnrolment {
        about: NewPerson { display_name: name.clone(), email: email.clone(), ..NewPerson::default() },
        password: Secret::new(sent.password),
        drop_earlier: sent.drop_earlier.is_some(),
    };
    let previous = visitor.session.as_ref();
    let enrolled = web.instance.accounts.enrol_with_password((&link, previous), enrolment, &visitor.caller).await;
    let (status, problem) = match enrolled {
        Ok(session) => {
            web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
            let mut response = see_other("/");
            begin(&mut response, &session, &visitor);
            return Ok(response);
        }
        Err(EnrolError::Internal(error)) => return Err(error.into()),
        Err(EnrolError::NoPasswords) => {
            return Ok(html(&web, &Surface::SecretPage, StatusCode::NOT_FOUND, &NotFound));
        }
        Err(EnrolError::Email) => (StatusCode::UNPROCESSABLE_ENTITY, EnrolProblem::Email),
        Err(EnrolError::Unfit) => (StatusCode::UNPROCESSABLE_ENTITY, EnrolProblem::Password),
        Err(EnrolError::Busy) => (StatusCode::SERVICE_UNAVAILABLE, EnrolProblem::Busy),
        Err(_) => return Ok(link_ended(&web)),
    };
    match open(&web, &visitor, &sent.link).await? {
        Some(OpenLink { purpose, user: Some(user) }) => {
            // What was typed stays in the fields.
            let about = About { name: name.as_str().into(), email: about(&user).email.map(|_| email.as_str().into()) };
            Ok(shown(&web, (purpose, &user, &sent.link), about, status, Some(problem)))
        }
        _ => Ok(link_ended(&web)),
    }
}
