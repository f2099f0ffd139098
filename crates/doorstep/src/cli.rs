//! The command line: what can be typed, and what it is called.
//!
//! A subcommand is one arm of [`Command`], one arm of its dispatch in `dispatch`, and one file in `command`.

use crate::command;
use crate::options::Global;
use crate::paint::When;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

/// Single sign-on for a home or a small company: passkeys, apps declared in a file, one binary.
#[derive(Debug, Parser)]
#[command(
    name = "doorstep",
    version,
    propagate_version = false,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the first configuration file.
    Init(command::init::Init),
    /// Serve the instance.
    Serve(command::serve::Words),
    /// An instance to try on this machine, with temporary data and sample apps.
    #[cfg(feature = "demo")]
    Demo(command::demo::Options),
    /// Show what would change so that apps are as declared. Exit code 2 when something would.
    Plan(command::plan::Preview),
    /// Bring groups and apps in line with the configuration.
    Apply(command::plan::Words),
    /// Show what of an app is there already and was made by somebody else, and take it over. Exit code 2 while there is
    /// something to take over.
    Adopt(command::adopt::Adopt),
    /// Give an app a new client secret, without a moment in which it cannot sign anybody in.
    Rotate(command::rotate::Rotate),
    /// The root key: which there are, and another one in the place of the one in force.
    #[command(subcommand)]
    Key(command::key::Key),
    /// Move to another address, without locking anybody out: `issuer` becomes another one, and the one before goes on working.
    Move(command::moving::Move),
    /// Apps one by one: add, remove, list.
    #[command(subcommand)]
    App(command::app::App),
    /// Look through Compose files, proxies and Kubernetes manifests for apps that are known, and propose the lines to
    /// declare them by. Changes nothing.
    Discover(command::discover::Discover),
    /// People and their groups.
    #[command(subcommand)]
    User(command::user::User),
    /// Print an address with which somebody new makes an account; list or end those that are open.
    Invite(command::invite::Words),
    /// Print a link with which a person makes a new passkey.
    Recover(command::user::Name),
    /// Who asks for access to an app, and the answers.
    #[command(subcommand)]
    Access(command::access::Access),
    /// Tokens with which programs reach apps that Doorstep stands in front of.
    #[command(subcommand)]
    Token(command::token::Token),
    /// Show why a request was refused, by the reference on its page.
    Explain(command::explain::Explain),
    /// Check something before or while it matters: what forward auth does with a request, whether mail goes out.
    #[command(subcommand)]
    Check(command::check::Check),
    /// Print the configuration of a proxy for the apps that Doorstep guards.
    #[command(subcommand)]
    Generate(command::generate::Generate),
    /// Show which apps are known, and what is known of one.
    #[command(subcommand)]
    Catalog(command::catalog::Command),
    /// Show the configuration as it takes effect, or the keys it can have.
    #[command(subcommand)]
    Config(command::config::Config),
}

/// Reads the arguments. An error is help, the version, or a mistake in them; clap words it.
pub fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    let colour = match wanted_colour(args) {
        When::Auto => clap::ColorChoice::Auto,
        When::Always => clap::ColorChoice::Always,
        When::Never => clap::ColorChoice::Never,
    };
    let matches = Cli::command().color(colour).try_get_matches_from(args)?;
    Cli::from_arg_matches(&matches)
}

/// What `--color` says, before the arguments are understood: help and mistakes follow it too.
fn wanted_colour(args: &[OsString]) -> When {
    let mut texts = args.iter().filter_map(|arg| arg.to_str());
    let mut said = None;
    while let Some(text) = texts.next() {
        if text == "--color" {
            said = texts.next();
        } else if let Some(value) = text.strip_prefix("--color=") {
            said = Some(value);
        }
    }
    said.and_then(|value| clap::ValueEnum::from_str(value, false).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::key::{Key, What};
    use crate::options::RotationOptions;
    use doorstep_core::time::Ttl;

    fn args(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_of_every_command_stand_anywhere() {
        for line in
            ["doorstep --config a.toml --color never config show", "doorstep config show --color=never --config a.toml"]
        {
            let cli = parse(&args(line)).unwrap();
            assert_eq!((cli.global.config, cli.global.color), (Some("a.toml".into()), When::Never));
        }
    }

    /// How one app's secret, or all, are to be rotated, as it was typed.
    fn how(line: &str) -> Option<RotationOptions> {
        match parse(&args(line)).ok()?.command {
            Command::Rotate(words) => Some(words.how),
            Command::Key(Key::Rotate(What::Root(words))) => Some(words.how),
            _ => None,
        }
    }

    #[test]
    fn one_secret_and_all_are_rotated_with_the_same_options() {
        let none = RotationOptions::default();
        let (day, hour) = (Some(Ttl::from_hours(24)), Some(Ttl::from_hours(1)));
        for (typed, expected) in [
            ("", Some(none)),
            (" --within 1d --overlap 1h", Some(RotationOptions { within: day, overlap: hour, ..none })),
            (" --watch 1h", Some(RotationOptions { watch: hour, ..none })),
            (" --no-watch", Some(RotationOptions { no_watch: true, ..none })),
            (" --unwatched --within 1d", Some(RotationOptions { within: day, unwatched: true, ..none })),
            (" --watch 1h --no-watch", None),
            (" --unwatched", None),
            (" --abort", Some(none)),
            (" --abort --unwatched --within 1d", None),
        ] {
            for command in ["doorstep rotate wiki", "doorstep key rotate root"] {
                assert_eq!(how(&format!("{command}{typed}")), expected, "{command}{typed}");
            }
        }
        // A rotation that is taken back has an end as well; a root key that is taken back has none.
        let back = how("doorstep rotate wiki --abort --within 1d --no-watch");
        assert_eq!(back, Some(RotationOptions { within: day, no_watch: true, ..none }));
        for typed in ["--within 1d", "--overlap 1h", "--watch 1h", "--no-watch", "--again"] {
            assert_eq!(how(&format!("doorstep key rotate root --abort {typed}")), None, "{typed}");
        }
    }

    #[test]
    fn a_mistyped_command_gets_the_nearest_one() {
        let error = parse(&args("doorstep confg show")).unwrap_err();
        assert!(error.to_string().contains("'config'"), "{error}");
    }

    #[test]
    fn help_follows_the_wish_for_colour() {
        for (line, coloured) in [("doorstep --help --color always", true), ("doorstep --help --color=never", false)] {
            let help = parse(&args(line)).unwrap_err().render().ansi().to_string();
            assert!(help.contains("Usage:"), "{help}");
            assert_eq!(wanted_colour(&args(line)) == When::Always, coloured);
        }
    }
}
