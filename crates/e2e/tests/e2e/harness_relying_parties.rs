//! The relying parties of the harness, tried with a provider of a hundred lines that signs everybody in.
//!
//! When this passes and a sign-in to Doorstep does not, the fault is Doorstep's.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_e2e::{
    certificates::Certificates,
    chromium::Browser,
    given::{Delivered, Road},
    instance::ISSUER,
    loopback::{Loopback, answer, anywhere, redirect},
    pages,
    proxy::{Hosts, Kind},
    relying_party::Library,
    wait,
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

/// A provider that issues a code to whoever comes.
struct Provider {
    key: EcdsaKeyPair,
    /// Code to the parameters of the authorization request.
    codes: Mutex<HashMap<String, HashMap<String, String>>>,
    wrong_nonce: bool,
}

impl Provider {
    fn new(wrong_nonce: bool) -> Arc<Self> {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Arc::new(Self { key, codes: Mutex::default(), wrong_nonce })
    }

    fn answer(&self, request: &http::Request<bytes::Bytes>) -> http::Response<String> {
        let json = |value: &Value| answer(200, "application/json", value.to_string());
        match request.uri().path() {
            "/.well-known/openid-configuration" => json(&metadata()),
            "/jwks" => json(&self.jwks()),
            "/authorize" => self.authorize(&pairs(request.uri().query().unwrap_or_default())),
            "/token" => json(&self.token(&pairs(&String::from_utf8_lossy(request.body())))),
            "/userinfo" => json(&json!({ "sub": "ada", "name": "Ada Lovelace" })),
            _ => answer(404, "text/plain", "not here"),
        }
    }

    fn jwks(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1", "x": x, "y": y }] })
    }

    fn authorize(&self, params: &HashMap<String, String>) -> http::Response<String> {
        let code = format!("code-{}", params["state"]);
        let state: String = url::form_urlencoded::byte_serialize(params["state"].as_bytes()).collect();
        let to = format!("{}?code={code}&state={state}&iss={ISSUER}", params["redirect_uri"]);
        self.codes.lock().expect("nobody panics here").insert(code, params.clone());
        redirect(&to)
    }

    fn token(&self, form: &HashMap<String, String>) -> Value {
        let mut tokens = json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 600 });
        if form["grant_type"] == "authorization_code" {
            let params = self.codes.lock().expect("nobody panics here").remove(&form["code"]).expect("a code of mine");
            let verifier = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
            assert_eq!(params["code_challenge"], URL_SAFE_NO_PAD.encode(verifier), "PKCE");
            let nonce = if self.wrong_nonce { "another" } else { &params["nonce"] };
            tokens["id_token"] = self.id_token(&params["client_id"], nonce).into();
            tokens["refresh_token"] = "refresh".into();
        }
        tokens
    }

    fn id_token(&self, client: &str, nonce: &str) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        let claims =
            json!({ "iss": ISSUER, "sub": "ada", "aud": client, "iat": now, "exp": now + 600, "nonce": nonce });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&json!({ "alg": "ES256", "kid": "1" })), encode(&claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

fn metadata() -> Value {
    let at = |path: &str| format!("{ISSUER}{path}");
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"), "jwks_uri": at("/jwks"),
        "userinfo_endpoint": at("/userinfo"), "end_session_endpoint": at("/end_session"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "authorization_response_iss_parameter_supported": true,
    })
}

fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn delivered(library: Library) -> Delivered {
    let (id, url) = (library.app(), library.url());
    Delivered::parse(&format!(
        "# written by a test\nOIDC_ISSUER={ISSUER}\n\
         OIDC_DISCOVERY_URL={ISSUER}/.well-known/openid-configuration\nOIDC_CLIENT_ID={id}\nOIDC_CLIENT_SECRET=\"secret\"\n\
         OIDC_REDIRECT_URI='{url}/callback'\nOIDC_SCOPES=\"openid profile\"\n"
    ))
}

async fn sign_in_everywhere(wrong_nonce: bool, check: impl Fn(Library, Value)) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certificates = Certificates::make(directory.path());
    let provider = Provider::new(wrong_nonce);
    let site = Loopback::serve(anywhere(), move |request| {
        let response = provider.answer(&request);
        async move { response }
    })
    .await;
    let addresses = Library::ALL.map(|_| wait::free_address());
    let mut hosts = Hosts::none(Kind::Nginx, &certificates).plain("auth.home.test", &site.address.to_string());
    for (library, address) in Library::ALL.iter().zip(addresses) {
        hosts = hosts.plain(&library.host(), &address.to_string());
    }
    let proxy = hosts.start().await;
    let browser = Browser::start(proxy.address, &certificates).await;
    for (library, address) in Library::ALL.into_iter().zip(addresses) {
        let road = Road { proxy: proxy.address, certificates: &certificates, directory: directory.path() };
        let _party = library.start(address, &delivered(library), road).await;
        browser.open(&library.url()).await;
        check(library, pages::learned(&browser, &library.host()).await);
    }
}

#[tokio::test]
async fn each_library_signs_in_refreshes_and_shows_what_it_learned() {
    sign_in_everywhere(false, |library, learned| {
        assert_eq!(learned["library"], library.name(), "{learned}");
        assert_eq!(learned["claims"]["sub"], "ada", "{learned}");
        assert_eq!(learned["userinfo"]["name"], "Ada Lovelace", "{learned}");
        assert_eq!(learned["refreshed"], true, "{learned}");
    })
    .await;
}

#[tokio::test]
async fn each_library_refuses_an_id_token_that_was_made_for_another_request() {
    sign_in_everywhere(true, |library, learned| {
        let error = learned["error"].as_str().unwrap_or_else(|| panic!("{library:?} took it: {learned}"));
        assert!(!error.is_empty());
    })
    .await;
}
