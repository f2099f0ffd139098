//! `doorstep move`: the lines in the file, what a start makes of them, and the way back.

use crate::installation::Installation;
use doorstep_core::model::Passkey;
use doorstep_core::time::Timestamp;
use doorstep_store::{Db, passkeys, users};
use std::fs;

const WIKI: &str = "\n[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\n";

fn file(instance: &Installation) -> String {
    fs::read_to_string(instance.path("doorstep.toml")).unwrap()
}

fn elsewhere(instance: &Installation) -> String {
    format!("http://auth.localhost:{}", instance.port)
}

#[test]
fn a_move_is_told_written_and_taken_up_by_the_next_start_and_back() {
    let instance = Installation::new(WIKI);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let (before, after, original) = (instance.issuer(), elsewhere(&instance), file(&instance));

    let dry = instance.command(&["move", &after, "--dry-run"]);
    assert_eq!(dry.code, 2, "{dry:?}");
    for part in [
        format!("moves from {before} to {after}."),
        "wiki at https://wiki.example.org".to_owned(),
        "signs in once more".to_owned(),
    ] {
        assert!(dry.out.contains(&part), "{part}: {dry:?}");
    }
    assert_eq!(instance.command(&["move", &after]).code, 1, "nobody is there to say yes");
    assert_eq!(file(&instance), original);

    let moved = instance.command(&["move", &after, "--yes"]);
    assert!(moved.code == 0 && moved.out.contains("Restart the server"), "{moved:?}");
    assert!(file(&instance).contains(&format!("issuer = \"{after}\"\n")), "{}", file(&instance));
    assert!(file(&instance).contains(&format!("former_issuers = [\"{before}\"]\n")), "{}", file(&instance));
    let again = instance.command(&["move", &after, "--yes"]);
    assert!(again.code == 0 && again.out.contains("says") && again.out.contains("Restart"), "{again:?}");
    // Until a server has taken it up, links would lead to where nobody answers.
    let early = instance.command(&["recover", "grace"]);
    assert!(early.code == 1 && early.err.contains("waits for a start"), "{early:?}");
    assert!(instance.reported(&["move", "status"]).contains("until then it is"));

    let server = instance.start();
    server.says(&format!("serves {after} on"));
    assert!(instance.reported(&["recover", "grace"]).contains(&format!("{after}/")));
    let status = instance.reported(&["move", "status"]);
    assert!(status.contains(&format!("{before}, before it:")) && status.contains("It may be given up"), "{status}");
    let json: serde_json::Value = serde_json::from_str(&instance.reported(&["move", "status", "--json"])).unwrap();
    assert_eq!(json["former"][0]["may_be_given_up"], true, "{json}");
    assert_eq!(server.stop(), 0);
    instance.write(&original);
    assert_eq!(instance.command(&["serve"]).code, 78, "a server with the older file is refused");

    instance.write(
        &original.replace(&before, &after).replace("listen", &format!("former_issuers = [\"{before}\"]\nlisten")),
    );
    let back = instance.command(&["move", "--back", "--yes"]);
    assert!(back.code == 0 && file(&instance).contains(&format!("former_issuers = [\"{after}\"]\n")), "{back:?}");
    let server = instance.start();
    server.says(&format!("serves {before} on"));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_move_that_was_not_taken_up_goes_back_without_a_trace() {
    let instance = Installation::new(WIKI);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let original = file(&instance);
    let refused = instance.command(&["move", "--back", "--yes"]);
    assert!(refused.code == 1 && refused.err.contains("no way back"), "{refused:?}");
    assert_eq!(instance.command(&["move", &elsewhere(&instance), "--yes"]).code, 0);
    assert_ne!(file(&instance), original);
    assert_eq!(instance.command(&["move", "--back", "--yes"]).code, 0);
    assert_eq!(file(&instance), original);
    assert_eq!(instance.serve().stop(), 0);
}

#[tokio::test]
async fn a_move_that_cannot_work_is_refused_and_changes_nothing() {
    let instance = Installation::new(WIKI);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let original = file(&instance);
    for (to, why) in [
        ("http://auth.example.org", "begins with http"),
        ("https://auth.example.org/", "ends with a slash"),
        ("https://10.0.0.1", "is an IP address"),
        ("https://wiki.example.org", "wiki"),
    ] {
        let refused = instance.command(&["move", to, "--yes"]);
        assert!(refused.code != 0 && refused.err.contains(why), "{to}: {refused:?}");
    }
    // Passkeys of `localhost` cannot be used elsewhere: browsers ask a former host by https alone.
    let db = Db::open(&format!("sqlite:{}", instance.path("data/doorstep.db").display())).await.unwrap();
    let mut conn = db.write().await.unwrap();
    let user = users::by_name(&mut conn, &"grace".parse().unwrap()).await.unwrap().unwrap().id;
    let passkey = Passkey {
        id: "p".parse().unwrap(),
        user,
        credential_id: "c".to_owned(),
        rp_id: "localhost".to_owned(),
        credential: "{}".to_owned(),
        name: "Key".to_owned(),
        aaguid: String::new(),
        backup_eligible: false,
        backed_up: false,
        sign_count: 0,
        created_at: Timestamp::from_seconds(1_800_000_000),
        last_used_at: None,
    };
    assert!(passkeys::insert(&mut conn, &passkey).await.unwrap());
    drop(conn);
    db.close().await;
    let refused = instance.command(&["move", &elsewhere(&instance), "--yes"]);
    assert!(refused.code == 1 && refused.err.contains("1 passkey could not be used"), "{refused:?}");
    assert_eq!(file(&instance), original);
    // Another port of the same host keeps them.
    let port = instance.command(&["move", "http://localhost:1", "--dry-run"]);
    assert!(port.code == 2 && port.out.contains("the host is the same"), "{port:?}");
}

#[test]
fn what_is_not_said_in_a_toml_file_is_moved_by_hand() {
    let instance = Installation::new("");
    fs::remove_file(instance.path("doorstep.toml")).unwrap();
    let text = format!("issuer: {}\nlisten: 127.0.0.1:{}\n", instance.issuer(), instance.port);
    fs::write(instance.path("doorstep.yaml"), text).unwrap();
    let refused = instance.command(&["move", &elsewhere(&instance), "--yes"]);
    assert!(
        refused.code == 1 && refused.err.contains("TOML only") && refused.err.contains("former_issuers"),
        "{refused:?}"
    );
}
