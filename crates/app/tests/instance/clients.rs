//! Clients are loaded when they are asked for: ten thousand of them delay nothing, a change of one is seen by every
//! replica, and one that this release cannot read is in nobody's way.

use crate::fixture::{Home, at_once, browser, myself, nobody, on_both, own, request, seconds, somewhere, text};
use doorstep_app::{
    authorization::{Authorized, SignOut},
    error::InternalError,
    instance::Instance,
    tokens::{TokenError, UserInfoError},
};
use doorstep_core::{
    id::ClientId,
    model::{Client, ClientAuthMethod},
    oauth::logout::{EndSessionRequest, Onward},
};
use doorstep_onboard::{
    plan::{Change, Edit, Field},
    provider::Provider,
    spec::ClientSpec,
};
use doorstep_store::{
    StoreError, clients,
    records::Unreadable,
    testing::{Engine, Intruder},
};
use std::{path::Path, sync::Arc};

async fn known(instance: &Instance, id: &str) -> Option<Arc<Client>> {
    instance.caches.client(id).await.unwrap()
}

/// As another replica writes a client.
async fn write(home: &Home, client: &Client) {
    let mut tx = home.db().begin().await.unwrap();
    clients::put(&mut tx, client, home.instance.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn is_unreadable(error: &InternalError) -> bool {
    matches!(error, InternalError::Store(StoreError::Unreadable(Unreadable::Newer { needs: 9, .. })))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_client_costs_no_read_and_a_cold_one_is_not_guessed_at() {
    on_both!(|home| {
        let (warm, cold) = (home.client("warm", |_| {}).await, home.client("cold", |_| {}).await);
        home.instance.caches.catch_up().await.unwrap();
        assert_eq!(known(&home.instance, warm.as_str()).await.unwrap().id, warm);
        assert!(home.instance.caches.all_take_iss().await.unwrap());
        let _held = home.out_of_reach().await;
        assert_eq!(known(&home.instance, warm.as_str()).await.unwrap().id, warm);
        assert!(home.instance.caches.all_take_iss().await.unwrap());
        for id in [cold.as_str(), "made-up"] {
            assert!(home.instance.caches.client(id).await.is_err(), "{id}");
        }
        assert!(home.instance.caches.client("no id at all").await.unwrap().is_none());
        // Five seconds without the log, and what is warm is not believed either.
        home.wait(seconds(6));
        assert!(matches!(home.instance.caches.client(warm.as_str()).await, Err(InternalError::Stale)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_replica_changes_of_a_client_is_known_after_the_next_look() {
    on_both!(|home| {
        let id = home.client("app", |_| {}).await;
        let replica = home.replica().await;
        assert!(known(&replica, "later").await.is_none());
        let mut client = known(&replica, "app").await.unwrap().as_ref().clone();
        client.name = "Renamed".into();
        write(&home, &client).await;
        // Its beat stands still: it believes what it knows for five seconds, then looks by itself.
        home.wait(seconds(5));
        assert_eq!(known(&replica, "app").await.unwrap().name, "app");
        home.wait(seconds(1));
        assert_eq!(known(&replica, "app").await.unwrap().name, "Renamed");
        // One that was asked for before it was there is found at once.
        write(&home, &Client { id: "later".parse().unwrap(), app: None, ..client }).await;
        assert!(known(&replica, "later").await.is_some());
        let mut tx = home.db().begin().await.unwrap();
        assert!(clients::delete(&mut tx, &id, home.instance.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert!(known(&replica, "app").await.is_some());
        replica.caches.catch_up().await.unwrap();
        assert!(known(&replica, "app").await.is_none());
        assert!(known(&replica, "later").await.is_some(), "the others stay");
    });
}

fn change(field: Field) -> Change {
    Change { field, edit: Edit::Value { before: "one".to_owned(), after: "another".to_owned() }, contract: false }
}

/// Each server planned before the other one wrote.
#[tokio::test(flavor = "multi_thread")]
async fn two_updates_of_one_client_at_once_lose_nothing_of_each_other() {
    on_both!(|home| {
        let id = home.client("charts", |_| {}).await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let held = ClientSpec::new("charts".parse().unwrap(), "Charts", vec!["https://charts.example.org/cb".into()]);
        let mut wanted = held.clone();
        for round in 0..8 {
            let before = wanted.clone();
            wanted.name = format!("Charts {round}");
            wanted.redirect_uris = vec![format!("https://charts.example.org/cb/{round}")];
            let done = at_once(2, |n| {
                let (instance, mut spec) = (Arc::clone(&instances[n]), before.clone());
                let field = if n == 0 { Field::Title } else { Field::RedirectUris };
                match field {
                    Field::Title => spec.name.clone_from(&wanted.name),
                    _ => spec.redirect_uris.clone_from(&wanted.redirect_uris),
                }
                async move {
                    let own = own(&instance);
                    own.update_client(&"charts".parse().unwrap(), &spec, &[change(field)]).await
                }
            });
            assert_eq!(done.await, [Ok(()), Ok(())]);
            let kept = clients::by_id(&mut home.db().read().await.unwrap(), &id).await.unwrap().unwrap();
            assert_eq!((kept.name, kept.redirect_uris), (wanted.name.clone(), wanted.redirect_uris.clone()));
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_all_clients_follows_each_change() {
    on_both!(|home| {
        home.client("app", |_| {}).await;
        let replica = home.replica().await;
        let app = known(&replica, "app").await.unwrap();
        let (page, foreign) = ("https://app.example.org", "https://anybody.test");
        for (public, iss) in [(false, true), (true, true), (true, false), (false, false), (false, true)] {
            let auth_method = if public { ClientAuthMethod::None } else { ClientAuthMethod::Either };
            write(&home, &Client { auth_method, iss_parameter: iss, ..app.as_ref().clone() }).await;
            replica.caches.catch_up().await.unwrap();
            for _ in 0..2 {
                assert_eq!(replica.caches.all_take_iss().await.unwrap(), iss);
                assert_eq!(replica.caches.is_origin(page).await.unwrap(), public);
                assert!(!replica.caches.is_origin(foreign).await.unwrap());
            }
        }
        let long = format!("https://{}.example.org", "a".repeat(300));
        assert!(!replica.caches.is_origin(&long).await.unwrap());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_a_newer_release_is_an_internal_error_at_its_own_sign_in_and_others_go_on() {
    let home = Home::new(Engine::Sqlite).await;
    let ada = home.person("ada", &[]).await;
    let (newer, other) = (home.client("newer", |_| {}).await, home.client("other", |_| {}).await);
    let tokens = home.tokens(&ada, &newer, "openid offline_access").await;
    let code = home.code(&ada, &newer, "openid").await;
    Intruder::open(Path::new(home.at.at.url.strip_prefix("sqlite:").unwrap()))
        .run("UPDATE clients SET readable_from = 9 WHERE id = 'newer'");
    // Started after a newer release has written the record.
    let instance = home.replica().await;
    let who = instance.sessions.signed_in(Some(&ada.session)).await.unwrap().unwrap();

    let asked = request(&newer, "openid", "");
    let refused = instance.authorization.authorize(asked.as_bytes(), Some(&who), &browser(), &nobody()).await;
    assert!(refused.is_err_and(|error| is_unreadable(&error)));
    let body = format!("grant_type=authorization_code&code={code}&client_id=newer&client_secret=x");
    let refused = instance.tokens.token(None, body.as_bytes(), (&nobody(), &somewhere())).await;
    assert!(matches!(refused, Err(TokenError::Internal(error)) if is_unreadable(&error)));
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    let refused = instance.tokens.userinfo(Some(&bearer), None).await;
    assert!(matches!(refused, Err(UserInfoError::Internal(error)) if is_unreadable(&error)));
    let body = b"token=x&client_id=newer&client_secret=x";
    let refused = instance.tokens.revoke(None, body, (&nobody(), &somewhere())).await;
    assert!(matches!(refused, Err(TokenError::Internal(error)) if is_unreadable(&error)));

    // Others go on; the person sees its access, can end it, and can sign out.
    let asked = request(&other, "openid", "");
    assert!(instance.authorization.authorize(asked.as_bytes(), Some(&who), &browser(), &nobody()).await.is_ok());
    let overview = instance.accounts.account_overview(&myself(&instance, &who)).await.unwrap();
    let titles: Vec<_> = overview.apps.iter().map(|app| app.title.as_str()).collect();
    assert_eq!(titles, ["newer", "other"]);
    let sign_out = EndSessionRequest {
        client_id: Some("newer".into()),
        post_logout_redirect_uri: Some("https://newer.example.org/bye".into()),
        ..EndSessionRequest::default()
    };
    let done = instance.authorization.end_session(&sign_out, Some(&who), true, &nobody()).await.unwrap();
    assert!(matches!(done, SignOut::Done(Onward::PageNoClient)));
    assert!(instance.sessions.signed_in(Some(&ada.session)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_reads_no_client() {
    let home = Home::new(Engine::Sqlite).await;
    home.client("app", |_| {}).await;
    home.guarded("wiki", None).await;
    // Whoever reads a table that is not there is told so: the same text stands for both engines.
    let intruder = Intruder::open(Path::new(home.at.at.url.strip_prefix("sqlite:").unwrap()));
    intruder.run("ALTER TABLE clients RENAME TO elsewhere");
    let started = home.replica().await;
    assert!(started.caches.client("app").await.is_err(), "the table is away");
    intruder.run("ALTER TABLE elsewhere RENAME TO clients");
    assert!(known(&started, "app").await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_thousand_clients_the_last_one_signs_in_and_a_change_is_seen() {
    const MANY: usize = 10_000;
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let first = home.client("first", |_| {}).await;
        let made = known(&home.instance, first.as_str()).await.unwrap();
        let mut tx = home.db().begin().await.unwrap();
        for n in 1..MANY {
            let id: ClientId = format!("made-{n:05}").parse().unwrap();
            let redirect_uris = vec![format!("https://{id}.example.org/cb")];
            let client = Client { id, app: None, redirect_uris, ..made.as_ref().clone() };
            clients::put(&mut tx, &client, home.instance.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        home.instance.caches.catch_up().await.unwrap();
        let (instance, replica) = (&home.instance, home.replica().await);
        let last: ClientId = format!("made-{:05}", MANY - 1).parse().unwrap();
        let code = home.code(&ada, &last, "openid").await;
        assert!(home.redeem(&code, &last).await.is_ok());
        let mut changed = known(&replica, last.as_str()).await.unwrap().as_ref().clone();
        changed.enabled = false;
        let asked = request(&last, "openid", "");
        write(&home, &changed).await;
        for instance in [instance, &replica] {
            instance.caches.catch_up().await.unwrap();
            let refused = instance.authorization.authorize(asked.as_bytes(), None, &browser(), &nobody()).await;
            assert!(matches!(refused, Ok(Authorized::Page(_))));
        }
    });
}
