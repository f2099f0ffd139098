//! `doorstep catalog list|show|search`: which apps are known, and what is known of one.

use crate::config;
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::terminal::repeated;
use clap::{Args, Subcommand};
use doorstep_onboard::catalog::{Catalog, CatalogError, Entry, delivered_as, page, what};
use doorstep_onboard::mistake::nearest;
use serde_json::{Value, json};

/// The apps that are known.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Every app, with the form of what it is delivered.
    List(Output),
    /// What is registered for an app, what it is delivered, and what is left to do by hand.
    Show(Show),
    /// The apps whose name, category or container image holds every word.
    Search(Search),
}

/// Which app.
#[derive(Clone, Debug, Args)]
pub struct Show {
    /// The name in the catalog.
    pub name: String,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// What to look for.
#[derive(Clone, Debug, Args)]
pub struct Search {
    /// Words, in any case of letters.
    #[arg(required = true)]
    pub words: Vec<String>,
    /// The form of what is printed.
    #[command(flatten)]
    pub output: Output,
}

/// Runs it. Needs no instance, and no configuration either: with one, its own entries are among the others.
pub fn run(command: &Command, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (catalog, strange) = config::catalog(&context.sources())?;
    for mistake in strange {
        let remedy = mistake.remedy.map(|remedy| format!("\n{remedy}")).unwrap_or_default();
        context.remark(&format!("{} is left out: {}.{remedy}\n", mistake.place, mistake.what))?;
    }
    match command {
        Command::List(output) => list(&entries(&catalog, context)?, *output, context),
        Command::Show(Show { name, output }) => show(&catalog, name, *output, context),
        Command::Search(Search { words, output }) => {
            let mut found = entries(&catalog, context)?;
            found.retain(|(name, entry)| fits(name, entry, words));
            if found.is_empty() && !output.json {
                let what = format!("The catalog knows no app by {}.", repeated(&words.join(" ")));
                return Err(Failure::refused(
                    what,
                    "Say it in full, as an app of its own: `url` with `callbacks`, or with `forward_auth`.",
                ));
            }
            list(&found, *output, context)
        }
    }
}

type Named<'c> = (&'c str, &'c Entry);

/// Those that can be read. One that cannot hides no other: it is named beside them.
fn entries<'c>(catalog: &'c Catalog, context: &mut Context<'_>) -> Result<Vec<Named<'c>>, Failure> {
    let mut readable = Vec::new();
    for name in catalog.names() {
        match catalog.get(name).transpose() {
            Ok(entry) => readable.extend(entry.map(|entry| (name, entry))),
            Err(error) => context.remark(&format!("{}\n{REMEDY}\n", broken(&error, context)))?,
        }
    }
    Ok(readable)
}

const REMEDY: &str = "Correct it, or take it away; docs/catalog.md says what an entry holds.";

fn broken(error: &CatalogError, context: &Context<'_>) -> String {
    let name = || error.name.clone();
    let file = error.file.as_ref().map_or_else(name, |path| context.shown(path));
    let line = error.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{file}{line} is not an entry of the catalog: {}.", error.why)
}

fn fits(name: &str, entry: &Entry, words: &[String]) -> bool {
    let text = [name, &entry.name, &entry.category, &entry.images.join(" ")].join(" ").to_lowercase();
    words.iter().all(|word| text.contains(&word.to_lowercase()))
}

fn list(entries: &[Named<'_>], output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if output.json {
        context.json(&entries.iter().map(|(name, entry)| brief(name, entry)).collect::<Vec<_>>())?;
        return Ok(Outcome::Done);
    }
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    let names = widest(&mut entries.iter().map(|(name, _)| name.len()));
    let titles = widest(&mut entries.iter().map(|(_, entry)| entry.name.chars().count()));
    let categories = widest(&mut entries.iter().map(|(_, entry)| entry.category.chars().count()));
    for (name, entry) in entries {
        let how = delivered_as(entry);
        context.line(&format!("{name:names$}  {:titles$}  {:categories$}  {how}", entry.name, entry.category))?;
    }
    Ok(Outcome::Done)
}

fn brief(name: &str, entry: &Entry) -> Value {
    json!({
        "id": name,
        "name": entry.name,
        "category": entry.category,
        "homepage": entry.homepage,
        "kind": entry.kind,
        "delivered": what(entry),
        "evidence": entry.evidence,
        "images": entry.images,
        "port": entry.port,
    })
}

fn show(catalog: &Catalog, name: &str, output: Output, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let Some(entry) = catalog.get(name) else {
        let what = format!("The catalog has no `{}`.", repeated(name));
        let remedy = match nearest(name, catalog.names()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "Look for it: doorstep catalog search WORD".to_owned(),
        };
        return Err(Failure::refused(what, remedy));
    };
    let entry = entry.map_err(|error| Failure::refused(broken(&error, context), REMEDY))?;
    if output.json {
        context.json(&json!({ "id": name, "entry": entry }))?;
    } else {
        context.print(&page(name, entry))?;
    }
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Streams;
    use crate::options::Global;
    use crate::paint::Paint;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    fn print(command: &Command) -> Result<String, Failure> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut context = Context {
            global: Global::default(),
            env: BTreeMap::new(),
            cwd: PathBuf::from("/"),
            streams: Streams { out: &mut out, err: &mut err, paint: Paint::PLAIN, err_paint: Paint::PLAIN },
        };
        run(command, &mut context)?;
        Ok(String::from_utf8(out).unwrap())
    }

    const TEXT: Output = Output { json: false };
    const JSON: Output = Output { json: true };

    fn search(words: &[&str], output: Output) -> Result<String, Failure> {
        print(&Command::Search(Search { words: words.iter().map(|&word| word.to_owned()).collect(), output }))
    }

    #[test]
    fn the_list_has_a_line_for_each_app_and_the_same_in_json() {
        let lines = print(&Command::List(TEXT)).unwrap();
        assert_eq!(lines.lines().count(), Catalog::builtin().names().count());
        let grafana = lines.lines().find(|line| line.starts_with("grafana ")).unwrap();
        assert_eq!(grafana.split_whitespace().collect::<Vec<_>>(), ["grafana", "Grafana", "monitoring", "env"]);
        let all: Value = serde_json::from_str(&print(&Command::List(JSON)).unwrap()).unwrap();
        assert_eq!(all.as_array().unwrap().len(), lines.lines().count());
        let glances = all.as_array().unwrap().iter().find(|one| one["id"] == "glances").unwrap();
        assert_eq!((&glances["kind"], &glances["port"]), (&json!("forward_auth"), &json!(61208)));
    }

    #[test]
    fn search_finds_by_every_word_in_name_category_or_image() {
        for (words, found) in [
            (&["dani-garcia"][..], Some("vaultwarden")),
            (&["PASSWORDS", "warden"], Some("vaultwarden")),
            (&["grafana", "photos"], None),
        ] {
            let text = search(words, TEXT);
            match found {
                Some(name) => assert!(text.unwrap().lines().any(|line| line.starts_with(name)), "{words:?}"),
                None => assert!(text.unwrap_err().to_string().contains("grafana photos"), "{words:?}"),
            }
        }
        assert_eq!(search(&["nosuchapp"], JSON).unwrap(), "[]\n");
    }

    #[test]
    fn show_is_the_page_and_a_slip_is_told_the_nearest_name() {
        let show = |name: &str, output| print(&Command::Show(Show { name: name.to_owned(), output }));
        let text = show("immich", TEXT).unwrap();
        assert!(text.starts_with("# Immich\n") && text.contains("app.immich:///oauth-callback"), "{text}");
        let json: Value = serde_json::from_str(&show("immich", JSON).unwrap()).unwrap();
        assert_eq!(json["entry"]["callbacks"][2], "app.immich:///oauth-callback");
        assert_eq!(json["entry"]["json"]["oauth"]["clientSecret"], "{client_secret}");
        let Err(Failure::Refused { remedy, .. }) = show("imich", TEXT) else { panic!() };
        assert_eq!(remedy.as_deref(), Some("Did you mean `immich`?"));
        assert!(show("\u{202e}x", TEXT).unwrap_err().to_string().contains("\\u{202e}"));
    }
}
