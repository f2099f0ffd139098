//! What `doorstep generate apache` prints, in real Apache with Debian's mod_auth_openidc, in front of a real Doorstep and an
//! app: it has no question to ask, so nothing can stand in for Doorstep.

use doorstep_e2e::{
    apache::Apache,
    certificates::Certificates,
    doorstep::Doorstep,
    echo::{Echo, Seen},
    http::{Answer, Visitor},
    instance::{GLANCES, ISSUER},
    person::Person,
    upgrade, wait,
};
use serde_json::json;
use tempfile::TempDir;

const DECLARED: &str = "\
[groups]
admins = [\"ada\"]

[apps.glances]
url = \"https://glances.other.test\"
preset = \"mod-auth-openidc\"
allow = [\"admins\"]
";
const HOST: &str = "glances.other.test";

struct Scene {
    doorstep: Doorstep,
    echo: Echo,
    apache: Apache,
    certificates: Certificates,
    _directory: TempDir,
}

impl Scene {
    async fn open() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let echo = Echo::start().await;
        let mut doorstep = Doorstep::install(directory.path(), ISSUER, None);
        doorstep.declare(DECLARED);
        doorstep.start().await;
        let credentials = doorstep.data().join("apps/glances.conf");
        wait::until("the credentials", wait::PATIENCE, || async { credentials.exists().then_some(()) }).await;
        let place = format!("glances={}", echo.upstream());
        let text = doorstep.reported(&["generate", "apache", "--upstream", &place]).out;
        assert!(text.contains(&format!("Include \"{}\"", credentials.display())), "{text}");
        let apache = Apache::generated(&text, &certificates).await;
        Self { doorstep, echo, apache, certificates, _directory: directory }
    }

    fn visitor(&self) -> Visitor {
        let names = ["auth.home.test", HOST, "unknown.other.test"];
        Visitor::through(self.apache.address, &self.certificates, &names)
    }

    async fn ada(&self) -> Person {
        let mut ada = Person::new(self.visitor(), ISSUER);
        ada.set_up(&self.doorstep.set_up_link().await).await;
        ada.sign_in_anew().await;
        ada
    }

    async fn grace(&self) -> Person {
        let link = self.doorstep.reported(&["user", "add", "grace"]).link(ISSUER);
        let mut grace = Person::new(self.visitor(), ISSUER);
        grace.enrol(&link, &json!({})).await;
        grace.sign_in_anew().await;
        grace
    }
}

fn seen(shown: &Answer) -> Seen {
    serde_json::from_str(&shown.body).unwrap_or_else(|error| panic!("{error}: {shown:?}"))
}

#[tokio::test]
async fn who_may_signs_in_and_the_app_is_told_who_it_is() {
    let scene = Scene::open().await;
    let mut ada = scene.ada().await;
    let first = seen(&ada.open_app(&format!("{GLANCES}/page?x=1")).await);
    assert_eq!((first.target.as_str(), first.all("remote-user")), ("/page?x=1", vec!["ada"]), "{first:?}");
    assert_eq!(first.all("remote-groups"), ["admins"], "{first:?}");
    assert_eq!(first.all("x-forwarded-proto"), ["https"], "{first:?}");
    // With the test's own port: the module sends people back to the one that it listens on.
    assert!(first.all("host").iter().all(|host| host.starts_with(HOST)), "{first:?}");
    for (name, value) in &first.headers {
        assert!(!value.contains("mod_auth_openidc") && !name.starts_with("oidc_"), "{name}: {value}");
    }
    let mut grace = scene.grace().await;
    let refused = grace.open_app(&format!("{GLANCES}/page")).await;
    assert_eq!((refused.status.as_u16(), refused.url.path()), (403, "/authorize"), "{refused:?}");
    assert_eq!(scene.echo.seen().len(), 1);
}

#[tokio::test]
async fn security_57_58_no_header_of_a_client_says_who_it_is() {
    let scene = Scene::open().await;
    let mut ada = scene.ada().await;
    ada.open_app(&format!("{GLANCES}/")).await;
    for name in doorstep_core::gateway::COPIED_HEADERS {
        for spelling in [name.to_owned(), name.to_uppercase(), name.replace('-', "_"), name.replace('-', ".")] {
            let ask = ada.visitor.get(&format!("{GLANCES}/")).navigating().header(&spelling, "mallory");
            let answer = ask.header("x-forwarded-for", "203.0.113.66").send().await;
            assert_eq!(answer.status, 200, "{spelling}: {answer:?}");
            let seen = seen(&answer);
            assert!(!seen.headers.iter().any(|(_, value)| value.contains("mallory")), "{spelling}: {seen:?}");
            assert_eq!(seen.as_cgi_variable("Remote-User"), ["ada"], "{spelling}");
            assert_eq!(seen.all("x-forwarded-for"), ["127.0.0.1"], "{spelling}");
        }
    }
}

#[tokio::test]
async fn nobody_else_reaches_the_app_and_nobody_new_while_doorstep_is_away() {
    let mut scene = Scene::open().await;
    let mut ada = scene.ada().await;
    assert_eq!(ada.open_app(&format!("{GLANCES}/")).await.status, 200);
    let reached = scene.echo.seen().len();
    let stranger = scene.visitor();
    let script = stranger.get(&format!("{GLANCES}/api")).scripted().send().await;
    assert_eq!((script.status.as_u16(), script.location()), (401, None), "{script:?}");
    for path in ["/fa/forward", "/fa/nginx", "/fa/start", "/.doorstep/callback"] {
        let answer = stranger.get(&format!("{ISSUER}{path}")).send().await;
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
    assert_eq!(stranger.get("https://unknown.other.test/").send().await.status, 403);
    let websocket = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    let refused = upgrade::ask(scene.apache.address, &scene.certificates, HOST, &websocket).await;
    assert!(refused.head.starts_with("HTTP/1.1 401"), "{}", refused.head);
    scene.doorstep.stop();
    let answer = scene.visitor().get(&format!("{GLANCES}/")).navigating().send().await;
    assert_ne!(answer.status, 200, "{answer:?}");
    assert_eq!(scene.echo.seen().len(), reached, "somebody reached the app");
}
