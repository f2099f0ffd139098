//! `require`: what a sign-in has to be before it opens an app, or the pages of administration.

use crate::{
    browser::{Answer, Browser},
    guarded::{at_wiki, enter},
    person::{self, parked, request, secret_of},
    programs::{bearer, guarding, made},
    relying_party::{redeem, token},
    running::{self, Running},
};
use doorstep_core::{
    access::{ADMINS, Actor, ManageGroups, ON_THE_HOST},
    ceremony::soft::SoftAuthenticator,
    model::{Effect, Level, Proof, Rule},
};
use reqwest::Method;
use serde_json::json;

const PASSWORD: &str = "four words are good";

/// Ada signs in by password where she has a passkey, too.
async fn ada_by_password(running: &Running) -> (Browser, SoftAuthenticator) {
    let (mut with_passkey, soft) = person::ada(running).await;
    with_passkey.post("/account/password", &[("user_name", "ada"), ("new", PASSWORD)]).await;
    let mut browser = running.browser();
    browser.post("/login", &[("user_name", "ada"), ("password", PASSWORD)]).await;
    (browser, soft)
}

/// Grace has a password, and nothing beside it.
async fn grace_by_password(running: &Running) -> Browser {
    let link = running.add_person("grace").await;
    let mut browser = running.browser();
    let fields =
        [("link", secret_of(&link)), ("user_name", "grace"), ("display_name", "Grace"), ("password", PASSWORD)];
    browser.post("/enrol/password", &fields).await;
    browser
}

fn set_console(running: &Running, level: Option<Level>) {
    let live = doorstep_app::settings::Live { console: level, ..(**running.instance.context.settings.live()).clone() };
    running.instance.context.change(live).unwrap();
}

fn code_of(answer: &Answer) -> String {
    answer.sent("code").unwrap_or_else(|| panic!("no code: {answer:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_requires_a_passkey_asks_for_one_however_often_a_password_is_given() {
    let running = running::with_passwords(true).await;
    running.declare(|client| client.require = Some(Level::Passkey)).await;
    let (mut ada, mut soft) = ada_by_password(&running).await;
    let silent = ada.get(&request("&prompt=none")).await;
    assert_eq!(silent.sent("error").as_deref(), Some("login_required"));
    let place = ada.get(&request("")).await.location().to_owned();
    for _ in 0..2 {
        let page = ada.get(&place).await;
        assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Confirm that you are still Ada Lovelace"));
        assert!(page.body.contains("Photos</bdi> asks for a passkey.</p>"), "{}", page.body);
        assert!(!page.body.contains("name=\"password\""), "a password would not be enough");
        let interaction = place.split_once("i=").unwrap().1;
        let fields = [("user_name", "ada"), ("password", PASSWORD), ("interaction", interaction)];
        assert_eq!(ada.post("/login", &fields).await.heading(), "Going on to Photos");
        let on = format!("/authorize/resume?i={interaction}");
        assert_eq!(ada.get(&on).await.location(), place, "whoever gives it all the same comes to the page again");
    }
    let on = person::sign_in(&mut ada, &mut soft, &parked(&place)).await.next();
    redeem(&running, &code_of(&ada.get(&on).await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_could_not_prove_as_much_is_told_what_to_do() {
    for (level, heading) in
        [(Level::Passkey, "This needs a passkey"), (Level::TwoFactors, "This needs more than a password")]
    {
        let running = running::with_passwords(true).await;
        running.declare(|client| client.require = Some(level)).await;
        let mut grace = grace_by_password(&running).await;
        let page = grace.get(&request("")).await;
        assert_eq!((page.status.as_u16(), page.heading().as_str()), (403, heading));
        assert!(page.body.contains("href=\"/account\""), "{}", page.body);
        let silent = grace.get(&request("&prompt=none")).await;
        assert_eq!(silent.sent("error").as_deref(), Some("interaction_required"));
        // She makes a passkey, with the password that she has, and is let in by it.
        let mut soft = person::passkey(2);
        person::make(&mut grace, &mut soft, "/account/passkeys", &json!({})).await;
        let place = grace.get(&request("")).await.location().to_owned();
        let on = person::sign_in(&mut grace, &mut soft, &parked(&place)).await.next();
        redeem(&running, &code_of(&grace.get(&on).await)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_38_what_was_signed_in_for_by_less_ends_when_the_app_requires_more() {
    let running = running::with_passwords(true).await;
    running.declare(|_| {}).await;
    let (mut ada, _) = ada_by_password(&running).await;
    let scopes = request("").replace("openid%20", "openid%20offline_access%20");
    let first = redeem(&running, &code_of(&ada.get(&scopes).await)).await;
    let waiting = code_of(&ada.get(&scopes).await);
    running.declare(|client| client.require = Some(Level::TwoFactors)).await;
    let refresh = first["refresh_token"].as_str().unwrap();
    let callback = ("redirect_uri", running::CALLBACK);
    for pairs in [
        vec![("grant_type", "refresh_token"), ("refresh_token", refresh)],
        vec![("grant_type", "authorization_code"), ("code", &waiting), callback],
    ] {
        let answer = token(&running, &pairs).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("invalid_grant")), "{pairs:?}");
    }
    let access = format!("Bearer {}", first["access_token"].as_str().unwrap());
    let asked = running.browser().send(Method::GET, "/userinfo", &[("authorization", &access)], None).await;
    assert_eq!(asked.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarded_app_asks_at_the_door_and_takes_no_token() {
    let running = guarding(|app| app.require = Some(Level::Passkey)).await;
    let made = made(&running, &["wiki"], false).await;
    let secret = bearer(&made);
    let by_token = [at_wiki("/page", "cors"), vec![("authorization", secret.as_str())]].concat();
    let answer = running.browser().send(Method::GET, "/fa/forward", &by_token, None).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-doorstep-reason")), (403, "token_no_sign_in"));

    // Where tokens are made, it is offered to nobody, unless a rule lets them in.
    let (mut browser, _) = person::grace(&running).await;
    let offered = async |browser: &mut Browser| browser.get("/account/tokens").await.body.contains("value=\"wiki\"");
    assert!(!offered(&mut browser).await);
    let effect = Effect::SignIn { allow: None, proof: Proof::default() };
    let paths = vec!["/api/".to_owned().try_into().unwrap()];
    let rule = Rule { paths, methods: [].into(), networks: vec![], effect };
    running.guard_app(|app| (app.require, app.rules) = (Some(Level::Passkey), vec![rule])).await;
    assert!(offered(&mut browser).await);
    let asked = async |path: &str| {
        let by_token = [at_wiki(path, "cors"), vec![("authorization", secret.as_str())]].concat();
        running.browser().send(Method::GET, "/fa/forward", &by_token, None).await.status.as_u16()
    };
    assert_eq!((asked("/api/series").await, asked("/page").await), (200, 403));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_alone_does_not_come_through_the_door_of_an_app_that_requires_two_factors() {
    let running = running::with_passwords(true).await;
    running.guard_app(|app| app.require = Some(Level::TwoFactors)).await;
    let (mut ada, mut soft) = ada_by_password(&running).await;
    let mut at_app = running.browser();
    let sent = at_app.send(Method::GET, "/fa/forward", &at_wiki("/page", "navigate"), None).await;
    assert_eq!((sent.status.as_u16(), sent.header("x-doorstep-reason")), (302, "sign_in"));
    let start = sent.header("location").strip_prefix(running::ISSUER).unwrap().to_owned();
    let page = ada.get(&start).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (200, "Confirm that you are still Ada Lovelace"));
    assert!(page.body.contains("asks for a passkey, or for a code beside the password."), "{}", page.body);
    assert!(!page.body.contains("name=\"password\""), "she has no authenticator app");
    person::sign_in(&mut ada, &mut soft, &json!({ "next": start })).await;
    enter(&mut at_app, &mut ada).await;
    let inside = at_app.send(Method::GET, "/fa/forward", &at_wiki("/page", "navigate"), None).await;
    assert_eq!(inside.status, 200);

    let mut grace = grace_by_password(&running).await;
    let page = grace.get(&start).await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (403, "This needs more than a password"));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_administration_ask_for_two_factors_when_nothing_else_is_said() {
    let running = running::with_passwords(true).await;
    let (mut ada, mut soft) = ada_by_password(&running).await;
    for path in ["/admin/invitations", "/admin/requests", "/admin/registrations"] {
        let sent = ada.get(path).await;
        let again = format!("/login?again=1&next={}", path.replace('/', "%2F"));
        assert_eq!((sent.status.as_u16(), sent.location()), (303, again.as_str()));
        let page = ada.get(&again).await;
        assert_eq!(page.heading(), "Confirm that you are still Ada Lovelace");
        assert!(!page.body.contains("name=\"password\""));
    }
    let made = ada.post("/admin/invitations", &[("group", "users"), ("days", "7"), ("times", "1")]).await;
    assert!(made.location().starts_with("/login?again=1"), "{made:?}");
    person::sign_in(&mut ada, &mut soft, &json!({ "next": "/admin/invitations" })).await;
    assert_eq!(ada.get("/admin/invitations").await.status, 200);

    // Whoever administers by nothing but a password is told what is missing, and makes it on the account page.
    let mut grace = grace_by_password(&running).await;
    assert_eq!(grace.get("/admin/invitations").await.status, 404, "to anybody else they are not there");
    let act = running.instance.context.require(ManageGroups, Actor::Cli, &ON_THE_HOST).unwrap();
    running.instance.accounts.set_member(&act, ("grace", &running::group(ADMINS)), true).await.unwrap();
    let page = grace.get("/admin/invitations").await;
    assert_eq!((page.status.as_u16(), page.heading().as_str()), (403, "This needs more than a password"));
    set_console(&running, Some(Level::Passkey));
    assert_eq!(grace.get("/admin/invitations").await.heading(), "This needs a passkey");
    assert_eq!(grace.get("/account").await.status, 200, "nobody is kept from making one");
    set_console(&running, None);
    assert_eq!(grace.get("/admin/invitations").await.status, 200);
}
