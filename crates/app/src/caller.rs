//! Who is calling, for the log.

use doorstep_core::id::RequestId;

/// Where a request came from. No decision rests on it.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The resolved client address, or empty.
    pub ip: String,
    /// The request's id.
    pub request_id: Option<RequestId>,
}

impl Caller {
    /// A command on the host.
    pub const fn command() -> Self {
        Self { ip: String::new(), request_id: None }
    }
}
