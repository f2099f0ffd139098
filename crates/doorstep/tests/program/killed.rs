//! `doorstep apply` over every app of the catalog, killed (SIGKILL) at random moments of its run: whatever it left, the
//! next apply comes to where one that nobody disturbed comes to, no file is ever half written, and no secret that was
//! delivered is another afterwards.
//!
//! Two kills for each change and engine by default, a hundred in `./test drills`. `DOORSTEP_KILLS` says how many,
//! `DOORSTEP_SEED` from which number the moments are drawn; a failure names it.

use crate::installation::Installation;
use doorstep_onboard::catalog::Catalog;
use doorstep_store::testing::{self, Engine, Intruder, TestUrl};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

const PEOPLE: [&str; 3] = ["ada", "grace", "alan"];
/// Apps that the catalog does not know, beside those that it does.
const OWN: usize = 10;
/// Every app of the catalog; some are made after a word of a person only.
const APPLY: [&str; 11] = [
    "apply",
    "--accept",
    "bitwarden",
    "--accept",
    "organizr",
    "--accept",
    "pocketbase",
    "--accept",
    "wallos",
    "--accept",
    "wekan",
];

/// What an apply changes, without lines of what happened meanwhile to the process: counters, jobs, revocations.
const TABLES: [&str; 10] = [
    "apps",
    "audit_events",
    "bindings",
    "client_redirect_uris",
    "client_rotations",
    "client_secret_versions",
    "clients",
    "deliveries",
    "memberships",
    "user_groups",
];

type Files = BTreeMap<String, Vec<u8>>;

/// An instance that can be put back to where it was.
struct Drill {
    instance: Installation,
    at: TestUrl,
}

/// Where an instance is: its database as text, and what it delivered.
struct Held {
    database: String,
    files: Files,
}

#[tokio::test]
async fn an_apply_that_is_killed_is_carried_on_by_the_next_on_sqlite() {
    killed_at_random(Engine::Sqlite).await;
}

#[tokio::test]
async fn an_apply_that_is_killed_is_carried_on_by_the_next_on_postgresql() {
    killed_at_random(Engine::Postgres).await;
}

async fn killed_at_random(engine: Engine) {
    let (drill, empty) = Drill::begin(engine).await;
    let apps = drill.apps();
    drill.declare(&apps, "org", &PEOPLE[..2]);
    let made = drill.killed_between(&empty).await;
    assert!(made.files.len() > 90 && made.files.len() <= apps.len(), "{:?}", made.files.keys());

    drill.declare(&apps, "net", &PEOPLE[1..]);
    let moved = drill.killed_between(&made).await;
    let secrets = |files: &Files| -> Files {
        let text = |file: &[u8]| String::from_utf8(file.to_vec()).unwrap().replace(".example.net", ".example.org");
        files.iter().map(|(name, file)| (name.clone(), text(file).into_bytes())).collect()
    };
    assert!(secrets(&moved.files) == made.files, "an app that moves takes its secret along");
    assert!(moved.files != made.files);
}

impl Drill {
    /// People, and no app yet.
    async fn begin(engine: Engine) -> (Self, Held) {
        let at = testing::empty(engine).await;
        let drill = Self { instance: Installation::new(""), at };
        drill.declare(&[], "org", &[]);
        assert_eq!(drill.instance.serve().stop(), 0);
        for name in PEOPLE {
            drill.instance.reported(&["user", "add", name]);
        }
        let held = drill.held();
        (drill, held)
    }

    /// Every app that the catalog knows, and a few that it does not, with what else stands there about each.
    fn apps(&self) -> Vec<(String, &'static str)> {
        let known: Value = serde_json::from_str(&self.instance.reported(&["catalog", "list", "--json"])).unwrap();
        let known = known.as_array().unwrap().iter().map(|entry| (entry["id"].as_str().unwrap().to_owned(), ""));
        known.chain((0..OWN).map(|n| (format!("own-{n}"), "callbacks = [\"/callback\"]\n"))).collect()
    }

    fn declare(&self, apps: &[(String, &str)], under: &str, members: &[&str]) {
        let catalog = Catalog::builtin();
        let apps = apps.iter().map(|(name, more)| {
            // Some are where they are, for everybody.
            let fixed = catalog.get(name).and_then(|entry| entry.unwrap().address.clone());
            let at = fixed.unwrap_or_else(|| format!("https://{name}.example.{under}"));
            format!("[apps.{name}]\nurl = \"{at}\"\nallow = [\"users\"]\n{more}")
        });
        let apps: String = apps.collect();
        let url = &self.at.url;
        self.instance.declare(&format!("[database]\nurl = \"{url}\"\n[groups]\nusers = {members:?}\n{apps}"));
    }

    /// Applies what is declared: undisturbed first, then again and again from `before`, each time killed somewhere.
    /// Gives where all of them came to.
    async fn killed_between(&self, before: &Held) -> Held {
        let mut length = self.timed();
        self.applied("undisturbed");
        let after = self.held();
        let wanted = state(&after);
        let kills = number("DOORSTEP_KILLS").unwrap_or(2);
        let seed = number("DOORSTEP_SEED").unwrap_or_else(|| RandomState::new().hash_one(0));
        let (mut killed, mut draw) = (0, 0);
        while killed < kills {
            let moment = length.mul_f64(uniform(seed, draw));
            let which = format!("number {draw}, after {moment:?} of {length:?}, DOORSTEP_SEED={seed}");
            draw += 1;
            assert!(draw < 20 + 10 * kills, "an apply ends before it is killed: {which}");
            self.put_back(before).await;
            let running = self.instance.start_with(&APPLY);
            sleep(moment);
            let ended = running.printed().contains(" done in ");
            drop(running);
            if ended {
                // The machine is faster than before.
                self.put_back(before).await;
                length = self.timed();
                continue;
            }
            killed += 1;
            for (name, text) in self.delivered() {
                let whole = after.files.get(&name) == Some(&text) || before.files.get(&name) == Some(&text);
                assert!(
                    whole || is_draft(&name),
                    "{name} is half written: {which}\n{}",
                    String::from_utf8_lossy(&text)
                );
            }
            self.applied(&which);
            let now = self.held();
            let names = |held: &Held| held.files.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&now), names(&after), "{which}");
            assert!(now.files == after.files, "a delivered file is another: {which}");
            similar(&state(&now), &wanted, &which);
        }
        after
    }

    /// How long an apply takes that nobody disturbs.
    fn timed(&self) -> Duration {
        let begun = Instant::now();
        self.instance.reported(&APPLY);
        begun.elapsed()
    }

    /// Applies to the end, after which nothing is left to do.
    fn applied(&self, which: &str) {
        let said = self.instance.command(&APPLY);
        assert_eq!(said.code, 0, "{which}: {said:?}");
        let planned = self.instance.command(&["plan"]);
        assert!(planned.code == 0 && planned.out.contains("Nothing to do."), "{which}: {planned:?}");
    }

    fn held(&self) -> Held {
        Held { database: testing::dumped(&self.at), files: self.delivered() }
    }

    async fn put_back(&self, held: &Held) {
        match self.at.engine {
            Engine::Postgres => testing::put_back(&self.at, &held.database).await,
            Engine::Sqlite => {
                let file = self.at.url.trim_start_matches("sqlite:");
                for beside in ["", "-wal", "-shm"] {
                    let _ = fs::remove_file(format!("{file}{beside}"));
                }
                Intruder::open(file.as_ref()).run(&held.database);
                fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
            }
        }
        let folder = self.folder();
        let _ = fs::remove_dir_all(&folder);
        if held.files.is_empty() {
            return;
        }
        fs::create_dir(&folder).unwrap();
        for (name, text) in &held.files {
            let file = folder.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
        }
    }

    fn folder(&self) -> PathBuf {
        self.instance.path("data/apps")
    }

    /// All that stands in the folder of apps.
    fn delivered(&self) -> Files {
        let entries = fs::read_dir(self.folder()).into_iter().flatten().map(|entry| entry.unwrap().path());
        let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        entries.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
    }
}

/// What is written beside its place and renamed when it is whole.
fn is_draft(name: &str) -> bool {
    name.starts_with('.') && name.ends_with(".doorstep-new")
}

/// The rows that an apply makes, without when: moments, and ids that are drawn.
fn state(held: &Held) -> Vec<String> {
    let row = |line: &str| {
        let (table, values) = line.strip_prefix("INSERT INTO ")?.split_once(" VALUES")?;
        let table = table.trim_start_matches("public.").trim_matches('"');
        let (_, without_id) = values.split_once(',')?;
        let values = if table == "audit_events" { without_id } else { values };
        TABLES.contains(&table).then(|| format!("{table} {}", without_moments(values)))
    };
    let mut rows: Vec<String> = held.database.lines().filter_map(row).collect();
    rows.sort();
    rows
}

/// Unix milliseconds have thirteen digits.
fn without_moments(text: &str) -> String {
    let digits = |c: char| c.is_ascii_digit();
    let mut rest = text;
    let mut out = String::new();
    while let Some(begin) = rest.find(digits) {
        let (before, number) = rest.split_at(begin);
        let end = number.find(|c| !digits(c)).unwrap_or(number.len());
        let (number, after) = number.split_at(end);
        out.push_str(before);
        out.push_str(if number.len() == 13 { "MOMENT" } else { number });
        rest = after;
    }
    out + rest
}

fn similar(now: &[String], wanted: &[String], which: &str) {
    let only = |here: &[String], there: &[String]| -> Vec<String> {
        here.iter().filter(|row| !there.contains(row)).cloned().collect()
    };
    let (more, less) = (only(now, wanted), only(wanted, now));
    assert!(now == wanted, "{which}\nonly after the kill: {more:#?}\nonly undisturbed: {less:#?}");
}

/// The `n`-th number of a row that begins at `seed`, from 0 to 1 (SplitMix64).
pub(crate) fn uniform(seed: u64, n: u64) -> f64 {
    let mut z = seed.wrapping_add((n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
}

pub(crate) fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}
