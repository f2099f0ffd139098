//! A duty that fails, panics or hangs is tried again, and holds up no other.

use super::*;
use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::sync::Notify;

const EVERY: Duration = Duration::from_millis(20);
const AT_MOST: Duration = Duration::from_millis(100);
/// Far more than any of it takes.
const PLENTY: Duration = Duration::from_mins(2);

/// What a duty does in a turn.
#[derive(Clone, Copy, Debug)]
enum Way {
    Works,
    Fails,
    Panics,
    Hangs,
    /// Never lets go of its thread while it is at it.
    Blocks,
    /// Goes on when [`LET_GO`] says so.
    Waits,
}

static LET_GO: Notify = Notify::const_new();

/// A duty whose turns are as `way` says, and how many of them began and how many worked.
fn duty(
    (every, at_most): (Duration, Duration),
    way: impl Fn() -> Way + Send + Sync + 'static,
) -> (Duty, Arc<AtomicU32>, Arc<AtomicU32>) {
    let (begun, worked) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let (begins, works) = (Arc::clone(&begun), Arc::clone(&worked));
    let duty = Duty::new("a duty of the tests", every, at_most, move |_| {
        let (way, works) = (way(), Arc::clone(&works));
        begins.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            match way {
                Way::Works => {}
                Way::Fails => return Err(InternalError::Missing("what it needs")),
                Way::Panics => panic!("this panic is meant: a duty that does"),
                Way::Hangs => pending().await,
                Way::Blocks => std::thread::sleep(AT_MOST * 3),
                Way::Waits => LET_GO.notified().await,
            }
            works.fetch_add(1, Ordering::SeqCst);
            Ok(Next::Rest)
        })
    });
    (duty, begun, worked)
}

async fn reaches(count: &AtomicU32, number: u32) {
    while count.load(Ordering::SeqCst) < number {
        sleep(Duration::from_millis(5)).await;
    }
}

/// Whoever is ill stays so until the other one has worked further.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_that_fails_panics_or_hangs_is_tried_again_and_holds_up_no_other() {
    for way in [Way::Fails, Way::Panics, Way::Hangs, Way::Blocks] {
        let (tell, stopped) = Stopped::channel();
        let (well, _, worked) = duty((EVERY, AT_MOST), || Way::Works);
        let (others, turns) = (Arc::clone(&worked), AtomicU32::new(0));
        let (ill, begun, _) = duty((EVERY, AT_MOST), move || {
            let is_ill = turns.fetch_add(1, Ordering::SeqCst) < 2 || others.load(Ordering::SeqCst) < 3;
            if is_ill { way } else { Way::Works }
        });
        let both = [ill, well].map(|duty| tokio::spawn(supervise(duty, stopped.clone())));
        let went_on = timeout(PLENTY, async {
            reaches(&begun, 3).await;
            reaches(&worked, 3).await;
        });
        assert!(went_on.await.is_ok(), "{way:?}: {begun:?} tries, and the other one worked {worked:?} times");
        tell.send_replace(true);
        for supervisor in both {
            supervisor.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_waits_for_a_turn_and_not_for_ever() {
    for (way, times, finished) in [(Way::Waits, (PLENTY, PLENTY), 1), (Way::Hangs, (EVERY, AT_MOST), 0)] {
        let (tell, stopped) = Stopped::channel();
        let (duty, begun, worked) = duty(times, move || way);
        let running = tokio::spawn(supervise(duty, stopped));
        timeout(PLENTY, reaches(&begun, 1)).await.expect("it begins");
        tell.send_replace(true);
        sleep(EVERY).await;
        LET_GO.notify_one();
        timeout(PLENTY, running).await.expect("it stops").unwrap();
        assert_eq!(worked.load(Ordering::SeqCst), finished, "{way:?}");
    }
}

#[tokio::test]
async fn a_duty_may_rest_before_its_first_turn() {
    let (began, (tell, stopped)) = (crate::ambient::stopwatch(), Stopped::channel());
    let (duty, _, worked) = duty((PLENTY, PLENTY), || Way::Works);
    let running = tokio::spawn(supervise(duty.first_after(EVERY), stopped));
    timeout(PLENTY, reaches(&worked, 1)).await.expect("it works");
    assert!(began.elapsed() >= EVERY, "{:?}", began.elapsed());
    tell.send_replace(true);
    running.await.unwrap();
}

#[test]
fn the_pause_grows_up_to_the_rhythm() {
    let minute = Duration::from_mins(1);
    for (before, every, millis) in
        [(0, minute, 500), (1, minute, 1000), (6, minute, 32_000), (7, minute, 60_000), (u32::MAX, minute, 60_000)]
    {
        assert_eq!(pause_after(before, every), Duration::from_millis(millis), "{before}");
    }
    assert_eq!(pause_after(9, Duration::from_secs(1)), Duration::from_secs(1));
}

#[test]
fn a_failure_is_told_when_its_number_has_doubled_and_a_recovery_once() {
    let reported: Vec<_> = (1..=20).filter(|failures| news((failures - 1, *failures)) == Some(News::Fails)).collect();
    assert_eq!(reported, [1, 2, 4, 8, 16]);
    assert_eq!(news((u32::MAX, u32::MAX)), None);
    for (before, expected) in [(0, None), (1, Some(News::WorksAgain)), (3, Some(News::WorksAgain))] {
        assert_eq!(news((before, 0)), expected, "{before}");
    }
}
