//! Telling people by mail what happened to their accounts (ADR 54): ordered in the transaction of what it tells of, and
//! sent by durable work, so that neither exists without the other and a mail server that is away loses nothing.

mod order;
mod payload;
mod work;

pub(crate) use order::{To, order};
pub use work::{Mail, NoticeSending, Post, Sending, Unsent};
