//! What it costs that nothing is acknowledged before it is on the disk: the same work, on the real disk and on one
//! that answers at once without writing, as SQLite's `synchronous = NORMAL` would have it between checkpoints.

use crate::{
    codes::SignedIn,
    instance::Instance,
    load::{Figures, Span},
    report::Fact,
};
use doorstep_core::model::SigningAlg;
use doorstep_e2e::disk;
use std::{
    ffi::OsString,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    time::Instant,
};

const FLUSHES: u32 = 50;

/// Codes asked for and redeemed, with and without a wait for the disk.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub(crate) async fn facts(program: &Path, directory: &Path, (count, span): (usize, Span)) -> Vec<Fact> {
    std::fs::create_dir_all(directory).expect("a folder");
    let one = one_flush(directory);
    let library = disk::library(directory);
    let tally = directory.join("flushes");
    let counted = [("LD_PRELOAD", library.clone().into()), ("DISK_COUNT", tally.clone().into())];
    let skipped = [("LD_PRELOAD", library.into()), ("DISK_SKIP", OsString::from("1"))];
    let real = measure(program, directory.join("real"), counted.to_vec(), (count, span)).await;
    let flushes = std::fs::metadata(&tally).map_or(0, |file| file.len());
    let none = measure(program, directory.join("none"), skipped.to_vec(), (count, span)).await;
    // A code that is asked for is a transaction, and so is one that is redeemed.
    let transactions = (count + real.1.answers) as f64;
    let part = |of: f64, whole: f64| of / whole * 100.0;
    let fact = |name, value, unit| Fact { name, value, unit, below: None };
    vec![
        fact("one flush of this disk", one * 1e3, "ms"),
        fact("authorize, on the disk: part of without", part(real.0.per_second, none.0.per_second), "%"),
        fact("token by code, ES256, on the disk: part of", part(real.1.per_second, none.1.per_second), "%"),
        fact("  by core: part of", part(real.1.per_core_second, none.1.per_core_second), "%"),
        fact("  p50 on the disk", real.1.p50_ms, "ms"),
        fact("  p50 without", none.1.p50_ms, "ms"),
        fact("flushes for 100 transactions", flushes as f64 / transactions * 100.0, ""),
    ]
}

async fn measure(
    program: &Path,
    directory: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    work: (usize, Span),
) -> (Figures, Figures) {
    let instance = Instance::install(program, &directory).surrounded(environment);
    let people = instance.furnish(100).await;
    let (server, _) = instance.start();
    let person = SignedIn::new(&instance, people);
    let figures = person.redeem(&server, SigningAlg::Es256, work).await;
    server.stop();
    figures
}

/// How long the disk takes to write a page down, in seconds.
fn one_flush(directory: &Path) -> f64 {
    let mut file = File::create(directory.join("page")).expect("a file");
    let begin = Instant::now();
    for _ in 0..FLUSHES {
        file.write_all(&[1; 4096]).and_then(|()| file.sync_data()).expect("a disk");
    }
    begin.elapsed().as_secs_f64() / f64::from(FLUSHES)
}
