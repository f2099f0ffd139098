//! Links that open once: the first administrator, a new account, the way back.
//!
//! Opening the page consumes nothing. The link's secret stands in the page's address, so the page tells
//! nobody where it was (security row 110).

use super::{
    ceremony::{self, Refusal},
    login::begin,
};
use crate::{
    extract::{SentJson, Visitor},
    headers::Surface,
    pages::{About, Enrol, ErrorPage, SetUp, Welcome},
    respond::{Failure, Page, bind, browser_of, html},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{EnrolError, EnrolmentAnswer, NewPerson, OpenLink},
    cache::Limited,
};
use doorstep_core::{
    id::ChallengeId,
    model::{LinkPurpose, User},
    secret::{Token, TokenKind},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// `GET /setup/{token}`
pub(crate) async fn set_up(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    match open(&web, &visitor, &link).await? {
        Some(OpenLink { purpose: LinkPurpose::Setup, user: None }) => {
            let live = web.instance.context.settings.live();
            let named = web.instance.accounts.named_administrators();
            let named = named.iter().map(|name| name.as_str().into()).collect();
            let page = SetUp { instance: live.name.as_str().into(), link: &link, named };
            Ok(bound(&web, &visitor, html(&web, &Surface::SecretPage, StatusCode::OK, &page)))
        }
        _ => Ok(link_ended(&web)),
    }
}

/// `GET /enrol/{token}`
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    match open(&web, &visitor, &link).await? {
        Some(OpenLink { purpose, user: Some(user) }) => Ok(bound(&web, &visitor, welcome(&web, purpose, &user, &link))),
        _ => Ok(link_ended(&web)),
    }
}

pub(super) fn welcome_of(purpose: LinkPurpose) -> Welcome {
    match purpose {
        LinkPurpose::Enrol => Welcome::New,
        LinkPurpose::Add => Welcome::Here,
        LinkPurpose::Recover | LinkPurpose::Setup => Welcome::Back,
    }
}

/// What is asked of somebody who is new. A display name that is the user name was given by nobody.
pub(super) fn about(user: &User) -> About<'_> {
    let is_given = user.display_name != user.name.as_str();
    About {
        name: if is_given { (&user.display_name).into() } else { "".into() },
        email: user.email.is_none().then(|| "".into()),
    }
}

pub(super) async fn open(web: &Web, visitor: &Visitor, link: &str) -> Result<Option<OpenLink>, Failure> {
    let opening = async {
        let token = Token::parse(TokenKind::Link, link).ok_or(EnrolError::LinkGone)?;
        web.instance.accounts.open_link(&token).await
    };
    counted(web, visitor, opening).await
}

/// What a secret in an address opens, if anything. Those that open nothing are counted.
pub(super) async fn counted<T>(
    web: &Web,
    visitor: &Visitor,
    opening: impl Future<Output = Result<T, EnrolError>>,
) -> Result<Option<T>, Failure> {
    web.instance.allowances.take(Limited::Link, &visitor.source)?;
    match opening.await {
        Ok(opened) => {
            web.instance.allowances.give_back(Limited::Link, &visitor.source);
            Ok(Some(opened))
        }
        Err(EnrolError::Internal(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

fn welcome(web: &Web, purpose: LinkPurpose, user: &User, link: &str) -> Response {
    let live = web.instance.context.settings.live();
    let page = Enrol {
        instance: live.name.as_str().into(),
        welcome: welcome_of(purpose),
        person: (&user.display_name).into(),
        user_name: user.name.as_str().into(),
        link,
        about: about(user),
        passwords: live.passwords && purpose.takes_a_password(),
    };
    html(web, &Surface::SecretPage, StatusCode::OK, &page)
}

/// The page with the cookie that ties what is begun on it to this browser.
pub(super) fn bound(web: &Web, visitor: &Visitor, mut response: Response) -> Response {
    bind(&mut response, &browser_of(web, visitor));
    response
}

/// One answer for every link that does not open.
pub(super) fn link_ended(web: &Web) -> Response {
    html(web, &Surface::SecretPage, StatusCode::GONE, &ErrorPage::link_ended())
}

/// The fields of the page's form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Begin {
    link: String,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    user_name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default, rename = "drop_earlier")]
    _drop_earlier: Option<String>,
}

/// `POST /enrol/options`
pub(crate) async fn options(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<Begin>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let link = Token::parse(TokenKind::Link, &sent.link).ok_or(EnrolError::LinkGone)?;
    let typed = NewPerson {
        name: sent.user_name.unwrap_or_default(),
        display_name: sent.display_name.unwrap_or_default(),
        email: sent.email.unwrap_or_default(),
        ..NewPerson::default()
    };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let begun = web.instance.accounts.begin_enrolment(&browser, &link, Some(typed)).await?;
    let mut response = ceremony::options(&begun);
    bind(&mut response, &browser);
    Ok(response)
}

/// The fields again, which were kept from the first step, and the browser's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Finish {
    link: String,
    #[serde(default, rename = "display_name")]
    _display_name: Option<String>,
    #[serde(default, rename = "user_name")]
    _user_name: Option<String>,
    #[serde(default, rename = "email")]
    _email: Option<String>,
    #[serde(default)]
    drop_earlier: Option<String>,
    challenge_id: ChallengeId,
    credential: Value,
}

/// `POST /enrol`
pub(crate) async fn finish(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    SentJson(sent): SentJson<Finish>,
) -> Result<Response, Refusal> {
    let browser = browser_of(&web, &visitor);
    let link = Token::parse(TokenKind::Link, &sent.link).ok_or(EnrolError::LinkGone)?;
    let drop_earlier = sent.drop_earlier.is_some();
    let answered = EnrolmentAnswer { drop_earlier, ..EnrolmentAnswer::new(&sent.challenge_id, &sent.credential) };
    web.instance.allowances.take(Limited::Ceremony, &visitor.source)?;
    let session = web
        .instance
        .accounts
        .finish_enrolment((&browser, visitor.session.as_ref()), &link, answered, &visitor.caller)
        .await?;
    // This, and the beginning of it.
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    web.instance.allowances.give_back(Limited::Ceremony, &visitor.source);
    let mut response = ceremony::next("/");
    begin(&mut response, &session, &visitor);
    Ok(response)
}
