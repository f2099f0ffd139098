//! What the pages for administrators have in common: to anybody else they are not there, and whoever signed in by less than
//! `sign_in.console` asks for proves more first. A change wants a fresh sign-in (`super::account::is_fresh`).

use crate::{
    extract::Visitor,
    headers::Surface,
    pages::{self, ErrorPage},
    respond::{html, see_other},
    state::Web,
};
use axum::response::Response;
use doorstep_app::{error::InternalError, sessions::SignedIn};
use doorstep_core::{
    access::{Act, Actor, Demand},
    model::Acr,
    oauth::params::encode,
};
use http::StatusCode;

/// The act of an administrator; none for anybody else.
pub(super) fn act<'a, P: Demand>(web: &Web, visitor: &'a Visitor, who: &'a SignedIn, demand: P) -> Option<Act<'a, P>> {
    web.instance.context.require(demand, Actor::User(&who.principal), &visitor.caller).ok()
}

/// The act of an administrator on the page at `here`; for anybody else, and for whoever has to prove more, what they get in
/// its place.
pub(super) async fn act_at<'a, P: Demand>(
    web: &Web,
    (visitor, who): (&'a Visitor, &'a SignedIn),
    demand: P,
    here: &str,
) -> Result<Result<Act<'a, P>, Response>, InternalError> {
    let Some(act) = act(web, visitor, who, demand) else { return Ok(Err(nothing(web))) };
    let level = web.instance.context.settings.live().console;
    let Some(level) = level.filter(|level| !level.is_met_by(Acr::of(who.session.amr))) else { return Ok(Ok(act)) };
    // A sign-in that is fresh is by the best that the person has.
    if level.is_met_by(web.instance.accounts.methods_of(who).await?.best()) {
        return Ok(Err(see_other(&format!("/login?again=1&next={}", encode(here)))));
    }
    let name = web.instance.context.settings.live().name.clone();
    Ok(Err(html(web, &Surface::Page, StatusCode::FORBIDDEN, &ErrorPage::too_little_proof(&name, level))))
}

/// The page of what is not there.
pub(super) fn nothing(web: &Web) -> Response {
    html(web, &Surface::Page, StatusCode::NOT_FOUND, &pages::NotFound)
}
