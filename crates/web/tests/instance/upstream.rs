//! Signing in at an upstream, as a browser without an engine goes through it: what is bound to it, what it is told.

#[path = "../../../app/tests/instance/fixture/idp.rs"]
mod idp;

use crate::{
    browser::Browser,
    invitations,
    person::{self, request},
    running::{self, Running},
};
use doorstep_app::settings::Live;
use doorstep_core::{access::ReadAudit, time::Ttl};
use idp::Idp;
use serde_json::json;

/// An instance at which people may sign in by `Home`.
pub(crate) fn set_up(running: &Running) -> Idp {
    let idp = Idp::new();
    let live = Live { upstreams: vec![idp::upstream()], ..Live::clone(&running.instance.context.settings.live()) };
    running.instance.context.change(live).unwrap();
    running.instance.accounts.reach_upstreams_by(idp.way());
    idp
}

/// Where the browser comes back to that was sent to `there`, as `who` signs in there.
fn back(running: &Running, idp: &Idp, there: &str, who: &str) -> String {
    let back = idp.signs_in(there, who, running.instance.now().seconds(), &json!({}));
    assert!(!idp.asked().is_empty());
    format!("/login/upstream/home/callback?code={}&state={}", back.code, back.state)
}

/// Ada, who has linked an account there.
async fn linked(running: &Running, idp: &Idp) -> Browser {
    let (mut ada, _) = person::ada(running).await;
    let there = ada.post("/account/upstreams/home", &[]).await;
    assert_eq!(there.heading(), "Going on to Home");
    let back = back(running, idp, &there.goes_on_to(), "them-1");
    assert!(ada.get(&back).await.location().starts_with("/account?told=identity_added&id="));
    ada
}

/// An account is linked and unlinked again, in requests.
pub(crate) async fn one_is_added_and_removed(running: &Running, ada: &mut Browser) {
    let idp = set_up(running);
    let there = ada.post("/account/upstreams/home", &[]).await.goes_on_to();
    ada.get(&back(running, &idp, &there, "them-1")).await;
    let page = ada.get("/account").await.body;
    let id = page.split_once("/account/identities/").unwrap().1.split('/').next().unwrap().to_owned();
    let removed = ada.post(&format!("/account/identities/{id}/remove"), &[]).await;
    assert_eq!(removed.location(), "/account?told=identity_removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_linked_an_account_elsewhere_signs_in_to_an_app_by_it() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let idp = set_up(&running);
    let ada = linked(&running, &idp).await;
    let mut page = ada.twin();
    let account = page.get("/account?told=identity_added").await.body;
    assert!(
        account.contains("It can sign you in here from now on") && account.contains("ada@example.org"),
        "{account}"
    );

    let mut elsewhere = running.browser();
    let login = elsewhere.get(&request("")).await.location().to_owned();
    let door = elsewhere.get(&login).await.body;
    assert!(
        door.contains("action=\"/login/upstream/home\"") && door.contains("Continue with <bdi>Home</bdi>"),
        "{door}"
    );
    let id = login.split_once("i=").unwrap().1;
    let there = elsewhere.post("/login/upstream/home", &[("interaction", id)]).await;
    assert!(there.header("referrer-policy").contains("no-referrer"), "{there:?}");
    let there = there.goes_on_to();
    assert!(!there.contains("prompt=login"), "{there}");
    let back = back(&running, &idp, &there, "them-1");
    let came = elsewhere.get(&back).await;
    assert_eq!(came.location(), format!("/authorize/resume?i={id}"));
    assert!(elsewhere.get(came.location()).await.sent("code").is_some());

    // The address of the answer opens once, and in no other browser.
    for browser in [&mut elsewhere, &mut running.browser()] {
        let again = browser.get(&back).await;
        assert_eq!((again.status.as_u16(), again.heading().as_str()), (400, "This sign\u{2011}in cannot go on"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_26_an_answer_in_another_browser_signs_nobody_in_and_links_nothing() {
    let running = running::empty().await;
    let idp = set_up(&running);
    let (mut ada, _) = person::ada(&running).await;
    // Mallory begins, and has Ada open the end of it: Ada would be Mallory, or Mallory's account hers.
    let mut mallory = running.browser();
    let there = mallory.post("/login/upstream/home", &[]).await.goes_on_to();
    let before = ada.session().map(str::to_owned);
    let lured = ada.get(&back(&running, &idp, &there, "mallory")).await;
    assert_eq!(lured.status, 400, "{lured:?}");
    assert_eq!(ada.session().map(str::to_owned), before);
    assert!(!ada.get("/account").await.body.contains("/account/identities/"));

    // Who is not linked learns what to do, and the reference tells whoever runs the instance.
    let there = mallory.post("/login/upstream/home", &[]).await.goes_on_to();
    let refused = mallory.get(&back(&running, &idp, &there, "mallory")).await;
    assert_eq!((refused.status.as_u16(), mallory.session()), (403, None));
    assert_eq!(refused.heading(), "No account here belongs to your account at Home");
    let reference = refused.body.split_once("doorstep explain ").unwrap().1.get(..9).unwrap().to_owned();
    let act = running.instance.context.require(
        ReadAudit,
        doorstep_core::access::Actor::Cli,
        &doorstep_core::access::ON_THE_HOST,
    );
    let report = running.instance.refusals.read(&act.unwrap(), &reference).await.unwrap().unwrap();
    assert_eq!((report.rule.as_str(), report.facts[0].1.as_str()), ("upstream", "home"));

    idp.rolls_over();
    let there = mallory.post("/login/upstream/home", &[]).await.goes_on_to();
    let refused = mallory.get(&back(&running, &idp, &there, "mallory")).await;
    assert_eq!(refused.heading(), "The answer of Home was not accepted");

    for path in ["/login/upstream/home/callback", "/login/upstream/home/callback?state=x&error=%3Csvg%3E"] {
        let answer = mallory.get(path).await;
        assert!(answer.status == 400 && !answer.body.contains("<svg>"), "{answer:?}");
    }
    assert_eq!(mallory.get("/login/upstream/other/callback?state=x").await.status, 400);
    assert_eq!(mallory.get("/login/upstream/N%2FA/callback").await.status, 404);
    assert_eq!(mallory.post("/login/upstream/other", &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_passkey_proves_by_it_who_they_are_and_is_offered_nothing_else() {
    let running = running::empty().await;
    let idp = set_up(&running);
    let mut ada = linked(&running, &idp).await;
    running.pass(Ttl::from_minutes(6));
    let prove = ada.post("/account/upstreams/home", &[]).await.location().to_owned();
    assert_eq!(prove, "/login?next=/account&again=1");
    let door = ada.get(&prove).await.body;
    assert!(!door.contains("/login/upstream/"), "{door}");
    let there = ada.post("/login/upstream/home", &[("again", "1")]).await.goes_on_to();
    assert!(there.contains("prompt=login"), "{there}");
    let refused = ada.get(&back(&running, &idp, &there, "them-1")).await;
    assert_eq!(refused.heading(), "Home did not ask you again who you are");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_goes_there_from_an_invitation() {
    let running = running::empty().await;
    let idp = set_up(&running);
    person::ada(&running).await;
    let address = invitations::invited(&running, |_| ()).await;
    let mut grace = running.browser();
    let page = grace.get(&address).await.body;
    let path = format!("{address}/upstream/home");
    assert!(page.contains(&format!("href=\"{path}\"")), "{page}");
    assert_eq!(grace.get(&path).await.status, 200);
    assert_eq!(grace.get(&format!("{address}/upstream/other")).await.status, 404);
    let invite = address.rsplit('/').next().unwrap();
    let form = |user| [("invite", invite), ("display_name", "Grace"), ("user_name", user), ("email", "")];
    let again = grace.post("/invite/upstream/home", &form("a b")).await;
    assert!(again.status == 422 && again.body.contains("value=\"Grace\""), "{again:?}");
    let there = grace.post("/invite/upstream/home", &form("hopper")).await.goes_on_to();
    let came = grace.get(&back(&running, &idp, &there, "them-9")).await;
    assert!(matches!(came.status.as_u16(), 200 | 303), "{came:?}");
    assert_eq!(grace.get("/").await.heading(), "Hello, Grace");
}
