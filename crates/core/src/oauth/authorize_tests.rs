//! Tables: which authorization requests are in order, and where each mistake in one goes.

use super::*;
use crate::{
    id::InteractionId,
    model::{ClientAuthMethod, PkcePolicy},
    oauth::{
        params::{self, encode_pairs},
        redirect::Difference,
        response_mode::AuthorizationResponse,
        sample::{NOW, client, scopes},
    },
};

const ISSUER: &str = "https://auth.example.org";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const GOOD: [(&str, &str); 7] = [
    ("response_type", "code"),
    ("client_id", "app"),
    ("redirect_uri", "https://app.example.com/cb"),
    ("scope", "openid"),
    ("state", "af0ifjsldkj"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// The good request with some parameters changed; `-` takes one away.
fn query(changes: &[(&str, &str)]) -> String {
    let kept = GOOD.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    encode_pairs(kept.chain(changes.iter().filter(|(_, value)| *value != "-")).copied())
}

fn bind<'c>(raw: &str, client: Option<&'c Client>) -> Result<Bound<'c>, PageError> {
    Untrusted::parse(raw.as_bytes())?.bind(client, ISSUER)
}

fn page(raw: &str, client: Option<&Client>) -> Option<&'static str> {
    bind(raw, client).err().map(|error| error.rule())
}

fn check(client: &Client, changes: &[(&str, &str)]) -> Result<AuthorizationRequest, RedirectError> {
    bind(&query(changes), Some(client)).unwrap().check()
}

fn error_code(client: &Client, changes: &[(&str, &str)]) -> Option<&'static str> {
    check(client, changes).err().map(|error| error.error().code().as_str())
}

#[test]
fn rfc6749_4_1_1_a_good_request() {
    let request = check(&client(), &[("nonce", "n"), ("login_hint", "ada"), ("max_age", "10")]).unwrap();
    assert_eq!(request.client, client().id);
    assert_eq!(request.scopes, scopes("openid"));
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.login_hint.as_deref(), Some("ada"));
    assert_eq!(request.max_age, Some(Ttl::from_seconds(10)));
    assert_eq!(request.challenge.as_ref().map(CodeChallenge::as_str), Some(CHALLENGE));
    assert_eq!(request.target().redirect_uri().as_str(), "https://app.example.com/cb");
}

mod rfc6749_4_1_2_1 {
    use super::*;

    #[test]
    fn unregistered_redirect_uri_gets_a_page() {
        let raw = query(&[("redirect_uri", "https://app.example.com/CB")]);
        let error = bind(&raw, Some(&client())).unwrap_err();
        assert_eq!(error.rule(), "redirect_uri_not_registered");
        let PageError::UnregisteredRedirectUri { mismatch, .. } = error else { panic!("{error:?}") };
        assert_eq!((mismatch.difference, mismatch.at), (Difference::LetterCase, 24));
        assert_eq!(mismatch.nearest.as_deref(), Some("https://app.example.com/cb"));
    }

    #[test]
    fn what_is_not_bound_gets_a_page() {
        let (on, off) = (client(), Client { enabled: false, ..client() });
        let other = Client { id: "APP".parse().unwrap(), ..client() };
        for (raw, client, rule) in [
            (query(&[]), Some(&on), None),
            (query(&[("client_id", "-")]), Some(&on), Some("client_id_missing")),
            (query(&[("client_id", "")]), Some(&on), Some("client_id_missing")),
            (query(&[]), None, Some("client_unknown")),
            (query(&[]), Some(&other), Some("client_unknown")),
            (query(&[]), Some(&off), Some("client_disabled")),
            (query(&[("redirect_uri", "-")]), Some(&on), Some("redirect_uri_missing")),
            (query(&[("redirect_uri", "")]), Some(&on), Some("redirect_uri_missing")),
            (query(&[("redirect_uri", "javascript:alert(1)")]), Some(&on), Some("redirect_uri_not_registered")),
            (format!("{}&client_id=app", query(&[])), Some(&on), Some("parameter_duplicated")),
            (format!("{}&redirect_uri=", query(&[])), Some(&on), Some("parameter_duplicated")),
            (format!("{}&state=%ff", query(&[("state", "-")])), Some(&on), Some("request_malformed")),
            (format!("{}&x={}", query(&[]), "x".repeat(params::MAX_BYTES)), Some(&on), Some("request_too_large")),
        ] {
            assert_eq!(page(&raw, client), rule, "{raw}");
        }
    }

    #[test]
    fn every_other_error_goes_back_with_state_and_iss() {
        for (changes, code) in [
            (&[("response_type", "-")][..], "invalid_request"),
            (&[("response_mode", "fragment")], "invalid_request"),
            (&[("scope", "admin")], "invalid_scope"),
            (&[("scope", "openid \"")], "invalid_scope"),
            (&[("prompt", "none login")], "invalid_request"),
            (&[("max_age", "soon")], "invalid_request"),
            (&[("nonce", "n"), ("nonce", "n")], "invalid_request"),
            (&[("nonce", "n\0")], "invalid_request"),
            (&[("claims", "{}"), ("claims", "{}")], "invalid_request"),
            (&[("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported"),
            (&[("request_uri", "https://app.example.com/r")], "request_uri_not_supported"),
            (&[("code_challenge", "-"), ("code_challenge_method", "-")], "invalid_request"),
        ] {
            let error = check(&client(), changes).unwrap_err();
            assert_eq!(error.error().code().as_str(), code, "{changes:?}");
            let AuthorizationResponse::Redirect { location } = error.response() else { panic!("query mode") };
            let wanted = "https://app.example.com/cb?error=";
            assert!(location.starts_with(wanted), "{location}");
            assert!(location.ends_with("&state=af0ifjsldkj&iss=https%3A%2F%2Fauth.example.org#"), "{location}");
            assert!(!location.contains("code="), "{location}");
        }
    }
}

#[test]
fn oidc_core_6_a_request_object_is_not_passed_over() {
    // Even when everything else is missing: state and response_type may be inside the object.
    let bare = [("response_type", "-"), ("state", "-"), ("scope", "-"), ("request", "eyJ.e30.")];
    assert_eq!(error_code(&client(), &bare), Some("request_not_supported"));
    // But a redirect_uri beside it that is not registered is a page.
    let raw = query(&[("request", "eyJ.e30."), ("redirect_uri", "https://evil.test/")]);
    assert_eq!(page(&raw, Some(&client())), Some("redirect_uri_not_registered"));
}

#[test]
fn form_post_carries_errors_too() {
    let error = check(&client(), &[("response_mode", "form_post"), ("response_type", "-")]).unwrap_err();
    let AuthorizationResponse::FormPost { action, fields } = error.response() else {
        panic!("form_post was asked for")
    };
    assert_eq!(action, "https://app.example.com/cb");
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["error", "error_description", "state", "iss"]);
}

#[test]
fn oidc_core_3_1_2_1_state_and_nonce_of_any_length_are_never_cut() {
    let state_of = |state: &str| {
        let error = bind(&query(&[("state", state)]), Some(&client())).unwrap().target;
        error.state
    };
    assert_eq!(state_of("-"), None);
    assert_eq!(state_of(""), None);
    for state in ["a:/b+c=", &"s".repeat(15_000), &"ä".repeat(2_500)] {
        assert_eq!(state_of(state).as_deref(), Some(state));
        let request = check(&client(), &[("state", state)]).unwrap();
        assert!(location(&request.refuse(OAuthError::ACCESS_DENIED)).contains(&encode_pairs([("state", state)])));
        let wrong = check(&client(), &[("state", state), ("scope", "admin")]).unwrap_err();
        assert!(location(&wrong).contains(&encode_pairs([("state", state)])));
        assert_eq!(check(&client(), &[("nonce", state)]).unwrap().nonce.as_deref(), Some(state));
    }
}

#[test]
fn a_state_that_comes_twice_is_not_sent_back() {
    let twice = bind(&format!("{}&state=b", query(&[])), Some(&client())).unwrap().check().unwrap_err();
    let reported = location(&twice);
    assert!(reported.contains("error=invalid_request&") && !reported.contains("state="), "{reported}");
}

fn location(error: &RedirectError) -> String {
    match error.response() {
        AuthorizationResponse::Redirect { location } => location,
        AuthorizationResponse::FormPost { .. } => panic!("query mode"),
    }
}

#[test]
fn unknown_parameters_and_order_do_not_matter() {
    let extra = [
        ("approval_prompt", "force"),
        ("display", "popup"),
        ("ui_locales", "se"),
        ("claims", "{}"),
        ("acr_values", "1 2"),
    ];
    assert_eq!(error_code(&client(), &extra), None);
    let mut turned = GOOD;
    turned.reverse();
    let request = bind(&encode_pairs(turned), Some(&client())).unwrap().check().unwrap();
    assert_eq!(request, check(&client(), &[]).unwrap());
}

#[test]
fn a_parked_request_is_checked_anew() {
    let untrusted = Untrusted::parse(query(&[]).as_bytes()).unwrap();
    let interaction = Interaction {
        id: InteractionId::random(&mut crate::entropy::Entropy::seeded(1)),
        client: client().id,
        browser_hash: String::new(),
        params: untrusted.pairs().to_vec(),
        created_at: NOW,
        signed_in_at: None,
        consented: false,
        expires_at: NOW,
    };
    let again = Untrusted::resume(&interaction).unwrap().bind(Some(&client()), ISSUER).unwrap().check();
    assert_eq!(again.unwrap(), check(&client(), &[]).unwrap());
    let moved = Client { redirect_uris: vec!["https://app.example.com/new".into()], ..client() };
    let error = Untrusted::resume(&interaction).unwrap().bind(Some(&moved), ISSUER).unwrap_err();
    assert_eq!(error.rule(), "redirect_uri_not_registered");
}

#[test]
fn apps_18_a_client_id_that_differs_in_case_is_told_and_not_taken() {
    let ids: [ClientId; 2] = ["OpenCloudDesktop", "app"].map(|id| id.parse().unwrap());
    for (sent, twin) in
        [("opencloudDesktop", Some("OpenCloudDesktop")), ("APP", Some("app")), ("app", None), ("x", None)]
    {
        assert_eq!(case_twin(sent, &ids).map(ClientId::as_str), twin, "{sent}");
    }
}

#[test]
fn security_01_to_09_evil_redirect_uris_get_a_page() {
    let client = Client {
        native: true,
        redirect_uris: ["https://app.example.com/cb", "http://127.0.0.1/cb", "https://foo.example.com/cb"]
            .map(Into::into)
            .into(),
        ..client()
    };
    for evil in [
        "https://app.example.com@evil.test/cb",
        "https://fooaexample.com/cb",
        "https://evil.test/?https://app.example.com/cb",
        "https://a@app.example.com@evil.test/cb",
        "https://app.example.com/app/..;/other",
        "https://app.example.com/cb/../x",
        "https://app.example.com/cb%2f..%2fx",
        "https://app.example.com.evil.test/cb",
        "http://localhost.evil.test:1/cb",
        "http://127.0.0.1.evil.test/",
        "http://127.0.0.1@evil.test/",
        "//evil.test/cb",
        "/cb",
    ] {
        assert_eq!(
            page(&query(&[("redirect_uri", evil)]), Some(&client)),
            Some("redirect_uri_not_registered"),
            "{evil}"
        );
    }
    let empty = Client { redirect_uris: vec![], ..client };
    assert_eq!(page(&query(&[]), Some(&empty)), Some("redirect_uri_not_registered"));
}

#[test]
fn security_02_prompt_none_does_not_come_before_the_redirect_uri() {
    let raw = query(&[("prompt", "none"), ("redirect_uri", "https://evil.test/")]);
    assert_eq!(page(&raw, Some(&client())), Some("redirect_uri_not_registered"));
}

#[test]
fn security_03_a_bad_redirect_uri_wins_over_every_other_fault() {
    for fault in [
        ("scope", "nonsense"),
        ("response_type", "token"),
        ("response_type", "-"),
        ("response_mode", "nonsense"),
        ("code_challenge_method", "plain"),
        ("code_challenge", "-"),
        ("prompt", "none login"),
        ("max_age", "-1"),
        ("request", "x"),
        ("state", &"s".repeat(2000)),
    ] {
        let raw = query(&[fault, ("redirect_uri", "https://evil.test/cb")]);
        assert_eq!(page(&raw, Some(&client())), Some("redirect_uri_not_registered"), "{fault:?}");
        assert_eq!(page(&query(&[fault]), None), Some("client_unknown"), "{fault:?}");
    }
}

#[test]
fn security_23_and_24_pkce_at_the_authorization_endpoint() {
    let bare = [("code_challenge", "-"), ("code_challenge_method", "-")];
    let optional = Client { pkce: PkcePolicy::Optional, ..client() };
    let public = Client { auth_method: ClientAuthMethod::None, ..optional.clone() };
    for (client, code) in [(client(), Some("invalid_request")), (public, Some("invalid_request")), (optional, None)] {
        assert_eq!(error_code(&client, &bare), code);
        for method in ["S512", "plain", "s256"] {
            assert_eq!(error_code(&client, &[("code_challenge_method", method)]), Some("invalid_request"), "{method}");
        }
    }
}

#[test]
fn security_27_every_response_has_iss_unless_the_client_cannot_bear_it() {
    for (iss_parameter, iss) in [(true, Some(ISSUER)), (false, None)] {
        let client = Client { iss_parameter, ..client() };
        assert_eq!(check(&client, &[]).unwrap().target.iss.as_deref(), iss);
        assert_eq!(check(&client, &[("scope", "x")]).unwrap_err().target().iss.as_deref(), iss);
    }
}

#[test]
fn security_111_the_code_flow_only() {
    for kind in ["token", "id_token", "id_token token", "code token", "code id_token", "none", "Code", "code code"] {
        let error = check(&client(), &[("response_type", kind)]).unwrap_err();
        assert_eq!(error.error().code().as_str(), "unsupported_response_type", "{kind}");
    }
}
