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

/// Somebody's request, of which whoever writes the line knows neither address nor id. The log has the id all the same.
pub static NOT_TOLD: Caller = Caller { ip: String::new(), request_id: None };

/// A command on the host, or the server by itself: no request came.
pub static ON_THE_HOST: Caller = Caller { ip: String::new(), request_id: None };
