//! The sinks against real places.
#![cfg(test)]

mod bounds;
mod file;
mod path;
mod place;
mod sinks;
mod whole;
