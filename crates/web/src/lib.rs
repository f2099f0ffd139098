//! HTTP: routes, pages, and what goes with every answer. Decides nothing.

pub mod assets;
mod bounds;
mod cookies;
mod envoy;
mod extract;
mod former;
mod gateway;
mod handlers;
pub mod headers;
mod linger;
mod named;
mod oauth;
pub mod pages;
pub mod qr;
mod respond;
mod router;
mod serve;
pub mod speech;
mod stamped;
mod state;
mod way_back;

pub use bounds::Bounds;
pub use router::{App, Door};
pub use serve::{Listener, TlsSource, serve};
pub use state::{Peer, Trusted, Web};
