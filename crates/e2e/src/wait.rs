//! Waiting for something to become true, with an end, and saying what it was that did not.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    ops::Range,
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

/// Below those that Linux gives to connections: `net.ipv4.ip_local_port_range` begins at 32768.
const PORTS: Range<u16> = 12_000..32_000;

/// How long anything may take that happens at all, on a machine that is slow and has other things to do.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// How often a condition is looked at.
const STEP: Duration = Duration::from_millis(20);

/// Asks until an answer comes; panics with `what` when none came within `limit`.
pub async fn until<T, F>(what: &str, limit: Duration, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begin.elapsed() < limit, "waited {limit:?} in vain for {what}");
        tokio::time::sleep(STEP).await;
    }
}

/// Waits until something listens at `address`.
pub async fn for_listener(what: &str, address: SocketAddr) {
    until(
        &format!("{what} at {address}"),
        PATIENCE,
        || async move { tokio::net::TcpStream::connect(address).await.ok() },
    )
    .await;
}

/// A loopback address that nothing listens at, and that nobody else is given: neither another test of this process, nor
/// a connection that the kernel chooses a port for. Programs that share their port (Caddy does) would not notice.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Processes that run at the same time begin at different places.
    let begin = std::process::id().wrapping_mul(331) % u32::from(PORTS.end - PORTS.start);
    for _ in PORTS {
        let nth = begin + u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + u16::try_from(nth % u32::from(PORTS.end - PORTS.start)).unwrap_or_default();
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().expect("a bound listener has an address");
        }
    }
    panic!("every port of {PORTS:?} is taken");
}
