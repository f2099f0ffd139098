//! `doorstep key …`: which root keys there are and what hangs on them, and another one in the place of the one in force.

mod clients;
mod progress;
mod root;
mod state;

use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::wire;
use clap::Subcommand;

/// The root key.
#[derive(Clone, Debug, Subcommand)]
pub enum Key {
    /// Show which root keys there are, and what hangs on each.
    List(Output),
    /// Put a new key in the place of the one in force, without a moment in which anything stops working.
    #[command(subcommand)]
    Rotate(What),
}

/// What is rotated.
#[derive(Clone, Debug, Subcommand)]
pub enum What {
    /// The root key: everything sealed is sealed anew, and every client secret gets its next version.
    Root(root::Root),
}

/// Runs it.
pub fn run(command: &Key, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Key::List(output) => list(*output, context),
        Key::Rotate(What::Root(words)) => root::run(words, context),
    }
}

fn list(output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    become_owner(&loaded.config)?;
    let state = runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        state::look(&instance, &desired).await
    })?;
    if output.json {
        context.json(&state)?;
    } else {
        context.print(&state.told())?;
    }
    Ok(Outcome::Done)
}
