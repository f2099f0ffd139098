//! The use cases of Doorstep: one transaction script each around a decision of `doorstep-core`.
//!
//! Load facts, decide, commit. This crate owns the only clock, the only randomness and all keys; it
//! knows SQL functions but no SQL, and nothing of HTTP.

pub mod account;
pub mod allowance;
pub mod ambient;
mod audit;
pub mod authorize;
pub mod enrol;
pub mod error;
pub mod gateway;
pub mod gateway_sessions;
pub mod house;
pub mod jobs;
pub mod keyring;
pub mod login;
pub mod logout;
pub mod onboard;
pub mod password;
pub mod people;
pub mod refusals;
pub mod session;
pub mod settings;
pub mod snapshot;
pub mod token;
pub mod userinfo;
