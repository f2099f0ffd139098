//! `doorstep app add`: the lines in the file, the plan, the client, what is delivered, and whether it will work.

use super::{Writer, drafted, line, read, uneditable, verify};
use crate::applied;
use crate::command::plan::style;
use crate::config::edit::{NewApp, add_app, said_otherwise};
use crate::config::language::Language;
use crate::config::{self, Loaded, Place};
use crate::context::{Context, runtime};
use crate::ending::{Failure, Outcome};
use crate::owner::become_owner;
use crate::terminal::repeated;
use crate::{turn, wire};
use clap::Args;
use doorstep_core::gateway::is_wildcard_url;
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::plan::{Choices, Observed, plan};
use doorstep_onboard::render::render_plan;
use std::path::{Path, PathBuf};

/// What is said of a new app; the catalog knows the rest.
#[derive(Clone, Debug, Args)]
pub struct Add {
    /// Its name: a-z, 0-9 and -. One that the catalog knows brings the rest with it.
    pub name: String,
    /// Where it lives: https://grafana.example.org
    pub url: String,
    /// The catalog entry to follow, when it is not called NAME.
    #[arg(long, value_name = "ENTRY")]
    pub preset: Option<String>,
    /// What people read.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// A group whose members may use it. Can be repeated; everyone with an account when left out.
    #[arg(long, value_name = "GROUP")]
    pub allow: Vec<String>,
    /// The role of a group in the app: admins=Admin. Can be repeated.
    #[arg(long = "role", value_name = "GROUP=ROLE")]
    pub roles: Vec<String>,
    /// A redirect address, whole or as a path below the app's. Can be repeated.
    #[arg(long = "callback", value_name = "ADDRESS")]
    pub callbacks: Vec<String>,
    /// Doorstep stands in front of it.
    #[arg(long)]
    pub forward_auth: bool,
    /// Where it reaches Doorstep itself: the issuer's address, or the internal one, which then has to be set (`internal_url`).
    #[arg(long, value_name = "public|internal", value_parser = ["public", "internal"], hide_possible_values = true)]
    pub reach: Option<String>,
    /// Where its credentials go: file:/srv/grafana/oidc.env. Can be repeated.
    #[arg(long, value_name = "PLACE")]
    pub deliver: Vec<String>,
    /// What the plan waits for is accepted: by hand, the app's own doors are closed.
    #[arg(long)]
    pub accept: bool,
    /// Show what would change, and change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

pub(super) fn run(words: &Add, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let File { path, before, declared } = file_of(&words.name, context)?;
    let said = said(words)?;
    let text = before.as_deref().unwrap_or_default();
    let after = if declared {
        None
    } else {
        add_app(text, &words.name, &said).map_err(|error| uneditable(&path, &error, context))?
    };
    let draft = after.as_deref().unwrap_or(text);
    let (loaded, desired) = wire::checked(&drafted(&path, draft, context), None)?;
    let app = added(words, &desired)?.clone();
    let file = context.shown(&path);
    if after.is_none() {
        refuse_otherwise(words, &said, &loaded, &file)?;
    }
    let writer = after.as_ref().map(|after| (Writer::new(&path, before.as_deref(), Some(after)), after));
    let accept = words.accept.then(|| app.name().clone()).into_iter().collect();
    let choices = Choices { accept, ..Choices::default() };
    become_owner(&loaded.config)?;
    let instance = runtime()?.block_on(wire::existing(&loaded.config))?;
    if words.dry_run {
        let observed = match &instance {
            Some(instance) => runtime()?.block_on(wire::look(instance, &loaded.config, &desired))?,
            None => Observed::default(),
        };
        let text = render_plan(&plan(&desired, &observed, &choices), style(context.paint()));
        context.print(&text)?;
        return Ok(Outcome::ChangesPending);
    }
    match writer {
        Some((writer, after)) => {
            writer.write()?;
            let what = match after.lines().count().saturating_sub(text.lines().count()) {
                _ if before.is_none() => format!("{file} is made for it"),
                0 => format!("a line of {file} has it now"),
                1 => format!("1 line added to {file}"),
                count => format!("{count} lines added to {file}"),
            };
            line(context, "ok", "the file", &what)?;
        }
        None => line(context, "ok", "the file", &format!("{} is declared in {file} already", words.name))?,
    }
    let Some(instance) = instance else {
        context.line("There is no instance yet. It is made, and the app with it, by: doorstep serve")?;
        return Ok(Outcome::Done);
    };
    let source = turn::source(&instance, &loaded, &context.sources())?;
    let apply = turn::apply_by_hand(&instance, (&loaded.config, &desired), &source, &choices);
    let mut applied = runtime()?.block_on(apply)?;
    // Said below, also where a running server was faster.
    applied.report.apps.iter_mut().for_each(|app| app.setup.clear());
    context.print(&applied::shown(&applied, context.paint()))?;
    let faults = runtime()?.block_on(verify::app(&instance, &loaded.config, &desired, &app));
    finish(&app, &loaded, faults, context)
}

/// What was found, and what is left to do by hand.
fn finish(
    app: &DesiredApp,
    loaded: &Loaded,
    findings: Vec<verify::Finding>,
    context: &mut Context<'_>,
) -> Result<Outcome, Failure> {
    let faults = findings.iter().filter(|finding| finding.fault.is_some()).count();
    for finding in findings {
        match finding.fault {
            None => line(context, "ok", finding.what, &finding.said)?,
            Some(remedy) => {
                line(context, "WRONG", finding.what, &finding.said)?;
                line(context, "", "", &remedy)?;
            }
        }
    }
    if !app.setup.is_empty() {
        context.line("Left to do by hand:")?;
        for step in &app.setup {
            context.line(&format!("  {step}"))?;
        }
    }
    if faults == 0 {
        let open = if is_wildcard_url(&app.spec.url) { "a host of " } else { "" };
        context.line(&format!("Open {open}{} to sign in as its first person.", app.spec.url))?;
        return Ok(Outcome::Done);
    }
    let noun = if faults == 1 { "thing is" } else { "things are" };
    Err(Failure::refused(
        format!("{faults} {noun} wrong; the lines above say what."),
        format!(
            "Mend them, then look again: doorstep app add {} {} --config {}",
            app.name(),
            app.spec.url,
            loaded.files.first().map(|file| file.display().to_string()).unwrap_or_default()
        ),
    ))
}

/// The file that a new app is to stand in.
struct File {
    path: PathBuf,
    /// What stands there; `None` for a file that is not there yet.
    before: Option<String>,
    /// Whether it declares the app already.
    declared: bool,
}

/// The file that declares the app already, else the one that is to: the configuration file where that is TOML, else one
/// for the app alone, because comments and order of another language could not be kept.
fn file_of(name: &str, context: &Context<'_>) -> Result<File, Failure> {
    let main = config::main_file(&context.sources())?.ok_or_else(|| {
        Failure::refused("There is no configuration file to add the app to.", "Write one first: doorstep init")
    })?;
    let loaded = config::load(&context.sources())?;
    match loaded.place_of(&["apps", name]) {
        Place::File { file, .. } if loaded.manifest.apps.contains_key(name) => {
            let path = context.cwd.join(file);
            Ok(File { before: Some(read(&path, context)?), path, declared: true })
        }
        _ if Language::of(&main).is_none_or(|language| language == Language::Toml) => {
            Ok(File { before: Some(read(&main, context)?), path: main, declared: false })
        }
        _ => {
            let path = loaded.config.apps_dir.join(format!("{name}.toml"));
            let before = path.exists().then(|| read(&path, context)).transpose()?;
            Ok(File { path, before, declared: false })
        }
    }
}

fn said(words: &Add) -> Result<NewApp, Failure> {
    let role = |text: &String| {
        let (group, role) = text.split_once('=').filter(|(group, role)| !group.is_empty() && !role.is_empty())?;
        Some((group.to_owned(), role.to_owned()))
    };
    let mut roles = Vec::new();
    for text in &words.roles {
        roles.push(role(text).ok_or_else(|| {
            let what = format!("`--role {}` does not say a group and its role.", repeated(text));
            Failure::refused(what, "Write --role admins=Admin")
        })?);
    }
    Ok(NewApp {
        url: words.url.clone(),
        preset: words.preset.clone(),
        title: words.title.clone(),
        forward_auth: words.forward_auth,
        callbacks: words.callbacks.clone(),
        allow: words.allow.clone(),
        roles,
        reach: words.reach.clone(),
        deliver: words.deliver.clone(),
    })
}

/// What is typed of an app that stands in the file already would not take effect: nobody is to believe that it did.
fn refuse_otherwise(words: &Add, said: &NewApp, loaded: &Loaded, file: &str) -> Result<(), Failure> {
    let name = &words.name;
    let declared = loaded.manifest.apps.get(name);
    let Some(key) = declared.and_then(|declared| said_otherwise(declared, said)) else { return Ok(()) };
    let table = Language::of(Path::new(file)).unwrap_or(Language::Toml).path(&["apps".to_owned(), name.clone()]);
    Err(Failure::refused(
        format!("{name} is declared in {file} already, and its `{key}` is not what was typed."),
        format!("Change `{key}` of {table} in {file}, then: doorstep apply"),
    ))
}

/// The app as it is declared, which has to be what was typed: another address under the same name is another app.
fn added<'d>(words: &Add, desired: &'d Desired) -> Result<&'d DesiredApp, Failure> {
    let found = desired.apps.iter().find(|app| app.name().as_str() == words.name);
    let app = found.ok_or_else(|| Failure::bare(format!("{} is not declared.", repeated(&words.name))))?;
    if app.spec.url != words.url.trim_end_matches('/') {
        return Err(Failure::refused(
            format!("{} is declared already, with the address {}.", app.name(), app.spec.url),
            "Give the new one another name and --preset, or change `url` in the file.",
        ));
    }
    Ok(app)
}
