//! Modules of the OpenID conformance suite's plans Config, Basic, Form Post and RP-Initiated Logout, restated: what
//! each demands of a client that sends no PKCE, as the suite's does. Names in brackets are the suite's own. Those
//! that want a real browser or proxy stand in the end-to-end tests (`openid_basic`).

use crate::{
    browser::{Answer, Browser, FORM},
    person::{self, request},
    relying_party::{claims, redeem, token, userinfo},
    running::{self, CALLBACK, ISSUER, Running},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{
    oauth::params::{encode, encode_pairs},
    time::Ttl,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const BYE: &str = "https://photos.example.org/bye";

async fn fixture() -> (Running, Browser) {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (browser, _) = person::ada(&running).await;
    (running, browser)
}

/// A request for these scopes alone.
fn asking(scope: &str, more: &str) -> String {
    request(more).replace("scope=openid%20profile%20email%20groups", &format!("scope={}", encode(scope)))
}

async fn tokens(running: &Running, browser: &mut Browser, scope: &str) -> Value {
    let code = browser.get(&asking(scope, "")).await.sent("code").unwrap();
    redeem(running, &code).await
}

/// The suite's estimate: the Shannon entropy of a text's own characters, times its length.
#[expect(clippy::cast_precision_loss, reason = "texts are short")]
fn estimated_bits(text: &str) -> f64 {
    let mut counts = BTreeMap::new();
    for letter in text.chars() {
        *counts.entry(letter).or_insert(0_usize) += 1;
    }
    let length = text.len() as f64;
    let of_one = |count: usize| -(count as f64 / length) * (count as f64 / length).log2();
    counts.into_values().map(of_one).sum::<f64>() * length
}

/// [oidcc-server], [oidcc-scope-email]: no more than was asked for, and nothing that can be guessed.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_says_no_more_than_was_asked_and_nothing_can_be_guessed() {
    let (running, mut browser) = fixture().await;
    for scope in ["openid", "email openid", "openid profile email offline_access"] {
        let code = browser.get(&asking(scope, "")).await.sent("code").unwrap();
        let reported = redeem(&running, &code).await;
        let unasked = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
        let id_token = claims(&reported["id_token"]);
        for name in id_token.as_object().unwrap().keys() {
            assert!(unasked.contains(&name.as_str()), "{scope}: {name}");
        }
        assert!(reported["expires_in"].as_i64().is_some_and(|seconds| (1..=31_536_000).contains(&seconds)));
        for secret in [Some(code.as_str()), reported["access_token"].as_str(), reported["refresh_token"].as_str()] {
            assert!(secret.is_none_or(|text| text.len() >= 22 && estimated_bits(text) > 128.0), "{secret:?}");
        }
        assert_eq!(reported["refresh_token"].is_string(), scope.contains("offline_access"));
        let about = userinfo(&running, &reported["access_token"]).await.json();
        assert_eq!(about["sub"], id_token["sub"]);
        assert_eq!(about["email"].is_string(), scope.contains("email"), "{about}");
        assert_eq!(about["email_verified"].is_boolean(), scope.contains("email"), "{about}");
        assert_eq!(about["name"].is_string(), scope.contains("profile"), "{about}");
        assert!(about.as_object().unwrap().values().all(|value| !value.is_null() && *value != ""), "{about}");
    }
}

/// [oidcc-codereuse], [oidcc-codereuse-30seconds].
#[tokio::test(flavor = "multi_thread")]
async fn a_code_serves_once_and_its_second_use_ends_what_it_yielded() {
    for wait in [0, 30, 300] {
        let (running, mut browser) = fixture().await;
        let code = browser.get(&request("")).await.sent("code").unwrap();
        let first = redeem(&running, &code).await;
        running.pass(Ttl::from_seconds(wait));
        assert_eq!(userinfo(&running, &first["access_token"]).await.status, 200, "{wait}");
        let pairs = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        let again = token(&running, &pairs).await;
        assert_eq!((again.status.as_u16(), &again.json()["error"]), (400, &json!("invalid_grant")), "{wait}");
        assert!(again.header("content-type").starts_with("application/json"));
        assert_eq!(userinfo(&running, &first["access_token"]).await.status, 401, "{wait}");
    }
}

/// [oidcc-ensure-request-with-valid-pkce-succeeds], and RFC 9700 §4.8.2: no downgrade either way.
#[tokio::test(flavor = "multi_thread")]
async fn pkce_is_checked_when_it_is_sent() {
    let (running, mut browser) = fixture().await;
    let (verifier, other) = ("v".repeat(43), "w".repeat(43));
    let challenge = doorstep_core::oauth::pkce::s256(&verifier);
    let with = format!("&code_challenge={challenge}&code_challenge_method=S256");
    for (more, verifier, status) in [
        (with.as_str(), Some(verifier.as_str()), 200),
        (&with, Some(&other), 400),
        (&with, None, 400),
        ("", Some(&verifier), 400),
        ("", None, 200),
    ] {
        let code = browser.get(&request(more)).await.sent("code").unwrap();
        let mut pairs = vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK)];
        pairs.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = token(&running, &pairs).await;
        assert_eq!(answer.status, status, "{more} {verifier:?}");
        assert!(status == 200 || answer.json()["error"] == "invalid_grant", "{answer:?}");
    }
    for more in ["&code_challenge=x&code_challenge_method=plain", "&code_challenge=x", "&code_challenge_method=S256"] {
        assert_eq!(browser.get(&request(more)).await.sent("error").as_deref(), Some("invalid_request"), "{more}");
    }
}

/// [oidcc-ensure-registered-redirect-uri], [oidcc-ensure-request-object-with-redirect-uri].
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_that_is_not_registered_gets_a_page_whatever_else_is_asked() {
    let (_running, mut browser) = fixture().await;
    let wrong = request("").replace(&*encode(CALLBACK), &encode(&format!("{CALLBACK}/x1")));
    let object = format!("{}.e30.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    for more in ["", "&prompt=none", "&response_mode=form_post", &format!("&request={object}")] {
        let answer = browser.get(&format!("{wrong}{more}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{more}");
    }
    for (more, error) in [
        (format!("&request={object}"), "request_not_supported"),
        ("&request_uri=https%3A%2F%2Fa.example%2Fr".to_owned(), "request_uri_not_supported"),
    ] {
        let answer = browser.get(&request(&more)).await;
        assert_eq!((answer.sent("error").as_deref(), answer.sent("state").as_deref()), (Some(error), Some("s1")));
    }
}

/// [oidcc-claims-essential], [oidcc-ensure-request-with-acr-values-succeeds], [oidcc-display-*], [oidcc-login-hint]:
/// what is not supported is passed over.
#[tokio::test(flavor = "multi_thread")]
async fn optional_wishes_never_break_a_request() {
    let (_running, mut browser) = fixture().await;
    let claims = encode(r#"{"userinfo":{"name":{"essential":true}}}"#).into_owned();
    for more in [
        format!("&claims={claims}"),
        "&acr_values=1%202".into(),
        "&display=page".into(),
        "&display=popup".into(),
        "&login_hint=buffy%40auth.example.org".into(),
        "&ui_locales=se&claims_locales=se".into(),
        "&extra=foobar&extra=again".into(),
    ] {
        assert!(browser.get(&request(&more)).await.sent("code").is_some(), "{more}");
    }
}

/// [oidcc-refresh-token], with a second client.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_says_the_same_later_and_serves_its_own_client() {
    let (running, mut browser) = fixture().await;
    let first = tokens(&running, &mut browser, "openid offline_access").await;
    running.pass(Ttl::from_seconds(5));
    let refresh_token = first["refresh_token"].as_str().unwrap();
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh_token), ("scope", "openid offline_access")];
    let answer = token(&running, &pairs).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    let second = answer.json();
    let (before, after) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for name in ["iss", "sub", "aud", "auth_time", "sid"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert!(after["iat"].as_i64() > before["iat"].as_i64());
    assert_eq!(second["token_type"].as_str().map(str::to_ascii_lowercase).as_deref(), Some("bearer"));

    // The other client: the same app under another id.
    running.declare(|client| client.id = "second".parse().unwrap()).await;
    let asked = request("&prompt=login").replace("client_id=photos", "client_id=second");
    assert!(browser.get(&asked).await.location().starts_with("/login?i="), "it is a client of its own");
    let secret = running.instance.context.keyring.client_secret(&"second".parse().unwrap(), 1).unwrap();
    let latest = second["refresh_token"].as_str().unwrap();
    let body = encode_pairs([
        ("grant_type", "refresh_token"),
        ("refresh_token", latest),
        ("client_id", "second"),
        ("client_secret", secret.expose()),
    ]);
    let foreign = running.browser().send(Method::POST, "/token", &[], Some((FORM, body))).await;
    assert_eq!((foreign.status.as_u16(), &foreign.json()["error"]), (400, &json!("invalid_grant")));
}

/// The Form Post plan: each answer of the module list, successes and errors, is a form and no redirect.
#[tokio::test(flavor = "multi_thread")]
async fn with_form_post_codes_and_errors_come_by_a_form_and_never_in_an_address() {
    let (running, mut browser) = fixture().await;
    let state = "\"<>&'%#\\{}| x";
    let asks = |more: &str| {
        request("").replace("&state=s1", &format!("&state={}&response_mode=form_post{more}", encode(state)))
    };
    let field = |answer: &Answer, name: &str| {
        let (_, rest) = answer.body.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split_once('"').unwrap().0.to_owned())
    };
    let missing = asks("").replace("response_type=code&", "");
    for (who, ask, error) in [
        (&mut browser, asks(""), None),
        (&mut running.browser(), asks("&prompt=none"), Some("login_required")),
        (&mut running.browser(), missing, Some("invalid_request")),
        (&mut running.browser(), asks("&prompt=none%20login"), Some("invalid_request")),
        (&mut running.browser(), asks("&request=eyJ.e30."), Some("request_not_supported")),
    ] {
        let answer = who.get(&ask).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (200, ""), "{ask}");
        assert!(answer.body.contains(&format!("<form method=\"post\" action=\"{CALLBACK}\" data-go>")), "{answer:?}");
        assert!(answer.body.contains("<button"), "it works without script");
        assert!(answer.header("content-security-policy").contains("form-action 'self' https://photos.example.org"));
        assert_eq!(field(&answer, "error").as_deref(), error, "{ask}");
        assert_eq!(field(&answer, "code").is_some(), error.is_none(), "{ask}");
        let sent = field(&answer, "state").unwrap();
        assert!(!sent.contains(['<', '>']), "{sent}");
        let read = [("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">"), ("&#39;", "'"), ("&#38;", "&")];
        let read = read.into_iter().fold(sent, |text, (from, to)| text.replace(from, to));
        assert_eq!(read, state);
        assert_eq!(field(&answer, "iss").as_deref(), Some(ISSUER));
    }
}

/// 90 characters as the suite draws them: letters, digits and punctuation that an address cannot hold.
const STATE: &str = "aZ0\"<>%&#\\{}|^`~!$'()*,/:=?@[]-._aZ0\"<>%&#\\{}|^`~!$'()*,/:=?@[]-._aZ0\"<>%&#\\{}|^`~!$'()*,";

/// [oidcc-rp-initiated-logout] and its ten variants.
#[tokio::test(flavor = "multi_thread")]
async fn each_variant_of_rp_initiated_logout_ends_where_it_must() {
    let added = format!("{BYE}?foo=bar");
    for (what, hint, to, state, ends) in [
        ("plain", Hint::Own, Some(BYE), Some(STATE), Ends::AtTheApp),
        ("no-state", Hint::Own, Some(BYE), None, Ends::AtTheApp),
        ("bad-post-logout-redirect-uri", Hint::Own, Some("https://photos.example.org/no"), Some("s"), Ends::HeldBack),
        ("query-added", Hint::Own, Some(&added), Some("s"), Ends::HeldBack),
        ("modified-id-token-hint", Hint::Unsigned, Some(BYE), Some("s"), Ends::Asked),
        ("bad-id-token-hint", Hint::Foreign, Some(BYE), Some("s"), Ends::Asked),
        ("no-id-token-hint", Hint::None, Some(BYE), Some("s"), Ends::Asked),
        ("no-params", Hint::None, None, None, Ends::Asked),
        ("no-post-logout-redirect-uri", Hint::Own, None, Some("s"), Ends::SignedOut),
    ] {
        let (running, mut browser) = fixture().await;
        let reported = tokens(&running, &mut browser, "openid").await;
        let hint = hint.made_of(reported["id_token"].as_str().unwrap());
        let pairs = [("id_token_hint", hint.as_deref()), ("post_logout_redirect_uri", to), ("state", state)];
        let query = encode_pairs(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))));
        let answer = browser.get(&format!("/end_session?{query}")).await;
        let silent = running_silently(&mut browser).await;
        match ends {
            Ends::AtTheApp => {
                let state = state.map(|state| format!("?{}", encode_pairs([("state", state)]))).unwrap_or_default();
                assert_eq!(answer.location(), format!("{BYE}{state}"), "{what}");
            }
            Ends::HeldBack => assert!(answer.body.contains("not registered for it"), "{what}"),
            Ends::SignedOut => assert_eq!(answer.heading(), "You are signed out", "{what}"),
            Ends::Asked => assert_eq!(answer.heading(), "Sign out of your apps?", "{what}"),
        }
        let still_in = matches!(ends, Ends::Asked);
        assert_eq!(silent.as_deref(), (!still_in).then_some("login_required"), "{what}");
    }
}

/// What an app sends for a hint.
enum Hint {
    None,
    Own,
    Unsigned,
    Foreign,
}

impl Hint {
    fn made_of(&self, id_token: &str) -> Option<String> {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        match self {
            Self::None => None,
            Self::Own => Some(id_token.to_owned()),
            Self::Unsigned => Some(format!("{}.{}.", part(r#"{"alg":"none"}"#), id_token.split('.').nth(1).unwrap())),
            Self::Foreign => {
                let body = json!({ "iss": "photos", "aud": ISSUER, "sub": "fake", "sid": "fake" }).to_string();
                Some(format!("{}.{}.AAAA", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(&body)))
            }
        }
    }
}

/// Where a sign-out ends.
enum Ends {
    AtTheApp,
    HeldBack,
    SignedOut,
    Asked,
}

/// The error of a silent request, if there is one.
async fn running_silently(browser: &mut Browser) -> Option<String> {
    browser.get(&request("&prompt=none")).await.sent("error")
}

/// [oidcc-discovery-endpoint-verification]: every member known to the suite, every address https and ours.
#[tokio::test(flavor = "multi_thread")]
async fn discovery_has_only_registered_members_and_https_addresses() {
    let (_running, mut browser) = fixture().await;
    let answer = browser.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    let registered = [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "device_authorization_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
        "scopes_supported",
        "claims_supported",
        "claim_types_supported",
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "subject_types_supported",
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_methods_supported",
        "code_challenge_methods_supported",
        "prompt_values_supported",
        "acr_values_supported",
        "ui_locales_supported",
        "claims_parameter_supported",
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "authorization_response_iss_parameter_supported",
    ];
    for (name, value) in document.as_object().unwrap() {
        assert!(registered.contains(&name.as_str()), "{name} is not registered with IANA");
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().unwrap().starts_with("https://auth.example.org/"), "{name}: {value}");
        }
        if name.ends_with("_supported") && !value.is_boolean() {
            assert!(value.as_array().unwrap().iter().all(|one| one.as_str().is_some_and(|text| !text.is_empty())));
        }
    }
    for name in ["scopes_supported", "claims_supported", "userinfo_endpoint", "end_session_endpoint"] {
        assert!(!document[name].is_null(), "{name}");
    }
    assert_eq!(document["issuer"], ISSUER);
}
