//! `/language`: a person chooses in which language the pages are. The account keeps it of whoever is signed in, and the
//! browser for the pages on the way there.

use super::account::own;
use crate::{
    cookies,
    extract::{Asked, Filled, OwnPath, Visitor},
    headers::Surface,
    pages::{Href, Languages},
    respond::{Page, go_on, html},
    state::Web,
};
use axum::extract::State;
use doorstep_app::accounts::AccountError;
use doorstep_words::Language;
use http::{
    HeaderMap, StatusCode,
    header::{COOKIE, REFERER},
};
use serde::Deserialize;
use std::sync::Arc;

/// `GET /language`. The way back is said, or is where the browser comes from. It may hold the secret of a link, so the page
/// tells nobody its own address.
pub(crate) async fn page(State(web): State<Arc<Web>>, visitor: Visitor, headers: HeaderMap, asked: Asked) -> Page {
    let who = visitor.signed_in(&web).await?;
    let referrer = headers.get(REFERER).and_then(|from| from.to_str().ok());
    let from = referrer.and_then(|from| from.strip_prefix(web.instance.context.rp().origin()));
    let kept = who.as_ref().is_some_and(|who| who.principal.user.language.is_some());
    let page = Languages {
        next: back(asked.get("next").or(from)),
        chosen: kept || cookies::language(headers.get_all(COOKIE)).is_some(),
        account: who.is_some(),
    };
    Ok(html(&web, &Surface::SecretForm, StatusCode::OK, &page))
}

fn back(next: Option<&str>) -> Href<'static> {
    next.and_then(OwnPath::read).and_then(|path| Href::new(path.as_str().to_owned())).unwrap_or(Href::home())
}

/// The form. What is none of the languages chooses none, and the browser's own counts again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    language: String,
    next: String,
}

/// `POST /language`. Goes on by a page: whoever is signed in may be on the way to an app.
pub(crate) async fn choose(State(web): State<Arc<Web>>, visitor: Visitor, Filled(chosen): Filled<Chosen>) -> Page {
    let language = Language::of_tag(&chosen.language);
    if let Some(who) = visitor.signed_in(&web).await? {
        let kept = web.instance.accounts.set_own_language(&own(&web, &visitor, &who)?, language).await;
        // Of whoever was signed out meanwhile, the browser alone keeps it.
        if let Err(AccountError::Internal(error)) = kept {
            return Err(error.into());
        }
    }
    let mut response = go_on(&web, &back(Some(&chosen.next)).to_string(), None);
    cookies::set_language(response.headers_mut(), language);
    Ok(response)
}
