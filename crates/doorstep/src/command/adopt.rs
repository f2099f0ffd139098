//! `doorstep adopt`: what of an app is there already and was made by somebody else, and taking it over.

use crate::command::plan::declared;
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::owner::become_owner;
use crate::paint::Paint;
use crate::terminal::repeated;
use crate::wire;
use clap::Args;
use doorstep_app::ambient::stopwatch;
use doorstep_onboard::adopt::{Survey, survey, take_over};
use doorstep_onboard::delivery::Address;
use doorstep_onboard::desired::DesiredApp;
use doorstep_onboard::execute::{AppReport, Report};
use doorstep_onboard::means::Means;
use doorstep_onboard::render::{Style, render_apply, render_survey};
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

/// Which app, and what of it.
#[derive(Clone, Debug, Args)]
pub struct Adopt {
    /// The name of a declared app.
    pub name: String,
    /// Take over what is shown. With a place, such as kubernetes:NAMESPACE/NAME, also what another instance delivers
    /// there. Can be repeated.
    #[arg(long, value_name = "PLACE", num_args = 0..=1, default_missing_value = "")]
    pub accept: Vec<String>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Runs it.
pub fn run(words: &Adopt, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let name = declared(&words.name, &desired)?;
    let app = desired.apps.iter().find(|app| *app.name() == name);
    let app = app.ok_or_else(|| Failure::bare(format!("{name} is not declared.")))?;
    let named = named(&words.accept, app)?;
    become_owner(&loaded.config)?;
    let watch = stopwatch();
    // On one runtime: connections to a cluster live on the one that they were made on.
    let (found, report) = runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        let (provider, ledger, sink) = wire::means(&instance, &loaded.config)?;
        let means = Means { provider: &provider, ledger: &ledger, sink: &sink, references: &loaded.config.references };
        let found = survey(app, &means).await.map_err(|error| wire::unseen(&error))?;
        if words.accept.is_empty() || !found.finds_something() {
            return Ok((found, None));
        }
        let taken = take_over(&found, (app, &named), &means).await;
        taken.map(|report| (found, Some(report))).map_err(|error| wire::unseen(&error))
    })?;
    match report {
        None => show(&found, words.output, context),
        Some(report) => finish((&found, &named), (report, watch.elapsed()), words.output, context),
    }
}

/// The places that are named, which have to be the app's.
fn named(accepted: &[String], app: &DesiredApp) -> Result<BTreeSet<Address>, Failure> {
    let of = |text: &String| {
        let found = app.deliveries.iter().map(|delivery| &delivery.to).find(|to| to.to_text() == *text);
        found.cloned().ok_or_else(|| {
            let places: Vec<String> = app.deliveries.iter().map(|delivery| delivery.to.to_text()).collect();
            let what = format!("{} delivers nothing to `{}`.", app.name(), repeated(text));
            let remedy = if places.is_empty() {
                "Write --accept alone: no place has to be named.".to_owned()
            } else {
                format!("Its places are: {}. Write --accept alone where none has to be named.", places.join(", "))
            };
            Failure::refused(what, remedy)
        })
    };
    accepted.iter().filter(|text| !text.is_empty()).map(of).collect()
}

fn show(found: &Survey, output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if output.json {
        context.json(&json!({ "found": found }))?;
    } else {
        context.print(&render_survey(found))?;
        if found.finds_something() {
            let name = &found.app;
            context.line(&format!(
                "Nothing was changed. This is done, and nothing else, by: doorstep adopt {name} --accept"
            ))?;
        }
    }
    let open = found.finds_something() || !found.cannot.is_empty();
    Ok(if open { Outcome::ChangesPending } else { Outcome::Done })
}

fn finish(
    (found, named): (&Survey, &BTreeSet<Address>),
    (report, took): (AppReport, Duration),
    output: Output,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let name = &found.app;
    let held_back: Vec<String> =
        found.places.iter().filter(|place| !place.is_given(named)).map(|place| place.to.to_text()).collect();
    let failed = !(report.failed.is_empty() && report.unreachable.is_empty());
    let report = Report { apps: vec![report], ..Report::default() };
    if output.json {
        context.json(&json!({ "found": found, "report": report, "held_back": held_back }))?;
    } else {
        let style = Style { colour: context.paint() != Paint::PLAIN };
        context.print(&render_survey(found))?;
        context.print(&render_apply(&report, took, style))?;
        for place in &held_back {
            let line =
                format!("{place} is delivered by another instance and stays: doorstep adopt {name} --accept {place}");
            context.line(&line)?;
        }
        for blocked in &found.cannot {
            context.line(&format!("{}: cannot be taken over: {}", blocked.to, blocked.why))?;
        }
    }
    if failed {
        let remedy = format!("The lines above say why. When the cause is gone: doorstep adopt {name} --accept");
        return Err(Failure::refused(format!("Not all of {name} was taken over."), remedy));
    }
    let all = held_back.is_empty() && found.cannot.is_empty() && !report.waits();
    Ok(if all { Outcome::Done } else { Outcome::ChangesPending })
}
