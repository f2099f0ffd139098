//! What a server tells its service manager: when it is ready, what it is doing, and that it stops (sd_notify(3)).
//!
//! `NOTIFY_SOCKET` names a datagram socket, by its path or, after `@`, by its abstract name; where there is none, as in
//! a shell or a container, nobody is told. Other kinds of socket (`vsock:`) belong to virtual machines and are not ours.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);
const NOTIFY_SOCKET: &str = "NOTIFY_SOCKET";

/// Whoever started the server and wants to know.
pub(crate) struct Manager(Option<String>);

impl Manager {
    /// The one that the environment names.
    pub(crate) fn of(env: &BTreeMap<String, String>) -> Self {
        Self(env.get(NOTIFY_SOCKET).filter(|named| !named.is_empty()).cloned())
    }

    /// It serves; who waited for its start goes on.
    pub(crate) fn ready(&self, doing: &str) {
        self.tell(&format!("READY=1\nSTATUS={doing}\n"));
    }

    /// What it is doing while it starts.
    pub(crate) fn doing(&self, what: &str) {
        self.tell(&format!("STATUS={what}\n"));
    }

    /// It was told to stop, and lets running requests finish.
    pub(crate) fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=stopping\n");
    }

    fn tell(&self, states: &str) {
        let Some(named) = &self.0 else { return };
        if let Err(error) = send(named, states) {
            tracing::warn!(%error, "the service manager that {NOTIFY_SOCKET} names could not be told");
        }
    }
}

fn send(named: &str, states: &str) -> io::Result<()> {
    let address = match (named.strip_prefix('@'), named.starts_with('/')) {
        (Some(name), _) => SocketAddr::from_abstract_name(name)?,
        (None, true) => SocketAddr::from_pathname(named)?,
        (None, false) => return Err(ErrorKind::Unsupported.into()),
    };
    let socket = UnixDatagram::unbound()?;
    // What is not heard may get the server killed, so a full queue is waited for; but not for ever.
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.send_to_addr(states.as_bytes(), &address).map(drop)
}
