//! What every command is given: its options, the environment, where it stands and where it prints.

use crate::config::{self, Loaded, Sources};
use crate::ending::Failure;
use crate::options::Global;
use crate::paint::Paint;
use crate::terminal::{printable, printable_json};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// What every command is given.
pub struct Context<'a> {
    /// The options of every command.
    pub global: Global,
    /// The environment, read once.
    pub env: BTreeMap<String, String>,
    /// The folder that the person is in.
    pub cwd: PathBuf,
    /// Where it prints.
    pub streams: Streams<'a>,
}

/// Where a command prints: results, and remarks beside them.
pub struct Streams<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Remarks.
    pub err: &'a mut dyn Write,
    /// Colour for results.
    pub paint: Paint,
    /// Colour for remarks.
    pub err_paint: Paint,
}

impl Context<'_> {
    /// What the configuration is read from.
    pub fn sources(&self) -> Sources {
        Sources {
            config_path: self.global.config.clone(),
            env: self.env.clone(),
            cwd: self.cwd.clone(),
            ..Sources::default()
        }
    }

    /// The configuration for a command that needs the settings only. An app or group with a mistake is left
    /// out and named; a mistake in the settings is in the way.
    pub fn settings(&mut self) -> Result<Loaded, Failure> {
        let (loaded, left_out) = config::load_settings(&self.sources())?;
        if let Some(mistakes) = left_out {
            let reported = mistakes.render(self.streams.err_paint, "This command uses the rest of the configuration.");
            self.streams.err.write_all(reported.as_bytes())?;
        }
        Ok(loaded)
    }

    /// A path as the person would type it from where they are.
    pub fn shown(&self, path: &Path) -> String {
        config::shown(path, &self.cwd)
    }

    /// Colour for results.
    pub fn paint(&self) -> Paint {
        self.streams.paint
    }

    /// Prints a line.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.print(&format!("{text}\n"))
    }

    /// Prints a text. What it holds beside line ends and our own colours cannot steer a terminal.
    pub fn print(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.streams.out.write_all(printable(text).as_bytes())?)
    }

    /// Prints a remark beside the results.
    pub fn remark(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.streams.err.write_all(printable(text).as_bytes())?)
    }

    /// Prints JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
        Ok(writeln!(self.streams.out, "{}", printable_json(&text))?)
    }
}

/// The threads of a command that talks to a database or a network.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|error| {
        Failure::refused(format!("No threads can be started: {error}."), "Look at the system's limits.")
    })
}
