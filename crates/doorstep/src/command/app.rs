//! `doorstep app`: apps one by one, from the lines in the file to what is left to do by hand.

mod add;
mod list;
mod remove;
mod verify;

use crate::config::{Sources, edit::EditError};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::wire::sentence;
use clap::Subcommand;
use doorstep_deliver::write_whole;
use std::path::Path;

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

/// A path as the person would type it from where they are.
fn shown(path: &Path, context: &Context<'_>) -> String {
    path.strip_prefix(&context.cwd).unwrap_or(path).display().to_string()
}

fn read(path: &Path, context: &Context<'_>) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::bare(format!("{} cannot be read: {error}.", shown(path, context))))
}

/// The configuration as if `text` stood in the file.
fn drafted(path: &Path, text: &str, context: &Context<'_>) -> Sources {
    Sources { draft: Some((path.to_owned(), text.to_owned())), ..context.sources() }
}

/// Writes the file whole; it keeps its owner and mode.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text).map(drop).map_err(|error| {
        let mend = error.remedy().unwrap_or_else(|| "Make the change in the file by hand, then: doorstep apply".into());
        Failure::refused(sentence(&error.to_string()), mend)
    })
}

fn uneditable(path: &Path, error: &EditError, context: &Context<'_>) -> Failure {
    Failure::bare(format!("{} cannot be changed: {error}.", shown(path, context)))
}

fn line(context: &mut Context<'_>, mark: &str, what: &str, text: &str) -> Result<(), Failure> {
    context.line(&format!("  {mark:<5} {what:<18} {text}"))
}
