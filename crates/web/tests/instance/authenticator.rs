//! Authenticator apps: added at `/account/authenticator`, asked for after a right password at `/login`.

use crate::{
    browser::{Answer, Browser},
    person::{self, request},
    relying_party::{claims, redeem},
    running::{self, Running},
};
use doorstep_core::{
    time::{Timestamp, Ttl},
    totp::TotpSecret,
};
use serde_json::json;

const HERE: &str = "/account/authenticator";
const PASSWORD: &str = "correct horse battery";
const FORM: [(&str, &str); 2] = [("user_name", "ada"), ("password", PASSWORD)];

/// The secret on the page that shows one.
fn secret_on(page: &Answer) -> TotpSecret {
    let text = page.body.split_once("<input class=\"mono\" value=\"").unwrap().1.split('"').next().unwrap();
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digit = |letter| u8::try_from(letters.find(letter).unwrap()).unwrap();
    let bits: Vec<bool> = text
        .chars()
        .filter(|letter| *letter != ' ')
        .flat_map(|letter| (0..5).rev().map(move |place| digit(letter) >> place & 1 == 1))
        .collect();
    let bytes: Vec<u8> = bits.chunks(8).map(|byte| byte.iter().fold(0, |all, bit| all << 1 | u8::from(*bit))).collect();
    TotpSecret::from_bytes(&bytes).unwrap()
}

/// What waits for a code on a page.
fn challenge_on(page: &Answer) -> String {
    page.body.split_once("name=\"challenge\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
}

fn now(running: &Running) -> Timestamp {
    running.instance.now()
}

async fn added(running: &Running, browser: &mut Browser) -> TotpSecret {
    let page = browser.post(&format!("{HERE}/new"), &[]).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Add an authenticator app"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains("<svg class=\"code\""), "{page:?}");
    let secret = secret_on(&page);
    let wrong =
        browser.post(HERE, &[("challenge", &challenge_on(&page)), ("name", "Phone <i>"), ("code", "12345")]).await;
    assert_eq!((wrong.status.as_u16(), secret_on(&wrong).bytes()), (400, secret.bytes()));
    assert!(wrong.body.contains("Phone &#60;i&#62;") && !wrong.body.contains("12345\""), "{wrong:?}");
    let code = secret.code_at(now(running));
    let done =
        browser.post(HERE, &[("challenge", &challenge_on(&wrong)), ("name", "Phone <i>"), ("code", &code)]).await;
    assert_eq!(done.location(), format!("{HERE}?told=added"), "{done:?}");
    secret
}

/// For the table of what leaves a line in the log.
pub(crate) async fn one_is_added_and_removed(running: &Running, browser: &mut Browser) {
    added(running, browser).await;
    let page = browser.get(HERE).await.body;
    let id = page.split_once("/account/authenticator/").unwrap().1.split('/').next().unwrap().to_owned();
    let removed = browser.post(&format!("{HERE}/{id}/remove"), &[]).await;
    assert_eq!(removed.location(), format!("{HERE}?told=removed"));
}

/// Ada with a password and an authenticator app, whose first code has counted.
async fn furnished() -> (Running, Browser, TotpSecret) {
    let running = running::with_passwords(true).await;
    let (mut ada, _) = person::ada(&running).await;
    ada.post("/account/password", &FORM.map(|(name, value)| (if name == "password" { "new" } else { name }, value)))
        .await;
    let secret = added(&running, &mut ada).await;
    running.pass(Ttl::from_seconds(30));
    (running, ada, secret)
}

fn note(page: &Answer) -> &str {
    page.body.split_once("role=\"alert\" id=\"problem\">").unwrap().1.split('<').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_followed_by_the_question_for_a_code_and_by_the_app_that_was_meant() {
    let (running, mut ada, secret) = furnished().await;
    let page = ada.get(HERE).await.body;
    assert!(page.contains("Phone &#60;i&#62;") && page.contains("Add another one"), "{page}");
    assert!(ada.get("/account").await.body.contains("a code of your authenticator app, too"));

    running.declare(|_| {}).await;
    let mut browser = running.browser();
    let login = browser.get(&request("")).await.location().to_owned();
    let id = login.split_once("i=").unwrap().1.to_owned();
    let asked = browser.post("/login", &[FORM[0], FORM[1], ("interaction", &id)]).await;
    assert_eq!((asked.status.as_u16(), asked.heading().as_str()), (200, "Type the code of your authenticator app"));
    assert!(asked.body.contains("Photos") && !asked.body.contains("<script"), "{asked:?}");
    assert_eq!(browser.session(), None);
    let wrong = browser
        .post("/login/code", &[("challenge", &challenge_on(&asked)), ("interaction", &id), ("code", "000 000")])
        .await;
    assert_eq!((wrong.status.as_u16(), browser.session()), (400, None));
    assert!(note(&wrong).starts_with("This code is not right"));
    let code = secret.code_at(now(&running));
    let typed = format!("{} {}", &code[..3], &code[3..]);
    let done = browser
        .post("/login/code", &[("challenge", &challenge_on(&wrong)), ("interaction", &id), ("code", &typed)])
        .await;
    assert_eq!(done.goes_on_to(), format!("/authorize/resume?i={id}"), "{done:?}");
    let sent = browser.get(&done.goes_on_to()).await;
    assert!(sent.sent("code").is_some(), "{sent:?}");
}

/// Security row 79: what an app reads is what happened, and whoever could do better is asked to.
#[tokio::test(flavor = "multi_thread")]
async fn security_79_a_wish_for_more_is_put_to_whoever_could_meet_it_and_the_token_says_what_happened() {
    let running = running::with_passwords(true).await;
    let (mut ada, mut soft) = person::ada(&running).await;
    let password = FORM.map(|(name, value)| (if name == "password" { "new" } else { name }, value));
    ada.post("/account/password", &password).await;
    running.declare(|_| {}).await;
    let acr =
        async |sent: Answer| claims(&redeem(&running, &sent.sent("code").unwrap()).await["id_token"])["acr"].clone();
    let mut browser = running.browser();
    browser.post("/login", &FORM).await;
    let plain = browser.get(&request("")).await;
    assert_eq!(acr(plain).await, "pwd");
    let login = browser.get(&request("&acr_values=phr")).await.location().to_owned();
    let page = browser.get(&login).await;
    assert_eq!(page.heading(), "Confirm that you are still Ada Lovelace");
    assert!(!page.body.contains("name=\"password\""), "a password would be no better: {page:?}");
    let silent = browser.get(&request("&acr_values=phr&prompt=none")).await;
    assert_eq!(acr(silent).await, "pwd", "a wish refuses nobody");
    let next = person::sign_in(&mut browser, &mut soft, &person::parked(&login)).await.next();
    let sent = browser.get(&next).await;
    assert_eq!(acr(sent).await, "phr");
    let asked = browser.get(&request("&acr_values=mfa")).await;
    assert_eq!(acr(asked).await, "phr", "more than was wished for");
}

/// Security row 79: no session is there before the code is right, so that nothing can be taken up in it.
#[tokio::test(flavor = "multi_thread")]
async fn security_79_whoever_owes_a_code_is_nobody() {
    let (running, _, secret) = furnished().await;
    running.declare(|_| {}).await;
    let mut browser = running.browser();
    let asked = browser.post("/login", &FORM).await;
    assert_eq!(asked.status, 200);
    assert!(browser.get(&request("")).await.location().starts_with("/login?i="));
    assert!(browser.get("/account").await.location().starts_with("/login"));
    assert!(browser.post(&format!("{HERE}/new"), &[]).await.location().starts_with("/login"));
    let code = secret.code_at(now(&running));
    let form = [("challenge", challenge_on(&asked)), ("next", "/account".to_owned()), ("code", code)];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let elsewhere = running.browser().post("/login/code", &form).await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.location()), (303, "/login?next=%2Faccount"));
    let used_up = browser.post("/login/code", &form).await;
    assert_eq!(used_up.location(), "/login?next=%2Faccount", "what waits is gone, whoever answered");
    let asked = browser.post("/login", &FORM).await;
    let challenge = challenge_on(&asked);
    let done = browser
        .post("/login/code", &[("challenge", &challenge), ("next", "https://evil.test"), ("code", form[2].1)])
        .await;
    assert_eq!(done.goes_on_to(), "/", "and where it goes on is ours (security row 15)");
    assert!(browser.session().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn security_89_the_sixth_wrong_code_leads_back_to_the_beginning() {
    let (running, _, secret) = furnished().await;
    let mut browser = running.browser();
    let mut page = browser.post("/login", &FORM).await;
    for _ in 0..5 {
        page = browser.post("/login/code", &[("challenge", &challenge_on(&page)), ("code", "12345")]).await;
        assert_eq!(page.status, 400);
    }
    let code = secret.code_at(now(&running));
    let sixth = browser.post("/login/code", &[("challenge", &challenge_on(&page)), ("code", &code)]).await;
    assert_eq!((sixth.status.as_u16(), sixth.header("retry-after")), (429, "300"));
    assert_eq!(
        note(&sixth),
        "There were too many wrong codes. Wait 5 minutes, then sign in again; a passkey works at once."
    );
    assert!(sixth.heading().starts_with("Sign in") && browser.session().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_another_time_is_told_of_the_clock() {
    let (running, _, secret) = furnished().await;
    let mut browser = running.browser();
    let page = browser.post("/login", &FORM).await;
    let code = secret.code_at(now(&running) + Ttl::from_minutes(4));
    let told = browser.post("/login/code", &[("challenge", &challenge_on(&page)), ("code", &code)]).await;
    assert!(note(&told).contains("The clock of the device with the app is wrong"), "{told:?}");
    assert_eq!((told.status.as_u16(), browser.session()), (400, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_adding_or_removing_one_wants_a_fresh_sign_in_and_a_password() {
    let (running, mut ada, _) = furnished().await;
    let page = ada.get(HERE).await.body;
    let id = page.split_once("/account/authenticator/").unwrap().1.split('/').next().unwrap().to_owned();
    running.pass(Ttl::from_minutes(6));
    for path in [format!("{HERE}/new"), format!("{HERE}/{id}/remove")] {
        assert_eq!(ada.post(&path, &[]).await.location(), "/login?next=/account/authenticator&again=1", "{path}");
    }
    let page = ada.get(HERE).await.body;
    assert!(page.contains("Confirm that it is you") && !page.contains("danger"), "{page}");
    let (mut grace, _) = person::grace(&running).await;
    assert!(grace.get(HERE).await.body.contains("You have no password"));
    assert_eq!(grace.post(&format!("{HERE}/new"), &[]).await.location(), HERE);
    assert_eq!(grace.post(&format!("{HERE}/{id}/remove"), &[]).await.location(), HERE, "of somebody else");
    let off = running::with_passwords(false).await;
    let (mut ada, mut soft) = person::ada(&off).await;
    assert_eq!(ada.get(HERE).await.status, 404);
    assert_eq!(person::sign_in(&mut ada, &mut soft, &json!({})).await.status, 200);
}
