//! The host of an issuer before: where pages lead, what browsers and apps are told there, and what is refused.

use crate::{
    browser::{Answer, FORM},
    person::{first_person, make, passkey, setup_link, sign_in},
    relying_party::claims,
    running::{self, CALLBACK, ISSUER, Running},
};
use doorstep_core::model::Passkey;
use doorstep_core::oauth::params::encode_pairs;
use doorstep_store::{moves, passkeys, users};
use reqwest::Method;
use serde_json::json;

const OLD: &str = "https://id.old.example";
const OLD_HOST: &str = "id.old.example";
const WITH_PORT: &str = "https://sso.old.example:8443";

async fn instance() -> Running {
    running::formerly(&[WITH_PORT, OLD]).await
}

async fn at(running: &Running, host: &str, method: Method, path: &str) -> Answer {
    running.browser().send(method, path, &[("host", host)], None).await
}

#[tokio::test]
async fn pages_of_the_former_host_are_opened_at_the_new_one() {
    let running = instance().await;
    for (host, path, to) in [
        (OLD_HOST, "/", "/"),
        (OLD_HOST, "/account", "/account"),
        (OLD_HOST, "/login?next=/account", "/login?next=/account"),
        (OLD_HOST, "/enrol/ds_lnk_abc", "/enrol/ds_lnk_abc"),
        (OLD_HOST, "/end_session?state=x", "/end_session?state=x"),
        ("ID.OLD.EXAMPLE", "/nowhere", "/nowhere"),
        ("sso.old.example:8443", "/", "/"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let answer = at(&running, host, method, path).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (303, format!("{ISSUER}{to}").as_str()), "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "a move can be undone");
            assert!(!answer.headers.contains_key("set-cookie"), "{path}");
            assert!(!answer.headers.contains_key("strict-transport-security"), "{path}");
        }
    }
}

#[tokio::test]
async fn security_74_at_the_former_host_no_page_is_served_and_no_form_is_taken() {
    let running = instance().await;
    for path in ["/", "/login", "/login/passkey/options", "/account/name", "/logout", "/authorize", "/end_session"] {
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            let answer = at(&running, OLD_HOST, method.clone(), path).await;
            assert_eq!(answer.status, 421, "{method} {path}");
            assert!(!answer.headers.contains_key("location"), "{method} {path}");
        }
    }
    for host in ["sso.old.example", "id.old.example:8443", "x.id.old.example", "old.example", "evil.test"] {
        assert_eq!(at(&running, host, Method::GET, "/").await.status, 421, "{host} is nobody's");
    }
    let long = format!("/login?next=/{}", "a".repeat(2100));
    assert_eq!(at(&running, OLD_HOST, Method::GET, &long).await.status, 421, "no proxy takes such a head");
}

#[tokio::test]
async fn security_11_no_address_at_the_former_host_leads_elsewhere() {
    let running = instance().await;
    for path in ["//evil.test", "//evil.test/%2f..", "/%5cevil.test", "/login?next=https://evil.test", "/@evil.test"] {
        let answer = at(&running, OLD_HOST, Method::GET, path).await;
        assert!(answer.location().starts_with(&format!("{ISSUER}/")), "{path}: {}", answer.location());
    }
}

#[tokio::test]
async fn webauthn_5_11_a_former_host_lets_the_present_origin_use_its_passkeys() {
    let running = instance().await;
    // Browsers ask without a port: the RP ID has none.
    for host in [OLD_HOST, "sso.old.example"] {
        let answer = at(&running, host, Method::GET, "/.well-known/webauthn").await;
        assert_eq!(answer.status, 200, "{host}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.json(), json!({ "origins": [ISSUER] }));
    }
    for host in ["auth.example.org", "evil.test"] {
        let answer = at(&running, host, Method::GET, "/.well-known/webauthn").await;
        assert!(!answer.body.contains("origins"), "{host}: {answer:?}");
    }
    let unmoved = running::empty().await;
    assert_eq!(at(&unmoved, OLD_HOST, Method::GET, "/.well-known/webauthn").await.status, 421);
}

#[tokio::test]
async fn discovery_4_3_under_the_former_issuer_names_it_and_its_endpoints() {
    let running = instance().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let told = at(&running, OLD_HOST, Method::GET, path).await.json();
        assert_eq!(told["issuer"], OLD);
        for (member, path) in [
            ("authorization_endpoint", "/authorize"),
            ("token_endpoint", "/token"),
            ("userinfo_endpoint", "/userinfo"),
            ("jwks_uri", "/jwks"),
        ] {
            assert_eq!(told[member], format!("{OLD}{path}"));
        }
        let told = at(&running, "auth.example.org", Method::GET, path).await.json();
        assert_eq!(told["issuer"], ISSUER, "and the present one is as ever");
    }
    let [there, here] = [OLD_HOST, "auth.example.org"];
    let keys = at(&running, there, Method::GET, "/jwks").await.body;
    assert_eq!(keys, at(&running, here, Method::GET, "/jwks").await.body);
}

async fn redeem(running: &Running, host: &str, code: &str) -> Answer {
    let secret = running.client_secret();
    let body = encode_pairs([
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "photos"),
        ("client_secret", secret.expose().as_str()),
    ]);
    running.browser().send(Method::POST, "/token", &[("host", host)], Some((FORM, body))).await
}

/// The parameters of the answer that goes to the app.
fn sent_to_app(answer: &Answer, name: &str) -> String {
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    answer.sent(name).unwrap_or_default()
}

#[tokio::test]
async fn openid_core_3_1_3_7_each_app_finds_the_issuer_that_it_knows_until_it_is_told_the_new_one() {
    let running = instance().await;
    running.declare(|_| {}).await;
    let mut ada = running.browser();
    let fields = first_person(setup_link(&running).await.rsplit('/').next().unwrap());
    make(&mut ada, &mut passkey(1), "/enrol", &fields).await;
    let request =
        format!("/authorize?response_type=code&client_id=photos&scope=openid&redirect_uri={CALLBACK}&state=s");
    let mut of_before = String::new();
    for (host, issuer) in [("auth.example.org", ISSUER), (OLD_HOST, OLD)] {
        let mut answer = ada.send(Method::GET, &request, &[("host", host)], None).await;
        if host == OLD_HOST {
            let path = answer.location().strip_prefix(ISSUER).unwrap().to_owned();
            answer = ada.get(&path).await;
        }
        assert_eq!(sent_to_app(&answer, "iss"), issuer);
        let answered = redeem(&running, host, &sent_to_app(&answer, "code")).await;
        assert_eq!(answered.status, 200, "{answered:?}");
        let id_token = answered.json()["id_token"].clone();
        assert_eq!(claims(&id_token)["iss"], issuer);
        of_before = id_token.as_str().unwrap().to_owned();
    }
    let mut conn = running.instance.context.db.read().await.unwrap();
    let asked = moves::uses(&mut conn, OLD).await.unwrap();
    assert_eq!(asked.iter().map(|one| one.client.as_str()).collect::<Vec<_>>(), ["photos"], "and that is noted");
    assert_eq!(moves::uses(&mut conn, WITH_PORT).await.unwrap(), []);
    drop(conn);
    // RP-Initiated Logout §2: what it was given is a hint, whichever of the two names it says.
    let asked = [("id_token_hint", of_before.as_str()), ("post_logout_redirect_uri", "https://photos.example.org/bye")];
    let answer = ada.get(&format!("/end_session?{}", encode_pairs(asked))).await;
    assert_eq!(answer.location(), "https://photos.example.org/bye");
}

#[tokio::test]
async fn rfc9207_no_answer_names_an_issuer_that_was_never_ours() {
    let running = instance().await;
    running.declare(|_| {}).await;
    let mut ada = running.browser();
    let fields = first_person(setup_link(&running).await.rsplit('/').next().unwrap());
    make(&mut ada, &mut passkey(1), "/enrol", &fields).await;
    let request =
        format!("/authorize?response_type=code&client_id=photos&scope=openid&redirect_uri={CALLBACK}&state=s");
    for said in ["https://evil.test", "", "https://id.old.example/", "id.old.example"] {
        let answer = ada.get(&format!("{request}&doorstep_issuer={said}")).await;
        assert_eq!(sent_to_app(&answer, "iss"), ISSUER, "{said}");
    }
}

#[tokio::test]
async fn who_used_a_passkey_of_a_former_host_is_asked_to_make_one_and_goes_on() {
    let running = instance().await;
    let mut ada = running.browser();
    let mut key = passkey(1);
    let fields = first_person(setup_link(&running).await.rsplit('/').next().unwrap());
    make(&mut ada, &mut key, "/enrol", &fields).await;
    let mut anew = running.browser();
    assert!(!anew.get("/login").await.body.contains("name=\"former\""), "nobody has any of the former host");
    // As if hers had been made before the move.
    made_before_the_move(&running).await;
    let page = anew.get("/login").await.body;
    assert!(page.contains(&format!("name=\"former\" value=\"{OLD_HOST}\"")), "{page}");
    assert!(!page.contains("sso.old.example"), "nobody has any of that one");

    let fields = json!({ "next": "/account/activity" });
    let refused = sign_in(&mut anew, &mut key, &fields).await;
    assert_eq!(refused.status, 400, "the hash of another RP ID");
    let asked = json!({ "next": "/account/activity", "former": OLD_HOST });
    let drawn = crate::person::options(&mut anew, "/login/passkey/options", &asked).await;
    assert_eq!(drawn.public_key["rpId"], OLD_HOST);
    let credential = key.sign_in(&drawn.public_key).unwrap();
    let answer =
        anew.post_json("/login/passkey", &crate::person::answered(&fields, &drawn.challenge, &credential)).await;
    assert_eq!(answer.next(), "/account/passkeys/new?next=%2Faccount%2Factivity");
    let page = anew.get(&answer.next()).await.body;
    assert!(page.contains("href=\"/account/activity\"") && page.contains("former address"), "{page}");
    let made = make(&mut anew, &mut passkey(2), "/account/passkeys", &fields).await;
    assert_eq!(made.next(), "/account/activity");
    let account = anew.get("/account").await.body;
    assert!(account.contains(&format!("<bdi>{OLD_HOST}</bdi>, the former address")), "{account}");
    // Nobody is led elsewhere on the way.
    let foreign = json!({ "next": "https://evil.test" });
    let made = make(&mut anew, &mut passkey(3), "/account/passkeys", &foreign).await;
    assert!(made.next().starts_with("/account?told="), "{}", made.next());
}

/// Notes every passkey as one of the former host.
async fn made_before_the_move(running: &Running) {
    let mut conn = running.instance.context.db.write().await.unwrap();
    let ada = users::by_name(&mut conn, &"ada".parse().unwrap()).await.unwrap().unwrap().id;
    for passkey in passkeys::of_user(&mut conn, &ada).await.unwrap() {
        assert!(passkeys::delete(&mut conn, &passkey.id, &ada).await.unwrap());
        let passkey = Passkey { rp_id: OLD_HOST.to_owned(), ..passkey };
        assert!(passkeys::insert(&mut conn, &passkey).await.unwrap());
    }
}
