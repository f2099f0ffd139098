//! The options that several commands take.

use crate::paint::When;
use clap::Args;
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
