//! The queue of durable work: ordered in the transaction of what it follows from, claimed by one worker at a time.
//!
//! A claim is one conditional statement. It lasts until its lease ends: the work of a worker that was killed is
//! claimed by another. Whoever claimed a job is known by its lease and the number of the try, so that a worker
//! that comes back after its lease ended changes nothing. A job may therefore run twice, and what it does has to stand that.

use crate::{
    Conn, StoreError,
    row::Row,
    sql::{
        JOB_BACKLOG, JOB_BURY, JOB_CLAIM, JOB_DEAD, JOB_DONE, JOB_DUE, JOB_ERROR, JOB_HAND_BACK, JOB_INSERT, JOB_RETRY,
        JOB_REVIVE,
    },
};
use doorstep_core::{
    id::JobId,
    model::{
        Job,
        job::{Retry, retry},
    },
    page::{After, Page},
    time::{Timestamp, Ttl},
};

/// Claims that are lost to other workers before one looks again later.
const RACES: usize = 16;
/// Characters of an error that are kept.
const ERROR_LENGTH: usize = 512;

/// Orders a job; false when one with its id is there. In the transaction of what it follows from.
pub async fn enqueue(conn: &mut Conn, job: &Job) -> Result<bool, StoreError> {
    let values =
        [(&job.id).into(), (&job.kind).into(), (&job.payload).into(), job.run_at.into(), job.created_at.into()];
    Ok(conn.execute(JOB_INSERT, &values).await? > 0)
}

/// Whether a job of this kind is due and nobody's: a look that writes nothing, before [`claim`].
pub async fn is_due(conn: &mut Conn, kind: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.row(JOB_DUE, &[kind.into(), now.into()]).await?.is_some())
}

/// Claims the job of this kind that has been due for longest, until `lease` has passed.
pub async fn claim(conn: &mut Conn, kind: &str, now: Timestamp, lease: Ttl) -> Result<Option<Job>, StoreError> {
    for _ in 0..RACES {
        let values = [kind.into(), now.into(), (now + lease).into()];
        if let Some(mut row) = conn.row(JOB_CLAIM, &values).await? {
            return read(&mut row).map(Some);
        }
        // On PostgreSQL, two that ask at once choose the same job, and one of them gets nothing.
        if !is_due(conn, kind, now).await? {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Removes a job that is done; false when the claim had ended.
pub async fn done(conn: &mut Conn, job: &Job) -> Result<bool, StoreError> {
    Ok(conn.execute(JOB_DONE, &[(&job.id).into(), job.attempts.into(), job.lease.into()]).await? > 0)
}

/// Puts off a job whose try failed, or gives it up; none when the claim had ended.
pub async fn failed(conn: &mut Conn, job: &Job, error: &str, now: Timestamp) -> Result<Option<Retry>, StoreError> {
    end_try(conn, job, (error, retry(job.attempts, now)), now).await
}

/// Gives up a job whose try failed in a way that stays; false when the claim had ended.
pub async fn give_up(conn: &mut Conn, job: &Job, error: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(end_try(conn, job, (error, Retry::Dead), now).await?.is_some())
}

async fn end_try(
    conn: &mut Conn,
    job: &Job,
    (error, decided): (&str, Retry),
    now: Timestamp,
) -> Result<Option<Retry>, StoreError> {
    let (statement, at) = match decided {
        Retry::At(at) => (JOB_RETRY, at),
        Retry::Dead => (JOB_BURY, now),
    };
    let error: String = error.chars().filter(|c| !c.is_control()).take(ERROR_LENGTH).collect();
    let values = [(&job.id).into(), job.attempts.into(), job.lease.into(), at.into(), (&error).into()];
    Ok((conn.execute(statement, &values).await? > 0).then_some(decided))
}

/// Gives a job back that was not tried to its end, as it was before it was claimed; false when the claim had ended.
pub async fn hand_back(conn: &mut Conn, job: &Job) -> Result<bool, StoreError> {
    Ok(conn.execute(JOB_HAND_BACK, &[(&job.id).into(), job.attempts.into(), job.lease.into()]).await? > 0)
}

/// What there is of one kind of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The kind.
    pub kind: String,
    /// Jobs that wait or run.
    pub waiting: i64,
    /// Since when the oldest of them does.
    pub since: Option<Timestamp>,
    /// Jobs that were given up.
    pub dead: i64,
}

/// What there is of each kind.
pub async fn backlog(conn: &mut Conn) -> Result<Vec<Backlog>, StoreError> {
    let read = |row: &mut Row| {
        let dead = row.int(2)?;
        Ok(Backlog { kind: row.text(0)?, waiting: row.int(1)? - dead, since: row.opt_time(3)?, dead })
    };
    conn.rows(JOB_BACKLOG, &[]).await?.iter_mut().map(read).collect()
}

/// Dead letters by id, a page at a time.
pub async fn dead(conn: &mut Conn, after: &After<JobId>) -> Result<Page<Job, JobId>, StoreError> {
    let values = [after.begins_after().map_or("", JobId::as_str).into(), after.ask_for().into()];
    let found = conn.rows(JOB_DEAD, &values).await?.iter_mut().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(after.page(found, |job| job.id.clone()))
}

/// Why the last try of a job failed, if it is there and failed.
pub async fn last_error(conn: &mut Conn, id: &JobId) -> Result<Option<String>, StoreError> {
    let Some(mut row) = conn.row(JOB_ERROR, &[id.into()]).await? else { return Ok(None) };
    row.opt_text(0)
}

/// Makes a dead letter due again, with all its tries; false when it is none.
pub async fn revive(conn: &mut Conn, id: &JobId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(conn.execute(JOB_REVIVE, &[id.into(), now.into()]).await? > 0)
}

fn read(row: &mut Row) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.parsed(0, "a job id")?,
        kind: row.text(1)?,
        payload: row.text(2)?,
        run_at: row.time(3)?,
        lease: row.opt_time(4)?,
        attempts: row.int(5)?,
        last_error: row.opt_text(6)?,
        created_at: row.time(7)?,
        dead_at: row.opt_time(8)?,
    })
}
