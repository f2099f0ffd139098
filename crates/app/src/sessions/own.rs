//! A signed-in person at their own account: what each verb on it takes.

use super::session::SignedIn;
use crate::error::InternalError;
use doorstep_core::{
    access::{Act, Actor, Caller, UseOwnAccount, require},
    id::UserId,
    time::Timestamp,
};

/// The act, and the browser session it comes from: a change asks how fresh that is.
pub struct Own<'a> {
    pub(crate) act: Act<'a, UseOwnAccount>,
    pub(crate) who: &'a SignedIn,
}

impl SignedIn {
    /// Lets the person act on their own account.
    pub fn own<'a>(&'a self, caller: &'a Caller, now: Timestamp) -> Result<Own<'a>, InternalError> {
        Ok(Own { act: require(UseOwnAccount, Actor::User(&self.principal), caller, now)?, who: self })
    }
}

impl<'a> Own<'a> {
    /// Whose account it is.
    pub(crate) const fn user(&self) -> &'a UserId {
        &self.who.principal.user.id
    }
}
