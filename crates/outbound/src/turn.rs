//! How many requests are on their way at a time: few to one server, and a bounded number altogether. Operators' and
//! strangers' requests are counted apart, so that what strangers name never delays what the instance needs.

use crate::destination::{Destination, NamedBy};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// To one host and port.
const TO_ONE: usize = 2;
/// To all together.
const TO_ALL: usize = 32;
/// Servers without a request are forgotten beyond this number.
const REMEMBERED: usize = 256;

type Servers = HashMap<(NamedBy, String), Weak<Semaphore>>;

/// Who is on their way.
pub(crate) struct Turns {
    operator: Arc<Semaphore>,
    stranger: Arc<Semaphore>,
    servers: Mutex<Servers>,
}

/// The right to one request, given back when dropped.
pub(crate) struct Turn {
    _server: Option<OwnedSemaphorePermit>,
    _all: Option<OwnedSemaphorePermit>,
}

impl Default for Turns {
    fn default() -> Self {
        let all = || Arc::new(Semaphore::new(TO_ALL));
        Self { operator: all(), stranger: all(), servers: Mutex::default() }
    }
}

impl Turns {
    /// Waits for a turn.
    pub(crate) async fn take(&self, to: &Destination) -> Turn {
        let all = match to.named_by() {
            NamedBy::Operator => &self.operator,
            NamedBy::Stranger => &self.stranger,
        };
        // First the server: whoever waits for it takes no place from the others.
        // Neither is ever closed, so that there is always a permit.
        let server = self.server(to).acquire_owned().await.ok();
        let all = Arc::clone(all).acquire_owned().await.ok();
        Turn { _server: server, _all: all }
    }

    fn server(&self, to: &Destination) -> Arc<Semaphore> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.len() >= REMEMBERED {
            servers.retain(|_, server| server.strong_count() > 0);
        }
        let slot = servers.entry((to.named_by(), to.host_and_port())).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Semaphore::new(TO_ONE));
            *slot = Arc::downgrade(&server);
            server
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::destination::StrangerUrl;

    #[tokio::test]
    async fn servers_without_a_request_are_forgotten() {
        let turns = Turns::default();
        for number in 0..3 * REMEMBERED {
            let to = StrangerUrl::parse(&format!("https://app{number}.example/")).unwrap();
            drop(turns.take(&to.into()).await);
        }
        assert!(turns.servers.lock().unwrap().len() <= REMEMBERED);
    }
}
