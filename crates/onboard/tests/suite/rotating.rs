//! A rotation of a client secret in a plan: told as long as it is under way, begun and ended by no plan, and never undone
//! by one that began before it.

use crate::support::{Bench, Memory, derive};
use doorstep_core::{
    id::AppName,
    model::Rotation,
    time::{Timestamp, Ttl},
};
use doorstep_onboard::{
    delivery::{Address, Rendered},
    execute::{Done, deliver, execute},
    means::Means,
    observe::observe_only,
    plan::{self, Choices},
    render::{Style, render_plan},
    sink::{Answer, Fingerprint, Removed, Sink, SinkError, SinkState, Written},
};
use std::sync::atomic::{AtomicU32, Ordering};

const TWO: &str = r#"
issuer = "https://auth.example.org"
[apps.grafana]
url = "https://grafana.example.org"
[apps.forgejo]
url = "https://git.example.org"
"#;
const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn rotation() -> Rotation {
    Rotation {
        old: 1,
        new: 2,
        taken_back: false,
        issued_at: NOW,
        ends_at: None,
        overlap: Ttl::from_seconds(0),
        delivered_at: None,
        used_at: None,
    }
}

fn rotate(bench: &Bench, rotation: &Rotation) {
    bench.provider.holdings.lock().unwrap().rotations.insert("grafana".parse().unwrap(), rotation.clone());
}

#[tokio::test]
async fn a_plan_tells_of_a_rotation_in_each_stage_and_has_nothing_to_do_for_it() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let (delivered, used) = (Some(NOW), Some(NOW));
    let mut told = String::new();
    for rotation in [
        rotation(),
        Rotation { delivered_at: delivered, ..rotation() },
        Rotation { delivered_at: delivered, used_at: used, ..rotation() },
        Rotation { old: 2, new: 1, taken_back: true, ..rotation() },
        Rotation { old: 2, new: 1, taken_back: true, delivered_at: delivered, ..rotation() },
    ] {
        rotate(&bench, &rotation);
        let plan = bench.plan(TWO).await;
        assert!(!plan.has_steps() && !plan.needs_a_person(), "{plan:?}");
        told.push_str(&render_plan(&plan, Style::default()));
        assert_eq!(serde_json::to_value(&plan).unwrap()["apps"][0]["rotation"]["new"], rotation.new);
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_rotation_needs_the_deliveries_of_its_app_and_nothing_else_of_a_plan() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    bench.provider.raised.fetch_add(1, Ordering::SeqCst);
    let changed = TWO
        .replace("git.example.org", "code.example.org")
        .replace("\n[apps.forgejo]", "\nauth_method = \"post\"\n[apps.forgejo]");
    let plan = bench.plan(&changed).await;
    let before = (bench.provider.held(), bench.file("forgejo.env"));
    let reports = deliver(&plan, &["grafana".parse().unwrap()].into(), &bench.means()).await;
    let [app] = &*reports else { panic!("{reports:?}") };
    assert!(app.failed.is_empty() && app.unreachable.is_empty(), "{app:?}");
    assert_eq!((bench.provider.held(), bench.file("forgejo.env")), before, "nothing else of the plan was done");
    // How it authenticates waits for a word, and so does what is delivered with it.
    assert!(!app.waits.is_empty() && app.done.is_empty(), "{app:?}");
    assert!(bench.file("grafana.env").contains(derive("client grafana 1").expose()));

    // However much there is, only that app is asked for.
    let mut grafana = bench.desired(TWO);
    grafana.apps.retain(|app| app.name().as_str() == "grafana");
    let observed = observe_only(&grafana, &bench.means()).await.unwrap();
    let sought = bench.provider.sought.lock().unwrap().clone();
    assert!(sought.only && sought.apps.iter().map(AppName::as_str).eq(["grafana"]), "{sought:?}");
    let plan = plan::plan(&grafana, &observed, &Choices::default());
    let reports = deliver(&plan, &["grafana".parse().unwrap()].into(), &bench.means()).await;
    assert!(matches!(&*reports[0].done, [Done::Delivered { .. }]), "{reports:?}");
    assert!(bench.file("grafana.env").contains(derive("client grafana 2").expose()));
    assert!(bench.file("forgejo.sh").contains(derive("client forgejo 1").expose()));
}

/// Where the client secret goes; the variables of Forgejo hold none.
fn holds_the_secret_of(app: &str) -> &'static str {
    if app == "forgejo" { "forgejo.sh" } else { "grafana.env" }
}

/// The places of a bench; whenever it is written to the first few times, a rotation begins and is delivered by somebody
/// else.
struct Turning<'b> {
    bench: &'b Bench,
    turns: AtomicU32,
}

impl<'b> Turning<'b> {
    fn of(bench: &'b Bench, turns: u32) -> Self {
        Self { bench, turns: AtomicU32::new(turns) }
    }
}

impl Sink for Turning<'_> {
    fn observe<'a>(&'a self, wanted: &'a Rendered, last: Option<Fingerprint>) -> Answer<'a, SinkState> {
        self.bench.sink.observe(wanted, last)
    }
    fn write<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        let turns = self.turns.load(Ordering::SeqCst);
        if turns > 0 {
            self.turns.store(turns - 1, Ordering::SeqCst);
            self.bench.provider.raised.fetch_add(1, Ordering::SeqCst);
        }
        self.bench.sink.write(wanted)
    }
    fn remove<'a>(&'a self, place: &'a Address, last: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        self.bench.sink.remove(place, last)
    }
}

#[tokio::test]
async fn an_apply_that_read_the_secret_before_a_rotation_does_not_leave_the_old_version_behind() {
    let bench = Bench::default();
    let plan = bench.plan(TWO).await;
    let sink = Turning::of(&bench, 1);
    let means: Means<'_, Memory, _, _> = bench.means_to(&sink);
    assert!(execute(&plan, &means).await.succeeded());
    for app in ["grafana", "forgejo"] {
        let (old, new) = (derive(&format!("client {app} 1")), derive(&format!("client {app} 2")));
        let file = bench.file(holds_the_secret_of(app));
        assert!(file.contains(new.expose()) && !file.contains(old.expose()), "{app}");
    }
    assert!(!bench.plan(TWO).await.has_steps(), "and that is what is recorded");
}

#[tokio::test]
async fn what_is_outdated_as_often_as_it_is_written_was_not_delivered_and_what_was_written_last_is_recorded() {
    const ONE: &str = "issuer = \"https://auth.example.org\"\n[apps.grafana]\nurl = \"https://grafana.example.org\"\n";
    let bench = Bench::default();
    let plan = bench.plan(ONE).await;
    let sink = Turning::of(&bench, 3);
    let means: Means<'_, Memory, _, _> = bench.means_to(&sink);
    let report = execute(&plan, &means).await;
    assert!(report.is_worth_another_try() && !report.succeeded(), "{report:?}");
    let delivered = report.apps[0].done.iter().any(|done| matches!(done, Done::Delivered { .. }));
    assert!(!delivered, "the version that belongs there is not there: {report:?}");
    assert!(bench.file("grafana.env").contains(derive("client grafana 3").expose()));
    assert!(bench.plan(ONE).await.has_steps(), "version 4 is still to be delivered");
    bench.provider.raised.store(2, Ordering::SeqCst);
    assert!(!bench.plan(ONE).await.has_steps(), "version 3 is what is there, and what is recorded");
}

#[tokio::test]
async fn what_is_there_and_not_recorded_is_recorded_only_while_it_is_what_belongs_there() {
    let bench = Bench::default();
    bench.apply(TWO).await;
    bench.ledger.recorded.lock().unwrap().delivered.clear();
    let plan = bench.plan(TWO).await;
    let told = serde_json::to_value(&plan).unwrap();
    assert_eq!(told["apps"][0]["steps"][0]["reason"], "unrecorded", "{told}");
    bench.provider.raised.fetch_add(1, Ordering::SeqCst);
    let means = bench.means();
    let report = execute(&plan, &means).await;
    for app in &report.apps {
        let file = holds_the_secret_of(app.name.as_str());
        let written = app.done.iter().filter_map(|done| match done {
            Done::Delivered { to, .. } => to.path()?.file_name()?.to_str(),
            _ => None,
        });
        assert_eq!(written.collect::<Vec<_>>(), [file], "version 2 was not there: {report:?}");
        assert!(bench.file(file).contains(derive(&format!("client {} 2", app.name)).expose()));
    }
    assert_eq!(report.apps.len(), 2);
    assert!(!bench.plan(TWO).await.has_steps());
}
