//! An authenticator app of a person, without its secret.

use crate::{
    id::{TotpKeyId, UserId},
    time::Timestamp,
};

/// What is known of an authenticator app: the password of its person wants one of its codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotpKey {
    /// Our id of it.
    pub id: TotpKeyId,
    /// Whose it is.
    pub user: UserId,
    /// What the person calls it.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When one of its codes last signed in.
    pub last_used_at: Option<Timestamp>,
}

impl TotpKey {
    /// How many a person may have: a guess is right by each of them.
    pub const MOST: usize = 3;
}
