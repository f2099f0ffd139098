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
        internal: None,
        issuer: "https://auth.example.org".into(),
        name: "Example".into(),
        deliver_folder: "/apps".into(),
        lifetimes: Lifetimes { access: ttl, refresh: ttl },
        reach: Reach::default(),
        icons: doorstep_onboard::desired::IconFiles::default(),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: std::collections::BTreeMap::new(),
    };
    let mistakes = desired(&manifest, &Catalog::builtin(), &basis).unwrap_err();
    assert_eq!(mistakes[0].at.to_string(), "apps.immich.set.trash");
    assert_eq!(mistakes[0].remedy, Some("write it as text in quotes".into()));
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

const BY_REFERENCE: &str =
    "set = { SMTP_PASSWORD = '${file:/run/secrets/smtp}', SMTP_URL = 'smtp://me:${env:SMTP}@mail.test' }";

#[tokio::test]
async fn a_secret_is_delivered_by_reference_and_shown_nowhere() {
    let bench = Bench::default();
    let text = with("grafana", BY_REFERENCE);
    let tell = |what: &str, value: &str| bench.references.0.lock().unwrap().insert(what.into(), value.into());
    tell("file:/run/secrets/smtp", "canary-one");
    tell("env:SMTP", "canary-two");
    let plan = bench.plan(&text).await;
    let shown = format!("{}{}{:?}", serde_json::to_string(&plan).unwrap(), render(&plan), bench.desired(&text));
    assert!(!shown.contains("canary"), "{shown}");
    let report = bench.apply(&text).await;
    assert!(report.succeeded() && !format!("{report:?}").contains("canary"));
    let delivered = bench.file("grafana.env");
    assert!(
        delivered.contains("\nSMTP_PASSWORD=canary-one\n")
            && delivered.contains("\nSMTP_URL=smtp://me:canary-two@mail.test\n")
    );
    assert!(!bench.plan(&text).await.has_steps());

    // Another content is another delivery, and that alone.
    tell("file:/run/secrets/smtp", "canary-three");
    let plan = bench.plan(&text).await;
    assert!(plan.has_steps() && plan.apps.iter().all(|app| app.name.as_str() == "grafana"));
    assert!(bench.apply(&text).await.succeeded());
    assert!(bench.file("grafana.env").contains("\nSMTP_PASSWORD=canary-three\n"));

    // What cannot be read changes nothing and is told.
    bench.references.0.lock().unwrap().remove("env:SMTP");
    let plan = bench.plan(&text).await;
    assert!(!plan.has_steps());
    assert!(render(&plan).contains("env:SMTP is not there"), "{}", render(&plan));
    assert!(bench.file("grafana.env").contains("canary-three"));
}

fn render(plan: &doorstep_onboard::plan::Plan) -> String {
    doorstep_onboard::render::render_plan(plan, doorstep_onboard::render::Style::default())
}

#[test]
fn a_reference_stands_in_set_of_a_file_and_nowhere_else() {
    let bench = Bench::default();
    let app = |line: &str| format!("[apps.grafana]\nurl = 'https://g.test'\n{line}\n");
    for (text, says) in [
        (app("set = { A = '${file:smtp}' }"), "names its whole path"),
        (app("set = { A = '${env:DOORSTEP_ROOT_KEY}' }"), "of Doorstep's own"),
        (app("set = { A = '${env:A' }"), "has no `}`"),
        (app("title = '${env:A}'"), "a reference to a secret stands here"),
        (app("callbacks = ['${file:/a}']"), "a reference to a secret stands here"),
        ("[apps.immich]\nurl = 'https://i.test'\nset = { trash = { tags = ['${env:A}'] } }".to_owned(), "in a list"),
        (
            "[apps.page]\nurl = 'https://p.test'\ncallbacks = ['/cb']\nauth_method = 'none'\nset = { A = '${env:A}' }"
                .to_owned(),
            "whether a guess",
        ),
    ] {
        let mistakes = bench.try_desired(&format!("issuer = 'https://auth.test'\n{text}")).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.what.contains(says)), "{text}: {mistakes:?}");
    }
}

#[test]
fn security_118_what_does_not_come_from_a_file_of_the_operator_holds_no_reference() {
    let manifest = doorstep_onboard::manifest::Manifest {
        apps: [(
            "grafana".to_owned(),
            serde_json::from_value(serde_json::json!({
                "url": "https://g.test", "set": { "A": "${file:/etc/shadow}" }
            }))
            .unwrap(),
        )]
        .into(),
        ..Default::default()
    };
    let basis = doorstep_onboard::desired::Basis {
        internal: None,
        issuer: "https://auth.test".to_owned(),
        name: "Home".to_owned(),
        deliver_folder: "/srv".into(),
        lifetimes: doorstep_onboard::desired::Lifetimes {
            access: doorstep_core::time::Ttl::from_hours(1),
            refresh: doorstep_core::time::Ttl::from_days(30),
        },
        reach: doorstep_onboard::desired::Reach::default(),
        icons: doorstep_onboard::desired::IconFiles::default(),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: std::collections::BTreeMap::new(),
    };
    let refused = doorstep_onboard::desired::desired(&manifest, &doorstep_onboard::catalog::Catalog::builtin(), &basis);
    assert!(refused.unwrap_err()[0].what.contains("does not come from there"));
}

#[test]
fn a_secret_in_clear_is_told() {
    let bench = Bench::default();
    let desired = bench.desired("issuer = 'https://auth.test'\n[apps.grafana]\nurl = 'https://g.test'\nset = { SMTP_PASSWORD = 'hunter22', SMTP_HOST = 'mail.test', GF_TOKEN = '${env:T}' }");
    assert_eq!(desired.apps[0].in_clear, ["SMTP_PASSWORD"]);
}
