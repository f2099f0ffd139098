//! `doorstep generate webfinger`: what the web server of a mail domain answers to an app that asks who signs its people
//! in.

use super::out::Out;
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::reason;
use crate::wire;
use clap::{Args, ValueEnum};
use doorstep_onboard::generate::webfinger::{WebServer, webfinger};
use std::path::PathBuf;

/// The domain, and what serves it.
#[derive(Clone, Debug, Args)]
pub struct Webfinger {
    /// The domain of the mail addresses: example.org.
    #[arg(long, value_name = "DOMAIN")]
    pub domain: String,
    /// The web server of that domain.
    #[arg(long, value_name = "PROGRAM", value_enum, default_value_t)]
    pub web_server: Program,
    /// Write it to this file, whole or not at all; `-` prints it, as without this.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A web server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Program {
    /// Caddy.
    #[default]
    Caddy,
    /// nginx.
    Nginx,
}

/// Prints or writes the lines.
pub(super) fn run(asked: &Webfinger, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, _) = wire::checked(&context.sources(), None)?;
    let server = match asked.web_server {
        Program::Caddy => WebServer::Caddy,
        Program::Nginx => WebServer::Nginx,
    };
    let text = webfinger(loaded.config.issuer.as_str(), &asked.domain, server)
        .map_err(|error| Failure::refused(reason::sentence(&error.to_string()), "Write it like example.org."))?;
    let out = Out { file: asked.output.as_deref(), instead: "Name a file that the web server reads." };
    out.put(&text, &loaded, context)?;
    Ok(Outcome::Done)
}
