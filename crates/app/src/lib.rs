//! The use cases of Doorstep: one transaction script each around a decision of `doorstep-core`.
//!
//! Load facts, decide, commit. This crate owns the only clock, the only randomness and all keys; it
//! knows SQL functions but no SQL, and nothing of HTTP.

pub mod ambient;
pub mod keyring;
pub mod password;
