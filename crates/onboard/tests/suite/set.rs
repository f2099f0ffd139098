//! `set`: what a person adds to a delivery, or puts in place of what the catalog says.

use crate::support::{Bench, HOME};
use doorstep_onboard::plan::{Reason, Step};

fn with(app: &str, line: &str) -> String {
    let at = format!("[apps.{app}]");
    assert!(HOME.contains(&at));
    HOME.replace(&at, &format!("{at}\n{line}"))
}

#[tokio::test]
async fn variables_are_added_and_replaced_as_they_stand() {
    let bench = Bench::default();
    let line = "set = { GF_AUTH_GENERIC_OAUTH_ALLOW_SIGN_UP = false, GF_LOG_LEVEL = 'de bug', GF_X = 3, GF_Y = '{client_secret}' }";
    assert!(bench.apply(&with("grafana", line)).await.succeeded());
    let text = bench.file("grafana.env");
    for line in ["GF_AUTH_GENERIC_OAUTH_ALLOW_SIGN_UP=false", "GF_LOG_LEVEL=de bug", "GF_X=3", "GF_Y={client_secret}"] {
        assert_eq!(text.lines().filter(|have| *have == line).count(), 1, "{line}\n{text}");
    }
    assert_eq!(text.matches("ALLOW_SIGN_UP=").count(), 2, "GF_USERS_ALLOW_SIGN_UP and the one that was replaced");
}

#[tokio::test]
async fn a_document_is_changed_inside_and_keeps_the_rest() {
    let bench = Bench::default();
    let line = "set = { oauth.storageLabelClaim = 'email', 'oauth.timeout' = 30000, passwordLogin = { enabled = true }, trash = { days = 30, tags = ['a', 1.5] } }";
    assert!(bench.apply(&with("immich", line)).await.succeeded());
    let document: serde_json::Value = serde_json::from_str(&bench.file("immich.json")).unwrap();
    assert_eq!(document["oauth"]["storageLabelClaim"], "email");
    assert_eq!(document["oauth"]["timeout"], 30000);
    assert_eq!(document["oauth"]["clientId"], "immich");
    assert_eq!(document["passwordLogin"]["enabled"], true);
    assert_eq!(document["trash"], serde_json::json!({ "days": 30, "tags": ["a", 1.5] }));
}

#[tokio::test]
async fn what_is_set_or_no_longer_set_is_delivered_again_and_nothing_else_happens() {
    let bench = Bench::default();
    bench.apply(HOME).await;
    let before = bench.file("grafana.env");
    for text in [with("grafana", "set = { GF_LOG_LEVEL = 'debug' }"), HOME.to_owned()] {
        let plan = bench.plan(&text).await;
        let steps: Vec<_> = plan.apps.iter().flat_map(|app| &app.steps).collect();
        assert!(matches!(steps[..], [Step::Deliver { reason: Reason::Differs, .. }]), "{steps:?}");
        assert!(bench.apply(&text).await.succeeded());
        assert_eq!(bench.plan(&text).await.apps, []);
    }
    assert_eq!(bench.file("grafana.env"), before);
}

#[test]
fn a_date_is_no_value_of_a_document() {
    use doorstep_onboard::{
        catalog::Catalog,
        desired::{Basis, Lifetimes, Reach, desired},
        manifest::{AppEntry, Manifest},
    };
    // As the reader of the file hands a date on.
    let written = serde_json::json!({ "url": "https://i.example.org", "set": { "trash": { "since": [null] } } });
    let entry: AppEntry = serde_json::from_value(written).unwrap();
    let manifest = Manifest { apps: [("immich".to_owned(), entry)].into_iter().collect(), ..Manifest::default() };
    let ttl = doorstep_core::time::Ttl::from_hours(1);
    let basis = Basis {
        issuer: "https://auth.example.org".into(),
        name: "Example".into(),
        deliver_folder: "/apps".into(),
        lifetimes: Lifetimes { access: ttl, refresh: ttl },
        reach: Reach::default(),
    };
    let mistakes = desired(&manifest, &Catalog::builtin(), &basis).unwrap_err();
    assert_eq!(mistakes[0].at.to_string(), "apps.immich.set.trash");
    assert_eq!(mistakes[0].remedy.as_deref(), Some("write it as text in quotes"));
}

#[test]
fn what_an_app_behind_forward_auth_is_delivered_can_be_set_and_a_door_that_it_opens_is_named() {
    let declared = |set: &str| {
        format!("issuer = 'https://auth.example.org'\n[apps.sonarr]\nurl = 'https://sonarr.example.org'\n{set}")
    };
    let bench = Bench::default();
    let plain = bench.desired(&declared(""));
    let doors = plain.apps[0].doors.as_ref().unwrap();
    let (name, _) = doors.closed_by.first().unwrap();
    let opened = bench.desired(&declared(&format!("set = {{ {name} = 'something-else' }}")));
    assert_eq!(opened.apps[0].reopens.iter().map(|door| door.name.as_str()).collect::<Vec<_>>(), [name.as_str()]);
    let none = declared("set = { A = 'x' }").replace("sonarr", "glances");
    let refused = bench.try_desired(&none).unwrap_err();
    assert!(refused[0].what.contains("does not sign people in itself"), "{refused:?}");
}
