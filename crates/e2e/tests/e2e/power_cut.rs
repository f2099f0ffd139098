//! kill -9 in the middle of sign-ins: what was acknowledged is there afterwards, and the database is whole.

use doorstep_e2e::{
    http::Visitor,
    instance::{Engine, ISSUER, Instance, relying_parties},
    person::{Person, Request, Tokens, refresh, token},
    process::run,
    wait,
};
use serde_json::json;
use std::{process::Command, sync::Mutex, time::Duration};

/// What a client or a browser was told, and so may count on.
struct Acknowledged {
    session: String,
    refresh: String,
}

/// Signs in again and again, as fast as it goes, until the server is gone; keeps what was acknowledged.
async fn stream(person: &mut Person, request: &Request, back: &Visitor, reported: &Mutex<Vec<Acknowledged>>) {
    while let Some(acknowledged) = sign_in(person, request, back).await {
        reported.lock().expect("nobody panics here").push(acknowledged);
    }
}

/// One sign-in with tokens. `None` when any answer is not the one of a server in good health.
async fn sign_in(person: &mut Person, request: &Request, back: &Visitor) -> Option<Acknowledged> {
    person.visitor.forget_cookies();
    let begun = person.visitor.get(&request.url(ISSUER)).navigating().try_send().await.ok()?;
    let login = begun.location()?;
    let interaction = login.query_pairs().find(|(key, _)| key == "i")?.1.into_owned();
    person.visitor.get(login.as_str()).navigating().try_send().await.ok()?;
    let mut body = json!({ "interaction": interaction });
    let post =
        |path: &str, body: &serde_json::Value| person.visitor.post(&person.at(path)).scripted().json(body).try_send();
    let options = post("/login/passkey/options", &body).await.ok().filter(|answer| answer.status == 200)?.json();
    body["challenge_id"] = options["challenge_id"].clone();
    body["credential"] = person.passkey.sign_in(&options["publicKey"]).expect("the options are WebAuthn's");
    let done = person.visitor.post(&person.at("/login/passkey")).scripted().json(&body).try_send().await.ok()?;
    if done.status != 200 {
        return None;
    }
    let next = person.at(done.json()["next"].as_str()?);
    let code = person.visitor.get(&next).navigating().try_send().await.ok()?.location_param("code")?;
    let ask = back.post(&format!("{ISSUER}/token")).basic(&request.client_id, &request.client_secret);
    let answer = ask.form(&request.redemption(&code)).try_send().await.ok().filter(|answer| answer.status == 200)?;
    let session = person.visitor.cookie("auth.home.test", "__Host-ds_session")?;
    Some(Acknowledged { session, refresh: Tokens::of(&answer).refresh? })
}

/// Every session opens the account page, and every refresh token is still good.
async fn all_there(instance: &Instance, request: &Request, back: &Visitor, reported: &mut [Acknowledged]) {
    for acknowledged in reported {
        let browser = instance.stranger();
        browser.visitor.set_cookie("auth.home.test", "__Host-ds_session", &acknowledged.session);
        assert!(browser.is_signed_in().await, "a session was lost");
        let answer = refresh(back, ISSUER, request, &acknowledged.refresh).await;
        assert_eq!(answer.status, 200, "a refresh token was lost: {answer:?}");
        acknowledged.refresh = Tokens::of(&answer).refresh.expect("a successor");
    }
}

/// SQLite's own opinion of the file, asked while the server runs.
fn is_whole(instance: &Instance) {
    let script = "import sqlite3, sys\n\
        db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, timeout=10)\n\
        print(db.execute('PRAGMA integrity_check').fetchall(), db.execute('PRAGMA foreign_key_check').fetchall())";
    let said = run(Command::new("python3").arg("-c").arg(script).arg(instance.doorstep.sqlite()));
    assert_eq!(said.trim(), "[('ok',)] []");
}

async fn cut_the_power(engine: Engine, times: u64) {
    let mut instance = Instance::provider(engine, &relying_parties()).await;
    let mut people = [instance.ada().await, instance.newcomer("grace").await, instance.newcomer("linus").await];
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid offline_access");
    let back = instance.visitor();
    let mut all: Vec<Acknowledged> = Vec::new();
    for round in 0..times {
        let reported = Mutex::new(Vec::new());
        let streams = people.iter_mut().map(|person| stream(person, &request, &back, &reported));
        let doorstep = &mut instance.doorstep;
        let cut = async {
            // While sign-ins go through, each round at another moment of those that go on.
            wait::until("a sign-in", wait::PATIENCE, || async {
                (!reported.lock().expect("nobody panics here").is_empty()).then_some(())
            })
            .await;
            tokio::time::sleep(Duration::from_millis((round * 37) % 250)).await;
            doorstep.kill();
        };
        tokio::join!(futures_util::future::join_all(streams), cut);
        instance.doorstep.start().await;
        let mut reported = reported.into_inner().expect("nobody panics here");
        all_there(&instance, &request, &back, &mut reported).await;
        all.append(&mut reported);
        if engine == Engine::Sqlite {
            is_whole(&instance);
        }
    }
    all_there(&instance, &request, &back, &mut all).await;
    eprintln!("{} sign-ins over {times} power cuts on {engine:?}, none lost", all.len());
    let none = token(&back, ISSUER, &request, &[("grant_type", "refresh_token"), ("refresh_token", "ds_ref_x")]).await;
    assert_eq!(none.status, 400, "and it still knows what it never handed out");
}

#[tokio::test]
async fn fifty_power_cuts_lose_nothing_on_sqlite() {
    cut_the_power(Engine::Sqlite, 50).await;
}

#[tokio::test]
async fn ten_power_cuts_lose_nothing_on_postgresql() {
    cut_the_power(Engine::Postgres, 10).await;
}
