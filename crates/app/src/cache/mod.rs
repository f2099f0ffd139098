//! What is kept in memory, below the services that read it.
//!
//! Nothing here imports a service, so that a service never waits for another one through a cache.

mod allowance;
mod caches;
mod declared;
mod gateway_sessions;
mod log;
mod snapshot;

pub use allowance::{Allowances, Limited, TooMany};
pub use caches::Caches;
pub use declared::DeclaredGroups;
pub use gateway_sessions::CachedSession;
pub(crate) use gateway_sessions::GatewaySessions;
pub use snapshot::Snapshot;
pub(crate) use snapshot::{DECLARED, served};
