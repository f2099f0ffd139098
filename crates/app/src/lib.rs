//! The use cases of Doorstep: one transaction script each around a decision of `doorstep-core`.
//!
//! Load facts, decide, commit. This crate owns the only clock, the only randomness and all keys; it
//! knows SQL functions but no SQL, and nothing of HTTP.

pub mod accounts;
mod again;
pub mod ambient;
mod audit;
pub mod authorization;
pub mod cache;
pub mod context;
pub mod error;
pub mod gateway;
pub mod instance;
pub mod jobs;
pub mod key_generation;
pub mod keyring;
pub mod notices;
pub mod onboarding;
pub mod password;
pub mod queue;
mod ready;
pub mod refusals;
pub mod root_keys;
pub mod sessions;
pub mod settings;
mod signing_keys;
pub mod tokens;
pub mod upstreams;
