//! Signing in at a provider that somebody else runs (an upstream): OpenID Connect Core §3.1 as a relying party has it, and
//! what stands in for it at a provider that knows OAuth alone.
//!
//! | what | where |
//! |---|---|
//! | who the upstreams are | [`provider`] |
//! | its own description, OpenID Connect Discovery §4.3 | [`metadata`] |
//! | the request that is sent, Core §3.1.2.1 with PKCE | [`request`] |
//! | the answer that comes back, Core §3.1.2.5 and RFC 9207 | [`answer`] |
//! | the ID Token, Core §3.1.3.7 | [`id_token`] |
//! | what is believed of a person, Core §5.1 | [`claims`] |
//! | whose account that is | [`decide`] |
//!
//! Nothing here knows an account by a mail address: an identity is issuer and subject.

pub mod answer;
pub mod claims;
pub mod decide;
pub mod id_token;
pub mod metadata;
pub mod provider;
pub mod request;
#[cfg(test)]
mod sample;

pub use claims::Person;
pub use provider::{Kind, Upstream, UpstreamName};
