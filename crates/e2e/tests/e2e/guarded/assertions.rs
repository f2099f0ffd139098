//! The signed assertion of an app that asks for one, behind each real proxy: what arrives, and that nobody else's does.

use doorstep_core::{
    gateway::{ASSERTION_TYP, COPIED_HEADERS},
    jose::KeySet,
};
use doorstep_e2e::{
    behind_each_that_asks,
    echo::Seen,
    instance::{Engine, GLANCES, ISSUER, Instance, with_glances},
    proxy::Kind,
};
use serde_json::{Value, json};

/// The last of the declarations is the app's.
const MORE: &str = r#"forward_auth = "assertion"
[[apps.glances.rules]]
paths = ["/healthz"]
methods = ["GET"]
do = "pass"
"#;

behind_each_that_asks! {
    security_57_an_app_verifies_who_sends_a_request_and_what_a_client_says_never_arrives
}

async fn security_57_an_app_verifies_who_sends_a_request_and_what_a_client_says_never_arrives(kind: Kind) {
    let instance = Instance::guarding_as(Engine::Sqlite, kind, &(with_glances() + MORE)).await;
    let mut ada = instance.ada().await;
    let jwks = ada.visitor.get(&format!("{ISSUER}/jwks")).send().await.body;
    let keys = KeySet::from_jwks(&serde_json::from_str::<Value>(&jwks).expect("the published keys"));
    assert_eq!(ada.open_app(&format!("{GLANCES}/")).await.status, 200, "{kind:?}");
    let mine = said(&keys, &instance.echo.seen().pop().expect("the first page"));
    let about = ["iss", "aud", "preferred_username", "groups"].map(|name| mine[name].clone());
    assert_eq!(about, [json!(ISSUER), json!(GLANCES), json!("ada"), json!(["admins", "users"])], "{kind:?}");

    // Another person's, that was good a moment ago, is the best that a client could send.
    let of_ada = instance.echo.seen().pop().expect("a page").all("remote-assertion")[0].to_owned();
    let (mut grace, stranger) = (instance.newcomer("grace").await, instance.visitor());
    assert_eq!(grace.open_app(&format!("{GLANCES}/")).await.status, 200, "{kind:?}");
    for name in ["Remote-Assertion", "remote-assertion", "Remote_Assertion", "Remote.Assertion"] {
        let ask = grace.visitor.get(&format!("{GLANCES}/spoof")).navigating();
        let answer = ask.header(name, &of_ada).header(name, &of_ada).send().await;
        assert_eq!(answer.status, 200, "{kind:?} {name}: {answer:?}");
        let seen = instance.echo.seen().pop().expect("a page");
        assert_eq!(said(&keys, &seen)["preferred_username"], "grace", "{kind:?} {name}");

        let ask = stranger.get(&format!("{GLANCES}/healthz")).scripted().header(name, &of_ada);
        assert_eq!(ask.send().await.status, 200, "{kind:?} {name}");
        let seen = instance.echo.seen().pop().expect("what passes");
        for header in COPIED_HEADERS {
            let values = seen.as_cgi_variable(header);
            assert!(values.iter().all(|value| value.is_empty()), "{kind:?} {name} {header}: {seen:?}");
        }
    }
}

/// What the one assertion says that a CGI program would read as well.
fn said(keys: &KeySet, seen: &Seen) -> serde_json::Map<String, Value> {
    let all = seen.as_cgi_variable("Remote-Assertion");
    assert_eq!(all.len(), 1, "{seen:?}");
    keys.verify_as(ASSERTION_TYP, all[0]).unwrap_or_else(|error| panic!("{error}: {seen:?}"))
}
