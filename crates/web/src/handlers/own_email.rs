//! `/account/email`: a person changes their own mail address, and confirms it by a link that was mailed.
//!
//! The link's page changes nothing, because mail scanners open links; its button does, for the person who asked. Its secret
//! stands in the page's address, so the page tells nobody where it was (security row 110).

use super::account::{Nothing, is_fresh, own};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{ConfirmEmail, EmailPage, EmailReported, EmailWaiting, When},
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{AccountError, EmailError},
    sessions::SignedIn,
};
use doorstep_core::secret::{Token, TokenKind};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

const HERE: &str = "/account/email";
const PROVE: &str = "/login?next=/account/email&again=1";

/// What the page says at the top, by a code in its address.
const CODES: [(&str, EmailReported); 6] = [
    ("mailed", EmailReported::Mailed),
    ("given_up", EmailReported::GivenUp),
    ("confirmed", EmailReported::Confirmed),
    ("too_many", EmailReported::TooMany),
    ("gone", EmailReported::Gone),
    ("not_free", EmailReported::NotFree),
];

fn told(what: EmailReported) -> Response {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    see_other(&format!("{HERE}?told={code}"))
}

/// `GET /account/email`
pub(crate) async fn email(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    let told = asked.get("told");
    let reported = CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported);
    shown(&web, (&visitor, &who), "", reported).await
}

async fn shown(web: &Web, (visitor, who): (&Visitor, &SignedIn), typed: &str, reported: Option<EmailReported>) -> Page {
    let (user, now) = (&who.principal.user, web.instance.now());
    let waiting = web.instance.accounts.address_to_confirm(&own(web, visitor, who)?).await?;
    let shown = EmailPage {
        person: (&user.display_name).into(),
        email: user.email.as_ref().map(Into::into),
        verified: user.email_verified,
        waiting: waiting.as_ref().map(|proof| EmailWaiting {
            email: (&proof.email).into(),
            asked: When { at: proof.asked_at, now },
            until: When { at: proof.expires_at, now },
        }),
        mail: web.instance.context.settings.live().mail,
        fresh: is_fresh(web, who).await?,
        typed: typed.into(),
        reported,
    };
    Ok(page(web, &shown))
}

/// The address, as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    email: String,
}

/// `POST /account/email`
pub(crate) async fn ask(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let asked = web.instance.accounts.ask_for_address(&own(&web, &visitor, &who)?, &sent.email).await;
    let problem = match asked {
        Err(EmailError::Email) => EmailReported::NotAnAddress,
        Err(EmailError::Same) => EmailReported::Same,
        done => return answered(done, EmailReported::Mailed),
    };
    shown(&web, (&visitor, &who), &sent.email, Some(problem)).await
}

/// `POST /account/email/again`
pub(crate) async fn again(State(web): State<Arc<Web>>, visitor: Visitor, Filled(Nothing {}): Filled<Nothing>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let asked = web.instance.accounts.ask_for_address_again(&own(&web, &visitor, &who)?).await;
    answered(asked, EmailReported::Mailed)
}

/// `POST /account/email/give-up`
pub(crate) async fn give_up(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    match web.instance.accounts.give_up_address(&own(&web, &visitor, &who)?).await {
        Err(AccountError::Internal(error)) => Err(error.into()),
        // Somebody was quicker, in another window: the page shows how things are.
        _ => Ok(told(EmailReported::GivenUp)),
    }
}

/// `GET /account/email/confirm/{token}`
pub(crate) async fn confirm_page(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    let Some(token) = Token::parse(TokenKind::Address, &link) else { return Ok(told(EmailReported::Gone)) };
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, &format!("{HERE}/confirm/{link}")));
    };
    let found = web.instance.accounts.address_of_link(&own(&web, &visitor, &who)?, &token).await?;
    let Some(proof) = found else { return Ok(told(EmailReported::Gone)) };
    let user = &who.principal.user;
    let shown = ConfirmEmail {
        person: (&user.display_name).into(),
        user_name: user.name.as_str().into(),
        email: (&proof.email).into(),
        link: &link,
    };
    Ok(html(&web, &Surface::SecretForm, StatusCode::OK, &shown))
}

/// The secret of the link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Confirmed {
    link: String,
}

/// `POST /account/email/confirm`
pub(crate) async fn confirm(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Confirmed>) -> Page {
    let Some(token) = Token::parse(TokenKind::Address, &sent.link) else { return Ok(told(EmailReported::Gone)) };
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, &format!("{HERE}/confirm/{}", token.expose())));
    };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let done = web.instance.accounts.confirm_address(&own(&web, &visitor, &who)?, &token).await;
    answered(done, EmailReported::Confirmed)
}

fn answered(done: Result<(), EmailError>, well: EmailReported) -> Page {
    Ok(match done {
        Ok(()) => told(well),
        Err(EmailError::Account(AccountError::Internal(error))) => return Err(error.into()),
        Err(EmailError::Account(_)) => see_other(PROVE),
        Err(EmailError::TooMany) => told(EmailReported::TooMany),
        Err(EmailError::NotFree) => told(EmailReported::NotFree),
        Err(EmailError::Gone) => told(EmailReported::Gone),
        // The page says how things are.
        Err(EmailError::Email | EmailError::Same | EmailError::NoMail) => see_other(HERE),
    })
}
