//! `/account/tokens`: a person's own tokens for programs. Making one wants a fresh sign-in; the answer to that form is the
//! only page that ever holds it.

use super::account::{is_fresh, own};
use crate::{
    extract::{Asked, Filled, Visitor},
    headers::Surface,
    pages::{ErrorPage, TokenApp, TokenMade, TokenReported, TokenRow, Tokens, When},
    respond::{self, Page, html, page, see_other},
    state::Web,
};
use axum::extract::{Path, State};
use doorstep_app::{
    accounts::{AccountError, NewToken, TokenError},
    cache::ProtectedApps,
};
use doorstep_core::{
    id::{AppName, ProgramTokenId},
    model::ProgramToken,
};
use http::StatusCode;
use std::sync::Arc;

const TOKENS: &str = "/account/tokens";
const PROVE: &str = "/login?next=/account/tokens&again=1";

/// What the page says at the top, by a code in its address.
const CODES: [(&str, TokenReported); 5] = [
    ("ended", TokenReported::Ended),
    ("label", TokenReported::Label),
    ("no_app", TokenReported::NoApp),
    ("days", TokenReported::Days),
    ("too_many", TokenReported::TooMany),
];

fn told(what: TokenReported) -> String {
    let code = CODES.iter().find(|(_, reported)| *reported == what).map_or("", |(code, _)| *code);
    format!("{TOKENS}?told={code}")
}

/// `GET /account/tokens`
pub(crate) async fn tokens(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, TOKENS)) };
    let fresh = is_fresh(&web, &who).await?;
    let own_tokens = web.instance.accounts.own_tokens(&own(&web, &visitor, &who)?).await?;
    let protected = web.instance.caches.believed().await?;
    let now = web.instance.now();
    let rows = own_tokens.iter().map(|(token, life)| TokenRow {
        id: token.id.as_str(),
        label: (&token.label).into(),
        apps: token.apps.iter().map(|app| title(&protected, app).into()).collect(),
        read_only: token.read_only,
        last_used: token.last_used_at.map(|at| When { at, now }),
        ends: When { at: token.expires_at, now },
        life: *life,
    });
    let hosts = protected.hosts();
    let open = hosts.apps().into_iter().filter_map(|app| hosts.of(app));
    let open = open.filter(|host| host.opens_to_tokens() && host.may_enter(|allow| who.principal.is_allowed(allow)));
    let told = asked.get("told");
    let reported = CODES.iter().find(|(code, _)| told == Some(*code)).map(|(_, reported)| *reported);
    let shown = Tokens {
        person: (&who.principal.user.display_name).into(),
        rows: rows.collect(),
        choice: open.map(|host| TokenApp { name: host.app.as_str(), title: (&host.title).into() }).collect(),
        fresh,
        longest: u16::try_from(ProgramToken::LONGEST_LABEL).unwrap_or(u16::MAX),
        reported,
    };
    Ok(page(&web, &shown))
}

/// `POST /account/tokens`. An app can stand in the form more than once, so that it is read pair by pair.
pub(crate) async fn make(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Filled(sent): Filled<Vec<(String, String)>>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, TOKENS)) };
    web.instance.allowances.take_own(&who.principal.user.id)?;
    let Some(new) = wished(sent) else {
        return Ok(html(&web, &Surface::Page, StatusCode::BAD_REQUEST, &ErrorPage::unreadable_form()));
    };
    let made = match web.instance.accounts.make_own_token(&own(&web, &visitor, &who)?, &new).await {
        Ok(made) => made,
        Err(error) => return refused(error),
    };
    let protected = web.instance.caches.believed().await?;
    let shown = TokenMade {
        person: (&who.principal.user.display_name).into(),
        text: made.text.expose(),
        label: (&made.token.label).into(),
        apps: made.token.apps.iter().map(|app| title(&protected, app).into()).collect(),
        read_only: made.token.read_only,
        ends: When { at: made.token.expires_at, now: web.instance.now() },
    };
    Ok(page(&web, &shown))
}

/// `POST /account/tokens/{id}/end`
pub(crate) async fn end(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(id): Path<ProgramTokenId>,
    Filled(sent): Filled<Vec<(String, String)>>,
) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, TOKENS)) };
    if !sent.is_empty() {
        return Ok(html(&web, &Surface::Page, StatusCode::BAD_REQUEST, &ErrorPage::unreadable_form()));
    }
    match web.instance.accounts.revoke_own_token(&own(&web, &visitor, &who)?, &id).await {
        Ok(_) => Ok(see_other(&told(TokenReported::Ended))),
        Err(error) => refused(error),
    }
}

/// What the form wishes for; none when it is not ours (security row 50).
fn wished(sent: Vec<(String, String)>) -> Option<NewToken> {
    let (mut label, mut days, mut new) = (None, None, NewToken::default());
    for (name, value) in sent {
        match name.as_str() {
            "label" if label.is_none() => label = Some(value),
            "days" if days.is_none() => days = Some(value),
            "app" => new.apps.push(value),
            "read_only" if value == "yes" && !new.read_only => new.read_only = true,
            _ => return None,
        }
    }
    // What is no number is no number of days.
    Some(NewToken { label: label?, days: Some(days?.trim().parse().unwrap_or(0)), ..new })
}

/// Why nothing was made or ended.
fn refused(error: TokenError) -> Page {
    let location = match error {
        TokenError::Internal(error) | TokenError::Account(AccountError::Internal(error)) => return Err(error.into()),
        TokenError::Account(_) => PROVE.to_owned(),
        TokenError::Label => told(TokenReported::Label),
        TokenError::NoApp | TokenError::UnknownApp { .. } | TokenError::NotGuarded(_) => told(TokenReported::NoApp),
        TokenError::Life => told(TokenReported::Days),
        TokenError::TooMany(_) => told(TokenReported::TooMany),
        // Somebody was quicker, in another window: the page shows how things are.
        TokenError::NotFound | TokenError::Disabled(_) | TokenError::People(_) => TOKENS.to_owned(),
    };
    Ok(see_other(&location))
}

/// What an app is called.
fn title<'a>(protected: &'a ProtectedApps, app: &'a AppName) -> &'a str {
    protected.hosts().of(app).map_or(app.as_str(), |host| host.title.as_str())
}
