//! A Secret that somebody edits, deletes, or owned before.

use crate::kubernetes::{
    cluster::{Admin, Cluster},
    home::{Held, Home, grafana, path},
};
use doorstep_e2e::wait::{self, PATIENCE};
use serde_json::{Value, json};

const SECRET: &str = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET";

#[tokio::test]
async fn what_somebody_edits_or_deletes_is_found_and_mended() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("drift").await;
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    home.must_apply();
    let (whole, at) = (Held::read(&admin, &namespace, "grafana-oidc").await.data(), path(&namespace, "grafana-oidc"));
    let edits = [
        ("an edited value", json!({ "data": { SECRET: "eA==" } })),
        ("an emptied value", json!({ "stringData": { SECRET: "" } })),
        ("a deleted key", json!({ "data": { SECRET: null } })),
        ("a further key", json!({ "data": { "FURTHER": "eA==" } })),
        ("no data at all", json!({ "data": null })),
        ("another app's label", json!({ "metadata": { "labels": { "doorstep/app": "other" } } })),
        ("no instance", json!({ "metadata": { "annotations": { "doorstep/instance": null } } })),
    ];
    for (what, edit) in edits {
        admin.must("PATCH", &at, edit).await;
        let planned = home.plan();
        assert_eq!(planned.status, 2, "{what}: {planned:?}");
        home.must_apply();
        assert_eq!(Held::read(&admin, &namespace, "grafana-oidc").await.data(), whole, "{what}");
    }
    admin.must("DELETE", &at, Value::Null).await;
    assert_eq!(home.plan().status, 2);
    home.must_apply();
    let held = Held::read(&admin, &namespace, "grafana-oidc").await;
    assert_eq!(held.data(), whole);

    // What others write beside it is theirs.
    admin.must("PATCH", &at, json!({ "metadata": { "annotations": { "team": "a" }, "labels": { "b": "c" } } })).await;
    let marked = Held::read(&admin, &namespace, "grafana-oidc").await;
    home.must_apply();
    assert_eq!(Held::read(&admin, &namespace, "grafana-oidc").await.version(), marked.version());
}

#[tokio::test]
async fn a_key_that_is_not_delivered_any_more_goes_and_annotations_of_the_operator_come() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("fewer").await;
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "set = { GF_LOG_LEVEL = \"warn\" }")).await;
    home.must_apply();
    assert_eq!(Held::read(&admin, &namespace, "grafana-oidc").await.value("GF_LOG_LEVEL"), "warn");
    let reloader = "annotations = { \"reloader.stakater.com/match\" = \"true\" }\n";
    home.declare(&cluster.kubeconfig, &format!("{reloader}{}", grafana(&namespace, "")));
    home.must_apply();
    let held = Held::read(&admin, &namespace, "grafana-oidc").await;
    assert!(!held.data().contains_key("GF_LOG_LEVEL"));
    assert_eq!(held.0["metadata"]["annotations"]["reloader.stakater.com/match"], "true");
}

/// Puts a Secret there, and looks at what Doorstep says of it and leaves of it.
async fn refused(home: &Home, admin: &Admin, namespace: &str, secret: Value) -> String {
    let secrets = format!("/api/v1/namespaces/{namespace}/secrets");
    let _ = admin.ask("DELETE", &path(namespace, "grafana-oidc"), None).await;
    admin.must("POST", &secrets, secret).await;
    let before = Held::read(admin, namespace, "grafana-oidc").await;
    let planned = home.plan();
    let applied = home.apply();
    assert_eq!(applied.status, 1, "{applied:?}");
    let now = Held::read(admin, namespace, "grafana-oidc").await;
    assert_eq!(before.0, now.0, "it was touched");
    let said = format!("{}{}", applied.out, applied.err);
    assert!(planned.out.contains("grafana-oidc"), "{planned:?}");
    said
}

#[tokio::test]
async fn a_secret_of_somebody_else_is_refused_with_what_to_do_and_stays() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("foreign").await;
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    let with = |metadata: Value, more: Value| {
        let mut secret = json!({ "metadata": metadata, "stringData": { "password": "mine" } });
        secret["metadata"]["name"] = "grafana-oidc".into();
        secret.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        secret
    };
    let ours = json!({ "labels": { "app.kubernetes.io/managed-by": "doorstep" } });
    let others = json!({
        "labels": { "app.kubernetes.io/managed-by": "doorstep" },
        "annotations": { "doorstep/instance": "https://login.example.net" },
    });
    let foreign = json!({ "labels": { "app.kubernetes.io/managed-by": "Helm" } });
    for (secret, words) in [
        (with(json!({}), json!({})), "a Secret that Doorstep did not deliver is there already; "),
        (with(foreign, json!({})), "is there already, managed by Helm; "),
        (with(others, json!({})), "the instance https://login.example.net delivers this Secret"),
        (with(ours.clone(), json!({ "type": "example.org/other" })), "its type is not Opaque"),
        (with(ours.clone(), json!({ "immutable": true })), "it is immutable"),
    ] {
        let said = refused(&home, &admin, &namespace, secret).await;
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// As the message says: seen first, and another instance's only by its name.
#[tokio::test]
async fn what_somebody_else_made_is_shown_and_handed_over() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("handed").await;
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    let with = |mut metadata: Value| {
        metadata["name"] = "grafana-oidc".into();
        json!({ "metadata": metadata, "stringData": { "password": "mine" } })
    };
    let others = json!({
        "labels": { "app.kubernetes.io/managed-by": "doorstep" },
        "annotations": { "doorstep/instance": "https://login.example.net" },
    });
    for (metadata, accept) in [
        (json!({}), vec!["--accept".to_owned()]),
        (json!({ "labels": { "app.kubernetes.io/managed-by": "Helm" } }), vec!["--accept".to_owned()]),
        (others, vec!["--accept".to_owned(), format!("kubernetes:{namespace}/grafana-oidc")]),
    ] {
        let said = refused(&home, &admin, &namespace, with(metadata)).await;
        assert!(said.contains("doorstep adopt grafana"), "{said}");
        let before = Held::read(&admin, &namespace, "grafana-oidc").await;
        let shown = home.doorstep.command(&["adopt", "grafana"]);
        assert!(
            shown.status == 2 && shown.out.contains("it holds password") && !shown.out.contains("mine"),
            "{shown:?}"
        );
        if accept.len() > 1 {
            let held_back = home.doorstep.command(&["adopt", "grafana", "--accept"]);
            assert!(
                held_back.status == 2 && held_back.out.contains("is delivered by another instance"),
                "{held_back:?}"
            );
        }
        assert_eq!(Held::read(&admin, &namespace, "grafana-oidc").await.0, before.0, "it was touched");
        let words: Vec<&str> = ["adopt", "grafana"].into_iter().chain(accept.iter().map(String::as_str)).collect();
        let taken = home.doorstep.command(&words);
        assert_eq!(taken.status, 0, "{taken:?}");
        let held = Held::read(&admin, &namespace, "grafana-oidc").await;
        assert!(held.data().contains_key(SECRET) && !held.data().contains_key("password"));
        assert_eq!(home.plan().status, 0);
    }
}

#[tokio::test]
async fn a_controller_that_applies_the_same_secret_is_named_and_not_fought() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("rival").await;
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    home.must_apply();
    let at = path(&namespace, "grafana-oidc");
    let body = json!({ "apiVersion": "v1", "kind": "Secret", "data": { SECRET: "eA==" } });
    admin.apply(&at, "argocd-controller", body).await;
    let before = Held::read(&admin, &namespace, "grafana-oidc").await;
    let said = home.apply();
    assert_eq!(said.status, 1, "{said:?}");
    assert!(
        format!("{}{}", said.out, said.err).contains(&format!("argocd-controller applies the key {SECRET} of it, too"))
    );
    assert_eq!(before.0, Held::read(&admin, &namespace, "grafana-oidc").await.0);
}

#[tokio::test]
async fn a_secret_goes_with_its_app_while_it_is_what_was_delivered() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("prune").await;
    let at = path(&namespace, "grafana-oidc");
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    for (edit, status) in [(None, Err(404)), (Some(json!({ "data": { "X": "eA==" } })), Ok(()))] {
        home.declare(&cluster.kubeconfig, &grafana(&namespace, ""));
        home.must_apply();
        if let Some(edit) = edit {
            admin.must("PATCH", &at, edit).await;
        }
        home.declare(&cluster.kubeconfig, "");
        let said = home.doorstep.command(&["apply", "--prune"]);
        assert_eq!(said.status, 0, "{said:?}");
        assert_eq!(admin.ask("GET", &at, None).await.map(|_| ()), status, "{said:?}");
    }
}

/// A policy that quotes what it was asked about, as those that explain themselves do.
#[tokio::test]
async fn what_a_policy_of_the_cluster_quotes_of_a_secret_is_not_shown() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("quoting").await;
    let apps = grafana(&namespace, "");
    let home = Home::new(&cluster.kubeconfig, &apps).await;
    home.must_apply();
    let secret = Held::read(&admin, &namespace, "grafana-oidc").await;
    admin.must("DELETE", &path(&namespace, "grafana-oidc"), Value::Null).await;

    let policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    let name = format!("quoting-{namespace}");
    let rule = json!({ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"] });
    let quoted = format!("'it says ' + object.data['{SECRET}'] + ' and that is refused'");
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": { "name": name },
        "spec": {
            "matchConstraints": { "resourceRules": [rule] },
            "validations": [{ "expression": "false", "messageExpression": quoted }],
        },
    });
    admin.must("POST", policies, policy).await;
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": { "name": name },
        "spec": {
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": { "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": namespace } } },
        },
    });
    admin.must("POST", &policies.replace("policies", "policybindings"), binding).await;
    let said = wait::until("the policy to be in force", PATIENCE, || async {
        let said = home.apply();
        // Until it is in force, the Secret is delivered.
        let _ = admin.ask("DELETE", &path(&namespace, "grafana-oidc"), None).await;
        said.out.contains("that is refused").then_some(said)
    })
    .await;
    let (plain, encoded) = (secret.value(SECRET), secret.data()[SECRET].clone());
    assert_ne!(plain, encoded);
    for told in [&said.out, &said.err] {
        assert!(!told.contains(&plain) && !told.contains(&encoded), "{told}");
    }
}
