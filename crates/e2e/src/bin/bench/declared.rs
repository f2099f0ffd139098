//! What a long file costs: a thousand apps and ten thousand names in it, and half of both, to see that it is in
//! proportion.

use crate::{instance::Instance, report::Fact};
use std::{
    fmt::Write,
    path::Path,
    time::{Duration, Instant},
};

const APPS: usize = 1_000;
const NAMES: usize = 10_000;
const NAMES_OF_A_GROUP: usize = 100;

/// What was measured of one file.
struct Measured {
    /// The first start, at which all is set up.
    first: Duration,
    /// A later one.
    start: Duration,
    /// A plan with nothing to do, beside the server.
    plan: Duration,
    /// The most memory that the plan had, in KiB.
    memory: u64,
}

/// Starts and plans of each file; medians of `rounds`.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(crate) fn facts(program: &Path, directory: &Path, rounds: usize) -> Vec<Fact> {
    let of = |part: &str, apps, names| {
        let instance = Instance::declaring(&declared(apps, names), program, &directory.join(part));
        measured(&instance, rounds)
    };
    let (empty, half, whole) = (of("empty", 0, 0), of("half", APPS / 2, NAMES / 2), of("whole", APPS, NAMES));
    let more = |of: fn(&Measured) -> Duration| of(&whole).saturating_sub(of(&empty));
    vec![
        Fact::time("very first start, 1,000 apps, 10,000 names", whole.first, None),
        Fact::time("  half of both", half.first, None),
        Fact::time("start to ready, more than with an empty file", more(|of| of.start), Some(1_000.0)),
        Fact::time("  half of both", half.start.saturating_sub(empty.start), None),
        Fact::time("plan, nothing to do", whole.plan, Some(1_000.0)),
        Fact::time("  half of both", half.plan, None),
        Fact::time("  an empty file", empty.plan, None),
        Fact { name: "  its memory at most", value: whole.memory as f64 / 1024.0, unit: "MiB", below: Some(100.0) },
    ]
}

fn measured(instance: &Instance, rounds: usize) -> Measured {
    let (server, first) = instance.start();
    server.stop();
    let middle = |mut all: Vec<Duration>| {
        all.sort_unstable();
        all[all.len() / 2]
    };
    let once = || {
        let (server, took) = instance.start();
        server.stop();
        took
    };
    let start = middle((0..rounds).map(|_| once()).collect());
    let (server, _) = instance.start();
    let mut memory = 0;
    let plans = (0..rounds).map(|_| {
        let begin = Instant::now();
        memory = memory.max(instance.run("plan").ended());
        begin.elapsed()
    });
    let plan = middle(plans.collect());
    server.stop();
    Measured { first, start, plan, memory }
}

/// Groups of a hundred names each, and apps that the catalog does not know, open to one of the groups.
fn declared(apps: usize, names: usize) -> String {
    let mut text = "[groups]\nadmins = [\"ada\"]\n".to_owned();
    let groups = names / NAMES_OF_A_GROUP;
    for group in 0..groups {
        let people = (0..NAMES_OF_A_GROUP).map(|person| format!("\"person-{:05}\"", group * NAMES_OF_A_GROUP + person));
        let people: Vec<_> = people.collect();
        let _ = writeln!(text, "group-{group:03} = [{}]", people.join(", "));
    }
    for app in 0..apps {
        let _ = write!(
            text,
            "\n[apps.app-{app:04}]\nurl = \"https://app-{app:04}.example.org\"\n\
             callbacks = [\"/oidc/callback\"]\nallow = [\"group-{:03}\"]\n",
            app % groups.max(1)
        );
    }
    text
}
