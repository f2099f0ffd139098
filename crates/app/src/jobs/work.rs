//! The worker of the queue: one handler for each kind, one job at a time, each try within its time limit.
//!
//! A job may run twice (a worker that was killed, a lease that ended), and its handler has to stand that. Whatever
//! becomes of a try is written down: done, put off, given up, or handed back because the server stops.

use super::duty::{Next, Stopped};
use crate::{
    context::Context,
    error::InternalError,
    queue::{Failed, Handler, Handlers},
};
use doorstep_core::{
    model::{
        Job,
        job::{Retry, is_spent},
    },
    time::Ttl,
};
use doorstep_store::jobs;
use std::time::Duration;
use tokio::{task::JoinHandle, time::timeout};

/// Beyond the time limit of a try, for writing down what became of it.
const MARGIN: Duration = Duration::from_secs(15);

/// How long one job of each kind may take.
pub(super) fn turn_limit(handlers: &Handlers) -> Duration {
    handlers.iter().map(|handler| handler.at_most() + MARGIN).sum::<Duration>() + MARGIN
}

/// Does one job of each kind, if one is due.
pub(super) async fn one_of_each(
    context: &Context,
    handlers: &Handlers,
    stopped: &Stopped,
) -> Result<Next, InternalError> {
    let mut next = Next::Rest;
    for handler in handlers {
        if !stopped.is_now() && work_one(context, handler.as_ref(), stopped.clone()).await? {
            next = Next::AtOnce;
        }
    }
    Ok(next)
}

/// Claims one job and does it; false when none is due, or the server stops.
async fn work_one(context: &Context, handler: &dyn Handler, mut stopped: Stopped) -> Result<bool, InternalError> {
    let lease = Ttl::from_millis(i64::try_from((handler.at_most() + MARGIN).as_millis()).unwrap_or(i64::MAX));
    if !jobs::is_due(&mut context.db.read().await?, handler.kind(), context.now()).await? {
        return Ok(false);
    }
    let mut conn = context.db.write().await?;
    let Some(job) = jobs::claim(&mut conn, handler.kind(), context.now(), lease).await? else { return Ok(false) };
    // A job may take its time; the connection is not kept for it.
    drop(conn);
    if is_spent(&job) {
        // Its workers ended without a word, each time: it may be what ended them.
        let ended = Err("each worker that began it ended before it was done".to_owned().into());
        write_down(context, (&job, handler), ended).await?;
        return Ok(true);
    }
    let mut trying = Ends(tokio::spawn(handler.work(job.payload.clone())));
    let done = tokio::select! {
        tried = timeout(handler.at_most(), &mut trying.0) => match tried {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err("it panicked; the standard error of the server says where".to_owned().into()),
            Err(_) => Err(format!("it did not end within {:?}", handler.at_most()).into()),
        },
        () = stopped.wait() => {
            drop(trying);
            jobs::hand_back(&mut context.db.write().await?, &job).await?;
            return Ok(false);
        }
    };
    drop(trying);
    write_down(context, (&job, handler), done).await?;
    Ok(true)
}

async fn write_down(
    context: &Context,
    (job, handler): (&Job, &dyn Handler),
    done: Result<(), Failed>,
) -> Result<(), InternalError> {
    let mut conn = context.db.write().await?;
    let Err(Failed { why: error, lasts }) = done else {
        jobs::done(&mut conn, job).await?;
        return Ok(());
    };
    let (id, kind, attempts) = (job.id.as_str(), job.kind.as_str(), job.attempts);
    let decided = if lasts {
        jobs::give_up(&mut conn, job, &error, context.now()).await?.then_some(Retry::Dead)
    } else {
        jobs::failed(&mut conn, job, &error, context.now()).await?
    };
    match decided {
        Some(Retry::At(_)) if !handler.is_told(attempts) => {
            tracing::debug!(job = id, kind, attempts, error, "durable work failed again; it is tried again");
        }
        Some(Retry::At(_)) => tracing::warn!(job = id, kind, attempts, error, "durable work failed; it is tried again"),
        Some(Retry::Dead) => tracing::error!(job = id, kind, attempts, error, "durable work failed and is given up"),
        None => tracing::warn!(job = id, kind, "another worker took durable work over"),
    }
    Ok(())
}

/// A task that ends with whoever waits for it.
struct Ends(JoinHandle<Result<(), Failed>>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.abort();
    }
}
