//! What the configuration declares: groups, apps and clients, brought into the database.

mod groups;
mod provider;
mod service;

pub use provider::OwnProvider;
pub use service::Onboarding;
