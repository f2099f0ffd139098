//! Questions of gateways of Kubernetes as they come over the wire: Envoy Gateway and Istio, which pass on no header that is
//! not named to them, and ingress-nginx, which sends everybody who gets a 401 to one address.

use crate::{
    asking::{HOST, SCRIPT, SOCKET, Said, WINDOW, inside, said},
    running::{self, Running},
};

/// Envoy with a list: its own five headers, and of the client's those that `doorstep generate` names.
fn envoy(client: &[&str], method: &str, path: &str) -> String {
    let client: String = client.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "{method} /fa/envoy{path} HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: 0\r\n{client}x-forwarded-for: 192.0.2.7\r\n\
         x-forwarded-proto: https\r\nx-envoy-expected-rq-timeout-ms: 2000\r\n\r\n"
    )
}

/// The location `auth-url` of its template, with `use-forwarded-headers` off; `client` passes as it came.
fn ingress(client: &[&str], method: &str, host: &str, path: &str) -> String {
    let client: String = client.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "GET /fa/nginx/ingress?host={HOST} HTTP/1.1\r\nX-Request-ID: 5f2b\r\nHost: doorstep.sso.svc.cluster.local\r\n\
         X-Original-URL: https://{host}{path}\r\nX-Original-Method: {method}\r\nX-Sent-From: nginx-ingress-controller\r\n\
         X-Real-IP: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.7\r\nX-Auth-Request-Redirect: {path}\r\n{client}\r\n"
    )
}

/// A request that it passes on to Doorstep on the app's host.
fn at_app(client: &[&str], target: &str) -> String {
    let client: String = client.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "GET {target} HTTP/1.1\r\nHost: {HOST}\r\nX-Request-ID: 5f2b\r\nX-Real-IP: 192.0.2.7\r\nX-Forwarded-For: 192.0.2.7\r\n\
         X-Forwarded-Host: {HOST}\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Scheme: https\r\n\
         X-Scheme: https\r\n{client}\r\n"
    )
}

fn start(running: &Running, client: &[&str], rd: &str) -> Said {
    said(running, &at_app(client, &format!("/.doorstep/start?rd={rd}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_passes_on_by_name_is_answered_as_each_client_needs_it() {
    let running = running::empty().await;
    let session = format!("cookie: theme=dark; {}", inside(&running).await);
    for (client, method, status, located) in [
        (&WINDOW[..], "GET", 302, true),
        (&WINDOW[..], "POST", 303, true),
        (&SCRIPT[..], "GET", 401, false),
        (&SOCKET[..], "GET", 401, false),
        (&[session.as_str()], "GET", 200, false),
        (&[session.as_str(), SOCKET[0]], "GET", 200, false),
    ] {
        let said = said(&running, &envoy(client, method, "/page"));
        assert_eq!((said.status, said.header("location").is_some()), (status, located), "{client:?}: {}", said.head);
        assert_eq!(said.header("set-cookie").is_some(), located, "{client:?}: {}", said.head);
        if status == 200 {
            for name in doorstep_core::gateway::COPIED_HEADERS.map(str::to_ascii_lowercase) {
                assert!(said.header(&name).is_some(), "{name}: {}", said.head);
            }
            assert_eq!(said.header("cookie"), Some("theme=dark"), "{}", said.head);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ingress_nginx_is_answered_in_what_it_understands_and_the_app_gets_no_cookie_of_ours() {
    let running = running::empty().await;
    let ours = inside(&running).await;
    let with = format!("Cookie: theme=dark; {ours}; lang=en");
    let alone = format!("Cookie: {ours}");
    for (client, host, status, cookie) in [
        (&WINDOW[..], HOST, 401, None),
        (&SCRIPT[..], HOST, 401, None),
        (&[with.as_str()], HOST, 200, Some("theme=dark; lang=en")),
        (&[alone.as_str()], HOST, 200, None),
        // A client's own words beside the controller's.
        (&[with.as_str(), "X-Forwarded-Host: other.example.org"], HOST, 200, Some("theme=dark; lang=en")),
        (&[with.as_str(), "Remote_User: root"], HOST, 403, None),
        (&[with.as_str(), "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"], HOST, 403, None),
    ] {
        let said = said(&running, &ingress(client, "GET", host, "/page"));
        assert_eq!((said.status, said.header("cookie")), (status, cookie), "{client:?}: {}", said.head);
        if status == 200 {
            assert_eq!(said.header("remote-user"), Some("ada"), "{}", said.head);
        }
    }
}

/// `GET http://one-app/ HTTP/1.1` with `Host: another-app`: nginx serves the one and asks about the other.
#[tokio::test(flavor = "multi_thread")]
async fn security_59_a_question_about_another_host_than_the_one_that_asks_lets_nobody_in() {
    let running = running::empty().await;
    let session = format!("Cookie: {}", inside(&running).await);
    for host in ["other.example.org", "auth.example.org", "wiki.example.org.evil.test", ""] {
        let said = said(&running, &ingress(&[&session], "GET", host, "/page"));
        assert_eq!(said.status, 403, "{host}: {}", said.head);
    }
    let question = ingress(&[&session], "GET", HOST, "/page");
    assert_eq!(said(&running, &question).status, 200);
    for other in ["?host=other.example.org", "?host=", "", "?host=other.example.org&host=wiki.example.org"] {
        let question = question.replace("?host=wiki.example.org", other);
        assert_eq!(said(&running, &question).status, 403, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_sent_to_the_start_signs_in_or_reads_why_not() {
    let running = running::empty().await;
    let session = format!("Cookie: {}", inside(&running).await);
    let window = start(&running, &WINDOW, "%2Fpage%3Fx%3D1");
    assert_eq!(window.status, 302, "{}", window.head);
    assert!(window.header("location").unwrap().starts_with("https://auth.example.org/fa/start?st="), "{}", window.head);
    assert!(window.header("set-cookie").unwrap().starts_with("__Host-ds_relay="), "{}", window.head);
    let script = start(&running, &SCRIPT, "%2Fapi");
    assert_eq!((script.status, script.header("location")), (401, None), "{}", script.head);
    assert_eq!(script.header("x-doorstep-login"), Some("https://wiki.example.org"), "{}", script.head);
    let inside = start(&running, &[&session, WINDOW[0], WINDOW[1], WINDOW[2]], "%2Fpage%3Fx%3D1");
    assert_eq!((inside.status, inside.header("location")), (303, Some("https://wiki.example.org/page?x=1")));
    assert_eq!(inside.header("remote-user"), None, "what is for proxies stays there: {}", inside.head);
}

/// Row 13: however `rd` is written, the way leads to this host or nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn security_13_the_start_leads_to_no_other_host() {
    let running = running::empty().await;
    let session = format!("Cookie: {}", inside(&running).await);
    for rd in [
        "https%3A%2F%2Fevil.test%2F",
        "https://evil.test/",
        "%2F%2Fevil.test",
        "//evil.test/",
        "%2F%5Cevil.test",
        "%5C%5Cevil.test",
        "%2F%2Fevil.test%2F..%2F",
        "%2F.doorstep%2Flogout",
        "%2F%0D%0ALocation%3A%20https%3A%2F%2Fevil.test",
        "javascript%3Aalert(1)",
        "%40evil.test",
        "",
    ] {
        let said = start(&running, &[&session, WINDOW[0], WINDOW[1], WINDOW[2]], rd);
        let to = said.header("location");
        let fits = to.is_none() && matches!(said.status, 400 | 403) || to == Some("https://wiki.example.org/");
        assert!(fits, "{rd}: {}", said.head);
        let stranger = start(&running, &WINDOW, rd);
        let to = stranger.header("location").unwrap_or("https://auth.example.org/fa/start?st=");
        assert!(to.starts_with("https://auth.example.org/fa/start?st="), "{rd}: {}", stranger.head);
    }
    for (host, status) in [("auth.example.org", 403), ("other.example.org", 403)] {
        let question =
            at_app(&WINDOW, "/.doorstep/start?rd=%2F").replace(&format!("-Host: {HOST}"), &format!("-Host: {host}"));
        assert_eq!(said(&running, &question).status, status, "{host}");
    }
}
