//! The rules of Doorstep, and nothing else: plain functions from data and the current time to data.
//!
//! No clock, no randomness of its own, no files, no network, no database. Time arrives as
//! [`time::Timestamp`], randomness as [`entropy::Entropy`]. Whatever is async lives in the crates above.
#![warn(missing_docs)]

pub mod access;
pub mod ceremony;
pub mod entropy;
pub mod gateway;
pub mod id;
pub mod jose;
pub mod letter;
pub mod limit;
pub mod model;
pub mod notice;
pub mod oauth;
pub mod page;
pub mod readable;
#[cfg(test)]
mod rooms;
pub mod secret;
pub mod time;
pub mod totp;
pub mod upstream;
