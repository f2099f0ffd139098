//! Signing keys in the database: made once, shared by all replicas, each sealed in its own row.

use crate::fixture::{Home, ROOT, on_both, root, seconds, settings, with_settings};
use doorstep_app::{ambient::Ambient, instance::Instance, keyring::RootKey};
use doorstep_core::{
    entropy::Entropy,
    gateway::{ASSERTION_TYP, Attested, Person},
    model::{KeyGeneration, Principal, SealedSigningKey, SigningAlg, User},
    secret::SecretHash,
    time::Timestamp,
};
use doorstep_store::{
    Db, generations, keys, root_keys,
    testing::{Engine, migrated},
};
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_that_open_an_empty_database_at_once_end_with_one_key_an_algorithm() {
    for engine in Engine::ALL {
        let at = migrated(engine).await;
        let open = |seed| {
            let url = at.at.url.clone();
            tokio::spawn(async move {
                let db = Db::open(&url).await.unwrap();
                Instance::open(db, Ambient::fixed(Timestamp::from_seconds(1), seed), &root(), with_settings(settings()))
                    .await
                    .unwrap()
            })
        };
        let (one, two) = (open(1), open(2_000_000));
        let (one, two) = (one.await.unwrap(), two.await.unwrap());
        let rows = keys::all(&mut at.db.read().await.unwrap()).await.unwrap();
        assert_eq!(rows.len(), SigningAlg::ALL.len(), "{engine:?}");
        for alg in SigningAlg::ALL {
            let (of_one, of_two) = (one.context.keyring.keys(), two.context.keyring.keys());
            assert_eq!(of_one.signing(alg).unwrap().id(), of_two.signing(alg).unwrap().id());
            let signed = of_one.signing(alg).unwrap().sign(&json!({ "iss": "x" })).unwrap();
            assert!(of_two.verify(&signed).is_ok());
        }
    }
}

/// Waits until somebody else has drawn this often from a source that began with this seed: each draw has the next one.
async fn until_drawn(source: &Ambient, seed: u64, often: usize) {
    let drawing = async {
        for own in 0..1_000_000 {
            let drawn = source.entropy().bytes::<16>();
            let all = (own..1_000_000).find(|nth| Entropy::seeded(seed + nth).bytes::<16>() == drawn).unwrap();
            if all - own >= often as u64 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), drawing).await.expect("nobody draws");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_another_writes_its_keys_waits_and_uses_those() {
    for engine in Engine::ALL {
        let home = Home::new(engine).await;
        let rows = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        let at = migrated(engine).await;
        // Its root key is entered: what it waits for are the signing keys.
        let root_key = home.instance.context.keyring.held().remove(0);
        let now = Timestamp::from_seconds(1);
        root_keys::enter(&mut at.db.write().await.unwrap(), (KeyGeneration::FIRST, &root_key), now).await.unwrap();
        let mut writing = at.db.begin().await.unwrap();
        generations::bump(&mut writing, "signing_keys").await.unwrap();
        for row in &rows {
            keys::insert(&mut writing, row).await.unwrap();
        }
        let (url, clock) = (at.at.url.clone(), Ambient::fixed(Timestamp::from_seconds(1), 4_000_000));
        let drawn = clock.clone();
        let opening = tokio::spawn(async move {
            let db = Db::open(&url).await.unwrap();
            Instance::open(db, clock, &root(), with_settings(settings())).await.unwrap()
        });
        // It has made keys of its own, one draw for their ids and one for each, and stands in line.
        until_drawn(&drawn, 4_000_000, 1 + SigningAlg::ALL.len()).await;
        assert!(!opening.is_finished(), "it did not wait");
        writing.commit().await.unwrap();
        let late = opening.await.unwrap();
        assert_eq!(keys::all(&mut at.db.read().await.unwrap()).await.unwrap(), rows, "{engine:?}");
        let signed = home.instance.context.keyring.keys().signing(SigningAlg::Rs256).unwrap().sign(&json!({})).unwrap();
        assert!(late.context.keyring.keys().verify(&signed).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_uses_the_keys_that_are_there() {
    for engine in Engine::ALL {
        let home = Home::new(engine).await;
        let before = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        let replica = home.replica().await;
        assert_eq!(keys::all(&mut home.db().read().await.unwrap()).await.unwrap(), before);
        let signed = home.instance.context.keyring.keys().signing(SigningAlg::Rs256).unwrap().sign(&json!({})).unwrap();
        assert!(replica.context.keyring.keys().verify(&signed).is_ok());
    }
}

/// The keys that another database of the same root key has, as a replica that makes new ones would make them.
async fn other_keys() -> Vec<SealedSigningKey> {
    let at = migrated(Engine::Sqlite).await;
    let clock = Ambient::fixed(Timestamp::from_seconds(9), 77);
    Instance::open(at.db.clone(), clock, &root(), with_settings(settings())).await.unwrap();
    keys::all(&mut at.db.read().await.unwrap()).await.unwrap()
}

/// What an app behind forward auth is told of somebody.
fn assertion(replica: &Instance) -> Arc<str> {
    let at = Timestamp::from_seconds(1_700_000_000);
    let user = User::new("u1".parse().unwrap(), "ada".parse().unwrap(), at);
    let person = Person::of(&Principal::active(user, BTreeSet::new(), at).unwrap());
    let attested = Attested { host: "wiki.test", secure: true, person: &person, proved: None };
    replica.gateway.assertion(&SecretHash::labelled("a cookie", b"a"), attested, replica.now()).unwrap()
}

async fn put_in(home: &Home, row: &SealedSigningKey) {
    let mut tx = home.db().begin().await.unwrap();
    generations::bump(&mut tx, "signing_keys").await.unwrap();
    keys::insert(&mut tx, row).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_another_replica_puts_in_are_in_use_after_the_next_look() {
    let others = other_keys().await;
    let other = others.iter().find(|row| row.alg == SigningAlg::Es256).unwrap();
    on_both!(|home| {
        let replica = home.replica().await;
        let keyring = &replica.context.keyring;
        let before = keyring.keys();
        let signed = before.signing(SigningAlg::Es256).unwrap().sign(&json!({})).unwrap();
        let asserted = assertion(&replica);
        assert_eq!(assertion(&replica), asserted, "it is sent again");
        replica.caches.catch_up().await.unwrap();
        assert!(Arc::ptr_eq(&before, &keyring.keys()), "nothing changed, nothing is loaded");

        put_in(&home, &SealedSigningKey { created_at: Timestamp::from_seconds(1), ..other.clone() }).await;
        assert!(Arc::ptr_eq(&before, &keyring.keys()));
        replica.caches.catch_up().await.unwrap();
        let after = keyring.keys();
        assert_eq!(after.signing(SigningAlg::Es256).unwrap().id(), &other.id);
        assert!(after.jwks().keys.len() > before.jwks().keys.len());
        assert!(after.verify(&signed).is_ok(), "what was signed before still counts");
        let anew = assertion(&replica);
        assert_ne!(anew, asserted, "by the new key, however lately the other one signed");
        assert!(before.verify_as(ASSERTION_TYP, &anew).is_err() && after.verify_as(ASSERTION_TYP, &anew).is_ok());
        // Nor is it loaded again before it changes again.
        replica.caches.catch_up().await.unwrap();
        assert!(Arc::ptr_eq(&after, &keyring.keys()));
        home.instance.caches.catch_up().await.unwrap();
        let signed = home.instance.context.keyring.keys().signing(SigningAlg::Es256).unwrap().sign(&json!({})).unwrap();
        assert!(after.verify(&signed).is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_does_not_open_leaves_the_others_in_use_and_is_told() {
    on_both!(|home| {
        home.client("app", |_| {}).await;
        let replica = home.replica().await;
        let before = replica.context.keyring.keys();
        let rows = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        put_in(&home, &SealedSigningKey { id: "another".parse().unwrap(), ..rows[0].clone() }).await;
        for _ in 0..3 {
            home.wait(seconds(6));
            // Nothing else is held up by it, whoever looks.
            assert!(replica.caches.client("app").await.unwrap().is_some());
            assert!(replica.caches.catch_up().await.is_err());
            assert!(Arc::ptr_eq(&before, &replica.context.keyring.keys()));
        }
    });
}

#[test]
fn a_root_key_is_read_with_and_without_the_padding_that_openssl_writes() {
    for (text, good) in [
        (ROOT.to_owned(), true),
        (format!("{ROOT}=\n"), true),
        (format!("\u{feff}{ROOT}\r\n\r\n"), true),
        (format!("{}/+8=\n", ROOT.get(..40).unwrap()), true),
        (ROOT.get(1..).unwrap().to_owned(), false),
        (format!("{ROOT}A"), false),
        ("=".to_owned(), false),
    ] {
        assert_eq!(RootKey::from_text(&text, "test").is_ok(), good, "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_exchanged_and_another_root_key_open_nothing() {
    for engine in Engine::ALL {
        let home = Home::new(engine).await;
        let rows = keys::all(&mut home.db().read().await.unwrap()).await.unwrap();
        let other = RootKey::from_text(&ROOT.replacen("AQID", "AQIE", 1), "test").unwrap();
        let opened = Instance::open(home.db().clone(), home.clock.clone(), &other, with_settings(settings())).await;
        assert!(opened.is_err(), "another root key");
        for (n, with) in [(0, 1), (1, 2)] {
            let swapped = migrated(engine).await;
            for (at, row) in rows.iter().enumerate() {
                let mut row = row.clone();
                let from = if at == n {
                    with
                } else if at == with {
                    n
                } else {
                    at
                };
                row.sealed.clone_from(&rows[from].sealed);
                keys::insert(&mut swapped.db.write().await.unwrap(), &row).await.unwrap();
            }
            let opened =
                Instance::open(swapped.db.clone(), home.clock.clone(), &root(), with_settings(settings())).await;
            assert!(opened.is_err(), "rows {n} and {with} exchanged");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_instance_is_ready_while_its_database_answers() {
    let home = Home::new(Engine::Postgres).await;
    assert!(home.instance.context.is_ready().await.is_ok());
    home.db().close().await;
    assert!(home.instance.context.is_ready().await.is_err());
}
