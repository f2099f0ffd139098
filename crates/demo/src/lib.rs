//! What stands around the instance that `doorstep demo` starts: two sample apps, and a visitor who walks the
//! whole way with a passkey in software.
//!
//! A crate of its own, so that the software passkey and the HTTP client of the demo are reachable from the
//! `demo` command and from nowhere else. It starts no instance: it is told where one runs.

mod guard;
mod page;
mod relying_party;
mod sample;
mod visitor;
mod walk;

pub use guard::Guard;
pub use relying_party::{Fault, RelyingParty};
pub use sample::Sample;
pub use walk::{Walked, walk};

use doorstep_app::ambient::Ambient;
use http_body_util::Full;
use std::path::PathBuf;

/// A request to a sample app.
pub type Request = http::Request<hyper::body::Incoming>;
/// Its answer.
pub type Response = http::Response<Full<bytes::Bytes>>;

/// An instance with the sample apps beside it, as the walk needs to know it.
pub struct Stage {
    /// The address of the instance.
    pub issuer: String,
    /// The address of the app that signs people in by itself.
    pub sample: String,
    /// The address of the app without a sign-in.
    pub guarded: String,
    /// The link that makes the first administrator.
    pub link: String,
    /// The file with the credentials that were delivered to the sample app.
    pub credentials: PathBuf,
    /// Time and randomness.
    pub ambient: Ambient,
}

/// To be called once before anything else: reqwest is built with TLS for the end-to-end tests and then wants
/// a provider of cryptography, although the demo speaks plain HTTP.
pub fn prepare() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
