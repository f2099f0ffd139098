//! The cache of forward auth: what it answers without the database, and what ends its entries.

use crate::fixture::{
    Home, Person, browser, groups, may, myself, nobody, on_both, own, seconds, settings, sign_in, somewhere,
};
use doorstep_app::{cache::Limited, error::InternalError, instance::Instance, settings::Live, tokens::TokenError};
use doorstep_core::{
    access::ManageUsers,
    entropy::Entropy,
    gateway::{Dialect, HostMap, Verdict, judge, prepare},
    limit::Source,
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_onboard::{provider::Provider, spec::AppSpec};
use doorstep_store::{
    sessions,
    testing::{Engine, dumped, put_back},
};
use std::{net::IpAddr, sync::Arc};

/// Whether a request for the wiki with this cookie is let through: warm if it can be, else from the database.
pub(crate) async fn may_pass(instance: &Instance, cookie: &Token) -> bool {
    may_pass_to(instance, cookie, "/").await
}

/// The same for a path.
pub(crate) async fn may_pass_to(instance: &Instance, cookie: &Token, path: &str) -> bool {
    may_pass_at(instance, cookie, ("wiki.example.org", path)).await
}

/// The same on a host.
pub(crate) async fn may_pass_at(instance: &Instance, cookie: &Token, asked: (&str, &str)) -> bool {
    let (now, hash) = (instance.now(), cookie.hash());
    let found = match instance.gateway.warm(&hash, now) {
        Some(warm) => Some(warm),
        None => instance.gateway.load(&hash, &somewhere()).await.unwrap(),
    };
    let protected = instance.caches.believed().await.unwrap();
    let headers = headers(cookie, asked);
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    let hosts: &HostMap = protected.hosts();
    let Ok(prepared) = prepare(Dialect::Forward, true, headers, (hosts, || None)) else { return false };
    let found = found.map(|found| found.as_ref().as_ref().clone());
    matches!(judge(&prepared, found.as_ref(), now), Verdict::Allow(_))
}

fn headers(cookie: &Token, (host, path): (&str, &str)) -> Vec<(&'static str, String)> {
    vec![
        ("x-forwarded-method", "GET".into()),
        ("x-forwarded-proto", "https".into()),
        ("x-forwarded-host", host.into()),
        ("x-forwarded-uri", path.into()),
        ("cookie", format!("__Host-ds_app={}", cookie.expose())),
    ]
}

fn is_warm(instance: &Instance, cookie: &Token) -> bool {
    instance.gateway.warm(&cookie.hash(), instance.now()).is_some()
}

async fn inside(home: &Home) -> (Person, Token) {
    let ada = home.person("ada", &["family"]).await;
    let wiki = home.guarded("wiki", Some(&["family"])).await;
    let cookie = home.enter(&ada, &wiki).await;
    assert!(may_pass(&home.instance, &cookie).await);
    (ada, cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_apps_and_clients_is_as_fresh_as_sessions_or_believed_by_nobody() {
    on_both!(|home| {
        let wiki = "wiki".parse().unwrap();
        home.guarded("wiki", Some(&["family"])).await;
        let replica = home.replica().await;
        own(&home.instance).delete_app(&wiki).await.unwrap();
        // Its beat stands still. Five seconds it believes what it knows, then it looks by itself.
        home.wait(seconds(5));
        assert!(replica.caches.believed().await.unwrap().app(&wiki).is_some());
        home.wait(seconds(1));
        assert!(replica.caches.believed().await.unwrap().app(&wiki).is_none());

        // And when it cannot look, nobody gets in: apps that are known and strangers alike are told to wait.
        let instance = &home.instance;
        instance.caches.catch_up().await.unwrap();
        let _held = home.out_of_reach().await;
        assert!(instance.caches.believed().await.is_ok());
        home.wait(seconds(6));
        assert!(matches!(instance.caches.believed().await.err(), Some(InternalError::Stale)));
        let body = b"grant_type=refresh_token&refresh_token=x&client_id=made-up&client_secret=x";
        let refused = instance.tokens.token(None, body, (&nobody(), &somewhere())).await.unwrap_err();
        assert!(matches!(&refused, TokenError::Internal(error) if error.is_busy()), "{refused}");
        let refused = instance.authorization.authorize(b"client_id=made-up", None, &browser(), &nobody()).await.err();
        assert!(refused.is_some_and(|error| error.is_busy()));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_answer_reads_no_database() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        home.instance.caches.catch_up().await.unwrap();
        let _held = home.out_of_reach().await;
        assert!(is_warm(&home.instance, &cookie));
        assert!(may_pass(&home.instance, &cookie).await);
        assert!(
            home.instance.gateway.load(&cookie.hash(), &somewhere()).await.is_err(),
            "the database was out of reach"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_has_not_heard_for_five_seconds_is_not_believed() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        home.instance.caches.catch_up().await.unwrap();
        home.wait(seconds(5));
        assert!(is_warm(&home.instance, &cookie));
        home.wait(Ttl::from_millis(1));
        assert!(!is_warm(&home.instance, &cookie));
        home.instance.caches.catch_up().await.unwrap();
        assert!(is_warm(&home.instance, &cookie));
        home.wait(seconds(-3600));
        assert!(!is_warm(&home.instance, &cookie), "the clock was set back: nobody knows how long ago that was");
        home.instance.caches.catch_up().await.unwrap();
        assert!(is_warm(&home.instance, &cookie));
        home.wait(seconds(6));
        assert!(!is_warm(&home.instance, &cookie));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_and_37_and_38_what_ends_on_one_replica_ends_on_the_other() {
    on_both!(|home| {
        let replica = home.replica().await;
        for case in
            ["sign out", "everywhere", "disable", "group", "app", "allow", "app sign out", "user switch", "nothing"]
        {
            let home = Home::new(home.at.engine).await;
            let (ada, cookie) = inside(&home).await;
            let replica = home.replica().await;
            assert!(may_pass(&replica, &cookie).await);
            assert!(is_warm(&replica, &cookie));
            match case {
                "sign out" => home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap(),
                "everywhere" => {
                    home.instance
                        .sessions
                        .sign_out_everywhere(&myself(&home.instance, &home.who(&ada.session).await))
                        .await
                        .unwrap();
                }
                "disable" => home.switch("ada", false).await,
                "group" => assert!(home.member("ada", "family", false).await),
                "app" => own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap(),
                "allow" => {
                    home.guarded("wiki", Some(&["admins"])).await;
                }
                "app sign out" => home.instance.gateway.sign_out_from_app(&cookie, &nobody()).await.unwrap(),
                "user switch" => {
                    let mut bob = home.person("bob", &[]).await;
                    sign_in(&home.instance, &ada.browser, &mut bob.passkey, Some(&ada.session)).await.unwrap();
                    home.instance.caches.catch_up().await.unwrap();
                }
                _ => {}
            }
            let stays = case == "nothing";
            assert_eq!(may_pass(&home.instance, &cookie).await, stays, "{case} here");
            replica.caches.catch_up().await.unwrap();
            assert_eq!(may_pass(&replica, &cookie).await, stays, "{case} there");
        }
        drop(replica);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_names_are_those_of_now() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        home.member("ada", "editors", true).await;
        let entry = home.instance.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().unwrap();
        let reported = entry.as_ref().as_ref().identity().pairs().nth(1).map(|(_, groups)| groups.to_owned());
        assert_eq!(reported.as_deref(), Some("editors,family"));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_moves_with_neither_app_nor_host() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        let moved = AppSpec {
            name: "wiki".parse().unwrap(),
            title: "wiki".into(),
            url: "https://elsewhere.example.org".into(),
            allow: None,
            require: None,
            protected: true,
            own_cookies: std::collections::BTreeSet::new(),
            rules: Vec::new(),
            authorization: doorstep_core::model::AuthorizationHeader::Pass,
            posture: doorstep_core::model::Posture::Headers,
            icon: None,
            signs_in: false,
        };
        own(&home.instance).put_app(&moved, &[]).await.unwrap();
        let taken = AppSpec {
            name: "other".parse().unwrap(),
            url: "https://wiki.example.org".into(),
            allow: Some(groups(&["family"])),
            ..moved
        };
        own(&home.instance).put_app(&taken, &[]).await.unwrap();
        assert!(!may_pass(&home.instance, &cookie).await, "the host is another app's now");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_use_of_a_session_is_written_whichever_of_its_apps_it_was_at() {
    on_both!(|home| {
        let (ada, wiki) = inside(&home).await;
        let mail = home.guarded("mail", Some(&["family"])).await;
        let mail = home.enter(&ada, &mail).await;
        assert!(home.instance.gateway.load(&mail.hash(), &somewhere()).await.unwrap().is_some());
        let session = home.who(&ada.session).await.session.id;
        for order in [[&wiki, &mail], [&mail, &wiki]] {
            for cookie in order {
                home.wait(seconds(2));
                home.instance.caches.catch_up().await.unwrap();
                assert!(is_warm(&home.instance, cookie));
            }
            home.instance.sessions.flush_use().await.unwrap();
            let mut conn = home.instance.context.db.read().await.unwrap();
            let written = sessions::by_id(&mut conn, &session).await.unwrap().unwrap();
            assert_eq!(written.last_seen_at, home.instance.now());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_session_ends_idle_with_its_app_and_with_its_parent() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        let idle = home.instance.context.settings.live().session_idle;
        // Used now and then, it lives beyond the idle time on every replica, once its use is written down.
        for _ in 0..3 {
            home.wait(Ttl::from_hours(11));
            home.instance.caches.catch_up().await.unwrap();
            assert!(may_pass(&home.instance, &cookie).await);
            home.instance.sessions.flush_use().await.unwrap();
            assert!(home.replica().await.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().is_some());
        }
        home.wait(idle);
        home.instance.caches.catch_up().await.unwrap();
        assert!(!is_warm(&home.instance, &cookie));
        assert!(!may_pass(&home.instance, &cookie).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_loaded_while_something_ends_is_not_kept() {
    on_both!(|home| {
        let (ada, cookie) = inside(&home).await;
        for _ in 0..25 {
            let instance = Arc::clone(&home.instance);
            let hash = cookie.hash();
            let loading: Vec<_> = (0..4)
                .map(|_| {
                    let instance = Arc::clone(&instance);
                    tokio::spawn(async move {
                        instance.gateway.load(&hash, &somewhere()).await.map(|found| found.is_some())
                    })
                })
                .collect();
            home.member("ada", "family", false).await;
            for one in loading {
                one.await.unwrap().unwrap();
            }
            assert!(!may_pass(&home.instance, &cookie).await, "{:?}", home.at.engine);
            home.member("ada", "family", true).await;
            assert!(may_pass(&home.instance, &cookie).await);
        }
        assert!(
            home.instance
                .accounts
                .people(&may(&home.instance, ManageUsers))
                .await
                .unwrap()
                .iter()
                .any(|p| p.user.id == ada.user.id)
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_slept_through_the_log_begins_anew() {
    for engine in doorstep_store::testing::Engine::ALL {
        let patient = Live { session_idle: Ttl::from_days(7), ..settings() };
        let home = Home::with(engine, patient).await;
        let (ada, cookie) = inside(&home).await;
        let replica = home.replica().await;
        assert!(may_pass(&replica, &cookie).await);
        home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
        home.wait(Ttl::from_days(2));
        // The line that would tell is swept by now.
        let now = home.instance.now();
        doorstep_store::sweep::expired(&mut home.db().write().await.unwrap(), now, None).await.unwrap();
        replica.caches.catch_up().await.unwrap();
        assert!(!is_warm(&replica, &cookie));
        assert!(!may_pass(&replica, &cookie).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_35_what_ends_after_a_restore_is_heard_although_the_log_gives_its_numbers_again() {
    let home = Home::new(Engine::Postgres).await;
    let (ada, cookie) = inside(&home).await;
    let bob = home.person("bob", &[]).await;
    home.instance.caches.catch_up().await.unwrap();
    let (before, replica) = (dumped(&home.at.at), home.replica().await);
    assert!(may_pass(&replica, &cookie).await);
    home.instance.sessions.sign_out(&home.who(&bob.session).await, &nobody()).await.unwrap();
    replica.caches.catch_up().await.unwrap();
    assert!(is_warm(&replica, &cookie), "it heard of somebody else");

    put_back(&home.at.at, &before).await;
    let other = home.replica().await;
    let who = other.sessions.signed_in(Some(&ada.session)).await.unwrap().unwrap();
    other.sessions.sign_out(&who, &nobody()).await.unwrap();
    replica.caches.catch_up().await.unwrap();
    assert!(!may_pass(&replica, &cookie).await);
}

/// They are moved several times with each request, warm or not: what waits for the database is in a box.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_with_every_request_is_a_small_future() {
    let home = Home::new(Engine::Sqlite).await;
    let caches = &home.instance.caches;
    for (name, size) in [
        ("believed", size_of_val(&caches.believed())),
        ("client", size_of_val(&caches.client("wiki"))),
        ("is_origin", size_of_val(&caches.is_origin("https://wiki.example.org"))),
        ("all_take_iss", size_of_val(&caches.all_take_iss())),
    ] {
        assert!(size <= 512, "{name}: {size} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_86_and_87_unknown_cookies_are_counted_by_address_and_shut_no_right_one_out() {
    on_both!(|home| {
        let (_, cookie) = inside(&home).await;
        let counted = |source: &Source| home.instance.allowances.take(Limited::AppSession, source).is_err();
        let address = IpAddr::from([203, 0, 113, 9]);
        let crowd = Source::of(Some(address), address, false, false);
        for seed in 0..400 {
            let made_up = Token::random(TokenKind::App, &mut Entropy::seeded(seed));
            assert!(home.instance.gateway.load(&made_up.hash(), &crowd).await.unwrap().is_none());
            assert!(!is_warm(&home.instance, &made_up), "what is not there is not kept");
        }
        assert!(counted(&crowd) && !counted(&somewhere()));
        // From the same address, at the same time as many more of theirs.
        let flood = (1000..1100).map(|seed| {
            let made_up = Token::random(TokenKind::App, &mut Entropy::seeded(seed));
            let instance = Arc::clone(&home.instance);
            tokio::spawn(async move { instance.gateway.load(&made_up.hash(), &crowd).await.unwrap().is_none() })
        });
        let flood: Vec<_> = flood.collect();
        assert!(home.instance.gateway.load(&cookie.hash(), &crowd).await.unwrap().is_some());
        for one in flood {
            assert!(one.await.unwrap());
        }
        // One that is right is not counted.
        for _ in 0..400 {
            assert!(home.instance.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().is_some());
        }
        assert!(!counted(&somewhere()));
    });
}
