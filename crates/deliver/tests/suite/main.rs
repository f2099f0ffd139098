//! The sinks against real places.
#![cfg(test)]

mod bitwarden;
mod bitwarden_server;
mod bounds;
mod command;
mod contract;
mod double;
mod file;
mod given;
mod keyed;
mod own_key;
mod path;
mod place;
mod sinks;
mod vault;
mod whole;
