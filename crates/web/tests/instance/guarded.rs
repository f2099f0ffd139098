//! Browsers that come from a guarded host and go back there.

use crate::{
    browser::{Answer, Browser},
    person,
    running::{self, Running},
};
use doorstep_core::{
    access::{Actor, ON_THE_HOST, ReadAudit},
    model::Refusal,
    time::Ttl,
};
use reqwest::Method;

const INSTANCE: &str = "https://auth.example.org";

/// Asks as a proxy does for a browser on the guarded host.
async fn ask(at_app: &mut Browser, path: &str) -> Answer {
    let headers = [
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", path),
        ("accept", "text/html"),
    ];
    at_app.send(Method::GET, "/fa/forward", &headers, None).await
}

/// The path on the instance's host where a browser without a session is sent.
async fn sent_to_sign_in(at_app: &mut Browser, path: &str) -> String {
    let sent = ask(at_app, path).await;
    assert_eq!(sent.status, 302, "{sent:?}");
    sent.header("location").strip_prefix(INSTANCE).unwrap().to_owned()
}

/// What is kept under the reference that a page shows.
pub(crate) async fn reported(running: &Running, page: &Answer) -> Refusal {
    let reference = page.body.split("mono ref\">").nth(1).and_then(|rest| rest.get(..9)).unwrap();
    let act = running.instance.context.require(ReadAudit, Actor::Cli, &ON_THE_HOST).unwrap();
    running.instance.refusals.read(&act, reference).await.unwrap().unwrap()
}

/// What a server would do whose clock is ten minutes behind or a minute ahead, seen from the one that the way back leads
/// through.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_ends_on_a_page_and_not_in_a_loop() {
    for (off, dated) in [(Ttl::from_minutes(11), "660 seconds ago"), (Ttl::from_seconds(-61), "61 seconds ahead")] {
        ends_on_a_page_and_not_in_a_loop(off, dated).await;
    }
}

async fn ends_on_a_page_and_not_in_a_loop(off: Ttl, dated: &str) {
    let running = running::empty().await;
    running.guard().await;
    let (mut ada, mut at_app) = (person::ada(&running).await.0, running.browser());
    let (mut page, mut other) = (vec![], vec![]);
    for _ in 0..3 {
        page.push(sent_to_sign_in(&mut at_app, "/page").await);
        other.push(sent_to_sign_in(&mut at_app, "/other").await);
    }
    running.pass(off);
    for (tab, to) in [(&page[0], "/page"), (&other[0], "/other")] {
        assert_eq!(ada.get(tab).await.location(), format!("https://wiki.example.org{to}"), "an old page leads on once");
    }
    for tab in [&page[1], &page[2], &other[1]] {
        let end = ada.get(tab).await;
        assert_eq!(end.status, 503);
        assert_eq!(end.heading(), "The clocks of two machines probably differ");
        let way_on = if other.contains(tab) { "/other" } else { "/page" };
        assert!(end.body.contains(&format!("href=\"https://wiki.example.org{way_on}\"")), "{}", end.body);
        let expected = format!("a sign-in that had just begun was dated {dated}");
        assert_eq!(reported(&running, &end).await.what, expected);
    }
    // A sign-in of now goes through all the same.
    let start = sent_to_sign_in(&mut at_app, "/page").await;
    assert!(ada.get(&start).await.location().starts_with("https://wiki.example.org/.doorstep/callback?code="));
}

/// Sealed, 4 kB are more than the head of an answer may hold behind many a proxy.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_way_back_fits_a_request_line_and_no_answer_of_the_instances_own_is_too_long() {
    let running = running::empty().await;
    running.guard().await;
    let (_, mut soft) = person::ada(&running).await;
    for (length, reported) in [(20, false), (4096, false), (4097, true), (9000, true)] {
        let path = format!("/{}", "x".repeat(length - 1));
        let (mut nobody, mut at_app) = (running.browser(), running.browser());
        let start = sent_to_sign_in(&mut at_app, &path).await;
        assert!(start.len() < 6500, "{length}: {}", start.len());
        let mut shown = nobody.get(&start).await;
        assert!(shown.header("location").len() <= 2048);
        if shown.status == 303 {
            shown = nobody.get(shown.location()).await;
        }
        assert_eq!((shown.status.as_u16(), shown.heading().as_str()), (200, "Sign in to Wiki"));
        assert_eq!(shown.body.contains("too long to come back to"), reported, "{length}");
        let next = person::sign_in(&mut nobody, &mut soft, &serde_json::json!({ "next": start })).await.next();
        let code = nobody.get(&next).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
        let headers = [("x-forwarded-host", "wiki.example.org"), ("x-forwarded-proto", "https")];
        let back = at_app.send(Method::GET, &code, &headers, None).await.location().to_owned();
        assert_eq!(back.strip_prefix("https://wiki.example.org"), Some(if reported { "/" } else { &path }), "{length}");
    }
}

/// Each tab shows the sign-in page, and the person signs in on each: the second time ends what the first one made.
#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_began_together_may_each_sign_in() {
    let running = running::empty().await;
    running.guard().await;
    let (_, mut soft) = person::ada(&running).await;
    for first in [0, 1] {
        let (mut at_app, mut at_instance) = (running.browser(), running.browser());
        let mut tabs = Vec::new();
        for path in ["/a", "/b"] {
            at_app.cookies.clear();
            tabs.push((path, sent_to_sign_in(&mut at_app, path).await));
        }
        for (path, start) in [&tabs[first], &tabs[1 - first]] {
            let mut next =
                person::sign_in(&mut at_instance, &mut soft, &serde_json::json!({ "next": start })).await.next();
            for _ in 0..3 {
                let code = at_instance.get(&next).await.location().to_owned();
                let code = code.strip_prefix("https://wiki.example.org").unwrap();
                let headers = [("x-forwarded-host", "wiki.example.org"), ("x-forwarded-proto", "https")];
                let back = at_app.send(Method::GET, code, &headers, None).await.location().to_owned();
                assert_eq!(back, format!("https://wiki.example.org{path}"), "{first}");
                match ask(&mut at_app, path).await.header("location") {
                    "" => break,
                    again => next = again.strip_prefix(INSTANCE).unwrap().to_owned(),
                }
            }
            assert_eq!(ask(&mut at_app, path).await.header("remote-user"), "ada", "{first} {path}");
        }
    }
}

/// Two tabs that begin at one moment are given two relay cookies, of which the browser keeps one.
#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_begin_together_on_a_guarded_host_all_come_in_and_nothing_goes_in_circles() {
    let running = running::empty().await;
    running.guard().await;
    let (mut at_instance, _) = person::ada(&running).await;
    let ask = |path: &'static str| {
        [
            ("x-forwarded-host", "wiki.example.org"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", path),
            ("accept", "text/html"),
        ]
    };
    let (mut at_app, mut instance) = (running.browser(), Vec::new());
    for path in ["/a", "/b", "/c"] {
        // Without the cookie of the tab before: its answer has not come yet. The last one stays.
        let kept = std::mem::take(&mut at_app.cookies);
        let sent = at_app.send(Method::GET, "/fa/forward", &ask(path), None).await;
        assert_eq!((sent.status.as_u16(), at_app.cookies.len(), kept.len()), (302, 1, usize::from(path != "/a")));
        instance.push((path, sent.header("location").strip_prefix("https://auth.example.org").unwrap().to_owned()));
    }
    for (path, start) in instance {
        let code =
            at_instance.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
        let mut stranger = running.browser();
        let stolen = stranger.send(Method::GET, "/.doorstep/callback?code=x", &ask("/"), None).await;
        assert_eq!((stolen.status.as_u16(), stranger.cookies.len()), (400, 0));
        let mut back = at_app.send(Method::GET, &code, &ask(path), None).await.location().to_owned();
        assert_eq!(back, format!("https://wiki.example.org{path}"));
        let mut checked = at_app.send(Method::GET, "/fa/forward", &ask(path), None).await;
        if checked.status == 302 {
            let start = checked.header("location").strip_prefix("https://auth.example.org").unwrap().to_owned();
            let code =
                at_instance.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
            back = at_app.send(Method::GET, &code, &ask(path), None).await.location().to_owned();
            assert_eq!(back, format!("https://wiki.example.org{path}"));
            checked = at_app.send(Method::GET, "/fa/forward", &ask(path), None).await;
        }
        assert_eq!((checked.status.as_u16(), checked.header("remote-user")), (200, "ada"), "{path}");
    }
    assert_eq!(at_app.cookies.keys().collect::<Vec<_>>(), ["__Host-ds_app", "__Host-ds_relay"]);
}

/// A proxy that is no longer named is nobody from the next request on, on a connection that it has open too.
#[tokio::test(flavor = "multi_thread")]
async fn security_67_who_is_trusted_changes_while_the_server_runs() {
    let running = running::empty().await;
    running.guard().await;
    let mut kept = running.browser();
    for (by_proxy, status) in [(true, 302), (false, 403), (true, 302)] {
        running.web.trust(running::trusted(by_proxy));
        for at_app in [&mut kept, &mut running.browser()] {
            assert_eq!(ask(at_app, "/page").await.status, status, "trusted: {by_proxy}");
        }
    }
}

/// A form of another site that posts to the way back must not spend the code.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_get_brings_a_code_back() {
    let running = running::empty().await;
    running.guard().await;
    let (mut ada, mut at_app) = (person::ada(&running).await.0, running.browser());
    let start = sent_to_sign_in(&mut at_app, "/page").await;
    let back = ada.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
    let headers = at_wiki(&back, "navigate");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = at_app.send(method.clone(), &back, &headers, None).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (403, ""), "{method}");
    }
    let answer = at_app.send(Method::GET, &back, &headers, None).await;
    assert_eq!(answer.location(), "https://wiki.example.org/page");
}

/// Whoever runs the instance is told which app it was about, and nothing that a client wrote.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_understood_is_kept_under_the_reference_that_the_page_shows() {
    let running = running::empty().await;
    running.guard().await;
    let nginx = |target: &str| {
        vec![("x-original-url", format!("https://wiki.example.org{target}")), ("x-original-method", "GET".to_owned())]
    };
    let forward = |host: &str, target: &str| {
        vec![
            ("x-forwarded-host", host.to_owned()),
            ("x-forwarded-proto", "https".to_owned()),
            ("x-forwarded-method", "GET".to_owned()),
            ("x-forwarded-uri", target.to_owned()),
        ]
    };
    for (path, headers, facts) in [
        ("/fa/nginx/refusal", nginx("/a%2Fzebra"), "app=wiki host=wiki.example.org"),
        ("/fa/forward", forward("wiki.example.org", "/a%2Fzebra"), "app=wiki host=wiki.example.org"),
        ("/fa/forward", forward("other.example.org", "/a%2Fzebra"), ""),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = running.browser().send(Method::GET, path, &headers, None).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-doorstep-reason")), (400, "bad_path"), "{path}");
        let report = reported(&running, &answer).await;
        let reported: Vec<_> = report.facts.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            (report.what.as_str(), reported.join(" ").as_str()),
            ("the path holds an escaped slash", facts),
            "{path}"
        );
        assert!(!format!("{report:?}{}", answer.body).contains("zebra"), "{path}");
    }
    // nginx asks a second time for the page: nothing is kept of the question itself, nor without end.
    let headers = nginx("/a%2Fb");
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.push(("x-forwarded-for", "203.0.113.9"));
    let asked = running.browser().send(Method::GET, "/fa/nginx", &headers, None).await;
    assert_eq!((asked.status.as_u16(), asked.body.as_str()), (403, ""));
    let mut stranger = running.browser();
    for _ in 0..300 {
        stranger.send(Method::GET, "/fa/nginx/refusal", &headers, None).await;
    }
    let last = stranger.send(Method::GET, "/fa/nginx/refusal", &headers, None).await;
    assert_eq!((last.status.as_u16(), last.body.contains("doorstep explain")), (400, false));
}

pub(crate) fn at_wiki<'a>(path: &'a str, mode: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("x-forwarded-host", "wiki.example.org"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-method", "GET"),
        ("x-forwarded-uri", path),
        ("sec-fetch-mode", mode),
        ("accept", if mode == "navigate" { "text/html" } else { "*/*" }),
        ("origin", "https://wiki.example.org"),
    ]
}

/// The cookies that an answer expires, as a browser reads them.
fn expired(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let gone = lines.filter(|line| line.contains("Max-Age=0") && !line.starts_with("__Host-ds_"));
    gone.map(|line| line.split("; Max-Age").next().unwrap().to_owned()).collect()
}

const GONE: [&str; 3] = ["wiki_all=; Path=/", "wiki_all=; Path=/; Domain=example.org", "wiki_session=; Path=/"];

/// Signs in to the wiki, as whoever `instance` is, on a browser that has the wiki's own cookies.
pub(crate) async fn enter(at_app: &mut Browser, instance: &mut Browser) -> Answer {
    let sent = at_app.send(Method::GET, "/fa/forward", &at_wiki("/a", "navigate"), None).await;
    let start = sent.header("location").strip_prefix("https://auth.example.org").unwrap().to_owned();
    let code = instance.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
    for own in ["wiki_session", "wiki_all", "theme"] {
        at_app.cookies.insert(own.to_owned(), "hers".to_owned());
    }
    at_app.send(Method::GET, &code, &at_wiki("/a", "navigate"), None).await
}

/// An app that keeps a session of its own would show the last person to the next one.
#[tokio::test(flavor = "multi_thread")]
async fn the_apps_own_cookies_go_when_the_session_with_it_ends() {
    let running = running::empty().await;
    running.guard().await;
    let (mut instance, _) = person::ada(&running).await;
    let mut at_app = running.browser();
    let entered = enter(&mut at_app, &mut instance).await;
    assert_eq!((entered.location(), expired(&entered)), ("https://wiki.example.org/a", GONE.map(str::to_owned).into()));
    for own in ["wiki_session", "wiki_all", "theme"] {
        at_app.cookies.insert(own.to_owned(), "hers".to_owned());
    }
    // While she is inside, nothing of it goes, and neither when she is only asked.
    let inside = at_app.send(Method::GET, "/fa/forward", &at_wiki("/a", "navigate"), None).await;
    assert_eq!((inside.status.as_u16(), expired(&inside)), (200, vec![]));
    let asked = at_app.send(Method::GET, "/.doorstep/logout", &at_wiki("/", "navigate"), None).await;
    assert_eq!((asked.location(), expired(&asked)), ("https://auth.example.org/logout", vec![]));
    let foreign =
        [("x-forwarded-host", "wiki.example.org"), ("x-forwarded-proto", "https"), ("origin", "https://evil.test")];
    let refused = at_app.send(Method::POST, "/.doorstep/logout", &foreign, None).await;
    assert_eq!((refused.status.as_u16(), expired(&refused)), (403, vec![]));

    let mut elsewhere = at_app.twin();
    let out = at_app.send(Method::POST, "/.doorstep/logout", &at_wiki("/", "navigate"), None).await;
    assert_eq!((out.location(), expired(&out)), ("https://auth.example.org/logout", GONE.map(str::to_owned).into()));
    // Other browsers, and other ways: whatever of ours reaches them next.
    for (path, mode, status) in
        [("/fa/forward", "navigate", 302), ("/fa/forward", "cors", 401), ("/.doorstep/logout", "navigate", 303)]
    {
        let mut late = elsewhere.twin();
        let answer = late.send(Method::GET, path, &at_wiki("/a", mode), None).await;
        assert_eq!(
            (answer.status.as_u16(), expired(&answer)),
            (status, GONE.map(str::to_owned).into()),
            "{path} {mode}"
        );
    }
    let nginx = |path: &'static str| {
        (
            path,
            [("x-original-url", "https://wiki.example.org/a"), ("x-original-method", "GET"), ("accept", "text/html")],
        )
    };
    for ((path, headers), gone) in
        [(nginx("/fa/nginx"), vec![]), (nginx("/fa/nginx/refusal"), GONE.map(str::to_owned).into())]
    {
        assert_eq!(expired(&elsewhere.twin().send(Method::GET, path, &headers, None).await), gone, "{path}");
    }
    // What did not come is not spoken of, and what is no cookie of the entry stays.
    elsewhere.cookies.retain(|name, _| name == "wiki_session" || name == "theme");
    let answer = elsewhere.send(Method::GET, "/fa/forward", &at_wiki("/a", "navigate"), None).await;
    assert_eq!(expired(&answer), ["wiki_session=; Path=/"]);
    assert!(elsewhere.cookies.contains_key("theme"));
    assert!(!answer.headers.contains_key("clear-site-data"));
}

/// Tabs that wake together are given one session: what the app has set for the faster one is hers.
#[tokio::test(flavor = "multi_thread")]
async fn a_slower_tab_leaves_alone_what_the_app_has_set_for_a_faster_one() {
    let running = running::empty().await;
    running.guard().await;
    let (mut instance, _) = person::ada(&running).await;
    let mut at_app = running.browser();
    let mut codes = Vec::new();
    for path in ["/a", "/b", "/c"] {
        let start = sent_to_sign_in(&mut at_app, path).await;
        codes.push(instance.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned());
    }
    at_app.cookies.insert("wiki_session".to_owned(), "of the last person".to_owned());
    // What the others send has left before the answer to the first one comes.
    let mut slower = at_app.twin();
    let first = at_app.send(Method::GET, &codes[0], &at_wiki("/a", "navigate"), None).await;
    assert_eq!((first.location(), expired(&first)), ("https://wiki.example.org/a", vec![GONE[2].to_owned()]));
    let token = at_app.cookies["__Host-ds_app"].clone();
    slower.cookies.insert("wiki_session".to_owned(), "hers".to_owned());
    let second = slower.send(Method::GET, &codes[1], &at_wiki("/b", "navigate"), None).await;
    assert_eq!((second.location(), expired(&second)), ("https://wiki.example.org/b", vec![]));
    assert_eq!((&slower.cookies["__Host-ds_app"], slower.cookies["wiki_session"].as_str()), (&token, "hers"));
    // The next one brings the session along.
    let third = slower.send(Method::GET, &codes[2], &at_wiki("/c", "navigate"), None).await;
    assert_eq!((third.location(), expired(&third)), ("https://wiki.example.org/c", vec![]));

    // Another person comes in with the same relay cookie, where her session still is.
    let (mut next, _) = person::grace(&running).await;
    let mut fresh = slower.twin();
    fresh.cookies.remove("__Host-ds_app");
    let start = sent_to_sign_in(&mut fresh, "/a").await;
    let code = next.get(&start).await.location().strip_prefix("https://wiki.example.org").unwrap().to_owned();
    let entered = slower.send(Method::GET, &code, &at_wiki("/a", "navigate"), None).await;
    assert_eq!((entered.location(), expired(&entered)), ("https://wiki.example.org/a", vec![GONE[2].to_owned()]));
    assert_ne!(slower.cookies["__Host-ds_app"], token);
}
