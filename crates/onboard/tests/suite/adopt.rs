//! What would be taken over, as a person reads it.

use crate::{plan::TWO, support::Bench};
use doorstep_core::{id::AppName, model::Owner, secret::Secret};
use doorstep_onboard::{
    adopt::{Survey, survey, take_over},
    delivery::{Address, Rendered},
    plan::Wait,
    render::render_survey,
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Whose, Written},
    spec::{AppSpec, ClientSpec, Held},
};
use std::{collections::BTreeSet, sync::Mutex};

/// Places where somebody else's things stand, until they are taken over.
struct Taken {
    whose: Whose,
    adopted: Mutex<BTreeSet<Address>>,
    /// Whether another one takes a place over just before it is looked at closely.
    overtaken: bool,
}

impl Taken {
    fn by(whose: Whose) -> Self {
        Self { whose, adopted: Mutex::default(), overtaken: false }
    }

    fn is_ours(&self, place: &Address) -> bool {
        self.adopted.lock().unwrap().contains(place)
    }
}

impl Sink for Taken {
    fn observe<'a>(&'a self, wanted: &'a Rendered, _: Option<Fingerprint>) -> Answer<'a, SinkState> {
        let ours = self.is_ours(&wanted.to);
        Box::pin(async move { if ours { SinkState::Same } else { SinkState::Blocked { why: "not ours".into() } } })
    }

    fn write<'a>(&'a self, _: &'a Rendered) -> Answer<'a, Result<Written, SinkError>> {
        Box::pin(async { Err(SinkError::Blocked("not ours".into())) })
    }

    fn remove<'a>(&'a self, _: &'a Address, _: Fingerprint) -> Answer<'a, Result<Removed, SinkError>> {
        Box::pin(async { Ok(Removed::Changed) })
    }

    fn foreign<'a>(&'a self, wanted: &'a Rendered) -> Answer<'a, Result<Option<Foreign>, SinkError>> {
        if self.overtaken {
            self.adopted.lock().unwrap().insert(wanted.to.clone());
        }
        let pair = |key: &str| (key.to_owned(), Secret::new("canary".to_owned()));
        let pairs = ["GF_LOG_LEVEL", "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"].map(pair);
        let found = Foreign::new(pairs, self.whose.clone(), Fingerprint::of(b"seen"));
        let found = (!self.is_ours(&wanted.to)).then_some(found);
        Box::pin(async move { Ok(found) })
    }

    fn adopt<'a>(&'a self, wanted: &'a Rendered, seen: Fingerprint) -> Answer<'a, Result<Written, SinkError>> {
        assert!(seen == Fingerprint::of(b"seen"));
        self.adopted.lock().unwrap().insert(wanted.to.clone());
        Box::pin(async { Ok(Written::default()) })
    }
}

const APPS: &str = "issuer = 'https://auth.example.org'\nsinks = ['kubernetes', 'vault']\n\
    [groups]\nadmins = ['ada']\nusers = ['ada']\n\
    [apps.grafana]\nurl = 'https://grafana.example.org'\nroles = { admins = 'Admin' }\n\
    deliver = 'kubernetes:monitoring/grafana-oidc'\n";

fn grafana() -> AppName {
    "grafana".parse().unwrap()
}

async fn surveyed(bench: &Bench, sink: &Taken) -> Survey {
    let desired = bench.desired(APPS);
    let means = bench.means_to(sink);
    survey(&desired.apps[0], &means).await.unwrap()
}

/// An instance whose client for grafana a person made.
async fn by_hand() -> Bench {
    let bench = Bench::default();
    bench.apply(TWO).await;
    let mut held = bench.provider.holdings.lock().unwrap();
    let client = held.clients.get_mut("grafana").unwrap();
    (client.owner, client.spec.redirect_uris) = (Owner::Console, vec!["https://old.example.org/cb".into()]);
    held.apps.get_mut("grafana").unwrap().owner = Owner::Console;
    drop(held);
    bench
}

#[tokio::test]
async fn a_client_and_a_place_are_shown_by_names() {
    let bench = by_hand().await;
    let shown = surveyed(&bench, &Taken::by(Whose::Program("Helm".into()))).await;
    let told = render_survey(&shown);
    assert!(!told.contains("canary"), "{told}");
    insta::assert_snapshot!("adopt_survey", told);
}

#[tokio::test]
async fn what_another_instance_delivers_is_taken_by_its_name_only() {
    let bench = Bench::default();
    let sink = Taken::by(Whose::Instance("https://login.example.net".into()));
    let shown = surveyed(&bench, &sink).await;
    insta::assert_snapshot!("adopt_other_instance", render_survey(&shown));
    let desired = bench.desired(APPS);
    let means = bench.means_to(&sink);
    let place = desired.apps[0].deliveries[0].to.clone();
    let report = take_over(&shown, (&desired.apps[0], &BTreeSet::new()), &means).await.unwrap();
    assert!(report.failed.is_empty() && !sink.is_ours(&place), "{report:?}");
    let report = take_over(&shown, (&desired.apps[0], &[place.clone()].into()), &means).await.unwrap();
    assert!(report.failed.is_empty() && sink.is_ours(&place), "{report:?}");
    assert!(!surveyed(&bench, &sink).await.finds_something());
    assert_eq!(bench.ledger.recorded.lock().unwrap().delivered[&place].0, grafana());
}

const CLOUD: &str = "issuer = 'https://auth.example.org'\n[apps.opencloud]\nurl = 'https://cloud.example.org'\n";

const DOORS: &str = "issuer = 'https://auth.example.org'\n[apps.wekan]\nurl = 'https://wekan.example.org'\n";

/// Acceptance is no wider than what was shown: what is a declared client's already waits as ever.
#[tokio::test]
async fn to_take_over_an_entry_and_a_further_client_approves_nothing_else() {
    let bench = Bench::default();
    assert!(bench.apply(CLOUD).await.succeeded());
    {
        let mut held = bench.provider.holdings.lock().unwrap();
        held.apps.get_mut("opencloud").unwrap().owner = Owner::Console;
        held.clients.get_mut("opencloud").unwrap().spec.scopes.insert("address".into());
        held.extras.get_mut("OpenCloudAndroid").unwrap().spec.scopes.insert("address".into());
        let by_hand = held.extras.get_mut("OpenCloudIOS").unwrap();
        (by_hand.owner, by_hand.spec.extra) = (Owner::Console, None);
        by_hand.spec.scopes.insert("phone".into());
    }
    let desired = bench.desired(CLOUD);
    let shown = survey(&desired.apps[0], &bench.means()).await.unwrap();
    insta::assert_snapshot!("adopt_entry_and_further_client", render_survey(&shown));
    let report = take_over(&shown, (&desired.apps[0], &BTreeSet::new()), &bench.means()).await.unwrap();
    assert!(report.failed.is_empty() && !report.waits.is_empty(), "{report:?}");
    let held = bench.provider.held();
    let (ios, android) = (&held.extras["OpenCloudIOS"], &held.extras["OpenCloudAndroid"]);
    assert_eq!((held.apps["opencloud"].owner, ios.owner), (Owner::Config, Owner::Config));
    assert!(!ios.spec.scopes.contains("phone"), "it was shown");
    assert!(android.spec.scopes.contains("address") && held.clients["opencloud"].spec.scopes.contains("address"));
    assert!(bench.plan(CLOUD).await.needs_a_person());
}

#[tokio::test]
async fn to_take_over_an_entry_opens_no_door_of_an_app_that_is_not_made_yet() {
    let bench = Bench::default();
    let desired = bench.desired(DOORS);
    let app = &desired.apps[0];
    let entry = AppSpec { signs_in: false, ..app.spec.clone() };
    let held = Held { spec: entry, owner: Owner::Console };
    bench.provider.holdings.lock().unwrap().apps.insert(app.name().clone(), held);
    let shown = survey(app, &bench.means()).await.unwrap();
    assert!(shown.entry && shown.client.is_none());
    let report = take_over(&shown, (app, &BTreeSet::new()), &bench.means()).await.unwrap();
    assert!(matches!(report.waits.as_slice(), [Wait::OpenDoor { .. }]), "{report:?}");
    assert!(bench.provider.held().clients.is_empty());
}

#[tokio::test]
async fn what_a_person_changed_after_it_was_shown_is_not_taken_back_unseen() {
    let bench = by_hand().await;
    let (desired, sink) = (bench.desired(APPS), Taken::by(Whose::Unsaid));
    let shown = surveyed(&bench, &sink).await;
    let scopes = |held: &mut Held<ClientSpec>| held.spec.scopes.insert("address".into());
    assert!(bench.provider.holdings.lock().unwrap().clients.get_mut("grafana").map(scopes).unwrap());
    let report = take_over(&shown, (&desired.apps[0], &BTreeSet::new()), &bench.means_to(&sink)).await.unwrap();
    assert!(report.done.is_empty() && report.failed.iter().any(|why| why.contains("meanwhile")), "{report:?}");
    assert!(bench.provider.held().clients["grafana"].spec.scopes.contains("address"));
}

#[tokio::test]
async fn a_place_that_another_one_took_over_during_the_look_is_not_said_to_be_in_the_way() {
    let bench = Bench::default();
    assert!(bench.apply(TWO).await.succeeded());
    let shown = surveyed(&bench, &Taken { overtaken: true, ..Taken::by(Whose::Unsaid) }).await;
    assert!(!shown.finds_something() && shown.cannot.is_empty(), "{shown:?}");
}

/// Whether the other app is declared, a look at one app does not say.
#[tokio::test]
async fn what_belongs_to_another_app_is_not_taken_over() {
    for by in [Owner::Config, Owner::Console] {
        let bench = Bench::default();
        let both = format!("{CLOUD}[apps.grafana]\nurl = 'https://grafana.example.org'\n");
        assert!(bench.apply(&both).await.succeeded());
        {
            let mut held = bench.provider.holdings.lock().unwrap();
            held.apps.get_mut("opencloud").unwrap().owner = Owner::Console;
            let own = Held { owner: by, ..held.clients["grafana"].clone() };
            held.extras.insert("OpenCloudDesktop".parse().unwrap(), own);
            bench.provider.called.lock().unwrap().insert(grafana(), "OpenCloudDesktop".parse().unwrap());
        }
        let desired = bench.desired(&both);
        let app = desired.apps.iter().find(|app| app.name().as_str() == "opencloud").unwrap();
        let shown = survey(app, &bench.means()).await.unwrap();
        assert!(shown.entry && shown.extras.is_empty(), "{shown:?}");
        let report = take_over(&shown, (app, &BTreeSet::new()), &bench.means()).await.unwrap();
        assert!(report.failed.is_empty() && report.waits.is_empty(), "{report:?}");
        let held = bench.provider.held();
        assert_eq!(
            (held.apps["opencloud"].owner, &held.extras["OpenCloudDesktop"].spec.app),
            (Owner::Config, &grafana())
        );
    }
}
