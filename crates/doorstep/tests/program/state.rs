//! The state of an instance: what is a first start and what is a loss, one server on one file, and who may write.

use crate::installation::{Installation, wait};
use doorstep_store::testing::{self, Engine};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

/// An installation that served once; the log was copied back and is gone.
fn served() -> Installation {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    instance
}

#[test]
fn a_lost_database_is_not_taken_for_a_first_start() {
    let instance = served();
    let (key, database) = (instance.path("data/root.key"), instance.path("data/doorstep.db"));
    let before = fs::read(&key).unwrap();
    let changes: [(&str, &dyn Fn()); 3] = [
        ("gone", &|| fs::remove_file(&database).unwrap()),
        ("empty", &|| fs::write(&database, "").unwrap()),
        ("without a schema", &|| {
            let _ = fs::remove_file(&database);
            testing::Intruder::open(&database).run("PRAGMA journal_mode = WAL; CREATE TABLE a (b); DROP TABLE a;");
        }),
    ];
    for (how, change) in changes {
        let _ = fs::write(&database, "");
        change();
        let commands = [instance.command(&["plan"]), instance.command(&["user", "list"])].map(|said| (said, 1));
        for (said, code) in [(instance.start().ended(), 78)].into_iter().chain(commands) {
            assert_eq!(said.code, code, "{how}: {said:?}");
            assert!(!said.out.contains("/setup/"), "{how}: {said:?}");
            for part in [
                &format!("The root key is in {}", key.display())[..],
                &format!("{} is empty or not there", database.display()),
                "put the database back from the backup",
                "doorstep serve --new-instance",
            ] {
                assert!(said.err.contains(part), "{how}: {part}\n{said:?}");
            }
        }
    }
    // Meant, it begins anew, with the key that is there.
    let server = instance.start_with(&["serve", "--new-instance"]);
    wait("readiness", || (instance.get("/readyz").0 == 200).then_some(()));
    assert!(
        server.printed().contains("/setup/") && !server.printed().contains("Root key made"),
        "{}",
        server.printed()
    );
    assert_eq!(server.stop(), 0);
    assert_eq!(fs::read(&key).unwrap(), before);
    // Said once too often, as when it stays in a unit file, it does nothing.
    let said = instance.start_with(&["serve", "--new-instance"]).ended();
    assert!(said.code == 78 && said.err.contains("There is an instance in"), "{said:?}");
    assert_eq!(instance.serve().stop(), 0);
}

#[test]
fn a_log_whose_database_is_gone_is_left_as_it_is() {
    let instance = Installation::new("");
    let mut server = instance.serve();
    server.must_run();
    server.signal("KILL");
    drop(server);
    let (database, log) = (instance.path("data/doorstep.db"), instance.path("data/doorstep.db-wal"));
    wait("its end", || (instance.get("/healthz").0 == 0).then_some(()));
    let before = fs::read(&log).unwrap();
    assert!(!before.is_empty());
    fs::rename(&database, instance.path("away.db")).unwrap();
    for (said, code) in [
        (instance.start().ended(), 78),
        (instance.start_with(&["serve", "--new-instance"]).ended(), 78),
        (instance.command(&["user", "list"]), 1),
    ] {
        assert!(said.code == code && said.err.contains("doorstep.db-wal is still there"), "{said:?}");
        assert!(!database.exists() && fs::read(&log).unwrap() == before);
    }
    fs::rename(instance.path("away.db"), &database).unwrap();
    assert_eq!(instance.serve().stop(), 0);
}

#[tokio::test]
async fn an_empty_postgresql_beside_a_key_of_ours_is_no_first_start_either() {
    let at = testing::empty(Engine::Postgres).await;
    let instance = served();
    instance.declare(&format!("[database]\nurl = \"{}\"\n", at.url));
    for (said, code) in [(instance.start().ended(), 78), (instance.command(&["user", "list"]), 1)] {
        assert!(said.code == code && said.err.contains("the PostgreSQL database is empty or not there"), "{said:?}");
        assert!(said.err.contains("--new-instance"), "{said:?}");
    }
}

#[tokio::test]
async fn a_key_from_outside_may_meet_an_empty_database() {
    let key = "root_key = \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"\n";
    let postgres = testing::empty(Engine::Postgres).await;
    for database in [String::new(), format!("[database]\nurl = \"{}\"\n", postgres.url)] {
        let instance = Installation::new(&format!("{key}{database}"));
        fs::set_permissions(instance.path("doorstep.toml"), Permissions::from_mode(0o600)).unwrap();
        assert_eq!(instance.serve().stop(), 0);
        assert!(!instance.path("data/root.key").exists());
    }
}

#[test]
fn a_first_start_that_ended_between_schema_and_key_goes_on() {
    let instance = served();
    // What such a start leaves: a schema, nothing in it, and no key.
    fs::remove_file(instance.path("data/root.key")).unwrap();
    testing::Intruder::open(&instance.path("data/doorstep.db")).run("DELETE FROM signing_keys; DELETE FROM root_keys");
    let server = instance.serve();
    wait("the key", || server.printed().contains("Root key made").then_some(()));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_database_that_is_taken_away_or_replaced_under_the_server_is_noticed() {
    for replaced in [false, true] {
        let instance = Installation::new("");
        let server = instance.serve();
        let database = instance.path("data/doorstep.db");
        if replaced {
            fs::copy(&database, instance.path("copy.db")).unwrap();
            fs::rename(instance.path("copy.db"), &database).unwrap();
        } else {
            fs::remove_file(&database).unwrap();
        }
        wait("the notice", || (instance.get("/readyz").0 == 503).then_some(()));
        server.logs("put the database back");
        assert_eq!(instance.get("/healthz").0, 200);
        assert_eq!(server.stop(), 0);
    }
}

#[test]
fn a_second_server_on_one_file_is_refused_and_a_killed_one_leaves_no_lock() {
    let instance = Installation::new("");
    let server = instance.serve();
    let second = Installation::new(&format!(
        "data_dir = \"{}\"\n[database]\nurl = \"sqlite:{}\"\n",
        instance.path("data").display(),
        instance.path("data/doorstep.db").display()
    ));
    let said = second.start().ended();
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains(&format!("in use by another doorstep serve (process {})", server.id())), "{said:?}");
    assert!(said.err.contains("Stop the other one"), "{said:?}");
    // Commands beside the server go on.
    instance.reported(&["user", "add", "grace"]);
    assert_eq!(instance.command(&["plan"]).code, 0);
    server.signal("KILL");
    wait("its end", || (instance.get("/healthz").0 == 0).then_some(()));
    drop(server);
    assert_eq!(instance.serve().stop(), 0);
}

#[test]
fn security_118_configuration_data_and_database_that_everyone_can_change_are_refused() {
    let instance = Installation::new("[groups]\nusers = []\n");
    fs::create_dir(instance.path("apps.d")).unwrap();
    fs::write(instance.path("apps.d/a.toml"), "[groups]\nothers = []\n").unwrap();
    assert_eq!(instance.serve().stop(), 0);
    for name in ["doorstep.toml", "apps.d", "apps.d/a.toml", "data", "data/doorstep.db"] {
        let path = instance.path(name);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        fs::set_permissions(&path, Permissions::from_mode(mode | 0o002)).unwrap();
        for (said, code) in [(instance.start().ended(), 78), (instance.command(&["user", "list"]), 1)] {
            assert_eq!(said.code, code, "{name}: {said:?}");
            let reported =
                said.err.lines().find(|line| line.contains("chmod o-w ")).unwrap_or_else(|| panic!("{said:?}"));
            assert!(reported.ends_with(name), "{said:?}");
        }
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    assert_eq!(instance.serve().stop(), 0);
}

#[test]
fn set_up_links_print_by_themselves_only_while_nobody_has_an_account() {
    let instance = Installation::new("");
    let server = instance.serve();
    wait("the link", || server.printed().contains("/setup/").then_some(()));
    let added = instance.reported(&["user", "add", "grace"]);
    let way_on = "Nobody is an administrator, and a set-up link opens only while nobody has an account.\n\
                  To make somebody one: doorstep user group add NAME admins\n";
    assert!(added.ends_with(way_on), "{added}");
    assert_eq!(server.stop(), 0);
    let again = instance.serve();
    let hint = "Nobody is an administrator. To make somebody one: doorstep user group add NAME admins";
    wait("the hint", || again.printed().contains(hint).then_some(()));
    assert!(!again.printed().contains("/setup/"), "{}", again.printed());
    instance.reported(&["user", "group", "add", "grace", "admins"]);
    assert!(!instance.reported(&["user", "add", "hans"]).contains("Nobody is an administrator"));
    assert_eq!(again.stop(), 0);
    let last = instance.serve();
    wait("the address", || last.printed().contains(" serves ").then_some(()));
    assert!(!last.printed().contains("Nobody is an administrator."), "{}", last.printed());
    let recovered = "No administrator can sign in. For a link with which one can: doorstep recover NAME\n";
    wait("the way in", || last.printed().contains(recovered).then_some(()));
}
