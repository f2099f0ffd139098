//! What the API server does not allow, or does not know, is named exactly.

use crate::kubernetes::{
    cluster::Cluster,
    home::{Home, grafana, path},
};
use doorstep_e2e::wait::free_address;
use std::path::Path;

/// What a plan and an apply say, both together.
fn said(home: &Home) -> String {
    let (planned, applied) = (home.plan(), home.apply());
    assert_eq!(applied.status, 1, "{applied:?}");
    format!("{}{}{}{}", planned.out, planned.err, applied.out, applied.err)
}

#[tokio::test]
async fn a_missing_permission_is_named_with_verb_resource_and_namespace_and_the_lines_that_give_it() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("rights").await;
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::new(&cluster.kubeconfig, &grafana(&namespace, "")).await;
    let account = format!("system:serviceaccount:{namespace}:doorstep");
    let rule = "{apiGroups: [\"\"], resources: [\"secrets\"], verbs: [\"get\", \"create\", \"patch\", \"delete\"]}";
    for (verbs, missing) in [
        (&[][..], "get, create, patch and delete"),
        (&["get"], "create, patch and delete"),
        (&["get", "patch"], "create and delete"),
        (&["create", "patch", "delete"], "get"),
    ] {
        let limited = admin.limited(&namespace, verbs, folder.path()).await;
        home.declare(&limited, &grafana(&namespace, ""));
        let (planned, said) = (home.plan().out, said(&home));
        let words = format!("{account} may not {missing} secrets in the namespace {namespace}; ");
        assert!(planned.contains(&words) && said.contains(&words) && said.contains(rule), "{words}\n{planned}\n{said}");
    }
    // The very lines that were named are enough, for all of it.
    let enough = admin.limited(&namespace, &["get", "create", "patch", "delete"], folder.path()).await;
    home.declare(&enough, &grafana(&namespace, ""));
    home.must_apply();
    home.declare(&enough, "");
    home.doorstep.reported(&["apply", "--prune"]);
    assert_eq!(admin.ask("GET", &path(&namespace, "grafana-oidc"), None).await.err(), Some(404));
}

#[tokio::test]
async fn what_is_missing_or_does_not_answer_is_told_with_what_to_do() {
    let cluster = Cluster::shared().await;
    let admin = cluster.admin().await;
    let namespace = admin.namespace("missing").await;
    let folder = tempfile::tempdir().expect("a folder");
    let home = Home::new(&cluster.kubeconfig, &grafana("nobody-made-this", "")).await;
    let text = said(&home);
    assert!(text.contains("the namespace nobody-made-this is not there; make it: kubectl create namespace"), "{text}");

    let expired = admin.with_token("expired", folder.path());
    home.declare(&expired, &grafana(&namespace, ""));
    let text = said(&home);
    let words = format!("does not accept the credentials of the kubeconfig {}", expired.display());
    assert!(text.contains(&words) && text.contains("no answer: ") && !text.contains("Bearer"), "{text}");

    let dead = folder.path().join("dead.kubeconfig");
    let kubeconfig = std::fs::read_to_string(&expired).expect("it was written");
    let (before, rest) = kubeconfig.split_once("\"server\":\"").expect("a server");
    let after = rest.split_once('"').expect("its end").1;
    std::fs::write(&dead, format!("{before}\"server\":\"https://{}\"{after}", free_address())).expect("written");
    home.declare(&dead, &grafana(&namespace, ""));
    let text = said(&home);
    assert!(text.contains("does not answer: ") && text.contains("no answer: "), "{text}");

    home.declare(Path::new("/nowhere/kubeconfig"), &grafana(&namespace, ""));
    let text = said(&home);
    assert!(text.contains("the kubeconfig /nowhere/kubeconfig cannot be used: "), "{text}");
}
