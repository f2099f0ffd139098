//! Browsers that come from a guarded host and go back there.

use crate::{person, running};
use reqwest::Method;

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
    assert_eq!(at_app.cookies.keys().collect::<Vec<_>>(), ["__Host-ds_app"]);
}
