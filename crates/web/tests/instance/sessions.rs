//! Sessions and parked requests: whose they are, and how fresh.

use crate::{
    person::{self, parked, request},
    relying_party::{claims, redeem},
    running::{self, CALLBACK},
};
use doorstep_core::time::Ttl;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn security_39_a_sign_in_that_was_begun_in_another_browser_stays_there() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (_, mut soft) = person::ada(&running).await;
    let (mut first, mut second) = (running.browser(), running.browser());
    let login = first.get(&request("")).await.location().to_owned();
    first.get(&login).await;

    let shown = second.get(&login).await;
    assert_eq!((shown.status.as_u16(), shown.heading().as_str()), (200, "Sign in to Photos"));
    let next = person::sign_in(&mut second, &mut soft, &parked(&login)).await.next();
    // The person is signed in and led to the app, but nothing of the other browser's request is answered.
    assert_eq!(second.get(&next).await.goes_on_to(), "https://photos.example.org");
    assert_eq!(first.session(), None);
    assert_eq!(first.get(&login).await.heading(), "Sign in to Photos");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proves_who_they_are_is_signed_in_whatever_became_of_the_request() {
    let running = running::with_passwords(true).await;
    running.declare(|_| ()).await;
    let (mut ada, mut soft) = person::ada(&running).await;
    ada.post("/account/password", &[("new", "correct horse battery")]).await;
    let app = "https://photos.example.org";
    for hours in [1, 3, 200] {
        for password in [true, false] {
            let mut browser = running.browser();
            let login = browser.get(&request("")).await.location().to_owned();
            assert_eq!(browser.get(&login).await.heading(), "Sign in to Photos");
            running.pass(Ttl::from_hours(hours));
            if hours > 2 {
                browser.cookies.clear();
            }
            let next = if password {
                let id = login.split_once("i=").unwrap().1;
                let form = [("interaction", id), ("user_name", "ada"), ("password", "correct horse battery")];
                let answer = browser.post("/login", &form).await;
                assert_eq!(answer.heading(), "Going on to Photos");
                answer.goes_on_to()
            } else {
                person::sign_in(&mut browser, &mut soft, &parked(&login)).await.next()
            };
            let on = browser.get(&next).await.leads_to();
            assert!(if hours > 2 { on == app } else { on.starts_with(CALLBACK) }, "{hours}: {on}");
            // And Back, to each of the addresses behind; by a page, because a browser takes what follows a redirect in the
            // middle of Back from its cache.
            for behind in [&login, &next] {
                assert_eq!(browser.get(behind).await.goes_on_to(), app);
            }
            // Signed out, each of them is a way to sign in.
            browser.post("/logout", &[]).await;
            assert_eq!(browser.get(&login).await.heading(), "Sign in to Photos");
            assert_eq!(browser.get(&next).await.location(), login);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_13_an_id_that_was_not_made_here_leads_to_the_portal_only() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut ada, mut soft) = person::ada(&running).await;
    let id = running.browser().get(&request("")).await.location().split_once("i=").unwrap().1.to_owned();
    let edited = format!("{}{}", &id[..20], if id[20..].starts_with('A') { "B" } else { "A" }) + &id[21..];
    for made_up in ["x", "photos", &edited, "a b", ""] {
        let value = doorstep_core::oauth::params::encode(made_up);
        assert_eq!(running.browser().get(&format!("/login?i={value}")).await.heading(), "Sign in to your apps");
        for path in ["/login", "/authorize/resume", "/consent", "/consent/back"] {
            assert_eq!(ada.get(&format!("{path}?i={value}")).await.location(), "/", "{path} {made_up}");
        }
    }
    let next = person::sign_in(&mut running.browser(), &mut soft, &json!({ "interaction": edited })).await.next();
    assert_eq!(ada.get(&next).await.location(), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_tabs_than_are_kept_end_softly() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (_, mut soft) = person::ada(&running).await;
    let mut browser = running.browser();
    let mut tabs = Vec::new();
    for _ in 0..34 {
        tabs.push(browser.get(&request("")).await.location().to_owned());
        running.pass(Ttl::from_seconds(10));
    }
    person::sign_in(&mut browser, &mut soft, &parked(&tabs[33])).await.next();
    for (n, tab) in tabs.iter().enumerate() {
        let on = browser.get(tab).await.leads_to();
        assert!(if n < 2 { on == "https://photos.example.org" } else { on.starts_with(CALLBACK) }, "{n}: {on}");
    }
}

/// A browser that wakes with many tabs and no cookie: each asks before any is answered.
#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_wake_together_all_go_on_to_their_own_request_and_leave_one_cookie() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (_, mut soft) = person::ada(&running).await;
    let mut browser = running.browser();
    let mut tabs = Vec::new();
    for n in 0..32 {
        let mut tab = running.browser();
        let login = tab.get(&request(&format!("&ui_locales=x{n}")).replace("state=s1", &format!("state=tab{n}"))).await;
        tabs.push(login.location().to_owned());
        // Half of them load the page as well before they hear of one another.
        if n % 2 == 0 {
            assert_eq!(tab.get(tabs.last().unwrap()).await.heading(), "Sign in to Photos");
        }
        browser.cookies.append(&mut tab.cookies);
    }
    assert_eq!(browser.cookies.len(), 32);
    for tab in &tabs {
        assert_eq!(browser.get(tab).await.heading(), "Sign in to Photos");
    }
    let next = person::sign_in(&mut browser, &mut soft, &parked(&tabs[20])).await.next();
    assert_eq!(browser.get(&next).await.sent("state").as_deref(), Some("tab20"));
    for (n, tab) in tabs.iter().enumerate().filter(|(n, _)| *n != 20) {
        let on = browser.get(tab).await;
        assert_eq!(on.sent("state"), Some(format!("tab{n}")), "{on:?}");
    }
    let left: Vec<_> = browser.cookies.keys().filter(|name| name.starts_with("__Host-ds_login_")).collect();
    assert_eq!(left.len(), 1, "what was made for one tab goes with it");
}

/// The same on the sign-in page of the instance itself, where nothing is parked.
#[tokio::test(flavor = "multi_thread")]
async fn security_91_pages_that_draw_challenges_together_each_have_theirs_answered() {
    let running = running::empty().await;
    let (_, mut soft) = person::ada(&running).await;
    let (mut browser, mut stranger) = (running.browser(), running.browser());
    let mut drawn = Vec::new();
    for _ in 0..3 {
        let mut tab = running.browser();
        drawn.push(person::options(&mut tab, "/login/passkey/options", &json!({})).await);
        browser.cookies.append(&mut tab.cookies);
    }
    for begun in &drawn {
        let credential = soft.sign_in(&begun.public_key).unwrap();
        let answer = person::answered(&json!({}), &begun.challenge, &credential);
        assert_eq!(browser.post_json("/login/passkey", &answer).await.next(), "/");
    }
    let begun = person::options(&mut browser, "/login/passkey/options", &json!({})).await;
    let credential = soft.sign_in(&begun.public_key).unwrap();
    let answer = person::answered(&json!({}), &begun.challenge, &credential);
    assert_eq!(stranger.post_json("/login/passkey", &answer).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_39_the_session_cookie_changes_at_every_sign_in_and_out() {
    let running = running::empty().await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let before = browser.twin();
    person::sign_in(&mut browser, &mut soft, &json!({})).await.next();
    assert_ne!(browser.session(), before.session());
    assert!(before.twin().get("/").await.location().starts_with("/login"));

    let signed_in = browser.twin();
    browser.post("/logout", &[]).await;
    assert_eq!(browser.session(), None);
    assert!(signed_in.twin().get("/").await.location().starts_with("/login"));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_44_a_cookie_that_opens_nothing_is_cleared_by_the_sign_in_page() {
    let running = running::empty().await;
    let (mut ended, _) = person::ada(&running).await;
    let stale = ended.session().unwrap().to_owned();
    ended.post("/logout", &[]).await;
    for value in [stale.as_str(), "garbage", ""] {
        let mut browser = running.browser();
        browser.cookies.insert("__Host-ds_session".to_owned(), value.to_owned());
        let answer = browser.get("/login").await;
        assert_eq!(answer.status, 200);
        assert_eq!(browser.session(), None, "{value:?} {:?}", answer.headers);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_113_an_old_sign_in_is_not_presented_as_fresh() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let still_ada = Some("Confirm that you are still Ada Lovelace");
    let mut signed_in_at = running.instance.now().seconds();
    for (more, asked) in [
        ("", None),
        ("&max_age=60", None),
        ("&max_age=1", still_ada),
        ("&max_age=0", still_ada),
        ("&prompt=login", still_ada),
        ("&prompt=select_account", Some("Sign in to Photos")),
        ("", None),
    ] {
        running.pass(Ttl::from_seconds(5));
        let mut answer = browser.get(&request(more)).await;
        if let Some(heading) = asked {
            let login = answer.location().to_owned();
            assert_eq!(browser.get(&login).await.heading(), heading, "{more}");
            let next = person::sign_in(&mut browser, &mut soft, &parked(&login)).await.next();
            signed_in_at = running.instance.now().seconds();
            answer = browser.get(&next).await;
        }
        let tokens = redeem(&running, &answer.sent("code").unwrap()).await;
        assert_eq!(claims(&tokens["id_token"])["auth_time"], json!(signed_in_at), "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_may_take_the_place_of_the_one_that_is_asked_again() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let (_, mut grace) = person::grace(&running).await;
    running.pass(Ttl::from_seconds(5));
    let login = browser.get(&request("&prompt=login")).await.location().to_owned();
    let page = browser.get(&login).await;
    let other = format!("{login}&#38;other=1");
    assert!(page.body.contains(&format!("href=\"{other}\"")), "{}", page.body);
    assert_eq!(browser.get(&format!("{login}&other=1")).await.heading(), "Sign in to Photos");
    let next = person::sign_in(&mut browser, &mut grace, &parked(&login)).await.next();
    assert!(browser.get(&next).await.location().starts_with(CALLBACK));
    assert_eq!(browser.get("/").await.heading(), "Hello, grace");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_11_13_next_never_leads_out_of_the_instance() {
    let running = running::empty().await;
    let (mut signed_in, mut soft) = person::ada(&running).await;
    for (next, path) in [
        ("/account", "/account"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/\n/evil.test", "/"),
        ("/ /evil.test", "/"),
        ("/./\\evil.test", "/"),
        ("https:evil.test", "/"),
        ("https://evil.test/", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let query = doorstep_core::oauth::params::encode_pairs([("next", next)]);
        assert_eq!(signed_in.get(&format!("/login?{query}")).await.location(), path, "{next:?}");
        let fields = json!({ "next": next });
        assert_eq!(person::sign_in(&mut running.browser(), &mut soft, &fields).await.next(), path, "{next:?}");
        let page = running.browser().get(&format!("/login?{query}")).await;
        assert!(!page.body.contains("evil") && !page.body.contains("alert"), "{next:?}");
    }
}
