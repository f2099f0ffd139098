//! An app on every host below a name: each host for itself, with one sign-in above them.

use crate::{
    fixture::{Home, nobody, on_both, own, somewhere},
    gateway::may_pass_at,
};
use doorstep_app::gateway::{Brought, RelayError};
use doorstep_core::{
    gateway::{ProtectedHost, ReturnPath},
    model::{AuthorizationHeader, Posture},
    secret::Token,
};
use doorstep_onboard::{provider::Provider, spec::AppSpec};
use std::collections::BTreeSet;

const A: &str = "a.apps.example.org";
const B: &str = "b.apps.example.org";

async fn declare(home: &Home, name: &str, url: &str, protected: bool) {
    let spec = AppSpec {
        name: name.parse().unwrap(),
        title: name.to_owned(),
        url: url.to_owned(),
        allow: None,
        require: None,
        protected,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: AuthorizationHeader::Pass,
        posture: Posture::Headers,
        icon: None,
        signs_in: false,
    };
    own(&home.instance).put_app(&spec, &[]).await.unwrap();
}

async fn found(home: &Home, host: &str) -> Option<ProtectedHost<'static>> {
    home.instance.caches.believed().await.unwrap().hosts().get(host).map(ProtectedHost::into_owned)
}

async fn previews(home: &Home) -> (ProtectedHost<'static>, ProtectedHost<'static>) {
    declare(home, "previews", "https://*.apps.example.org", true).await;
    (found(home, A).await.unwrap(), found(home, B).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn security_107_each_host_has_sessions_and_codes_of_its_own() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (a, b) = previews(&home).await;
        let inside = home.enter(&ada, &a).await;
        assert!(may_pass_at(&home.instance, &inside, (A, "/")).await);
        assert!(!may_pass_at(&home.instance, &inside, (B, "/")).await, "the cookie of one host, replayed on another");
        assert!(!may_pass_at(&home.instance, &inside, ("c.a.apps.example.org", "/")).await);
        // Nor is a cookie that was replayed a way in there.
        let brought = Brought { app: Some(inside.clone()), ..Brought::default() };
        assert_eq!(home.instance.gateway.inside(&b, &brought, None).await.unwrap(), None);
        // A code comes back to the host that asked, and serves on no other, once.
        let (relay, code) = home.relay(&ada, &a, "/page").await;
        let elsewhere = home.instance.gateway.redeem_relay_code(&b, &code, &relay, &nobody()).await;
        assert!(matches!(elsewhere.err(), Some(RelayError::Code)));
        let spent = home.instance.gateway.redeem_relay_code(&a, &code, &relay, &nobody()).await;
        assert!(matches!(spent.err(), Some(RelayError::Code)));
        // By one relay cookie and one sign-in, each host is given another session.
        let relay = Brought { relay: vec![home.instance.gateway.new_relay_browser()], app: None };
        let mut given: Vec<Token> = Vec::new();
        for host in [&a, &b] {
            let code = home.relay_in(&ada, host, ("/page", &relay)).await;
            let entered = home.instance.gateway.redeem_relay_code(host, &code, &relay, &nobody()).await.unwrap();
            assert_eq!(entered.location, format!("https://{}/page", host.host));
            given.push(entered.session.unwrap().token);
        }
        for (cookie, host, passes) in
            [(&given[0], A, true), (&given[0], B, false), (&given[1], A, false), (&given[1], B, true)]
        {
            assert_eq!(may_pass_at(&home.instance, cookie, (host, "/")).await, passes, "{host}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_108_a_wildcard_that_goes_closes_every_host_at_once() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (a, b) = previews(&home).await;
        let (on_a, on_b) = (home.enter(&ada, &a).await, home.enter(&ada, &b).await);
        let (relay, code) = home.relay(&ada, &a, "/").await;
        let path = ReturnPath::root();
        let url = home.instance.gateway.relay_start_url(&a, path, &relay.relay[0], home.instance.now()).unwrap();
        let replica = home.replica().await;
        for instance in [&home.instance, &replica] {
            assert!(may_pass_at(instance, &on_a, (A, "/")).await && may_pass_at(instance, &on_b, (B, "/")).await);
        }
        // Moved to one of the hosts: the others are closed, and sessions there are none any more.
        declare(&home, "previews", "https://a.apps.example.org", true).await;
        assert!(found(&home, B).await.is_none() && !may_pass_at(&home.instance, &on_b, (B, "/")).await);
        own(&home.instance).delete_app(&"previews".parse().unwrap()).await.unwrap();
        replica.caches.catch_up().await.unwrap();
        for instance in [&home.instance, &replica] {
            for (cookie, host) in [(&on_a, A), (&on_b, B)] {
                assert!(!may_pass_at(instance, cookie, (host, "/")).await, "{host}");
                assert!(instance.gateway.load(&cookie.hash(), &somewhere()).await.unwrap().is_none());
            }
            let state = instance.gateway.open_relay_state(url.split_once("st=").unwrap().1).await;
            assert!(matches!(state, Err(RelayError::NoApp)));
            assert!(instance.gateway.redeem_relay_code(&a, &code, &relay, &nobody()).await.is_err());
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_107_a_host_of_another_apps_is_that_apps_from_the_moment_it_is_declared() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (a, _) = previews(&home).await;
        let before = home.enter(&ada, &a).await;
        // One that signs people in by itself is nobody's to guard.
        declare(&home, "native", "https://a.apps.example.org:8443", false).await;
        assert!(found(&home, A).await.is_none() && !may_pass_at(&home.instance, &before, (A, "/")).await);
        assert_eq!(found(&home, B).await.unwrap().app.as_str(), "previews");
        own(&home.instance).delete_app(&"native".parse().unwrap()).await.unwrap();
        declare(&home, "wiki", "https://a.apps.example.org", true).await;
        assert_eq!(found(&home, A).await.unwrap().app.as_str(), "wiki");
        assert!(!may_pass_at(&home.instance, &before, (A, "/")).await, "a session with the app that was there before");
        let after = home.enter(&ada, &found(&home, A).await.unwrap()).await;
        assert!(may_pass_at(&home.instance, &after, (A, "/")).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_led_to_a_wildcard() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        previews(&home).await;
        let signed_in = home.who(&ada.session).await;
        let apps = home.instance.accounts.usable_apps(&signed_in).await.unwrap();
        let links: Vec<_> = apps.iter().map(|tiled| (tiled.app.name.as_str(), tiled.app.link())).collect();
        assert_eq!(links, [("previews", None)]);
    });
}
