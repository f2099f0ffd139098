//! What came out, as a table for people and as JSON.

use crate::{
    load::{CONNECTIONS, Figures},
    machine::{Machine, Signing},
    process::Resident,
};
use serde::Serialize;
use std::{fmt::Write, time::Duration};

/// One kind of work, measured several times.
#[derive(Serialize)]
pub(crate) struct Work {
    /// What was asked.
    pub(crate) name: &'static str,
    /// What it is held against.
    pub(crate) against: Option<Against>,
    /// Each round.
    pub(crate) rounds: Vec<Figures>,
}

/// What a kind of work is held against, and how near it should come.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Against {
    /// The other work, or the raw signing rate.
    pub(crate) what: Reference,
    /// The part of it to reach, if one was set.
    pub(crate) target: Option<f64>,
}

/// A limit of the machine.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reference {
    /// The bare handler in the same rounds.
    Bare(&'static str),
    /// RSA signatures.
    Rsa2048,
    /// ECDSA signatures.
    P256,
}

/// A figure that is not a rate.
#[derive(Serialize)]
pub(crate) struct Fact {
    /// What it is.
    pub(crate) name: &'static str,
    /// How much.
    pub(crate) value: f64,
    /// Of what.
    pub(crate) unit: &'static str,
    /// What it should stay below.
    pub(crate) below: Option<f64>,
}

/// Everything.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Where.
    pub(crate) machine: Machine,
    /// Raw signing, in each round.
    pub(crate) signing: Vec<Signing>,
    /// Rates.
    pub(crate) work: Vec<Work>,
    /// Other figures.
    pub(crate) facts: Vec<Fact>,
}

impl Fact {
    /// A time.
    pub(crate) fn time(name: &'static str, took: Duration, below: Option<f64>) -> Self {
        Self::ms(name, took.as_secs_f64() * 1e3, below)
    }

    /// A time in milliseconds.
    pub(crate) const fn ms(name: &'static str, value: f64, below: Option<f64>) -> Self {
        Self { name, value, unit: "ms", below }
    }

    /// A part of something, in percent.
    pub(crate) const fn share(name: &'static str, value: f64, below: Option<f64>) -> Self {
        Self { name, value, unit: "%", below }
    }

    /// A process's memory, all of it and its own part.
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    pub(crate) fn memory(names: (&'static str, &'static str), resident: Resident, below: Option<f64>) -> [Self; 2] {
        let fact = |name, kib: u64, below| Self { name, value: kib as f64 / 1024.0, unit: "MiB", below };
        [fact(names.0, resident.all, below), fact(names.1, resident.own, None)]
    }
}

impl Work {
    /// The round in the middle, by `of`.
    pub(crate) fn median(&self, of: impl Fn(&Figures) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Report {
    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut out = format!("{}\n\n", self.machine.line());
        let Signing { rsa2048, p256, ed25519 } = self.signing();
        let _ = writeln!(
            out,
            "raw signing on one core, a second: RSA-2048 {rsa2048:.0}, P-256 {p256:.0}, Ed25519 {ed25519:.0}"
        );
        let _ = writeln!(out, "server on one core, {CONNECTIONS} keep-alive connections from another, medians\n");
        let columns = ["a second", "p50 ms", "p99 ms", "core used", "a core second", "part of limit", "by core", "aim"];
        let _ = write!(out, "{:34}", "");
        for column in columns {
            let _ = write!(out, "{column:>14}");
        }
        out.push('\n');
        self.work.iter().for_each(|work| self.line(work, &mut out));
        out.push('\n');
        for Fact { name, value, unit, below } in &self.facts {
            let aim = below.map_or_else(String::new, |below| {
                format!("  below {below} {unit}: {}", if *value < below { "reached" } else { "missed" })
            });
            let _ = writeln!(out, "{name:46}{value:>10.1} {unit}{aim}");
        }
        out
    }

    fn line(&self, work: &Work, out: &mut String) {
        let rate = work.median(|figures| figures.per_second);
        let core_rate = work.median(|figures| figures.per_core_second);
        let _ = write!(
            out,
            "{:34}{rate:>14.0}{:>14.2}{:>14.2}{:>13.0}%{core_rate:>14.0}",
            work.name,
            work.median(|figures| figures.p50_ms),
            work.median(|figures| figures.p99_ms),
            work.median(|figures| figures.busy) * 100.0,
        );
        if let Some(Against { what, target }) = work.against {
            let (part, core_part) = self.part(work, what);
            let _ = write!(out, "{:>13.0}%{:>13.0}%", part * 100.0, core_part * 100.0);
            if let Some(target) = target {
                let verdict = if part >= target { "reached" } else { "missed" };
                let _ = write!(out, "   {:.0}%: {verdict}", target * 100.0);
            }
        }
        out.push('\n');
    }

    /// By the clock, and by processor time. Each round is held against the limit of the same round, because the
    /// machine itself is not equally fast all the time; then the median.
    fn part(&self, work: &Work, reference: Reference) -> (f64, f64) {
        let rates = |figures: &Figures| (figures.per_second, figures.per_core_second);
        let signed = |rate: fn(&Signing) -> f64| self.signing.iter().map(rate).map(|rate| (rate, rate)).collect();
        let limits: Vec<_> = match reference {
            Reference::Bare(name) => {
                self.work.iter().filter(|work| work.name == name).flat_map(|work| &work.rounds).map(rates).collect()
            }
            Reference::Rsa2048 => signed(|signing| signing.rsa2048),
            Reference::P256 => signed(|signing| signing.p256),
        };
        let pairs = || work.rounds.iter().map(rates).zip(&limits);
        (
            median(pairs().map(|((rate, _), (limit, _))| rate / limit).collect()),
            median(pairs().map(|((_, rate), (_, limit))| rate / limit).collect()),
        )
    }

    fn signing(&self) -> Signing {
        let of = |rate: fn(&Signing) -> f64| median(self.signing.iter().map(rate).collect());
        Signing { rsa2048: of(|s| s.rsa2048), p256: of(|s| s.p256), ed25519: of(|s| s.ed25519) }
    }
}
