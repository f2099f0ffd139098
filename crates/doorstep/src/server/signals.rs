//! The signals that a server reacts to: stop, or read everything again.

use crate::ending::Failure;
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What the system wants.
pub(crate) enum Signalled {
    /// End.
    Stop,
    /// Read everything again.
    Again,
}

/// A signal.
pub(crate) struct Signals {
    term: Signal,
    int: Signal,
    again: Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let all = || -> io::Result<Self> {
            let (term, int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
            Ok(Self { term, int, again: signal(SignalKind::hangup())? })
        };
        all().map_err(|error| {
            Failure::refused(format!("Signals cannot be received: {error}."), "Look at the system's limits.")
        })
    }

    pub(crate) async fn next(&mut self) -> Signalled {
        tokio::select! {
            _ = self.term.recv() => Signalled::Stop,
            _ = self.int.recv() => Signalled::Stop,
            _ = self.again.recv() => Signalled::Again,
        }
    }

    /// What wants the configuration read again before it was taken in is met by doing just that.
    pub(crate) async fn stop(&mut self) {
        while let Signalled::Again = self.next().await {}
    }
}
