//! Authorization requests: sign-in and consent where they are needed, and sign-out that an app asks for.

mod authorize;
mod end_session;
mod issue;
mod issuer;
mod origin;
mod report;
mod service;
mod without_pkce;

pub use authorize::{Authorized, ConsentAsked, Parked, Refused, Resumed};
pub use end_session::SignOut;
pub use origin::CameFrom;
pub use report::report_of_denied;
pub use service::Authorization;
