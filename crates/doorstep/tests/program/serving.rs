//! Starting, waiting, refusing to start, and stopping.

use crate::installation::{Installation, mode, wait};
use doorstep_store::testing::{self, Engine, Intruder};
use std::fs;
use std::os::unix::fs::DirBuilderExt;

const GRAFANA: &str = "[apps.grafana]\nurl = \"https://grafana.example.org\"\n";

#[test]
fn the_first_start_makes_a_key_and_prints_a_link_and_the_second_makes_nothing_anew() {
    let instance = Installation::new(GRAFANA);
    let server = instance.serve();
    let printed = server.printed();
    let key = instance.path("data/root.key");
    for part in [
        &format!("Root key made: {}. Back this file up", key.display()),
        &format!("serves {} on 127.0.0.1:{}.", instance.issuer(), instance.port),
        "opens once, 24 h",
        "client made",
    ] {
        assert!(printed.contains(part), "{part}\n{printed}");
    }
    let links: Vec<_> =
        printed.lines().filter(|line| line.contains(&format!("{}/setup/", instance.issuer()))).collect();
    assert_eq!(links.len(), 1, "{printed}");
    assert!(!server.logged().contains("/setup/"), "a link is no business of the log");
    let modes =
        [("data", 0o700), ("data/root.key", 0o600), ("data/doorstep.db", 0o600), ("data/apps/grafana.env", 0o600)];
    for (name, wanted) in modes {
        assert_eq!(mode(&instance.path(name)), wanted, "{name}");
    }
    let before = (fs::read(&key).unwrap(), fs::read(instance.path("data/apps/grafana.env")).unwrap());
    assert_eq!(server.stop(), 0);

    let again = instance.serve();
    let printed = again.says("/setup/");
    assert!(!printed.contains("Root key made") && !printed.contains("client made"), "{printed}");
    assert!(printed.contains("/setup/"), "there is still no administrator\n{printed}");
    assert_eq!(before, (fs::read(&key).unwrap(), fs::read(instance.path("data/apps/grafana.env")).unwrap()));
}

#[test]
fn a_server_that_waits_for_another_ones_migration_is_alive_and_not_ready() {
    let instance = Installation::new("");
    fs::DirBuilder::new().mode(0o700).create(instance.path("data")).unwrap();
    let other = Intruder::open(&instance.path("data/doorstep.db"));
    other.run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;");
    let mut server = instance.start();
    wait("a sign of life", || (instance.get("/healthz").0 == 200).then_some(()));
    for path in ["/readyz", "/", "/fa/forward", "/.well-known/openid-configuration"] {
        assert_eq!(instance.get(path).0, 503, "{path}");
    }
    server.must_run();
    drop(other);
    wait("readiness", || (instance.get("/readyz").0 == 200).then_some(()));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_server_that_waits_stops_when_it_is_told_to() {
    let instance = Installation::new("");
    fs::DirBuilder::new().mode(0o700).create(instance.path("data")).unwrap();
    let other = Intruder::open(&instance.path("data/doorstep.db"));
    other.run("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;");
    let server = instance.start();
    wait("a sign of life", || (instance.get("/healthz").0 == 200).then_some(()));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_newer_database_is_refused_with_both_versions_and_the_way_out() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    Intruder::open(&instance.path("data/doorstep.db")).run("INSERT INTO schema_version VALUES (999, 0, '7.8.9', 999)");
    let version = env!("CARGO_PKG_VERSION");
    let commands = [instance.command(&["user", "list"]), instance.command(&["plan"])].map(|said| (said, 1));
    for (said, code) in [(instance.start().ended(), 78)].into_iter().chain(commands) {
        assert_eq!(said.code, code, "{said:?}");
        let reported = format!(
            "The database has schema version 999, written by Doorstep 7.8.9. This is Doorstep {version}, which knows \
             versions up to 18.\nRun Doorstep 7.8.9 or newer, or restore the backup that was taken before the upgrade."
        );
        assert!(said.err.starts_with(&reported), "{said:?}");
    }
}

#[tokio::test]
async fn postgresql_serves_the_same_instance() {
    let at = testing::empty(Engine::Postgres).await;
    let instance = Installation::new(&format!("[database]\nurl = \"{}\"\n{GRAFANA}", at.url));
    let said = instance.command(&["user", "list"]);
    assert!(said.code == 1 && said.err.contains("no instance in the PostgreSQL database"), "{said:?}");
    assert_eq!(instance.command(&["plan"]).code, 2);
    let server = instance.serve();
    server.logs("database=postgres");
    assert!(!instance.path("data/doorstep.db").exists());
    instance.reported(&["user", "add", "grace"]);
    assert!(instance.reported(&["user", "list"]).starts_with("grace   "));
    assert_eq!(instance.command(&["plan"]).code, 0);
    assert_eq!(server.stop(), 0);
    fs::remove_file(instance.path("data/root.key")).unwrap();
    let lost = instance.start().ended();
    assert!(lost.code == 78 && lost.err.contains("Several servers on one database share one root key."), "{lost:?}");
}

#[test]
fn a_server_goes_on_when_nobody_reads_what_it_prints() {
    let instance = Installation::new("");
    let mut server = instance.start_unread();
    wait("readiness", || (instance.get("/readyz").0 == 200).then_some(()));
    instance.declare("[apps.grafana]\nurl = \"https://grafana.example.org\"\n");
    wait("the change", || instance.path("data/apps/grafana.env").exists().then_some(()));
    server.must_run();
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_lost_root_key_is_not_replaced_by_another() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let key = instance.path("data/root.key");
    fs::remove_file(&key).unwrap();
    for (said, code) in [(instance.start().ended(), 78), (instance.command(&["user", "list"]), 1)] {
        assert_eq!(said.code, code, "{said:?}");
        assert!(said.err.contains(&key.display().to_string()) && said.err.contains("from the backup"), "{said:?}");
        assert!(!key.exists());
    }
}

#[test]
fn another_root_key_is_refused() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    fs::write(instance.path("data/root.key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n").unwrap();
    let said = instance.start().ended();
    assert_eq!(said.code, 78, "{said:?}");
    assert!(said.err.contains("Put back the root key that this database was made with."), "{said:?}");
}

#[test]
fn an_address_that_is_taken_is_named_before_anything_is_made() {
    let instance = Installation::new("");
    let taken = std::net::TcpListener::bind(("127.0.0.1", instance.port)).unwrap();
    let said = instance.start().ended();
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&format!("127.0.0.1:{} is taken", instance.port)), "{said:?}");
    assert!(!instance.path("data").exists());
    drop(taken);
}

#[test]
fn a_mistake_in_the_first_configuration_is_told_with_its_place_and_nothing_is_made() {
    let instance = Installation::new("[apps.grafana]\nurl = \"https://g.example.org\"\nalow = [\"admins\"]\n");
    let said = instance.start().ended();
    assert_eq!(said.code, 78);
    assert_eq!(
        said.err,
        "doorstep.toml:5:1  unknown key `alow` in [apps.grafana]\n                   did you mean `allow`?\n1 mistake. Nothing took effect.\n"
    );
    assert!(!instance.path("data").exists());
}

#[test]
fn memory_that_holds_keys_is_never_dumped() {
    let instance = Installation::new("");
    let server = instance.serve();
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
