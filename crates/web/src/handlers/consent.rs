//! `/consent`: whether a client that is not one of the instance's own may know who the person is.
//!
//! The answer is a form post, and its outcome lies at the app: it goes on by a page (see
//! [`crate::headers`]) to an address of ours, which redirects wherever the client is.

use super::{authorize::deliver, login};
use crate::{
    extract::{Asked, Filled, Visitor},
    pages::{Consent, Href, Seen},
    respond::{Page, bind, browser_of, go_on, page, see_other},
    speech::wished_by_app,
    state::Web,
};
use axum::{extract::State, response::Response};
use doorstep_app::{authorization::ConsentAsked, sessions::SignedIn};
use doorstep_core::{id::InteractionId, oauth::scope::OFFLINE_ACCESS};
use serde::Deserialize;
use std::sync::Arc;

/// `GET /consent`
pub(crate) async fn consent_page(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(id) = asked.parse::<InteractionId>("i") else { return Ok(see_other("/")) };
    let (browser, who) = (browser_of(&web, &visitor), visitor.signed_in(&web).await?);
    let Some(parked) = web.instance.authorization.parked_view(&id, &browser).await? else {
        return login::lead_on(&web, &id, who.as_ref()).await;
    };
    wished_by_app(parked.ui_locales.as_deref());
    let Some(who) = who else { return Ok(see_other(&format!("/login?i={id}"))) };
    let mut response = match web.instance.authorization.consent_asked(&id, &who, &browser).await? {
        Some(asked) => question(&web, &who, &asked),
        None => see_other(&login::resume_path(&id)),
    };
    bind(&mut response, &browser);
    Ok(response)
}

fn question(web: &Web, who: &SignedIn, asked: &ConsentAsked) -> Response {
    let ConsentAsked { parked, needed, return_host } = asked;
    let other = format!("/login?i={}&other=1", parked.id);
    let consent = Consent {
        app: (&parked.client.name).into(),
        person: (&who.principal.user.display_name).into(),
        interaction: parked.id.as_str(),
        seen: Seen::of(&needed.scopes, &who.principal),
        offline: needed.scopes.contains(OFFLINE_ACCESS),
        return_host: return_host.into(),
        other_account: Href::new(other).unwrap_or(Href::home()),
    };
    page(web, &consent)
}

/// The form. Security row 50: it decides about a parked request and can change nothing in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    interaction: InteractionId,
    decision: Decision,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Back,
}

/// `POST /consent`
pub(crate) async fn consent(State(web): State<Arc<Web>>, visitor: Visitor, Filled(sent): Filled<Sent>) -> Page {
    let (id, browser) = (sent.interaction, browser_of(&web, &visitor));
    let Some(parked) = web.instance.authorization.parked_view(&id, &browser).await? else {
        // Nothing is decided; by a page, because the way on may lead to the app.
        return Ok(go_on(&web, &login::resume_path(&id), None));
    };
    wished_by_app(parked.ui_locales.as_deref());
    let who = visitor.signed_in(&web).await?;
    let next = match (sent.decision, &who) {
        (Decision::Back, _) => format!("/consent/back?i={id}"),
        (Decision::Allow, Some(who)) => {
            web.instance.allowances.take_own(&who.principal.user.id)?;
            // When nothing was to be asked any more, going on finds out what there is to do.
            web.instance.authorization.allow(&id, who, &browser, &visitor.caller).await?;
            login::resume_path(&id)
        }
        (Decision::Allow, None) => format!("/login?i={id}"),
    };
    Ok(go_on(&web, &next, Some(&parked.client.name)))
}

/// `GET /consent/back`: sends `access_denied` to the client. Only the browser that holds the parked
/// request can, and all it can do is give up its own sign-in.
pub(crate) async fn back(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Page {
    let Some(id) = asked.parse::<InteractionId>("i") else { return Ok(see_other("/")) };
    match web.instance.authorization.refuse(&id, &browser_of(&web, &visitor)).await? {
        Some((response, client)) => Ok(deliver(&web, &response, &client, false)),
        None => login::lead_on(&web, &id, visitor.signed_in(&web).await?.as_ref()).await,
    }
}
