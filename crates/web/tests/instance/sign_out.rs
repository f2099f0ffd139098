//! Signing out: asked about, unless an ID Token of this very session says so.

use crate::{
    browser::FORM,
    person::{self, request},
    relying_party::redeem,
    running,
};
use doorstep_core::oauth::params::encode_pairs;
use reqwest::Method;

const BYE: &str = "https://photos.example.org/bye";
const HELD_BACK: &str = "The app asked to go on to an address that is not registered for it";

#[tokio::test(flavor = "multi_thread")]
async fn security_114_a_link_or_a_foreign_form_signs_nobody_out() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let query = encode_pairs([("client_id", "photos"), ("post_logout_redirect_uri", BYE), ("state", "x y")]);
    let page = browser.get(&format!("/end_session?{query}")).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Sign out of your apps?"));
    for words in ["Photos asks to sign you out", "name=\"state\" value=\"x y\"", "action=\"/logout\""] {
        assert!(page.body.replace("<bdi>", "").replace("</bdi>", "").contains(words), "{words}");
    }
    let plain = browser.get("/logout").await;
    assert_eq!((plain.heading().as_str(), plain.body.contains(HELD_BACK)), ("Sign out of your apps?", false));
    assert!(!page.body.contains(HELD_BACK));
    for query in ["client_id=photos&post_logout_redirect_uri=https://evil.test/", "post_logout_redirect_uri=https://a"]
    {
        let page = browser.get(&format!("/end_session?{query}")).await;
        assert_eq!(
            (page.heading().as_str(), page.body.contains(HELD_BACK)),
            ("Sign out of your apps?", true),
            "{query}"
        );
    }

    // The app's own form comes without our cookies, and again by GET with them.
    let foreign = [("origin", "https://photos.example.org"), ("sec-fetch-site", "cross-site")];
    let body = Some((FORM, query.clone()));
    let answer = running.browser().send(Method::POST, "/end_session", &foreign, body.clone()).await;
    assert_eq!(browser.get(answer.location()).await.heading(), "Sign out of your apps?");
    assert_eq!(browser.send(Method::POST, "/logout", &foreign, body).await.status, 403);
    assert_eq!(browser.get("/").await.status, 200);

    let answer = browser.post("/logout", &[("client_id", "photos"), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(answer.goes_on_to(), BYE);
    assert_eq!(browser.session(), None);
    assert_eq!(browser.get("/logout").await.heading(), "You are signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_its_own_session_out_and_nobody_elses() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let mut other = running.browser();
    person::sign_in(&mut other, &mut soft, &serde_json::json!({})).await.next();
    let code = browser.get(&request("")).await.sent("code").unwrap();
    let tokens = redeem(&running, &code).await;
    let hint = tokens["id_token"].as_str().unwrap();
    let address = |to: &str| {
        format!(
            "/end_session?{}",
            encode_pairs([("id_token_hint", hint), ("post_logout_redirect_uri", to), ("state", "z")])
        )
    };
    assert_eq!(other.get(&address(BYE)).await.heading(), "Sign out of your apps?");
    assert_eq!(browser.get(&address(BYE)).await.location(), format!("{BYE}?state=z"));
    assert_eq!((browser.session(), other.session().is_some()), (None, true));
    let stays = browser.get(&address("https://evil.test/")).await;
    assert_eq!((stays.heading().as_str(), stays.body.contains("evil")), ("You are signed out", false));
    assert!(stays.body.contains(HELD_BACK), "{stays:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_on_an_apps_host_promises_nothing_for_the_app_and_leads_to_the_instance() {
    let running = running::empty().await;
    running.guard().await;
    let at_app =
        |origin| [("x-forwarded-host", "wiki.example.org"), ("x-forwarded-proto", "https"), ("origin", origin)];
    let mut browser = running.browser();
    let foreign = browser.send(Method::POST, "/.doorstep/logout", &at_app("https://evil.test"), None).await;
    assert_eq!((foreign.status.as_u16(), foreign.heading().as_str()), (403, "Nothing was changed"));
    assert_eq!(foreign.header("strict-transport-security"), "", "it would speak for the app");
    for address in [doorstep_web::assets::APP_HOST_STYLE, "<a class=\"button wide\" href=\"https://auth.example.org"] {
        assert!(foreign.body.contains(address), "{}", foreign.body);
    }
    let own = browser.send(Method::POST, "/.doorstep/logout", &at_app("https://wiki.example.org"), None).await;
    assert_eq!(own.location(), "https://auth.example.org/logout");
}
