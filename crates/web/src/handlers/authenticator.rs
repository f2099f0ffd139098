//! `/account/authenticator`: the second factor of a person's password. The answers to the forms that add one are the only
//! pages that hold its secret.

use super::account::{Nothing, is_fresh, own};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{AddAuthenticator, AuthenticatorPage, AuthenticatorReported, AuthenticatorRow, NotFound, When},
    qr::QrCode,
    respond::{self, Page, bind, browser_of, html, page, see_other},
    state::Web,
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use doorstep_app::{
    accounts::{AccountError, TotpBegun, TotpError},
    sessions::SignedIn,
};
use doorstep_core::{
    id::{ChallengeId, TotpKeyId},
    model::TotpKey,
};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

const HERE: &str = "/account/authenticator";
const PROVE: &str = "/login?next=/account/authenticator&again=1";

/// What the page says at the top, by a code in its address.
const CODES: [(&str, AuthenticatorReported); 3] = [
    ("added", AuthenticatorReported::Added),
    ("removed", AuthenticatorReported::Removed),
    ("gone", AuthenticatorReported::Gone),
];

fn told(what: AuthenticatorReported) -> String {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    format!("{HERE}?told={code}")
}

/// `GET /account/authenticator`
pub(crate) async fn authenticator(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    if !web.instance.context.settings.live().passwords {
        return Ok(html(&web, &Surface::Page, StatusCode::NOT_FOUND, &NotFound));
    }
    let fresh = is_fresh(&web, &who).await?;
    let keys = web.instance.accounts.own_totp_keys(&own(&web, &visitor, &who)?).await?;
    let (told, now) = (asked.get("told"), web.instance.now());
    let row = |key: &'_ TotpKey| (key.created_at, key.last_used_at);
    let rows = keys.iter().map(|key| {
        let (created, used) = row(key);
        AuthenticatorRow {
            id: key.id.as_str(),
            name: (&key.name).into(),
            created: When { at: created, now },
            last_used: used.map(|at| When { at, now }),
        }
    });
    let shown = AuthenticatorPage {
        person: (&who.principal.user.display_name).into(),
        rows: rows.collect(),
        password: web.instance.accounts.methods_of(&who).await?.password,
        room: keys.len() < TotpKey::MOST,
        fresh,
        reported: CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported),
    };
    Ok(page(&web, &shown))
}

/// `POST /account/authenticator/new`
pub(crate) async fn begin(State(web): State<Arc<Web>>, visitor: Visitor, Filled(Nothing {}): Filled<Nothing>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let browser = browser_of(&web, &visitor);
    let mut response = match web.instance.accounts.begin_totp(&own(&web, &visitor, &who)?, &browser).await {
        Ok(begun) => secret_page(&web, StatusCode::OK, (&who, &begun), None),
        Err(error) => return refused(error),
    };
    bind(&mut response, &browser);
    Ok(response)
}

fn secret_page(web: &Web, status: StatusCode, (who, begun): (&SignedIn, &TotpBegun), typed: Option<&str>) -> Response {
    let live = web.instance.context.settings.live();
    let address = begun.secret.address(&live.name, who.principal.user.name.as_str());
    let secret = begun.secret.typed();
    let shown = AddAuthenticator {
        person: (&who.principal.user.display_name).into(),
        code: QrCode::of(address.expose()).map(|code| (code.extent(), code.path())),
        secret: secret.expose(),
        challenge: begun.challenge.as_str(),
        name: typed.unwrap_or_default().into(),
        wrong: typed.is_some(),
    };
    html(web, &Surface::Page, status, &shown)
}

/// The first code, and what the app is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    challenge: ChallengeId,
    name: String,
    code: String,
}

/// `POST /account/authenticator`
pub(crate) async fn add(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Shown>) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let browser = browser_of(&web, &visitor);
    let shown = (&sent.challenge, sent.name.as_str(), sent.code.as_str());
    match web.instance.accounts.finish_totp(&own(&web, &visitor, &who)?, &browser, shown).await {
        Ok(_) => Ok(see_other(&told(AuthenticatorReported::Added))),
        Err(TotpError::WrongCode(begun)) => {
            Ok(secret_page(&web, StatusCode::BAD_REQUEST, (&who, &begun), Some(&sent.name)))
        }
        Err(error) => refused(error),
    }
}

/// `POST /account/authenticator/{id}/remove`
pub(crate) async fn remove(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<TotpKeyId>,
    Filled(Nothing {}): Filled<Nothing>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, HERE)) };
    match web.instance.accounts.remove_totp(&own(&web, &visitor, &who)?, &id).await {
        Ok(()) => Ok(see_other(&told(AuthenticatorReported::Removed))),
        Err(error) => refused(error.into()),
    }
}

/// Why nothing was added or removed.
fn refused(error: TotpError) -> Page {
    match error {
        TotpError::Account(AccountError::Internal(error)) => Err(error.into()),
        TotpError::Account(AccountError::NotFresh(_)) => Ok(see_other(PROVE)),
        TotpError::Gone => Ok(see_other(&told(AuthenticatorReported::Gone))),
        // Somebody was quicker, in another window: the page shows how things are.
        TotpError::Account(_) | TotpError::NoPassword | TotpError::Enough | TotpError::WrongCode(_) => {
            Ok(see_other(HERE))
        }
    }
}
