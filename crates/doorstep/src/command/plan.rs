//! `doorstep plan` and `doorstep apply`: what would change so that the house is as declared, and changing it.
//!
//! Both look at the same database as the server, which may run meanwhile and notices within a second.

use crate::config::Loaded;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::paint::Paint;
use crate::reload::shown;
use crate::terminal::repeated;
use crate::wire;
use clap::Args;
use doorstep_core::id::AppName;
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::mistake::nearest;
use doorstep_onboard::plan::{Choices, Observed, Plan, plan};
use doorstep_onboard::render::{Style, render_plan};
use serde_json::json;
use std::collections::BTreeSet;

/// What to leave to the declaration.
#[derive(Clone, Debug, Default, Args)]
pub struct Words {
    /// An app whose contract may change, or that the declaration may take over. Can be said several times.
    #[arg(long, value_name = "NAME")]
    pub accept: Vec<String>,
    /// Remove what nothing declares any more. More than 3 apps go only with --allow-delete.
    #[arg(long)]
    pub prune: bool,
    /// With --prune: how many apps may be removed at most; 3 when left out.
    #[arg(long, value_name = "N", requires = "prune")]
    pub allow_delete: Option<usize>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// `doorstep plan`. Changes nothing; before the first start of the server, everything is to be created.
pub fn show(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Ground { loaded, desired, choices } = ground(words, context)?;
    let observed = runtime()?.block_on(async {
        match wire::existing(&loaded.config).await? {
            Some(instance) => {
                let observed = wire::look(&instance, &loaded.config, &desired).await?;
                let (people, members) =
                    instance.onboarding.declared_members().await.map_err(|error| wire::broken(&error))?;
                Ok::<_, Failure>(Observed { people, members, ..observed })
            }
            None => Ok(Observed::default()),
        }
    })?;
    let planned = plan(&desired, &observed, &choices);
    wire::limited(&planned)?;
    if words.output.json {
        context.json(&planned)?;
    } else {
        let text = render_plan(&planned, style(context.paint()));
        context.print(text.as_ref())?;
    }
    Ok(pending(&planned))
}

/// `doorstep apply`.
pub fn apply(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Ground { loaded, desired, choices } = ground(words, context)?;
    let applied = runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        wire::apply(&instance, &loaded.config, &desired, &choices).await
    })?;
    if words.output.json {
        let all = json!({ "memberships": applied.memberships, "apps": applied.report.apps });
        context.json(&all)?;
    } else {
        let text = shown(&applied, context.paint());
        let text = if text.is_empty() { "Nothing to do.\n" } else { &text };
        context.print(text.as_ref())?;
    }
    let failed =
        applied.report.apps.iter().filter(|app| !(app.failed.is_empty() && app.unreachable.is_empty())).count();
    if failed > 0 {
        let noun = if failed == 1 { "app" } else { "apps" };
        let mend = "What stands beside it says why. Run doorstep apply again when it is mended.";
        return Err(Failure::refused(format!("{failed} {noun} could not be brought in line."), mend));
    }
    let waits = applied.report.apps.iter().any(|app| !app.waits.is_empty());
    Ok(if waits { Outcome::ChangesPending } else { Outcome::Done })
}

/// What both begin with.
struct Ground {
    loaded: Loaded,
    desired: Desired,
    choices: Choices,
}

fn ground(words: &Words, context: &Context<'_>) -> Result<Ground, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let accept = words.accept.iter().map(|name| declared(name, &desired)).collect::<Result<BTreeSet<_>, _>>()?;
    let choices = Choices { accept, prune: words.prune, allow_delete: words.allow_delete };
    Ok(Ground { loaded, desired, choices })
}

/// The declared app of that name.
pub(crate) fn declared(name: &str, desired: &Desired) -> Result<AppName, Failure> {
    let names = || desired.apps.iter().map(|app| app.name().as_str());
    let found = desired.apps.iter().map(DesiredApp::name).find(|known| known.as_str() == name);
    found.cloned().ok_or_else(|| {
        let mend = match nearest(name, names()) {
            Some(word) => format!("Did you mean `{word}`?"),
            None => format!("Declared are: {}.", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::refused(format!("No app is declared as `{}`.", repeated(name)), mend)
    })
}

fn pending(planned: &Plan) -> Outcome {
    if planned.has_steps() || planned.needs_a_person() { Outcome::ChangesPending } else { Outcome::Done }
}

fn style(paint: Paint) -> Style {
    Style { colour: paint != Paint::PLAIN }
}
