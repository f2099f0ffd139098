//! One sign-in for apps on several root domains, in a real Chromium: two behind forward auth, one by OpenID Connect. One
//! touch opens all of them, and signing out in one place closes all of them; what is no page is told so and never sent
//! away. The proxies are real.

use doorstep_e2e::{
    authenticator::Authenticator,
    behind_each,
    chromium::Browser,
    instance::{Engine, ISSUER, Instance, relying_parties},
    pages::{self, NO_AUTOFILL, PASSKEY_BUTTON},
    process::repository,
    proxy::Kind,
    relying_party::Library,
    upgrade::Switching,
    wait,
};
use serde_json::{Value, json};
use url::Url;

const GLANCES: &str = "https://glances.one.test";
const TV: &str = "https://tv.two.test";
const APPS: &str = "
[apps.glances]
url = \"https://glances.one.test\"
[apps.tv]
url = \"https://tv.two.test\"
forward_auth = true
";

behind_each! {
    one_touch_opens_every_door_and_each_way_out_closes_all_of_them
    a_page_that_stayed_open_is_told_and_never_sent_away
    what_somebody_began_while_signed_out_goes_on_after_one_touch_or_is_not_repeated
    back_after_signing_out_shows_nothing_of_ours_and_opens_nothing_of_the_apps
}

/// An instance with two guarded apps, `glances` that echoes and `tv` that speaks by websocket, and who may use them in a
/// browser with a passkey.
struct House {
    instance: Instance,
    tv: Switching,
    browser: Browser,
}

impl House {
    async fn build(kind: Kind) -> Self {
        let tv = Switching::start().await;
        let upstream = format!("tv={}", tv.upstream());
        let tables = relying_parties() + APPS;
        let instance = Instance::guarding_also(Engine::Sqlite, kind, &tables, &[upstream]).await;
        let browser = instance.browser().await;
        browser.before_each_page(NO_AUTOFILL).await;
        Self { instance, tv, browser }
    }

    /// The administrator, who is signed in by this.
    async fn set_up(&self) {
        pages::set_up(&self.browser, &self.instance.doorstep.set_up_link().await).await;
    }

    async fn arrives_at(&self, url: &str) {
        self.browser.wait_for_url(url, |at| at.as_str() == url).await;
    }

    /// Opens an address of an app and sees it without a screen between.
    async fn opens(&self, url: &str) {
        self.browser.visits().await;
        self.browser.open(url).await;
        self.arrives_at(url).await;
        let visits = self.browser.visits().await;
        assert!(visits.iter().all(|visit| !visit.url.starts_with(&format!("{ISSUER}/login"))), "{visits:#?}");
    }

    /// Presses the button of the sign-in page that has to be there.
    async fn press(&self) {
        self.browser.wait_for_url("the sign-in page", is_sign_in).await;
        self.browser.click(PASSKEY_BUTTON).await;
    }

    /// Waits until an address leads to the sign-in page. That seconds are the most is shown in the tests of `doorstep-app`.
    async fn closes(&self, door: &str) {
        wait::until(&format!("{door} to be closed"), wait::PATIENCE, || async {
            self.browser.open(&format!("{door}/closed")).await;
            is_sign_in(&self.browser.url().await).then_some(())
        })
        .await;
        let before = self.reached();
        self.browser.visits().await;
        self.browser.open(&format!("{door}/closed")).await;
        let visits = self.browser.visits().await;
        assert!(is_sign_in(&self.browser.url().await) && visits.len() <= 4, "in circles: {visits:#?}");
        assert_eq!(self.reached(), before, "something reached the app");
    }

    /// How many requests ever reached the two apps.
    fn reached(&self) -> usize {
        self.instance.echo.seen().len() + self.tv.seen().len()
    }

    /// Signs out in a tab of its own, while the first one stays as it is.
    async fn signs_out_elsewhere(&self) {
        let wire = self.browser.wire();
        let first = wire.get("/window").await.expect("a browser has a window");
        let made = wire.post("/window/new", json!({ "type": "tab" })).await.expect("a tab can be opened");
        wire.post("/window", json!({ "handle": made["handle"] })).await.expect("a tab can be looked at");
        pages::sign_out(&self.browser, ISSUER).await;
        for door in [GLANCES, TV] {
            self.closes(door).await;
        }
        wire.delete("/window").await.expect("a tab can be closed");
        wire.post("/window", json!({ "handle": first })).await.expect("a tab can be looked at");
    }

    async fn script(&self, script: &str) -> Value {
        self.browser.script(script, json!([])).await
    }

    /// What becomes of a websocket that the page opens.
    async fn socket(&self) -> Value {
        let script = "return new Promise((done) => { const socket = new WebSocket('wss://tv.two.test/socket'); \
             socket.onopen = () => { done('open'); socket.close() }; socket.onerror = () => done('refused') })";
        self.script(script).await
    }
}

fn is_sign_in(at: &Url) -> bool {
    at.host_str() == Some("auth.home.test") && at.path() == "/login"
}

async fn one_touch_opens_every_door_and_each_way_out_closes_all_of_them(kind: Kind) {
    let mut house = House::build(kind).await;
    house.instance.start_script(Library::OpenidClient.app(), "relying_party.mjs").await;
    let (browser, native) = (&house.browser, Library::OpenidClient);
    let authenticator = Authenticator::plug_into(browser).await;
    house.set_up().await;
    browser.forget_cookies().await;
    for centrally in [true, false] {
        let signed = authenticator.credentials().await[0].sign_count;
        browser.open(&format!("{GLANCES}/first")).await;
        house.press().await;
        house.arrives_at(&format!("{GLANCES}/first")).await;
        house.opens(&format!("{TV}/second")).await;
        browser.visits().await;
        browser.open(&native.url()).await;
        let learned = pages::learned(browser, &native.host()).await;
        let visits = browser.visits().await;
        assert!(visits.iter().skip(1).all(|visit| visit.redirected), "{kind:?}: a screen: {visits:#?}");
        assert_eq!(learned["userinfo"]["preferred_username"], "ada", "{kind:?}: {learned}");
        assert_eq!(authenticator.credentials().await[0].sign_count, signed + 1, "{kind:?}: one touch");

        if centrally {
            pages::sign_out(browser, ISSUER).await;
        } else {
            browser.open(learned["signOut"].as_str().expect("where the app signs out")).await;
            assert!(browser.text().await.contains("You are signed out"), "{kind:?}: {}", browser.text().await);
        }
        for door in [GLANCES, TV, &native.url()] {
            if door != native.url() {
                house.closes(door).await;
            }
            browser.open(door).await;
            browser.wait_for_url("the sign-in page", is_sign_in).await;
        }
    }
}

async fn a_page_that_stayed_open_is_told_and_never_sent_away(kind: Kind) {
    let house = House::build(kind).await;
    let _authenticator = Authenticator::plug_into(&house.browser).await;
    house.set_up().await;
    let page = format!("{TV}/page");
    house.opens(&page).await;
    assert_eq!(house.socket().await, json!("open"), "{kind:?}");
    let seen = house.tv.seen().pop().expect("the websocket reached the app");
    assert_eq!((seen.target.as_str(), seen.all("remote-user")), ("/socket", vec!["ada"]), "{kind:?}");
    let framed = "const frame = document.createElement('iframe'); const loaded = new Promise((done) => frame.onload = done); \
         frame.src = '/framed'; document.body.append(frame); await loaded; \
         return [frame.contentDocument.title, frame.contentDocument.body.innerText]";
    let framed = format!("return (async () => {{ {framed} }})()");
    assert_eq!(house.script(&framed).await, json!(["", "ok"]), "{kind:?}: the app itself, in a frame of its own page");

    house.signs_out_elsewhere().await;
    let before = house.reached();
    let asked = "return fetch('/api').then(async (answer) => [answer.status, answer.redirected, await answer.json()])";
    let told = json!([401, false, { "error": "sign_in", "login_url": TV }]);
    assert_eq!(house.script(asked).await, told, "{kind:?}");
    assert_eq!(house.socket().await, json!("refused"), "{kind:?}");
    let shown = house.script(&framed).await;
    assert_eq!(shown[0], "Open tv in a tab of its own · Doorstep", "{kind:?}: {shown}");
    assert_eq!(house.reached(), before, "{kind:?}: something reached the app");
    assert_eq!(house.browser.url().await.as_str(), page, "{kind:?}: the page itself stays");
}

async fn what_somebody_began_while_signed_out_goes_on_after_one_touch_or_is_not_repeated(kind: Kind) {
    let house = House::build(kind).await;
    let browser = &house.browser;
    let _authenticator = Authenticator::plug_into(browser).await;
    house.set_up().await;
    house.opens(&format!("{GLANCES}/form")).await;
    house.signs_out_elsewhere().await;

    // What a form sent is not sent again: the person is at the app's start, and sees that nothing was saved.
    let send = "const form = document.createElement('form'); form.method = 'post'; form.action = '/save'; \
         document.body.append(form); form.submit()";
    house.script(send).await;
    house.press().await;
    house.arrives_at(&format!("{GLANCES}/")).await;
    let seen = house.instance.echo.seen();
    assert!(seen.iter().all(|seen| seen.method == "GET" && seen.target != "/save"), "{kind:?}: {seen:?}");
    browser.wire().post("/back", json!({})).await.expect("Back can be pressed");
    browser.wait_for_url("the app", |at| at.host_str() == Some("glances.one.test")).await;
    assert!(browser.text().await.contains("remote-user"), "{kind:?}: {}", browser.text().await);

    // A file that somebody follows a link to arrives after the touch.
    house.opens(&format!("{GLANCES}/files")).await;
    house.signs_out_elsewhere().await;
    let folder = repository().join(format!("target/e2e-downloads/{kind:?}"));
    let file = folder.join("echo.json");
    std::fs::create_dir_all(&folder).expect("the target directory can be written");
    std::fs::remove_file(&file).ok();
    let allowed = json!({ "behavior": "allow", "downloadPath": folder });
    browser.devtools("Browser.setDownloadBehavior", allowed).await;
    house.script("location.assign('/download')").await;
    house.press().await;
    wait::until("the file", wait::PATIENCE, || async { file.exists().then_some(()) }).await;
    let kept = std::fs::read_to_string(&file).expect("a file of text");
    assert!(kept.contains("\"/download\"") && kept.contains("\"ada\""), "{kind:?}: {kept}");
    browser.screenshot(&format!("after-download-{kind:?}")).await;
}

/// What a tab still holds in memory is the browser's and the app's: no cookie of the app's host changed when somebody signed
/// out elsewhere. It was seen before, and whatever it asks for is refused.
async fn back_after_signing_out_shows_nothing_of_ours_and_opens_nothing_of_the_apps(kind: Kind) {
    let house = House::build(kind).await;
    let browser = &house.browser;
    let _authenticator = Authenticator::plug_into(browser).await;
    house.set_up().await;
    let private = format!("{GLANCES}/private");
    house.opens(&private).await;
    assert!(browser.text().await.contains("remote-user"), "{kind:?}");
    pages::sign_out(browser, ISSUER).await;
    let (before, back) = (house.reached(), async || browser.wire().post("/back", json!({})).await);

    browser.visits().await;
    back().await.expect("Back can be pressed");
    browser.wait_for_url("the sign-in page in place of the account", is_sign_in).await;
    assert!(!browser.text().await.contains("Ada"), "{kind:?}: {}", browser.text().await);
    back().await.expect("Back can be pressed");
    let at = browser.wait_for_url("the app or the way to it", |at| at.as_str() == private || is_sign_in(at)).await;
    if at.as_str() == private {
        let asked = "return fetch('/private').then((answer) => answer.status)";
        assert_eq!(house.script(asked).await, json!(401), "{kind:?}: a page that the tab remembered");
        browser.wire().post("/refresh", json!({})).await.expect("a page can be loaded anew");
        browser.wait_for_url("the sign-in page", is_sign_in).await;
    }
    assert_eq!(house.reached(), before, "{kind:?}: something reached the app");
    let visits = browser.visits().await;
    assert!(visits.len() <= 8, "{kind:?}: in circles: {visits:#?}");
}
