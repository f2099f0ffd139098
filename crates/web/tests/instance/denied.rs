//! What people and programs are told where forward auth refuses: by groups, or to everybody by a rule.

use crate::{
    browser::{Answer, Browser},
    guarded::{at_wiki, enter, reported},
    person, running,
};
use doorstep_core::model::{Effect, Proof, Rule};
use reqwest::Method;
use serde_json::{Value, json};

fn rules() -> Vec<Rule> {
    let rule = |path: &str, effect| Rule {
        paths: vec![path.to_owned().try_into().unwrap()],
        methods: [].into(),
        networks: vec![],
        effect,
    };
    let of = |groups: &[&str]| {
        let allow = groups.iter().map(|group| group.parse().unwrap()).collect();
        Effect::SignIn { allow: Some(allow), proof: Proof::default() }
    };
    vec![rule("/closed/", Effect::Refuse), rule("/admin/", of(&["admins", "ops"]))]
}

async fn ask(at_app: &mut Browser, path: &str, mode: &str) -> Answer {
    at_app.send(Method::GET, "/fa/forward", &at_wiki(path, mode), None).await
}

/// The text of a page, without its markup.
fn text(page: &Answer) -> String {
    let body = page.body.split("</style>").last().unwrap();
    let text: String = body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_learns_what_would_let_them_in_and_an_administrator_by_which_rule() {
    let running = running::empty().await;
    running.guard_by(rules()).await;
    let (_, (mut grace, _)) = (person::ada(&running).await, person::grace(&running).await);
    let mut at_app = running.browser();
    enter(&mut at_app, &mut grace).await;

    let page = ask(&mut at_app, "/admin/x", "navigate").await;
    assert_eq!((page.status.as_u16(), page.header("x-doorstep-reason")), (403, "not_allowed"));
    assert_eq!(page.heading(), "This part of Wiki is not for your account");
    let read = text(&page);
    for words in ["signed in as grace.", "for members of admins or ops.", "Ask for access", "Use another account"] {
        assert!(read.contains(words), "{words}: {read}");
    }
    assert!(page.body.contains("href=\"https://auth.example.org/login?other=1\""), "{}", page.body);
    let report = reported(&running, &page).await;
    assert_eq!(
        (report.rule.as_str(), report.what.as_str()),
        ("not_in_group", "grace is in none of the groups that may use Wiki")
    );
    let facts = report.facts.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    assert!(facts.contains(&"by=rule 2, /admin/: sign in, admins, ops".to_owned()), "{facts:?}");

    let read = ask(&mut at_app, "/admin/x", "cors").await;
    assert_eq!((read.status.as_u16(), read.header("x-doorstep-login")), (403, ""));
    let read: Value = serde_json::from_str(&read.body).unwrap();
    assert_eq!(read, json!({ "error": "not_allowed", "message": "whoever is signed in may not send this request" }));
    assert!(
        !ask(&mut running.browser(), "/admin/x", "cors").await.body.contains("ops"),
        "groups are told to people who are signed in"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_an_app_is_in_the_language_that_the_account_keeps_at_this_moment() {
    let running = running::empty().await;
    running.guard_by(rules()).await;
    let (_, (mut grace, _)) = (person::ada(&running).await, person::grace(&running).await);
    let mut at_app = running.browser();
    enter(&mut at_app, &mut grace).await;
    for language in ["nl", "pl", ""] {
        grace.post("/language", &[("language", language), ("next", "/")]).await;
        let page = ask(&mut at_app, "/admin/x", "navigate").await;
        let said = if language.is_empty() { "en" } else { language };
        assert_eq!((page.status.as_u16(), page.header("content-language")), (403, said), "{}", page.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_closes_to_everybody_is_not_said_to_be_for_another_account() {
    let running = running::empty().await;
    running.guard_by(rules()).await;
    let (mut ada, _) = person::ada(&running).await;
    let (mut at_app, mut nobody) = (running.browser(), running.browser());
    enter(&mut at_app, &mut ada).await;
    for browser in [&mut at_app, &mut nobody] {
        let page = ask(browser, "/closed/x", "navigate").await;
        assert_eq!((page.status.as_u16(), page.header("x-doorstep-reason")), (403, "refused_by_rule"));
        assert_eq!(page.heading(), "Wiki is closed at this address");
        let read = text(&page);
        assert!(read.contains("another account changes nothing") && !read.contains("Use another account"), "{read}");
        let report = reported(&running, &page).await;
        let expected = ("refused_by_rule", "rule 1, /closed/: refuse: Wiki is closed to everybody there");
        assert_eq!((report.rule.as_str(), report.what.as_str()), expected);
        assert!(page.body.len() < 4_000 + doorstep_web::assets::APP_HOST_STYLE.len());

        let read = ask(browser, "/closed/x", "cors").await;
        assert_eq!((read.status.as_u16(), read.header("x-doorstep-login"), read.header("set-cookie")), (403, "", ""));
        let read: Value = serde_json::from_str(&read.body).unwrap();
        assert_eq!(
            read,
            json!({ "error": "refused_by_rule", "message": "a rule refuses this request, whoever sends it" })
        );
    }
    // nginx asks once more for what people see.
    let nginx = [
        ("x-original-url", "https://wiki.example.org/closed/x"),
        ("x-original-method", "GET"),
        ("accept", "text/html"),
    ];
    let first = nobody.send(Method::GET, "/fa/nginx", &nginx, None).await;
    assert_eq!(
        (first.status.as_u16(), first.header("x-doorstep-reason"), first.body.as_str()),
        (403, "refused_by_rule", "")
    );
    let page = nobody.send(Method::GET, "/fa/nginx/refusal", &nginx, None).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (403, "Wiki is closed at this address"));
}
