//! Security reference §1.2: codes, PKCE and client authentication, one test a row.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_e2e::{
    expect::{redirect_error, token_error},
    http::Visitor,
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request, Tokens, random, redeem, refresh, token, userinfo},
};
use serde_json::{Value, json};

struct Fixture {
    instance: Instance,
    ada: Person,
    /// The relying party that people sign in to.
    request: Request,
    /// Another one, honest until now.
    other: Request,
    /// The relying parties' own client.
    back: Visitor,
}

const SCOPE: &str = "openid profile offline_access";

async fn fixture(engine: Engine) -> Fixture {
    let instance = Instance::provider(engine, &relying_parties()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, SCOPE);
    let other = Request::of(&instance.doorstep.delivered("rp-node").await, SCOPE);
    let back = instance.visitor();
    Fixture { instance, ada, request, other, back }
}

impl Fixture {
    async fn redeem(&self, request: &Request, code: &str) -> doorstep_e2e::http::Answer {
        redeem(&self.back, ISSUER, request, code).await
    }
}

#[tokio::test]
async fn security_18_a_code_of_another_client_is_refused_and_burned() {
    let mut f = fixture(Engine::Sqlite).await;
    let code = f.ada.code(&f.request).await;
    let mut form = f.request.redemption(&code);
    token_error(&token(&f.back, ISSUER, &f.other, &form).await, "invalid_grant", "as another client");
    form.push(("client_id", &f.request.client_id));
    let mixed = token(&f.back, ISSUER, &f.other, &form).await;
    assert!(!mixed.status.is_success(), "two names at once: {mixed:?}");
    token_error(&f.redeem(&f.request, &code).await, "invalid_grant", "burned");
}

#[tokio::test]
async fn security_18_a_refresh_token_of_another_client_is_refused_and_its_family_ends() {
    let mut f = fixture(Engine::Sqlite).await;
    let tokens = f.ada.tokens(&f.request).await;
    let token = tokens.refresh.expect("a refresh token");
    token_error(&refresh(&f.back, ISSUER, &f.other, &token).await, "invalid_grant", "as another client");
    token_error(&refresh(&f.back, ISSUER, &f.request, &token).await, "invalid_grant", "somebody has it");
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 401);
}

#[tokio::test]
async fn security_18_a_failed_client_authentication_does_not_consume_the_code() {
    let mut f = fixture(Engine::Sqlite).await;
    let code = f.ada.code(&f.request).await;
    let thief = Request { client_secret: random(), ..f.request.clone() };
    token_error(&f.redeem(&thief, &code).await, "invalid_client", "a wrong secret");
    let none = f.back.post(&format!("{ISSUER}/token")).form(&f.request.redemption(&code)).send().await;
    assert!(matches!(none.status.as_u16(), 400 | 401), "no secret: {none:?}");
    assert_eq!(f.redeem(&f.request, &code).await.status, 200, "the client itself");
}

#[tokio::test]
async fn security_19_a_code_that_differs_anywhere_is_no_code() {
    let mut f = fixture(Engine::Sqlite).await;
    let code = f.ada.code(&f.request).await;
    for place in 0..code.len() {
        let mut bytes = code.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let wrong = String::from_utf8(bytes).expect("ASCII");
        token_error(&f.redeem(&f.request, &wrong).await, "invalid_grant", &wrong);
    }
    for wrong in
        [&code[..code.len() - 1], &format!("{code}A"), &format!("{code}="), &code.to_uppercase(), &format!(" {code}")]
    {
        token_error(&f.redeem(&f.request, wrong).await, "invalid_grant", wrong);
    }
    assert_eq!(f.redeem(&f.request, &code).await.status, 200, "the true one is still good");
}

#[tokio::test]
async fn security_20_a_value_of_one_kind_opens_no_door_of_another() {
    let mut f = fixture(Engine::Sqlite).await;
    let link = f.instance.doorstep.reported(&["recover", "ada"]).link(ISSUER);
    let tokens = f.ada.tokens(&f.request).await;
    let code = f.ada.code(&f.request).await;
    let session = f.ada.visitor.cookie("auth.home.test", "__Host-ds_session").expect("a session");
    let refresh_token = tokens.refresh.clone().expect("a refresh token");
    let secret = link.rsplit('/').next().expect("a link's secret").to_owned();

    for (name, value) in
        [("session", &session), ("access", &tokens.access), ("refresh", &refresh_token), ("link", &secret)]
    {
        token_error(&f.redeem(&f.request, value).await, "invalid_grant", name);
    }
    for (name, value) in [("session", &session), ("access", &tokens.access), ("code", &code), ("link", &secret)] {
        token_error(&refresh(&f.back, ISSUER, &f.request, value).await, "invalid_grant", name);
    }
    for (name, value) in [("session", &session), ("refresh", &refresh_token), ("code", &code), ("link", &secret)] {
        assert_eq!(userinfo(&f.back, ISSUER, value).await.status, 401, "{name}");
    }
    for (name, value) in [("access", &tokens.access), ("refresh", &refresh_token), ("code", &code), ("link", &secret)] {
        let thief = f.instance.stranger();
        thief.visitor.set_cookie("auth.home.test", "__Host-ds_session", value);
        assert!(!thief.is_signed_in().await, "{name}");
    }
}

#[tokio::test]
async fn security_21_a_code_that_comes_twice_ends_everything_that_came_of_it() {
    let mut f = fixture(Engine::Sqlite).await;
    let code = f.ada.code(&f.request).await;
    let tokens = Tokens::of(&f.redeem(&f.request, &code).await);
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 200);
    token_error(&f.redeem(&f.request, &code).await, "invalid_grant", "again");
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 401, "its access token");
    let token = tokens.refresh.expect("a refresh token");
    token_error(&refresh(&f.back, ISSUER, &f.request, &token).await, "invalid_grant", "its refresh token");
}

#[tokio::test]
async fn security_21_of_fifty_at_once_one_redeems() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut f = fixture(engine).await;
        let code = f.ada.code(&f.request).await;
        let all = futures_util::future::join_all((0..50).map(|_| f.redeem(&f.request, &code))).await;
        let good = all.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(good, 1, "{engine:?}: {:?}", all.iter().map(|a| a.status.as_u16()).collect::<Vec<_>>());
        for answer in all.iter().filter(|answer| answer.status != 200) {
            token_error(answer, "invalid_grant", "too late");
        }
    }
}

#[tokio::test]
async fn security_22_a_challenge_wants_its_verifier() {
    let mut f = fixture(Engine::Sqlite).await;
    let challenge = f.request.param("code_challenge").to_owned();
    let short = &f.request.verifier.clone()[..42];
    for verifier in [None, Some(""), Some(short), Some("a".repeat(43).as_str()), Some(challenge.as_str())] {
        let code = f.ada.code(&f.request).await;
        let mut form = f.request.redemption(&code);
        form.retain(|(name, _)| *name != "code_verifier");
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        let answer = token(&f.back, ISSUER, &f.request, &form).await;
        assert_eq!(answer.status, 400, "{verifier:?}: {answer:?}");
        assert!(
            matches!(answer.oauth_error().as_str(), "invalid_grant" | "invalid_request"),
            "{verifier:?}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn security_23_a_request_without_challenge_is_refused() {
    let f = fixture(Engine::Sqlite).await;
    for request in [
        f.request.clone().with("code_challenge", None).with("code_challenge_method", None),
        f.request.clone().with("code_challenge", None),
        f.request.clone().with("code_challenge", Some("")),
        f.request.clone().with("code_challenge", Some("short")),
    ] {
        redirect_error(&f.ada.ask(&request).await, &f.request, ISSUER, "invalid_request");
    }
}

#[tokio::test]
async fn security_24_only_s256_and_each_parameter_once_and_in_the_body() {
    let mut f = fixture(Engine::Sqlite).await;
    for method in [Some("S512"), Some("plain"), Some("s256"), Some(""), None] {
        let request = f.request.clone().with("code_challenge_method", method);
        redirect_error(&f.ada.ask(&request).await, &f.request, ISSUER, "invalid_request");
    }
    let code = f.ada.code(&f.request).await;
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(f.request.redemption(&code)).finish();
    let url = format!("{ISSUER}/token?{query}");
    let ask = f.back.post(&url).basic(&f.request.client_id, &f.request.client_secret);
    assert_eq!(ask.form::<&str, &str>(&[]).send().await.status, 400, "in the address");

    for twice in ["code", "grant_type", "redirect_uri", "code_verifier"] {
        let mut form = f.request.redemption(&code);
        let value = form.iter().find(|(name, _)| *name == twice).expect("a parameter").1;
        form.push((twice, value));
        token_error(&token(&f.back, ISSUER, &f.request, &form).await, "invalid_request", twice);
    }
    assert_eq!(f.redeem(&f.request, &code).await.status, 200, "none of this consumed the code");
}

#[tokio::test]
async fn security_18_a_code_is_for_the_redirect_uri_that_it_was_sent_to() {
    let mut f = fixture(Engine::Sqlite).await;
    for uri in [None, Some(""), Some("https://rp-rust.apps.test/callback/"), Some("https://rp-node.apps.test/callback")]
    {
        let code = f.ada.code(&f.request).await;
        let mut form = f.request.redemption(&code);
        form.retain(|(name, _)| *name != "redirect_uri");
        form.extend(uri.map(|uri| ("redirect_uri", uri)));
        let answer = token(&f.back, ISSUER, &f.request, &form).await;
        assert_eq!(answer.status, 400, "{uri:?}: {answer:?}");
        assert!(matches!(answer.oauth_error().as_str(), "invalid_grant" | "invalid_request"), "{uri:?}: {answer:?}");
    }
}

fn forged(header: &Value, claims: &Value, signature: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{signature}", encode(header), encode(claims))
}

/// HMAC with the client's secret, as an attacker who has it would sign: RFC 7518 §3.2.
fn hmac(header: &Value, claims: &Value, key: &str) -> String {
    let unsigned = forged(header, claims, "");
    let signed = unsigned.trim_end_matches('.');
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())))
}

#[tokio::test]
async fn security_29_30_an_id_token_hint_is_trusted_by_our_keys_only() {
    let mut f = fixture(Engine::Sqlite).await;
    let tokens = f.ada.tokens(&f.request).await;
    let claims = tokens.claims();
    let kid: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD.decode(tokens.id.split('.').next().expect("a header")).expect("base64url"),
    )
    .expect("a header");
    let kid = kid["kid"].clone();
    let signature = tokens.id.rsplit('.').next().expect("a signature").to_owned();
    let jwks = f.back.get(&format!("{ISSUER}/jwks")).send().await;
    let mut stolen = claims.clone();
    stolen["sub"] = json!("somebody-else");
    let hints = [
        ("none", forged(&json!({ "alg": "none" }), &claims, "")),
        ("None", forged(&json!({ "alg": "None", "kid": kid }), &claims, &signature)),
        (
            "HS256 by the client's secret",
            hmac(&json!({ "alg": "HS256", "kid": kid }), &claims, &f.request.client_secret),
        ),
        ("HS256 by our public keys", hmac(&json!({ "alg": "HS256", "kid": kid }), &claims, &jwks.body)),
        ("other claims", forged(&json!({ "alg": "RS256", "kid": kid }), &stolen, &signature)),
        (
            "a key of its own",
            forged(
                &json!({ "alg": "ES256", "jwk": { "kty": "EC" }, "jku": "https://evil.test/jwks" }),
                &claims,
                &signature,
            ),
        ),
        ("kid ../../dev/null", forged(&json!({ "alg": "RS256", "kid": "../../dev/null" }), &claims, &signature)),
        ("kid 10 kB", forged(&json!({ "alg": "RS256", "kid": "k".repeat(10_000) }), &claims, &signature)),
        ("no JWT", "x.y".to_owned()),
    ];
    for (what, hint) in hints {
        let pairs = [("id_token_hint", hint.as_str()), ("state", "s")];
        let ask = f.ada.visitor.post(&format!("{ISSUER}/end_session")).header("origin", "https://rp-rust.apps.test");
        let answer = ask.form(&pairs).send().await;
        assert!(!answer.status.is_server_error(), "{what}: {answer:?}");
        assert!(f.ada.is_signed_in().await, "{what}: signed out without a word");
        let silent = f.request.clone().with("prompt", Some("none")).with("id_token_hint", Some(&hint));
        let answer = f.ada.ask(&silent).await;
        assert!(answer.location_param("code").is_none(), "{what}: {answer:?}");
    }
}

#[tokio::test]
async fn security_33_too_much_is_refused_and_harms_nobody() {
    let f = fixture(Engine::Sqlite).await;
    let plain = Visitor::plain();
    let dots = format!("Bearer {}", ".".repeat(1_000_000));
    let answer = plain.get(&f.instance.inside("/userinfo")).header("authorization", dots).try_send().await;
    // The listener may also hang up on a header that never ends.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status.is_client_error()));
    let much = "x".repeat(200_000);
    let body = [("grant_type", "authorization_code"), ("code", much.as_str())];
    let answer = plain.post(&f.instance.inside("/token")).form(&body).try_send().await;
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status.is_client_error()));
    assert!(f.ada.is_signed_in().await);
}

#[tokio::test]
async fn security_34_a_client_revokes_its_own_tokens_only() {
    let mut f = fixture(Engine::Sqlite).await;
    let tokens = f.ada.tokens(&f.request).await;
    let revoke = |client: Request, value: String| {
        let ask = f.back.post(&format!("{ISSUER}/revoke")).basic(&client.client_id, &client.client_secret);
        async move { ask.form(&[("token", value.as_str())]).send().await.status }
    };
    let refresh_token = tokens.refresh.clone().expect("a refresh token");
    for value in [tokens.access.clone(), refresh_token.clone(), "unknown".to_owned()] {
        assert_eq!(revoke(f.other.clone(), value).await, 200, "another client learns nothing");
    }
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 200, "and ends nothing");
    assert_eq!(revoke(f.request.clone(), refresh_token.clone()).await, 200);
    token_error(&refresh(&f.back, ISSUER, &f.request, &refresh_token).await, "invalid_grant", "revoked");
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 401, "RFC 7009 §2.1: the whole grant");
}
