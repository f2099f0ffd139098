//! Apps that have no sign-in of their own, with Doorstep in front of them.

mod app_session;
mod assertion;
mod by_token;
mod relay;
mod service;

pub use relay::{Brought, Entered, NewAppSession, RelayError};
pub use service::Gateway;
