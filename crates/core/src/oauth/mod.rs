//! OAuth 2.0 and OpenID Connect: one file for each concern, named as the specifications name it.
//!
//! | endpoint | files, in the order in which they decide |
//! |---|---|
//! | `/authorize` | [`params`] [`authorize`] ([`redirect`] [`response_mode`] [`scope`] [`pkce`] [`prompt`] [`acr`]) [`decide`] |
//! | `/token` | [`params`] [`client_auth`] [`token_request`] [`code`], [`refresh`] or [`device`] ([`standing`]) [`id_token`] [`token_response`] |
//! | `/device_authorization` | [`params`] [`client_auth`] [`scope`] [`device`] |
//! | `/userinfo` | [`userinfo`] ([`standing`] [`claims`]) |
//! | `/revoke` | [`params`] [`client_auth`] [`revoke`] |
//! | `/end_session` | [`logout`] |
//! | `/.well-known/webfinger` | [`webfinger`] |
//! | `/.well-known/*` | [`discovery`] |
//!
//! Nothing here reads a database or a clock: each function takes facts and returns what to do.

pub mod acr;
pub mod authorize;
pub mod claims;
pub mod client_auth;
pub mod code;
pub mod cors;
pub mod decide;
pub mod device;
pub mod discovery;
pub mod error;
pub mod id_token;
pub mod logout;
pub mod params;
pub mod pkce;
pub mod prompt;
pub mod redirect;
pub mod refresh;
pub mod response_mode;
pub mod revoke;
#[cfg(test)]
pub(crate) mod sample;
pub mod scope;
pub mod standing;
pub mod token_request;
pub mod token_response;
pub mod userinfo;
pub mod webfinger;
