//! Durable work: what is done after a commit, once, by whichever process comes first, and again when it fails.

use crate::{
    id::JobId,
    time::{Timestamp, Ttl},
};

/// A try that fails is repeated after this long at first, and after twice as long each time.
const FIRST_PAUSE: Ttl = Ttl::from_seconds(10);
/// The longest pause between two tries.
const LONGEST_PAUSE: Ttl = Ttl::from_hours(1);
/// Tries after which a job is a dead letter: with these pauses, about a day.
const TRIES: i64 = 32;

/// Work that waits to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id. A second job with the id of one that waits is the same job.
    pub id: JobId,
    /// What has to be done; a worker claims the kinds that it knows.
    pub kind: String,
    /// What it has to be done to, as the kind has it. No secrets.
    pub payload: String,
    /// When it is due.
    pub run_at: Timestamp,
    /// Until when the worker that claimed it holds it.
    pub lease: Option<Timestamp>,
    /// How often it was begun.
    pub attempts: i64,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// Set when it is given up until a person says otherwise.
    pub dead_at: Option<Timestamp>,
}

/// What becomes of a job whose try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It is due again at that time.
    At(Timestamp),
    /// It failed too often: it is a dead letter.
    Dead,
}

/// Decides when a job is tried again after its try number `attempts` failed at `now`: after a pause that
/// doubles up to an hour, and not for ever.
pub fn retry(attempts: i64, now: Timestamp) -> Retry {
    if attempts >= TRIES { Retry::Dead } else { Retry::At(now + pause(attempts)) }
}

/// Whether a job that was just claimed had all its tries before: its workers ended before they could say so.
pub const fn is_spent(job: &Job) -> bool {
    job.attempts > TRIES
}

/// The pause after try number `attempts` failed.
pub fn pause(attempts: i64) -> Ttl {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or_default();
    let millis = FIRST_PAUSE.millis().saturating_mul(1 << doublings);
    Ttl::from_millis(millis.min(LONGEST_PAUSE.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_spent_after_its_last_try() {
        let at = Timestamp::from_seconds(1);
        let job = |attempts| Job {
            id: "j".parse().unwrap(),
            kind: "k".into(),
            payload: String::new(),
            run_at: at,
            lease: None,
            attempts,
            last_error: None,
            created_at: at,
            dead_at: None,
        };
        assert_eq!((is_spent(&job(32)), is_spent(&job(33))), (false, true));
    }

    #[test]
    fn pauses_double_up_to_an_hour_and_end_after_about_a_day() {
        for (attempts, seconds) in
            [(-1, 10), (0, 10), (1, 10), (2, 20), (3, 40), (9, 2560), (10, 3600), (31, 3600), (i64::MAX, 3600)]
        {
            assert_eq!(pause(attempts), Ttl::from_seconds(seconds), "{attempts}");
        }
        let now = Timestamp::from_seconds(1_800_000_000);
        assert_eq!(retry(1, now), Retry::At(now + Ttl::from_seconds(10)));
        assert_eq!(retry(31, now), Retry::At(now + Ttl::from_hours(1)));
        assert_eq!((retry(32, now), retry(33, now)), (Retry::Dead, Retry::Dead));
        let all: i64 = (1..32).map(|attempts| pause(attempts).seconds()).sum();
        assert!((20 * 3600..28 * 3600).contains(&all), "{all}");
    }
}
