//! Two servers of one instance, on one PostgreSQL: what happens once, happens once for both, and what is ended
//! at one is ended at the other soon (how soon is for the tests of `doorstep-app`, whose clock stands). Rows marked (R) of the security reference.

use doorstep_e2e::{
    expect::token_error,
    http::Visitor,
    instance::{Engine, GLANCES, ISSUER, Instance, Replica, with_glances},
    person::{Person, Request, Tokens, redeem, refresh, userinfo},
    proxy::Kind,
    wait,
};

const APP: &str = "glances.other.test";

struct Pair {
    replica: Replica,
    ada: Person,
    request: Request,
    instance: Instance,
}

async fn pair() -> Pair {
    let instance = Instance::guarding(Engine::Postgres, Kind::Nginx).await;
    let replica = instance.replica(Kind::Nginx, &with_glances()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid offline_access");
    Pair { replica, ada, request, instance }
}

#[tokio::test]
async fn security_21_36_109_what_is_good_once_is_good_once_for_both() {
    let mut p = pair().await;
    let (one, two) = (p.instance.visitor(), p.replica.visitor.stranger());
    for _ in 0..20 {
        let code = p.ada.code(&p.request).await;
        let (a, b) = tokio::join!(redeem(&one, ISSUER, &p.request, &code), redeem(&two, ISSUER, &p.request, &code));
        let good: Vec<_> = [&a, &b].into_iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(good.len(), 1, "{a:?} {b:?}");
        // The other one was a second use, so what the first one got is worth nothing, anywhere.
        let tokens = Tokens::of(good[0]);
        assert_eq!(userinfo(&one, ISSUER, &tokens.access).await.status, 401);
        assert_eq!(userinfo(&two, ISSUER, &tokens.access).await.status, 401);
    }
    for _ in 0..10 {
        let token = p.ada.tokens(&p.request).await.refresh.expect("a refresh token");
        let (a, b) = tokio::join!(refresh(&one, ISSUER, &p.request, &token), refresh(&two, ISSUER, &p.request, &token));
        assert_eq!(Tokens::of(&a).refresh, Tokens::of(&b).refresh, "one successor");
    }
    for _ in 0..10 {
        let callback = p.ada.walk(&format!("{GLANCES}/"), |to| to.path() == "/.doorstep/callback").await;
        let callback = callback.location().expect("a way in").to_string();
        let elsewhere = p.ada.visitor.led_to(&p.replica.visitor);
        let here = p.ada.visitor.copy();
        let (a, b) =
            tokio::join!(here.get(&callback).navigating().send(), elsewhere.get(&callback).navigating().send());
        let opened = [&here, &elsewhere].into_iter().filter(|visitor| visitor.cookie(APP, "__Host-ds_app").is_some());
        assert_eq!(opened.count(), 1, "{a:?} {b:?}");
    }
}

#[tokio::test]
async fn security_36_an_ancestor_ends_the_family_at_the_other_server_too() {
    let mut p = pair().await;
    let (one, two) = (p.instance.visitor(), p.replica.visitor.stranger());
    let first = p.ada.tokens(&p.request).await.refresh.expect("a refresh token");
    let second = Tokens::of(&refresh(&one, ISSUER, &p.request, &first).await).refresh.expect("a successor");
    let third = Tokens::of(&refresh(&two, ISSUER, &p.request, &second).await);
    token_error(&refresh(&two, ISSUER, &p.request, &first).await, "invalid_grant", "the ancestor");
    assert_eq!(userinfo(&one, ISSUER, &third.access).await.status, 401);
    let last = third.refresh.expect("a successor");
    token_error(&refresh(&one, ISSUER, &p.request, &last).await, "invalid_grant", "the family's last");
}

async fn opens(visitor: &Visitor) -> bool {
    visitor.get(&format!("{GLANCES}/")).navigating().send().await.status == 200
}

/// Waits until the app is closed at both servers, each of which had it open and warm.
async fn closes_everywhere(here: &Visitor, elsewhere: &Visitor, end: impl AsyncFnOnce()) {
    for _ in 0..3 {
        assert!(opens(here).await && opens(elsewhere).await, "open at both");
    }
    end().await;
    wait::until("the app to be closed at both", wait::PATIENCE, || async {
        (!opens(here).await && !opens(elsewhere).await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn security_35_37_fa_24_25_what_is_ended_at_one_is_closed_at_the_other() {
    let mut p = pair().await;
    assert_eq!(p.ada.open_app(&format!("{GLANCES}/")).await.status, 200);
    let elsewhere = p.ada.visitor.led_to(&p.replica.visitor);
    closes_everywhere(&p.ada.visitor, &elsewhere, async || {
        // Signed out at the second server.
        let logout = elsewhere.post(&format!("{ISSUER}/logout")).on_own_page().form::<&str, &str>(&[]).send().await;
        assert_eq!(logout.status, 200, "{logout:?}");
    })
    .await;
    assert!(!p.ada.is_signed_in().await, "the cookie that was copied before");

    let mut grace = p.instance.newcomer("grace").await;
    assert_eq!(grace.open_app(&format!("{GLANCES}/")).await.status, 200);
    let token = grace.tokens(&p.request).await.refresh.expect("a refresh token");
    let elsewhere = grace.visitor.led_to(&p.replica.visitor);
    closes_everywhere(&grace.visitor, &elsewhere, async || {
        p.replica.doorstep.reported(&["user", "disable", "grace"]);
    })
    .await;
    for back in [p.instance.visitor(), p.replica.visitor.stranger()] {
        token_error(&refresh(&back, ISSUER, &p.request, &token).await, "invalid_grant", "disabled");
    }
}
