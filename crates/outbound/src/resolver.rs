//! Resolves names to addresses. Asked once for each request.

use crate::{destination::Destination, turn::Turn};
#[cfg(feature = "testing")]
use std::sync::Arc;
use std::{
    io,
    net::{IpAddr, ToSocketAddrs},
};
use tokio::task::spawn_blocking;

/// Who knows the addresses of a name.
pub(crate) enum Resolver {
    /// The operating system.
    System,
    /// A test.
    #[cfg(feature = "testing")]
    Names(Names),
}

impl Resolver {
    /// The addresses of the host. The turn goes along: a look-up that nobody waits for any more still holds it, and
    /// with it one of the process's threads.
    pub(crate) async fn look_up(&self, to: &Destination, turn: Turn) -> io::Result<(Turn, Vec<IpAddr>)> {
        if let Some(address) = to.literal() {
            return Ok((turn, vec![address]));
        }
        match self {
            Self::System => {
                let (host, port) = (to.host().to_owned(), to.port());
                let work = move || {
                    let found = (host.as_str(), port).to_socket_addrs()?;
                    Ok((turn, found.map(|address| address.ip()).collect()))
                };
                spawn_blocking(work).await.map_err(io::Error::other)?
            }
            #[cfg(feature = "testing")]
            Self::Names(names) => Ok((turn, (names.0)(to.host()))),
        }
    }
}

/// The addresses of names, by a function of a test's; asked once for each look-up.
#[cfg(feature = "testing")]
#[derive(Clone)]
pub struct Names(Arc<LookUp>);

#[cfg(feature = "testing")]
type LookUp = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

#[cfg(feature = "testing")]
impl Names {
    /// By this function.
    pub fn by(look_up: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Arc::new(look_up))
    }
}
