//! The client against real sockets, and its decisions as tables.
#![cfg(test)]

mod answers;
mod destinations;
mod double;
mod names;
mod policy;
mod redirects;
mod server;
mod tls;
