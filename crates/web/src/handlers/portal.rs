//! `/`: the apps that a person may use.

use crate::{
    extract::Visitor,
    pages::{self, Href, Tile},
    respond::{self, Page, page},
    state::Web,
};
use axum::extract::State;
use doorstep_core::access::Actor;
use std::sync::Arc;

/// `GET /`
pub(crate) async fn portal(State(web): State<Arc<Web>>, visitor: Visitor) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, "/")) };
    let apps = web.instance.accounts.usable_apps(&who).await?;
    let portal = pages::Portal {
        person: (&who.principal.user.display_name).into(),
        apps: apps
            .iter()
            .filter_map(|app| Some(Tile { title: (&app.title).into(), url: Href::new(&app.url)? }))
            .collect(),
        one_passkey: web.instance.accounts.methods_of(&who).await?.wants_a_second_passkey(),
        administrator: Actor::User(&who.principal).is_administrator(),
    };
    Ok(page(&web, &portal))
}
