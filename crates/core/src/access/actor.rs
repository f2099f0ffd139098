//! Who acts.

use crate::model::Principal;

/// The built-in group whose members administer the instance.
pub const ADMINS: &str = "admins";

/// Whoever asks for something to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor<'a> {
    /// A signed-in person, live.
    User(&'a Principal),
    /// Whoever can run the binary against the database.
    Cli,
    /// The configuration file, when the server brings the database in line with it.
    Config,
    /// Nobody known.
    Anonymous,
}

impl Actor<'_> {
    /// Whether the actor is a person in [`ADMINS`].
    pub fn is_administrator(&self) -> bool {
        matches!(self, Self::User(principal) if principal.groups.contains(ADMINS))
    }
}
