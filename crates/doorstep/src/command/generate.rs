//! `doorstep generate caddy|nginx`: the proxy configuration for the declared apps that Doorstep guards.

use crate::command::plan::declared;
use crate::config::Listen;
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::terminal::repeated;
use crate::wire;
use clap::{Args, Subcommand};
use doorstep_onboard::desired::Desired;
use doorstep_onboard::generate::{Front, GenerateError, House, Site, Upstream, caddy, nginx};
use std::collections::BTreeMap;

/// Print the configuration of a proxy.
#[derive(Clone, Debug, Subcommand)]
pub enum Generate {
    /// For Caddy.
    Caddy(Upstreams),
    /// For nginx.
    Nginx(Upstreams),
}

/// Where the apps are.
#[derive(Clone, Debug, Default, Args)]
pub struct Upstreams {
    /// Where the proxy reaches an app: glances=127.0.0.1:61208, or unix: and a path. Can be said several times.
    #[arg(long = "upstream", value_name = "NAME=HOST:PORT")]
    pub all: Vec<String>,
}

/// Prints it. Apps whose place is not said are named on a line of comment each.
pub fn run(command: &Generate, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (Generate::Caddy(upstreams) | Generate::Nginx(upstreams)) = command;
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let listen: Upstream = loaded.config.listen.to_string().parse().map_err(|_| {
        let what = format!("A proxy cannot be told to reach Doorstep at {}.", loaded.config.listen);
        Failure::refused(what, "Set `listen` to a port that stays the same, like 127.0.0.1:8480.")
    })?;
    let house = House { issuer: loaded.config.issuer.as_str().to_owned(), listen, front: Front::default() };
    let said = said(upstreams, &desired)?;
    if matches!(loaded.config.listen, Listen::Unix(_)) && !loaded.config.trusted_proxies.unix() {
        context.line("# Add \"unix\" to trusted_proxies: until then Doorstep refuses what comes by its socket.")?;
    }
    let mut sites = Vec::new();
    for app in &desired.apps {
        let name = app.name().as_str();
        let (url, protected) = (app.spec.url.clone(), app.spec.protected);
        let known = said.get(name).cloned();
        if protected && known.is_none() {
            let stand_in = placeholder_text(name);
            let what = format!("# {name}: say where it is, --upstream {name}=HOST:PORT; {stand_in} stands for that.");
            context.line(&what)?;
        }
        let upstream = known.map_or_else(|| placeholder(name), Ok)?;
        sites.push(Site { name: name.to_owned(), url, upstream, protected });
    }
    let text = match command {
        Generate::Caddy(_) => caddy(&house, &sites),
        Generate::Nginx(_) => nginx(&house, &sites),
    };
    let text = text.map_err(|error| refused(&error))?;
    context.print(&text)?;
    Ok(Outcome::Done)
}

fn said(upstreams: &Upstreams, desired: &Desired) -> Result<BTreeMap<String, Upstream>, Failure> {
    let mut said = BTreeMap::new();
    for text in &upstreams.all {
        let form = || {
            let shown = repeated(text);
            Failure::refused(
                format!("`--upstream {shown}` does not say where an app is."),
                "Write --upstream glances=127.0.0.1:61208, or --upstream glances=unix:/run/glances.sock",
            )
        };
        let (name, place) = text.split_once('=').ok_or_else(form)?;
        let name = declared(name, desired)?;
        if desired.apps.iter().any(|app| *app.name() == name && !app.spec.protected) {
            let what = format!("{name} signs people in by itself: a proxy needs nothing of Doorstep for it.");
            return Err(Failure::refused(what, format!("Leave --upstream {name} out.")));
        }
        said.insert(name.as_str().to_owned(), place.parse().map_err(|_| form())?);
    }
    Ok(said)
}

/// A name that leads nowhere, by RFC 2606 §2: a proxy that still has it refuses to start or to connect.
fn placeholder_text(name: &str) -> String {
    format!("{name}.upstream.invalid:80")
}

fn placeholder(name: &str) -> Result<Upstream, Failure> {
    let text = placeholder_text(name);
    text.parse()
        .map_err(|_| Failure::refused(format!("{name} needs an address."), format!("Say --upstream {name}=HOST:PORT")))
}

fn refused(error: &GenerateError) -> Failure {
    Failure::refused(wire::sentence(&error.to_string()), "Mend `url` of the app in the configuration.")
}
