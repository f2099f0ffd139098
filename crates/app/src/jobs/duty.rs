//! A duty and its supervisor: a turn that fails, panics or takes too long is logged and tried again after a pause
//! that grows up to the duty's rhythm. It ends no other duty, and not the server.

use crate::error::InternalError;
use std::{future::Future, pin::Pin, time::Duration};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{sleep, timeout},
};

/// The pause after the first turn that fails; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// A turn that runs when the server stops may take this much longer.
const STOP_FOR: Duration = Duration::from_secs(10);

/// When the next turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// When the rhythm says so.
    Rest,
    /// At once: there is more to do.
    AtOnce,
}

type Turn = Pin<Box<dyn Future<Output = Result<Next, InternalError>> + Send>>;

/// Work that is done again and again.
pub(super) struct Duty {
    name: &'static str,
    first: Duration,
    every: Duration,
    at_most: Duration,
    turn: Box<dyn Fn(Stopped) -> Turn + Send + Sync>,
}

impl Duty {
    /// A turn is begun `every` so often, and given up when it takes longer than `at_most`.
    pub(super) fn new(
        name: &'static str,
        every: Duration,
        at_most: Duration,
        turn: impl Fn(Stopped) -> Turn + Send + Sync + 'static,
    ) -> Self {
        Self { name, first: Duration::ZERO, every, at_most, turn: Box::new(turn) }
    }

    /// The same, with a rest before its first turn.
    pub(super) fn first_after(self, first: Duration) -> Self {
        Self { first, ..self }
    }

    /// Does one turn in a task of its own, so that a panic ends that task alone.
    async fn turn(&self, stopped: &mut Stopped) -> Result<Next, Trouble> {
        let mut running = tokio::spawn((self.turn)(stopped.clone()));
        let limit = async {
            tokio::select! {
                () = sleep(self.at_most) => {}
                () = async { stopped.wait().await; sleep(STOP_FOR).await } => {}
            }
        };
        tokio::select! {
            ended = &mut running => match ended {
                Ok(done) => done.map_err(Trouble::from),
                Err(_) => Err(Trouble::Panicked),
            },
            () = limit => {
                given_up(running, stopped).await;
                Err(Trouble::TooLong(self.at_most))
            }
        }
    }
}

/// Ends a turn. What does not let go, because it never waits for anything, cannot be ended: a second one beside it
/// would only make that worse, so the duty waits.
async fn given_up(running: JoinHandle<Result<Next, InternalError>>, stopped: &mut Stopped) {
    running.abort();
    tokio::select! {
        _ = running => {}
        () = stopped.wait() => {}
    }
}

/// What went wrong in a turn.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Failed(#[from] InternalError),
    #[error("it panicked; the standard error of the server says where")]
    Panicked,
    #[error("it did not end within {0:?}")]
    TooLong(Duration),
}

/// Does the turns of a duty until it is stopped.
pub(super) async fn supervise(duty: Duty, mut stopped: Stopped) {
    let (mut failures, mut pause) = (0_u32, duty.first);
    loop {
        let is_stopped = timeout(pause, stopped.wait()).await.is_ok();
        if is_stopped {
            return;
        }
        let (turned, before) = (duty.turn(&mut stopped).await, failures);
        (failures, pause) = match &turned {
            Ok(Next::AtOnce) => (0, Duration::ZERO),
            Ok(Next::Rest) => (0, duty.every),
            Err(_) => (failures.saturating_add(1), pause_after(failures, duty.every)),
        };
        note(duty.name, &turned, (before, failures));
    }
}

/// How long a duty rests after `before` failures and one more: sooner than its rhythm at first.
fn pause_after(before: u32, every: Duration) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << before.min(16)).min(every)
}

/// What of a turn is worth a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    Fails,
    WorksAgain,
}

/// A duty that breaks is told, again each time its failures have doubled, and that it works again. Counted are the
/// failures in a row before the turn and after it.
const fn news((before, failures): (u32, u32)) -> Option<News> {
    match failures {
        0 if before > 0 => Some(News::WorksAgain),
        failures if failures.is_power_of_two() => Some(News::Fails),
        _ => None,
    }
}

fn note(duty: &'static str, turned: &Result<Next, Trouble>, counts: (u32, u32)) {
    match (news(counts), turned) {
        (Some(News::Fails), Err(error)) => {
            tracing::error!(%error, duty, failures = counts.1, "a background job fails");
        }
        (Some(News::WorksAgain), _) => tracing::info!(duty, "a background job works again"),
        (Some(News::Fails) | None, _) => {}
    }
}

/// Whether the server stops.
#[derive(Clone)]
pub(super) struct Stopped(watch::Receiver<bool>);

impl Stopped {
    pub(super) fn channel() -> (watch::Sender<bool>, Self) {
        let (tell, stopped) = watch::channel(false);
        (tell, Self(stopped))
    }

    pub(super) fn is_now(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the server stops, also when the sender of that message is gone.
    pub(super) async fn wait(&mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}

#[cfg(test)]
#[path = "duty_tests.rs"]
mod tests;
