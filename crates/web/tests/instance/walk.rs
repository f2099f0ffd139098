//! From an empty instance to a signed-out browser, the way a person and an app go.

use crate::{
    browser::FORM,
    person::{self, first_person, passkey, request, secret_of},
    relying_party::{claims, redeem, token, userinfo},
    running::{self, CALLBACK, group},
};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn from_an_empty_instance_to_a_signed_out_browser() {
    let running = running::empty().await;
    let (mut browser, mut soft) = (running.browser(), passkey(1));
    let link = person::setup_link(&running).await;

    assert_eq!(browser.get("/").await.location(), "/login?next=%2F");
    assert_eq!(browser.get(&link).await.heading(), "Make yourself the administrator");
    let made = person::make(&mut browser, &mut soft, "/enrol", &first_person(secret_of(&link))).await;
    assert_eq!(made.next(), "/");
    let portal = browser.get("/").await;
    assert_eq!(portal.heading(), "Hello, Ada");
    for words in ["No apps yet", "You have one passkey", "[apps.grafana]"] {
        assert!(portal.body.contains(words), "{words}");
    }

    running.declare(|_| ()).await;
    assert!(browser.get("/").await.body.contains("href=\"https://photos.example.org\""));

    // Signed in already: no page at all.
    let answer = browser.get(&request("").replace("groups", "groups%20offline_access")).await;
    assert!(answer.location().starts_with(CALLBACK), "{answer:?}");
    assert_eq!((answer.sent("state").as_deref(), answer.sent("iss").as_deref()), (Some("s1"), Some(running::ISSUER)));
    let tokens = redeem(&running, &answer.sent("code").unwrap()).await;
    let reported = claims(&tokens["id_token"]);
    assert_eq!((&reported["nonce"], &reported["aud"]), (&json!("n1"), &json!("photos")));

    let answer = userinfo(&running, &tokens["access_token"]).await;
    let person = answer.json();
    assert_eq!(person["sub"], reported["sub"]);
    assert_eq!((&person["preferred_username"], &person["groups"]), (&json!("ada"), &json!(["admins"])));

    let pairs = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let fresh = token(&running, &pairs).await.json();
    assert_eq!(userinfo(&running, &fresh["access_token"]).await.status, 200);

    let account = browser.get("/account").await.body;
    for words in
        ["Photos", "keeps access while you are away", "/account/apps/photos/end", "Ada Lovelace", "ada@example.org"]
    {
        assert!(account.contains(words), "{words}");
    }

    let gone = browser.post("/logout", &[]).await;
    assert_eq!(gone.heading(), "You are signed out");
    let left: Vec<_> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(left, ["__Host-ds_browser"], "which signs nobody in");
    assert!(browser.get("/account").await.location().starts_with("/login"));

    // And in again, by way of the app.
    let login = browser.get(&request("")).await.location().to_owned();
    assert_eq!(browser.get(&login).await.heading(), "Sign in to Photos");
    let next = person::sign_in(&mut browser, &mut soft, &person::parked(&login)).await.next();
    let answer = browser.get(&next).await;
    let again = redeem(&running, &answer.sent("code").unwrap()).await;
    assert_eq!(claims(&again["id_token"])["sub"], reported["sub"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_post_answer_is_a_page_that_may_leave_the_instance() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let answer = browser.get(&request("&response_mode=form_post")).await;
    assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (200, "Going on to Photos"));
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://photos.example.org;"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    for words in [format!("action=\"{CALLBACK}\""), "name=\"code\"".to_owned(), "value=\"s1\"".to_owned()] {
        assert!(answer.body.contains(&words), "{words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_by_post_comes_again_by_get_with_its_cookies() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let (mut browser, _) = person::ada(&running).await;
    let query = request("&login_hint=a%2Bb%20c%26d").split_once('?').unwrap().1.to_owned();
    let mut strange = running.browser();
    let from = [("origin", "https://photos.example.org")];
    let answer = strange.send(Method::POST, "/authorize", &from, Some((FORM, query.clone()))).await;
    let location = answer.location().to_owned();
    assert!(location.contains("login_hint=a%2Bb%20c%26d"), "{location}");
    assert!(browser.get(&location).await.location().starts_with(CALLBACK));

    let long = format!("{query}&x={}", "y".repeat(16 * 1024));
    let answer = strange.send(Method::POST, "/authorize", &from, Some((FORM, long))).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_never_shows_a_page() {
    let running = running::empty().await;
    running.declare(|client| client.allow = Some([group("family")].into())).await;
    let (signed_in, _) = person::ada(&running).await;
    for (mut browser, more, error) in [
        (running.browser(), "&prompt=none", "login_required"),
        (signed_in.twin(), "&prompt=none", "access_denied"),
        (signed_in.twin(), "&prompt=none%20login", "invalid_request"),
    ] {
        assert_eq!(browser.get(&request(more)).await.sent("error").as_deref(), Some(error), "{more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_use_an_app_is_told_which_group_may() {
    let running = running::empty().await;
    running.declare(|client| client.allow = Some([group("family")].into())).await;
    let (mut browser, mut soft) = person::ada(&running).await;
    let answer = browser.get(&request("")).await;
    assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (403, "Photos is for the group family"));
    assert!(answer.body.contains("/login?other=1&#38;next=%2Fauthorize%3Fclient_id%3Dphotos"), "{}", answer.body);
    let next = request("");
    let page = browser.get("/login?other=1&next=%2Fauthorize%3Fclient_id%3Dphotos").await;
    assert_eq!(page.heading(), "Sign in to your apps");
    assert_eq!(person::sign_in(&mut browser, &mut soft, &json!({ "next": next })).await.next(), next);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_go_back_becomes_a_page_that_repeats_nothing() {
    let running = running::empty().await;
    running.declare(|_| ()).await;
    let evil = "https://evil.test/cb";
    for (address, heading, known) in [
        (
            request("").replace("photos.example.org", "evil.test"),
            "The app sent you with an address that is not registered",
            true,
        ),
        (request("").replace("client_id=photos", "client_id=nobody-known"), "This app is not known here", false),
        (request("&client_id=photos"), "The app sent a request that cannot be read", false),
        ("/authorize".to_owned(), "The app sent a request that cannot be read", false),
    ] {
        let answer = running.browser().get(&address).await;
        assert_eq!((answer.status.as_u16(), answer.heading().as_str()), (400, heading));
        assert_eq!(answer.header("location"), "");
        assert!(answer.body.contains("doorstep explain "), "{}", answer.body);
        assert_eq!(answer.body.contains("href=\"https://photos.example.org\""), known, "{address}");
        assert_eq!(answer.body.contains("href=\"/\"><span>Your apps</span></a>"), !known, "{address}");
        for word in [evil, "evil.test", "nobody-known", "s1"] {
            assert!(!answer.body.contains(word), "{word} in {}", answer.body);
        }
    }
}
