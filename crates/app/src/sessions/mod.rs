//! Browsers that are signed in: how a session begins, is found by its cookie, and ends.

mod last_use;
mod service;
mod session;

pub use service::Sessions;
pub use session::{NewSession, SignedIn};
