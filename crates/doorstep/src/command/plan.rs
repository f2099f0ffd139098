//! `doorstep plan` and `doorstep apply`: what would change so that the instance is as declared, and changing it.
//!
//! Both look at the same database as the server, which may run meanwhile and notices within a second.

use crate::applied::shown;
use crate::config::language::language_of;
use crate::config::{Loaded, Sources};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::first_start;
use crate::live;
use crate::options::Output;
use crate::owner::become_owner;
use crate::paint::Paint;
use crate::terminal::repeated;
use crate::{reason, turn, wire};
use clap::Args;
use doorstep_app::instance::Instance;
use doorstep_app::onboarding::capabilities;
use doorstep_core::access::ManageApps;
use doorstep_core::id::{AppName, GroupName};
use doorstep_core::model::{Owner, UserName};
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::language::Proposed;
use doorstep_onboard::mistake::nearest;
use doorstep_onboard::plan::{Choices, Plan, plan};
use doorstep_onboard::render::{Style, render_capabilities, render_doors, render_plan};
use serde_json::json;
use std::path::PathBuf;

/// What to leave to the declaration.
#[derive(Clone, Debug, Default, Args)]
pub struct Words {
    /// Approve what plan marks with `!`: the name of an app; group:NAME for people who would leave a group because the
    /// file seems to misspell them; person:NAME for a name or mail address that was somebody else's. Can be repeated.
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

/// What to look at.
#[derive(Clone, Debug, Default, Args)]
pub struct Preview {
    /// A changed copy of the configuration, planned against the instance as if it were the configuration file.
    #[arg(long, value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// Print what the identity provider can express, and plan nothing.
    #[arg(long)]
    pub capabilities: bool,
    /// Print what stays open beside the sign-in of each declared app, and plan nothing.
    #[arg(long, conflicts_with = "capabilities")]
    pub doors: bool,
    /// What to leave to the declaration.
    #[command(flatten)]
    pub words: Words,
}

/// `doorstep plan`. Changes nothing; before the first start of the server, everything is to be created.
pub fn show(preview: &Preview, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if preview.capabilities {
        context.print(render_capabilities(&capabilities()).as_ref())?;
        return Ok(Outcome::Done);
    }
    let words = &preview.words;
    let Ground { running, loaded, desired, choices } = ground(words, preview.file.clone(), context)?;
    if preview.doors {
        return doors(&desired, words.output, context);
    }
    become_owner(&running.config)?;
    let sources = context.sources();
    let (observed, remarks) = runtime()?.block_on(async {
        match wire::existing(&running.config).await? {
            Some(instance) => {
                let config = wire::reaching(&running.config, &loaded.config);
                let aside = turn::shown(&instance, &turn::source(&instance, &loaded, &sources)?).await?;
                let by_hand = made_by_hand(&instance, &desired).await?;
                Ok((Some(wire::look(&instance, &config, &desired).await?), aside.into_iter().chain(by_hand).collect()))
            }
            None => Ok::<_, Failure>((None, Vec::new())),
        }
    })?;
    if observed.is_none() && !words.output.json {
        let reported = format!(
            "There is no instance in {} yet, so everything is new. A changed copy is planned against a running \
             instance by: doorstep plan --file COPY\n",
            first_start::shown_database(&running.config)
        );
        context.line(&reported)?;
    }
    if !words.output.json {
        let changed = live::Changes::between(&running, &loaded);
        context.print(&changed.reported())?;
    }
    let planned = plan(&desired, &observed.unwrap_or_default(), &choices);
    wire::limited(&planned)?;
    if words.output.json {
        context.json(&planned)?;
    } else {
        let text = render_plan(&planned, style(context.paint()));
        context.print(text.as_ref())?;
    }
    for remark in remarks.into_iter().chain(in_clear(&desired, &loaded)) {
        context.remark(&format!("{remark}\n"))?;
    }
    Ok(pending(&planned))
}

/// Secrets that stand in the file in clear.
fn in_clear(desired: &Desired, loaded: &Loaded) -> Vec<String> {
    let said = |app: &DesiredApp, name: &String| {
        let place = loaded.place_of(&["apps", app.name().as_str(), "set", name]);
        let kept = Proposed::text("${file:/run/secrets/NAME}");
        let line = language_of(&place).unwrap_or_default().line(std::slice::from_ref(name), &kept);
        format!("{place}: {name} looks like a secret and stands there in clear. Where it is kept will do: {line}")
    };
    desired.apps.iter().flat_map(|app| app.in_clear.iter().map(move |name| said(app, name))).collect()
}

/// What people made by hand, which no plan touches.
async fn made_by_hand(instance: &Instance, desired: &Desired) -> Result<Option<String>, Failure> {
    let declared = desired.apps.iter().map(DesiredApp::name).cloned().collect();
    let others = instance.onboarding.others(&wire::act(instance, ManageApps)?, &declared).await;
    let mut others = others.map_err(|error| reason::internal(&error))?;
    others.retain(|other| other.owner == Owner::Console);
    let names: Vec<&str> = others.iter().take(10).map(|other| other.name.as_str()).collect();
    let more =
        if others.len() > names.len() { format!(" and {} more", others.len() - names.len()) } else { String::new() };
    let listed = names.join(", ");
    Ok((!names.is_empty()).then(|| format!("Made by hand and left as it is: {listed}{more}. See doorstep app list.")))
}

/// `doorstep plan --doors`.
fn doors(desired: &Desired, output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if output.json {
        let of = |app: &DesiredApp| json!({ "name": app.name(), "doors": app.doors, "reopens": app.reopens });
        context.json(&json!({ "apps": desired.apps.iter().map(of).collect::<Vec<_>>() }))?;
    } else {
        context.print(render_doors(&desired.apps).as_ref())?;
    }
    Ok(Outcome::Done)
}

/// `doorstep apply`.
pub fn apply(words: &Words, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Ground { loaded, desired, choices, .. } = ground(words, None, context)?;
    become_owner(&loaded.config)?;
    let sources = context.sources();
    let applied = runtime()?.block_on(async {
        let instance = wire::demand(&loaded.config).await?;
        let source = turn::source(&instance, &loaded, &sources)?;
        turn::apply_by_hand(&instance, (&loaded.config, &desired), &source, &choices).await
    })?;
    if words.output.json {
        let all = serde_json::to_value(&applied.report).map_err(std::io::Error::from)?;
        context.json(&all)?;
    } else {
        let text = shown(&applied, context.paint());
        let text = if text.is_empty() { "Nothing to do.\n" } else { &text };
        context.print(text.as_ref())?;
    }
    let report = &applied.report;
    let failed = report.apps.iter().filter(|app| !(app.failed.is_empty() && app.unreachable.is_empty())).count()
        + report.groups.iter().filter(|group| group.failed.is_some()).count()
        + report.people.iter().filter(|person| person.failed.is_some()).count();
    if failed > 0 {
        let apps = report.apps.iter().any(|app| !(app.failed.is_empty() && app.unreachable.is_empty()));
        let groups = report.groups.iter().any(|group| group.failed.is_some());
        let people = report.people.iter().any(|person| person.failed.is_some());
        let (noun, done) = match (failed, people, groups, apps) {
            (1, true, ..) => ("person", "invited"),
            (1, _, true, _) => ("group", "brought in line"),
            (1, ..) => ("app", "brought in line"),
            (_, true, false, false) => ("people", "invited"),
            (_, true, ..) => ("people, groups and apps", "brought in line"),
            (_, _, true, _) => ("groups and apps", "brought in line"),
            _ => ("apps", "brought in line"),
        };
        let remedy = "The lines above say why. Run doorstep apply again when the cause is gone.";
        return Err(Failure::refused(format!("{failed} {noun} could not be {done}."), remedy));
    }
    Ok(if report.waits() { Outcome::ChangesPending } else { Outcome::Done })
}

/// What both begin with.
struct Ground {
    /// The configuration of the instance.
    running: Loaded,
    /// The one to plan.
    loaded: Loaded,
    desired: Desired,
    choices: Choices,
}

fn ground(words: &Words, file: Option<PathBuf>, context: &mut Context<'_>) -> Result<Ground, Failure> {
    let instead = file.map(|file| context.cwd.join(file));
    let sources = context.sources();
    let running = if instead.is_some() { context.settings()? } else { wire::checked(&sources, None)?.0 };
    let (loaded, desired) = wire::checked(&Sources { instead, ..sources }, Some(&running.config))?;
    let mut choices = Choices { prune: words.prune, allow_delete: words.allow_delete, ..Choices::default() };
    for name in &words.accept {
        match name.split_once(':') {
            Some(("group", group)) => choices.accept_groups.insert(group_named(group)?),
            Some(("person", person)) => choices.accept_people.insert(invited(person, &desired)?),
            _ => choices.accept.insert(declared(name, &desired)?),
        };
    }
    Ok(Ground { running, loaded, desired, choices })
}

/// The declared app of that name.
pub(crate) fn declared(name: &str, desired: &Desired) -> Result<AppName, Failure> {
    let names = || desired.apps.iter().map(|app| app.name().as_str());
    let found = desired.apps.iter().map(DesiredApp::name).find(|known| known.as_str() == name);
    found.cloned().ok_or_else(|| {
        let remedy = match nearest(name, names()) {
            Some(word) => format!("Did you mean `{word}`?"),
            None if desired.apps.is_empty() => {
                "No app is declared yet. Declare one under `apps`, with its `url`.".into()
            }
            None => format!("Declared are: {}.", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::refused(format!("No app is declared as `{}`.", repeated(name)), remedy)
    })
}

/// Somebody who is invited.
fn invited(name: &str, desired: &Desired) -> Result<UserName, Failure> {
    let found = desired.people.iter().map(|person| &person.name).find(|known| known.as_str() == name);
    found.cloned().ok_or_else(|| {
        let remedy = match nearest(name, desired.people.iter().map(|person| person.name.as_str())) {
            Some(word) => format!("Did you mean `person:{word}`?"),
            None => "Write --accept person: and the name, as plan prints it.".to_owned(),
        };
        Failure::refused(format!("The configuration invites nobody as `{}`.", repeated(name)), remedy)
    })
}

/// A group, declared or not: the last of its members may be about to leave.
fn group_named(name: &str) -> Result<GroupName, Failure> {
    name.parse().map_err(|_| {
        let what = format!("`{}` cannot be the name of a group.", repeated(name));
        Failure::refused(what, "Write --accept group: and the name, as plan prints it.")
    })
}

fn pending(planned: &Plan) -> Outcome {
    if planned.has_steps() || planned.needs_a_person() { Outcome::ChangesPending } else { Outcome::Done }
}

pub(crate) fn style(paint: Paint) -> Style {
    Style { colour: paint != Paint::PLAIN }
}
