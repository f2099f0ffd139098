//! What every command is given: its options, the environment, where it stands and where it prints.

use crate::config::{Loaded, Sources, load};
use crate::ending::Failure;
use crate::options::Global;
use crate::paint::Paint;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// What every command is given.
pub struct Context<'a> {
    /// The options of every command.
    pub global: Global,
    /// The environment, read once.
    pub env: BTreeMap<String, String>,
    /// The folder that the person is in.
    pub cwd: PathBuf,
    /// Where results go.
    pub out: &'a mut dyn Write,
    /// Colour for `out`.
    pub paint: Paint,
}

impl Context<'_> {
    /// What the configuration is read from.
    pub fn sources(&self) -> Sources {
        Sources { config_path: self.global.config.clone(), env: self.env.clone(), cwd: self.cwd.clone() }
    }

    /// The configuration, or all its mistakes.
    pub fn load(&self) -> Result<Loaded, Failure> {
        Ok(load(&self.sources())?)
    }

    /// Prints a line.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{text}")?)
    }
}

/// The threads of a command that talks to a database or a network.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| {
        Failure::refused(format!("No threads can be started: {error}."), "Look at the system's limits.")
    })
}
