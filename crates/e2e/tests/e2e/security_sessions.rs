//! Security reference §1.3: sessions, refresh tokens and sign-out, one test a row.

use doorstep_e2e::{
    expect::token_error,
    http::Visitor,
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request, Tokens, refresh, userinfo},
    relying_party::Library,
    wait,
};
use serde_json::json;
use std::collections::BTreeSet;

const HOST: &str = "auth.home.test";
const SESSION: &str = "__Host-ds_session";
const SCOPE: &str = "openid profile offline_access";

struct Fixture {
    instance: Instance,
    ada: Person,
    request: Request,
    back: Visitor,
}

async fn fixture_on(engine: Engine) -> Fixture {
    let instance = Instance::provider(engine, &relying_parties()).await;
    let ada = instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, SCOPE);
    let back = instance.visitor();
    Fixture { instance, ada, request, back }
}

async fn fixture() -> Fixture {
    fixture_on(Engine::Sqlite).await
}

impl Fixture {
    async fn refreshed(&self, token: &str) -> Tokens {
        Tokens::of(&refresh(&self.back, ISSUER, &self.request, token).await)
    }

    async fn refuses(&self, token: &str, what: &str) {
        token_error(&refresh(&self.back, ISSUER, &self.request, token).await, "invalid_grant", what);
    }

    /// Changes the declarations and waits until the server says that it serves them.
    async fn declare(&self, tables: &str) {
        let doorstep = &self.instance.doorstep;
        let reported = || doorstep.printed().matches("Serving the configuration of ").count();
        let before = reported();
        doorstep.declare(tables);
        doorstep.reload();
        wait::until("the changed declarations", wait::PATIENCE, || async { (reported() > before).then_some(()) }).await;
    }
}

fn refresh_token(tokens: Tokens) -> String {
    tokens.refresh.expect("a refresh token")
}

#[tokio::test]
async fn security_35_a_refresh_asks_again_whether_the_person_may() {
    let f = fixture().await;
    let mut grace = f.instance.newcomer("grace").await;
    let tokens = grace.tokens(&f.request).await;
    let token = refresh_token(tokens.clone());
    let restricted = relying_parties().replace("[apps.rp-rust]\n", "[apps.rp-rust]\nallow = [\"users\"]\n");
    f.declare(&restricted).await;
    let token = refresh_token(f.refreshed(&token).await);
    f.declare(&restricted.replace("\"ada\", \"grace\"", "\"ada\"")).await;
    f.refuses(&token, "no longer in the group").await;
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 401, "nor by access token");
}

#[tokio::test]
async fn security_35_a_refresh_asks_again_whether_the_client_exists() {
    let mut f = fixture().await;
    let token = refresh_token(f.ada.tokens(&f.request).await);
    let without = relying_parties();
    let (before, after) = without.split_once("\n[apps.rp-rust]").expect("it is declared");
    let rest = after.split_once("\n[apps.").expect("others follow").1;
    f.instance.doorstep.declare(&format!("{before}\n[apps.{rest}"));
    f.instance.doorstep.reported(&["apply", "--prune"]);
    let refused = wait::until("the client to be gone", wait::PATIENCE, || async {
        let answer = refresh(&f.back, ISSUER, &f.request, &token).await;
        assert_ne!(answer.status, 200, "its grants are gone at once");
        Some(answer).filter(|answer| answer.json()["error"] == "invalid_client")
    });
    token_error(&refused.await, "invalid_client", "the client is gone");
}

#[tokio::test]
async fn security_36_fifty_refreshes_at_once_have_one_successor() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut f = fixture_on(engine).await;
        let token = refresh_token(f.ada.tokens(&f.request).await);
        let all = futures_util::future::join_all((0..50).map(|_| refresh(&f.back, ISSUER, &f.request, &token))).await;
        let successors: BTreeSet<_> = all.iter().map(|answer| refresh_token(Tokens::of(answer))).collect();
        assert_eq!(successors.len(), 1, "{engine:?}");
    }
}

#[tokio::test]
async fn security_36_an_ancestor_ends_the_family_after_a_restart_too() {
    let mut f = fixture().await;
    let first = refresh_token(f.ada.tokens(&f.request).await);
    let second = f.refreshed(&first).await;
    let third = f.refreshed(&refresh_token(second)).await;
    f.instance.doorstep.stop();
    f.instance.doorstep.start().await;
    f.refuses(&first, "the ancestor").await;
    assert_eq!(userinfo(&f.back, ISSUER, &third.access).await.status, 401, "the family's access token");
    f.refuses(&refresh_token(third), "the family's last").await;
}

#[tokio::test]
async fn security_37_a_cookie_that_was_signed_out_opens_nothing() {
    let f = fixture().await;
    let thief = f.ada.visitor.copy();
    let account = f.ada.at("/account");
    assert_eq!(thief.get(&account).navigating().send().await.status, 200);
    let answer = f.ada.visitor.post(&f.ada.at("/logout")).on_own_page().form::<&str, &str>(&[]).send().await;
    assert!(answer.status.is_success() || answer.status == 303, "{answer:?}");
    assert!(!f.ada.is_signed_in().await);
    assert_ne!(thief.get(&account).navigating().send().await.status, 200, "the old value");
}

#[tokio::test]
async fn security_38_a_disabled_person_gets_in_by_no_path() {
    let f = fixture().await;
    let mut grace = f.instance.newcomer("grace").await;
    let tokens = grace.tokens(&f.request).await;
    let code = grace.code(&f.request).await;
    f.instance.doorstep.reported(&["user", "disable", "grace"]);

    assert!(!grace.is_signed_in().await, "by session");
    assert!(grace.ask(&f.request).await.location_param("code").is_none(), "by authorize");
    let redeemed = doorstep_e2e::person::redeem(&f.back, ISSUER, &f.request, &code).await;
    token_error(&redeemed, "invalid_grant", "by code");
    assert_eq!(userinfo(&f.back, ISSUER, &tokens.access).await.status, 401, "by access token");
    f.refuses(&refresh_token(tokens), "by refresh token").await;
    grace.visitor.forget_cookies();
    grace.visitor.get(&grace.at("/login")).navigating().send().await;
    assert_ne!(grace.sign_in(None).await.status, 200, "by passkey");

    f.instance.doorstep.reported(&["user", "enable", "grace"]);
    grace.sign_in_anew().await;
}

#[tokio::test]
async fn security_39_a_sign_in_belongs_to_the_browser_that_began_it() {
    let mut f = fixture().await;
    let first = f.instance.stranger();
    let begun = first.ask(&f.request).await;
    let login = begun.location().expect("a sign-in page");
    assert_eq!(login.path(), "/login");
    let interaction = login.query_pairs().find(|(key, _)| key == "i").expect("an interaction").1.into_owned();

    // Ada opens the other browser's page, and signs in there as herself.
    f.ada.visitor.forget_cookies();
    f.ada.visitor.get(login.as_str()).navigating().send().await;
    let done = f.ada.sign_in(Some(&interaction)).await;
    assert_eq!(done.status, 200, "{done:?}");
    let next = done.json()["next"].as_str().expect("a next page").to_owned();
    let answer = f.ada.visitor.get(&f.ada.at(&next)).navigating().send().await;
    // Not with a code: she finished nothing of another's request.
    let app = answer.leads_to().map(|to| to.as_str().trim_end_matches('/').to_owned());
    assert_eq!(app, Some(Library::OpenidConnect.url()), "she is led on to the app: {answer:?}");
    assert!(!first.is_signed_in().await, "and the first browser is Ada now");
}

#[tokio::test]
async fn security_39_each_sign_in_has_a_session_of_its_own() {
    let mut f = fixture().await;
    let mut seen = BTreeSet::from([f.ada.visitor.cookie(HOST, SESSION).expect("a session")]);
    for _ in 0..2 {
        // With the cookies of before, as a browser has them.
        f.ada.visitor.get(&f.ada.at("/login")).navigating().send().await;
        assert_eq!(f.ada.sign_in(None).await.status, 200);
        assert!(seen.insert(f.ada.visitor.cookie(HOST, SESSION).expect("a session")), "the same again");
    }
    let last = f.ada.visitor.cookie(HOST, SESSION).expect("a session");
    for earlier in seen.iter().filter(|session| **session != last) {
        let planted = f.instance.stranger();
        planted.visitor.set_cookie(HOST, SESSION, earlier);
        assert!(!planted.is_signed_in().await, "a session from before the new sign-in");
    }
}

#[tokio::test]
async fn security_40_cookies_belong_to_one_host_and_no_script() {
    let f = fixture().await;
    let mut found = BTreeSet::new();
    let mut person = f.instance.stranger();
    let asked = person.ask(&f.request).await;
    let page = person.visitor.get(asked.location().expect("a page").as_str()).navigating().send().await;
    person.passkey = f.ada.passkey;
    let done = person.sign_in(None).await;
    assert_eq!(done.status, 200, "{done:?}");
    for answer in [asked, page, done] {
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().expect("text").to_owned();
            let lower = line.to_ascii_lowercase();
            assert!(line.starts_with("__Host-ds_"), "{line}");
            assert!(
                ["; secure", "; httponly", "; path=/", "; samesite=lax"].iter().all(|part| lower.contains(part)),
                "{line}"
            );
            assert!(!lower.contains("domain="), "{line}");
            found.insert(line.split('=').next().unwrap_or_default().to_owned());
        }
    }
    assert!(found.contains(SESSION) && found.iter().any(|name| name.starts_with("__Host-ds_login_")), "{found:?}");

    let value = person.visitor.cookie(HOST, SESSION).expect("a session");
    for name in ["ds_session", "__Secure-ds_session", "__host-ds_session", "session"] {
        let planted = f.instance.stranger();
        planted.visitor.set_cookie(HOST, name, &value);
        assert!(!planted.is_signed_in().await, "{name}");
    }
}

#[tokio::test]
async fn security_40_a_cookie_that_comes_twice_is_no_cookie() {
    let f = fixture().await;
    let value = f.ada.visitor.cookie(HOST, SESSION).expect("a session");
    let cookie = format!("{SESSION}=planted; {SESSION}={value}");
    let ask = f.instance.visitor().get(&f.ada.at("/account")).navigating().header("cookie", cookie).send().await;
    assert_ne!(ask.status, 200, "{ask:?}");
}

#[tokio::test]
async fn security_41_sign_ins_at_the_same_time_do_not_mix() {
    let f = fixture().await;
    let mut people = Vec::new();
    for name in ["ben", "cleo", "dora", "eli", "finn", "gil", "hana", "ira"] {
        people.push((name, f.instance.newcomer(name).await));
    }
    let (request, back) = (&f.request, &f.back);
    let all = people.iter_mut().map(|(name, person)| async move {
        for _ in 0..12 {
            person.visitor.forget_cookies();
            // The same parameters for everybody, as a busy client with a bad generator would send them.
            let tokens = person.tokens(request).await;
            let info = userinfo(back, ISSUER, &tokens.access).await.json();
            assert_eq!((&info["preferred_username"], &info["sub"]), (&json!(name), &tokens.claims()["sub"]));
        }
    });
    futures_util::future::join_all(all).await;
}

#[tokio::test]
async fn security_43_a_token_is_the_whole_token() {
    let mut f = fixture().await;
    let access = f.ada.tokens(&f.request).await.access;
    assert_eq!(userinfo(&f.back, ISSUER, &access).await.status, 200);
    let session = f.ada.visitor.cookie(HOST, SESSION).expect("a session");
    let variants = |text: &str| {
        let cut = |n: usize| text[..text.len() - n].to_owned();
        let more = ["A", "=", "==", "%3D"].map(|end| format!("{text}{end}"));
        [vec![cut(1), cut(2), cut(8), text.to_uppercase(), text.to_lowercase(), String::new()], more.into()].concat()
    };
    for wrong in variants(&access) {
        assert_eq!(userinfo(&f.back, ISSUER, &wrong).await.status, 401, "{wrong}");
    }
    for wrong in variants(&session) {
        let thief = f.instance.stranger();
        thief.visitor.set_cookie(HOST, SESSION, &wrong);
        assert!(!thief.is_signed_in().await, "{wrong}");
    }
}

#[tokio::test]
async fn security_44_a_dead_cookie_is_taken_away() {
    let f = fixture().await;
    let visitor = f.instance.visitor();
    visitor.set_cookie(HOST, SESSION, "ds_ses_that-never-was");
    let answer = visitor.get(&f.ada.at("/login")).navigating().send().await;
    let lines: Vec<_> = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok()).collect();
    let cleared = lines.iter().any(|line| line.starts_with(&format!("{SESSION}=")) && line.contains("Max-Age=0"));
    assert!(cleared, "{lines:?}");
}

#[tokio::test]
async fn security_76_78_a_link_opens_once_and_the_set_up_link_makes_one_administrator() {
    let instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let link = instance.doorstep.set_up_link().await;
    for path in ["/", "/account", "/login", "/setup/", "/setup/x"] {
        let answer = instance.visitor().get(&format!("{ISSUER}{path}")).navigating().send().await;
        assert!(!answer.body.contains("name=\"user_name\""), "{path} makes administrators: {answer:?}");
    }
    let (mut ada, mut eve) = (instance.stranger(), instance.stranger());
    let fields = |name: &str| json!({ "display_name": name, "user_name": name, "email": "" });
    let (ada_fields, eve_fields) = (fields("ada"), fields("eve"));
    let (a, b) = tokio::join!(ada.try_enrol(&link, &ada_fields), eve.try_enrol(&link, &eve_fields));
    let good = [&a, &b].into_iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1, "{a:?} {b:?}");
    let mut late = instance.stranger();
    let refused = late.try_enrol(&link, &fields("late")).await;
    assert_ne!(refused.status, 200, "{refused:?}");
    let people = instance.doorstep.reported(&["user", "list"]).out;
    assert!(!people.contains("late") && (people.contains("ada") != people.contains("eve")), "{people}");
}
