//! `doorstep demo`: an instance to try, and `demo --once`, which tries it by itself.

use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::server::no_core_dumps;
use crate::server::signals::Signals;
use crate::stage::Demo;
use clap::Args;
use doorstep_app::ambient::stopwatch;
use doorstep_demo::{prepare, walk};

/// Where to be.
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Walk the whole way with a passkey in software, print each step, and end.
    #[arg(long)]
    pub once: bool,
    /// The first of three ports in a row. When left out: 8480, with --once any three that are free.
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
}

const PORT: u16 = 8480;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs it.
pub fn run(options: &Options, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    no_core_dumps();
    prepare();
    let runtime = runtime()?;
    if options.once {
        runtime.block_on(once(options.port, context))
    } else {
        runtime.block_on(stay(options.port.unwrap_or(PORT), context))
    }
}

async fn stay(port: u16, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut signals = Signals::listen()?;
    let demo = Demo::start(Some(port)).await?;
    let paint = context.paint();
    let lines = [
        format!("Doorstep {VERSION} demo. Data in a temporary folder, gone when you stop."),
        String::new(),
        format!("  Make yourself the administrator   {}", paint.strong(&demo.stage.link)),
        "                                    opens once, 24 h".to_owned(),
        format!("  Then sign in to a sample app      {}", demo.stage.sample),
        format!("  An app without a sign-in          {}", demo.stage.guarded),
        format!("  Your apps                         {}", demo.stage.issuer),
        String::new(),
        format!("  {} apps from examples/home.toml, credentials in {}", demo.apps.len(), demo.credentials.display()),
        format!("  {}", demo.apps.join("  ")),
        format!("  log in {}", demo.log.display()),
        format!("  commands find this instance by --config {}", demo.config.display()),
        String::new(),
        "Ctrl-C to stop.".to_owned(),
    ];
    context.line(&lines.join("\n"))?;
    context.streams.out.flush()?;
    signals.stop().await;
    demo.stop(false).await;
    Ok(Outcome::Done)
}

async fn once(port: Option<u16>, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let watch = stopwatch();
    let demo = Demo::start(port).await?;
    let at = &demo.stage.issuer;
    let reported =
        format!("Doorstep {VERSION} demo, walking by itself at {at}. Data in a temporary folder, gone at the end.\n");
    context.line(&reported)?;
    let walked = walk(&demo.stage, watch.elapsed(), context.streams.out).await;
    let well = walked.as_ref().is_ok_and(|walked| walked.well);
    let kept = demo.stop(!well).await;
    let walked = walked?;
    let (steps, took) = (walked.steps, walked.took.as_millis());
    context.line("")?;
    match kept {
        None => {
            context.line(&format!("{steps} steps in {took} ms. All is well."))?;
            Ok(Outcome::Done)
        }
        Some(folder) => Err(Failure::refused(
            format!("The walk ended at step {steps}."),
            format!("Its data and its log stay in {}", folder.display()),
        )),
    }
}
