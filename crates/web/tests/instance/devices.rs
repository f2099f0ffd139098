//! A passkey on another device: a link from a browser that is signed in, opened there once.

use crate::{
    browser::{Answer, Browser},
    person::{self, make, options, passkey, secret_of},
    running::{self, ISSUER, Running},
};
use doorstep_core::time::Ttl;
use serde_json::json;

const ELSEWHERE: &str = "/account/passkeys/elsewhere";
const PROVE: &str = "/login?next=/account/passkeys/new&again=1";

/// The path of the link on the page that shows it.
fn link_on(page: &Answer) -> String {
    let url = page.body.split_once("class=\"mono\" value=\"").unwrap().1.split('"').next().unwrap();
    url.strip_prefix(ISSUER).unwrap().to_owned()
}

async fn link(browser: &mut Browser) -> String {
    let page = browser.post(ELSEWHERE, &[]).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "A passkey on another device"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("aria-label=\"The address as a QR code\"") && page.body.contains("for 10 minutes"));
    link_on(&page)
}

async fn status_of(running: &Running, link: &str) -> u16 {
    running.browser().get(link).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_on_another_device_and_both_stay_signed_in() {
    let running = running::with_passwords(true).await;
    let (mut ada, mut first) = person::ada(&running).await;
    assert!(ada.get("/account/passkeys/new").await.body.contains("action=\"/account/passkeys/elsewhere\""));
    let link = link(&mut ada).await;

    let (mut telephone, mut second) = (running.browser(), passkey(2));
    let page = telephone.get(&link).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Add this device"));
    // Who she is is known, nothing of hers goes, and a password would be another one without the present one.
    for field in ["display_name", "drop_earlier", "/password"] {
        assert!(!page.body.contains(field), "{field}: {}", page.body);
    }
    let fields = json!({ "link": secret_of(&link) });
    assert_eq!(make(&mut telephone, &mut second, "/enrol", &fields).await.next(), "/");
    assert_eq!(telephone.get("/").await.heading(), "Hello, Ada");
    assert_eq!(ada.get("/").await.heading(), "Hello, Ada", "nobody was signed out");
    assert_eq!(status_of(&running, &link).await, 410, "once");
    for key in [&mut first, &mut second] {
        assert_eq!(person::sign_in(&mut running.browser(), key, &json!({})).await.status, 200);
    }
}

/// Security row 81: the link is worth a passkey, so it is made, and lives, by a proof of this moment.
#[tokio::test(flavor = "multi_thread")]
async fn security_81_a_link_to_another_device_wants_a_fresh_sign_in_and_ends_soon() {
    let running = running::with_passwords(true).await;
    let (mut ada, _) = person::ada(&running).await;
    assert!(running.browser().post(ELSEWHERE, &[]).await.location().starts_with("/login"));
    let first = link(&mut ada).await;
    let password = format!("{first}/password");
    assert_eq!(status_of(&running, &password).await, 410);
    let form = [("link", secret_of(&first)), ("password", "correct horse battery staple")];
    assert_eq!(running.browser().post("/enrol/password", &form).await.status, 410);
    let second = link(&mut ada).await;
    assert_eq!((status_of(&running, &first).await, status_of(&running, &second).await), (410, 200), "the newest alone");
    running.pass(Ttl::from_minutes(6));
    assert_eq!(ada.post(ELSEWHERE, &[]).await.location(), PROVE);
    running.pass(Ttl::from_minutes(5));
    assert_eq!(status_of(&running, &second).await, 410, "ten minutes");
}

/// Whoever was in the account for a moment has no link left once its owner signs out everywhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_another_device_ends_with_the_sessions() {
    let running = running::empty().await;
    let (mut ada, mut soft) = person::ada(&running).await;
    let opened = link(&mut ada).await;
    let (mut telephone, fields) = (running.browser(), json!({ "link": secret_of(&opened) }));
    let half_done = options(&mut telephone, "/enrol/options", &fields).await;
    ada.post("/account/sign-out-everywhere", &[]).await;
    assert_eq!(status_of(&running, &opened).await, 410);
    let credential = passkey(9).register(&half_done.public_key).unwrap();
    let late = telephone.post_json("/enrol", &person::answered(&fields, &half_done.challenge, &credential)).await;
    assert_eq!((late.status.as_u16(), telephone.session()), (410, None), "security row 76, half done");

    // A link that an administrator made is another matter.
    person::sign_in(&mut ada, &mut soft, &json!({})).await.next();
    let recovery = running.instance.accounts.recovery_link(&running.act(), "ada").await.unwrap().1;
    ada.post("/account/sign-out-everywhere", &[]).await;
    assert_eq!(status_of(&running, &recovery.path).await, 200);
}
