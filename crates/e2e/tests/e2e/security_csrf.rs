//! Security reference §1.4: forged requests, consent, framing and reflected text, one test a row.

use doorstep_e2e::{
    expect::{EVIL, guarded_page, leads_nowhere_evil, redirect_error},
    http::Answer,
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request},
};
use serde_json::json;

/// `rp-node` is somebody else's app here: people are asked before it learns who they are.
fn with_a_third_party() -> String {
    relying_parties().replace("[apps.rp-node]\n", "[apps.rp-node]\nfirst_party = false\n")
}

async fn fixture() -> (Instance, Person, Request) {
    let instance = Instance::provider(Engine::Sqlite, &with_a_third_party()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-node").await, "openid profile");
    (instance, ada, request)
}

/// The consent page of a request, and the interaction that its form carries.
async fn consent_page(person: &mut Person, request: &Request) -> (Answer, String) {
    let page = person.authorize(request).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert_eq!(page.url.path(), "/consent", "{page:?}");
    let interaction = page.url.query_pairs().find(|(key, _)| key == "i").expect("an interaction").1.into_owned();
    (page, interaction)
}

#[tokio::test]
async fn security_45_a_consent_belongs_to_the_browser_that_was_asked() {
    let (instance, mut ada, request) = fixture().await;
    let (_, interaction) = consent_page(&mut ada, &request).await;
    for other in [instance.stranger(), instance.newcomer("grace").await] {
        let page = other.visitor.get(&format!("{ISSUER}/consent?i={interaction}")).navigating().send().await;
        let to = page.leads_to().unwrap_or_else(|| panic!("it shows a page of its own: {page:?}"));
        assert_eq!(to.query_pairs().filter(|(name, _)| name != "i").count(), 0, "{page:?}");
        // Whatever was pressed, nothing of the request is answered: signing in or the app's own start is next.
        let form = [("interaction", interaction.as_str()), ("decision", "allow")];
        let pressed = other.visitor.post(&other.at("/consent")).on_own_page().form(&form).send().await;
        let next = pressed.goes_on_to().expect("a way on");
        let led = other.visitor.get(next.as_str()).navigating().send().await;
        assert_eq!(led.leads_to(), Some(to), "{led:?}");
    }
    let allowed = ada.consent(&interaction, "allow").await;
    assert!(allowed.location_param("code").is_some(), "her own: {allowed:?}");
}

#[tokio::test]
async fn security_46_consent_is_asked_for_whatever_else_is() {
    let (_instance, mut ada, request) = fixture().await;
    for prompt in ["consent", "select_account", "select_account consent", "login", "login consent"] {
        let asked = request.clone().with("prompt", Some(prompt));
        let answer = ada.authorize(&asked).await;
        assert!(answer.location_param("code").is_none(), "{prompt}: {answer:?}");
    }
    consent_page(&mut ada, &request.clone().with("max_age", Some("0"))).await;
    let silent = ada.ask(&request.with("prompt", Some("none"))).await;
    assert_eq!(silent.location_param("error").as_deref(), Some("consent_required"), "{silent:?}");
}

#[tokio::test]
async fn security_46_a_refusal_goes_back_as_one_and_is_not_remembered_as_consent() {
    let (_instance, mut ada, request) = fixture().await;
    let (_, interaction) = consent_page(&mut ada, &request).await;
    let refused = ada.consent(&interaction, "back").await;
    redirect_error(&refused, &request, ISSUER, "access_denied");
    consent_page(&mut ada, &request).await;
}

#[tokio::test]
async fn security_47_a_forged_request_is_refused() {
    let (_instance, ada, _request) = fixture().await;
    let paths = [
        "/login",
        "/login/passkey/options",
        "/login/passkey",
        "/enrol/options",
        "/enrol",
        "/consent",
        "/logout",
        "/account/sign-out-everywhere",
        "/account/password",
    ];
    let origins =
        ["http://auth.home.test", "https://auth.home.test.evil.test", "https://evil.test", "https://home.test", "null"];
    for path in paths {
        let ask = || ada.visitor.post(&ada.at(path)).json(&json!({}));
        for origin in origins {
            let answer = ask().header("origin", origin).header("sec-fetch-site", "same-origin").send().await;
            assert_eq!(answer.status, 403, "{path} from {origin}: {answer:?}");
        }
        for site in ["cross-site", "same-site"] {
            let answer = ask().header("sec-fetch-site", site).send().await;
            assert_eq!(answer.status, 403, "{path}, {site} without an origin: {answer:?}");
        }
    }
    assert!(ada.is_signed_in().await, "none of it signed her out");
}

#[tokio::test]
async fn security_47_signing_out_takes_a_press_of_the_button() {
    let (_instance, ada, _request) = fixture().await;
    for path in ["/logout", "/end_session"] {
        ada.visitor.get(&ada.at(path)).navigating().header("sec-fetch-site", "cross-site").send().await;
        assert!(ada.is_signed_in().await, "{path} by a link of another site");
    }
}

#[tokio::test]
async fn security_49_no_page_can_be_framed_and_none_runs_foreign_script() {
    let (instance, mut ada, request) = fixture().await;
    let stranger = instance.stranger();
    let (consent, _) = consent_page(&mut ada, &request).await;
    guarded_page(&consent, "consent");
    for path in ["/", "/account", "/account/passkeys/new", "/logout", "/end_session"] {
        guarded_page(&ada.visitor.get(&ada.at(path)).navigating().send().await, path);
    }
    for path in ["/login", "/setup/used", "/nowhere", "/authorize", "/consent", "/fa/start", "/.doorstep/callback"] {
        let answer = stranger.visitor.get(&ada.at(path)).navigating().send().await;
        if answer.location().is_none() {
            guarded_page(&answer, path);
        }
    }
    let wrong = request.with("redirect_uri", Some("https://evil.test/"));
    guarded_page(&stranger.ask(&wrong).await, "an error page");
}

#[tokio::test]
async fn security_50_a_consent_form_decides_nothing_but_yes_or_no() {
    let (_instance, mut ada, request) = fixture().await;
    let (_, interaction) = consent_page(&mut ada, &request).await;
    let form = [
        ("interaction", interaction.as_str()),
        ("decision", "allow"),
        ("redirect_uri", "https://evil.test/"),
        ("client_id", "rp-rust"),
        ("scope", "openid groups offline_access"),
    ];
    let answer = ada.visitor.post(&ada.at("/consent")).on_own_page().form(&form).send().await;
    leads_nowhere_evil(&answer, "consent");
    assert!(!answer.body.contains(EVIL), "{answer:?}");
    assert!(answer.status.is_client_error(), "{answer:?}");
    // Nothing was consented to; and a plain yes is a yes to what the page showed, not to more.
    consent_page(&mut ada, &request).await;
    assert!(ada.consent(&interaction, "allow").await.location_param("code").is_some());
    consent_page(&mut ada, &request.with("scope", Some("openid profile groups"))).await;
}

const HOSTILE: &str = "\"'><svg onload=alert(1)>\u{202e}\u{200b}";

#[tokio::test]
async fn security_52_nothing_that_was_sent_comes_back_as_markup() {
    let (instance, ada, request) = fixture().await;
    let stranger = instance.stranger();
    let encoded: String = url::form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for path in [
        "/",
        "/login",
        "/account",
        "/consent",
        "/logout",
        "/end_session",
        "/fa/start",
        "/authorize",
        "/setup/x",
        "/nowhere",
    ] {
        for name in [
            "i",
            "error",
            "error_description",
            "state",
            "client_id",
            "user_name",
            "login_hint",
            "st",
            "rd",
            "ui_locales",
        ] {
            for person in [&ada, &stranger] {
                let ask = person.visitor.get(&format!("{ISSUER}{path}?{name}={encoded}")).navigating();
                let answer = ask
                    .header("referer", HOSTILE.as_bytes())
                    .header("user-agent", "<svg onload=alert(1)>")
                    .send()
                    .await;
                assert!(!answer.body.to_ascii_lowercase().contains("<svg onload"), "{path}?{name}: {}", answer.body);
            }
        }
    }
    for name in ["__Host-ds_session", "__Host-ds_login_0a1b2c3d", "theme"] {
        let visitor = instance.visitor();
        let ask = visitor.get(&format!("{ISSUER}/login")).navigating();
        let answer = ask.header("cookie", format!("{name}=<svg onload=alert(1)>")).send().await;
        assert!(!answer.body.contains("<svg onload"), "{name}: {}", answer.body);
    }
    for name in ["client_id", "redirect_uri", "scope", "state", "prompt", "login_hint", "response_type"] {
        let answer = ada.ask(&request.clone().with(name, Some(HOSTILE))).await;
        assert!(!answer.body.contains("<svg onload"), "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn security_52_a_persons_name_is_text() {
    let instance = Instance::provider(Engine::Sqlite, &with_a_third_party()).await;
    let mut ada = instance.stranger();
    let fields = json!({ "display_name": HOSTILE, "user_name": "ada", "email": "" });
    let link = instance.doorstep.set_up_link().await;
    let answer = ada.try_enrol(&link, &fields).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    ada.sign_in_anew().await;
    for path in ["/", "/account"] {
        let page = ada.visitor.get(&ada.at(path)).navigating().send().await;
        assert!(!page.body.contains("<svg onload"), "{path}: {}", page.body);
        assert!(page.body.contains("svg onload"), "{path} does not show the name at all: {}", page.body);
    }
}

#[tokio::test]
async fn security_53_a_request_object_is_refused_and_nothing_is_fetched() {
    let (_instance, ada, request) = fixture().await;
    let trap = doorstep_e2e::echo::Echo::start().await;
    let by_reference = request.clone().with("request_uri", Some(&format!("http://{}/", trap.upstream())));
    let answer = ada.ask(&by_reference).await;
    assert_eq!(answer.location_param("error").as_deref(), Some("request_uri_not_supported"), "{answer:?}");
    let by_value = ada.ask(&request.with("request", Some("e30.e30."))).await;
    assert_eq!(by_value.location_param("error").as_deref(), Some("request_not_supported"), "{by_value:?}");
    assert_eq!(trap.seen(), []);
}
