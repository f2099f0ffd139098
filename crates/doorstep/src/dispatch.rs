//! Which command runs for what was typed: one arm each.

use crate::cli::Command;
#[cfg(feature = "demo")]
use crate::command::demo;
use crate::command::{
    access, adopt, app, catalog, check, config, discover, explain, generate, init, invite, key, moving, plan, rotate,
    serve, token, user,
};
use crate::context::Context;
use crate::ending::{Failure, Outcome};

/// Runs a command.
pub(crate) fn run(command: &Command, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    match command {
        Command::Adopt(words) => adopt::run(words, context),
        Command::App(command) => app::run(command, context),
        Command::Catalog(command) => catalog::run(command, context),
        Command::Check(command) => check::run(command, context),
        Command::Config(command) => config::run(command, context),
        #[cfg(feature = "demo")]
        Command::Demo(options) => demo::run(options, context),
        Command::Serve(words) => serve::run(words, context).map_err(|why| Failure::Server(Box::new(why))),
        Command::Move(words) => moving::run(words, context),
        Command::Key(command) => key::run(command, context),
        Command::Init(words) => init::run(words, context),
        Command::Plan(preview) => plan::show(preview, context),
        Command::Apply(words) => plan::apply(words, context),
        Command::Rotate(words) => rotate::run(words, context),
        Command::User(command) => user::run(command, context),
        Command::Invite(words) => invite::run(words, context),
        Command::Recover(name) => user::recover(name, context),
        Command::Access(command) => access::run(command, context),
        Command::Token(command) => token::run(command, context),
        Command::Explain(command) => explain::run(command, context),
        Command::Discover(words) => discover::run(words, context),
        Command::Generate(command) => generate::run(command, context),
    }
}
