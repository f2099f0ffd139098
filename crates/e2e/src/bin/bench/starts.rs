//! How long it takes from the start of the process to the first 200, with few clients and with very many, and how large
//! the program is.

use crate::{instance::Instance, report::Fact};
use std::{path::Path, time::Duration};

/// How many clients very many are.
const MANY: usize = 10_000;

/// Very first starts (keys are made, the apps set up), later starts of an instance that has its administrator,
/// the same with very many clients, and the size of the file.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(crate) async fn facts(program: &Path, directory: &Path, (first, later): (usize, usize)) -> Vec<Fact> {
    let instance = Instance::install(program, directory);
    let once = || {
        let (server, took) = instance.start();
        server.stop();
        took
    };
    let mut first: Vec<_> = (0..first)
        .map(|round| {
            if round > 0 {
                instance.forget();
            }
            once()
        })
        .collect();
    let (server, _) = instance.start();
    instance.administrator(&server).await;
    server.stop();
    let starts = || {
        let mut took: Vec<_> = (0..later).map(|_| once()).collect();
        took.sort_unstable();
        took
    };
    let few = starts();
    instance.register(MANY, false).await;
    let many = starts();
    instance.register(MANY, true).await;
    let with_apps = starts();
    let size = std::fs::metadata(program).expect("the program is a file").len() as f64;
    first.sort_unstable();
    vec![
        Fact::time("very first start, keys made, to ready", middle(&first), Some(500.0)),
        Fact::time("  the slowest of them", *first.last().expect("one start"), None),
        Fact::time("start to ready", middle(&few), Some(30.0)),
        Fact::time("  the slowest of them", *few.last().expect("one start"), None),
        Fact::time("start to ready, 10,000 clients", middle(&many), Some(100.0)),
        Fact::time("  the fastest of them", *many.first().expect("one start"), None),
        Fact::time("  and 10,000 more with an app each", middle(&with_apps), None),
        Fact::time("  the fastest of them", *with_apps.first().expect("one start"), None),
        Fact { name: "program", value: size / 1e6, unit: "MB", below: Some(30.0) },
    ]
}

fn middle(sorted: &[Duration]) -> Duration {
    sorted[sorted.len() / 2]
}
