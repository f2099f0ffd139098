//! `/`: the apps that a person may use.

use super::{account, asking, icon, recovery_banner, registering};
use crate::{
    extract::Visitor,
    pages::{self, Href, Tile},
    respond::{self, Page, page},
    state::Web,
};
use axum::extract::State;
use doorstep_app::cache::TiledApp;
use doorstep_core::access::Actor;
use std::sync::Arc;

/// `GET /`
pub(crate) async fn portal(State(web): State<Arc<Web>>, visitor: Visitor) -> Page {
    let Some(who) = visitor.signed_in(&web).await? else { return Ok(respond::to_sign_in(&visitor, "/")) };
    let apps = web.instance.accounts.usable_apps(&who).await?;
    let portal = pages::Portal {
        person: (&who.principal.user.display_name).into(),
        apps: apps.iter().filter_map(tile).collect(),
        one_passkey: web.instance.accounts.wants_another_way_back(&who).await?,
        administrator: Actor::User(&who.principal).is_administrator(),
        requests: asking::waiting(&web, &visitor, &who).await?,
        registrations: registering::waiting(&web, &visitor, &who).await?,
        recovery: recovery_banner::banner(&web, &account::own(&web, &visitor, &who)?).await?,
    };
    Ok(page(&web, &portal))
}

/// None for an app on every host below a name: nobody can be led to it.
fn tile(tiled: &TiledApp) -> Option<Tile<'_>> {
    let icon = tiled.icon.as_ref().and_then(|(name, kind)| Href::new(icon::path(name, *kind)));
    let (title, url) = ((&tiled.app.title).into(), Href::new(tiled.app.link()?)?);
    Some(Tile { title, url, icon, letter: tiled.letter.clone() })
}
