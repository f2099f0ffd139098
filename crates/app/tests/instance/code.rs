//! Redeeming codes: security rows 18 to 25, 34, 43, 84, 113 and 116 at the token endpoint.

use crate::fixture::{
    VERIFIER, ask, at_once, browser, may, nobody, on_both, redeem, refresh, refused, request, seconds, sent, somewhere,
    text, token, userinfo,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use doorstep_core::access::ReadAudit;
use doorstep_core::{model::ClientAuthMethod, secret::TokenKind};
use serde_json::Value;
use std::sync::Arc;

const GRANT: &str = "invalid_grant";

#[tokio::test(flavor = "multi_thread")]
async fn a_code_becomes_tokens_that_open_userinfo() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &["family"]).await, home.client("app", |_| {}).await);
        let tokens = home.tokens(&ada, &app, "openid email groups").await;
        assert_eq!(text(&tokens, "token_type"), "Bearer");
        assert_eq!(tokens.get("refresh_token"), None, "offline_access was not asked for");
        let claims = userinfo(&home.instance, text(&tokens, "access_token")).await.unwrap();
        assert_eq!(text(&claims, "sub"), ada.user.id.as_str());
        assert_eq!(text(&claims, "email"), "ada@example.org");
        let signed = home.instance.context.keyring.keys().verify(text(&tokens, "id_token")).unwrap();
        assert_eq!(signed.get("nonce").and_then(Value::as_str), Some("n"));
        assert_eq!(signed.get("aud").and_then(Value::as_str), Some("app"));
        let number = |name: &str| signed.get(name).and_then(Value::as_i64).unwrap();
        assert_eq!(number("exp") - number("iat"), home.instance.context.settings.live().id_token_ttl.seconds());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_18_a_code_of_one_client_is_burned_by_another_and_gives_neither_anything() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (a, b) = (home.client("app", |_| {}).await, home.client("other", |_| {}).await);
        let code = home.code(&ada, &a, "openid").await;
        assert_eq!(redeem(&home.instance, &code, &a, &home.proof(&b).await).await, refused(GRANT));
        assert_eq!(home.redeem(&code, &a).await, refused(GRANT), "it was burned");
        let code = home.code(&ada, &a, "openid").await;
        home.wait(seconds(60));
        assert_eq!(home.redeem(&code, &a).await, refused(GRANT), "it has ended");
        let tokens = home.tokens(&ada, &a, "openid offline_access").await;
        let stolen = text(&tokens, "refresh_token");
        assert_eq!(home.refresh(stolen, &b).await, refused(GRANT));
        assert_eq!(home.refresh(stolen, &a).await, refused(GRANT), "whoever lost it has to sign in again");
        assert!(!home.opens(&tokens).await);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_19_and_43_a_changed_code_is_no_code() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let code = home.code(&ada, &app, "openid").await;
        let mut changed = code.clone();
        let middle = changed.len() / 2;
        let other = if &code[middle..=middle] == "A" { "B" } else { "A" };
        changed.replace_range(middle..=middle, other);
        let short = &code[..code.len() - 1];
        for bad in [changed.as_str(), short, &code[..code.len() - 8], &format!("{code}A"), &code.to_uppercase()] {
            assert_eq!(home.redeem(bad, &app).await, refused(GRANT), "{bad}");
        }
        assert!(home.redeem(&code, &app).await.is_ok(), "the true one was not touched");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_20_and_116_no_kind_of_token_stands_in_for_another() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let code = home.code(&ada, &app, "openid").await;
        let tokens = home.tokens(&ada, &app, "openid offline_access").await;
        let (access, refreshes) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        let id_token = text(&tokens, "id_token");
        let link = home.link(doorstep_core::model::LinkPurpose::Recover, Some(&ada.user.id)).await;
        let values =
            [&code, access, refreshes, id_token, link.expose(), ada.session.expose(), ada.browser.cookie().expose()];
        for value in values.into_iter().filter(|value| *value != code) {
            assert_eq!(home.redeem(value, &app).await, refused(GRANT), "as a code: {}", &value[..7]);
        }
        for value in values.into_iter().filter(|value| *value != refreshes) {
            assert_eq!(home.refresh(value, &app).await, refused(GRANT), "as a refresh token: {}", &value[..7]);
        }
        for value in values.into_iter().filter(|value| *value != access) {
            assert!(userinfo(&home.instance, value).await.is_err(), "as an access token: {}", &value[..7]);
        }
        for (hint, reported) in
            [(access, "?error=login_required"), (refreshes, "?error=login_required"), (id_token, "?code=")]
        {
            let query = request(&app, "openid", &format!("&prompt=none&id_token_hint={hint}"));
            let who = home.who(&ada.session).await;
            let answer = sent(&home.asked(&query, Some(&who), &ada.browser).await);
            assert!(answer.contains(reported), "as an id_token_hint: {answer}");
        }
        for kind in TokenKind::ALL.into_iter().filter(|kind| *kind != TokenKind::Session) {
            assert!(home.instance.sessions.signed_in(Some(&token(kind))).await.unwrap().is_none());
        }
        assert!(home.redeem(&code, &app).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_21_one_of_fifty_redemptions_at_once_succeeds() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let (code, proof) = (home.code(&ada, &app, "openid offline_access").await, home.proof(&app).await);
        let instances = [Arc::clone(&home.instance), home.replica().await];
        let done = at_once(50, |n| {
            let (instance, code, app, proof) =
                (Arc::clone(&instances[n % 2]), code.clone(), app.clone(), proof.clone());
            async move { redeem(&instance, &code, &app, &proof).await }
        })
        .await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{:?}", home.at.engine);
        assert!(done.iter().all(|one| one.is_ok() || *one == refused(GRANT)));
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_21_a_code_that_comes_again_ends_what_came_of_it() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let code = home.code(&ada, &app, "openid offline_access").await;
        let tokens = home.redeem(&code, &app).await.unwrap();
        let bystander = home.tokens(&ada, &app, "openid").await;
        assert!(home.opens(&tokens).await);
        home.wait(seconds(3600));
        let replica = home.replica().await;
        assert_eq!(redeem(&replica, &code, &app, &home.proof(&app).await).await, refused(GRANT));
        assert!(!home.opens(&tokens).await);
        assert_eq!(home.refresh(text(&tokens, "refresh_token"), &app).await, refused(GRANT));
        home.wait(seconds(-60));
        assert!(home.opens(&bystander).await, "another family of the same person goes on");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_22_the_verifier_is_needed_and_must_fit() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        for verifier in ["", "&code_verifier=", "&code_verifier=another-verifier-of-more-than-forty-three-characters"] {
            let code = home.code(&ada, &app, "openid").await;
            let body = format!(
                "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb{verifier}&{}",
                home.proof(&app).await
            );
            assert_eq!(ask(&home.instance, None, &body).await, refused(GRANT), "{verifier}");
            assert_eq!(home.redeem(&code, &app).await, refused(GRANT), "there is one try");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_23_a_request_without_a_challenge_is_refused_and_a_verifier_without_one_too() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (app, old) = (
            home.client("app", |_| {}).await,
            home.client("old", |spec| spec.pkce = doorstep_core::model::PkcePolicy::Optional).await,
        );
        let who = home.who(&ada.session).await;
        let bare = |client| {
            let query = request(client, "openid", "");
            query.split("&code_challenge=").next().unwrap().to_owned()
        };
        let answer = home.asked(&bare(&app), Some(&who), &ada.browser).await;
        assert!(sent(&answer).starts_with("https://app.example.org/cb?error=invalid_request"), "{}", sent(&answer));
        let answer = home.asked(&bare(&old), Some(&who), &ada.browser).await;
        let code = crate::fixture::code_in(&answer);
        assert_eq!(home.redeem(&code, &old).await, refused(GRANT), "a verifier for a code that had no challenge");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_missing_pkce_has_a_reference_whose_report_names_the_line_to_add() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let who = home.who(&ada.session).await;
        for (name, method, remedy) in [
            ("app", ClientAuthMethod::Either, "if it cannot, set `pkce` of apps.app to \"optional\""),
            ("spa", ClientAuthMethod::None, "a public client cannot do without PKCE"),
        ] {
            let app = home.client(name, |spec| spec.auth_method = method).await;
            let query = request(&app, "openid", "");
            let bare = query.split("&code_challenge=").next().unwrap();
            let answer = home.asked(bare, Some(&who), &ada.browser).await;
            let location = sent(&answer);
            let said = location.split_once("%3B%20doorstep%20explain%20").unwrap().1;
            let reference = said.split(['&', '#']).next().unwrap();
            let report =
                home.instance.refusals.read(&may(&home.instance, ReadAudit), reference).await.unwrap().unwrap();
            assert_eq!(report.rule, "pkce_missing");
            assert!(report.remedy.ends_with(remedy), "{}", report.remedy);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_24_unknown_methods_and_doubled_parameters_are_refused() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let who = home.who(&ada.session).await;
        for method in ["S512", "plain", "s256"] {
            let query = request(&app, "openid", "").replace("=S256", &format!("={method}"));
            let answer = home.asked(&query, Some(&who), &ada.browser).await;
            assert!(sent(&answer).contains("error=invalid_request"), "{method}");
        }
        let code = home.code(&ada, &app, "openid").await;
        let doubled = format!("grant_type=authorization_code&code={code}&code={code}&{}", home.proof(&app).await);
        assert_eq!(ask(&home.instance, None, &doubled).await, refused("invalid_request"));
        assert!(home.redeem(&code, &app).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_25_a_failed_client_authentication_never_consumes_a_code() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let app = home.client("app", |spec| spec.auth_method = ClientAuthMethod::Post).await;
        let secret = home.instance.context.keyring.client_secret(&app, 1).unwrap();
        let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{app}:{secret}")));
        let code = home.code(&ada, &app, "openid").await;
        let body = |more: &str| {
            format!(
                "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fapp.example.org%2Fcb\
                 &code_verifier={VERIFIER}{more}"
            )
        };
        // Libraries try Basic first, then POST with the same code.
        for header in [basic(secret.expose()), basic("wrong"), "Bearer x".into(), "Basic !".into()] {
            assert_eq!(ask(&home.instance, Some(&header), &body("")).await, refused("invalid_client"), "{header}");
        }
        for more in ["", "&client_id=app", "&client_id=app&client_secret=wrong", "&client_id=nobody&client_secret=x"] {
            assert_eq!(ask(&home.instance, None, &body(more)).await, refused("invalid_client"), "{more}");
        }
        let both = body("&client_id=app&client_secret=other");
        assert_eq!(ask(&home.instance, Some(&basic(secret.expose())), &both).await, refused("invalid_request"));
        assert!(home.redeem(&code, &app).await.is_ok());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_34_a_client_ends_its_own_tokens_only() {
    on_both!(|home| {
        let ada = home.person("ada", &[]).await;
        let (a, b) = (home.client("app", |_| {}).await, home.client("other", |_| {}).await);
        let tokens = home.tokens(&ada, &a, "openid offline_access").await;
        let (access, refreshes) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        for value in [access, refreshes, "garbage", ada.session.expose()] {
            let body = format!("token={value}&{}", home.proof(&b).await);
            home.instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await.unwrap();
        }
        assert!(home.opens(&tokens).await);
        home.instance
            .tokens
            .revoke(None, format!("token={access}&{}", home.proof(&a).await).as_bytes(), (&nobody(), &somewhere()))
            .await
            .unwrap();
        assert!(!home.opens(&tokens).await);
        let next = home.refresh(refreshes, &a).await.unwrap();
        let body = format!("token={}&{}", text(&next, "refresh_token"), home.proof(&a).await);
        home.instance.tokens.revoke(None, body.as_bytes(), (&nobody(), &somewhere())).await.unwrap();
        assert!(!home.opens(&next).await, "the whole family");
        assert!(refresh(&home.instance, text(&next, "refresh_token"), &home.proof(&a).await).await.is_err());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn security_84_unknown_clients_and_wrong_secrets_look_alike() {
    on_both!(|home| {
        home.client("app", |_| {}).await;
        let mut answers = Vec::new();
        for id in ["app", "nobody", "APP", "../app"] {
            let body = format!("grant_type=authorization_code&code=x&client_id={id}&client_secret=wrong");
            let error = home.instance.tokens.token(None, body.as_bytes(), (&nobody(), &somewhere())).await.unwrap_err();
            let doorstep_app::tokens::TokenError::Client(error) = error else { panic!("{error}") };
            answers.push((error.error(), error.www_authenticate()));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_redeemed_after_signing_out_is_refused_and_a_stranger_gets_none() {
    on_both!(|home| {
        let (ada, app) = (home.person("ada", &[]).await, home.client("app", |_| {}).await);
        let code = home.code(&ada, &app, "openid").await;
        home.instance.sessions.sign_out(&home.who(&ada.session).await, &nobody()).await.unwrap();
        assert_eq!(home.redeem(&code, &app).await, refused(GRANT));
        let answer = home.asked(&request(&app, "openid", ""), None, &browser()).await;
        assert_eq!(sent(&answer), "sign in");
    });
}
