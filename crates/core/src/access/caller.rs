//! From where somebody acts, for the log.

use crate::id::RequestId;

/// Where a request came from. No decision rests on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The resolved client address, or empty.
    pub ip: String,
    /// The request's id.
    pub request_id: Option<RequestId>,
}

/// A command on the host, or the server by itself: no request came.
pub static ON_THE_HOST: Caller = Caller { ip: String::new(), request_id: None };
