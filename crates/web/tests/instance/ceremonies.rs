//! Passkey ceremonies over HTTP: what a verifier must refuse, and links that open once.

use crate::{
    browser::Answer,
    person::{self, answered, first_person, make, options, passkey, secret_of},
    running,
};
use doorstep_core::time::Ttl;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn security_76_a_link_makes_one_passkey_and_none_for_whoever_was_half_done() {
    let running = running::empty().await;
    let link = running.add_person("grace").await;
    let fields = json!({ "link": secret_of(&link) });
    let (mut hers, mut theirs) = (running.browser(), running.browser());
    let (mut soft, mut foreign) = (passkey(2), passkey(3));

    assert_eq!(theirs.get(&link).await.heading(), "Welcome, grace");
    let half_done = options(&mut theirs, "/enrol/options", &fields).await;
    assert_eq!(make(&mut hers, &mut soft, "/enrol", &fields).await.next(), "/");

    let credential = foreign.register(&half_done.public_key).unwrap();
    let answer = theirs.post_json("/enrol", &answered(&fields, &half_done.challenge, &credential)).await;
    assert_eq!((answer.status.as_u16(), theirs.session()), (410, None));
    assert_eq!(theirs.post_json("/enrol/options", &fields).await.status, 410);
    let page = theirs.get(&link).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (410, "This link does not open any more"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_two_set_ups_at_once_make_one_administrator() {
    let running = running::empty().await;
    let link = person::setup_link(&running).await;
    let (mut one, mut two) = (running.browser(), running.browser());
    let (mut first, mut second) = (passkey(1), passkey(2));
    let ada = first_person(secret_of(&link));
    let mut eve = ada.clone();
    eve["user_name"] = json!("eve");
    let (a, b) = (options(&mut one, "/enrol/options", &ada).await, options(&mut two, "/enrol/options", &eve).await);
    let ada = answered(&ada, &a.challenge, &first.register(&a.public_key).unwrap());
    let eve = answered(&eve, &b.challenge, &second.register(&b.public_key).unwrap());
    let (a, b) = tokio::join!(one.post_json("/enrol", &ada), two.post_json("/enrol", &eve));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    assert!(running.instance.accounts.make_setup_link(&running.act()).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn security_78_a_link_of_a_switched_off_account_and_another_browsers_challenge_are_refused() {
    let running = running::empty().await;
    person::ada(&running).await;
    let link = running.add_person("grace").await;
    let fields = json!({ "link": secret_of(&link) });
    let (mut hers, mut theirs) = (running.browser(), running.browser());
    let mut soft = passkey(2);
    let drawn = options(&mut hers, "/enrol/options", &fields).await;
    let credential = soft.register(&drawn.public_key).unwrap();
    theirs.get(&link).await;
    let answer = theirs.post_json("/enrol", &answered(&fields, &drawn.challenge, &credential)).await;
    assert_eq!((answer.status.as_u16(), theirs.session()), (400, None));

    running.set_active("grace", false).await;
    assert_eq!(hers.get(&link).await.status, 410);
    assert_eq!(hers.post_json("/enrol/options", &fields).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn set_up_links_and_enrolment_links_do_not_stand_in_for_each_other() {
    let running = running::empty().await;
    let (setup, enrol) = (person::setup_link(&running).await, running.add_person("grace").await);
    let mut browser = running.browser();
    for path in [
        setup.replace("/setup/", "/enrol/"),
        enrol.replace("/enrol/", "/setup/"),
        "/setup/x".to_owned(),
        "/enrol/ds_lnk_%00".to_owned(),
    ] {
        assert_eq!(browser.get(&path).await.status, 410, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_110_a_page_whose_address_is_a_secret_tells_nobody() {
    let running = running::empty().await;
    // The set-up link first: it opens nothing once anybody has an account.
    for first in [true, false] {
        let link = if first { person::setup_link(&running).await } else { running.add_person("grace").await };
        let page = running.browser().get(&link).await;
        assert_eq!((page.status.as_u16(), page.header("referrer-policy")), (200, "no-referrer"));
        let foreign = page.body.replace("https://photos.example.org", "").contains("https://");
        assert!(!foreign, "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_is_told_apart_by_field() {
    let running = running::empty().await;
    let link = person::setup_link(&running).await;
    for (name, email, field, message) in [
        ("9", "", "user_name", "A user name has 2 to 64 of a-z 0-9 . _ - and begins with a letter."),
        ("ada", "ada@", "email", "This e-mail address is not complete. Correct it, or leave it empty."),
    ] {
        let fields = json!({ "link": secret_of(&link), "display_name": "", "user_name": name, "email": email });
        let answer = running.browser().post_json("/enrol/options", &fields).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.json(), json!({ "field": field, "message": message }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_90_a_passkey_without_user_verification_neither_enrols_nor_signs_in() {
    let running = running::empty().await;
    let (_, mut soft) = person::ada(&running).await;
    soft.user_verified = false;
    let mut browser = running.browser();
    let answer = person::sign_in(&mut browser, &mut soft, &json!({})).await;
    assert_eq!((answer.status.as_u16(), browser.session()), (400, None));

    let mut unsure = passkey(2);
    unsure.user_verified = false;
    let fields = json!({ "link": secret_of(&running.add_person("grace").await) });
    let answer = make(&mut browser, &mut unsure, "/enrol", &fields).await;
    assert_eq!((answer.status.as_u16(), browser.session()), (400, None));
    unsure.user_verified = true;
    assert_eq!(make(&mut browser, &mut unsure, "/enrol", &fields).await.next(), "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_91_an_answer_serves_once_for_five_minutes_in_its_browser() {
    let running = running::empty().await;
    let (_, mut soft) = person::ada(&running).await;
    let (mut browser, mut other, none) = (running.browser(), running.browser(), json!({}));

    let drawn = options(&mut browser, "/login/passkey/options", &none).await;
    let sent = answered(&none, &drawn.challenge, &soft.sign_in(&drawn.public_key).unwrap());
    let mut twin = browser.twin();
    let (once, twice) =
        tokio::join!(browser.post_json("/login/passkey", &sent), twin.post_json("/login/passkey", &sent));
    let mut statuses = [once.status.as_u16(), twice.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);

    let drawn = options(&mut browser, "/login/passkey/options", &none).await;
    let sent = answered(&none, &drawn.challenge, &soft.sign_in(&drawn.public_key).unwrap());
    other.get("/login").await;
    assert_eq!(other.post_json("/login/passkey", &sent).await.status, 400);
    // It is gone, whoever brought it.
    assert_eq!(browser.post_json("/login/passkey", &sent).await.status, 400);

    let drawn = options(&mut browser, "/login/passkey/options", &none).await;
    let sent = answered(&none, &drawn.challenge, &soft.sign_in(&drawn.public_key).unwrap());
    running.pass(Ttl::from_minutes(5));
    assert_eq!(browser.post_json("/login/passkey", &sent).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_that_is_not_known_may_be_forgotten_and_somebody_whose_account_is_off_is_told_so() {
    let running = running::empty().await;
    person::ada(&running).await;
    let (_, mut known) = person::grace(&running).await;
    let mut unknown = passkey(9);
    unknown.user_handle = Some(vec![1; 32]);
    let stranger = person::sign_in(&mut running.browser(), &mut unknown, &json!({})).await;
    running.set_active("grace", false).await;
    let off = person::sign_in(&mut running.browser(), &mut known, &json!({})).await;
    assert_eq!((stranger.status.as_u16(), off.status.as_u16()), (403, 403));
    let message = off.json()["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "Your account is disabled. Ask an administrator to enable it again.");
    assert_ne!(stranger.json()["message"], json!(message));
    assert_eq!(stranger.json()["unknown_credential"], json!(true));
    assert_eq!(off.json().get("unknown_credential"), None);
}

/// WebAuthn Level 3 §5.1.10.2: what is told to be unknown is deleted or hidden where it is kept.
#[tokio::test(flavor = "multi_thread")]
async fn webauthn_5_1_10_2_only_a_passkey_that_was_looked_up_and_is_nobodys_is_told_to_be_unknown() {
    let running = running::empty().await;
    let (mut ada, mut first) = person::ada(&running).await;
    let mut removed = passkey(2);
    let told = make(&mut ada, &mut removed, "/account/passkeys", &json!({})).await.next();
    let id = told.split_once("id=").unwrap().1;
    ada.post(&format!("/account/passkeys/{id}/remove"), &[]).await;
    let mut browser = running.browser();
    let unknown = |answer: Answer| (answer.status.as_u16(), answer.json().get("unknown_credential").cloned());

    let (gone, kept) = (Some(json!(true)), None::<Value>);
    let answer = person::sign_in(&mut browser, &mut removed, &json!({})).await;
    assert_eq!(unknown(answer), (403, gone), "one that was removed");

    // A good passkey that did not go through, for whatever reason.
    first.user_verified = false;
    let answer = person::sign_in(&mut browser, &mut first, &json!({})).await;
    assert_eq!(unknown(answer), (400, kept.clone()), "nobody's finger");
    first.user_verified = true;
    let handle = first.user_handle.replace(vec![1; 32]);
    let answer = person::sign_in(&mut browser, &mut first, &json!({})).await;
    assert_eq!(unknown(answer), (400, kept.clone()), "as somebody else");
    first.user_handle = handle;

    // Nothing is looked up for an answer whose challenge does not serve, not even for one that is unknown.
    for soft in [&mut first, &mut removed] {
        let drawn = options(&mut browser, "/login/passkey/options", &json!({})).await;
        let sent = answered(&json!({}), &drawn.challenge, &soft.sign_in(&drawn.public_key).unwrap());
        let mut other = running.browser();
        other.get("/login").await;
        assert_eq!(unknown(other.post_json("/login/passkey", &sent).await), (400, kept.clone()), "another browser");
        assert_eq!(unknown(browser.post_json("/login/passkey", &sent).await), (400, kept.clone()), "used up");
    }
    assert_eq!(person::sign_in(&mut browser, &mut first, &json!({})).await.next(), "/");
}
