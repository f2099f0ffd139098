//! Mail: the one crate that speaks SMTP (RFC 5321), over TLS from the start (RFC 8314), after STARTTLS (RFC 3207), or
//! plain to this machine itself ([ADR 54](../../../docs/adr/0054-mail-tells-and-never-opens.md)).
//!
//! It hands one message to one server and says how far that went. It keeps nothing, tries nothing twice and logs nothing:
//! the queue of durable work does.

mod deadline;
mod error;
mod message;
mod place;
mod plain;
mod server;
mod step;
mod stream;

pub use deadline::Limits;
pub use error::{Cause, Error, Stage};
pub use message::{BadSender, Outgoing, Sender, Unfit};
pub use place::{BadPlace, Place, Security};
pub use server::{Login, Server};
pub use step::Step;
