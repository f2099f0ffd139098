//! `doorstep app remove`: undoes what `add` did, and nothing else.

use super::{Writer, drafted, line, read, uneditable};
use crate::applied;
use crate::command::plan::{declared, style};
use crate::config::edit::remove_app;
use crate::config::language::Language;
use crate::config::{Loaded, Place};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::owner::become_owner;
use crate::{turn, wire};
use clap::Args;
use doorstep_core::id::AppName;
use doorstep_onboard::plan::{Choices, plan};
use doorstep_onboard::render::render_plan;
use std::io::{self, BufRead, IsTerminal};

/// Which app.
#[derive(Clone, Debug, Args)]
pub struct Remove {
    /// Its name.
    pub name: String,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
    /// Show what would go, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

pub(super) fn run(words: &Remove, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let name = declared(&words.name, &desired)?;
    let Place::File { file, .. } = loaded.place_of(&["apps", name.as_str()]) else {
        return Err(Failure::bare(format!("{name} is declared by the environment and not in a file.")));
    };
    let path = context.cwd.join(file);
    if let Some(language @ (Language::Yaml | Language::Json)) = Language::of(&path) {
        return Err(by_hand(&name, language, &loaded, context));
    }
    let before = read(&path, context)?;
    let after = remove_app(&before, name.as_str()).map_err(|error| uneditable(&path, &error, context))?;
    let (rest, desired) = wire::checked(&drafted(&path, &after, context), None)?;
    // A file that was made for the app alone goes with it.
    let is_left = !after.trim().is_empty() || path.parent() != Some(&loaded.config.apps_dir);
    let writer = Writer::new(&path, Some(&before), is_left.then_some(after.as_str()));
    become_owner(&loaded.config)?;
    let choices = Choices { remove: [name.clone()].into(), ..Choices::default() };
    let instance = runtime()?.block_on(wire::existing(&loaded.config))?;
    if let Some(instance) = &instance {
        let observed = runtime()?.block_on(wire::look(instance, &loaded.config, &desired))?;
        let mut planned = plan(&desired, &observed, &choices);
        planned.apps.retain(|app| app.name == name);
        planned.groups.clear();
        planned.people.clear();
        planned.unchanged.clear();
        context.print(&render_plan(&planned, style(context.paint())))?;
    }
    if words.dry_run {
        return Ok(Outcome::ChangesPending);
    }
    if !words.yes && !agreed(name.as_str(), context)? {
        return Err(Failure::refused("Nothing was removed.", "If you mean it, run the command again with --yes."));
    }
    writer.write()?;
    line(context, "ok", "the file", &format!("{name} is gone from {}", context.shown(&path)))?;
    let Some(instance) = instance else { return Ok(Outcome::Done) };
    let source = turn::source(&instance, &rest, &context.sources())?;
    let apply = turn::apply_by_hand(&instance, (&loaded.config, &desired), &source, &choices);
    let applied = runtime()?.block_on(apply)?;
    context.print(&applied::shown(&applied, context.paint()))?;
    let left = applied
        .report
        .apps
        .iter()
        .find(|app| app.name == name && !(app.failed.is_empty() && app.unreachable.is_empty()));
    match left {
        None => Ok(Outcome::Done),
        Some(_) => Err(Failure::refused(
            format!("Something of {name} is left."),
            "The lines above say why. When the cause is gone: doorstep apply --prune",
        )),
    }
}

/// Comments and order of these languages could not be kept.
fn by_hand(name: &AppName, language: Language, loaded: &Loaded, context: &Context<'_>) -> Failure {
    let keys = ["apps".to_owned(), name.to_string()];
    let place = loaded.place_of(&["apps", name.as_str()]);
    let config = match &context.global.config {
        Some(path) => format!(" --config {}", path.display()),
        None => String::new(),
    };
    Failure::refused(
        format!("{name} is declared in {}, at {place}, and this command changes TOML only.", language.name()),
        format!("Take {} out there, then: doorstep apply --prune{config}", language.path(&keys)),
    )
}

fn agreed(name: &str, context: &mut Context<'_>) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(false);
    }
    context.line(&format!("Nobody can sign in to {name} by Doorstep afterwards. To remove it, type its name:"))?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == name)
}
