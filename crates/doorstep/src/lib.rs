//! The Doorstep binary: configuration, command line, and the only place where the parts are put together.
//!
//! Rules live in `doorstep-core` and the crates around it; nothing here decides who may do what.

pub mod config;
pub mod paint;
