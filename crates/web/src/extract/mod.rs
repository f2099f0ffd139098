//! What handlers take from a request: who visits, and proof that a form was ours.

mod same_origin;
mod visitor;

pub(crate) use same_origin::require_same_origin;
pub(crate) use visitor::Visitor;
