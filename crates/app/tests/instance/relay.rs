//! From an app's host to Doorstep and back: one browser, one host, one code, thirty seconds.

use crate::fixture::{Home, at_once, groups, nobody, on_both, own, seconds, settings, sign_in, somewhere, token};
use doorstep_app::{
    gateway::{Brought, RelayError},
    settings::Live,
};
use doorstep_core::{
    gateway::ReturnPath,
    secret::{Token, TokenKind},
    time::Ttl,
};
use doorstep_onboard::{provider::Provider, spec::AppSpec};
use doorstep_store::audit;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_comes_back_to_where_it_began() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &["family"]).await, home.guarded("wiki", Some(&["family"])).await);
        let (relay, code) = home.relay(&ada, &wiki, "/page?x=1").await;
        let entered = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
        assert_eq!(entered.location, "https://wiki.example.org/page?x=1");
        let session = entered.session.unwrap();
        assert_eq!(session.max_age, home.instance.context.settings.live().app_session);
        let inside = home.instance.gateway.load(&session.token.hash(), &somewhere()).await.unwrap().unwrap();
        let reported: Vec<_> = inside.as_ref().as_ref().identity().pairs().collect();
        assert_eq!(reported[..2], [("Remote-User", "ada"), ("Remote-Groups", "family")]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_serves_the_browser_and_the_host_that_it_was_made_for_once() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (wiki, mail) = (home.guarded("wiki", None).await, home.guarded("mail", None).await);
        let other = Brought { relay: vec![token(TokenKind::Relay)], app: None };
        for case in ["right", "another browser", "another host", "late", "in time", "again", "unknown"] {
            let (relay, code) = home.relay(&ada, &wiki, "/").await;
            home.wait(seconds(if case == "late" { 30 } else { 29 }));
            let done = match case {
                "another browser" => home.instance.gateway.redeem_relay_code(&wiki, &code, &other, &nobody()).await,
                "another host" => home.instance.gateway.redeem_relay_code(&mail, &code, &relay, &nobody()).await,
                "unknown" => {
                    home.instance
                        .gateway
                        .redeem_relay_code(&wiki, &token(TokenKind::RelayCode), &relay, &nobody())
                        .await
                }
                "again" => {
                    home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
                    home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await
                }
                _ => home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await,
            };
            let fits = matches!(case, "right" | "in time");
            assert_eq!(done.is_ok(), fits, "{case}");
            if !fits && case != "unknown" {
                let second = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await;
                assert!(matches!(second.err(), Some(RelayError::Code)), "{case}: there is one try");
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_inside_goes_on_whatever_became_of_the_code() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let (wiki, mail) = (home.guarded("wiki", None).await, home.guarded("mail", None).await);
        let (relay, used) = home.relay(&ada, &wiki, "/used").await;
        let entered = home.instance.gateway.redeem_relay_code(&wiki, &used, &relay, &nobody()).await.unwrap();
        let app = entered.session.map(|session| session.token);
        let inside = Brought { app, ..Brought::default() };
        // Another tab of the same sign-in: no second session.
        let (relay, second) = home.relay(&ada, &wiki, "/second").await;
        let both = Brought { relay: relay.relay, ..inside.clone() };
        let again = home.instance.gateway.redeem_relay_code(&wiki, &second, &both, &nobody()).await.unwrap();
        assert!(again.session.is_none() && again.location == "https://wiki.example.org/second");
        // Another person signed in meanwhile: theirs it is.
        let (relay, other) = home.relay(&bob, &wiki, "/").await;
        let both = Brought { relay: relay.relay, ..inside.clone() };
        assert!(
            home.instance.gateway.redeem_relay_code(&wiki, &other, &both, &nobody()).await.unwrap().session.is_some()
        );
        let (_, late) = home.relay(&ada, &wiki, "/late").await;
        let (_, elsewhere) = home.relay(&ada, &mail, "/private").await;
        home.wait(seconds(31));
        let unknown = token(TokenKind::RelayCode);
        for (code, path) in [(&used, "/used"), (&late, "/late"), (&elsewhere, "/"), (&unknown, "/")] {
            let to = home.replica().await.gateway.inside(&wiki, &inside, Some(code)).await.unwrap();
            assert_eq!(to, Some(format!("https://wiki.example.org{path}")));
            let strange = Brought { app: Some(token(TokenKind::App)), ..Brought::default() };
            for nobody in [&Brought::default(), &strange] {
                assert_eq!(home.instance.gateway.inside(&wiki, nobody, Some(code)).await.unwrap(), None);
            }
            assert_eq!(home.instance.gateway.inside(&mail, &inside, Some(code)).await.unwrap(), None, "another app");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_109_one_of_many_at_once_gets_in() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let (relay, code) = home.relay(&ada, &wiki, "/").await;
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(20, |n| {
            let (instance, wiki, code, relay) =
                (Arc::clone(&instances[n % 2]), wiki.clone(), code.clone(), relay.clone());
            async move { instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.is_ok() }
        })
        .await;
        assert_eq!(done.iter().filter(|one| **one).count(), 1);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_come_back_at_one_moment_make_one_session() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let (wiki, mail) = (home.guarded("wiki", None).await, home.guarded("mail", None).await);
        let (relay, _) = home.relay(&ada, &wiki, "/").await;
        let mut tabs = Vec::new();
        for n in 0..12 {
            tabs.push((
                home.relay_in(&ada, &wiki, (&format!("/{n}"), &relay)).await,
                format!("https://wiki.example.org/{n}"),
            ));
        }
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(12, |n| {
            let (instance, wiki, relay) = (Arc::clone(&instances[n % 2]), wiki.clone(), relay.clone());
            let (code, to) = tabs[n].clone();
            async move {
                let entered = instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
                assert_eq!(entered.location, to);
                let session = entered.session.unwrap();
                (session.token, session.is_first)
            }
        })
        .await;
        assert_eq!(done.iter().filter(|(_, is_first)| *is_first).count(), 1);
        let done: Vec<_> = done.into_iter().map(|(token, _)| token).collect();
        assert!(done.iter().all(|token| token.expose() == done[0].expose()));
        assert!(home.instance.gateway.load(&done[0].hash(), &somewhere()).await.unwrap().is_some());
        // Another person, another app, another relay cookie: another session.
        let fresh = home.relay(&ada, &wiki, "/").await;
        for (who, host, relay) in [(&bob, &wiki, &relay), (&ada, &mail, &relay), (&ada, &wiki, &fresh.0)] {
            let code = home.relay_in(who, host, ("/", relay)).await;
            let other =
                home.instance.gateway.redeem_relay_code(host, &code, relay, &nobody()).await.unwrap().session.unwrap();
            assert_ne!(other.token.expose(), done[0].expose());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_on_both_sides_of_a_full_minute_share_a_session_all_the_same() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let into_the_minute = home.instance.now().millis().rem_euclid(60_000);
        home.wait(Ttl::from_millis(60_000 + 59_000 - into_the_minute));
        let relay = Brought { relay: vec![home.instance.gateway.new_relay_browser()], app: None };
        let mut tabs = Vec::new();
        for second in [59, 61] {
            assert_eq!(home.instance.now().millis().rem_euclid(60_000), second * 1000 % 60_000);
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            let entered = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
            tabs.push(entered.session.unwrap());
            home.wait(seconds(2));
        }
        assert_eq!((tabs[0].is_first, tabs[1].is_first), (true, false));
        assert_eq!(tabs[0].token.expose(), tabs[1].token.expose());
    });
}

/// With the cookie of the way there still in the browser, which lives longer than these sessions.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_is_followed_by_another_and_does_not_come_back() {
    for engine in doorstep_store::testing::Engine::ALL {
        let home = Home::with(engine, Live { app_session: seconds(20), ..settings() }).await;
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let relay = Brought { relay: vec![home.instance.gateway.new_relay_browser()], app: None };
        let mut before = Vec::new();
        for _ in 0..20 {
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            let entered = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
            let token = entered.session.unwrap().token;
            assert!(
                home.instance.gateway.load(&token.hash(), &somewhere()).await.unwrap().is_some(),
                "it is over already"
            );
            home.wait(seconds(21));
            before.push(token);
            for over in &before {
                assert!(
                    home.instance.gateway.load(&over.hash(), &somewhere()).await.unwrap().is_none(),
                    "it came back"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_what_ended_with_a_sign_out_is_not_given_again_to_the_same_browser() {
    on_both!(|home| {
        let (mut ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let relay = Brought { relay: vec![home.instance.gateway.new_relay_browser()], app: None };
        let mut over = Vec::new();
        for at_the_app in [true, false, true] {
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            let entered = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
            let token = entered.session.unwrap().token;
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            if at_the_app {
                home.instance.gateway.sign_out_from_app(&token, &nobody()).await.unwrap();
            } else {
                home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
            }
            over.push(token);
            // Not by a code that was on its way, and not by signing in again.
            let late = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await;
            assert!(late.is_err());
            ada.session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, None).await.unwrap().token;
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            let again = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
            assert!(again.session.unwrap().is_first);
            for token in &over {
                assert!(home.instance.gateway.load(&token.hash(), &somewhere()).await.unwrap().is_none());
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_state_is_still_ours_and_says_where_to_go() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let relay = home.instance.gateway.new_relay_browser();
        let page = ReturnPath::from_text("/page?x=1");
        let url = home.instance.gateway.relay_start_url(&wiki, page, &relay, home.instance.now()).unwrap();
        let sealed = url.strip_prefix("https://auth.example.org/fa/start?st=").unwrap();
        assert!(home.replica().await.gateway.open_relay_state(sealed).await.is_ok());
        let flipped = sealed.replacen(&sealed[30..31], if &sealed[30..31] == "A" { "B" } else { "A" }, 1);
        for bad in ["", "AAAA", &sealed[1..], &flipped] {
            assert!(matches!(home.instance.gateway.open_relay_state(bad).await, Err(RelayError::State)), "{bad}");
        }
        for (wait, to) in [
            (599, "https://wiki.example.org/.doorstep/callback?code="),
            (1, "https://wiki.example.org/page?x=1"),
            (3 * 3600, "https://wiki.example.org/page?x=1"),
        ] {
            home.wait(seconds(wait));
            let state = home.replica().await.gateway.open_relay_state(sealed).await.unwrap();
            let gone = home.instance.gateway.go_back(&home.who(&ada.session).await, &state).await.unwrap();
            assert!(gone.starts_with(to), "{gone}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_get_a_code_and_only_members_use_it() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &["family"]).await, home.person("bob", &[]).await);
        let wiki = home.guarded("wiki", Some(&["family"])).await;
        let relay = home.instance.gateway.new_relay_browser();
        let url =
            home.instance.gateway.relay_start_url(&wiki, ReturnPath::root(), &relay, home.instance.now()).unwrap();
        let state = home.instance.gateway.open_relay_state(url.split_once("st=").unwrap().1).await.unwrap();
        let refused = home.instance.gateway.issue_relay_code(&home.who(&bob.session).await, &state).await;
        assert!(matches!(refused, Err(RelayError::NotAllowed(app)) if app.as_str() == "wiki"));
        let (relay, code) = home.relay(&ada, &wiki, "/").await;
        home.member("ada", "family", false).await;
        assert!(
            home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.is_err(),
            "left in between"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_108_an_app_that_is_removed_takes_its_sessions_and_sign_ins_along() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let replica = home.replica().await;
        let inside = home.enter(&ada, &wiki).await;
        assert!(replica.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_some());
        let (relay, code) = home.relay(&ada, &wiki, "/").await;
        let url = home
            .instance
            .gateway
            .relay_start_url(&wiki, ReturnPath::root(), &relay.relay[0], home.instance.now())
            .unwrap();
        let sealed = url.split_once("st=").unwrap().1;
        let state = home.instance.gateway.open_relay_state(sealed).await.unwrap();
        own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap();
        replica.caches.catch_up().await.unwrap();
        for instance in [&home.instance, &replica] {
            assert!(instance.caches.believed().await.unwrap().hosts().get("wiki.example.org").is_none());
            assert!(matches!(instance.gateway.open_relay_state(sealed).await, Err(RelayError::NoApp)));
            let refused = instance.gateway.issue_relay_code(&home.who(&ada.session).await, &state).await;
            assert!(matches!(refused, Err(RelayError::NoApp)));
            assert!(instance.gateway.warm(&inside.hash(), instance.now()).is_none());
            assert!(instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
            assert!(instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.is_err());
        }
        // Declared again, the old cookie opens nothing.
        home.guarded("wiki", None).await;
        assert!(home.instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
    });
}

/// Removed and declared anew at once, for the same browser in the same sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn security_108_an_app_that_is_declared_again_gives_no_session_of_before() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let relay = Brought { relay: vec![home.instance.gateway.new_relay_browser()], app: None };
        let mut over: Option<Token> = None;
        for _ in 0..2 {
            let wiki = home.guarded("wiki", None).await;
            let code = home.relay_in(&ada, &wiki, ("/", &relay)).await;
            let entered = home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.unwrap();
            if let Some(over) = over {
                assert!(home.instance.gateway.load(&over.hash(), &somewhere()).await.unwrap().is_none());
            }
            over = entered.session.map(|session| session.token);
            own(&home.instance).delete_app(&"wiki".parse().unwrap()).await.unwrap();
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_108_an_app_that_is_let_go_of_ends_its_sessions() {
    on_both!(|home| {
        let (ada, wiki) = (home.person("ada", &[]).await, home.guarded("wiki", None).await);
        let inside = home.enter(&ada, &wiki).await;
        let open = AppSpec {
            name: "wiki".parse().unwrap(),
            title: "wiki".into(),
            url: "https://wiki.example.org".into(),
            allow: Some(groups(&["family"])),
            require: None,
            protected: false,
            own_cookies: std::collections::BTreeSet::new(),
            rules: Vec::new(),
            authorization: doorstep_core::model::AuthorizationHeader::Pass,
            posture: doorstep_core::model::Posture::Headers,
            icon: None,
            signs_in: false,
        };
        own(&home.instance).put_app(&open, &[]).await.unwrap();
        home.guarded("wiki", None).await;
        assert!(home.instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
        home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_at_an_app_signs_out_of_everything() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (wiki, mail) = (home.guarded("wiki", None).await, home.guarded("mail", None).await);
        let (first, second) = (home.enter(&ada, &wiki).await, home.enter(&ada, &mail).await);
        home.instance.gateway.sign_out_from_app(&token(TokenKind::App), &nobody()).await.unwrap();
        assert!(home.is_signed_in(&ada.session).await, "a cookie that was never handed out ends nothing");
        home.instance.gateway.sign_out_from_app(&first, &nobody()).await.unwrap();
        assert!(!home.is_signed_in(&ada.session).await);
        for cookie in [&first, &second] {
            assert!(home.instance.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().is_none());
        }
        let lines = audit::recent(&mut home.db().read().await.unwrap(), 10).await.unwrap();
        let reported = lines.iter().find(|line| line.kind == "signed_out").unwrap();
        assert_eq!(reported.ip, nobody().ip);
    });
}
