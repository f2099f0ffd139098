//! Objects for the External Secrets Operator are what its published schema says: the API server holds them against the
//! operator's own definitions, and refuses what these do not know.

use crate::{
    given::declared,
    kubernetes::{
        cluster::{Admin, Cluster},
        home::Home,
    },
};
use doorstep_e2e::{
    process::tool,
    wait::{self, PATIENCE},
};
use doorstep_onboard::generate::external::{Asked, Direction, Store, StoreKind, external_secrets};
use serde_json::Value;

const DEFINITIONS: [&str; 2] = ["externalsecrets", "pushsecrets"];

/// The definitions of the release that `crates/e2e/tools/external-secrets/go.mod` names.
async fn define(admin: &Admin) {
    let at = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    for name in DEFINITIONS {
        let file = tool(&format!("external-secrets/bases/external-secrets.io_{name}.yaml"));
        let text = std::fs::read_to_string(file).expect("a file that can be read");
        let mut definition: Value = serde_saphyr::from_str(&text).expect("YAML");
        // Older versions are converted by the operator itself, which does not run here.
        definition["spec"].as_object_mut().expect("a specification").remove("conversion");
        let made = admin.ask("POST", at, Some(definition)).await;
        assert!(matches!(made, Ok(_) | Err(409)), "{name}: {made:?}");
        let one = format!("{at}/{name}.external-secrets.io");
        wait::until("the definition to be in force", PATIENCE, || async {
            let conditions = admin.must("GET", &one, Value::Null).await["status"]["conditions"].clone();
            let holds = |one: &Value| one["type"] == "Established" && one["status"] == "True";
            conditions.as_array().is_some_and(|all| all.iter().any(holds)).then_some(())
        })
        .await;
    }
}

/// Makes each object of `text`, in `namespace`, so strictly that an unknown field is refused; gives them back.
async fn make(admin: &Admin, text: &str, namespace: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for document in text.split("---\n") {
        let mut object: Value = serde_saphyr::from_str(document).expect("YAML");
        object["metadata"]["namespace"] = namespace.into();
        let (group, kind) =
            (object["apiVersion"].as_str().expect("a version"), object["kind"].as_str().expect("a kind"));
        let plural = format!("{}s", kind.to_lowercase());
        let at = format!("/apis/{group}/namespaces/{namespace}/{plural}?fieldValidation=Strict");
        let asked = || admin.ask("POST", &at, Some(object.clone()));
        // A definition in force is served a moment later.
        let made = wait::until("the kind to be served", PATIENCE, || async {
            let answer = asked().await;
            (answer != Err(404)).then_some(answer)
        })
        .await;
        all.push(made.unwrap_or_else(|status| panic!("{status}: {document}")));
    }
    all
}

#[tokio::test]
async fn objects_for_the_example_and_for_vault_and_bitwarden_are_what_the_published_schema_says() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    define(&admin).await;
    let example =
        include_str!("../../../../../examples/cluster.toml").split_once("[sinks.kubernetes]\n").expect("set up").1;
    let home = Home::new(&cluster.kubeconfig, example).await;
    let command = ["generate", "external-secrets", "--store", "vault", "--prefix", "apps/"];
    let to_store = home.doorstep.reported(&command).out;
    let namespace = admin.namespace("push").await;
    let pushes = make(&admin, &to_store, &namespace).await;
    assert_eq!(pushes.len(), 6);
    assert!(pushes.iter().all(|object| object["kind"] == "PushSecret"));
    let named = |name: &str| pushes.iter().find(|object| object["metadata"]["name"] == name).expect("each app has one");
    assert_eq!(named("grafana-oidc")["spec"]["data"][0]["match"]["remoteRef"]["remoteKey"], "apps/grafana");
    let immich = named("immich-oidc");
    assert_eq!(immich["spec"]["data"].as_array().map(Vec::len), Some(1), "{immich}");

    let namespaced = ["--store-kind", "SecretStore", "--pull"];
    let from_store = home.doorstep.reported(&[&command[..], &namespaced].concat()).out;
    let pulls = make(&admin, &from_store, &admin.namespace("pull").await).await;
    assert_eq!(pulls.len(), 6);
    assert!(pulls.iter().all(|object| object["kind"] == "ExternalSecret"));

    let desired = declared(
        "[apps.grafana]\nurl = 'https://grafana.example.org'\ndeliver = ['vault:kv/apps/grafana', 'file:/srv/a.env']\n\
         [apps.forgejo]\nurl = 'https://git.example.org'\n\
         deliver = 'bitwarden:0b6f7a52-3c1e-4a53-9d0f-5a1c2b3d4e5f/FORGEJO_'",
    );
    let deliveries: Vec<_> = desired.apps.iter().flat_map(|app| &app.deliveries).collect();
    let store = Store { name: "store".into(), kind: StoreKind::Cluster, prefix: String::new() };
    let mut asked = Asked { store, direction: Direction::Push, namespace: None };
    assert!(external_secrets(&asked, &deliveries).is_err(), "nobody said the namespace");
    asked.namespace = Some("apps".into());
    let made = external_secrets(&asked, &deliveries).expect("objects");
    assert_eq!(made.left.len(), 1, "a file is no secret of a store");
    let read = make(&admin, &made.text, &admin.namespace("read").await).await;
    assert_eq!(read[1]["spec"]["dataFrom"][0]["extract"]["key"], "apps/grafana");
    assert!(read[0]["spec"]["data"][0]["remoteRef"]["key"].as_str().is_some_and(|key| key.starts_with("FORGEJO_")));

    // The schema is in force: what it does not know is refused.
    let wrong = to_store.replace("remoteKey", "remoteName");
    let mut object: Value = serde_saphyr::from_str(wrong.split("---\n").next().expect("one")).expect("YAML");
    let at = format!("/apis/external-secrets.io/v1alpha1/namespaces/{namespace}/pushsecrets?fieldValidation=Strict");
    object["metadata"]["namespace"] = namespace.into();
    assert_eq!(admin.ask("POST", &at, Some(object)).await, Err(400));
}
