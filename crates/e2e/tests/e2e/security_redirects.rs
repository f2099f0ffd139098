//! Security reference §1.1: redirect addresses and open redirects, one test a row.

use doorstep_e2e::{
    expect::{EVIL, error_page, leads_nowhere_evil, redirect_error},
    http::Visitor,
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request},
};

const GOOD: &str = "https://rp-rust.apps.test/callback";

async fn instance() -> (Instance, Person, Request) {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid");
    (instance, ada, request)
}

/// Every one of these addresses gets a page, for a person who is signed in and for a stranger.
async fn all_get_a_page(addresses: &[&str]) {
    let (instance, ada, request) = instance().await;
    assert_eq!(ada.ask(&request).await.location().map(|to| to.path().to_owned()).as_deref(), Some("/callback"));
    let stranger = instance.stranger();
    for address in addresses {
        let request = request.clone().with("redirect_uri", Some(address));
        error_page(&ada.ask(&request).await, address);
        error_page(&stranger.ask(&request).await, address);
    }
}

#[tokio::test]
async fn security_01_a_host_hidden_behind_userinfo_gets_a_page() {
    all_get_a_page(&[
        "https://rp-rust.apps.test@evil.test/callback",
        "https://rp-rust.apps.test%40evil.test/callback",
        "https://evil.test@rp-rust.apps.test/callback",
        "https://rp-rust.apps.test:443@evil.test/callback",
    ])
    .await;
}

#[tokio::test]
async fn security_02_prompt_none_does_not_come_before_the_redirect_check() {
    let (instance, ada, request) = instance().await;
    let request = request.with("prompt", Some("none")).with("redirect_uri", Some("https://evil.test/"));
    error_page(&instance.stranger().ask(&request).await, "no session");
    error_page(&ada.ask(&request).await, "a session");
}

#[tokio::test]
async fn security_03_client_then_redirect_uri_then_everything_else() {
    let (_instance, ada, request) = instance().await;
    let faults = [
        ("scope", Some("nonsense")),
        ("response_type", Some("token")),
        ("response_type", None),
        ("code_challenge", None),
        ("code_challenge_method", Some("plain")),
        ("prompt", Some("none login")),
        ("max_age", Some("-1")),
        ("response_mode", Some("nonsense")),
        ("request", Some("e30.e30.")),
    ];
    for (name, value) in faults {
        let wrong = request.clone().with(name, value);
        let to = ada.ask(&wrong).await;
        assert_eq!(to.status, 303, "{name} alone goes back to the client: {to:?}");
        error_page(&ada.ask(&wrong.clone().with("redirect_uri", Some("https://evil.test/"))).await, name);
        error_page(&ada.ask(&wrong.clone().with("redirect_uri", None)).await, name);
        error_page(&ada.ask(&wrong.with("client_id", Some("nobody"))).await, name);
    }
}

#[tokio::test]
async fn security_04_a_dot_is_a_dot() {
    all_get_a_page(&["https://rp-rustxapps.test/callback", "https://rpxrust.apps.test/callback"]).await;
}

#[tokio::test]
async fn security_05_an_address_is_compared_whole_and_never_learned() {
    all_get_a_page(&[
        "https://evil.test/?https://rp-rust.apps.test/callback",
        "https://evil.test/#https://rp-rust.apps.test/callback",
        "https://rp-rust.apps.test/callback?x=1",
        "https://rp-rust.apps.test/callback#x",
        "https://rp-rust.apps.test/callback/",
        "https://rp-rust.apps.test/Callback",
        "HTTPS://rp-rust.apps.test/callback",
        "https://RP-RUST.apps.test/callback",
        "https://rp-rust.apps.test:443/callback",
        "http://rp-rust.apps.test/callback",
        " https://rp-rust.apps.test/callback",
        "https://rp-rust.apps.test/callback ",
        "",
    ])
    .await;
}

#[tokio::test]
async fn security_05_a_sign_out_leads_to_no_address_that_is_not_registered() {
    let (_instance, ada, _request) = instance().await;
    for _ in 0..2 {
        let url = format!("{ISSUER}/end_session?post_logout_redirect_uri=https://new.evil.test/&state=1");
        let answer = ada.visitor.get(&url).navigating().send().await;
        leads_nowhere_evil(&answer, "end_session");
        assert!(!answer.body.contains(EVIL), "{answer:?}");
    }
}

#[tokio::test]
async fn security_06_what_no_parser_reads_is_refused() {
    all_get_a_page(&[
        "https://a@rp-rust.apps.test@evil.test/callback",
        "https://[::1/callback",
        "https://rp-rust.apps.test:99999/callback",
        "https://rp-rust.apps.test:x/callback",
        "//rp-rust.apps.test/callback",
        "/callback",
        "https:rp-rust.apps.test/callback",
        "https:///rp-rust.apps.test/callback",
    ])
    .await;
}

#[tokio::test]
async fn security_07_path_tricks_do_not_reach_another_path() {
    all_get_a_page(&[
        "https://rp-rust.apps.test/callback/..;/other",
        "https://rp-rust.apps.test/callback/../callback",
        "https://rp-rust.apps.test/./callback",
        "https://rp-rust.apps.test//callback",
        "https://rp-rust.apps.test/callback%2f..%2fx",
        "https://rp-rust.apps.test/%63allback",
        "https://rp-rust.apps.test\\callback",
    ])
    .await;
}

#[tokio::test]
async fn security_09_only_loopback_literals_may_vary_their_port() {
    all_get_a_page(&[
        "http://localhost.evil.test:1/callback",
        "http://127.0.0.1.evil.test/callback",
        "http://127.0.0.1@evil.test/callback",
        "http://localhost/callback",
        "http://127.0.0.1:1/callback",
        "http://2130706433/callback",
    ])
    .await;
}

/// Declares an app with one callback and says what `plan` thinks of it.
async fn planned(callback: &str) -> (i32, String) {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let declared = format!("\n[apps.bad]\nurl = \"https://bad.apps.test\"\ncallbacks = [{callback:?}]\n");
    instance.doorstep.declare(&(relying_parties() + &declared));
    let said = instance.doorstep.command(&["plan"]);
    (said.status, said.out + &said.err)
}

#[tokio::test]
async fn security_08_a_wildcard_is_refused_with_file_and_line() {
    for callback in ["https://bad.apps.test*", "https://bad.apps.test/*", "https://*.apps.test/callback"] {
        let (status, said) = planned(callback).await;
        assert_eq!(status, 1, "{callback}: {said}");
        assert!(said.contains("doorstep.toml:"), "{callback}: {said}");
    }
}

#[tokio::test]
async fn security_10_schemes_that_a_browser_runs_are_refused() {
    let schemes = [
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://x/y",
        "file:///etc/passwd",
        " javascript:x",
        "\tjavascript:x",
    ];
    for callback in schemes {
        let (status, said) = planned(callback).await;
        assert_eq!(status, 1, "{callback:?}: {said}");
    }
}

/// Ways to write "somewhere else" in a parameter that ought to hold a path.
const ELSEWHERE: [&str; 14] = [
    "//evil.test",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/%09/evil.test",
    "/%0a/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/ /evil.test",
    "/./\\evil.test",
    "https:evil.test",
    "https://evil.test/",
    "javascript:alert('evil.test')",
    "https://auth.home.test@evil.test/",
];

#[tokio::test]
async fn security_11_forward_auth_starts_lead_to_no_foreign_host() {
    let (instance, ada, _request) = instance().await;
    let stranger = instance.stranger();
    for value in ELSEWHERE {
        for name in ["rd", "st"] {
            let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let url = format!("{ISSUER}/fa/start?{name}={value}");
            leads_nowhere_evil(&ada.visitor.get(&url).navigating().send().await, &url);
            leads_nowhere_evil(&stranger.visitor.get(&url).navigating().send().await, &url);
        }
    }
}

#[tokio::test]
async fn security_12_a_known_host_is_not_a_suffix() {
    let (_instance, ada, _request) = instance().await;
    for value in ["https://evilrp-rust.apps.test.evil.test/", "https://glances.other.test.evil.test/"] {
        let url = format!("{ISSUER}/fa/start?rd={value}");
        let answer = ada.visitor.get(&url).navigating().send().await;
        assert!(!answer.status.is_success(), "{answer:?}");
        leads_nowhere_evil(&answer, value);
    }
}

#[tokio::test]
async fn security_13_no_parameter_of_a_page_becomes_a_link() {
    let (instance, ada, _request) = instance().await;
    let stranger = instance.stranger();
    for path in ["/login", "/", "/account", "/logout", "/consent", "/end_session", "/.doorstep/callback"] {
        for name in ["i", "next", "back", "rd", "return_to", "redirect_uri", "url", "state"] {
            for value in ELSEWHERE {
                let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                let url = format!("{ISSUER}{path}?{name}={value}");
                let visitor = if path == "/login" { &stranger.visitor } else { &ada.visitor };
                leads_nowhere_evil(&visitor.get(&url).navigating().send().await, &url);
            }
        }
    }
}

#[tokio::test]
async fn security_15_a_printed_link_begins_with_the_issuer_whatever_a_request_said() {
    let (instance, _ada, _request) = instance().await;
    let visitor = Visitor::plain();
    for name in ["host", "x-forwarded-host", "forwarded"] {
        let value = if name == "forwarded" { "host=evil.test" } else { EVIL };
        let answer = visitor.get(&instance.inside("/login")).header(name, value).navigating().send().await;
        leads_nowhere_evil(&answer, name);
        assert!(!answer.body.contains(EVIL), "{name}: {answer:?}");
    }
    let link = instance.doorstep.reported(&["recover", "ada"]).link(ISSUER);
    assert!(link.starts_with(&format!("{ISSUER}/")), "{link}");
}

#[tokio::test]
async fn security_16_an_app_lives_at_no_script() {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    for url in ["javascript:alert(1)", "data:text/html,x", "//evil.test", "bad.apps.test"] {
        instance
            .doorstep
            .declare(&(relying_parties() + &format!("\n[apps.bad]\nurl = {url:?}\ncallbacks = [\"/callback\"]\n")));
        let said = instance.doorstep.command(&["plan"]);
        assert_eq!(said.status, 1, "{url}: {said:?}");
    }
}

#[tokio::test]
async fn security_16_a_form_post_page_reflects_nothing_raw() {
    let (_instance, ada, request) = instance().await;
    let hostile = "\"><script>alert(1)</script>&amp;'";
    let request = request.with("response_mode", Some("form_post")).with("state", Some(hostile));
    let answer = ada.ask(&request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    assert!(answer.body.contains(&format!("action=\"{GOOD}\"")), "{}", answer.body);
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    let target = policy.split("; ").find_map(|rule| rule.strip_prefix("form-action ")).expect("a rule for forms");
    assert_eq!(target, "'self' https://rp-rust.apps.test", "{policy}");
}

#[tokio::test]
async fn security_27_every_answer_of_authorize_names_the_issuer() {
    let (instance, mut ada, request) = instance().await;
    let metadata = ada.visitor.get(&ada.at("/.well-known/openid-configuration")).send().await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    assert_eq!(metadata["issuer"], ISSUER);
    let good = ada.authorize(&request).await;
    assert_eq!(good.location_param("iss").as_deref(), Some(ISSUER), "{good:?}");
    redirect_error(&ada.ask(&request.clone().with("scope", Some("nonsense"))).await, &request, ISSUER, "invalid_scope");
    let silent = request.clone().with("prompt", Some("none"));
    redirect_error(&instance.stranger().ask(&silent).await, &request, ISSUER, "login_required");
}

#[tokio::test]
async fn security_28_a_post_is_answered_with_303_or_not_at_all() {
    let (instance, ada, request) = instance().await;
    let stranger = instance.stranger();
    let pairs: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for person in [&ada, &stranger] {
        for (path, form) in [
            ("/authorize", pairs.as_slice()),
            ("/end_session", &[]),
            ("/login", &[("user_name", "x"), ("password", "y")]),
            ("/logout", &[]),
        ] {
            let answer = person.visitor.post(&person.at(path)).on_own_page().form(form).send().await;
            assert!(!matches!(answer.status.as_u16(), 301 | 302 | 307 | 308), "{path}: {answer:?}");
        }
    }
}
