//! `/account/activity`: sessions in all browsers, and what happened to the account.

use crate::{browser::Browser, person, running};
use doorstep_core::time::Ttl;
use serde_json::json;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 <b>";
const ACTIVITY: &str = "/account/activity";

/// The addresses of the forms that end sessions on a page.
fn ends(page: &str) -> Vec<String> {
    let forms = page.split("action=\"/account/sessions/").skip(1);
    forms.map(|rest| format!("/account/sessions/{}", rest.split('"').next().unwrap())).collect()
}

async fn heading(browser: &mut Browser) -> String {
    browser.get(ACTIVITY).await.heading()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_every_browser_and_ends_one_without_the_others() {
    let running = running::empty().await;
    let (mut ada, mut soft) = person::ada(&running).await;
    let (mut grace, _) = person::grace(&running).await;
    let mut fox = running.browser();
    fox.agent = FIREFOX;
    running.pass(Ttl::from_minutes(10));
    person::sign_in(&mut fox, &mut soft, &json!({})).await;

    let page = ada.get(ACTIVITY).await.body;
    assert!(page.contains("<strong>Firefox on Linux</strong>") && page.contains(" · this browser"), "{page}");
    assert!(page.contains("127.0.0.1") && !page.contains("Gecko"), "what it says of itself is not shown: {page}");
    let [other] = &ends(&page)[..] else { panic!("{page}") };
    assert!(!grace.get(ACTIVITY).await.body.contains("Firefox"));
    assert_eq!(grace.post(other, &[]).await.location(), ACTIVITY, "it is not hers");
    assert_eq!(heading(&mut fox).await, "Sessions and activity");

    let ended = ada.post(other, &[]).await;
    assert_eq!(ended.location(), "/account/activity?told=ended");
    assert!(ada.get(ended.location()).await.body.contains("That session has ended"));
    assert_eq!(fox.get(ACTIVITY).await.location(), "/login?next=%2Faccount%2Factivity");
    assert_eq!(heading(&mut ada).await, "Sessions and activity");
    assert_eq!(ada.post(other, &[]).await.location(), ACTIVITY, "twice");
    assert_eq!(ada.post("/account/sessions/nonsense/end", &[]).await.location(), ACTIVITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_happened_to_the_account_and_nothing_of_anybody_else() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, mut soft) = person::grace(&running).await;
    running.pass(Ttl::from_minutes(10));
    person::sign_in(&mut grace, &mut soft, &json!({})).await;
    running.set_active("grace", false).await;
    assert_eq!(person::sign_in(&mut running.browser(), &mut soft, &json!({})).await.status, 403);
    running.set_active("grace", true).await;
    person::sign_in(&mut grace, &mut soft, &json!({})).await;

    let page = grace.get(ACTIVITY).await.body;
    let lately = page.split_once("What happened lately").unwrap().1;
    let said =
        ["Signed in: ", "<strong>A sign‑in failed</strong>", "The account was changed", "by whoever runs the server"];
    for sentence in said {
        assert!(lately.contains(sentence), "{sentence}: {lately}");
    }
    let at = |sentence: &str| lately.find(sentence).unwrap_or_else(|| panic!("{sentence}: {lately}"));
    assert!(
        at("A sign‑in failed") < at("A link to the account was used") && at("Signed in") < at("The account was made")
    );
    let hers = ada.get(ACTIVITY).await.body;
    assert!(!hers.contains("A sign‑in failed") && !hers.contains("The account was changed"), "{hers}");
}
