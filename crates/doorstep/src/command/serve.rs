//! `doorstep serve`: runs the server, from binding its address to releasing it.
//!
//! It is alive (`/healthz`) as soon as it listens and ready (`/readyz`) once the instance is open: a supervisor does
//! not end it while it waits for another process that migrates.

use crate::applied::{note, shown};
use crate::config::{Apply, Config, DatabaseUrl, Loaded};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::first_start::Meant;
use crate::live::Parts;
use crate::logging::{self, LogHandle};
use crate::notify::Manager;
use crate::reload::{Beginning, Reloader};
use crate::server::signals::{Signalled, Signals};
use crate::server::{Bound, Certificate, Running, bind, no_core_dumps};
use crate::turn::{self, Turned, Turns};
use crate::watched::Watched;
use crate::wire::Applied;
use crate::{reason, site, wire};
use doorstep_app::instance::Instance;
use doorstep_core::access::{Administered, ManageUsers};
use doorstep_onboard::desired::Desired;
use http::StatusCode;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What is meant by a start.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Words {
    /// The issuer until now, to be replaced by the one in the configuration. Passkeys and apps depend on the issuer.
    #[arg(long, value_name = "ADDRESS")]
    pub issuer_was: Option<String>,
    /// Begin with an empty database although there is a root key: nothing of an instance that was lost comes back.
    #[arg(long)]
    pub new_instance: bool,
}

/// Runs it until a signal stops it.
pub fn run(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let log = logging::start(&loaded.config.log).map_err(|error| {
        Failure::refused(reason::sentence(&error.to_string()), "Correct `log.file`, or leave it out.")
    })?;
    no_core_dumps();
    runtime()?.block_on(serve((context, words), Arc::new(loaded), &desired, &log))
}

async fn serve(
    (context, words): (&mut Context<'_>, &Words),
    loaded: Arc<Loaded>,
    desired: &Desired,
    log: &LogHandle,
) -> Result<Outcome, Failure> {
    let mut signals = Signals::listen()?;
    let watched = Watched::default();
    let found = watched.stamp(&loaded);
    let certificate = Certificate::load(loaded.config.tls.as_ref())?;
    let Bound { listener, reported, socket } = bind(&loaded.config.listen).await?;
    let grpc = match &loaded.config.listen_grpc {
        Some(listen) => Some(bind(listen).await?),
        None => None,
    };
    let listener = Arc::new(listener);
    let waiting = tokio::spawn(site::serve(Arc::clone(&listener), certificate.source(), before_open));
    let manager = Manager::of(&context.env);
    manager.doing("opening the database");
    let is_aside = Arc::new(AtomicBool::default());
    let Begun { instance, turns, pending, once_more } = tokio::select! {
        begun = open((context, words), (&loaded, desired), &reported, &is_aside) => begun?,
        () = signals.stop() => return Ok(Outcome::Done),
    };
    waiting.abort();
    // It ends by being aborted; what matters is that the listener is ours again.
    let _ = waiting.await;
    let Some(listener) = Arc::into_inner(listener) else {
        return Err(Failure::refused("The listener is still in use.", "Start again."));
    };
    instance.accounts.reach_upstreams_by(wire::upstreams(&context.sources(), &loaded));
    let work = wire::durable_work(&instance, &context.sources(), &loaded, is_aside);
    let (grpc, grpc_socket) = grpc.map(|bound| (bound.listener, bound.socket)).unzip();
    let running = Running::start(&instance, (listener, grpc), &loaded, &certificate, work);
    let beginning = Beginning {
        parts: Parts { instance: Arc::clone(&instance), web: running.web(), log: log.clone() },
        sources: context.sources(),
        certificate,
        paint: context.paint(),
        loaded: Arc::clone(&loaded),
        watched,
        found,
        pending,
        once_more,
        turns,
    };
    manager.ready(&format!("serving {} on {reported}", loaded.config.issuer.as_str()));
    attend(context, Reloader::new(beginning), (&running, &mut signals), log).await?;
    manager.stopping();
    running.stop().await;
    instance.context.db.close().await;
    drop((socket, grpc_socket));
    tracing::info!("stopped");
    Ok(Outcome::Done)
}

/// What a server begins with.
struct Begun {
    instance: Arc<Instance>,
    turns: Turns,
    /// What is declared waits for a person.
    pending: bool,
    /// What is declared is to be applied once more.
    once_more: bool,
}

/// A root key that the database does not know is to be rotated to, or the database is from before a rotation.
fn tell_of_a_spare(instance: &Instance, context: &mut Context<'_>) {
    if let Some(id) = instance.context.keyring.spares().first() {
        let said = format!(
            "The root key {id} is held and the database does not know it: doorstep key rotate root --no-watch brings it into \
             force. Until then no app is made. If the database was restored from before a rotation, stop this server first. \
             If the key is not to be used, take it out of where the root keys stand."
        );
        tracing::warn!("{said}");
        tell(context, &format!("{said}\n"));
    }
}

/// Opens the instance, brings it in line with the configuration, and prints what a person needs to know.
async fn open(
    (context, words): (&mut Context<'_>, &Words),
    (loaded, desired): (&Loaded, &Desired),
    reported: &str,
    is_aside: &Arc<AtomicBool>,
) -> Result<Begun, Failure> {
    let config = &loaded.config;
    let meant = Meant { issuer_was: words.issuer_was.as_deref(), new_instance: words.new_instance };
    let opened = wire::open(config, meant).await?;
    if let Some(path) = &opened.new_key {
        let path = path.display();
        let reported =
            format!("Root key made: {path}. Back this file up: what is encrypted with it cannot be read without it.\n");
        tell(context, &reported);
    }
    let instance = opened.instance;
    tell_of_a_spare(&instance, context);
    let mut turns = Turns::new(turn::source(&instance, loaded, &context.sources())?, Arc::clone(is_aside));
    let server = instance.root_keys.serve_as(&turns.source.server).told_apart();
    let asks = config.onboard.apply == Apply::Ask && !opened.is_new;
    let pending = asks && turn::waits(&instance, (config, desired), &turns.source).await?;
    let (mut applied, mut once_more) = (None, false);
    if pending {
        let reported = "Groups and apps in the configuration differ from those that are served: the change waits.\n\
                    doorstep plan shows what changes, doorstep apply does it.\n";
        tell(context, reported);
        tracing::warn!("a changed configuration waits: doorstep plan shows it, doorstep apply does it");
    } else {
        let source = turns.source.clone();
        match turns.apply(&instance, (config, desired), source).await? {
            Turned::Applied { done, once_more: again } => (applied, once_more) = (Some(done), again),
            Turned::Aside(said) => {
                tell(context, &format!("{said}\n"));
                tracing::warn!("{said}");
            }
        }
    }
    welcome(context, &instance, loaded, (reported, applied.as_deref())).await?;
    // As a command that waits for it names it.
    tracing::info!(server, listen = reported, issuer = config.issuer.as_str(), database = kind(config), "serving");
    Ok(Begun { instance, turns, pending, once_more })
}

/// Prints where it serves, the way in, and what was applied.
async fn welcome(
    context: &mut Context<'_>,
    instance: &Instance,
    loaded: &Loaded,
    (reported, applied): (&str, Option<&Applied>),
) -> Result<(), Failure> {
    let config = &loaded.config;
    let link = instance
        .accounts
        .make_setup_link(&wire::act(instance, ManageUsers)?)
        .await
        .map_err(|error| reason::internal(&error))?;
    let version = env!("CARGO_PKG_VERSION");
    tell(context, &format!("Doorstep {version} serves {} on {reported}.\n", config.issuer.as_str()));
    if let Some(link) = link {
        tell(context, &format!("\n  Make yourself the administrator   {}     opens once, 24 h\n\n", link.url));
    } else {
        match instance.accounts.administered().await.map_err(|error| reason::internal(&error))? {
            Administered::Somebody => {}
            Administered::NobodyWhoCanSignIn => {
                tracing::warn!("no administrator can sign in: doorstep recover NAME makes a link for one");
                tell(context, "No administrator can sign in. For a link with which one can: doorstep recover NAME\n");
            }
            Administered::Nobody => {
                tracing::warn!("nobody is an administrator: doorstep user group add NAME admins makes somebody one");
                tell(
                    context,
                    "Nobody is an administrator. To make somebody one: doorstep user group add NAME admins\n",
                );
            }
        }
    }
    if let Some(applied) = applied {
        tell(context, &shown(applied, context.paint()));
        note(applied);
    }
    Ok(())
}

const fn kind(config: &Config) -> &'static str {
    match config.database.url {
        DatabaseUrl::Sqlite(_) => "sqlite",
        DatabaseUrl::Postgres(_) => "postgres",
    }
}

/// The answers of a server that waits for its database.
async fn before_open(request: site::Request) -> site::Response {
    match request.uri().path() {
        "/healthz" => site::text(StatusCode::OK, "ok\n"),
        _ => site::text(StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
    }
}

/// Takes in changes of the configuration until a signal stops the server.
async fn attend(
    context: &mut Context<'_>,
    mut reloader: Reloader,
    (running, signals): (&Running, &mut Signals),
    log: &LogHandle,
) -> Result<(), Failure> {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut again = false;
    loop {
        let signalled = if again {
            Some(Signalled::Again)
        } else {
            tokio::select! {
                signalled = signals.next() => Some(signalled),
                _ = tick.tick() => None,
            }
        };
        let is_asked = match signalled {
            Some(Signalled::Stop) => return Ok(()),
            Some(Signalled::Again) => {
                if let Err(error) = log.reopen() {
                    tracing::error!(%error, "the log goes on in the old file");
                }
                true
            }
            None if running.is_broken() => {
                let remedy = "The log says why. A service manager starts it again.";
                return Err(Failure::refused("A part of the server ended by itself.", remedy));
            }
            None => false,
        };
        reloader.rotate();
        let looking = async { if is_asked { reloader.read_again().await } else { Box::pin(reloader.look()).await } };
        let looking = Box::pin(looking);
        let Some((reported, asked)) = unless_stopped(signals, looking).await else { return Ok(()) };
        again = asked;
        tell(context, &reported);
    }
}

/// Does `work`, and says whether everything is to be read again after it. Nothing when the server is to stop: it waits
/// for no place of delivery that does not answer, and the next start does what was left.
async fn unless_stopped(signals: &mut Signals, work: impl Future<Output = String>) -> Option<(String, bool)> {
    let (mut work, mut again) = (pin!(work), false);
    loop {
        tokio::select! {
            done = &mut work => return Some((done, again)),
            signalled = signals.next() => match signalled {
                Signalled::Stop => return None,
                Signalled::Again => again = true,
            },
        }
    }
}

/// Prints. A server outlives whoever reads what it prints.
fn tell(context: &mut Context<'_>, text: &str) {
    let _ = context.print(text).and_then(|()| Ok(context.streams.out.flush()?));
}
