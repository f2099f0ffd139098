//! `doorstep app`: apps one by one, from the lines in the file to what is left to do by hand.

mod add;
mod list;
mod remove;
mod verify;

use crate::config::Sources;
use crate::config::edit::{EditError, MARK};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::reason::sentence;
use clap::Subcommand;
use doorstep_deliver::{Unwritten, write_over, write_whole};
use std::path::Path;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

/// Apps one by one.
#[derive(Clone, Debug, Subcommand)]
pub enum App {
    /// Declare an app in the configuration file, bring it in line, and look whether it will work.
    Add(add::Add),
    /// Take an app out of the configuration file, with its client and what was delivered to it.
    Remove(remove::Remove),
    /// Every declared app: where it is, who may use it, where its credentials are, and whether it is in line.
    List(list::List),
}

/// Runs it.
pub fn run(command: &App, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        App::Add(words) => add::run(words, context),
        App::Remove(words) => remove::run(words, context),
        App::List(words) => list::run(*words, context),
    }
}

pub(super) fn read(path: &Path, context: &Context<'_>) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::bare(format!("{} cannot be read: {error}.", context.shown(path))))
}

/// The configuration as if `text` stood in the file.
pub(super) fn drafted(path: &Path, text: &str, context: &Context<'_>) -> Sources {
    let text = text.trim_start_matches(MARK);
    Sources { draft: Some((path.to_owned(), text.to_owned())), ..context.sources() }
}

/// Writes the file when it is told to, as the user who began the command: by then, the command works as the owner of the
/// data, who may have no right to the configuration.
pub(super) struct Writer {
    go: mpsc::Sender<Option<String>>,
    after: Option<String>,
    thread: JoinHandle<Result<(), Failure>>,
}

impl Writer {
    /// To be made before `become_owner`. The file keeps its owner and mode, and is left alone if it is not `before` any
    /// more. Without `before` it is made; without `after` it is taken away.
    pub(super) fn new(path: &Path, before: Option<&str>, after: Option<&str>) -> Self {
        let (go, told) = mpsc::channel::<Option<String>>();
        let (path, before, after) = (path.to_owned(), before.map(str::to_owned), after.map(str::to_owned));
        let write = move || match told.recv() {
            Ok(after) => write(&path, before.as_deref(), after.as_deref()),
            Err(_) => Ok(()),
        };
        Self { go, after, thread: thread::spawn(write) }
    }

    /// The same with a text that was not known before.
    pub(super) fn with(self, after: String) -> Self {
        Self { after: Some(after), ..self }
    }

    pub(super) fn write(self) -> Result<(), Failure> {
        let unwritten = || Failure::bare("The file was not written; this is a fault of Doorstep.");
        self.go.send(self.after).map_err(|_| unwritten())?;
        self.thread.join().map_err(|_| unwritten())?
    }
}

fn write(path: &Path, before: Option<&str>, after: Option<&str>) -> Result<(), Failure> {
    let written = match (before, after) {
        (Some(before), Some(after)) => write_over(path, before, after),
        // Emptied first, so that what somebody else wrote meanwhile is not lost.
        (Some(before), None) => {
            write_over(path, before, "").map_err(|error| unwritten(&error))?;
            return Ok(std::fs::remove_file(path)?);
        }
        (None, Some(_)) if path.try_exists()? => Err(Unwritten::Changed(path.to_owned())),
        (None, Some(after)) => {
            if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
                std::fs::create_dir(folder)?;
            }
            write_whole(path, after).map(|_| ())
        }
        (None, None) => Ok(()),
    };
    written.map_err(|error| unwritten(&error))
}

fn unwritten(error: &Unwritten) -> Failure {
    let remedy = error.remedy().unwrap_or_else(|| "Make the change in the file by hand, then: doorstep apply".into());
    Failure::refused(sentence(&error.to_string()), remedy)
}

pub(super) fn uneditable(path: &Path, error: &EditError, context: &Context<'_>) -> Failure {
    let remedy = match error {
        EditError::NotToml(_) => "Look at what is wrong in it: doorstep config show",
        EditError::NoTable => {
            "Make `apps` a table, as in [apps.NAME], or make the change by hand, then: doorstep apply"
        }
        EditError::NoIssuer => "Look at where it comes from: doorstep config show",
        EditError::NotThere(_) => "Look at what is declared, and where: doorstep app list",
    };
    Failure::refused(format!("{} cannot be changed: {error}.", context.shown(path)), remedy)
}

pub(super) fn line(context: &mut Context<'_>, mark: &str, what: &str, text: &str) -> Result<(), Failure> {
    context.line(&format!("  {mark:<5} {what:<18} {text}"))
}
