//! What the pages for administrators have in common: to anybody else they are not there. A change wants a fresh sign-in (`super::account::is_fresh`).

use crate::{extract::Visitor, headers::Surface, pages, respond::html, state::Web};
use axum::response::Response;
use doorstep_app::sessions::SignedIn;
use doorstep_core::access::{Act, Actor, Demand};
use http::StatusCode;

/// The act of an administrator; none for anybody else.
pub(super) fn act<'a, P: Demand>(web: &Web, visitor: &'a Visitor, who: &'a SignedIn, demand: P) -> Option<Act<'a, P>> {
    web.instance.context.require(demand, Actor::User(&who.principal), &visitor.caller).ok()
}

/// The page of what is not there.
pub(super) fn nothing(web: &Web) -> Response {
    html(web, &Surface::Page, StatusCode::NOT_FOUND, &pages::NotFound)
}
