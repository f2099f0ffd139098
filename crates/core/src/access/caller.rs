//! From where somebody acts, for the log.

use crate::{id::RequestId, model::Place, secret::SecretHash};

/// Where a request came from. No decision rests on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The resolved client address, or empty.
    pub ip: String,
    /// What the browser or program says of itself, cut (`Place::agent`), or empty.
    pub agent: String,
    /// The request's id.
    pub request_id: Option<RequestId>,
    /// The cookie by which the browser is known to whoever signed in with it before.
    pub browser: Option<SecretHash>,
}

impl Caller {
    /// The place, for a session that begins there.
    pub fn place(&self) -> Place {
        Place { ip: self.ip.clone(), agent: self.agent.clone() }
    }
}

/// A command on the host, or the server by itself: no request came.
pub static ON_THE_HOST: Caller = Caller { ip: String::new(), agent: String::new(), request_id: None, browser: None };
