//! Recovery kits: codes on paper, made at `/account/recovery-kit` and used at `/recover`.

use crate::{
    browser::{Answer, Browser},
    person::{self, make, passkey, secret_of},
    running::{self, ISSUER, Running},
};
use doorstep_core::time::Ttl;
use reqwest::Method;
use serde_json::json;

const KIT: &str = "/account/recovery-kit";

/// The codes on the page that holds them.
pub(crate) fn codes_on(page: &Answer) -> Vec<String> {
    let list = page.body.split_once("<ol class=\"codes mono\">").unwrap().1.split_once("</ol>").unwrap().0;
    let codes = list.split("<li>").skip(1);
    codes.map(|item| item.split_once("</li>").unwrap().0.to_owned()).collect()
}

async fn kit_of(browser: &mut Browser) -> Vec<String> {
    let page = browser.post(KIT, &[]).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Your recovery kit"));
    codes_on(&page)
}

async fn recover(running: &Running, code: &str) -> Answer {
    running.browser().post("/recover", &[("code", code)]).await
}

/// What a page says at its top.
fn note(page: &Answer) -> &str {
    page.body.split_once("role=\"alert\" id=\"problem\">").unwrap().1.split('<').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_code_of_a_kit_opens_one_recovery_link() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    assert!(ada.get("/account").await.body.contains("Make a recovery kit"));
    assert!(ada.get("/").await.body.contains("print a recovery kit"), "one passkey and nothing on paper");
    let page = ada.post(KIT, &[]).await;
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.body.contains(&format!("{ISSUER}/recover")));
    let codes = codes_on(&page);
    assert_eq!(codes.len(), 10);
    assert!(!ada.get("/").await.body.contains("print a recovery kit"), "she has a way back");
    assert!(!ada.get(KIT).await.body.contains(&codes[0]), "shown once");

    // Lost: another browser, and none of her passkeys.
    let mut lost = running.browser();
    assert_eq!(lost.get("/recover").await.heading(), "Use a recovery code");
    let opened = lost.post("/recover", &[("code", &codes[3].to_lowercase().replace('-', " "))]).await;
    assert_eq!(opened.status, 303);
    let link = opened.location().to_owned();
    assert_eq!(lost.get(&link).await.heading(), "Welcome back, Ada");
    assert_eq!(lost.session(), None, "a code alone signs nobody in");
    let fields = json!({ "link": secret_of(&link) });
    assert_eq!(make(&mut lost, &mut passkey(7), "/enrol", &fields).await.next(), "/");
    assert_eq!(ada.get("/account").await.location(), "/login?next=%2Faccount", "whoever was in is out");
    assert!(lost.get("/account").await.body.contains("9 of 10 codes left"));
    assert_eq!(recover(&running, &codes[3]).await.status, 400, "once");
    assert_eq!(recover(&running, &codes[4]).await.status, 303, "the next");
}

/// Security row 77: nothing but a passkey (or password) ends a recovery, and no step is skipped.
#[tokio::test(flavor = "multi_thread")]
async fn security_77_no_step_of_a_recovery_is_skipped() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let codes = kit_of(&mut ada).await;
    let mut lost = running.browser();
    for path in ["/enrol/", "/setup/", "/enrol"] {
        let code = &codes[0];
        let answer = match path {
            "/enrol" => lost.post_json("/enrol/options", &json!({ "link": code })).await,
            path => lost.get(&format!("{path}{code}")).await,
        };
        assert_eq!(answer.status, 410, "{path}: security row 20, a code is no link");
    }
    for body in ["", "code=", "code=x&next=/account", "code=x&code=y", "token=x"] {
        let form = Some(("application/x-www-form-urlencoded", body.to_owned()));
        assert_eq!(lost.send(Method::POST, "/recover", &[], form).await.status, 400, "{body}");
    }
    let link = running.add_person("grace").await;
    assert_eq!(recover(&running, secret_of(&link)).await.status, 400, "security row 20, a link is no code");
    let opened = lost.post("/recover", &[("code", &codes[0])]).await.location().to_owned();
    assert_eq!(lost.session(), None);
    assert_eq!(lost.get("/account").await.location(), "/login?next=%2Faccount");
    running.pass(Ttl::from_minutes(31));
    assert_eq!(lost.get(&opened).await.status, 410, "half an hour");
}

/// Security row 15: where the answer leads is ours alone.
#[tokio::test(flavor = "multi_thread")]
async fn security_15_a_recovery_takes_nothing_from_its_address() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let codes = kit_of(&mut ada).await;
    let query = "?next=https://evil.test&redirect_uri=https://evil.test&code=x";
    let plain = running.browser().get("/recover").await.body;
    assert_eq!(running.browser().get(&format!("/recover{query}")).await.body, plain);
    let mut lost = running.browser();
    let form = Some(("application/x-www-form-urlencoded", format!("code={}", codes[0])));
    let headers = [("x-forwarded-host", "evil.test"), ("origin", ISSUER)];
    let answer = lost.send(Method::POST, &format!("/recover{query}"), &headers, form).await;
    assert!(answer.location().starts_with("/enrol/ds_lnk_"), "{answer:?}");
}

/// Security row 82: whoever has no code that opens learns nothing of anybody.
#[tokio::test(flavor = "multi_thread")]
async fn security_82_whatever_opens_nothing_is_answered_alike() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, _) = person::grace(&running).await;
    let (replaced, hers) = (kit_of(&mut ada).await, kit_of(&mut grace).await);
    let codes = kit_of(&mut ada).await;
    assert_eq!(recover(&running, &codes[0]).await.status, 303);
    running.set_active("grace", false).await;
    let mut answers = Vec::new();
    for typed in ["7K2M-9QXF-0A3C-VT8B", "nonsense", &codes[0], &replaced[1], &hers[0]] {
        let answer = recover(&running, typed).await;
        assert_eq!(answer.status, 400, "{typed}");
        assert!(!answer.body.contains(typed) && !answer.headers.contains_key("location"), "{typed}");
        answers.push(answer.body);
        // Not to meet the limit, which is another rule.
        running.pass(Ttl::from_minutes(3));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    running.set_active("grace", true).await;
    assert_eq!(recover(&running, &hers[0]).await.status, 303, "what was refused was not used up");
}

/// Security row 89: codes are tried five times.
#[tokio::test(flavor = "multi_thread")]
async fn security_89_the_sixth_wrong_code_is_told_to_wait_and_nobody_else_is() {
    let running = running::empty().await;
    let (mut ada, mut soft) = person::ada(&running).await;
    let codes = kit_of(&mut ada).await;
    let form = |code: &str| Some(("application/x-www-form-urlencoded", format!("code={code}")));
    let (here, there) = ([("x-forwarded-for", "192.0.2.7")], [("x-forwarded-for", "192.0.2.8")]);
    let mut guesser = running.browser();
    for _ in 0..5 {
        assert_eq!(guesser.send(Method::POST, "/recover", &here, form("7K2M-9QXF-0A3C-VT8B")).await.status, 400);
    }
    let sixth = guesser.send(Method::POST, "/recover", &here, form(&codes[0])).await;
    assert_eq!((sixth.status.as_u16(), sixth.header("retry-after")), (429, "300"));
    assert_eq!(note(&sixth), "Too many codes were tried. Wait 5 minutes, then try again.");
    assert_eq!(person::sign_in(&mut running.browser(), &mut soft, &json!({})).await.status, 200, "passkeys go on");
    let elsewhere = running.browser().send(Method::POST, "/recover", &there, form(&codes[0])).await;
    assert_eq!(elsewhere.status, 303, "and so does the code, which was not used up");
    running.pass(Ttl::from_minutes(6));
    assert_eq!(guesser.send(Method::POST, "/recover", &here, form(&codes[1])).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_81_making_or_removing_a_kit_wants_a_fresh_sign_in() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let codes = kit_of(&mut ada).await;
    running.pass(Ttl::from_minutes(6));
    for path in [KIT.to_owned(), format!("{KIT}/remove")] {
        assert_eq!(ada.post(&path, &[]).await.location(), "/login?next=/account/recovery-kit&again=1", "{path}");
    }
    let page = ada.get(KIT).await.body;
    assert!(page.contains("Confirm that it is you") && !page.contains("danger"), "{page}");
    assert!(running.browser().post(KIT, &[]).await.location().starts_with("/login"));
    assert_eq!(recover(&running, &codes[0]).await.status, 303, "it is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_tries_a_code_without_using_it_up_and_learns_of_nobody_elses() {
    let running = running::empty().await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut grace, _) = person::grace(&running).await;
    let (codes, hers) = (kit_of(&mut ada).await, kit_of(&mut grace).await);
    assert_eq!(recover(&running, &codes[9]).await.status, 303);
    for (code, told, sentence) in [
        (codes[0].as_str(), "opens", "This code works. It was not used up."),
        (codes[0].as_str(), "opens", "This code works. It was not used up."),
        (codes[9].as_str(), "used", "This code was used already."),
        (hers[0].as_str(), "other", "This is no code of your present kit."),
        ("x", "other", "This is no code of your present kit."),
    ] {
        let tried = ada.post(&format!("{KIT}/try"), &[("code", code)]).await;
        assert_eq!(tried.location(), format!("{KIT}?told={told}"), "{code}");
        assert!(ada.get(tried.location()).await.body.contains(sentence), "{code}");
    }
    assert!(ada.get(KIT).await.body.contains("9 of 10 codes left"));
    assert_eq!(ada.post(&format!("{KIT}/remove"), &[]).await.location(), format!("{KIT}?told=removed"));
    assert_eq!(recover(&running, &codes[0]).await.status, 400);
    assert_eq!(recover(&running, &hers[0]).await.status, 303, "hers stays");
}

/// Whoever comes back after a theft may leave nothing behind by which somebody else comes in.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_theft_the_kit_goes_with_the_passkeys() {
    let running = running::empty().await;
    let (mut ada, mut stolen) = person::ada(&running).await;
    let codes = kit_of(&mut ada).await;
    let opened = recover(&running, &codes[0]).await.location().to_owned();
    let mut back = running.browser();
    let fields = json!({ "link": secret_of(&opened), "drop_earlier": "yes" });
    assert_eq!(make(&mut back, &mut passkey(7), "/enrol", &fields).await.next(), "/");
    assert_eq!(recover(&running, &codes[1]).await.status, 400);
    assert_eq!(person::sign_in(&mut running.browser(), &mut stolen, &json!({})).await.status, 403);
    assert!(back.get(KIT).await.body.contains("None yet."));
}
