//! The account: changes want a fresh sign-in, and nobody locks themselves out.

use crate::{
    browser::Browser,
    person::{self, make, options, passkey},
    running,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use doorstep_core::{ceremony::soft::SoftAuthenticator, time::Ttl};
use serde_json::{Value, json};

const PROVE: &str = "/login?next=/account/passkeys/new&again=1";

#[tokio::test(flavor = "multi_thread")]
async fn security_81_95_a_change_wants_a_sign_in_of_the_last_five_minutes() {
    let running = running::with_passwords(true).await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let id = passkey_id(&browser.get("/account").await.body);
    assert_eq!(browser.get("/account/passkeys/new").await.heading(), "Add a passkey");
    let drawn = options(&mut browser, "/account/passkeys/options", &json!({})).await;
    running.pass(Ttl::from_minutes(5));

    assert_eq!(browser.get("/account/passkeys/new").await.location(), PROVE);
    let late = person::answered(&json!({}), &drawn.challenge, &passkey(2).register(&drawn.public_key).unwrap());
    for (path, sent) in [("/account/passkeys/options", json!({})), ("/account/passkeys", late)] {
        let answer = browser.post_json(path, &sent).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["next"]), (403, &json!(PROVE)), "{path}");
    }
    let password = [("user_name", "ada"), ("new", "correct horse battery")];
    for (path, form) in [
        (format!("/account/passkeys/{id}/remove"), &[][..]),
        ("/account/password".to_owned(), &password[..]),
        ("/account/password/remove".to_owned(), &[][..]),
    ] {
        assert_eq!(browser.post(&path, form).await.location(), "/login?next=/account&again=1", "{path}");
    }

    let page = browser.get(PROVE).await;
    assert_eq!(page.heading(), "Confirm that you are still Ada Lovelace");
    assert!(!page.body.contains("name=\"password\""), "a password is no proof for somebody with a passkey");
    let fields = json!({ "next": "/account/passkeys/new" });
    assert_eq!(person::sign_in(&mut browser, &mut soft, &fields).await.next(), "/account/passkeys/new");
    assert_eq!(browser.get(PROVE).await.location(), "/account/passkeys/new");
}

#[tokio::test(flavor = "multi_thread")]
async fn security_95_only_a_session_cookie_adds_a_passkey() {
    let running = running::empty().await;
    let (browser, _) = person::ada(&running).await;
    let bearer = format!("Bearer {}", browser.session().unwrap());
    let mut program = running.browser();
    let headers = [("authorization", bearer.as_str())];
    let body = Some(("application/json", "{}".to_owned()));
    let answer = program.send(reqwest::Method::POST, "/account/passkeys/options", &headers, body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["next"].is_string()), (401, true));
}

fn passkey_id(page: &str) -> String {
    let (_, rest) = page.split_once("/account/passkeys/").unwrap();
    let id = rest.split('/').next().unwrap();
    assert_ne!(id, "new");
    id.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_added_renamed_and_removed_but_never_the_last() {
    let running = running::empty().await;
    let (mut browser, _) = person::ada(&running).await;
    let first = passkey_id(&browser.get("/account").await.body);
    let last = browser.post(&format!("/account/passkeys/{first}/remove"), &[]).await.location().to_owned();
    assert!(browser.get(&last).await.body.contains("This is the only way you can sign in, so it stays"));

    let reported = make(&mut browser, &mut passkey(2), "/account/passkeys", &json!({})).await.next();
    assert!(browser.get(&reported).await.body.contains("is ready."), "{reported}");
    let name = "Phone <b>\u{202e}";
    let reported =
        browser.post(&format!("/account/passkeys/{first}/rename"), &[("name", name)]).await.location().to_owned();
    let page = browser.get(&reported).await.body;
    assert!(page.contains("The passkey is now called <bdi>Phone &#60;b&#62;\u{fffd}</bdi>."), "{page}");
    let reported = browser.post(&format!("/account/passkeys/{first}/remove"), &[]).await.location().to_owned();
    let page = browser.get(&reported).await.body;
    assert!(page.contains("The passkey is removed") && !page.contains(&first), "{page}");
    // Pressed twice, or in another window before.
    assert_eq!(browser.post(&format!("/account/passkeys/{first}/remove"), &[]).await.location(), "/account");
}

/// What the account page has its script tell whoever keeps the passkeys.
fn signals(page: &str) -> Value {
    let (_, rest) = page.split_once("data-signals=\"").unwrap();
    let (json, _) = rest.split_once('"').unwrap();
    serde_json::from_str(&json.replace("&#34;", "\"").replace("&#60;", "<").replace("&#62;", ">")).unwrap()
}

/// WebAuthn Level 3 §5.1.10.3 and §5.1.10.4: every passkey of the account, never a part of them, under the user handle
/// that registration sent; and the person's present names.
#[tokio::test(flavor = "multi_thread")]
async fn webauthn_5_1_10_the_account_page_tells_all_passkeys_and_the_present_names() {
    let running = running::empty().await;
    let (mut browser, soft) = person::ada(&running).await;
    // Somebody else's are not among them.
    person::grace(&running).await;
    let user = options(&mut browser, "/account/passkeys/options", &json!({})).await.public_key["user"].clone();
    let told = async |browser: &mut Browser, path: &str| signals(&browser.get(path).await.body);
    let id_of = |soft: &SoftAuthenticator| URL_SAFE_NO_PAD.encode(&soft.credential_id);
    let expected = |name: &str, ids: &[&str]| {
        json!({
            "rpId": "auth.example.org", "userId": user["id"], "name": user["name"], "displayName": name,
            "allAcceptedCredentialIds": ids,
        })
    };
    let first = id_of(&soft);
    assert_eq!(user["displayName"], "Ada Lovelace");
    assert_eq!(told(&mut browser, "/account").await, expected("Ada Lovelace", &[&first]));

    running.pass(Ttl::from_seconds(1));
    let mut second = passkey(3);
    let added = make(&mut browser, &mut second, "/account/passkeys", &json!({})).await.next();
    let second = id_of(&second);
    assert_eq!(told(&mut browser, &added).await, expected("Ada Lovelace", &[&first, &second]));

    let names = [("name", "Ada <b>\u{202e}"), ("given_name", ""), ("family_name", "")];
    let renamed = browser.post("/account/name", &names).await.location().to_owned();
    assert_eq!(told(&mut browser, &renamed).await, expected("Ada <b>\u{fffd}", &[&first, &second]));

    let id = passkey_id(&browser.get("/account").await.body);
    let removed = browser.post(&format!("/account/passkeys/{id}/remove"), &[]).await.location().to_owned();
    let page = browser.get(&removed).await;
    assert_eq!(signals(&page.body), expected("Ada <b>\u{fffd}", &[&second]));
    assert_eq!(page.header("cache-control"), "no-store", "an old page would tell an old list");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_set_changed_used_and_removed() {
    let running = running::with_passwords(true).await;
    let (mut browser, _) = person::ada(&running).await;
    let (old, new) = ("correct horse battery", "another horse battery");
    for (form, reported) in [
        (vec![("new", "short")], "password_unfit"),
        (vec![("user_name", "ada"), ("new", old)], "password_changed"),
        (vec![("new", new)], "password_wrong"),
        (vec![("current", new), ("new", new)], "password_wrong"),
        (vec![("current", old), ("new", new)], "password_changed"),
    ] {
        let answer = browser.post("/account/password", &form).await;
        assert_eq!(answer.location(), format!("/account?told={reported}"), "{form:?}");
        assert!(browser.get(answer.location()).await.body.contains("role=\"status\""));
    }
    let mut other = running.browser();
    let answer = other.post("/login", &[("user_name", "ada"), ("password", new)]).await;
    assert_eq!((answer.goes_on_to().as_str(), answer.header("referrer-policy")), ("/", "no-referrer"));
    assert_eq!(other.get("/").await.heading(), "Hello, Ada");
    // A passkey is there, so a password is not proof enough to change anything.
    assert_eq!(other.get("/account/passkeys/new").await.location(), PROVE);
    assert_eq!(browser.post("/account/password/remove", &[]).await.location(), "/account?told=password_removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_wrong_passwords_are_told_as_such() {
    let running = running::with_passwords(true).await;
    let (mut browser, _) = person::ada(&running).await;
    let right = "correct horse battery";
    browser.post("/account/password", &[("user_name", "ada"), ("new", right)]).await;
    for _ in 0..5 {
        let wrong = browser.post("/account/password", &[("current", "wrong horse battery"), ("new", right)]).await;
        assert_eq!(wrong.location(), "/account?told=password_wrong");
    }
    let reported = browser.post("/account/password", &[("current", right), ("new", right)]).await.location().to_owned();
    let page = browser.get(&reported).await.body;
    assert!(page.contains("There were too many tries. Wait a few minutes. Nothing was changed."), "{page}");
    assert!(page.contains("role=\"status\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_an_apps_access_and_every_session() {
    let running = running::empty().await;
    running.declare(|client| client.first_party = false).await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let consent = browser.get(&person::request("")).await.location().to_owned();
    let id = consent.split_once("i=").unwrap().1;
    browser.post("/consent", &[("interaction", id), ("decision", "allow")]).await;
    let answer = browser.post("/account/apps/photos/end", &[]).await;
    let page = browser.get(answer.location()).await.body;
    assert!(
        page.contains("<bdi>Photos</bdi> has no access any more") && page.contains("None. Apps appear here"),
        "{page}"
    );
    assert!(browser.get(&person::request("")).await.location().starts_with("/consent"));

    let mut other = running.browser();
    person::sign_in(&mut other, &mut soft, &json!({})).await.next();
    assert_eq!(browser.post("/account/sign-out-everywhere", &[]).await.heading(), "You are signed out");
    assert_eq!(browser.session(), None);
    assert!(other.get("/").await.location().starts_with("/login"));
}
