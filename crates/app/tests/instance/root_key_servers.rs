//! Servers and the root keys that they hold: who lacks one that is in force refuses, and says so before it is.

use crate::{
    fixture::{ROOT, on_both, own, root, seconds},
    root_keys::{both, delivered, in_force, manage, offered, proves, replica, second, spec, steps},
};
use doorstep_app::{
    error::InternalError,
    instance::Instance,
    keyring::{KeyError, KeySource, RootKey, RootKeys},
    root_keys::NotOffered,
};
use doorstep_core::{
    entropy::Entropy,
    model::{KeyGeneration, Readiness, readiness},
    secret::SecretHash,
};
use doorstep_onboard::provider::Provider;
use doorstep_store::{
    migrate::SchemaState,
    sources,
    testing::{TestUrl, dumped},
};
use std::{fs, os::unix::fs::PermissionsExt};

/// Whether the oldest release that works with the database is one of this schema.
pub(crate) fn is_for_releases_of(at: &TestUrl, schema: i64) -> bool {
    let text = dumped(at);
    let lines = text.lines().filter(|line| line.contains("schema_version VALUES"));
    let oldest = |line: &str| line.trim_end_matches(");").rsplit(',').next().unwrap().trim().parse::<i64>().unwrap();
    lines.map(oldest).max() == Some(schema)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_the_key_in_force_believes_nothing_and_none_starts() {
    on_both!(|home| {
        home.client("wiki", |_| {}).await;
        let here = &home.instance;
        let secret = delivered(here, "wiki").await;
        let other = replica(&home, both()).await.unwrap();
        assert!(is_for_releases_of(&home.at.at, 1));
        let key = in_force(&other).await;
        assert!(is_for_releases_of(&home.at.at, 4), "an earlier release does not work with it any more");
        let lacks = |error: &InternalError| matches!(error, InternalError::Key(KeyError::Lacking { generation, .. }) if *generation == second());
        assert!(here.caches.catch_up().await.is_err_and(|error| lacks(&error)));
        home.wait(seconds(6));
        assert!(here.caches.catch_up().await.is_err());
        assert!(here.caches.client("wiki").await.is_err(), "it refuses rather than go on under another key");
        assert!(here.context.is_ready().await.is_err() && other.context.is_ready().await.is_ok());
        assert_eq!(here.context.keyring.generation(), KeyGeneration::FIRST);
        assert!(replica(&home, &root()).await.is_err_and(|error| lacks(&error)));
        other.caches.catch_up().await.unwrap();
        assert!(proves(&other, "wiki", &secret).await);
        assert!(here.root_keys.bring_in(&manage(here), &key).await.is_err_and(|error| lacks(&error)));
        assert_eq!(home.db().schema_state().await.unwrap(), SchemaState::Current);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_say_whether_they_hold_the_key_that_is_offered_and_read_their_file_again() {
    on_both!(|home| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.key");
        fs::write(&path, format!("{ROOT}\n")).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        let of_file = || KeySource::load_or_create(&path, &mut Entropy::seeded(1)).unwrap().0;
        let server = replica(&home, of_file()).await.unwrap();
        server.root_keys.serve_as("a:/etc/doorstep.toml");
        home.instance.root_keys.serve_as("b:/etc/doorstep.toml");
        let command = replica(&home, of_file()).await.unwrap();
        server.root_keys.tell().await.unwrap();

        let key = offered(&command).await;
        let keys = fs::read_to_string(&path).unwrap();
        assert!(keys.lines().count() == 2 && keys.ends_with(&format!("{ROOT}\n")), "it is on the disk");
        let first = command.root_keys.heard(second()).await.unwrap();
        assert!(first.told.is_empty(), "nobody says anything while nothing is offered");
        for instance in [&server, &home.instance] {
            instance.caches.catch_up().await.unwrap();
            instance.root_keys.tell().await.unwrap();
        }
        let now = command.root_keys.heard(second()).await.unwrap();
        let lacking = Readiness::Lacking(vec!["b:/etc/doorstep.toml".into()]);
        assert_eq!(readiness(&first, &now, seconds(12)), lacking);
        // One of an earlier release beats, and says nothing of keys.
        let declaring = sources::Declaring { digest: SecretHash::labelled("x", b""), applied: true };
        let mut conn = home.db().write().await.unwrap();
        sources::declare(&mut conn, "old:/etc/doorstep.toml", &declaring, home.instance.now()).await.unwrap();
        drop(conn);
        let now = command.root_keys.heard(second()).await.unwrap();
        assert_eq!(now.others.keys().collect::<Vec<_>>(), ["old:/etc/doorstep.toml"]);

        // The command is killed here, and another one goes on: nothing is made twice.
        let again = replica(&home, of_file()).await.unwrap();
        assert_eq!(offered(&again).await, key);
        assert_eq!(fs::read_to_string(&path).unwrap(), keys);
        assert!(again.root_keys.bring_in(&manage(&again), &key).await.unwrap());
        // Whoever was written down meanwhile is found by the server that lacks it.
        let late = replica(&home, of_file()).await.unwrap();
        assert_eq!(late.context.keyring.generation(), second());
        server.caches.catch_up().await.unwrap();
        assert_eq!(server.context.keyring.generation(), second());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_of_one_name_the_one_without_the_key_is_waited_for_and_one_that_ended_is_not() {
    on_both!(|home| {
        let start = async |keys: KeySource| {
            let server = replica(&home, keys).await.unwrap();
            let process = server.root_keys.serve_as("a:/etc/doorstep.toml").clone();
            (server, process)
        };
        let (holder, other) = (start(both()).await, start(KeySource::from(&root())).await);
        let heard = async || holder.0.root_keys.heard(second()).await.unwrap();
        let say = async |server: &Instance| {
            server.caches.catch_up().await.unwrap();
            server.root_keys.tell().await.unwrap();
        };
        offered(&holder.0).await;
        say(&other.0).await;
        let first = heard().await;
        say(&other.0).await;
        say(&holder.0).await;
        let lacking = Readiness::Lacking(vec![other.1.told_apart()]);
        assert_eq!(readiness(&first, &heard().await, seconds(12)), lacking, "one that holds it hides no other");

        // It is started again with the key. The process before said something in the time that is listened for, and is
        // waited for no longer.
        let again = start(both()).await;
        say(&again.0).await;
        assert_eq!(readiness(&first, &heard().await, seconds(12)), lacking);
        let first = heard().await;
        say(&holder.0).await;
        say(&again.0).await;
        assert_eq!(readiness(&first, &heard().await, seconds(12)), Readiness::Ready);
        // Both beat as one where servers declare apps: that is no server that says nothing.
        let declaring = sources::Declaring { digest: SecretHash::labelled("x", b""), applied: true };
        let mut conn = home.db().write().await.unwrap();
        sources::declare(&mut conn, "a:/etc/doorstep.toml", &declaring, home.instance.now()).await.unwrap();
        drop(conn);
        assert_eq!(readiness(&first, &heard().await, seconds(12)), Readiness::Ready);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_taken_out_of_its_file_before_it_was_in_force_is_waited_for_no_longer() {
    on_both!(|home| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.key");
        let write = |text: String| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        };
        write(format!("{ROOT}\n"));
        let of_file = KeySource::load_or_create(&path, &mut Entropy::seeded(1)).unwrap().0;
        let server = replica(&home, of_file).await.unwrap();
        let key = offered(&server).await;
        own(&server).create_client(&spec("one")).await.unwrap();
        server.root_keys.take_back(&manage(&server)).await.unwrap();
        server.caches.catch_up().await.unwrap();
        assert_eq!(server.context.keyring.spares(), [key.id]);
        assert!(own(&server).create_client(&spec("two")).await.is_err());
        write(format!("{ROOT}\n"));
        own(&server).create_client(&spec("two")).await.unwrap();
        assert_eq!(server.context.keyring.held().len(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_from_outside_are_offered_when_one_is_added_and_not_before() {
    on_both!(|home| {
        let refused = home.instance.root_keys.offer(&manage(&home.instance)).await;
        assert!(matches!(refused, Err(NotOffered::NoSpare)));
        // Of two that offer different keys at the same moment, one comes through, and both go on with it.
        let third = RootKey::random(&mut Entropy::seeded(9)).text().expose().clone();
        let of = |text: String| KeySource::outside(text.parse::<RootKeys>().unwrap());
        let (one, two) =
            (replica(&home, both()).await.unwrap(), replica(&home, of(format!("{third} {ROOT}"))).await.unwrap());
        let (a, b) = tokio::join!(offered(&one), offered(&two));
        assert_eq!(a, b);
        assert_eq!(steps(&home).await, ["2 offered"]);
        // One that is lost before it was in force is taken back, and another one offered.
        let (holder, lacker) = if one.context.keyring.holds(&a.id) { (&one, &two) } else { (&two, &one) };
        assert_eq!(lacker.root_keys.take_back(&manage(lacker)).await.unwrap(), Some(a.clone()));
        assert_eq!(lacker.root_keys.take_back(&manage(lacker)).await.unwrap(), None);
        assert!(!holder.root_keys.bring_in(&manage(holder), &a).await.unwrap());
        let next = in_force(lacker).await;
        assert!(next.generation == second() && next.id != a.id);
        assert_eq!(lacker.root_keys.take_back(&manage(lacker)).await.unwrap(), None, "one in force is not taken back");
    });
}
