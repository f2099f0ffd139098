//! Sign-ins in a real Chromium as they happen: tabs that wake together, Back, pages that were left open, fragments and
//! long addresses. None is lost.
//!
//! One browser and one instance behind nginx for all of it, one thing after the other.

use doorstep_e2e::{
    authenticator::{Authenticator, Held},
    behind_each,
    chromium::Browser,
    echo::Seen,
    instance::{Engine, GLANCES, ISSUER, Instance},
    pages::{self, NO_AUTOFILL, PASSKEY_BUTTON},
    person::Request,
    process::{from_venv, run},
    proxy::Kind,
    relying_party::Library,
};
use serde_json::json;
use std::{cell::RefCell, process::Command};
use url::Url;

behind_each! {
    a_long_address_comes_back_and_of_a_longer_one_the_page_says_where_one_begins
}

const APP: &str = "glances.other.test";

/// Moves the page's clock, and lets the page hide.
const CLOCK: &str = "const now = Date.now.bind(Date); globalThis.ahead = 0; Date.now = () => now() + ahead; \
    globalThis.hide = (yes) => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => yes }); \
    document.dispatchEvent(new Event('visibilitychange')); };";

/// A browser with a passkey that is registered, and no cookie.
struct Desk {
    instance: Instance,
    browser: Browser,
    /// The tab that stays.
    first: String,
    /// With the counter that it has by now.
    passkey: RefCell<Held>,
}

#[tokio::test]
async fn no_sign_in_that_began_is_lost() {
    let mut instance = Instance::guarding(Engine::Sqlite, Kind::Nginx).await;
    instance.start_relying_parties().await;
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    let authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    let passkey = authenticator.credentials().await.remove(0);
    authenticator.unplug().await;
    let first = browser.wire().get("/window").await.expect("a browser has a window");
    let first = first.as_str().expect("a window has a handle").to_owned();
    let desk = Desk { instance, browser, first, passkey: RefCell::new(passkey) };

    desk.tabs_that_wake_together_each_sign_in_and_end_at_their_own_page().await;
    desk.a_session_is_restored_and_all_tabs_load_at_once().await;
    desk.back_after_a_sign_in_is_no_dead_end().await;
    desk.back_and_forward_at_an_openid_connect_app_show_the_app().await;
    desk.back_passes_over_a_page_that_sent_its_form_by_itself().await;
    desk.a_page_that_is_three_hours_old_still_signs_in().await;
    desk.a_fragment_stays_through_the_press_of_a_button().await;
    desk.the_sign_in_page_draws_a_new_challenge_when_its_tab_is_looked_at_again().await;
}

impl Desk {
    async fn tabs_that_wake_together_each_sign_in_and_end_at_their_own_page(&self) {
        let own = [
            (format!("{GLANCES}/a?x=1"), format!("{GLANCES}/a?x=1")),
            (format!("{GLANCES}/b"), format!("{GLANCES}/b")),
            (Library::OpenidClient.url(), format!("{}/callback", Library::OpenidClient.url())),
            (Library::Authlib.url(), format!("{}/callback", Library::Authlib.url())),
        ];
        let tabs = self.wake(&own.each_ref().map(|(url, _)| url.as_str())).await;
        for (tab, (url, end)) in tabs.iter().zip(&own) {
            self.look_at(tab).await;
            self.press().await;
            let there = |at: &Url| at.as_str().split(['?', '#']).next() == end.split('?').next();
            let at = self.browser.wait_for_url(&format!("the page of {url}"), there).await;
            assert!(end.contains("/callback") || at.as_str() == end, "{at}");
        }
        self.close(&tabs).await;
    }

    async fn a_session_is_restored_and_all_tabs_load_at_once(&self) {
        let pages: Vec<_> = (0..6).map(|n| format!("{GLANCES}/tab/{n}")).collect();
        let mut urls: Vec<_> = pages.iter().map(String::as_str).collect();
        let party = Library::OpenidConnect.url();
        urls.push(&party);
        let tabs = self.wake(&urls).await;
        self.look_at(&tabs[3]).await;
        self.press().await;
        self.browser.wait_for_url("its own page", |at| at.as_str() == pages[3]).await;
        // The other tabs are only loaded anew.
        for (tab, url) in tabs.iter().zip(&urls) {
            self.look_at(tab).await;
            self.browser.wire().post("/refresh", json!({})).await.expect("a page can be loaded anew");
            let there = |at: &Url| at.as_str() == *url || (**url == party && at.path() == "/callback");
            self.browser.wait_for_url(&format!("{url} again"), there).await;
        }
        self.close(&tabs).await;
    }

    async fn back_after_a_sign_in_is_no_dead_end(&self) {
        let wanted = format!("{GLANCES}/back");
        self.browser.forget_cookies().await;
        self.browser.open(&wanted).await;
        self.press().await;
        self.browser.wait_for_url("the app", |at| at.as_str() == wanted).await;
        self.move_in_history("/back").await;
        // Behind it lies the sign-in page, which leads to the app again and never to an error.
        self.browser.wait_for_url("the app again", |at| at.as_str() == wanted).await;
        assert!(self.browser.text().await.contains("remote-user"), "{}", self.browser.text().await);
    }

    /// Behind the app lies the sign-in page, whose request is answered. It leads to the app's start by a page: in the middle
    /// of Back, Chromium would take a redirected start from its cache, with a `state` that the app knows no more.
    ///
    /// What an app shows at its callback itself, it shows once: loading that page anew brings a code that is spent. Apps
    /// that redirect from their callback to a page of theirs have no such address in the history.
    async fn back_and_forward_at_an_openid_connect_app_show_the_app(&self) {
        let before = format!("{ISSUER}/nowhere");
        for library in [Library::OpenidClient, Library::Authlib] {
            self.browser.forget_cookies().await;
            let tab = self.new_tab().await;
            self.browser.before_each_page(NO_AUTOFILL).await;
            self.browser.open(&before).await;
            self.browser.open(&library.url()).await;
            self.press().await;
            let first = self.shown_by(library, &[]).await;
            self.move_in_history("/back").await;
            let second = self.shown_by(library, &[&first]).await;
            for (way, expected) in [("/forward", &first), ("/back", &second)] {
                self.move_in_history(way).await;
                self.browser.wait_for_url(way, |at| at == expected).await;
                self.shown_by(library, &[]).await;
            }
            self.move_in_history("/back").await;
            self.browser.wait_for_url("what was before", |at| at.as_str() == before).await;
            self.move_in_history("/forward").await;
            self.browser.wait_for_url("the app", |at| *at == second).await;
            self.shown_by(library, &[]).await;
            self.close(&[tab]).await;
        }
    }

    /// With `response_mode=form_post` a page of ours lies between sign-in and app, which would send another code with a
    /// `state` that is spent. It sends its form before it has loaded, so that no entry of it stays in the history.
    async fn back_passes_over_a_page_that_sent_its_form_by_itself(&self) {
        let app = self.instance.doorstep.delivered(Library::OpenidClient.app()).await;
        let request = Request::of(&app, "openid").with("response_mode", Some("form_post")).url(ISSUER);
        let before = format!("{ISSUER}/nowhere");
        self.browser.forget_cookies().await;
        let tab = self.new_tab().await;
        self.browser.before_each_page(NO_AUTOFILL).await;
        self.browser.open(&request).await;
        self.press().await;
        let sent = |at: &Url| at.path() == "/callback" && at.query().is_none();
        let callback = self.browser.wait_for_url("the app", sent).await;
        self.move_in_history("/back").await;
        self.shown_by(Library::OpenidClient, &[&callback]).await;
        // And where no sign-in page lies behind.
        self.browser.open(&before).await;
        self.browser.open(&request).await;
        self.browser.wait_for_url("the app", sent).await;
        self.move_in_history("/back").await;
        self.browser.wait_for_url("what was before", |at| at.as_str() == before).await;
        self.close(&[tab]).await;
    }

    /// The address at which the app shows who is signed in; another one than `unlike`.
    async fn shown_by(&self, library: Library, unlike: &[&Url]) -> Url {
        let there = |at: &Url| at.host_str() == Some(library.host().as_str()) && at.path() == "/callback";
        let at = self.browser.wait_for_url("the app", |at| there(at) && !unlike.contains(&at)).await;
        let learned = pages::learned(&self.browser, &library.host()).await;
        assert_eq!(learned["userinfo"]["preferred_username"], "ada", "{learned}");
        at
    }

    async fn move_in_history(&self, way: &str) {
        self.browser.wire().post(way, json!({})).await.expect("Back and Forward can be pressed");
    }

    async fn a_page_that_is_three_hours_old_still_signs_in(&self) {
        let party = Library::Authlib;
        self.browser.forget_cookies().await;
        self.browser.open(&party.url()).await;
        self.browser.wait_for_url("the sign-in page", |at| at.path() == "/login").await;
        self.end_everything_that_waits();
        self.press().await;
        // To the app's start, which begins anew and needs no second touch.
        assert_eq!(pages::learned(&self.browser, &party.host()).await["userinfo"]["preferred_username"], "ada");
    }

    /// What time does to parked requests and challenges, done at once.
    fn end_everything_that_waits(&self) {
        let file = self.instance.doorstep.data().join("doorstep.db");
        let script = "import sqlite3, sys\n\
            with sqlite3.connect(sys.argv[1], timeout=10) as db:\n\
            \x20   parked = db.execute('UPDATE interactions SET expires_at = 1').rowcount\n\
            \x20   db.execute('UPDATE challenges SET expires_at = 1')\n\
            assert parked > 0\n";
        run(Command::new(from_venv("python")).args(["-c", script]).arg(file));
    }

    async fn a_fragment_stays_through_the_press_of_a_button(&self) {
        self.browser.forget_cookies().await;
        let wanted = format!("{GLANCES}/app?x=1#/dashboard/7");
        self.browser.open(&wanted).await;
        self.browser.wait_for_url("the sign-in page", |at| at.path() == "/login").await;
        self.press().await;
        self.browser.wait_for_url("the app, fragment and all", |at| at.as_str() == wanted).await;
    }

    async fn the_sign_in_page_draws_a_new_challenge_when_its_tab_is_looked_at_again(&self) {
        self.browser.forget_cookies().await;
        let tab = self.new_tab().await;
        self.browser.before_each_page(CLOCK).await;
        self.browser.open(&format!("{ISSUER}/login")).await;
        let drawn = "return performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/options')).length";
        for (doing, expected) in [
            ("", 1),
            // Looked at again before the challenge is old, nothing is asked.
            ("hide(true); hide(false)", 1),
            ("hide(true); ahead = 5 * 60_000", 1),
            ("hide(false)", 2),
            ("hide(true); hide(false)", 2),
        ] {
            self.browser.script(doing, json!([])).await;
            let settled = "return new Promise((done) => setTimeout(done, 400))";
            self.browser.script(settled, json!([])).await;
            assert_eq!(self.browser.script(drawn, json!([])).await, json!(expected), "after `{doing}`");
        }
        self.close(&[tab]).await;
    }

    /// Opens tabs at one moment, in a browser that has no cookie yet; all of them end at the sign-in page.
    async fn wake(&self, urls: &[&str]) -> Vec<String> {
        self.browser.forget_cookies().await;
        let now = self.browser.script("return Date.now()", json!([])).await.as_u64().expect("a time is a number");
        let mut tabs = Vec::new();
        for url in urls {
            tabs.push(self.new_tab().await);
            self.browser.before_each_page(NO_AUTOFILL).await;
            let at_once = "setTimeout(() => location.assign(arguments[0]), Math.max(0, arguments[1] - Date.now()))";
            self.browser.script(at_once, json!([url, now + 2000])).await;
        }
        // None of them is in before all of them have asked, however slow the machine is.
        for tab in &tabs {
            self.look_at(tab).await;
            self.browser.wait_for_url("the sign-in page", |at| at.path() == "/login").await;
        }
        tabs
    }

    async fn new_tab(&self) -> String {
        let made =
            self.browser.wire().post("/window/new", json!({ "type": "tab" })).await.expect("a tab can be opened");
        let tab = made["handle"].as_str().expect("a tab has a handle").to_owned();
        self.look_at(&tab).await;
        tab
    }

    async fn look_at(&self, tab: &str) {
        self.browser.wire().post("/window", json!({ "handle": tab })).await.expect("a tab can be looked at");
    }

    /// Closes tabs and goes back to the first.
    async fn close(&self, tabs: &[String]) {
        for tab in tabs {
            self.look_at(tab).await;
            self.browser.wire().delete("/window").await.expect("a tab can be closed");
        }
        self.look_at(&self.first).await;
    }

    /// Presses the button of the sign-in page, with the passkey at hand in this tab.
    async fn press(&self) {
        let authenticator = Authenticator::plug_into(&self.browser).await;
        let held = self.passkey.borrow().clone();
        authenticator.put(&held).await;
        self.browser.click(PASSKEY_BUTTON).await;
        self.browser.wait_for_url("somewhere else", |at| at.path() != "/login").await;
        self.passkey.replace(authenticator.credentials().await.remove(0));
        authenticator.unplug().await;
    }
}

/// Sealed into the way to sign in, it is longer than the head of an answer may be by nginx's default.
async fn a_long_address_comes_back_and_of_a_longer_one_the_page_says_where_one_begins(kind: Kind) {
    let instance = Instance::guarding(Engine::Sqlite, kind).await;
    let mut ada = instance.ada().await;
    for (length, reported) in [(3900, false), (5000, true)] {
        let path = format!("/{}", "x".repeat(length - 1));
        let wanted = format!("{GLANCES}{path}");
        ada.visitor.forget_cookies();
        let start = ada.visitor.get(&wanted).navigating().send().await;
        let start = start.location().unwrap_or_else(|| panic!("{kind:?} {length}: no way to sign in: {start:?}"));
        let mut page = ada.visitor.get(start.as_str()).navigating().send().await;
        if let Some(to) = page.location() {
            page = ada.visitor.get(to.as_str()).navigating().send().await;
        }
        assert_eq!(page.status, 200, "{kind:?} {length}: {page:?}");
        assert_eq!(page.body.contains("too long to come back to"), reported, "{kind:?} {length}: {}", page.body);
        let done = ada.sign_in(None).await;
        assert_eq!(done.status, 200, "{kind:?} {length}: {done:?}");
        for _ in 0..2 {
            // Once after signing in, once more with the session of the instance alone.
            let end = ada.walk(&wanted, |_| false).await;
            let seen: Seen =
                serde_json::from_str(&end.body).unwrap_or_else(|error| panic!("{error} {kind:?}: {end:?}"));
            assert_eq!(seen.target, if reported { "/" } else { &path }, "{kind:?} {length}");
            for name in ["__Host-ds_app", "__Host-ds_relay"] {
                ada.visitor.set_cookie(APP, name, "");
            }
        }
    }
}
