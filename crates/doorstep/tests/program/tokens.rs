//! `token new|list|revoke`: made once, listed without its text, ended.

use crate::installation::{Installation, Server};
use std::io::{Read, Write};
use std::net::TcpStream;

const APPS: &str = "[groups]
admins = [\"ada\"]
users = [\"ada\", \"grace\"]
[apps.sonarr]
url = \"https://sonarr.example.org\"
forward_auth = true
allow = [\"users\"]
[apps.tv]
url = \"https://tv.example.org\"
forward_auth = true
allow = [\"admins\"]
[apps.wiki]
url = \"https://wiki.example.org\"
callbacks = [\"/cb\"]
";

fn instance() -> (Installation, Server) {
    let instance = Installation::new(APPS);
    let server = instance.serve();
    instance.reported(&["user", "add", "grace"]);
    instance.reported(&["user", "add", "ada"]);
    (instance, server)
}

/// The status with which a request for sonarr is answered that brings this token.
fn asked(instance: &Installation, host: &str, method: &str, token: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", instance.port)).unwrap();
    let request = format!(
        "GET /fa/forward HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nX-Forwarded-Method: {method}\r\n\
         X-Forwarded-Proto: https\r\nX-Forwarded-Host: {host}\r\nX-Forwarded-Uri: /\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_token_is_printed_once_and_opens_what_it_is_for_until_it_is_ended() {
    let (instance, server) = instance();
    let made = instance.reported(&[
        "token",
        "new",
        "nightly backup",
        "--for",
        "grace",
        "--app",
        "sonarr",
        "--app",
        "tv",
        "--read-only",
    ]);
    let text = made.split_whitespace().next().unwrap();
    assert!(text.starts_with("ds_pat_") && made.matches("ds_pat_").count() == 1, "{made}");
    for part in [
        "shown once, good until ",
        "nightly backup is grace's, for sonarr, tv, to read only.",
        "grace may not use tv: the token opens nothing there until they may.\n",
        "curl -H \"Authorization: Bearer $TOKEN\" https://sonarr.example.org/\n",
        "curl -u \"grace:$TOKEN\" https://sonarr.example.org/\n",
    ] {
        assert!(made.contains(part), "{part}: {made}");
    }
    for (host, method, status) in
        [("sonarr.example.org", "GET", 200), ("sonarr.example.org", "POST", 403), ("tv.example.org", "GET", 403)]
    {
        assert_eq!(asked(&instance, host, method, text), status, "{host} {method}");
    }
    let list = instance.reported(&["token", "list"]);
    let id = list.split_whitespace().next().unwrap().to_owned();
    assert!(
        list.contains("nightly backup   grace   sonarr, tv (reads only)   ends ") && !list.contains("ds_pat_"),
        "{list}"
    );
    assert_eq!(instance.reported(&["token", "list", "--for", "grace"]), list);
    assert_eq!(instance.reported(&["token", "list", "--ending"]), "No token ends within a week.\n");
    assert!(instance.reported(&["token", "list", "--for", "ada"]).starts_with("No program has a token."));
    let json: serde_json::Value = serde_json::from_str(&instance.reported(&["token", "list", "--json"])).unwrap();
    assert_eq!((&json[0]["owner"], &json[0]["state"]), (&"grace".into(), &"good".into()), "{json}");
    assert_eq!((&json[0]["apps"], &json[0]["read_only"]), (&serde_json::json!(["sonarr", "tv"]), &true.into()));

    let ended = instance.reported(&["token", "revoke", &id]);
    assert_eq!(ended, "nightly backup of grace has ended. Within seconds it opens nothing.\n");
    crate::installation::wait("the end of the token", || {
        (asked(&instance, "sonarr.example.org", "GET", text) == 401).then_some(())
    });
    let again = instance.command(&["token", "revoke", &id]);
    assert!(again.code == 1 && again.err.contains("There is no such token"), "{again:?}");
    let logged = server.logged();
    assert!(!logged.contains(text) && logged.contains("program_token_refused"), "{logged}");
    assert_eq!(server.stop(), 0);
}

#[test]
fn what_is_wrong_with_a_wish_is_said_and_nothing_is_made() {
    let (instance, server) = instance();
    instance.reported(&["user", "disable", "grace"]);
    for (words, says) in [
        (&["--for", "bob", "--app", "tv"][..], "Nobody here is called `bob`."),
        (&["--for", "gracee", "--app", "tv"], "Did you mean `grace`?"),
        (&["--for", "grace", "--app", "tv"], "The account of grace is disabled.\nFirst: doorstep user enable grace"),
        (&["--for", "ada", "--app", "sonar"], "No app is called `sonar`.\nDid you mean `sonarr`?"),
        (&["--for", "ada", "--app", "zzz"], "Doorstep stands in front of sonarr, tv."),
        (&["--for", "ada", "--app", "wiki"], "Doorstep does not stand in front of wiki"),
        (&["--for", "ada"], "required"),
        (&["--app", "tv"], "required"),
        (&["--for", "ada", "--app", "tv", "--days", "0"], "A token lives from 1 to 366 days."),
        (&["--for", "ada", "--app", "tv", "--days", "367"], "A token lives from 1 to 366 days."),
        (&["--for", "ada", "--app", "tv", "--days", "-1"], "A token lives from 1 to 366 days."),
    ] {
        let said = instance.command(&[&["token", "new", "backup"], words].concat());
        assert!(said.code == 1 && said.err.contains(says) && said.out.is_empty(), "{words:?}: {said:?}");
    }
    let nameless = instance.command(&["token", "new", " ", "--for", "ada", "--app", "tv"]);
    assert!(nameless.code == 1 && nameless.err.contains("A token has a name of 1 to 80 characters"), "{nameless:?}");
    let unknown = instance.command(&["token", "revoke", "nothing"]);
    assert!(unknown.code == 1 && unknown.err.contains("doorstep token list shows the ids."), "{unknown:?}");
    assert!(instance.reported(&["token", "list"]).starts_with("No program has a token."));
    assert_eq!(server.stop(), 0);
    instance.reported(&["token", "new", "backup", "--for", "ada", "--app", "tv", "--days", "5"]);
    let soon = instance.reported(&["token", "list"]);
    assert!(soon.contains("ends soon: "), "{soon}");
    assert_eq!(instance.reported(&["token", "list", "--ending"]), soon);
    // What ends sessions does not end it, and says so.
    let ended = instance.reported(&["user", "sessions", "end", "ada"]);
    assert!(ended.ends_with("\nA token for a program is left: doorstep token list --for ada\n"), "{ended}");
    // And a server that starts warns of it.
    let server = instance.serve();
    server.logs("a token of a program ends soon");
    assert!(server.logged().contains("label=backup owner=ada days=4"), "{}", server.logged());
    assert_eq!(server.stop(), 0);
}
