//! `/recover/mail`, where a recovery by mail is asked for, and the ways to stop one: the mailed link's page, and a button for
//! whoever is signed in.
//!
//! The answer to the form says nothing of the account, and nothing is looked up before it is given (security row 82).

use super::{
    account::{self, Nothing, own},
    household::address_key,
};
use crate::{
    extract::{Filled, Visitor},
    headers::Surface,
    pages::{AskByMailProblem, NotFound, RecoverByMail, RecoveryStopped},
    respond::{self, Page, html, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{ASKED_WINDOW, AccountError, RecoveryError},
    cache::Limited,
};
use doorstep_core::{
    secret::{Token, TokenKind},
    time::Ttl,
};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Deserialize;
use std::sync::Arc;

/// `GET /recover/mail`
pub(crate) async fn page(State(web): State<Arc<Web>>) -> Page {
    Ok(shown(&web, StatusCode::OK, (false, None)))
}

fn shown(web: &Web, status: StatusCode, (is_asked, problem): (bool, Option<AskByMailProblem>)) -> Response {
    let Some(terms) = web.instance.accounts.recovery_by_mail() else {
        return html(web, &Surface::Page, StatusCode::NOT_FOUND, &NotFound);
    };
    let live = web.instance.context.settings.live();
    let page = RecoverByMail { instance: live.name.as_str().into(), hours: in_hours(terms.delay), is_asked, problem };
    html(web, &Surface::Page, status, &page)
}

/// Begun hours count whole.
fn in_hours(delay: Ttl) -> u64 {
    u64::try_from((delay.seconds() + 3599) / 3600).unwrap_or_default()
}

/// A user name or an address, as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    account: String,
}

/// `POST /recover/mail`
pub(crate) async fn ask(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Typed>) -> Page {
    if web.instance.accounts.recovery_by_mail().is_none() {
        return Ok(shown(&web, StatusCode::NOT_FOUND, (false, None)));
    }
    let network = address_key(visitor.ip);
    match web.instance.accounts.ask_to_recover(&sent.account, &network, &visitor.caller).await {
        Ok(()) => Ok(shown(&web, StatusCode::OK, (true, None))),
        Err(RecoveryError::Internal(error)) => Err(error.into()),
        Err(_) => Ok(too_many(shown(&web, StatusCode::TOO_MANY_REQUESTS, (false, Some(AskByMailProblem::TooMany))))),
    }
}

/// When it can be tried again.
pub(super) fn too_many(mut response: Response) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(ASKED_WINDOW.seconds()));
    response
}

/// `GET /recover/stop/{token}`. Stops nothing: mail scanners open links.
pub(crate) async fn stop_page(State(web): State<Arc<Web>>, visitor: Visitor, Path(link): Path<String>) -> Page {
    web.instance.allowances.take(Limited::Link, &visitor.source)?;
    let token = Token::parse(TokenKind::Stop, &link);
    let found = match &token {
        Some(token) => web.instance.accounts.recovery_to_stop(token).await?,
        None => None,
    };
    if found.is_some() {
        web.instance.allowances.give_back(Limited::Link, &visitor.source);
    }
    Ok(stopped(&web, (found.is_some().then_some(link.as_str()), false)))
}

fn stopped(web: &Web, (link, is_done): (Option<&str>, bool)) -> Response {
    let live = web.instance.context.settings.live();
    let status = if link.is_some() || is_done { StatusCode::OK } else { StatusCode::GONE };
    let page = RecoveryStopped { instance: live.name.as_str().into(), link, is_done };
    html(web, &Surface::SecretForm, status, &page)
}

/// The secret of the link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    link: String,
}

/// `POST /recover/stop`
pub(crate) async fn stop(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Sent>) -> Page {
    web.instance.allowances.take(Limited::Link, &visitor.source)?;
    let done = match Token::parse(TokenKind::Stop, &sent.link) {
        Some(token) => web.instance.accounts.stop_recovery(&token, &visitor.caller).await?,
        None => false,
    };
    if done {
        web.instance.allowances.give_back(Limited::Link, &visitor.source);
    }
    Ok(stopped(&web, (None, done)))
}

/// `POST /account/recovery/stop`
pub(crate) async fn stop_own(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else {
        return Ok(respond::to_sign_in(&visitor, account::ACCOUNT));
    };
    match web.instance.accounts.stop_own_recovery(&own(&web, &visitor, &who)?).await {
        Err(AccountError::Internal(error)) => Err(error.into()),
        _ => Ok(see_other(account::ACCOUNT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_said_in_hours() {
        for (seconds, hours) in [(3600, 1), (3601, 2), (86_400, 24), (259_200, 72)] {
            assert_eq!(in_hours(Ttl::from_seconds(seconds)), hours);
        }
    }
}
