//! The queue of durable work: ordered with what it follows from, done by one worker, never lost.

use crate::instance::{NOW, id, later};
use doorstep_core::{
    id::JobId,
    model::{
        Job,
        job::{Retry, pause, retry},
    },
    page::After,
    time::Ttl,
};
use doorstep_store::{Db, jobs, testing};
use std::collections::BTreeSet;

const LEASE: Ttl = Ttl::from_seconds(60);

fn job(name: &str, due_in: i64) -> Job {
    Job {
        id: id(name),
        kind: "mail".into(),
        payload: "{\"to\":\"ada\"}".into(),
        run_at: later(due_in),
        lease: None,
        attempts: 0,
        last_error: None,
        created_at: NOW,
        dead_at: None,
    }
}

async fn enqueue(db: &Db, all: &[Job]) {
    let mut tx = db.begin().await.unwrap();
    for job in all {
        assert!(jobs::enqueue(&mut tx, job).await.unwrap());
    }
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, seconds: i64) -> Option<Job> {
    jobs::claim(&mut db.write().await.unwrap(), "mail", later(seconds), LEASE).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_ordered_with_its_transaction_or_not_at_all() {
    for instance in testing::both().await {
        let mut tx = instance.db.begin().await.unwrap();
        assert!(jobs::enqueue(&mut tx, &job("j-1", 0)).await.unwrap());
        drop(tx);
        assert_eq!(claim(&instance.db, 0).await, None);
        enqueue(&instance.db, &[job("j-1", 0)]).await;
        let mut tx = instance.db.begin().await.unwrap();
        assert!(!jobs::enqueue(&mut tx, &job("j-1", 5)).await.unwrap(), "one id, one job");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_that_is_due_for_longest_comes_first_and_other_kinds_are_left() {
    for instance in testing::both().await {
        let mut other = job("j-0", -9);
        other.kind = "webhook".into();
        enqueue(&instance.db, &[other, job("j-1", 5), job("j-2", 3), job("j-3", 9)]).await;
        assert_eq!(claim(&instance.db, 2).await, None);
        let mut names = Vec::new();
        while let Some(job) = claim(&instance.db, 8).await {
            assert_eq!((job.attempts, job.lease), (1, Some(later(68))));
            names.push(job.id.to_string());
            assert!(jobs::done(&mut instance.db.write().await.unwrap(), &job).await.unwrap());
        }
        assert_eq!(names, ["j-2", "j-1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_workers_one_gets_each_job() {
    for instance in testing::both().await {
        let all: Vec<Job> = (0..60).map(|n| job(&format!("j-{n:02}"), 0)).collect();
        enqueue(&instance.db, &all).await;
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let db = instance.db.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    while let Some(job) = claim(&db, 1).await {
                        assert_eq!(job.attempts, 1);
                        mine.push(job.id.clone());
                        tokio::task::yield_now().await;
                        assert!(jobs::done(&mut db.write().await.unwrap(), &job).await.unwrap());
                    }
                    mine
                })
            })
            .collect();
        let mut done: Vec<JobId> = Vec::new();
        for worker in workers {
            done.extend(worker.await.unwrap());
        }
        assert_eq!(done.len(), 60, "{:?}: nothing twice", instance.engine);
        assert_eq!(done.into_iter().collect::<BTreeSet<_>>().len(), 60, "nothing left out");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_of_a_killed_worker_is_claimed_when_its_lease_has_run_out() {
    for instance in testing::both().await {
        enqueue(&instance.db, &[job("j-1", 0)]).await;
        let killed = claim(&instance.db, 0).await.unwrap();
        assert_eq!(claim(&instance.db, 59).await, None);
        let second = claim(&instance.db, 60).await.unwrap();
        assert_eq!((second.attempts, second.lease), (2, Some(later(120))));
        // The first one was not dead, only slow: what it says now counts for nothing.
        let mut conn = instance.db.write().await.unwrap();
        assert!(!jobs::done(&mut conn, &killed).await.unwrap());
        assert_eq!(jobs::failed(&mut conn, &killed, "late", later(61)).await.unwrap(), None);
        assert!(jobs::done(&mut conn, &second).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_handed_back_is_as_it_was_and_is_told_of_with_the_others() {
    for instance in testing::both().await {
        let webhook = Job { kind: "webhook".into(), created_at: later(2), ..job("j-2", 5) };
        enqueue(&instance.db, &[job("j-1", 0), webhook, job("j-3", 9)]).await;
        let mut conn = instance.db.write().await.unwrap();
        let claimed = jobs::claim(&mut conn, "mail", NOW, LEASE).await.unwrap().unwrap();
        assert!(!jobs::is_due(&mut conn, "mail", NOW).await.unwrap(), "one worker has it, the other is not due");
        assert!(jobs::hand_back(&mut conn, &claimed).await.unwrap());
        assert!(!jobs::hand_back(&mut conn, &claimed).await.unwrap(), "it is not its any more");
        assert!(jobs::is_due(&mut conn, "mail", NOW).await.unwrap());
        assert_eq!(jobs::claim(&mut conn, "mail", NOW, LEASE).await.unwrap(), Some(claimed.clone()));

        let of = |kind: &str, waiting, since, dead| jobs::Backlog { kind: kind.into(), waiting, since, dead };
        let all = jobs::backlog(&mut conn).await.unwrap();
        assert_eq!(all, [of("mail", 2, Some(NOW), 0), of("webhook", 1, Some(later(2)), 0)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_is_tried_again_later_and_at_last_is_a_dead_letter() {
    for instance in testing::both().await {
        enqueue(&instance.db, &[job("j-1", 0)]).await;
        let (mut at, mut tries) = (NOW, 0);
        loop {
            tries += 1;
            let mut conn = instance.db.write().await.unwrap();
            let claimed = jobs::claim(&mut conn, "mail", at, LEASE).await.unwrap().unwrap();
            assert_eq!(claimed.attempts, tries);
            let decided = jobs::failed(&mut conn, &claimed, "refused\nby\u{1b} the server", at).await.unwrap();
            assert_eq!(decided, Some(retry(tries, at)));
            let Some(Retry::At(next)) = decided else { break };
            let early = next - Ttl::from_millis(1);
            assert_eq!(jobs::claim(&mut conn, "mail", early, LEASE).await.unwrap(), None);
            assert_eq!(next, at + pause(tries));
            at = next;
        }
        let mut conn = instance.db.write().await.unwrap();
        let much_later = at + Ttl::from_days(30);
        assert_eq!(jobs::claim(&mut conn, "mail", much_later, LEASE).await.unwrap(), None);
        let dead = jobs::dead(&mut conn, &After::start()).await.unwrap().items;
        assert_eq!((dead.len(), dead[0].dead_at, dead[0].attempts), (1, Some(at), tries));
        let backlog = jobs::backlog(&mut conn).await.unwrap();
        assert_eq!(backlog, [jobs::Backlog { kind: "mail".into(), waiting: 0, since: None, dead: 1 }]);
        assert_eq!(dead[0].last_error.as_deref(), Some("refusedby the server"));
        assert!(jobs::revive(&mut conn, &dead[0].id, much_later).await.unwrap());
        assert!(!jobs::revive(&mut conn, &dead[0].id, much_later).await.unwrap());
        assert_eq!(jobs::dead(&mut conn, &After::start()).await.unwrap().items, []);
        let again = jobs::claim(&mut conn, "mail", much_later, LEASE).await.unwrap().unwrap();
        assert_eq!(again.attempts, 1);
    }
}
