//! Browsers that are signed in: how a session begins, is found by its cookie, and ends.

mod elsewhere;
mod last_use;
mod own;
mod service;
mod session;

pub use doorstep_store::audit::AuditLine;
pub use elsewhere::OwnSession;
pub use own::Own;
pub use service::Sessions;
pub use session::{NewSession, SignedIn};
