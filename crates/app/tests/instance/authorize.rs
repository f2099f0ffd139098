//! Parked requests, consent and freshness: security rows 2, 5, 17, 39, 45, 46, 113.

use crate::fixture::{
    browser, code_in, interaction_in, may, nobody, on_both, request, resumed, seconds, sent, sign_in, text, token,
};
use doorstep_app::{authorization::Authorized, authorization::SignOut};
use doorstep_core::{
    access::ReadAudit,
    model::Browser,
    oauth::logout::{EndSessionRequest, Onward},
    secret::TokenKind,
};

#[tokio::test(flavor = "multi_thread")]
async fn security_45_a_parked_request_belongs_to_the_browser_that_sent_it() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let app = home.client("third", |spec| spec.first_party = false).await;
        let who = home.who(&ada.session).await;
        let query = request(&app, "openid email", "");
        let answer = home.asked(&query, Some(&who), &ada.browser).await;
        let id = interaction_in(&answer);
        let other = home.who(&bob.session).await;
        for stranger in [&bob.browser, &browser()] {
            assert!(resumed(&home.instance, &id, Some(&other), stranger).await.is_none());
            assert!(home.instance.authorization.parked_view(&id, stranger).await.unwrap().is_none());
            assert!(home.instance.authorization.consent_asked(&id, &who, stranger).await.unwrap().is_none());
            assert!(!home.instance.authorization.allow(&id, &who, stranger, &nobody()).await.unwrap());
            assert!(home.instance.authorization.refuse(&id, stranger).await.unwrap().is_none());
        }
        assert!(
            home.instance.authorization.consent_asked(&id, &who, &ada.browser).await.unwrap().is_some(),
            "and nothing was spent"
        );
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_39_one_who_finishes_anothers_sign_in_signs_in_only_themselves() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        let (first, second) = (browser(), browser());
        let answer = home.asked(&request(&app, "openid", ""), None, &first).await;
        let id = interaction_in(&answer);
        let session = sign_in(&home.instance, &second, &mut ada.passkey, None).await.unwrap();
        let who = home.who(&session.token).await;
        assert!(resumed(&home.instance, &id, Some(&who), &second).await.is_none(), "start again");
        let answer = resumed(&home.instance, &id, None, &first).await.unwrap();
        assert_eq!(sent(&answer), "sign in");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_46_no_prompt_gets_round_the_consent_page() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("third", |spec| spec.first_party = false).await;
        for more in ["&prompt=select_account", "&prompt=select_account+consent", "&max_age=0", "&prompt=login", ""] {
            home.wait(seconds(1));
            let who = home.who(&ada.session).await;
            let query = request(&app, "openid email", more);
            let mut answer = home.asked(&query, Some(&who), &ada.browser).await;
            if let Authorized::SignIn { interaction, .. } = &answer {
                let id = interaction.clone();
                let fresh = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
                ada.session = fresh.token;
                let who = home.who(&ada.session).await;
                answer = resumed(&home.instance, &id, Some(&who), &ada.browser).await.unwrap();
            }
            assert_eq!(sent(&answer), "consent", "{more}");
        }
        let silent = request(&app, "openid email", "&prompt=none");
        let who = home.who(&ada.session).await;
        let answer = home.asked(&silent, Some(&who), &ada.browser).await;
        assert!(sent(&answer).contains("error=consent_required"), "{}", sent(&answer));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_remembered_and_widening_asks_again() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("third", |spec| spec.first_party = false).await;
        home.tokens(&ada, &app, "openid").await;
        let who = home.who(&ada.session).await;
        for (scope, expected) in [("openid", "code"), ("openid email", "consent")] {
            let answer = home
                .instance
                .authorization
                .authorize(request(&app, scope, "").as_bytes(), Some(&who), &ada.browser, &nobody())
                .await;
            let reported = sent(&answer.unwrap());
            assert_eq!(if reported.contains("?code=") { "code" } else { reported.as_str() }, expected, "{scope}");
        }
        let answer = home
            .instance
            .authorization
            .authorize(request(&app, "openid email", "").as_bytes(), Some(&who), &ada.browser, &nobody())
            .await;
        let id = interaction_in(&answer.unwrap());
        let (response, name) = home.instance.authorization.refuse(&id, &ada.browser).await.unwrap().unwrap();
        assert_eq!(name, "third");
        let reported = sent(&Authorized::Respond { response, client: name, spent: None, reported: false });
        assert!(reported.contains("error=access_denied"), "{reported}");
        assert!(!home.instance.authorization.allow(&id, &who, &ada.browser, &nobody()).await.unwrap(), "it is spent");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_17_a_public_native_client_is_allowed_anew_each_time() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("phone", |spec| {
            spec.first_party = false;
            spec.native = true;
            spec.auth_method = doorstep_core::model::ClientAuthMethod::None;
            spec.redirect_uris = vec!["http://127.0.0.1/cb".into()];
        });
        let app = app.await;
        let who = home.who(&ada.session).await;
        let query =
            request(&app, "openid", "").replace("https%3A%2F%2Fphone.example.org", "http%3A%2F%2F127.0.0.1%3A4711");
        for _ in 0..2 {
            let answer = home.asked(&query, Some(&who), &ada.browser).await;
            let id = interaction_in(&answer);
            assert!(home.instance.authorization.allow(&id, &who, &ada.browser, &nobody()).await.unwrap());
            let answer = resumed(&home.instance, &id, Some(&who), &ada.browser).await.unwrap();
            assert!(sent(&answer).starts_with("http://127.0.0.1:4711/cb?code="), "{}", sent(&answer));
            assert!(resumed(&home.instance, &id, Some(&who), &ada.browser).await.is_none(), "one request, one code");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_113_an_old_sign_in_is_never_sold_as_a_fresh_one() {
    on_both!(|home| {
        let mut ada = home.person("ada", &[]).await;
        let app = home.client("app", |_| {}).await;
        home.wait(seconds(5));
        for more in ["&max_age=1", "&prompt=login", "&max_age=0"] {
            home.wait(seconds(2));
            let who = home.who(&ada.session).await;
            let query = request(&app, "openid", more);
            let answer = home.asked(&query, Some(&who), &ada.browser).await;
            let id = interaction_in(&answer);
            let still = resumed(&home.instance, &id, Some(&who), &ada.browser).await.unwrap();
            assert_eq!(sent(&still), "sign in", "{more}: nobody proved anything yet");
            home.wait(seconds(2));
            let fresh = sign_in(&home.instance, &ada.browser, &mut ada.passkey, Some(&ada.session)).await.unwrap();
            let at = home.instance.now();
            ada.session = fresh.token;
            home.wait(seconds(2));
            let who = home.who(&ada.session).await;
            let answer = resumed(&home.instance, &id, Some(&who), &ada.browser).await.unwrap();
            let tokens = home.redeem(&code_in(&answer), &app).await.unwrap();
            let claims = home.instance.context.keyring.keys().verify(text(&tokens, "id_token")).unwrap();
            assert_eq!(claims.get("auth_time").and_then(serde_json::Value::as_i64), Some(at.seconds()), "{more}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_2_and_3_nothing_goes_to_an_address_that_is_not_registered() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let who = home.who(&ada.session).await;
        for more in ["&prompt=none", "&scope=nonsense", "&response_type=token", "", "&prompt=none+login"] {
            let query = request(&app, "openid", more).replace("app.example.org%2Fcb", "evil.test%2F");
            for who in [None, Some(&who)] {
                let answer = home.asked(&query, who, &ada.browser).await;
                let reported = sent(&answer);
                assert!(reported.starts_with("page "), "{more}: {reported}");
                let Authorized::Page(page) = answer else { panic!("{reported}") };
                let report = home
                    .instance
                    .refusals
                    .read(&may(&home.instance, ReadAudit), page.reference.as_deref().unwrap())
                    .await
                    .unwrap()
                    .unwrap();
                assert_eq!(format!("page {}", report.rule), reported);
            }
        }
    });
}

/// Tabs that wake together are each given a login cookie: all but the one that is tied to what comes next go, each with
/// the last request that was parked under it.
#[tokio::test(flavor = "multi_thread")]
async fn a_login_cookie_too_many_is_taken_back_with_the_last_request_under_it() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let who = home.who(&ada.session).await;
        let mut cookies = [token(TokenKind::Login), token(TokenKind::Login)];
        cookies.sort_by_key(|token| *token.hash().bytes());
        let both = Browser::of(cookies.to_vec(), || unreachable!());
        let mut parked = Vec::new();
        for cookie in [&cookies[0], &cookies[1], &cookies[1]] {
            let alone = Browser::of(vec![cookie.clone()], || unreachable!());
            parked.push(interaction_in(&home.asked(&request(&app, "openid", ""), None, &alone).await));
        }
        let mut taken_back = Vec::new();
        for id in &parked {
            let answer = resumed(&home.instance, id, Some(&who), &both).await.unwrap();
            let Authorized::Respond { spent, .. } = answer else { panic!("{}", sent(&answer)) };
            taken_back.push(spent.map(|token| token.expose().to_owned()));
        }
        assert_eq!(taken_back, [None, None, Some(cookies[1].expose().to_owned())]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_parks_32_requests_and_they_last_two_hours() {
    on_both!(|home| {
        let app = home.client("app", |_| {}).await;
        let browser = browser();
        let mut ids = Vec::new();
        for _ in 0..33 {
            home.wait(seconds(1));
            let answer = home.asked(&request(&app, "openid", ""), None, &browser).await;
            ids.push(interaction_in(&answer));
        }
        assert!(resumed(&home.instance, &ids[0], None, &browser).await.is_none(), "the oldest gave way");
        assert!(resumed(&home.instance, &ids[1], None, &browser).await.is_some());
        home.wait(seconds(7200));
        assert!(resumed(&home.instance, &ids[32], None, &browser).await.is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_5_and_114_signing_out_asks_unless_the_very_session_is_named() {
    on_both!(|home| {
        let (ada, bob) = (home.person("ada", &[]).await, home.person("bob", &[]).await);
        let app = home.client("app", |spec| {
            spec.post_logout_redirect_uris = vec!["https://app.example.org/bye".into()];
        });
        let app = app.await;
        let (own, others) = (home.tokens(&ada, &app, "openid").await, home.tokens(&bob, &app, "openid").await);
        let who = home.who(&ada.session).await;
        let end = |hint: &str, to: &str| {
            let raw = format!("id_token_hint={hint}&post_logout_redirect_uri={to}&state=s");
            EndSessionRequest::parse(raw.as_bytes()).unwrap()
        };
        let (own, others) = (text(&own, "id_token"), text(&others, "id_token"));
        for hint in ["", "garbage", others] {
            let asked = end(hint, "https://new.test/");
            let done = home.instance.authorization.end_session(&asked, Some(&who), false, &nobody()).await.unwrap();
            assert!(matches!(done, SignOut::Ask { .. }), "{hint}");
            assert!(home.is_signed_in(&ada.session).await);
        }
        let asked = end(own, "https://new.test/");
        let done = home.instance.authorization.end_session(&asked, Some(&who), false, &nobody()).await.unwrap();
        assert!(matches!(done, SignOut::Done(Onward::PageUnregistered(_))));
        assert!(!home.is_signed_in(&ada.session).await);
        assert!(home.is_signed_in(&bob.session).await);
    });
}
