//! The protocol's endpoints as programs reach them: preflights, slashes, wrong names, and what cannot be read.

use crate::{
    browser::{Answer, FORM},
    person,
    relying_party::redeem,
    running::{self, CALLBACK, Running},
};
use doorstep_app::keyring::Sealed;
use doorstep_core::{entropy::Entropy, id::KeyId, model::ClientAuthMethod, oauth::params::encode_pairs};
use doorstep_store::{generations, keys};
use reqwest::Method;

const PAGE: &str = "https://photos.example.org";

/// Asks as a browser does before a page of `origin` sends more than a plain request.
async fn preflight(running: &Running, path: &str, origin: &str) -> Answer {
    let asks = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    running.browser().send(Method::OPTIONS, path, &asks, None).await
}

/// Fetch standard §4.8: the answer to a preflight is what lets the browser go on.
#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_that_a_page_may_read_answers_its_preflight() {
    let running = running::empty().await;
    running
        .declare(|client| {
            client.auth_method = ClientAuthMethod::None;
            client.redirect_uris = vec!["https://photos.example.org:443/cb".into()];
        })
        .await;
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/passkey-endpoints",
        "/jwks",
    ] {
        for origin in [PAGE, "https://anybody.test"] {
            let answer = preflight(&running, path, origin).await;
            assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (204, "*"), "{path}");
            assert!(answer.header("access-control-allow-headers").contains("authorization"), "{path}");
        }
    }
    for path in ["/token", "/revoke", "/userinfo"] {
        let own = preflight(&running, path, PAGE).await;
        assert_eq!((own.status.as_u16(), own.header("access-control-allow-origin")), (204, PAGE), "{path}");
        assert_eq!(own.header("access-control-allow-headers"), "authorization, content-type");
        assert!(own.header("access-control-allow-methods").contains("POST"));
        let foreign = preflight(&running, path, "https://anybody.test").await;
        assert_eq!(foreign.header("access-control-allow-origin"), "", "{path}");
    }
}

/// After the preflight comes the request itself: its answer, an error too, is for pages of the client alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_public_client_reads_what_it_asked_for_and_no_other_page_does() {
    let running = running::empty().await;
    running.declare(|client| client.auth_method = ClientAuthMethod::None).await;
    for (path, status) in [("/token", 400), ("/revoke", 400), ("/userinfo", 401)] {
        for (origin, allowed) in [(PAGE, PAGE), ("https://anybody.test", ""), ("null", "")] {
            let body = encode_pairs([("client_id", "photos"), ("grant_type", "authorization_code"), ("code", "x")]);
            let sent = running.browser().send(Method::POST, path, &[("origin", origin)], Some((FORM, body))).await;
            assert_eq!(sent.header("access-control-allow-origin"), allowed, "{path} {origin}");
            assert_eq!(sent.header("access-control-allow-credentials"), "", "{path} {origin}");
            assert_eq!(sent.status.as_u16(), status, "{path} {origin} {sent:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_too_many_still_reaches_the_endpoint() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let request = person::request("");
    for path in ["/authorize/", "//authorize"] {
        let answer = browser.get(&request.replacen("/authorize", path, 1)).await;
        assert!(answer.location().starts_with(CALLBACK) && answer.sent("code").is_some(), "{path} {answer:?}");
    }
    for path in ["/jwks/", "//jwks", "/.well-known/openid-configuration/", "//.well-known/openid-configuration"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    for path in ["/token/", "//token"] {
        let answer = running.browser().send(Method::POST, path, &[], Some((FORM, "x=y".into()))).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (401, Some("invalid_client")), "{path}");
    }
    assert_eq!(browser.get("/login/").await.status, 404);
}

/// RFC 7033, and OpenID Connect Discovery 1.0 §2: the own host's accounts have this issuer, whoever they are.
#[tokio::test(flavor = "multi_thread")]
async fn webfinger_tells_the_issuer_of_the_own_hosts_accounts_and_nobody_who_has_one() {
    let running = running::empty().await;
    person::ada(&running).await;
    let mut bodies = Vec::new();
    for (query, status) in [
        ("?resource=acct%3Aada%40auth.example.org", 200),
        ("?resource=acct:somebody@auth.example.org", 200),
        ("?resource=acct%3Aada%2Bhome%40auth.example.org", 200),
        ("?resource=acct:o%27hara@auth.example.org", 200),
        ("?resource=acct:ada@example.org", 404),
        ("?resource=https://auth.example.org/ada", 404),
        ("?resource=ada", 400),
        ("", 400),
    ] {
        let answer = running.browser().get(&format!("/.well-known/webfinger{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (status, "*"), "{query}");
        assert_eq!(answer.header("content-type") == "application/jrd+json", status == 200, "{query}");
        if status == 200 {
            let mut told = answer.json();
            let subject = told["subject"].take();
            let asked = [("%3A", ":"), ("%40", "@"), ("%2B", "+"), ("%27", "'")];
            let asked = asked.iter().fold(query.to_owned(), |query, (escape, c)| query.replace(escape, c));
            assert_eq!(asked, format!("?resource={}", subject.as_str().unwrap()));
            bodies.push((told, answer.header("cache-control").to_owned()));
        }
    }
    assert_eq!(bodies[0], bodies[1], "the answer does not tell accounts apart");
    let rel = "http://openid.net/specs/connect/1.0/issuer";
    assert_eq!(bodies[0].0["links"], serde_json::json!([{ "rel": rel, "href": running::ISSUER }]));
    let elsewhere = format!("http://{}/.well-known/webfinger?resource=acct:ada@auth.example.org", running.at);
    assert_eq!(reqwest::get(elsewhere).await.unwrap().status().as_u16(), 421, "under its own name only");
}

/// W3C, A Well-Known URL for Relying Party Passkey Endpoints §3: 200 and JSON, no redirect, and the pages are those on
/// which a person who is signed in makes and manages passkeys.
#[tokio::test(flavor = "multi_thread")]
async fn passkey_endpoints_3_lead_to_the_pages_where_passkeys_are_made_and_managed() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let answer = running.browser().get("/.well-known/passkey-endpoints").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), running.browser().get("/jwks").await.header("cache-control"));
    assert!(!answer.headers.contains_key("set-cookie"));
    let told = answer.json();
    assert_eq!(told.as_object().unwrap().len(), 2, "{told}");
    for (member, path, heading) in
        [("enroll", "/account/passkeys/new", "Add a passkey"), ("manage", "/account", "Your account")]
    {
        let url = reqwest::Url::parse(told[member].as_str().unwrap()).unwrap();
        assert_eq!((url.origin().ascii_serialization().as_str(), url.path()), (running::ISSUER, path), "{member}");
        let page = ada.get(path).await;
        assert_eq!(page.heading(), heading, "{member}");
        let place = url.fragment().map(|fragment| format!("id=\"{fragment}\""));
        assert!(place.is_none_or(|place| page.body.contains(&place)), "{member}: {url}");
        // Whoever is not signed in is asked to, and then comes to the same page.
        let door = running.browser().get(path).await;
        assert_eq!(door.location(), format!("/login?next={}", path.replace('/', "%2F")), "{member}");
    }
    let elsewhere = format!("http://{}/.well-known/passkey-endpoints", running.at);
    assert_eq!(reqwest::get(elsewhere).await.unwrap().status().as_u16(), 421, "under its own name only");
}

/// A program that asks under another name than the issuer's cannot read a page.
#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_under_another_name_says_in_json_what_is_wrong() {
    let running = running::empty().await;
    for path in ["/token", "/revoke", "/userinfo", "/token/"] {
        let answer =
            reqwest::Client::new().post(format!("http://{}{path}", running.at)).body("x=y").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 421, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{path}");
        let reported: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(reported["error"], "invalid_request");
        let words = reported["error_description"].as_str().unwrap();
        assert!(words.contains("host name of its issuer") && words.contains("discovery document"), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc6750_3_1_a_userinfo_request_that_cannot_be_read_is_400() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let code = browser.get(&person::request("")).await.sent("code").unwrap();
    let access = redeem(&running, &code).await["access_token"].as_str().unwrap().to_owned();
    let twice = format!("access_token={access}&access_token={access}");
    for (body, status) in [
        (encode_pairs([("access_token", access.as_str())]), 200),
        ("access_token=%".into(), 400),
        (twice, 400),
        ("access_token=x".into(), 401),
        ("token=x".into(), 401),
    ] {
        let answer = running.browser().send(Method::POST, "/userinfo", &[], Some((FORM, body.clone()))).await;
        assert_eq!(answer.status, status, "{body}");
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge.contains("error=\"invalid_request\""), status == 400, "{challenge}");
    }
}

/// OpenID Connect Core §3.1.2.1 bounds neither; what fits the request comes back, by a page where no header holds it.
#[tokio::test(flavor = "multi_thread")]
async fn state_and_nonce_of_any_length_come_back() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    for length in [43, 1025, 7000] {
        let (state, nonce) = ("s".repeat(length), "n".repeat(length));
        let request = person::request("");
        let request = request.split('&').filter(|one| !one.starts_with("state=") && !one.starts_with("nonce="));
        let request = request.collect::<Vec<_>>().join("&");
        let answer = browser.get(&format!("{request}&state={state}&nonce={nonce}")).await;
        let to = if length > 2000 { answer.goes_on_to() } else { answer.location().to_owned() };
        assert!(to.starts_with(CALLBACK) && to.contains(&format!("&state={state}&iss=")), "{length} {to}");
        let code = to.split_once("code=").unwrap().1.split('&').next().unwrap();
        let tokens = redeem(&running, code).await;
        assert_eq!(crate::relying_party::claims(&tokens["id_token"])["nonce"], nonce.as_str());
        let refused = browser.get(&format!("{request}&state={state}&max_age=soon")).await;
        let to = if length > 2000 { refused.goes_on_to() } else { refused.location().to_owned() };
        assert!(to.contains("error=invalid_request") && to.contains(&format!("&state={state}&iss=")), "{length} {to}");
        // In a frame no page of ours is shown: what is asked in silence is answered without one.
        let silent = format!("{request}&state={state}&prompt=none");
        for (place, by_page) in [(None, false), (Some("iframe"), false), (Some("document"), length > 2000)] {
            let headers: Vec<_> = place.map(|place| ("sec-fetch-dest", place)).into_iter().collect();
            let answer = browser.send(Method::GET, &silent, &headers, None).await;
            let to = if by_page { answer.goes_on_to() } else { answer.location().to_owned() };
            assert!(to.contains("code=") && to.contains(&format!("&state={state}&iss=")), "{length} {place:?} {to}");
        }
    }
    // By a form: more than an address holds.
    let long = "s".repeat(15_000);
    let request = person::request("");
    let query = request.split_once('?').unwrap().1.split('&').filter(|one| !one.starts_with("state="));
    let body = format!("{}&state={long}", query.collect::<Vec<_>>().join("&"));
    let answer = running.browser().send(Method::POST, "/authorize", &[], Some((FORM, body))).await;
    let answer = browser.get(&answer.goes_on_to()).await;
    assert!(answer.goes_on_to().contains(&format!("&state={long}&iss=")), "{answer:?}");
}

/// The key ids in the JWKS, and whether discovery promises `iss`.
async fn documents(running: &Running) -> (Vec<String>, bool) {
    let jwks = running.browser().get("/jwks").await.json();
    let ids = jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect();
    let discovery = running.browser().get("/.well-known/openid-configuration").await.json();
    (ids, discovery["authorization_response_iss_parameter_supported"].as_bool().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_discovery_are_told_anew_when_another_replica_changes_keys_or_clients() {
    let running = running::empty().await;
    let (before, iss) = documents(&running).await;
    assert_eq!((before.len(), iss), (3, true));

    // As a replica with the same root key puts a key in.
    let context = &running.instance.context;
    let mut row = keys::all(&mut context.db.read().await.unwrap()).await.unwrap().remove(0);
    let place = |id: &KeyId| format!("signing_keys/{id}");
    let key = context.keyring.open(Sealed::SigningKey, &place(&row.id), &row.sealed).unwrap();
    row.id = "another".parse().unwrap();
    let mut entropy = Entropy::seeded(1);
    row.sealed = context.keyring.seal(Sealed::SigningKey, &place(&row.id), key.expose(), &mut entropy).unwrap();
    let mut tx = context.db.begin().await.unwrap();
    generations::bump(&mut tx, "signing_keys").await.unwrap();
    keys::insert(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(documents(&running).await.0, before);
    running.instance.caches.catch_up().await.unwrap();
    let (after, _) = documents(&running).await;
    assert_eq!(after.len(), 4);
    assert!(before.iter().all(|id| after.contains(id)) && after.contains(&"another".to_owned()));

    for takes in [false, true] {
        running.declare(|client| client.iss_parameter = takes).await;
        assert_eq!(documents(&running).await, (after.clone(), takes));
    }
}
