//! What would be taken over, as a person reads it.

use crate::{plan::TWO, support::Bench};
use doorstep_core::{id::AppName, model::Owner, secret::Secret};
use doorstep_onboard::{
    adopt::{Survey, survey, take_over},
    delivery::{Address, Rendered},
    render::render_survey,
    sink::{Answer, Fingerprint, Foreign, Removed, Sink, SinkError, SinkState, Whose, Written},
};
use std::{collections::BTreeSet, sync::Mutex};

/// Places where somebody else's things stand, until they are taken over.
struct Taken {
    whose: Whose,
    adopted: Mutex<BTreeSet<Address>>,
}

impl Taken {
    fn by(whose: Whose) -> Self {
        Self { whose, adopted: Mutex::default() }
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
