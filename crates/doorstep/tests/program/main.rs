//! The program itself, started as a person or a service manager starts it, against a folder of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "these are tests"
)]

mod access;
mod adopting;
mod apps;
mod checking;
mod clusters;
mod demo;
mod discover;
mod ends;
mod icons;
mod installation;
mod invitations;
mod invited;
mod issuer;
mod keyed;
mod killed;
mod languages;
mod lockout;
mod mail;
mod moving;
mod onboarding;
mod owner;
mod people;
mod places;
mod preview;
mod proxies;
mod reloading;
mod restoring;
mod root_key;
mod rotated;
mod rotating;
mod serving;
mod state;
mod supervised;
mod tokens;
mod transport;
