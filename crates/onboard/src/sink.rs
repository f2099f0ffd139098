//! Where deliveries go: what every kind of place can be asked. The kinds themselves are in `doorstep-deliver`.
//!
//! A sink writes a whole delivery or nothing, and never shows what is in it. Its calls are boxed futures, so
//! that a set of sinks can be chosen from while the program runs.

pub use crate::{
    fingerprint::Fingerprint,
    foreign::{Foreign, Whose},
};

use crate::delivery::{Address, Rendered};
use serde::Serialize;
use std::{future::Future, pin::Pin};

/// What a call of a sink returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What stands at a place, compared with what should.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SinkState {
    /// Nothing.
    Absent,
    /// What should.
    Same,
    /// An earlier delivery, or an edited one.
    Differs,
    /// What should, but everyone on the machine can read it.
    TooOpen,
    /// Something that a person has to move or mend first.
    Blocked {
        /// What is in the way and what to do.
        why: String,
    },
    /// The place did not answer. Nothing is known about it; it is looked at again later.
    Unreachable {
        /// What happened.
        why: String,
    },
}

/// Why a place was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// Something that a person has to move or mend first.
    #[error("{0}")]
    Blocked(String),
    /// The place did not answer in time or failed in a way that passes: worth another try.
    #[error("{0}; it is tried again")]
    Unreachable(String),
}

impl From<SinkError> for SinkState {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::Blocked(why) => Self::Blocked { why },
            SinkError::Unreachable(why) => Self::Unreachable { why },
        }
    }
}

/// What a write did besides writing, for a person to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The file had been readable by everyone on the machine and no longer is.
    pub tightened: bool,
}

/// What became of a delivery that nothing declares any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Removed {
    /// It is gone.
    Gone,
    /// It was not there any more.
    WasNotThere,
    /// It is not what was delivered: somebody changed it, and it stays.
    Changed,
}

/// A kind of place, or a set of kinds.
pub trait Sink: Send + Sync {
    /// Compares what is there with what should be. `last` is the fingerprint of what was delivered there last,
    /// for a place that cannot be read back. Never fails: what is in the way is a state.
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState>;

    /// Puts the delivery there, whole or not at all.
    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>>;

    /// Removes a delivery, if what is there is what was delivered last.
    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>>;

    /// What stands there that somebody else made, where a person may hand it over; `None` when there is no such thing.
    fn foreign<'a>(&'a self, _: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        Box::pin(async { Ok(None) })
    }

    /// Puts the delivery in the place of what somebody else made and [`Self::foreign`] showed, with our mark, whole or not
    /// at all; refuses when something else is there by now.
    fn adopt<'a>(&'a self, _: &'a Rendered, _: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async { Err(SinkError::Blocked("what is at such a place cannot be taken over".into())) })
    }
}
