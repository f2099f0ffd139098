//! The one HTTP client of Doorstep: whatever asks another server does so here, and nowhere else does a request leave
//! (security rows 53 to 55, ADR 23).
//!
//! Who named an address is part of its type ([`OperatorUrl`], [`StrangerUrl`]). A name is resolved once, all its
//! addresses are judged, and the connection goes to one that was judged. There are no proxies, no cookies, no
//! compression, no connection that is used again, and no redirect to another origin; time and size are bounded.
//!
//! Nothing is logged here: an [`Error`] says what, where and how to mend it, and whoever asked decides where it ends.
//! What came back stays with whoever asked too: it stands in no error and in no `Debug`.

mod answer;
mod client;
mod deadline;
mod destination;
mod error;
mod live;
mod policy;
mod range;
mod request;
mod resolver;
mod settings;
#[cfg(feature = "testing")]
pub mod testing;
mod trust;
mod turn;

pub use answer::Answer;
pub use client::Outbound;
pub use destination::{BadUrl, Destination, NamedBy, OperatorUrl, StrangerUrl};
pub use error::{Cause, Error, Stage};
pub use policy::{Allowed, BadAllowed, Policy, Refused};
pub use range::Range;
pub use request::Request;
pub use settings::Settings;
pub use trust::{BadTrust, Trust};
