//! The Doorstep binary: configuration, command line, and the only place where the parts are put together.
//!
//! Rules live in `doorstep-core` and the crates around it; nothing here decides who may do what.

mod applied;
pub mod cli;
pub mod command;
pub mod config;
pub mod context;
mod dispatch;
pub mod ending;
mod first_start;
mod guarded;
mod icons;
mod live;
pub mod logging;
mod mailing;
mod moved;
mod notify;
pub mod options;
mod owner;
pub mod paint;
mod places;
mod postbox;
mod reason;
mod reload;
mod rotation;
mod server;
mod site;
#[cfg(feature = "demo")]
mod stage;
pub mod terminal;
mod turn;
mod upstreams;
mod watched;
mod when;
mod wire;

use context::{Context, Streams};
use ending::{Failure, finish};
use paint::Paint;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

/// The whole program: reads arguments and environment, runs the command, prints how it ended.
/// Exit codes: 0 done or nothing to do, 1 an error, 2 changes pending, 78 a server that starts in vain.
pub fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().collect();
    let cli = match cli::parse(&args) {
        Ok(cli) => cli,
        // clap ends with 2 by itself, which here means that changes are pending.
        Err(reported) => {
            let _ = reported.print();
            return if reported.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    let env = config::environment::of_process();
    let err_paint = Paint::decide(cli.global.color, &env, io::stderr().is_terminal());
    let paint = Paint::decide(cli.global.color, &env, io::stdout().is_terminal());
    let ended = std::env::current_dir()
        .map_err(|error| {
            Failure::refused(format!("The current folder cannot be read: {error}."), "Go to another folder.")
        })
        .and_then(|cwd| {
            let (mut out, mut err) = (io::stdout().lock(), io::stderr());
            let streams = Streams { out: &mut out, err: &mut err, paint, err_paint };
            dispatch::run(&cli.command, &mut Context { global: cli.global, env, cwd, streams })
        });
    finish(ended, &mut io::stderr(), err_paint)
}
