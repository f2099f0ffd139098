//! The options that several commands take.

use crate::paint::When;
use clap::Args;
use doorstep_core::model::RotationTerms;
use doorstep_core::time::{Timestamp, Ttl};
use std::path::PathBuf;

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// The configuration file. Otherwise DOORSTEP_CONFIG, ./doorstep.toml or /etc/doorstep/doorstep.toml (or .yaml, .yml, .json).
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// When to use colour: auto, always or never.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub color: When,
}

/// How a command that reads says what it found.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Output {
    /// Print JSON for machines.
    #[arg(long)]
    pub json: bool,
}

/// How client secrets are rotated: that of one app, or all that come from a root key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Args)]
pub struct RotationOptions {
    /// End the old version of a client secret after this time, whether the app uses the new one by then or not, such as 7d
    /// or 12h. Until the app uses the new one when left out.
    #[arg(long, value_name = "TIME")]
    pub within: Option<Ttl>,
    /// Keep the old version valid for this long once the new one is delivered and was used, for an app that runs in
    /// several copies.
    #[arg(long, value_name = "TIME")]
    pub overlap: Option<Ttl>,
    /// Watch for this long at most; the same command goes on from there.
    #[arg(long, value_name = "TIME", conflicts_with = "no_watch")]
    pub watch: Option<Ttl>,
    /// Issue and deliver the new version, and leave the end of the old one to the server; the same command goes on from
    /// there.
    #[arg(long)]
    pub no_watch: bool,
    /// Rotate although an app's use of the new version cannot be watched. The old one ends with --within.
    #[arg(long, requires = "within")]
    pub unwatched: bool,
}

impl RotationOptions {
    /// When the old version ends.
    pub(crate) const fn terms(&self) -> RotationTerms {
        RotationTerms { within: self.within, overlap: self.overlap }
    }

    /// Whether whoever began to watch then has watched for long enough.
    pub(crate) fn is_watched_enough(&self, started: Timestamp, now: Timestamp) -> bool {
        self.watch.is_some_and(|time| now >= started + time)
    }
}
