//! `doorstep rotate` beside a running server, from the first step to the last: what it prints, what it delivers, and
//! what becomes of a rotation that nobody watches any more.

use crate::installation::{Installation, Server, wait};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) const WIKI: &str = "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/callback\"]\n\
     [apps.chat]\nurl = \"https://chat.example.org\"\ncallbacks = [\"/callback\"]\n\
     [apps.front]\nurl = \"https://front.example.org\"\nforward_auth = true\n";

/// The client secret in an app's delivered file.
pub(crate) fn delivered(instance: &Installation, app: &str) -> String {
    secret_in(&fs::read_to_string(instance.path(&format!("data/apps/{app}.env"))).unwrap())
}

pub(crate) fn secret_in(file: &str) -> String {
    let line = file.lines().find_map(|line| line.strip_prefix("OIDC_CLIENT_SECRET="));
    line.unwrap_or_else(|| panic!("no secret in {file}")).trim_matches(['"', '\'']).to_owned()
}

/// Whether an app proves itself with this secret.
pub(crate) fn proves(instance: &Installation, app: &str, secret: &str) -> bool {
    let proof = STANDARD.encode(format!("{app}:{secret}"));
    let body = "token=ds_acc_garbage";
    let request = format!(
        "POST /revoke HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Basic {proof}\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n{body}",
        instance.port,
        body.len()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", instance.port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    match answer.split(' ').nth(1) {
        Some("200") => true,
        Some("401") => false,
        _ => panic!("{answer}"),
    }
}

fn state(instance: &Installation, app: &str) -> String {
    let rows: Value = serde_json::from_str(&instance.reported(&["app", "list", "--json"])).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == app).unwrap();
    row["state"].as_str().unwrap().to_owned()
}

fn waits(rotation: &Server) {
    rotation.says("waiting for wiki to use it …");
}

#[test]
fn a_rotation_is_told_from_its_first_step_to_its_last() {
    let instance = Installation::new(WIKI);
    let server = instance.serve();
    let (old, others) = (delivered(&instance, "wiki"), delivered(&instance, "chat"));
    assert!(proves(&instance, "wiki", &old));
    let rotation = instance.start_with(&["rotate", "wiki"]);
    waits(&rotation);
    let new = delivered(&instance, "wiki");
    assert_ne!(new, old);
    assert!(proves(&instance, "wiki", &old), "both are valid");
    assert_eq!(state(&instance, "wiki"), "rotating: not used yet");
    let plan = instance.command(&["plan"]);
    assert_eq!(plan.code, 0, "{plan:?}");
    assert!(plan.out.contains("> wiki") && plan.out.contains("One secret is being rotated"), "{plan:?}");
    // A copy that is lost is mended to the version of this stage, and the rotation goes on.
    fs::remove_file(instance.path("data/apps/wiki.env")).unwrap();
    instance.reported(&["apply"]);
    assert_eq!(delivered(&instance, "wiki"), new);
    assert!(proves(&instance, "wiki", &new));
    let said = rotation.ended();
    assert_eq!(said.code, 0, "{said:?}");
    let file = instance.path("data/apps/wiki.env");
    let begins =
        format!("  version 2 issued · delivered to file {} · waiting for wiki to use it … used after ", file.display());
    assert!(said.out.starts_with(&begins) && said.out.ends_with(" s · version 1 retired\n"), "{said:?}");
    assert!(said.err.contains("Ctrl-C ends the watching, not the rotation."), "{said:?}");
    wait("the end of version 1", || (!proves(&instance, "wiki", &old)).then_some(()));
    assert!(proves(&instance, "wiki", &new));
    assert_eq!((delivered(&instance, "wiki"), delivered(&instance, "chat")), (new, others));
    assert_eq!(state(&instance, "wiki"), "in line");
    for secret in [&old, &delivered(&instance, "wiki")] {
        assert!(!said.out.contains(secret.as_str()) && !said.err.contains(secret.as_str()));
        assert!(!server.logged().contains(secret.as_str()));
    }
}

#[test]
fn a_rotation_that_was_killed_is_finished_by_the_server_alone() {
    let instance = Installation::new(WIKI);
    let _server = instance.serve();
    let old = delivered(&instance, "wiki");
    let rotation = instance.start_with(&["rotate", "wiki"]);
    rotation.says("version 2 issued");
    rotation.signal("KILL");
    drop(rotation);
    let new = wait("the delivery by the server", || Some(delivered(&instance, "wiki")).filter(|now| *now != old));
    wait("that it is noted", || (state(&instance, "wiki") == "rotating: not used yet").then_some(()));
    assert!(proves(&instance, "wiki", &old) && proves(&instance, "wiki", &new));
    wait("the end of version 1", || (!proves(&instance, "wiki", &old)).then_some(()));
    assert_eq!(delivered(&instance, "wiki"), new);
    assert_eq!(state(&instance, "wiki"), "in line");
}

#[test]
fn a_rotation_is_taken_back_and_a_second_command_follows_the_first() {
    let instance = Installation::new(WIKI);
    let _server = instance.serve();
    let old = delivered(&instance, "wiki");
    let left = instance.command(&["rotate", "wiki", "--no-watch", "--within", "7d", "--json"]);
    assert_eq!(left.code, 2, "{left:?}");
    let object: Value = serde_json::from_str(&left.out).unwrap();
    assert_eq!((&object["old_version"], &object["new_version"]), (&1.into(), &2.into()), "{object}");
    assert!(object["delivered_at"].is_string() && object["ends_at"].is_string() && object["retired_at"].is_null());
    let new = delivered(&instance, "wiki");
    let watching = instance.start_with(&["rotate", "wiki"]);
    waits(&watching);
    let back = instance.start_with(&["rotate", "wiki", "--abort"]);
    back.says("taken back to version 1 · delivered to");
    assert_eq!(delivered(&instance, "wiki"), old);
    assert!(proves(&instance, "wiki", &new) && proves(&instance, "wiki", &old), "both are valid");
    for (said, told) in [(back.ended(), "version 2 retired"), (watching.ended(), "taken back to version 1")] {
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.out.contains(told) && said.out.ends_with("version 2 retired\n"), "{said:?}");
    }
    wait("the end of version 2", || (!proves(&instance, "wiki", &new)).then_some(()));
    assert!(proves(&instance, "wiki", &old));
}

/// A command that a place of delivery is, which does as `does` says with what it is handed.
fn program(instance: &Installation, name: &str, does: &str) -> String {
    let path = instance.path(name);
    fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

fn by_command(program: &str) -> String {
    format!(
        "[sinks.command.push]\nrun = [\"{program}\"]\n[apps.wiki]\nurl = \"https://wiki.example.org\"\n\
         callbacks = [\"/callback\"]\ndeliver = \"command:push\"\n"
    )
}

/// Begins a rotation of wiki and leaves all of it to the server.
fn left_to_the_server(instance: &Installation) {
    let rotation = instance.start_with(&["rotate", "wiki"]);
    rotation.says("version 2 issued");
    drop(rotation);
}

#[test]
fn a_server_delivers_by_the_places_of_the_configuration_that_it_took_in_last() {
    let instance = Installation::new("");
    let keep = |file: &str| format!("cat > {}", instance.path(file).display());
    instance.declare(&by_command(&program(&instance, "first", &keep("first.json"))));
    let server = instance.serve();
    let before = fs::read_to_string(instance.path("first.json")).unwrap();
    instance.declare(&by_command(&program(&instance, "second", &keep("second.json"))));
    server.says("Serving the configuration of");
    left_to_the_server(&instance);
    wait("that it is noted", || (state(&instance, "wiki") == "rotating: not used yet").then_some(()));
    assert_eq!(fs::read_to_string(instance.path("first.json")).unwrap(), before, "that place is one no more");
    let after = fs::read_to_string(instance.path("second.json")).unwrap();
    assert!(after.contains("OIDC_CLIENT_SECRET") && after != before, "{after}");
}

#[test]
fn a_delivery_that_is_under_way_reaches_no_place_that_a_new_configuration_does_not_name() {
    let instance = Installation::new("");
    let [draft, first, begun, over] = ["draft", "first.json", "begun", "over"].map(|name| instance.path(name));
    let put = format!("cat > {}\nmv {} {}", draft.display(), draft.display(), first.display());
    instance.declare(&by_command(&program(&instance, "first", &put)));
    let server = instance.serve();
    let before = fs::read_to_string(&first).unwrap();
    let slow = put.replace("\nmv", &format!("\necho $$ > {}\nsleep 10\ntouch {}\nmv", begun.display(), over.display()));
    program(&instance, "first", &slow);
    left_to_the_server(&instance);
    let is_line = |text: &String| text.ends_with('\n');
    let process = wait("a delivery that is under way", || fs::read_to_string(&begun).ok().filter(is_line));
    let keep = format!("cat > {}", instance.path("second.json").display());
    instance.declare(&by_command(&program(&instance, "second", &keep)));
    server.signal("HUP");
    server.says("Serving the configuration of");
    wait("that it is noted", || (state(&instance, "wiki") == "rotating: not used yet").then_some(()));
    let process = Path::new("/proc").join(process.trim());
    wait("the end of the delivery", || (!process.exists()).then_some(()));
    assert!(!over.exists(), "it went on");
    assert_eq!(fs::read_to_string(&first).unwrap(), before);
    assert!(fs::read_to_string(instance.path("second.json")).unwrap().contains("OIDC_CLIENT_SECRET"));
}

#[test]
fn a_place_that_does_not_answer_holds_up_neither_a_reload_nor_a_stop() {
    let instance = Installation::new("");
    let path = program(&instance, "push", "cat > /dev/null");
    let chat = WIKI[WIKI.find("[apps.chat]").unwrap()..].to_owned();
    instance.declare(&by_command(&path));
    let server = instance.serve();
    let hangs = instance.path("hangs");
    program(&instance, "push", &format!("cat > /dev/null\ntouch {}\nsleep 60", hangs.display()));
    left_to_the_server(&instance);
    wait("a delivery that hangs", || hangs.exists().then_some(()));
    instance.declare(&format!("name = \"Home\"\n{}{chat}", by_command(&path)));
    server.signal("HUP");
    sleep(Duration::from_secs(1));
    let asked = Instant::now();
    assert_eq!(server.stop(), 0);
    assert!(asked.elapsed() < Duration::from_secs(8), "it took {:?}", asked.elapsed());
}

#[test]
fn what_belongs_in_a_place_after_the_end_gets_there_when_the_place_can_take_it() {
    let instance = Installation::new(WIKI);
    let server = instance.serve();
    let old = delivered(&instance, "wiki");
    assert_eq!(instance.command(&["rotate", "wiki", "--no-watch"]).code, 2);
    let new = delivered(&instance, "wiki");
    let file = instance.path("data/apps/wiki.env");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert!(proves(&instance, "wiki", &new));
    wait("the end of version 1", || (!proves(&instance, "wiki", &old)).then_some(()));
    let told = "a rotated client secret is not in every place yet";
    server.logs(told);
    // The server looks each second whether a rotation ended: by then it has looked in vain after the end, too.
    sleep(Duration::from_secs(4));
    fs::remove_dir(&file).unwrap();
    wait("the file", || file.is_file().then_some(()));
    assert_eq!(delivered(&instance, "wiki"), new);
}

#[test]
fn a_command_ends_the_old_version_of_its_own_app_and_of_no_other() {
    let instance = Installation::new(WIKI);
    assert_eq!(instance.serve().stop(), 0);
    let started = ["wiki", "chat"].map(|app| instance.start_with(&["rotate", app, "--no-watch", "--within", "1s"]));
    for rotation in started {
        assert_eq!(rotation.ended().code, 2);
    }
    sleep(Duration::from_secs(1));
    let said = instance.command(&["rotate", "wiki"]);
    assert!(said.code == 0 && said.out.ends_with("version 1 retired because its time is over\n"), "{said:?}");
    assert_eq!(
        (state(&instance, "wiki").as_str(), state(&instance, "chat").as_str()),
        ("in line", "rotating: not used yet")
    );
}

#[test]
fn what_has_no_secret_or_cannot_be_delivered_is_not_rotated_and_says_why() {
    let instance = Installation::new(WIKI);
    let _server = instance.serve();
    let refused = |arguments: &[&str], words: &[&str]| {
        let said = instance.command(arguments);
        assert!(said.code == 1 && words.iter().all(|word| said.err.contains(word)), "{said:?}");
        assert_eq!(said.out, "");
    };
    refused(&["rotate", "front"], &["front has no client secret", "Doorstep stands in front"]);
    refused(&["rotate", "wikki"], &["Did you mean `wiki`?"]);
    refused(&["rotate", "wiki", "--abort"], &["no rotation of its client secret is under way"]);
    refused(&["rotate", "wiki", "--within", "soon"], &["is not a length of time"]);
    refused(&["rotate", "wiki", "--unwatched"], &["--within"]);
    let file = instance.path("data/apps/wiki.env");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    refused(&["rotate", "wiki"], &["cannot be delivered to wiki now", "Nothing was rotated"]);
    fs::remove_dir(&file).unwrap();
    instance.declare(&WIKI.replace("[apps.chat]", "auth_method = \"none\"\n[apps.chat]"));
    let said = instance.command(&["rotate", "wiki"]);
    assert!(said.code == 1, "{said:?}");
    assert!(said.err.contains("public client"), "{said:?}");
}
