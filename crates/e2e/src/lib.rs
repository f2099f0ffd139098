//! The harness of the end-to-end tests: Doorstep as a process, with real neighbours around it.
//!
//! A [`instance::Instance`] is one running Doorstep behind a real proxy, on a real database, with relying
//! parties that we did not write; a [`chromium::Browser`] or an [`http::Visitor`] walks through it. Nothing
//! here decides anything about the product, and nothing here ships.

pub mod apache;
pub mod authenticator;
pub mod certificates;
pub mod chromium;
pub mod clock;
pub mod disk;
pub mod doorstep;
pub mod echo;
pub mod expect;
pub mod given;
pub mod http;
pub mod instance;
pub mod loopback;
pub mod mail_server;
pub mod page;
pub mod pages;
pub mod person;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod real_app;
pub mod relying_party;
mod rust_relying_party;
pub mod tunnel;
pub mod upgrade;
pub mod upstream;
pub mod wait;
pub mod webdriver;
