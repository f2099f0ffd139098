//! Where deliveries go: how each kind of place is read and written.
//!
//! A sink writes a whole delivery or nothing, and never shows what is in it.

mod file;

pub use file::FileSink;

use crate::delivery::Rendered;
use serde::Serialize;
use std::future::Future;

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
    /// Something that is not ours to replace, or that cannot be read.
    Blocked {
        /// What is in the way and what to do.
        why: String,
    },
}

/// Why a delivery was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SinkError(pub String);

/// What a write did besides writing, for a person to know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The file had been readable by everyone on the machine and no longer is.
    pub tightened: bool,
}

/// A kind of place.
pub trait Sink: Sync {
    /// Compares what is there with what should be. Never fails: what is in the way is a state.
    fn observe(&self, wanted: &Rendered) -> impl Future<Output = SinkState> + Send;
    /// Puts the delivery there, whole or not at all.
    fn write(&self, wanted: &Rendered) -> impl Future<Output = Result<Written, SinkError>> + Send;
}
