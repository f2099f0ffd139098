//! `doorstep demo`: a house to try, and `demo --once`, which tries it by itself.

use super::serve::Signals;
use super::{Context, Failure, Outcome, runtime};
use crate::demo::{Demo, walk};
use clap::Args;
use doorstep_app::ambient::stopwatch;

/// Where to be.
#[derive(Clone, Debug, Default, Args)]
pub struct Options {
    /// Walk the whole way with a passkey in software, print each step, and end.
    #[arg(long)]
    pub once: bool,
    /// The first of three ports in a row; 8480 when left out.
    #[arg(long, value_name = "PORT", conflicts_with = "once")]
    pub port: Option<u16>,
}

const PORT: u16 = 8480;
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Runs it.
pub fn run(options: &Options, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    super::serve::no_core_dumps();
    // The demo's own client speaks plain HTTP only; built with TLS it would not start without this.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = runtime()?;
    if options.once {
        runtime.block_on(once(context))
    } else {
        runtime.block_on(stay(options.port.unwrap_or(PORT), context))
    }
}

async fn stay(port: u16, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut signals = Signals::listen()?;
    let demo = Demo::start(Some(port)).await?;
    let paint = context.paint;
    let lines = [
        format!("Doorstep {VERSION} demo. Data in a temporary folder, gone when you stop."),
        String::new(),
        format!("  Make yourself the administrator   {}", paint.strong(&demo.link)),
        "                                    opens once, 24 h".to_owned(),
        format!("  Then sign in to a sample app      {}", demo.sample),
        format!("  An app without a sign-in          {}", demo.guarded),
        format!("  Your apps                         {}", demo.issuer),
        String::new(),
        format!("  {} apps from examples/home.toml, credentials in {}", demo.apps.len(), demo.credentials.display()),
        format!("  {}", demo.apps.join("  ")),
        format!("  log in {}", demo.log.display()),
        format!("  commands find this house by --config {}", demo.config.display()),
        String::new(),
        "Ctrl-C to stop.".to_owned(),
    ];
    context.line(&lines.join("\n"))?;
    context.out.flush()?;
    signals.stop().await;
    demo.stop(false).await;
    Ok(Outcome::Done)
}

async fn once(context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context
        .line(&format!("Doorstep {VERSION} demo, walking by itself. Data in a temporary folder, gone at the end."))?;
    context.line("")?;
    let watch = stopwatch();
    let demo = Demo::start(None).await?;
    let walked = walk::walk(&demo, watch.elapsed(), context.out).await;
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
