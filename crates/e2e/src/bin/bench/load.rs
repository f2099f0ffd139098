//! Load: 32 connections that ask without a pause, and what came of it.
//!
//! Closed loop: each connection asks again when it has its answer, or when it is due. What happens while the server warms up is
//! not counted. Beside the rate by the clock stands the rate by the server's own processor time, which other
//! work on the machine hardly moves.

use crate::{
    process::Process,
    wire::{Answer, Wire},
};
use serde::Serialize;
use std::{
    cell::{Cell, RefCell},
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    sync::Notify,
    task::{JoinSet, LocalSet},
};

/// How long the last answers of a round may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections at a time.
pub(crate) const CONNECTIONS: usize = 32;

/// What to ask: one request, or one request with a value of the same length in its place at each turn.
pub(crate) struct Requests {
    template: Vec<u8>,
    at: usize,
    values: Vec<String>,
    once: bool,
    turn: Cell<usize>,
    /// How long each connection waits from one request to the next; none where it asks when it has its answer.
    every: Option<Duration>,
}

/// Where a value goes in a template.
pub(crate) const SLOT: char = '\u{1}';

impl Requests {
    /// The same request at each turn.
    pub(crate) fn same(template: &str) -> Self {
        Self { template: template.into(), at: 0, values: Vec::new(), once: false, turn: Cell::new(0), every: None }
    }

    /// The values one after the other, for ever.
    pub(crate) fn cycle(template: &str, values: Vec<String>) -> Self {
        let at = template.find(SLOT).expect("a template has a slot");
        let width = values.first().expect("at least one value").len();
        assert!(values.iter().all(|value| value.len() == width), "values of one length");
        let template = template.replace(SLOT, &"_".repeat(width)).into_bytes();
        Self { template, at, values, once: false, turn: Cell::new(0), every: None }
    }

    /// Each value once.
    pub(crate) fn once(template: &str, values: Vec<String>) -> Self {
        Self { once: true, ..Self::cycle(template, values) }
    }

    /// So many a second, all connections together, whatever the answers take.
    pub(crate) fn at(self, per_second: f64) -> Self {
        let connections = u32::try_from(CONNECTIONS).expect("a small number");
        Self { every: Some(Duration::from_secs_f64(f64::from(connections) / per_second)), ..self }
    }

    /// Writes the next value into a connection's copy of the template; false when there is none left.
    fn next(&self, request: &mut [u8]) -> bool {
        if self.values.is_empty() {
            return true;
        }
        let turn = self.turn.replace(self.turn.get() + 1);
        if self.once && turn >= self.values.len() {
            return false;
        }
        let value = &self.values[turn % self.values.len()];
        request[self.at..self.at + value.len()].copy_from_slice(value.as_bytes());
        true
    }
}

/// How long to ask.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    /// Without counting.
    pub(crate) warm: Duration,
    /// Counting.
    pub(crate) count: Duration,
}

/// What one round came to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) per_second: f64,
    /// Answers a second of the server's processor time.
    pub(crate) per_core_second: f64,
    /// The share of one core that the server used.
    pub(crate) busy: f64,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50_ms: f64,
    /// 99 of 100 answers took no longer, in milliseconds.
    pub(crate) p99_ms: f64,
    /// How many answers were counted.
    pub(crate) answers: usize,
}

#[derive(Default)]
struct Round {
    counting: Cell<bool>,
    over: Cell<bool>,
    running: Cell<usize>,
    all_gone: Notify,
    took: RefCell<Vec<Duration>>,
}

/// Asks `server` at `address`; shows every answer to `look`.
pub(crate) async fn load(
    (server, address): (&Process, SocketAddr),
    requests: Requests,
    span: Span,
    look: impl Fn(&Answer<'_>) + Clone + 'static,
) -> Figures {
    let round = Rc::new(Round::default());
    round.took.borrow_mut().reserve(1 << 21);
    let requests = Rc::new(requests);
    let local = LocalSet::new();
    local
        .run_until(async {
            round.running.set(CONNECTIONS);
            let mut tasks = JoinSet::new();
            if !requests.once {
                tasks.spawn_local(stay_awake(Rc::clone(&round)));
            }
            for _ in 0..CONNECTIONS {
                let (round, requests, look) = (Rc::clone(&round), Rc::clone(&requests), look.clone());
                tasks.spawn_local(async move { ask_on(address, &requests, &round, look).await });
            }
            tokio::time::sleep(span.warm).await;
            let (begin, used) = (Instant::now(), server.processor_time());
            round.counting.set(true);
            tokio::select! {
                () = tokio::time::sleep(span.count) => {}
                () = round.all_gone.notified() => {}
            }
            round.counting.set(false);
            let (elapsed, used) = (begin.elapsed(), server.processor_time().saturating_sub(used));
            round.over.set(true);
            // A connection that went wrong ends the whole, with its own words.
            while let Some(ended) = tokio::time::timeout(PATIENCE, tasks.join_next())
                .await
                .expect("every connection has its last answer by now")
            {
                ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
            }
            figures(&mut round.took.borrow_mut(), elapsed, used)
        })
        .await
}

/// Asks each value once and gives nothing back but what `look` took.
pub(crate) async fn each_once(
    (server, address): (&Process, SocketAddr),
    requests: Requests,
    look: impl Fn(&Answer<'_>) + Clone + 'static,
) -> Figures {
    assert!(requests.once, "this would not end");
    let span = Span { warm: Duration::ZERO, count: Duration::from_mins(10) };
    load((server, address), requests, span, look).await
}

/// Keeps the load's core from sleeping while answers are quick: to wake a sleeping core of a virtual machine can
/// cost more than the request, and it is the server that would pay. What is spent once is slow work, where that
/// is nothing, and where a busy neighbour might take from the server's core.
async fn stay_awake(round: Rc<Round>) {
    while !round.over.get() {
        tokio::task::yield_now().await;
    }
}

async fn ask_on(address: SocketAddr, requests: &Requests, round: &Round, look: impl Fn(&Answer<'_>)) {
    // However this ends, it is counted: nobody waits for a connection that is gone.
    let _counted = Counted(round);
    let mut wire = Wire::open(address).await;
    let mut request = requests.template.clone();
    let mut begin = Instant::now();
    while !round.over.get() && requests.next(&mut request) {
        look(&wire.ask(&request).await);
        let end = Instant::now();
        if round.counting.get() {
            round.took.borrow_mut().push(end - begin);
        }
        begin = match requests.every {
            None => end,
            // A late answer takes nothing from the next one's time: that began when it was due.
            Some(every) => due(begin + every).await,
        };
    }
}

/// Waits for a moment more precisely than a timer does.
async fn due(at: Instant) -> Instant {
    while Instant::now() < at {
        tokio::task::yield_now().await;
    }
    at
}

/// One of the connections that run; the last one, or one that went wrong, ends the round.
struct Counted<'a>(&'a Round);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.running.set(self.0.running.get() - 1);
        if self.0.running.get() == 0 || std::thread::panicking() {
            self.0.all_gone.notify_one();
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn figures(took: &mut [Duration], elapsed: Duration, used: Duration) -> Figures {
    assert!(!took.is_empty(), "no answer was counted");
    took.sort_unstable();
    let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1e3;
    let answers = took.len() as f64;
    Figures {
        per_second: answers / elapsed.as_secs_f64(),
        per_core_second: answers / used.as_secs_f64(),
        busy: used.as_secs_f64() / elapsed.as_secs_f64(),
        p50_ms: at(50),
        p99_ms: at(99),
        answers: took.len(),
    }
}
