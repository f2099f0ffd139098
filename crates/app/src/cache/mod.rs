//! What is kept in memory, below the services that read it.
//!
//! Nothing here imports a service, so that a service never waits for another one through a cache.

mod allowance;
mod assertions;
mod caches;
mod clients;
mod declared;
mod gateway_sessions;
mod gateway_tokens;
mod last_use;
mod log;
mod protected_apps;

pub use allowance::{Allowances, Limited, TooMany};
pub(crate) use assertions::Assertions;
pub use caches::Caches;
pub use declared::DeclaredGroups;
pub use gateway_sessions::CachedSession;
pub(crate) use gateway_sessions::{GatewaySessions, Use};
pub use gateway_tokens::CachedToken;
pub(crate) use protected_apps::{DECLARED, if_readable, served};
pub use protected_apps::{ProtectedApps, TiledApp};
