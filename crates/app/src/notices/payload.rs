//! What a job knows that sends a notice. No secrets: it stays in the database until it is done.

use doorstep_core::{id::UserId, notice::Notice};
use serde::{Deserialize, Serialize};

/// The kind of these jobs.
pub(super) const KIND: &str = "mail";

/// A notice that waits to be sent.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    /// What the message is known by, at every try.
    pub(super) id: String,
    /// Whose account it is about.
    pub(super) user: UserId,
    /// The address that the account had when it happened: what changed the account may have changed that too.
    pub(super) to: String,
    /// What happened.
    pub(super) notice: Notice,
}
