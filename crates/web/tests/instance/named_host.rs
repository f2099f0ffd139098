//! Which host a request names: by `Host`, by `:authority` in HTTP/2, or by an absolute address.

use crate::running::{self, Running};
use reqwest::{Client, StatusCode, redirect::Policy};

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
    assert!(policy.contains("style-src 'self';"), "{policy}");
    let body = answer.text().await.unwrap();
    for wanted in ["href=\"/.doorstep/assets/door.", "<a class=\"button wide\" href=\"https://auth.example.org\">"] {
        assert!(body.contains(wanted), "{wanted}: {body}");
    }
    let style = body.split("stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let style = reqwest::get(format!("http://{}{style}", instance.at)).await.unwrap();
    assert_eq!(style.status(), StatusCode::OK);
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
    assert!(!style.headers().contains_key("strict-transport-security"), "the host may be an app's");
    assert!(!body.contains("doorstep explain"), "nothing is kept to explain: {body}");
}
