//! The checks of the OpenID conformance suite's Basic and RP-Initiated Logout profiles that need a running
//! provider, restated: one test a group of modules. Names in brackets are the suite's own.

use doorstep_e2e::{
    expect::redirect_error,
    http::{Answer, Visitor},
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request, Tokens, redeem, refresh, token, userinfo},
};
use serde_json::{Value, json};
use std::time::Duration;

const HOST: &str = "auth.home.test";

struct Fixture {
    ada: Person,
    request: Request,
    back: Visitor,
    instance: Instance,
}

async fn fixture() -> Fixture {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid profile email");
    let back = instance.visitor();
    Fixture { ada, request, back, instance }
}

impl Fixture {
    /// Claims of the ID Token after a request in the same browser.
    async fn claims(&mut self, request: &Request) -> Value {
        self.ada.tokens(request).await.claims()
    }
}

/// [oidcc-discovery-endpoint-verification] and RFC 8414.
#[tokio::test]
async fn discovery_is_complete_and_true() {
    let f = fixture().await;
    let answer = f.back.get(&format!("{ISSUER}/.well-known/openid-configuration")).send().await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")));
    let document = answer.json();
    assert_eq!(document["issuer"], ISSUER);
    for (name, value) in document.as_object().expect("an object") {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().is_some_and(|url| url.starts_with(&format!("{ISSUER}/"))), "{name}: {value}");
        }
    }
    let lists = |name: &str, wanted: &str| document[name].as_array().is_some_and(|list| list.contains(&json!(wanted)));
    for (name, wanted) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("id_token_signing_alg_values_supported", "ES256"),
        ("id_token_signing_alg_values_supported", "EdDSA"),
        ("scopes_supported", "openid"),
        ("grant_types_supported", "refresh_token"),
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
    ] {
        assert!(lists(name, wanted), "{name} lacks {wanted}: {document}");
    }
    assert!(!lists("id_token_signing_alg_values_supported", "none"), "{document}");
    assert_eq!(document["request_uri_parameter_supported"], false, "it is true when left out");
    let oauth = f.back.get(&format!("{ISSUER}/.well-known/oauth-authorization-server")).send().await;
    assert_eq!(oauth.json()["issuer"], ISSUER);
    let keys = f.back.get(document["jwks_uri"].as_str().expect("an address")).send().await.json();
    for key in keys["keys"].as_array().expect("keys") {
        assert!(key["kid"].is_string() && key["alg"].is_string() && key["use"] == "sig", "{key}");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key[private].is_null(), "a private part of {} is public", key["kid"]);
        }
    }
}

/// [oidcc-server], [oidcc-userinfo-*], [oidcc-ensure-request-without-nonce-succeeds-for-code-flow].
#[tokio::test]
async fn a_sign_in_says_who_by_id_token_and_userinfo() {
    let mut f = fixture().await;
    let request = f.request.clone();
    let code = f.ada.code(&request).await;
    let answer = redeem(&f.back, ISSUER, &request, &code).await;
    assert_eq!(answer.json()["token_type"].as_str().map(str::to_ascii_lowercase).as_deref(), Some("bearer"));
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("no-store")), "{answer:?}");
    let tokens = Tokens::of(&answer);
    let claims = tokens.claims();
    assert_eq!(
        (claims["iss"].as_str(), claims["aud"].as_str()),
        (Some(ISSUER), Some(request.client_id.as_str())),
        "{claims}"
    );
    assert_eq!(claims["nonce"], request.param("nonce"), "{claims}");
    assert!(claims["exp"].as_i64() > claims["iat"].as_i64() && claims["sub"].is_string(), "{claims}");

    let url = format!("{ISSUER}/userinfo");
    let get = userinfo(&f.back, ISSUER, &tokens.access).await.json();
    let by_post = f.back.post(&url).bearer(&tokens.access).form::<&str, &str>(&[]).send().await.json();
    let in_body = f.back.post(&url).form(&[("access_token", tokens.access.as_str())]).send().await.json();
    assert_eq!((&get, &get), (&by_post, &in_body));
    assert_eq!(get["sub"], claims["sub"]);
    assert_eq!((&get["name"], &get["email"]), (&json!("Ada Lovelace"), &json!("ada@home.test")));
    for ask in [
        f.back.get(&url),
        f.back.get(&url).bearer("wrong"),
        f.back.get(&format!("{url}?access_token={}", tokens.access)),
    ] {
        let answer = ask.send().await;
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")), "{answer:?}");
    }

    let bare = request.clone().with("nonce", None).with("scope", Some("openid"));
    assert!(f.claims(&bare).await["nonce"].is_null());
}

/// [oidcc-server-client-secret-post] and the other ways in which a client proves itself.
#[tokio::test]
async fn a_client_proves_itself_by_header_or_body_and_never_by_two_that_differ() {
    let mut f = fixture().await;
    let (id, secret) = (f.request.client_id.clone(), f.request.client_secret.clone());
    let url = format!("{ISSUER}/token");
    let code = f.ada.code(&f.request).await;
    let mut form = f.request.redemption(&code);
    form.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
    // Libraries in use repeat themselves in the body, which harms nobody; a contradiction is refused,
    // whichever of the two is right.
    for (id, secret) in [(id.as_str(), "other"), ("rp-node", secret.as_str())] {
        let both = f.back.post(&url).basic(id, secret).form(&form).send().await;
        assert_eq!((both.status.as_u16(), both.oauth_error().as_str()), (400, "invalid_request"), "{both:?}");
    }
    assert_eq!(f.back.post(&url).form(&form).send().await.status, 200, "in the body");
    let wrong = f.back.post(&url).basic(&id, "wrong").form(&form[..4]).send().await;
    assert_eq!((wrong.status.as_u16(), wrong.oauth_error().as_str()), (401, "invalid_client"));
    assert!(wrong.header("www-authenticate").is_some_and(|value| value.starts_with("Basic")), "{wrong:?}");
}

/// [oidcc-prompt-*], [oidcc-max-age-*], [oidcc-id-token-hint].
#[tokio::test]
async fn a_person_is_asked_again_when_the_client_wants_it_and_only_then() {
    let mut f = fixture().await;
    let request = f.request.clone();
    let first = f.ada.tokens(&request.clone().with("max_age", Some("15000"))).await;
    let auth_time = first.claims()["auth_time"].as_i64().expect("auth_time, since max_age was sent");

    for silent in [
        request.clone().with("prompt", Some("none")),
        request.clone().with("prompt", Some("none")).with("id_token_hint", Some(&first.id)),
        request.clone().with("max_age", Some("10000")),
        request.clone().with("extra", Some("foobar")),
        request
            .clone()
            .with("ui_locales", Some("se"))
            .with("claims_locales", Some("se"))
            .with("display", Some("popup")),
        request.clone().with("login_hint", Some("buffy@home.test")),
        request.clone().with("acr_values", Some("1 2")),
    ] {
        let answer = f.ada.ask(&silent).await;
        assert!(answer.location_param("code").is_some(), "not silent: {silent:?} {answer:?}");
    }
    let again = f.claims(&request.clone().with("max_age", Some("10000"))).await;
    assert_eq!((again["auth_time"].as_i64(), &again["sub"]), (Some(auth_time), &first.claims()["sub"]));

    tokio::time::sleep(Duration::from_millis(2100)).await;
    for loud in [request.clone().with("prompt", Some("login")), request.clone().with("max_age", Some("1"))] {
        let answer = f.ada.ask(&loud).await;
        assert_eq!(answer.location().expect("a sign-in page").path(), "/login", "{loud:?}");
        let later = f.claims(&loud.with("max_age", Some("1"))).await["auth_time"].as_i64();
        assert!(later > Some(auth_time), "{later:?} is not later than {auth_time}");
        tokio::time::sleep(Duration::from_millis(2100)).await;
    }
    let nobody = f.instance.stranger();
    let state = "s".repeat(128);
    let silent = request.clone().with("prompt", Some("none")).with("state", Some(&state));
    redirect_error(&nobody.ask(&silent).await, &silent, ISSUER, "login_required");
}

/// [oidcc-response-type-missing], [oidcc-*-request-object-*], [oidcc-ensure-post-request-succeeds],
/// [oidcc-alternate-happy-flow], and `state` byte for byte.
#[tokio::test]
async fn requests_come_in_many_shapes() {
    let f = fixture().await;
    redirect_error(
        &f.ada.ask(&f.request.clone().with("response_type", None)).await,
        &f.request,
        ISSUER,
        "invalid_request",
    );
    let mut reversed = f.request.clone().with("scope", Some("email openid"));
    reversed.params.reverse();
    assert!(f.ada.ask(&reversed).await.location_param("code").is_some());
    let pairs: Vec<_> = f.request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let url = format!("{ISSUER}/authorize");
    let posted =
        f.ada.visitor.post(&url).navigating().header("origin", "https://rp-rust.apps.test").form(&pairs).send().await;
    // A form of another site comes without cookies, so the browser is asked to come again by GET.
    assert_eq!((posted.status.as_u16(), posted.location_param("code")), (303, None), "{posted:?}");
    let again = posted.location().expect("an address of our own");
    let answer = f.ada.visitor.get(again.as_str()).navigating().send().await;
    assert!(answer.location_param("code").is_some(), "{answer:?}");
    let odd = "a b+c%20d&e=f#g\"<>\\{}|^`~/?:@!$'()*,;[]ä";
    let answer = f.ada.ask(&f.request.clone().with("state", Some(odd))).await;
    assert_eq!(answer.location_param("state").as_deref(), Some(odd), "{answer:?}");
}

/// [oidcc-refresh-token].
#[tokio::test]
async fn a_refresh_keeps_who_and_when() {
    let mut f = fixture().await;
    let request = f.request.clone().with("scope", Some("openid offline_access")).with("prompt", Some("consent"));
    let asked = f.ada.authorize(&request).await;
    let interaction = asked.url.query_pairs().find(|(key, _)| key == "i").expect("a consent page").1.into_owned();
    let answer = f.ada.consent(&interaction, "allow").await;
    let code = answer.location_param("code").unwrap_or_else(|| panic!("asked in circles: {answer:?}"));
    let first = Tokens::of(&redeem(&f.back, ISSUER, &request, &code).await);
    let token_ = first.refresh.clone().expect("a refresh token");
    let second = Tokens::of(&refresh(&f.back, ISSUER, &request, &token_).await);
    assert_ne!(second.access, first.access);
    if !second.id.is_empty() {
        let (before, after) = (first.claims(), second.claims());
        for name in ["iss", "sub", "aud", "auth_time", "sid"] {
            assert_eq!(before[name], after[name], "{name}");
        }
    }
    let without = f.request.clone().with("scope", Some("openid"));
    assert_eq!(f.ada.tokens(&without).await.refresh, None, "nobody asked for offline access");
    for grant in ["password", "client_credentials", "implicit", ""] {
        let answer = token(&f.back, ISSUER, &request, &[("grant_type", grant)]).await;
        assert!(
            matches!(answer.oauth_error().as_str(), "unsupported_grant_type" | "invalid_request"),
            "{grant}: {answer:?}"
        );
    }
}

/// [oidcc-rp-initiated-logout*]: an ID Token of the session ends it, anything less is asked about first.
#[tokio::test]
async fn a_client_may_sign_the_person_out_of_the_session_that_it_knows() {
    let mut f = fixture().await;
    let tokens = f.ada.tokens(&f.request).await;
    let elsewhere = "post_logout_redirect_uri=https%3A%2F%2Frp-rust.apps.test%2Fnever-registered";
    for query in [
        String::new(),
        "state=x".to_owned(),
        elsewhere.to_owned(),
        format!("{elsewhere}&client_id={}", f.request.client_id),
    ] {
        let answer = end_session(&f.ada, &query).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (200, None), "{query}: {answer:?}");
        assert!(f.ada.is_signed_in().await, "{query}: signed out by a link");
    }
    let other = f.instance.newcomer("grace").await;
    end_session(&other, &format!("id_token_hint={}", tokens.id)).await;
    assert!(other.is_signed_in().await, "by an ID Token of somebody else");

    let answer = end_session(&f.ada, &format!("id_token_hint={}&state=x&{elsewhere}", tokens.id)).await;
    assert!(answer.location().is_none_or(|to| to.host_str() == Some(HOST)), "{answer:?}");
    let silent = f.request.clone().with("prompt", Some("none"));
    redirect_error(&f.ada.ask(&silent).await, &f.request, ISSUER, "login_required");
}

async fn end_session(person: &Person, query: &str) -> Answer {
    person.visitor.get(&format!("{ISSUER}/end_session?{query}")).navigating().send().await
}
