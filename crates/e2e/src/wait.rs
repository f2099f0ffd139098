//! Waiting for something to become true, with an end, and saying what it was that did not.

use std::{
    future::Future,
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

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
    until(&format!("{what} at {address}"), Duration::from_secs(20), || async move {
        tokio::net::TcpStream::connect(address).await.ok()
    })
    .await;
}

/// How long a piece of work took.
pub async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begin = Instant::now();
    let done = work.await;
    (done, begin.elapsed())
}

/// A loopback address that nothing listens at for the moment.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on loopback");
    listener.local_addr().expect("a bound listener has an address")
}
