//! `access list|grant|refuse`: who asks for which app, and the answers.

use crate::installation::{Installation, Server};
use doorstep_store::testing::Intruder;
use serde_json::{Value, json};

const APPS: &str = "[groups]
admins = [\"ada\"]
users = [\"ada\"]
family = []
[apps.sonarr]
url = \"https://sonarr.example.org\"
forward_auth = true
allow = [\"admins\", \"users\"]
[apps.tv]
url = \"https://tv.example.org\"
forward_auth = true
allow = [\"users\", \"family\"]
[apps.safe]
url = \"https://safe.example.org\"
callbacks = [\"/cb\"]
allow = [\"admins\"]
";

/// Grace, who asks for all three.
fn asked() -> (Installation, Server) {
    let instance = Installation::new(APPS);
    let server = instance.serve();
    instance.reported(&["user", "add", "ada"]);
    instance.reported(&["user", "add", "grace"]);
    for (at, app) in [(1, "sonarr"), (2, "tv"), (3, "safe")] {
        Intruder::open(&instance.path("data/doorstep.db")).run(&format!(
            "INSERT INTO access_requests SELECT id, '{app}', 'to \u{1b}[31mwatch', {at}, NULL, 4102444800000 \
             FROM users WHERE name = 'grace';"
        ));
    }
    (instance, server)
}

#[test]
fn a_question_is_listed_with_what_would_answer_it_and_answered_by_a_group_or_a_no() {
    let (instance, server) = asked();
    let listed = instance.reported(&["access", "list"]);
    for words in [
        "grace asks for sonarr   1 January 1970",
        "would join users\n",
        "would join one of family, users",
        "administrators alone may use it",
        "doorstep access grant USER APP says yes",
    ] {
        assert!(listed.contains(words), "{words}: {listed}");
    }
    assert!(!listed.contains('\u{1b}'), "what a person wrote moves no terminal: {listed:?}");
    let json: Value = serde_json::from_str(&instance.reported(&["access", "list", "--json"])).unwrap();
    assert_eq!((&json[1]["user"], &json[1]["app"]), (&json!("grace"), &json!("tv")), "{json}");
    assert_eq!((&json[1]["groups"], &json[2]["groups"]), (&json!(["family", "users"]), &json!(["admins"])), "{json}");

    for (words, expected) in [
        (&["access", "grant", "grace", "tv"][..], "--group family|users"),
        (&["access", "grant", "grace", "tv", "--group", "admins"], "--group family|users"),
        (&["access", "grant", "grace", "safe"], "Rather than make grace one (--group admins)"),
        (&["access", "grant", "ada", "tv"], "ada does not ask for tv (any more)."),
        (&["access", "refuse", "grace", "nowhere"], "grace does not ask for nowhere (any more)."),
    ] {
        let said = instance.command(words);
        assert!(said.code == 1 && said.err.contains(expected), "{words:?}: {said:?}");
    }
    // Also into a group whose members the file names.
    let given = instance.reported(&["access", "grant", "grace", "sonarr"]);
    assert!(given.contains("grace is in users now"), "{given}");
    let left = instance.reported(&["access", "list"]);
    assert!(
        !left.contains("sonarr") && !left.contains(" tv ") && left.contains("safe"),
        "users opens tv as well: {left}"
    );
    let refused = instance.reported(&["access", "refuse", "grace", "safe"]);
    assert!(refused.contains("can ask again after 30 days"), "{refused}");
    assert!(instance.reported(&["access", "list"]).contains("Nobody asks for access"));
    instance.reported(&["apply"]);
    assert!(instance.reported(&["user", "list"]).contains("users"), "a membership by hand stays");
    assert_eq!(server.stop(), 0);
}
