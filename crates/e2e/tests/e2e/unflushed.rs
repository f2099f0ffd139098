//! Power cuts that lose every write which was not flushed, disks that are full, and disks that are slow.
//!
//! `power_cut.rs` ends the process alone; here the machine forgets what it had not put on the disk.

use doorstep_e2e::{
    http::{Answer, Visitor},
    instance::{ISSUER, Instance, relying_parties},
    person::{Person, Request, Tokens, redeem, refresh},
    wait,
};
use std::cell::Cell;

const HOST: &str = "auth.home.test";
const SESSION: &str = "__Host-ds_session";

/// What was acknowledged just before the power went.
struct Reported {
    /// Sessions that were signed out.
    signed_out: Vec<String>,
    /// A code that was redeemed.
    used: String,
    /// The session of somebody who was disabled.
    disabled: String,
    /// A session that began.
    begun: String,
    /// A refresh token that was handed out.
    refresh: String,
}

async fn sign_out(browser: &Person) -> Answer {
    browser.visitor.post(&browser.at("/logout")).on_own_page().form::<&str, &str>(&[]).send().await
}

fn with_session(instance: &Instance, session: &str) -> Person {
    let browser = instance.stranger();
    browser.visitor.set_cookie(HOST, SESSION, session);
    browser
}

fn session(person: &Person) -> String {
    person.visitor.cookie(HOST, SESSION).expect("a session")
}

/// Makes people, and has acknowledged what each of them ends. `before` is called when all is made and nothing ended.
async fn have_acknowledged(instance: &Instance, request: &Request, round: usize, before: impl Fn()) -> Reported {
    let back = instance.visitor();
    let mut grace = instance.newcomer(&format!("grace{round}")).await;
    let linus = instance.newcomer(&format!("linus{round}")).await;
    let mut signed_out = Vec::new();
    for _ in 0..4 {
        grace.sign_in_anew().await;
        signed_out.push(session(&grace));
    }
    grace.sign_in_anew().await;
    let (used, second) = (grace.code(request).await, grace.code(request).await);
    before();
    instance.doorstep.reported(&["user", "disable", &format!("linus{round}")]);
    let browsers: Vec<Person> = signed_out.iter().map(|session| with_session(instance, session)).collect();
    let (outs, redeemed, handed_out) = tokio::join!(
        futures_util::future::join_all(browsers.iter().map(sign_out)),
        redeem(&back, ISSUER, request, &used),
        redeem(&back, ISSUER, request, &second),
    );
    assert!(outs.iter().all(|answer| answer.status == 200), "{outs:?}");
    assert_eq!(redeemed.status, 200, "{redeemed:?}");
    let refresh = Tokens::of(&handed_out).refresh.expect("a refresh token");
    grace.sign_in_anew().await;
    Reported { signed_out, used, disabled: session(&linus), begun: session(&grace), refresh }
}

/// What of it is not so any more.
async fn lost(instance: &Instance, back: &Visitor, request: &Request, reported: &Reported) -> Vec<&'static str> {
    let mut lost = Vec::new();
    for session in &reported.signed_out {
        if with_session(instance, session).is_signed_in().await {
            lost.push("a sign-out");
        }
    }
    if with_session(instance, &reported.disabled).is_signed_in().await {
        lost.push("a disabled account");
    }
    if !with_session(instance, &reported.begun).is_signed_in().await {
        lost.push("a session");
    }
    if refresh(back, ISSUER, request, &reported.refresh).await.status != 200 {
        lost.push("a refresh token");
    }
    if redeem(back, ISSUER, request, &reported.used).await.status == 200 {
        lost.push("the use of a code");
    }
    lost
}

/// Ends the machine: the process first, then what was not flushed.
async fn cut_the_power(instance: &mut Instance) {
    instance.doorstep.kill();
    instance.disk.as_ref().expect("a disk").cut_the_power();
    instance.doorstep.start().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_on_the_disk() {
    let mut instance = Instance::on_a_disk(&relying_parties()).await;
    instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid offline_access");
    let back = instance.visitor();
    let mut all = Vec::new();
    for round in 0..6 {
        let reported = have_acknowledged(&instance, &request, round, || ()).await;
        cut_the_power(&mut instance).await;
        assert_eq!(lost(&instance, &back, &request, &reported).await, [""; 0], "round {round}");
        all.push(reported);
    }
    // And later cuts take nothing of what earlier ones left.
    for reported in &all {
        for session in reported.signed_out.iter().chain([&reported.disabled]) {
            assert!(!with_session(&instance, session).is_signed_in().await, "a session came back");
        }
        assert!(with_session(&instance, &reported.begun).is_signed_in().await, "a session was lost");
    }
}

/// The control: when flushes keep nothing, as with `synchronous = NORMAL`, the test above sees it.
#[tokio::test]
async fn a_disk_that_keeps_nothing_is_seen_to_lose_all_of_it() {
    let mut instance = Instance::on_a_disk(&relying_parties()).await;
    instance.ada().await;
    let request = Request::of(&instance.doorstep.delivered("rp-rust").await, "openid offline_access");
    let back = instance.visitor();
    let reported =
        have_acknowledged(&instance, &request, 0, || instance.disk.as_ref().expect("a disk").deaf(true)).await;
    cut_the_power(&mut instance).await;
    let lost = lost(&instance, &back, &request, &reported).await;
    let all = ["a sign-out", "a sign-out", "a sign-out", "a sign-out"];
    assert_eq!(lost[..4], all, "{lost:?}");
    assert_eq!(lost[4..], ["a disabled account", "a session", "a refresh token", "the use of a code"]);
}

#[tokio::test]
async fn on_a_full_disk_readiness_says_no_and_signing_out_clears_the_cookie() {
    let mut instance = Instance::on_a_disk(&relying_parties()).await;
    let mut ada = instance.ada().await;
    let (ready, plain) = (instance.inside("/readyz"), Visitor::plain());
    let becomes = |status: u16| {
        let (ready, plain) = (&ready, &plain);
        wait::until("another readiness", wait::PATIENCE, move || async move {
            (plain.get(ready).send().await.status == status).then_some(())
        })
    };
    instance.disk.as_ref().expect("a disk").full(true);
    becomes(503).await;
    let kept = session(&ada);
    let answer = sign_out(&ada).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.body.contains("Only this browser is signed out"), "{answer:?}");
    assert_eq!(ada.visitor.cookie(HOST, SESSION), None, "the browser forgot it all the same");
    assert!(with_session(&instance, &kept).is_signed_in().await, "which is why the page says so");
    instance.disk.as_ref().expect("a disk").full(false);
    becomes(200).await;
    assert!(instance.doorstep.alive());
    ada.sign_in_anew().await;
    assert_eq!(sign_out(&ada).await.status, 200);
    cut_the_power(&mut instance).await;
    assert_eq!(plain.get(&ready).send().await.status, 200);
}

#[tokio::test]
async fn while_the_disk_is_waited_for_the_server_answers() {
    let mut instance = Instance::on_a_disk(&relying_parties()).await;
    let ada = instance.ada().await;
    // One thread for everything async: whoever holds it holds up all.
    instance.doorstep.stop();
    instance.doorstep.surround([("TOKIO_WORKER_THREADS", "1".into())]);
    instance.doorstep.start().await;
    let disk = instance.disk.as_ref().expect("a disk");
    disk.stuck(true);
    let (alive, plain) = (instance.inside("/healthz"), Visitor::plain());
    let is_out = Cell::new(false);
    let signing_out = async {
        let answer = sign_out(&ada).await;
        is_out.set(true);
        answer.status
    };
    let asking = async {
        wait::until("a COMMIT that waits for the disk", wait::PATIENCE, || async { disk.holds().then_some(()) }).await;
        // Whoever is held up by it gets no answer at all.
        for _ in 0..20 {
            assert_eq!(plain.get(&alive).send().await.status, 200);
        }
        assert!(!is_out.get(), "it was said before it was on the disk");
        disk.stuck(false);
    };
    assert_eq!(tokio::join!(signing_out, asking).0, 200);
}
