//! Consent: asked of the right person in the right browser, and never skipped.

use crate::{
    browser::Browser,
    person::{self, parked, request},
    running::{self, CALLBACK, Running},
};
use doorstep_core::{ceremony::soft::SoftAuthenticator, time::Ttl};

/// An instance with an app of somebody else's, and Ada.
async fn foreign_app() -> (Running, Browser, SoftAuthenticator) {
    let running = running::empty().await;
    running.declare(|client| client.first_party = false).await;
    let (browser, soft) = person::ada(&running).await;
    (running, browser, soft)
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_is_asked_once_and_remembered() {
    let (_running, mut browser, _) = foreign_app().await;
    let consent = browser.get(&request("")).await.location().to_owned();
    let page = browser.get(&consent).await;
    assert_eq!(page.heading(), "Photos wants to know who you are");
    for words in [
        "ada@example.org",
        "You return to <span class=\"mono\"><bdi>photos.example.org</bdi>",
        "Allow",
        "Go back without signing in",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let id = consent.split_once("i=").unwrap().1;
    let allowed = browser.post("/consent", &[("interaction", id), ("decision", "allow")]).await;
    let answer = browser.get(&allowed.goes_on_to()).await;
    assert!(answer.location().starts_with(CALLBACK) && answer.sent("code").is_some(), "{answer:?}");
    assert!(browser.get(&request("")).await.sent("code").is_some());
    assert!(browser.get(&request("&prompt=consent")).await.location().starts_with("/consent?i="));
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_tells_the_app_and_spends_the_request() {
    let (running, mut browser, _) = foreign_app().await;
    for (more, scheme) in [("", false), ("&response_mode=form_post", false), ("", true)] {
        let mut address = request(more);
        if scheme {
            let app = "app.photos:///cb";
            running
                .declare(|client| {
                    (client.native, client.first_party, client.redirect_uris) = (true, false, vec![app.to_owned()]);
                })
                .await;
            address = address.replace(&*doorstep_core::oauth::params::encode(CALLBACK), "app.photos%3A%2F%2F%2Fcb");
        }
        let consent = browser.get(&address).await.location().to_owned();
        let returns = if scheme { "<bdi>app.photos</bdi>" } else { "<bdi>photos.example.org</bdi>" };
        assert!(browser.get(&consent).await.body.contains(returns), "{returns}");
        let id = consent.split_once("i=").unwrap().1;
        let back = browser.post("/consent", &[("interaction", id), ("decision", "back")]).await.goes_on_to();
        let answer = browser.get(&back).await;
        if more.is_empty() {
            assert_eq!(answer.sent("error").as_deref(), Some("access_denied"));
            assert_eq!(answer.location().starts_with("app.photos:"), scheme);
        } else {
            assert!(answer.body.contains("value=\"access_denied\""), "{answer:?}");
        }
        assert_eq!(browser.get(&back).await.goes_on_to(), "https://photos.example.org");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_45_a_consent_page_opens_in_its_own_browser_only() {
    let (running, mut browser, mut soft) = foreign_app().await;
    let consent = browser.get(&request("")).await.location().to_owned();
    let id = consent.split_once("i=").unwrap().1;
    let (mut nobody, mut other) = (running.browser(), running.browser());
    person::sign_in(&mut other, &mut soft, &serde_json::json!({})).await.next();
    let login = format!("/login?i={id}");
    for (stranger, leads_to) in [(&mut nobody, login.as_str()), (&mut other, "https://photos.example.org")] {
        assert_eq!(stranger.get(&consent).await.leads_to(), leads_to);
        assert_eq!(stranger.get(&format!("/consent/back?i={id}")).await.leads_to(), leads_to);
        let answer = stranger.post("/consent", &[("interaction", id), ("decision", "allow")]).await;
        assert_eq!(answer.goes_on_to(), format!("/authorize/resume?i={id}"));
        assert_eq!(stranger.get(&answer.goes_on_to()).await.leads_to(), leads_to);
    }
    assert_eq!(browser.get(&consent).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_46_no_prompt_skips_consent() {
    let (running, mut browser, mut soft) = foreign_app().await;
    for more in ["&prompt=select_account%20consent", "&prompt=select_account", "&max_age=0"] {
        let login = browser.get(&request(more)).await.location().to_owned();
        assert!(login.starts_with("/login?i="), "{more} {login}");
        running.instance.context.ambient.advance(Ttl::from_seconds(1));
        let next = person::sign_in(&mut browser, &mut soft, &parked(&login)).await.next();
        let consent = browser.get(&next).await.location().to_owned();
        assert_eq!(browser.get(&consent).await.heading(), "Photos wants to know who you are", "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_50_a_form_cannot_carry_more_than_its_page_has() {
    let (_running, mut browser, _) = foreign_app().await;
    let consent = browser.get(&request("")).await.location().to_owned();
    let id = consent.split_once("i=").unwrap().1.to_owned();
    for extra in ["redirect_uri", "client_id", "scope", "interaction"] {
        let form = [("interaction", id.as_str()), ("decision", "allow"), (extra, "https://evil.test/cb")];
        let answer = browser.post("/consent", &form).await;
        assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (400, "This form cannot be read"), "{extra}");
    }
    let mut fields = parked(&consent);
    fields["redirect_uri"] = "https://evil.test/cb".into();
    let answer = browser.post_json("/login/passkey/options", &fields).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["message"].is_string());
    assert_eq!(browser.get(&consent).await.status, 200);
}
