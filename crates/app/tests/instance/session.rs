//! Sessions: security rows 37, 39 and 112, idle and absolute ends.

use crate::fixture::{
    browser, link_token, may, myself, nobody, on_both, refused, seconds, settings, sign_in, somewhere, text,
};
use doorstep_app::{accounts::EnrolmentAnswer, settings::Live};
use doorstep_core::{access::ManageUsers, secret::TokenKind, time::Ttl};

#[tokio::test(flavor = "multi_thread")]
async fn security_39_the_cookie_changes_at_every_proof_and_the_old_one_is_dead() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let before = home.who(&ada.session).await;
        home.wait(seconds(60));
        let fresh = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
        assert_ne!(fresh.token.expose(), ada.session.expose());
        assert!(!home.is_signed_in(&ada.session).await);
        let after = home.who(&fresh.token).await;
        assert_ne!(after.session.id, before.session.id, "an id that somebody else may hold means nothing any more");
        assert_eq!(after.session.auth_time, before.session.auth_time + seconds(60));
        assert_eq!(after.session, fresh.session);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_39_another_persons_session_in_the_same_browser_ends() {
    on_both!(|home| {
        let (ada, mut bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let (wiki, app) = (home.guarded("wiki", None).await, home.client("app", |_| {}).await);
        let inside = home.enter(&ada, &wiki).await;
        let tokens = home.tokens(&ada, &app, "openid").await;
        let next = sign_in(&home.instance, &ada.browser, &mut bob.passkey, Some(&ada.session)).await.unwrap();
        assert_eq!(home.who(&next.token).await.principal.user.id, bob.user.id);
        assert!(!home.is_signed_in(&ada.session).await);
        assert!(home.instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
        assert!(!home.opens(&tokens).await);
        assert!(home.is_signed_in(&bob.session).await, "his other browser goes on");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_39_a_link_opened_in_anothers_browser_ends_their_session_there() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let (_, link) = home.instance.accounts.recovery_link(&may(&home.instance, ManageUsers), "bob").await.unwrap();
        let link = link_token(&link.url);
        let begun = home.instance.accounts.begin_enrolment(&ada.browser, &link, None).await.unwrap();
        let answer = crate::fixture::authenticator().register(&begun.public_key).unwrap();
        let both = (&ada.browser, Some(&ada.session));
        let session = home
            .instance
            .accounts
            .finish_enrolment(both, &link, EnrolmentAnswer::new(&begun.challenge, &answer), &nobody())
            .await
            .unwrap();
        assert_eq!(home.who(&session.token).await.principal.user.id, bob.user.id);
        assert!(!home.is_signed_in(&ada.session).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_37_a_cookie_after_signing_out_is_nobodys_and_so_is_all_that_hung_off_it() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (wiki, app) = (home.guarded("wiki", None).await, home.client("app", |_| {}).await);
        let inside = home.enter(&ada, &wiki).await;
        let (relay, code) = home.relay(&ada, &wiki, "/").await;
        let tokens = home.tokens(&ada, &app, "openid").await;
        let redeemable = home.code(&ada, &app, "openid").await;
        home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
        assert!(!home.is_signed_in(&ada.session).await);
        assert!(!home.opens(&tokens).await);
        assert_eq!(home.redeem(&redeemable, &app).await, refused("invalid_grant"));
        assert!(home.instance.gateway.warm(&inside.hash(), home.instance.now()).is_none());
        assert!(home.instance.gateway.load(&inside.hash(), &somewhere()).await.unwrap().is_none());
        assert!(home.instance.gateway.redeem_relay_code(&wiki, &code, &relay, &nobody()).await.is_err());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_ends_every_browser_and_leaves_others_alone() {
    on_both!(|home| {
        let (mut ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let second = sign_in(&home.instance, &browser(), &mut ada.passkey, None).await.unwrap();
        let app = home.client("app", |_| {}).await;
        let tokens = home.tokens(&ada, &app, "openid").await;
        assert_eq!(
            home.instance
                .sessions
                .sign_out_everywhere(&myself(&home.instance, &home.who(&ada.session).await))
                .await
                .unwrap(),
            2
        );
        for session in [&ada.session, &second.token] {
            assert!(!home.is_signed_in(session).await);
        }
        assert!(!home.opens(&tokens).await);
        assert!(home.is_signed_in(&bob.session).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_unused_and_at_its_absolute_end() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let idle = home.instance.context.settings.live().session_idle;
        home.wait(Ttl::from_millis(idle.millis() - 1));
        home.who(&ada.session).await;
        home.instance.sessions.flush_use().await.unwrap();
        home.wait(Ttl::from_millis(idle.millis() - 1));
        home.who(&ada.session).await;
        home.wait(Ttl::from_millis(1));
        assert!(!home.is_signed_in(&ada.session).await, "its last use was not written down, and is long ago");
        let session = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
        let began = session.session.id.clone();
        for _ in 0..55 {
            home.wait(Ttl::from_hours(11));
            home.who(&session.token).await;
            home.instance.sessions.flush_use().await.unwrap();
        }
        let before = home.who(&session.token).await;
        assert_eq!(before.session.id, began);
        home.wait(before.session.expires_at.since(home.instance.now()));
        assert!(!home.is_signed_in(&session.token).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_idle_time_counts_for_the_sessions_that_exist() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let idle = |idle| Live { session_idle: idle, ..settings() };
        home.wait(Ttl::from_hours(2));
        home.instance.context.change(idle(Ttl::from_hours(1))).unwrap();
        assert!(!home.is_signed_in(&ada.session).await);
        home.instance.context.change(idle(Ttl::from_hours(3))).unwrap();
        assert!(home.is_signed_in(&ada.session).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn proving_oneself_again_counts_as_use() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let idle = home.instance.context.settings.live().session_idle;
        home.wait(Ttl::from_millis(idle.millis() - 1));
        let fresh = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
        home.wait(seconds(60));
        assert!(home.is_signed_in(&fresh.token).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_112_an_ended_session_says_nothing_and_reading_one_writes_nothing() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        home.wait(seconds(3600));
        let held = home.db().begin().await.unwrap();
        assert!(home.is_signed_in(&ada.session).await, "a page is read while somebody else writes");
        drop(held);
        assert!(home.instance.sessions.signed_in(None).await.unwrap().is_none());
        let stranger = crate::fixture::token(TokenKind::Session);
        assert!(!home.is_signed_in(&stranger).await);
        let app = home.client("app", |_| {}).await;
        let tokens = home.tokens(&ada, &app, "openid").await;
        assert!(!text(&tokens, "access_token").is_empty());
    });
}
