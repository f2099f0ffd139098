//! Upstreams as servers that are asked: their descriptions and keys, kept for a while, and what they say of a person for a
//! code. What is decided by that stands in `doorstep_core::upstream`; whose account it is, in `accounts`.

mod described;
mod error;
mod exchange;
mod github;
mod service;
mod way_out;

pub use error::UpstreamError;
pub(crate) use exchange::Exchange;
pub(crate) use service::Upstreams;
pub use way_out::{Call, Calling, Opening, Said, WayOut};
