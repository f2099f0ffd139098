//! One file for each subcommand. What they share stands beside this folder: `context` is what each is given, `ending`
//! how each ends, `options` what each takes. `dispatch` chooses among them.

pub mod access;
pub mod adopt;
pub mod app;
pub mod catalog;
pub mod check;
mod check_mail;
mod check_recovery;
mod check_token;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod discover;
pub mod explain;
pub mod generate;
pub mod init;
pub mod invite;
pub mod key;
pub mod moving;
mod password;
mod person;
pub mod plan;
mod removal;
mod requests;
pub mod rotate;
pub mod serve;
mod somebody;
pub mod token;
pub mod user;
