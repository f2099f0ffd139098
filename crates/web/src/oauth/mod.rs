//! The protocol's own endpoints: what a client program talks to. No pages here.

mod answer;
mod cors;
mod documents;
mod passkey_endpoints;
mod status;
mod token;
mod userinfo;
mod webfinger;

pub(crate) use cors::{preflight, public_preflight};
pub(crate) use documents::{Documents, jwks, metadata};
pub(crate) use passkey_endpoints::{passkey_endpoints, passkey_preflight};
pub(crate) use token::{device_authorization, revoke, token, wrong_host};
pub(crate) use userinfo::userinfo;
pub(crate) use webfinger::webfinger;
