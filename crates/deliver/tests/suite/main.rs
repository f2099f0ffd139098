//! The sinks against real places.
#![cfg(test)]

mod bounds;
mod command;
mod contract;
mod file;
mod given;
mod path;
mod place;
mod sinks;
mod vault;
mod whole;
