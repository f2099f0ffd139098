//! Which host a request names: by `Host`, by `:authority` in HTTP/2, or by an absolute address.

use crate::running::{self, Running};
use doorstep_web::assets::{self, Asset};
use reqwest::{Client, Method, StatusCode, redirect::Policy};

/// The status of the sign-in page, asked for over HTTP/2 under a name, perhaps with a `Host` beside it.
async fn over_http2(instance: &Running, name: &str, host: Option<&str>) -> StatusCode {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = Client::builder().http2_prior_knowledge().redirect(Policy::none()).no_proxy();
    let client = client.resolve(name, instance.at).build().unwrap();
    let mut request = client.get(format!("http://{name}/login"));
    if let Some(host) = host {
        request = request.header("host", host);
    }
    request.send().await.unwrap().status()
}

/// RFC 9113 §8.3.1: HTTP/2 names the host in `:authority`, and then `Host` says nothing.
#[tokio::test]
async fn security_74_http2_names_the_host_in_its_authority() {
    let instance = running::empty().await;
    for (name, host, status) in [
        ("auth.example.org", None, StatusCode::OK),
        ("auth.example.org", Some("auth.example.org"), StatusCode::OK),
        ("evil.test", None, StatusCode::MISDIRECTED_REQUEST),
        ("evil.test", Some("auth.example.org"), StatusCode::MISDIRECTED_REQUEST),
    ] {
        assert_eq!(over_http2(&instance, name, host).await, status, "{name}, {host:?}");
    }
}

/// The page carries its style under whatever name it was asked for, and its way on leads to the right one.
#[tokio::test]
async fn a_page_under_another_name_leads_to_the_right_one() {
    let instance = running::empty().await;
    let answer = reqwest::get(format!("http://{}/login", instance.at)).await.unwrap();
    assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains(&format!("style-src '{}';", assets::app_host_style_hash())), "{policy}");
    let body = answer.text().await.unwrap();
    for wanted in [assets::APP_HOST_STYLE, "<a class=\"button wide\" href=\"https://auth.example.org\">"] {
        assert!(body.contains(wanted), "{wanted}: {body}");
    }
    assert!(!body.contains("doorstep explain"), "nothing is kept to explain: {body}");
}

/// RFC 6797 §8.1: a host promises for itself, and what a proxy asks or shows stands on an app's host.
#[tokio::test]
async fn https_is_promised_for_our_own_host_alone() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let instance = running::empty().await;
    instance.guard().await;
    let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let asset = Asset::DoorStyle.path();
    let get = Method::GET;
    for (method, path, promised) in [
        (get.clone(), "/", true),
        (get.clone(), "/login", true),
        (get.clone(), "/nowhere", true),
        (get.clone(), asset, true),
        (get.clone(), "/assets/nothing.css", true),
        (get.clone(), "/authorize", true),
        (get.clone(), "/end_session", true),
        (get.clone(), "/fa/start?st=x", true),
        (get.clone(), "/userinfo", true),
        (Method::POST, "/token", true),
        (Method::POST, "/revoke", true),
        (Method::POST, "/login", true),
        (Method::DELETE, "/login", true),
        (Method::OPTIONS, "/token", true),
        (get.clone(), "/jwks", true),
        (Method::OPTIONS, "/jwks", true),
        (get.clone(), "/.well-known/openid-configuration", true),
        (get.clone(), "/.well-known/oauth-authorization-server/", true),
        (Method::OPTIONS, "/.well-known/openid-configuration", true),
        (get.clone(), "/.well-known/passkey-endpoints", true),
        (get.clone(), "/healthz", false),
        (get.clone(), "/readyz", false),
        (get.clone(), "/fa/forward", false),
        (get.clone(), "/fa/nginx", false),
        (get.clone(), "/fa/nginx/refusal", false),
        (get.clone(), "/.doorstep/callback", false),
        (get.clone(), "/.doorstep/logout", false),
        (Method::POST, "/.doorstep/logout", false),
        (get.clone(), "/.doorstep/other", false),
    ] {
        for (host, own) in [("auth.example.org", true), ("wiki.example.org", false), ("evil.test", false)] {
            let url = format!("http://{}{path}", instance.at);
            let request = client.request(method.clone(), url).header("host", host).header("accept", "text/html");
            // As a proxy asks about it, and as it sends it on.
            for proxied in [false, true] {
                let mut request = request.try_clone().unwrap();
                if proxied {
                    for (name, value) in [
                        ("x-forwarded-host", host),
                        ("x-forwarded-proto", "https"),
                        ("x-forwarded-method", "GET"),
                        ("x-forwarded-uri", "/"),
                    ] {
                        request = request.header(name, value);
                    }
                }
                let answer = request.send().await.unwrap();
                let there = answer.headers().contains_key("strict-transport-security");
                assert_eq!(there, own && promised, "{method} {path} on {host}: {answer:?}");
            }
        }
    }
}
