//! What handlers take from a request: who visits, what was asked or sent, and proof that a form was ours.

mod own_path;
mod same_origin;
mod sent;
mod visitor;

pub(crate) use own_path::OwnPath;
pub(crate) use same_origin::require_same_origin;
pub(crate) use sent::{Asked, Filled, SentJson};
pub(crate) use visitor::Visitor;
