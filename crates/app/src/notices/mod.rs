//! Telling people by mail what happened to their accounts (ADR 54), and letters, which open something (ADR 59): ordered in
//! the transaction of what they follow from, and sent by durable work, so that neither exists without the other and a mail
//! server that is away loses nothing.

mod letters;
mod order;
mod payload;
mod work;

pub use letters::LetterSending;
pub(crate) use letters::{Addressed, Mailed, Opens, order_letter};
pub(crate) use order::{To, order};
pub use work::{Mail, NoticeSending, Post, Sending, Unsent};
