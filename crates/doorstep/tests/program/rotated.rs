//! `doorstep rotate` of many apps at once, each killed (SIGKILL) at a random moment, and the server now and then as well:
//! no app ever holds a secret that is refused, no file is half written, and the same command again brings each rotation
//! to where one that nobody disturbed comes to.
//!
//! One round of three apps on each engine by default, and so many that a hundred are killed in `./test drills`.
//! `DOORSTEP_KILLS` says how many, `DOORSTEP_SEED` from which number the moments are drawn; a failure names it.

use crate::installation::{Installation, Server, wait};
use crate::killed::{number, uniform};
use crate::rotating::{delivered, proves, secret_in};
use doorstep_store::testing::{self, Engine};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Rotations at a time in a long drill.
const AT_ONCE: u64 = 10;
/// A rotation is delivered after twelve seconds; a kill may come before and after.
const LONGEST: Duration = Duration::from_millis(13_500);

#[tokio::test]
async fn a_rotation_that_is_killed_is_carried_on_by_the_next_on_sqlite() {
    killed_at_random(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_rotation_that_is_killed_is_carried_on_by_the_next_on_postgresql() {
    killed_at_random(Engine::Postgres).await;
}

async fn killed_at_random(engine: Engine) {
    let at = testing::empty(engine).await;
    let kills = number("DOORSTEP_KILLS").unwrap_or(3);
    let seed = number("DOORSTEP_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
    let apps: Vec<String> = (0..kills.min(AT_ONCE)).map(|n| format!("app-{n}")).collect();
    let declared = apps
        .iter()
        .map(|app| format!("[apps.{app}]\nurl = \"https://{app}.example.org\"\ncallbacks = [\"/callback\"]\n"));
    let declared: String = declared.collect();
    let instance = Installation::new(&format!("[database]\nurl = \"{}\"\n{declared}", at.url));
    let mut server = instance.serve();
    let rounds = kills.div_ceil(AT_ONCE);
    for round in 0..rounds {
        let which = format!("round {round}, DOORSTEP_SEED={seed}");
        let before: Vec<String> = apps.iter().map(|app| delivered(&instance, app)).collect();
        let draw = |n: u64| LONGEST.mul_f64(uniform(seed, round * (AT_ONCE + 1) + n));
        let server_dies = (round % 2 == 1).then(|| draw(AT_ONCE));
        server = killed(&instance, server, (&apps, server_dies), &draw);
        each_proves_itself(&instance, (&apps, &before), &which);
        carried_on(&instance, (&apps, &before), (round + 2, &which));
    }
    assert_eq!(server.stop(), 0);
}

/// Begins a rotation of each app and kills each, and perhaps the server, which is started again.
fn killed(
    instance: &Installation,
    mut server: Server,
    (apps, server_dies): (&[String], Option<Duration>),
    draw: &dyn Fn(u64) -> Duration,
) -> Server {
    let begun = Instant::now();
    let start = |(app, n): (&String, u64)| (draw(n), instance.start_with(&["rotate", app]));
    let mut running: Vec<(Duration, Option<Server>)> =
        apps.iter().zip(0..).map(start).map(|(at, rotation)| (at, Some(rotation))).collect();
    running.push((server_dies.unwrap_or(LONGEST), None));
    running.sort_by_key(|(at, _)| *at);
    for (at, rotation) in running {
        sleep(at.saturating_sub(begun.elapsed()));
        match rotation {
            // Dropping kills.
            Some(rotation) => drop(rotation),
            None if server_dies.is_some() => {
                drop(server);
                server = instance.serve();
            }
            None => {}
        }
    }
    server
}

/// Whatever stands in an app's file is whole, and what it held before still proves the app. That the new version does
/// is seen later: its use ends the one before.
fn each_proves_itself(instance: &Installation, (apps, before): (&[String], &[String]), which: &str) {
    for (app, before) in apps.iter().zip(before) {
        let file = fs::read_to_string(instance.path(&format!("data/apps/{app}.env"))).unwrap();
        assert!(file.ends_with('\n') && file.contains("OIDC_ISSUER="), "{app} is half written: {which}\n{file}");
        assert_eq!(secret_in(&file).len(), before.len(), "{app} is half written: {which}");
        assert!(proves(instance, app, before), "{app} is locked out: {which}");
    }
}

/// The same command again: each rotation comes to its end, at the version that follows the one from before.
fn carried_on(instance: &Installation, (apps, before): (&[String], &[String]), (version, which): (u64, &str)) {
    let running: Vec<Server> = apps.iter().map(|app| instance.start_with(&["rotate", app])).collect();
    for ((app, before), rotation) in apps.iter().zip(before).zip(running) {
        rotation.says("to use it …");
        let after = delivered(instance, app);
        assert_ne!(after, *before, "{app}: {which}");
        assert!(proves(instance, app, before), "{app} is locked out before it uses the new version: {which}");
        assert!(proves(instance, app, &after), "{app}: {which}");
        let said = rotation.ended();
        assert_eq!(said.code, 0, "{app}: {which} {said:?}");
        assert!(said.out.starts_with(&format!("  version {version} issued")), "{app}: {which} {said:?}");
        wait("the end of the old version", || (!proves(instance, app, before)).then_some(()));
        assert_eq!(delivered(instance, app), after, "{app}: {which}");
    }
    let planned = instance.command(&["plan"]);
    assert!(planned.code == 0 && planned.out.contains("Nothing to do. No secret rotates."), "{which}: {planned:?}");
}
