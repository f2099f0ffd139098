//! The one HTTP client of Doorstep: every request to another server goes through it, and none leaves in another way
//! (security rows 53 to 55, ADR 23).
//!
//! Who named an address is part of its type ([`OperatorUrl`], [`StrangerUrl`]). A name is resolved once, all its
//! addresses are judged, and the connection goes to one that was judged. There are no proxies, no cookies, no
//! compression, no connection that is used again, and no redirect to another origin; time and size are bounded.
//!
//! Nothing is logged here: an [`Error`] says what, where and how to mend it, and the caller logs or shows it. What the
//! other server sent is returned to the caller only: no error and no `Debug` holds it.

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
