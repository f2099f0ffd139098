//! A duty that fails, panics or hangs is tried again, and holds up no other.

use super::*;
use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

const EVERY: Duration = Duration::from_millis(20);
const AT_MOST: Duration = Duration::from_millis(100);

/// What a duty does in its first two turns; afterwards it works.
#[derive(Clone, Copy, Debug)]
enum Way {
    Works,
    Fails,
    Panics,
    Hangs,
    /// Never lets go of its thread while it is at it.
    Blocks,
}

fn duty(way: Way) -> (Duty, Arc<AtomicU32>) {
    let (turns, counted) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let worked = Arc::clone(&counted);
    let duty = Duty::new("a duty of the tests", EVERY, AT_MOST, move |_| {
        let (turn, worked) = (turns.fetch_add(1, Ordering::SeqCst), Arc::clone(&worked));
        Box::pin(async move {
            if turn < 2 {
                match way {
                    Way::Works => {}
                    Way::Fails => return Err(InternalError::Missing("what it needs")),
                    Way::Panics => panic!("this panic is meant: a duty that does"),
                    Way::Hangs => pending().await,
                    Way::Blocks => std::thread::sleep(AT_MOST * 3),
                }
            }
            worked.fetch_add(1, Ordering::SeqCst);
            Ok(Next::Rest)
        })
    });
    (duty, counted)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_that_fails_panics_or_hangs_is_tried_again_and_holds_up_no_other() {
    for way in [Way::Fails, Way::Panics, Way::Hangs, Way::Blocks] {
        let (tell, stopped) = Stopped::channel();
        let ((ill, mended), (well, worked)) = (duty(way), duty(Way::Works));
        let both = [ill, well].map(|duty| tokio::spawn(supervise(duty, stopped.clone())));
        let before = tokio::time::Instant::now();
        while mended.load(Ordering::SeqCst) == 0 {
            assert!(before.elapsed() < Duration::from_secs(20), "{way:?}: it is not tried again");
            sleep(Duration::from_millis(5)).await;
        }
        assert!(worked.load(Ordering::SeqCst) > 1, "{way:?}: the other one waited for it");
        tell.send_replace(true);
        for supervisor in both {
            supervisor.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_waits_for_a_turn_and_not_for_ever() {
    for (way, finished) in [(Way::Works, 1), (Way::Hangs, 0)] {
        let (tell, stopped) = Stopped::channel();
        let (duty, worked) = duty(way);
        let running = tokio::spawn(supervise(duty, stopped));
        sleep(EVERY / 2).await;
        tell.send_replace(true);
        timeout(AT_MOST * 20, running).await.expect("it stops").unwrap();
        assert_eq!(worked.load(Ordering::SeqCst), finished, "{way:?}");
    }
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
