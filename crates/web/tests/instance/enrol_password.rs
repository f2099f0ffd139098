//! An enrolment with a password, over HTTP: plain forms, where passwords are on.

use crate::{
    person::{self, secret_of},
    running,
};

const PASSWORD: &str = "four words are good";

#[tokio::test(flavor = "multi_thread")]
async fn security_110_a_password_is_set_at_enrolment_without_a_passkey_first() {
    let running = running::with_passwords(true).await;
    let link = running.add_person("grace").await;
    let mut browser = running.browser();
    let by_password = format!("{link}/password");
    let page = browser.get(&link).await.body;
    assert!(page.contains(&format!("href=\"{by_password}\"")), "{page}");
    let page = browser.get(&by_password).await;
    assert_eq!(
        (page.status.as_u16(), page.header("referrer-policy")),
        (200, "strict-origin"),
        "the secret goes nowhere, and the form is ours"
    );
    assert!(!page.body.contains("<script"), "it works without script");
    let fields = |password| {
        [("link", secret_of(&link)), ("user_name", "grace"), ("display_name", "Grace <i>"), ("password", password)]
    };
    let refused = browser.post("/enrol/password", &fields("short")).await;
    assert_eq!((refused.status.as_u16(), browser.session()), (422, None));
    assert!(
        refused.body.contains("too short or too long") && refused.body.contains("Grace &#60;i&#62;"),
        "{refused:?}"
    );
    assert!(!refused.body.contains("short\""), "what was typed as a password is not sent back");
    let done = browser.post("/enrol/password", &fields(PASSWORD)).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "/"));
    assert!(browser.get("/account").await.body.contains("Grace &#60;i&#62;"));
    let mut again = running.browser();
    assert_eq!(again.post("/enrol/password", &fields(PASSWORD)).await.status, 410);
    assert_eq!(again.get(&by_password).await.status, 410);
    let done = again.post("/login", &[("user_name", "grace"), ("password", PASSWORD)]).await;
    assert!(again.session().is_some(), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_passwords_are_off_no_link_sets_one() {
    let running = running::with_passwords(false).await;
    let link = running.add_person("grace").await;
    let mut browser = running.browser();
    assert!(!browser.get(&link).await.body.contains("/password"));
    assert_eq!(browser.get(&format!("{link}/password")).await.status, 404);
    let sent = browser.post("/enrol/password", &[("link", secret_of(&link)), ("password", PASSWORD)]).await;
    assert_eq!((sent.status.as_u16(), browser.session()), (404, None));
    assert_eq!(browser.get(&link).await.status, 200, "the link is not used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_page_changes_names_and_nothing_else() {
    let running = running::empty().await;
    let (mut browser, _) = person::grace(&running).await;
    let names = [("name", "Grace Hopper"), ("given_name", "Grace"), ("family_name", "Hopper")];
    let reported = browser.post("/account/name", &names).await.location().to_owned();
    let page = browser.get(&reported).await.body;
    assert!(page.contains("Your name is saved.") && page.contains("value=\"Hopper\""), "{page}");
    let more = browser.post("/account/name", &[names[0], names[1], names[2], ("user_name", "root")]).await;
    assert_eq!(more.status, 400);
    let mut nobody = running.browser();
    assert!(nobody.post("/account/name", &names).await.location().starts_with("/login"));
}
