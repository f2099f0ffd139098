//! The protocol's own endpoints: what a client program talks to. No pages here.

mod documents;
mod token;
mod userinfo;

pub(crate) use documents::{Documents, jwks, metadata};
pub(crate) use token::{revoke, token};
pub(crate) use userinfo::{preflight, userinfo};
