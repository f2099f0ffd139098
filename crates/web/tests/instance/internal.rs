//! The internal address: what programs ask is answered there, and nothing that is for people.

use crate::running::{self, INTERNAL, ISSUER, Running};
use reqwest::{Client, Method, Response, StatusCode, redirect::Policy};
use serde_json::Value;

const HOST: &str = "doorstep:8480";

async fn ask(instance: &Running, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let mut request = client.request(method, format!("http://{}{path}", instance.at));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

async fn discovery(instance: &Running, headers: &[(&str, &str)]) -> Value {
    let answer = ask(instance, Method::GET, "/.well-known/openid-configuration", headers).await;
    answer.json().await.unwrap()
}

#[tokio::test]
async fn discovery_names_one_issuer_and_the_endpoints_of_the_address_that_was_asked() {
    let instance = running::empty().await;
    let inside = discovery(&instance, &[("host", HOST)]).await;
    assert_eq!(inside["issuer"], ISSUER);
    for (member, path) in [
        ("token_endpoint", "/token"),
        ("userinfo_endpoint", "/userinfo"),
        ("jwks_uri", "/jwks"),
        ("revocation_endpoint", "/revoke"),
    ] {
        assert_eq!(inside[member], format!("{INTERNAL}{path}"), "{member}");
    }
    for (member, path) in [("authorization_endpoint", "/authorize"), ("end_session_endpoint", "/end_session")] {
        assert_eq!(inside[member], format!("{ISSUER}{path}"), "{member}");
    }
    // Asked at the issuer's, and under a name that nobody knows, it is as ever; so it is afterwards.
    for host in
        ["auth.example.org", "doorstep", "doorstep:8481", "evil.test", "doorstep:8480.evil.test", "x.doorstep:8480"]
    {
        let public = discovery(&instance, &[("host", host)]).await;
        assert_eq!(public["token_endpoint"], format!("{ISSUER}/token"), "{host}");
    }
    assert_eq!(discovery(&instance, &[("host", "DOORSTEP:8480")]).await, inside);
}

#[tokio::test]
async fn security_74_the_internal_address_answers_programs_and_nothing_for_people() {
    let instance = running::empty().await;
    let inside = [("host", HOST)];
    for (method, path, status) in [
        (Method::POST, "/token", StatusCode::UNAUTHORIZED),
        (Method::POST, "/revoke", StatusCode::UNAUTHORIZED),
        (Method::GET, "/userinfo", StatusCode::UNAUTHORIZED),
        (Method::GET, "/jwks", StatusCode::OK),
        (Method::GET, "/.well-known/oauth-authorization-server", StatusCode::OK),
        (Method::GET, "//userinfo", StatusCode::UNAUTHORIZED),
    ] {
        let answer = ask(&instance, method, path, &inside).await;
        assert_eq!(answer.status(), status, "{path}");
        let headers = answer.headers();
        assert!(!headers.contains_key("set-cookie") && !headers.contains_key("strict-transport-security"), "{path}");
    }
    for path in [
        "/",
        "/login",
        "/authorize?client_id=photos",
        "/end_session",
        "/consent",
        "/logout",
        "/account",
        "/setup/x",
        "/fa/start?st=x",
        "/nowhere",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer =
                ask(&instance, method.clone(), path, &[("host", HOST), ("cookie", "__Host-ds_session=ds_ses_x")]).await;
            assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{method} {path}");
            assert!(!answer.headers().contains_key("set-cookie"), "{path}");
            assert!(
                answer.text().await.unwrap().contains(&format!("href=\"{ISSUER}\"")),
                "{path} leads to the public one"
            );
        }
    }
}

#[tokio::test]
async fn security_67_only_a_trusted_proxy_says_which_name_was_meant() {
    for (by_proxy, host, forwarded, inside) in [
        (false, "evil.test", HOST, false),
        (true, "evil.test", HOST, true),
        (false, HOST, "auth.example.org", true),
        // People came to a proxy that asks by the internal name.
        (true, HOST, "auth.example.org", false),
        (true, "auth.example.org", HOST, false),
    ] {
        let instance = if by_proxy { running::empty().await } else { running::trusting_nobody().await };
        let headers = [("host", host), ("x-forwarded-host", forwarded)];
        let named = discovery(&instance, &headers).await["token_endpoint"] == format!("{INTERNAL}/token");
        assert_eq!(named, inside, "{by_proxy} {host} {forwarded}");
    }
}
