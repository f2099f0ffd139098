//! The queue of durable work, with workers on it: one of them does each job, and nothing is lost.

use crate::fixture::{Home, may, on_both, seconds};
use doorstep_app::{
    jobs,
    queue::{Failed, Handler, Handlers, Trying},
};
use doorstep_core::{
    access::{ManageApps, ReadAudit},
    id::JobId,
    model::Job,
    page::After,
    time::Ttl,
};
use doorstep_store::jobs as queue;
use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Does what the payload says, and remembers it.
#[derive(Clone, Default)]
struct Hand(Arc<Mutex<Vec<String>>>);

impl Hand {
    fn did(&self) -> Vec<String> {
        let mut did = self.0.lock().unwrap().clone();
        did.sort();
        did
    }

    fn alone(&self) -> Handlers {
        vec![Arc::new(self.clone())]
    }
}

impl Handler for Hand {
    fn kind(&self) -> &'static str {
        "test"
    }
    fn at_most(&self) -> Duration {
        Duration::from_secs(3)
    }
    fn work(&self, payload: String) -> Trying {
        self.0.lock().unwrap().push(payload.clone());
        Box::pin(async move {
            match payload.as_str() {
                "hangs" => pending().await,
                "fails" => Err("the place is away".to_owned().into()),
                "lasts" => Err(Failed { why: "nobody is there".to_owned(), lasts: true }),
                "panics" => panic!("this panic is meant: a handler that does"),
                _ => Ok(()),
            }
        })
    }
}

async fn order(home: &Home, subjects: &[&str]) {
    for subject in subjects {
        assert!(home.instance.queue.order("test", subject, subject).await.unwrap(), "{subject}");
        assert!(!home.instance.queue.order("test", subject, subject).await.unwrap(), "{subject} waits already");
    }
    home.wait(seconds(10));
}

/// What waits, and what was given up.
async fn counts(home: &Home) -> (i64, i64) {
    let backlog = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
    backlog.iter().fold((0, 0), |(waiting, dead), of| (waiting + of.waiting, dead + of.dead))
}

/// Returns when so much waits and so much was given up.
async fn counted(home: &Home, wanted: (i64, i64)) {
    while counts(home).await != wanted {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn claim(home: &Home) -> Option<Job> {
    let (mut conn, now) = (home.db().write().await.unwrap(), home.instance.now());
    queue::claim(&mut conn, "test", now, Ttl::from_hours(1)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_replicas_one_does_each_job() {
    on_both!(|home| {
        let (here, there) = (Hand::default(), Hand::default());
        let subjects: Vec<String> = (0..20).map(|n| format!("job-{n:02}")).collect();
        order(&home, &subjects.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let since = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
        assert_eq!((since[0].kind.as_str(), since[0].waiting, since[0].since.is_some()), ("test", 20, true));
        tokio::join!(
            jobs::run(Arc::clone(&home.instance), here.alone(), counted(&home, (0, 0))),
            jobs::run(home.replica().await, there.alone(), counted(&home, (0, 0))),
        );
        let mut did = here.did();
        did.extend(there.did());
        did.sort();
        assert_eq!(did, subjects, "each once");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_hangs_or_panics_is_put_off_with_the_reason_and_holds_up_no_other() {
    on_both!(|home| {
        let hand = Hand::default();
        order(&home, &["fails", "hangs", "panics", "succeeds"]).await;
        jobs::run(
            Arc::clone(&home.instance),
            hand.alone(),
            // The one that succeeds is the last in the queue.
            counted(&home, (3, 0)),
        )
        .await;
        assert_eq!(hand.did(), ["fails", "hangs", "panics", "succeeds"]);
        assert!(claim(&home).await.is_none(), "they are put off");
        home.wait(seconds(10));
        for (name, why) in [("fails", "the place is away"), ("hangs", "it did not end"), ("panics", "it panicked")] {
            let job = claim(&home).await.unwrap();
            let error = job.last_error.unwrap();
            assert!(job.payload == name && error.starts_with(why) && job.attempts == 2, "{name}: {error}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_given_up_is_a_dead_letter_that_is_read_and_revived() {
    on_both!(|home| {
        order(&home, &["fails"]).await;
        // All tries but the last.
        for _ in 1..32 {
            let job = claim(&home).await.unwrap();
            queue::failed(&mut home.db().write().await.unwrap(), &job, "before", home.instance.now()).await.unwrap();
            home.wait(Ttl::from_hours(1));
        }
        assert_eq!(counts(&home).await, (1, 0));
        jobs::run(Arc::clone(&home.instance), Hand::default().alone(), counted(&home, (0, 1))).await;
        let act = may(&home.instance, ReadAudit);
        let letters = home.instance.queue.dead_letters(&act, &After::start()).await.unwrap();
        let letter = &letters.items[0];
        assert_eq!((letter.id.as_str(), letter.last_error.as_deref()), ("test~fails", Some("the place is away")));
        let id: JobId = letter.id.clone();
        let may_revive = may(&home.instance, ManageApps);
        assert!(home.instance.queue.revive(&may_revive, &id).await.unwrap());
        assert!(!home.instance.queue.revive(&may_revive, &id).await.unwrap(), "it is none any more");
        assert_eq!(counts(&home).await, (1, 0));
        assert_eq!(claim(&home).await.unwrap().attempts, 1, "with all its tries");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_for_good_is_given_up_at_its_first_try() {
    on_both!(|home| {
        let hand = Hand::default();
        order(&home, &["fails", "lasts"]).await;
        jobs::run(Arc::clone(&home.instance), hand.alone(), counted(&home, (1, 1))).await;
        let letters = home.instance.queue.dead_letters(&may(&home.instance, ReadAudit), &After::start()).await.unwrap();
        let letter = &letters.items[0];
        assert_eq!((letter.id.as_str(), letter.last_error.as_deref()), ("test~lasts", Some("nobody is there")));
        assert_eq!((letter.attempts, hand.did()), (1, vec!["fails".to_owned(), "lasts".to_owned()]));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_workers_end_each_time_is_given_up_without_another_try() {
    on_both!(|home| {
        let hand = Hand::default();
        order(&home, &["succeeds"]).await;
        for _ in 0..32 {
            claim(&home).await.unwrap();
            home.wait(Ttl::from_hours(1));
        }
        jobs::run(Arc::clone(&home.instance), hand.alone(), counted(&home, (0, 1))).await;
        assert_eq!(hand.did(), [""; 0]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stops_hands_its_job_back_and_another_replica_does_it_at_once() {
    on_both!(|home| {
        /// Takes longer than this test.
        struct Slow(Hand);
        impl Handler for Slow {
            fn kind(&self) -> &'static str {
                "test"
            }
            fn work(&self, _: String) -> Trying {
                self.0.work("hangs".into())
            }
        }
        let (slow, quick) = (Hand::default(), Hand::default());
        order(&home, &["job"]).await;
        let begun = async {
            while slow.did().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        jobs::run(Arc::clone(&home.instance), vec![Arc::new(Slow(slow.clone()))], begun).await;
        jobs::run(home.replica().await, quick.alone(), counted(&home, (0, 0))).await;
        assert_eq!((slow.did(), quick.did()), (vec!["hangs".to_owned()], vec!["job".to_owned()]));
    });
}
