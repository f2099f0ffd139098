//! `examples/cluster.toml`: six apps in six namespaces, applied a hundred times. The namespaces are new ones, in the place
//! of those that the example names.

use crate::kubernetes::{
    cluster::{Admin, Cluster},
    home::{Held, Home, ISSUER, path},
};
use doorstep_e2e::wait::{self, PATIENCE};
use serde_json::Value;

const APPS: [(&str, &str, &str); 6] = [
    ("grafana", "monitoring", "grafana-oidc"),
    ("forgejo", "forgejo", "forgejo-oidc"),
    ("immich", "immich", "immich-oidc"),
    ("open-webui", "open-webui", "open-webui-oidc"),
    ("paperless-ngx", "paperless", "paperless-oidc"),
    ("oauth2-proxy", "oauth2-proxy", "oauth2-proxy-oidc"),
];

/// Where one of them is delivered.
struct Place {
    app: &'static str,
    namespace: String,
    name: &'static str,
}

/// The example, without its head, which is the test's own, and with new namespaces.
async fn example(admin: &Admin) -> (String, Vec<Place>) {
    let text = include_str!("../../../../../examples/cluster.toml");
    let mut text = text.split_once("[sinks.kubernetes]\n").expect("the example sets the sink up").1.to_owned();
    let mut places = Vec::new();
    for (app, written, name) in APPS {
        let namespace = admin.namespace(written).await;
        let declared = format!("\"kubernetes:{written}/{name}\"");
        assert_eq!(text.matches(&declared).count(), 1, "{declared}");
        text = text.replace(&declared, &format!("\"kubernetes:{namespace}/{name}\""));
        places.push(Place { app, namespace, name });
    }
    (text, places)
}

async fn all(admin: &Admin, places: &[Place]) -> Vec<Held> {
    let mut all = Vec::new();
    for place in places {
        all.push(Held::read(admin, &place.namespace, place.name).await);
    }
    all
}

#[tokio::test]
async fn the_six_apps_of_the_example_applied_a_hundred_times_change_nothing_after_the_first() {
    let cluster = Cluster::alone().await;
    let admin = cluster.admin().await;
    let (declaration, places) = example(&admin).await;
    let home = Home::new(&cluster.kubeconfig, &declaration).await;
    assert_eq!(home.plan().status, 2);
    let first = home.doorstep.reported(&["apply"]);
    let written = format!("Secret {}/grafana-oidc written", places[0].namespace);
    assert!(first.out.contains(&written), "{first:?}");
    let begun = all(&admin, &places).await;
    looks_right(&begun);
    is_found_by_label(&admin, &places).await;

    for round in 1..100 {
        let again = home.apply();
        assert_eq!(again.status, 0, "{round}: {again:?}");
        for (before, now) in begun.iter().zip(all(&admin, &places).await) {
            assert_eq!(before.0, now.0, "{round}");
        }
    }
    the_server_mends_it_too(home, &admin, &places[0].namespace, &begun[0]).await;
}

/// What went while nobody looked comes back at the start, byte for byte, and no log tells it.
async fn the_server_mends_it_too(mut home: Home, admin: &Admin, namespace: &str, grafana: &Held) {
    admin.must("DELETE", &path(namespace, "grafana-oidc"), Value::Null).await;
    home.doorstep.start().await;
    wait::until("the Secret to come back", PATIENCE, || async {
        admin.ask("GET", &path(namespace, "grafana-oidc"), None).await.ok()
    })
    .await;
    assert_eq!(Held::read(admin, namespace, "grafana-oidc").await.data(), grafana.data());
    home.doorstep.stop();
    let log = home.doorstep.printed();
    let key = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET";
    assert!(!log.contains(&grafana.value(key)) && !log.contains(&grafana.data()[key]), "the log tells a secret");
}

/// Type, marks, and the app's own names.
fn looks_right(begun: &[Held]) {
    for ((app, ..), held) in APPS.iter().zip(begun) {
        assert_eq!(held.0["type"], "Opaque");
        let metadata = &held.0["metadata"];
        assert_eq!(metadata["labels"]["app.kubernetes.io/managed-by"], "doorstep");
        assert_eq!(metadata["labels"]["doorstep/app"], *app);
        assert_eq!(metadata["annotations"]["doorstep/instance"], ISSUER);
        let managers = metadata["managedFields"].as_array().expect("the server keeps who manages what");
        assert!(managers.iter().all(|one| one["manager"] == "doorstep" && one["operation"] == "Apply"), "{managers:?}");
    }
    assert_eq!(begun[0].value("GF_SERVER_ROOT_URL"), "https://grafana.example.org");
    assert_eq!(begun[0].value("GF_AUTH_GENERIC_OAUTH_CLIENT_ID"), "grafana");
    assert!(begun[0].value("GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET").len() > 30);
    assert_eq!(begun[1].value("FORGEJO__server__ROOT_URL"), "https://git.example.org/");
    assert_eq!(begun[2].data().len(), 1, "a document is one key");
    let document: Value = serde_json::from_str(&begun[2].value("immich.json")).expect("JSON");
    assert_eq!(document["oauth"]["issuerUrl"], ISSUER);
    assert_eq!(begun[3].value("OAUTH_CLIENT_ID"), "open-webui");
    assert!(begun[4].value("PAPERLESS_SOCIALACCOUNT_PROVIDERS").contains("\"client_id\":\"paperless-ngx\""));
    assert_eq!(begun[5].value("OAUTH2_PROXY_OIDC_ISSUER_URL"), ISSUER);
}

async fn is_found_by_label(admin: &Admin, places: &[Place]) {
    for Place { app, namespace, name } in places {
        let label = format!("app.kubernetes.io%2Fmanaged-by%3Ddoorstep%2Cdoorstep%2Fapp%3D{app}");
        let by = format!("/api/v1/namespaces/{namespace}/secrets?labelSelector={label}");
        let found = admin.must("GET", &by, Value::Null).await;
        let [one] = found["items"].as_array().expect("a list").as_slice() else { panic!("{app}: {found}") };
        assert_eq!(
            (&one["metadata"]["namespace"], &one["metadata"]["name"]),
            (&namespace.as_str().into(), &(*name).into())
        );
    }
}

#[tokio::test]
async fn an_api_server_that_restarts_is_told_as_unreachable_and_afterwards_nothing_is_to_be_done() {
    let mut cluster = Cluster::alone().await;
    let admin = cluster.admin().await;
    let (declaration, places) = example(&admin).await;
    let home = Home::new(&cluster.kubeconfig, &declaration).await;
    home.must_apply();
    let before = all(&admin, &places).await;
    cluster.stop();
    let said = home.apply();
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.out.contains("does not answer") && said.out.contains("6 to try again"), "{said:?}");
    cluster.start().await;
    home.must_apply();
    for (before, now) in before.iter().zip(all(&cluster.admin().await, &places).await) {
        assert_eq!(before.0, now.0);
    }
}
