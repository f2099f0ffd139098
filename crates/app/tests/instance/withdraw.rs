//! What could not be taken away when an app was pruned is taken away later, by one server, and never what is
//! delivered to again.

use crate::fixture::{Home, may, on_both, seconds};
use doorstep_app::{
    jobs,
    onboarding::{PROVIDER, Withdrawal, order_withdrawals},
    queue::Handlers,
};
use doorstep_core::{
    access::{ManageApps, ReadAudit},
    secret::SecretHash,
};
use doorstep_onboard::{
    delivery::{Address, Rendered},
    execute::{AppReport, Done, Report},
    ledger::Ledger,
    plan::{AppPlan, Plan, Step},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A place that does not answer the first time.
#[derive(Clone, Default)]
struct Place(Arc<Mutex<Vec<Address>>>);

impl Sink for Place {
    fn observe<'a>(&'a self, _: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        Box::pin(async { SinkState::Same })
    }
    fn write<'a>(&'a self, _: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async { Ok(Written::default()) })
    }
    fn remove<'a>(&'a self, place: &'a Address, _: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        let tries = {
            let mut tried = self.0.lock().unwrap();
            tried.push(place.clone());
            tried.len()
        };
        Box::pin(async move {
            if tries == 1 { Err(SinkError::Unreachable("the disk is away".into())) } else { Ok(Removed::Gone) }
        })
    }
}

fn place() -> Address {
    Address::File("/srv/app/sso.env".into())
}

fn content() -> Fingerprint {
    Fingerprint::from(SecretHash::labelled("test", b"x"))
}

fn plan_of(steps: Vec<Step>) -> Plan {
    let app = AppPlan {
        opens: Vec::new(),
        name: "photos".parse().unwrap(),
        remote: None,
        steps,
        waits: Vec::new(),
        blocked: Vec::new(),
        unreachable: Vec::new(),
        cannot: Vec::new(),
        orphan: false,
        left: Vec::new(),
        left_clients: Vec::new(),
        setup: Vec::new(),
        doors: None,
        reopens: Vec::new(),
        letter: None,
        rotation: None,
    };
    Plan { apps: vec![app], ..Plan::default() }
}

fn report_of(unreachable: Vec<String>) -> AppReport {
    AppReport {
        name: "photos".parse().unwrap(),
        done: Vec::new(),
        failed: Vec::new(),
        unreachable,
        waits: Vec::new(),
        orphan: false,
        left: Vec::new(),
        left_clients: Vec::new(),
        setup: Vec::new(),
        reopens: Vec::new(),
        letter: None,
    }
}

/// A plan that takes something away, and the report that it could not be reached.
async fn pruned(home: &Home) {
    let ledger = crate::fixture::ledger(&home.instance, PROVIDER);
    ledger.delivered(&"photos".parse().unwrap(), &place(), content()).await.unwrap();
    let plan = plan_of(vec![Step::Withdraw { from: place(), content: content() }]);
    let report = report_of(vec![format!("{}: the disk is away", place())]);
    let report = Report { apps: vec![report], ..Report::default() };
    order_withdrawals(&home.instance.queue, &may(&home.instance, ManageApps), (&plan, &report)).await.unwrap();
    home.wait(seconds(10));
}

async fn waiting(home: &Home) -> i64 {
    let backlog = home.instance.queue.backlog(&may(&home.instance, ReadAudit)).await.unwrap();
    backlog.iter().map(|of| of.waiting).sum()
}

/// Runs a server until nothing waits; after the first try another one, a minute later.
async fn work(home: &Home, sink: &Place, declared: BTreeSet<Address>) {
    let handler = Withdrawal::new(&home.instance.onboarding, sink.clone(), Arc::new(move || Some(declared.clone())));
    let handlers: Handlers = vec![Arc::new(handler)];
    let until = async |tries: usize| {
        while waiting(home).await > 0 && sink.0.lock().unwrap().len() < tries {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    // What became of the try is written down when the server has stopped.
    jobs::run(Arc::clone(&home.instance), Handlers::clone(&handlers), until(1)).await;
    home.wait(seconds(60));
    jobs::run(Arc::clone(&home.instance), handlers, until(usize::MAX)).await;
}

async fn recorded(home: &Home) -> usize {
    crate::fixture::ledger(&home.instance, PROVIDER).recall().await.unwrap().delivered.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_reached_is_taken_away_later() {
    on_both!(|home| {
        pruned(&home).await;
        assert_eq!((waiting(&home).await, recorded(&home).await), (1, 1));
        let sink = Place::default();
        work(&home, &sink, BTreeSet::new()).await;
        assert_eq!(*sink.0.lock().unwrap(), [place(), place()], "it fails, and is tried again");
        assert_eq!(recorded(&home).await, 0);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delivered_to_again_or_was_forgotten_is_left_alone() {
    on_both!(|home| {
        for is_declared in [true, false] {
            pruned(&home).await;
            let sink = Place::default();
            let declared = if is_declared { BTreeSet::from([place()]) } else { BTreeSet::new() };
            if !is_declared {
                crate::fixture::ledger(&home.instance, PROVIDER).forget(&place()).await.unwrap();
            }
            work(&home, &sink, declared).await;
            assert_eq!(*sink.0.lock().unwrap(), []);
            assert_eq!(recorded(&home).await, usize::from(is_declared));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_could_not_be_reached_is_ordered() {
    let home = Home::new(doorstep_store::testing::Engine::Sqlite).await;
    let named = |path: &str| Address::File(path.into());
    let (gone, blocked) = (named("/srv/gone"), named("/srv/blocked"));
    let steps = [&gone, &blocked].map(|place| Step::Withdraw { from: place.clone(), content: content() });
    let mut report = report_of(Vec::new());
    report.done = vec![Done::Withdrawn { from: gone.clone() }];
    report.failed = vec![format!("{blocked}: a person has to look")];
    let (plan, report) = (plan_of(steps.into()), Report { apps: vec![report], ..Report::default() });
    order_withdrawals(&home.instance.queue, &may(&home.instance, ManageApps), (&plan, &report)).await.unwrap();
    assert_eq!(waiting(&home).await, 0);
}
