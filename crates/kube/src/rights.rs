//! Which permissions are missing, and the lines of a Role that give them.

use crate::{cluster::Cluster, secret::Place};
use http::Request;
use serde_json::{Value, json};

/// All that delivering to a namespace takes.
const VERBS: [&str; 4] = ["get", "create", "patch", "delete"];

/// Asks the API server which of them we have not in this namespace. `None` when it does not say.
pub(crate) async fn missing(cluster: &Cluster, place: &Place) -> Option<Vec<&'static str>> {
    let mut missing = Vec::new();
    for verb in VERBS {
        if !allowed(cluster, place, verb).await? {
            missing.push(verb);
        }
    }
    Some(missing)
}

async fn allowed(cluster: &Cluster, place: &Place, verb: &str) -> Option<bool> {
    // A rule for one name never allows `create`, whose name is not known to RBAC.
    let name = if verb == "create" { "" } else { &place.name };
    let asked = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": { "resourceAttributes": {
            "namespace": place.namespace, "verb": verb, "version": "v1", "resource": "secrets", "name": name,
        } },
    });
    let request = Request::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
        .header("content-type", "application/json")
        .body(asked.to_string().into_bytes());
    let answer: Value = serde_json::from_str(&cluster.ask(request.ok()?).await.ok()?).ok()?;
    answer.pointer("/status/allowed")?.as_bool()
}

/// Who may not do what, and what to add. `message` is the API server's, which names the user.
pub(crate) fn told(missing: &[&str], place: &Place, message: &str) -> String {
    let who = message.split_once("User \"").and_then(|(_, rest)| rest.split_once('"')).map(|(who, _)| who);
    let (who, namespace) = (who.unwrap_or("Doorstep"), &place.namespace);
    format!(
        "{who} may not {} secrets in the namespace {namespace}; add to the rules of a Role there, and bind it: \
         {{apiGroups: [\"\"], resources: [\"secrets\"], verbs: [{}]}}",
        listed(missing),
        VERBS.map(|verb| format!("\"{verb}\"")).join(", ")
    )
}

fn listed(verbs: &[&str]) -> String {
    match verbs {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        verbs => verbs.concat(),
    }
}
