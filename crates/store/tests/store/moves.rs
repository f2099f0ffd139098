//! A move to another host: whose passkeys are of which, which of them count, and who still asks under a former issuer.

use crate::instance::{NOW, client, id, later, user};
use doorstep_core::{
    id::{PasskeyId, UserId},
    model::Passkey,
};
use doorstep_store::{Conn, clients, instance, moves, passkeys, testing, users};

const OLD: &str = "auth.example.com";
const NEW: &str = "id.example.org";

async fn person(conn: &mut Conn, name: &str, hosts: &[&str]) -> UserId {
    let user = user(name);
    users::insert(conn, &user, &format!("handle-of-{name}")).await.unwrap();
    for (n, host) in hosts.iter().enumerate() {
        let key = format!("{name}-{n}");
        let passkey = Passkey {
            id: id::<PasskeyId>(&key),
            user: user.id.clone(),
            credential_id: key.clone(),
            rp_id: (*host).to_owned(),
            credential: "{}".into(),
            name: key,
            aaguid: String::new(),
            backup_eligible: true,
            backed_up: true,
            sign_count: 0,
            created_at: NOW,
            last_used_at: None,
        };
        assert!(passkeys::insert(conn, &passkey).await.unwrap());
    }
    user.id
}

async fn hosts_of(conn: &mut Conn, user: &UserId) -> Vec<String> {
    passkeys::of_user(conn, user).await.unwrap().into_iter().map(|passkey| passkey.rp_id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_notes_the_host_of_passkeys_that_had_none_and_the_new_issuer_at_once() {
    for home in testing::both().await {
        let mut conn = home.db.write().await.unwrap();
        let ada = person(&mut conn, "ada", &["", "older.example"]).await;
        drop(conn);
        let mut tx = home.db.begin().await.unwrap();
        moves::change_issuer(&mut tx, OLD, "https://id.example.org").await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = home.db.write().await.unwrap();
        assert_eq!(hosts_of(&mut conn, &ada).await, [OLD, "older.example"]);
        assert_eq!(instance::issuer(&mut conn).await.unwrap().as_deref(), Some("https://id.example.org"));
        assert_eq!(moves::hosts(&mut conn).await.unwrap(), [OLD, "older.example"]);
        // Not in two steps, between which one would count for the other's host.
        assert!(moves::change_issuer(&mut conn, OLD, "https://x.example").await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_of_a_host_that_was_given_up_are_no_way_in() {
    for home in testing::both().await {
        let mut conn = home.db.write().await.unwrap();
        let ada = person(&mut conn, "ada", &["", OLD, OLD, NEW]).await;
        for (counts, expected) in [(false, 2), (false, 2), (true, 4), (true, 4)] {
            moves::set_counts(&mut conn, OLD, counts).await.unwrap();
            assert_eq!(users::enrolled_by_id(&mut conn, &ada).await.unwrap().passkeys, expected, "{counts}");
        }
        assert_eq!(passkeys::of_user(&mut conn, &ada).await.unwrap().len(), 4, "nothing is removed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_passkey_of_the_present_host_is_told_by_name() {
    for home in testing::both().await {
        let mut conn = home.db.write().await.unwrap();
        person(&mut conn, "ada", &[OLD, OLD, "older.example"]).await;
        person(&mut conn, "bob", &[OLD, NEW]).await;
        person(&mut conn, "cara", &[""]).await;
        person(&mut conn, "dan", &[]).await;
        let eve = person(&mut conn, "eve", &["gone.example"]).await;
        let told = moves::without_present(&mut conn, NEW).await.unwrap();
        let told: Vec<_> = told.iter().map(|(name, host)| (name.as_str(), host.as_str())).collect();
        assert_eq!(told, [("ada", OLD), ("ada", "older.example"), ("eve", "gone.example")]);
        for (host, has) in [(OLD, true), ("gone.example", true), ("never.example", false)] {
            assert_eq!(moves::has_passkeys(&mut conn, host).await.unwrap(), has, "{host}");
        }
        users::set_disabled(&mut conn, &eve, Some(NOW), NOW).await.unwrap();
        assert!(!moves::has_passkeys(&mut conn, "gone.example").await.unwrap(), "she signs in nowhere");
        assert_eq!(moves::without_present(&mut conn, NEW).await.unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_under_a_former_issuer_is_noted_once_a_minute() {
    for home in testing::both().await {
        let mut tx = home.db.begin().await.unwrap();
        for name in ["wiki", "photos"] {
            clients::put(&mut tx, &client(name), NOW).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = home.db.write().await.unwrap();
        let old = "https://auth.example.com";
        for (name, at, noted) in [("wiki", 0, true), ("photos", 10, true), ("wiki", 59, false), ("photos", 100, true)] {
            let done = moves::note_use(&mut conn, old, &id(name), later(at)).await.unwrap();
            assert_eq!(done, noted, "{name} {at}");
        }
        let seen = moves::uses(&mut conn, old).await.unwrap();
        let seen: Vec<_> = seen.iter().map(|one| (one.client.as_str(), one.asked_at)).collect();
        assert_eq!(seen, [("photos", later(100)), ("wiki", NOW)]);
        assert_eq!(moves::uses(&mut conn, "https://other.example").await.unwrap(), []);
        drop(conn);
        let mut tx = home.db.begin().await.unwrap();
        clients::delete(&mut tx, &id("wiki"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = home.db.write().await.unwrap();
        assert_eq!(moves::uses(&mut conn, old).await.unwrap().len(), 1, "and goes with its client");
    }
}
