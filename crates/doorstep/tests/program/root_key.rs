//! `doorstep key rotate root` beside a running server: apps prove themselves and are answered at each step, servers without
//! the key hold it up and say so, and whatever is killed is carried on by the same command.
//!
//! One kill on each engine by default. `DOORSTEP_KILLS` says how many, `DOORSTEP_SEED` from which number the moments are
//! drawn; a failure names it.

use crate::installation::{Installation, Said, Server, mode, wait};
use crate::killed::{number, uniform};
use crate::rotating::{WIKI, delivered, proves, secret_in};
use doorstep_store::testing::{self, Engine};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// An app with a secret of its own beside the client secret.
const PROXY: &str = "[apps.oauth2-proxy]\nurl = \"https://proxy.example.org\"\n";
/// An app that is declared after a rotation.
const NOTES: &str = "[apps.notes]\nurl = \"https://notes.example.org\"\ncallbacks = [\"/callback\"]\n";
/// A rotation is listened for twelve seconds, and delivered after twelve more.
const LONGEST: Duration = Duration::from_secs(28);

fn keys(instance: &Installation) -> Vec<String> {
    let text = fs::read_to_string(instance.path("data/root.key")).unwrap();
    assert_eq!(mode(&instance.path("data/root.key")), 0o600);
    text.lines().map(str::to_owned).collect()
}

fn state(instance: &Installation) -> Value {
    serde_json::from_str(&instance.reported(&["key", "list", "--json"])).unwrap()
}

/// How far the newest key is, and its number.
fn newest(instance: &Installation) -> (u64, String) {
    let newest = &state(instance)["root_keys"][0];
    (newest["root_key"].as_u64().unwrap(), newest["stage"].as_str().unwrap().to_owned())
}

/// The client secret and the cookie key of the proxy.
fn of_proxy(instance: &Installation) -> (String, String) {
    let file = fs::read_to_string(instance.path("data/apps/oauth2-proxy.env")).unwrap();
    let value = |name: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches('=').trim_matches(['"', '\'']).to_owned()
    };
    (value("OAUTH2_PROXY_CLIENT_SECRET"), value("OAUTH2_PROXY_COOKIE_SECRET"))
}

/// Whoever is to use its new secret does, as soon as it has it.
fn uses(instance: &Installation, app: &str, old: &str) -> String {
    let new = wait("the delivery", || Some(delivered(instance, app)).filter(|now| now != old));
    assert!(proves(instance, app, old), "{app}: both are valid");
    assert!(proves(instance, app, &new), "{app}");
    new
}

fn done(said: &Said) {
    assert_eq!(said.code, 0, "{said:?}");
    for told in
        ["is in force: whatever", "Everything that is sealed is sealed under it.", "Earlier keys stay where they are"]
    {
        assert!(said.out.contains(told), "{said:?}");
    }
}

/// Tells whoever works beside a test that it is over, also when it failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A rotation by two commands at once, beside a server: the new secret of the wiki, and both secrets of the proxy.
fn rotated(
    instance: &Installation,
    server: &Server,
    (wiki, proxy): (&String, &(String, String)),
) -> (String, (String, String)) {
    let rotation = instance.start_with(&["key", "rotate", "root"]);
    rotation.says("comes into force when every server that runs holds it");
    let second = instance.start_with(&["key", "rotate", "root"]);
    assert!(proves(instance, "wiki", wiki));
    rotation.says("is in force: whatever is made from now on");
    assert!(proves(instance, "wiki", wiki));
    let new = uses(instance, "wiki", wiki);
    let of_new = wait("the delivery", || Some(of_proxy(instance)).filter(|now| now.0 != proxy.0));
    assert_eq!(of_new.1, proxy.1, "what an app keeps its data with never changes");
    assert_eq!(newest(instance).0, 2, "two commands at once make one key");
    rotation.says("oauth2-proxy: delivered, waiting for the app to use it");
    assert!(proves(instance, "oauth2-proxy", &proxy.0) && proves(instance, "oauth2-proxy", &of_new.0));
    for said in [rotation.ended(), second.ended()] {
        done(&said);
        assert!(said.out.contains("never change: oauth2-proxy\n"), "{said:?}");
        for secret in keys(instance).iter().chain([wiki, &new, &proxy.1]) {
            assert!(!said.out.contains(secret) && !said.err.contains(secret), "no key and no secret is told");
            assert!(!server.logged().contains(secret) && !server.printed().contains(secret));
        }
    }
    let again = instance.command(&["key", "rotate", "root"]);
    assert!(
        again.code == 1 && again.err.contains("Nothing is under way") && again.err.contains("--again"),
        "{again:?}"
    );
    assert_eq!(newest(instance), (2, "finished".to_owned()), "a command that comes late begins no other rotation");
    (new, of_new)
}

#[test]
fn security_101_a_root_key_is_rotated_beside_a_server_that_goes_on_and_is_told_to_nobody() {
    let instance = Installation::new(&format!("{WIKI}{PROXY}"));
    let server = instance.serve();
    let (wiki, chat, proxy) = (delivered(&instance, "wiki"), delivered(&instance, "chat"), of_proxy(&instance));
    let (before, is_over) = (keys(&instance), AtomicBool::new(false));
    let listed = instance.reported(&["key", "list"]);
    assert!(
        listed.starts_with("1   ") && listed.contains("  in force  since ") && listed.lines().count() == 1,
        "{listed}"
    );
    let data = tempfile::tempdir().unwrap();
    let backup = data.path().join("doorstep.db");
    testing::Intruder::open(&instance.path("data/doorstep.db")).run(&format!("VACUUM INTO '{}'", backup.display()));

    let (new, of_new) = thread::scope(|scope| {
        // An app that reads its file each time is never refused.
        let using = scope.spawn(|| {
            let mut times = 0;
            while !is_over.load(Ordering::Relaxed) {
                assert!(proves(&instance, "chat", &delivered(&instance, "chat")), "after {times} times");
                times += 1;
                sleep(Duration::from_millis(50));
            }
            times
        });
        let new = {
            let _over = Over(&is_over);
            rotated(&instance, &server, (&wiki, &proxy))
        };
        assert!(using.join().unwrap() > 50);
        new
    });
    assert!(proves(&instance, "chat", &delivered(&instance, "chat")) && delivered(&instance, "chat") != chat);
    assert!(keys(&instance).len() == 2 && keys(&instance)[1] == before[0], "the new one stands before it");
    assert!(proves(&instance, "wiki", &new));
    wait("the end of the old one", || (!proves(&instance, "wiki", &wiki)).then_some(()));
    assert_eq!(newest(&instance), (2, "finished".to_owned()));
    assert_eq!(instance.command(&["plan"]).code, 0, "nothing is left to do");
    instance.declare(&format!("{WIKI}{PROXY}{NOTES}"));
    let of_notes = || fs::read_to_string(instance.path("data/apps/notes.env")).ok();
    let notes = wait("the app that is new", of_notes);
    assert_eq!(server.stop(), 0);

    // After a restart all is as it was; without the new key nothing starts; a backup from before opens with the keys of now.
    let now = keys(&instance);
    let write = |lines: &str| fs::write(instance.path("data/root.key"), lines).unwrap();
    write(&format!("{}\n", before[0]));
    let refused = instance.start().ended();
    assert!(refused.code == 78 && refused.err.contains("The database is under root key 2 ("), "{refused:?}");
    write(&format!("{}\n{}\n", now[0], now[1]));
    let server = instance.serve();
    assert!(proves(&instance, "wiki", &new) && of_proxy(&instance) == of_new);
    assert_eq!(server.stop(), 0);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(instance.path(&format!("data/doorstep.db{end}")));
    }
    fs::copy(&backup, instance.path("data/doorstep.db")).unwrap();
    let server = instance.serve();
    assert_eq!((newest(&instance).0, delivered(&instance, "wiki")), (1, wiki.clone()));
    assert!(proves(&instance, "wiki", &wiki));
    assert!(instance.reported(&["key", "list"]).contains("held here, not offered"));
    makes_no_app(&instance, &server);
    assert_eq!(of_notes(), Some(notes), "what was declared since keeps what it has");
}

/// What is declared and not known is made under the later key alone.
fn makes_no_app(instance: &Installation, server: &Server) {
    let way_on = "doorstep key rotate root --no-watch";
    server.logs(way_on);
    assert!(server.printed().contains(way_on));
    let refused = instance.command(&["apply"]);
    assert!(refused.code == 1 && refused.out.contains(way_on), "{refused:?}");
}

#[tokio::test]
async fn a_server_without_the_key_holds_the_rotation_up_and_is_named() {
    let at = testing::empty(Engine::Postgres).await;
    let declare = |instance: &Installation| {
        instance.declare(&format!(
            "[database]\nurl = \"{}\"\n[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/callback\"]\n",
            at.url
        ));
    };
    let (one, two, three) = (Installation::new(""), Installation::new(""), Installation::new(""));
    declare(&one);
    let first = one.serve();
    let copy = |to: &Installation| {
        fs::copy(one.path("data/root.key"), to.path("data/root.key")).unwrap();
        fs::set_permissions(to.path("data/root.key"), Permissions::from_mode(0o600)).unwrap();
    };
    let beside = |with: &Installation| {
        let issuer = format!("issuer = \"{}\"\nlisten = \"127.0.0.1:{}\"\n", one.issuer(), with.port);
        let database = format!("[database]\nurl = \"{}\"\n", at.url);
        with.write(&format!(
            "{issuer}{database}[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/callback\"]\n"
        ));
        fs::create_dir(with.path("data")).unwrap();
        copy(with);
        let server = with.start();
        wait("the other server", || server.printed().contains("serves ").then_some(()));
        server
    };
    let (other, leaving) = (beside(&two), beside(&three));
    let rotation = one.start_with(&["key", "rotate", "root"]);
    let named =
        wait("what holds it up", || Some(rotation.logged()).filter(|said| said.contains("is not held yet by ")));
    for with in [&two, &three] {
        assert!(named.contains(&with.path("doorstep.toml").display().to_string()), "{named}");
    }
    assert!(!named.contains(&one.path("doorstep.toml").display().to_string()), "{named}");
    assert_eq!(newest(&one), (2, "offered".to_owned()));
    let elsewhere = two.command(&["key", "rotate", "root"]);
    assert!(
        elsewhere.code == 1 && elsewhere.err.contains("is offered, and it is not in data/root.key"),
        "{elsewhere:?}"
    );
    // One that ends is waited for no longer.
    assert_eq!(leaving.stop(), 0);
    copy(&two);
    rotation.says("is in force: whatever is made from now on");
    let old = delivered(&one, "wiki");
    uses(&one, "wiki", &old);
    done(&rotation.ended());
    // Both made what they need under the same keys: neither had to be started again.
    assert!(
        !first.logged().contains("ERROR") && !other.logged().contains("ERROR"),
        "{}{}",
        first.logged(),
        other.logged()
    );
    assert_eq!((first.stop(), other.stop()), (0, 0));
}

#[test]
fn keys_from_outside_are_rotated_when_another_one_is_given_and_what_is_in_the_way_is_named() {
    let (old, new) = ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8");
    let instance = Installation::new("");
    let declare = |keys: &str, apps: &str| {
        instance.declare(&format!("root_key = \"{keys}\"\n{apps}"));
        fs::set_permissions(instance.path("doorstep.toml"), Permissions::from_mode(0o600)).unwrap();
    };
    let gone = "[apps.gone]\nurl = \"https://gone.example.org\"\ncallbacks = [\"/callback\"]\n";
    declare(old, &format!("{WIKI}{gone}"));
    assert_eq!(instance.serve().stop(), 0);
    let refused = instance.command(&["key", "rotate", "root"]);
    assert!(refused.code == 1 && refused.err.contains("comes from outside (doorstep.toml:3:1)"), "{refused:?}");
    assert!(refused.err.contains("openssl rand -base64 32"), "{refused:?}");
    let nothing = instance.command(&["key", "rotate", "root", "--abort"]);
    assert!(nothing.code == 1 && nothing.err.contains("nothing to take back"), "{nothing:?}");

    declare(&format!("{new} {old}"), WIKI);
    let _server = instance.serve();
    let (wiki, chat) = (delivered(&instance, "wiki"), delivered(&instance, "chat"));
    let file = instance.path("data/apps/chat.env");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let left = instance.command(&["key", "rotate", "root", "--no-watch"]);
    assert_eq!(left.code, 2, "{left:?}");
    for told in [
        "  chat: not rotated: nothing can be delivered to it now",
        "  gone: not rotated: nothing declares the app any more",
        "  wiki: delivered, waiting for the app to use it",
    ] {
        assert!(left.out.contains(told), "{left:?}");
    }
    assert!(left.err.contains("doorstep key list shows how far it is"), "{left:?}");
    let listed = instance.reported(&["key", "list"]);
    assert!(listed.contains("The client secret of gone comes from an earlier key: not rotated."), "{listed}");
    uses(&instance, "wiki", &wiki);
    fs::remove_dir(&file).unwrap();
    instance.reported(&["apply", "--prune"]);
    assert_eq!(delivered(&instance, "chat"), chat, "no secret changes unasked");
    let rotation = instance.start_with(&["key", "rotate", "root", "--json"]);
    uses(&instance, "chat", &chat);
    let said = rotation.ended();
    assert_eq!(said.code, 0, "{said:?}");
    let state: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&state["root_keys"][0]["root_key"], &state["root_keys"][0]["stage"]), (&2.into(), &"finished".into()));
    assert_eq!((&state["clients"], &state["spare"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert!(!said.out.contains(new) && !instance.path("data/root.key").exists());
}

#[tokio::test]
async fn a_rotation_of_the_root_key_that_is_killed_is_carried_on_on_sqlite() {
    killed_at_random(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_rotation_of_the_root_key_that_is_killed_is_carried_on_on_postgresql() {
    killed_at_random(Engine::Postgres).await;
}

async fn killed_at_random(engine: Engine) {
    let at = testing::empty(engine).await;
    let kills = number("DOORSTEP_KILLS").unwrap_or(1);
    let seed = number("DOORSTEP_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let instance = Installation::new(&format!("{WIKI}{PROXY}[database]\nurl = \"{}\"\n", at.url));
    let mut server = instance.serve();
    for kill in 0..kills {
        let which = format!("kill {kill}, DOORSTEP_SEED={seed}");
        let number = kill + 2;
        let (wiki, chat, proxy) = (delivered(&instance, "wiki"), delivered(&instance, "chat"), of_proxy(&instance));
        let moment = LONGEST.mul_f64(uniform(seed, kill));
        let begun = Instant::now();
        // Dropping kills.
        let rotation = instance.start_with(&["key", "rotate", "root", "--again"]);
        sleep(moment.saturating_sub(begun.elapsed()));
        drop(rotation);
        if kill % 2 == 1 {
            drop(server);
            server = instance.serve();
        }
        let file = fs::read_to_string(instance.path("data/apps/wiki.env")).unwrap();
        assert_eq!(secret_in(&file).len(), wiki.len(), "{which}");
        for (app, secret) in [("wiki", &wiki), ("chat", &chat), ("oauth2-proxy", &proxy.0)] {
            assert!(proves(&instance, app, secret), "{app} is locked out: {which}");
        }
        let again = instance.start_with(&["key", "rotate", "root"]);
        for (app, secret) in [("wiki", &wiki), ("chat", &chat)] {
            uses(&instance, app, secret);
        }
        let now = wait("the delivery", || Some(of_proxy(&instance)).filter(|now| now.0 != proxy.0));
        assert!(proves(&instance, "oauth2-proxy", &now.0), "{which}");
        assert_eq!(now.1, proxy.1, "{which}");
        let said = again.ended();
        assert_eq!(said.code, 0, "{which}: {said:?}");
        assert_eq!(newest(&instance), (number, "finished".to_owned()), "{which}");
        assert_eq!(keys(&instance).len() as u64, number, "one key for each rotation: {which}");
        let planned = instance.command(&["plan"]);
        assert!(planned.code == 0 && planned.out.contains("Nothing to do."), "{which}: {planned:?}");
    }
    assert_eq!(server.stop(), 0);
}
