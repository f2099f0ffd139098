//! In which language an answer is, and how a person chooses another one.

use crate::{
    browser::{Answer, Browser, FORM},
    person::{self, request},
    running,
};
use doorstep_words::Language;
use reqwest::Method;
use serde_json::json;

async fn asking(browser: &mut Browser, path: &str, accept: &str) -> Answer {
    browser.send(Method::GET, path, &[("accept-language", accept)], None).await
}

fn is_in(answer: &Answer, language: Language) {
    let tag = language.tag();
    assert!(answer.body.contains(&format!("<html lang=\"{tag}\">")), "{tag}: {}", answer.body);
    assert_eq!(answer.headers["content-language"], tag);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_in_the_language_of_the_browser() {
    let running = running::empty().await;
    let mut browser = running.browser();
    for language in Language::ALL {
        let answer = asking(&mut browser, "/login", &format!("{}, en;q=0.5", language.tag())).await;
        is_in(&answer, language);
    }
    for (accept, language) in
        [("", Language::English), ("sv", Language::English), ("pt-PT;q=0.4, pl-PL", Language::Polish)]
    {
        is_in(&asking(&mut browser, "/login", accept).await, language);
        is_in(&asking(&mut browser, "/nowhere", accept).await, language);
    }
}

/// OpenID Connect Core §3.1.2.1: `ui_locales`, in order of preference; no error for what is not supported.
#[tokio::test(flavor = "multi_thread")]
async fn oidc_core_3_1_2_1_an_app_says_in_which_languages_its_person_reads() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    for (asked, language) in [
        ("&ui_locales=fr-CA%20fr%20en", Language::French),
        ("&ui_locales=sv%20ja", Language::Japanese),
        ("&ui_locales=sv", Language::German),
        ("&ui_locales=%3Cscript%3E", Language::German),
        ("", Language::German),
    ] {
        let mut browser = running.browser();
        let page = browser.get(&request(asked)).await.location().to_owned();
        let answer = asking(&mut browser, &page, "de").await;
        is_in(&answer, language);
        // A choice that would change nothing is not offered.
        assert_eq!(answer.body.contains("<a href=\"/language\">"), language == Language::German, "{asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_language_stays_with_the_browser_until_it_is_given_up() {
    let running = running::empty().await;
    let mut browser = running.browser();
    let page = asking(&mut browser, "/login?other=1", "de").await;
    assert!(page.body.contains("<a href=\"/language\">Sprache: Deutsch</a>"), "{}", page.body);
    let from = format!("{}/login?other=1", running::ISSUER);
    let headers = [("accept-language", "de"), ("referer", from.as_str())];
    let choice = browser.send(Method::GET, "/language", &headers, None).await;
    is_in(&choice, Language::German);
    assert!(choice.body.contains("name=\"next\" value=\"/login?other=1\""), "{}", choice.body);
    assert!(choice.body.contains("lang=\"ja\">日本語</button>") && !choice.body.contains("value=\"\""));

    let chosen = browser.post("/language", &[("language", "ja"), ("next", "/login?other=1")]).await;
    assert_eq!(chosen.goes_on_to(), "/login?other=1");
    assert_eq!(browser.cookies["__Host-ds_language"], "ja");
    is_in(&asking(&mut browser, "/login?other=1", "de").await, Language::Japanese);
    assert!(asking(&mut browser, "/language", "de").await.body.contains("name=\"language\" value=\"\""));

    browser.post("/language", &[("language", ""), ("next", "/")]).await;
    is_in(&asking(&mut browser, "/login", "de").await, Language::German);
}

/// Security rows 11 and 13: what leads on from the choice is a path of ours.
#[tokio::test(flavor = "multi_thread")]
async fn security_11_13_a_choice_leads_back_and_nowhere_else() {
    let running = running::empty().await;
    let mut browser = running.browser();
    for elsewhere in ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "/.//evil.test"] {
        let path = format!("/language?next={}", doorstep_core::oauth::params::encode(elsewhere));
        assert!(browser.get(&path).await.body.contains("name=\"next\" value=\"/\""), "{elsewhere}");
        let came = browser.send(Method::GET, "/language", &[("referer", elsewhere)], None).await;
        assert!(came.body.contains("name=\"next\" value=\"/\""), "{elsewhere}");
        let chosen = browser.post("/language", &[("language", "de"), ("next", elsewhere)]).await;
        assert_eq!(chosen.goes_on_to(), "/", "{elsewhere}");
    }
    let odd = browser.post("/language", &[("language", "<svg>"), ("next", "/"), ("more", "x")]).await;
    assert_eq!((odd.status.as_u16(), odd.heading().as_str()), (400, "Dieses Formular ist nicht zu lesen"));
    let link = running.add_person("grace").await;
    let enrol = browser.get(&format!("{link}?more=evil")).await;
    let leads_back = format!("<a href=\"/language?next={}\">", doorstep_core::oauth::params::encode(&link));
    assert!(enrol.body.contains(&leads_back), "{}", enrol.body);
    for (path, status) in [("/nowhere", 404), ("/enrol/x", 410), ("/authorize", 400)] {
        let refused = browser.get(path).await;
        assert!(refused.status == status && !refused.body.contains("/language"), "{path}");
    }
    let garbage = running.browser();
    let mut garbage = garbage.twin();
    garbage.cookies.insert("__Host-ds_language".to_owned(), "klingon".to_owned());
    is_in(&asking(&mut garbage, "/login", "de").await, Language::German);
}

/// A sentence for the script is in the language of the page that asks.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_the_script_is_in_the_language_of_its_page() {
    let running = running::empty().await;
    let mut browser = running.browser();
    let sent = || Some(("application/json", "{\"x\":1}".to_owned()));
    let headers = [("origin", running::ISSUER), ("accept-language", "de"), ("doorstep-language", "pl")];
    let polish = browser.send(Method::POST, "/login/passkey", &headers, sent()).await;
    assert!(polish.body.contains("Ta strona jest nieaktualna."), "{}", polish.body);
    let german = browser.send(Method::POST, "/login/passkey", &headers[..2], sent()).await;
    assert!(german.body.contains("Diese Seite ist veraltet."), "{}", german.body);
    let form = [("origin", "https://evil.test"), ("accept-language", "it")];
    let foreign = browser.send(Method::POST, "/login", &form, Some((FORM, String::new()))).await;
    is_in(&foreign, Language::Italian);
}

/// The bar above them is in the language of the browser, too; what is in no file of words is English, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_account_are_in_the_language_of_the_browser_and_those_of_administrators_say_that_they_are_not()
{
    let running = running::empty().await;
    let (mut browser, _) = person::ada(&running).await;
    for path in ["/", "/account", "/account/activity", "/account/email", "/account/data", "/account/recovery-kit"] {
        let page = asking(&mut browser, path, "de").await;
        is_in(&page, Language::German);
        assert!(
            page.body.contains(">Abmelden</button>") && page.body.contains("<main id=\"main\" tabindex=\"-1\">"),
            "{path}: {}",
            page.body
        );
    }
    let requests = asking(&mut browser, "/admin/requests", "de").await;
    is_in(&requests, Language::German);
    assert!(requests.body.contains("<main id=\"main\" tabindex=\"-1\" lang=\"en\" dir=\"ltr\">"), "{}", requests.body);
}

/// Order: the app's request, the account, the browser's choice, `Accept-Language`.
#[tokio::test(flavor = "multi_thread")]
async fn the_account_keeps_a_language_for_every_browser_of_a_person_until_they_give_it_up() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, mut key) = person::ada(&running).await;
    let page = asking(&mut browser, "/language?next=/account", "de").await;
    assert!(page.body.contains("Dein Konto merkt sie sich"), "{}", page.body);
    browser.post("/language", &[("language", "nl"), ("next", "/account")]).await;
    browser.cookies.insert("__Host-ds_language".to_owned(), "pl".to_owned());
    let account = asking(&mut browser, "/account", "de").await;
    is_in(&account, Language::Dutch);
    assert!(account.body.contains("<option value=\"nl\" lang=\"nl\" selected>"), "{}", account.body);

    let mut other = running.browser();
    person::sign_in(&mut other, &mut key, &json!({})).await;
    is_in(&asking(&mut other, "/", "de").await, Language::Dutch);
    is_in(&asking(&mut other, "/language", "de").await, Language::Dutch);
    let consent = other.get(&request("&prompt=consent&ui_locales=fr")).await.location().to_owned();
    is_in(&asking(&mut other, &consent, "de").await, Language::French);
    let consent = other.get(&request("&prompt=consent")).await.location().to_owned();
    is_in(&asking(&mut other, &consent, "de").await, Language::Dutch);

    let copy = other.post("/account/data/copy", &[]).await.body;
    assert!(copy.contains("\"language\": \"nl\""), "{copy}");
    other.post("/language", &[("language", ""), ("next", "/")]).await;
    is_in(&asking(&mut other, "/", "de").await, Language::German);
    is_in(&asking(&mut browser, "/", "de").await, Language::Polish);
    // What is none of the languages is none.
    other.post("/language", &[("language", "<b>"), ("next", "/")]).await;
    is_in(&asking(&mut other, "/", "it").await, Language::Italian);
}
