//! Browsers that are signed in: how a session begins, is found by its cookie, and ends.

mod last_use;
mod own;
mod service;
mod session;

pub use own::Own;
pub use service::Sessions;
pub use session::{NewSession, SignedIn};
