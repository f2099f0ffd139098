//! `doorstep discover`: what runs here already, and the lines to declare it by. Changes nothing.

use crate::config::{self, Loaded};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::options::Output;
use crate::terminal::shown;
use crate::wire;
use clap::Args;
use doorstep_core::time::Ttl;
use doorstep_discover::{Address, By, Files, Left, Proposal, Report, discover, kind_of, may_be};
use doorstep_onboard::catalog::{Catalog, Kind, Opening};
use doorstep_onboard::desired::{Basis, IconFiles, Lifetimes, Proxies, Reach, desired};
use doorstep_onboard::manifest::Manifest;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Deeper folders are not looked into.
const DEEPEST: usize = 6;
/// A larger file is no configuration that a person wrote.
const LARGEST: u64 = 4 << 20;

/// Where to look.
#[derive(Clone, Debug, Args)]
pub struct Discover {
    /// Compose files, Caddyfiles, nginx configuration, Kubernetes manifests, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub output: Output,
}

/// Runs it.
pub fn run(words: &Discover, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut paths = Vec::new();
    for path in &words.paths {
        let whole = context.cwd.join(path);
        if !whole.try_exists()? {
            return Err(Failure::bare(format!("There is no {}.", context.shown(&whole))));
        }
        gather(path, &context.cwd, 0, &mut paths);
    }
    let disk = Disk { cwd: context.cwd.clone() };
    let declared = declared(context)?;
    let (catalog, _) = config::catalog(&context.sources())?;
    let mut report = discover(&paths, &disk, &catalog);
    let there = take_declared(&mut report, declared.as_ref().map(|loaded| &loaded.manifest));
    refuse_unplannable(&mut report, &catalog, declared.as_ref());
    if words.output.json {
        let mut value = serde_json::to_value(&report).map_err(std::io::Error::from)?;
        if let Some(value) = value.as_object_mut() {
            value.insert("declared_already".to_owned(), serde_json::to_value(&there).map_err(std::io::Error::from)?);
        }
        context.json(&value)?;
    } else {
        context.print(&text(&report, &there, paths.len(), &catalog))?;
    }
    Ok(Outcome::Done)
}

/// The files below a path that are of a kind that is read; one that was named itself in any case.
fn gather(path: &Path, cwd: &Path, depth: usize, out: &mut Vec<PathBuf>) {
    let whole = cwd.join(path);
    if !whole.is_dir() {
        let named = depth == 0;
        let disk = Disk { cwd: cwd.to_owned() };
        if named || may_be(path) && disk.read(path).is_some_and(|text| kind_of(path, &text).is_some()) {
            out.push(path.to_owned());
        }
        return;
    }
    let entries = fs::read_dir(&whole).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names.iter().filter(|_| depth < DEEPEST) {
        let hidden = name.to_string_lossy().starts_with('.') || name == "node_modules";
        let below = if path == Path::new(".") { PathBuf::from(name) } else { path.join(name) };
        let is_link_to_folder = cwd.join(&below).is_symlink() && cwd.join(&below).is_dir();
        if !hidden && !is_link_to_folder {
            gather(&below, cwd, depth + 1, out);
        }
    }
}

struct Disk {
    cwd: PathBuf,
}

impl Files for Disk {
    fn read(&self, path: &Path) -> Option<String> {
        let path = self.cwd.join(path);
        let metadata = fs::metadata(&path).ok().filter(|metadata| metadata.is_file() && metadata.len() <= LARGEST)?;
        metadata.is_file().then(|| fs::read_to_string(path).ok()).flatten()
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.cwd.join(folder)).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| folder.join(entry.file_name())).collect();
        paths.sort();
        paths
    }
}

/// What is declared already, where there is a configuration.
fn declared(context: &Context<'_>) -> Result<Option<Loaded>, Failure> {
    let sources = context.sources();
    if config::main_file(&sources)?.is_none() {
        return Ok(None);
    }
    Ok(Some(config::load_settings(&sources)?.0))
}

/// Takes out what is declared already: an app with this address or another of its addresses. Names that are taken, by
/// what is declared or by another proposal, are given to no second one.
fn take_declared(report: &mut Report, manifest: Option<&Manifest>) -> Vec<Proposal> {
    let Some(manifest) = manifest else { return Vec::new() };
    let urls: BTreeSet<String> = manifest.apps.values().map(|app| compared(&app.url)).collect();
    let there = |proposal: &mut Proposal| {
        let mut own = std::iter::once(&proposal.url).chain(proposal.also.iter().map(|other| &other.url));
        own.any(|url| urls.contains(&compared(url)))
    };
    let taken = report.proposals.extract_if(.., there).collect();
    let mut names: BTreeSet<String> = report.proposals.iter().map(|proposal| proposal.name.clone()).collect();
    for proposal in report.proposals.iter_mut().filter(|proposal| manifest.apps.contains_key(&proposal.name)) {
        let app = proposal.preset.clone().unwrap_or_else(|| proposal.name.clone());
        let free = |name: &String| !manifest.apps.contains_key(name) && !names.contains(name);
        if let Some(name) = (2..1000).map(|number| format!("{app}-{number}")).find(free) {
            names.insert(name.clone());
            proposal.preset = Some(app);
            proposal.name = name;
        }
    }
    taken
}

/// An address by which two are compared: hosts in lower case, without the usual port and a `/` at the end.
fn compared(url: &str) -> String {
    let rest = url.trim_end_matches('/').trim_start_matches("https://");
    let (host, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    format!("{}{path}", host.to_ascii_lowercase().trim_end_matches(":443"))
}

/// Takes out what `plan` would refuse, with its words.
fn refuse_unplannable(report: &mut Report, catalog: &Catalog, declared: Option<&Loaded>) {
    loop {
        let refused = refused(&report.proposals, catalog, declared);
        if refused.is_empty() {
            return;
        }
        for (name, why) in refused {
            for proposal in report.proposals.extract_if(.., |proposal| proposal.name == name) {
                let why = format!("{} at {} cannot be declared as it is: {why}", proposal.name, proposal.url);
                report.not_recognised.push(Left { at: proposal.at, why });
            }
        }
    }
}

/// The proposed apps that could not be declared, each with the first reason.
fn refused(proposals: &[Proposal], catalog: &Catalog, declared: Option<&Loaded>) -> BTreeMap<String, String> {
    let mut manifest = declared.map(|loaded| loaded.manifest.clone()).unwrap_or_default();
    for Proposal { name, preset, url, .. } in proposals {
        let said = serde_json::json!({ "url": url, "preset": preset });
        if let Ok(entry) = serde_json::from_value(said) {
            manifest.apps.insert(name.clone(), entry);
        }
    }
    let basis = declared.map_or_else(unconfigured, |loaded| wire::basis(loaded, &loaded.config));
    let mut found = BTreeMap::new();
    for mistake in desired(&manifest, catalog, &basis).err().into_iter().flatten() {
        if let [apps, name, ..] = mistake.at.0.as_slice()
            && apps == "apps"
            && proposals.iter().any(|proposal| proposal.name == *name)
        {
            found.entry(name.clone()).or_insert(mistake.what);
        }
    }
    found
}

/// What a declaration rests on where there is no configuration yet.
fn unconfigured() -> Basis {
    Basis {
        internal: None,
        issuer: "https://issuer.invalid".to_owned(),
        name: String::from("Doorstep"),
        deliver_folder: PathBuf::from("/var/lib/doorstep/apps"),
        lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
        reach: Reach::default(),
        icons: IconFiles::default(),
        proxies: Proxies::default(),
        languages: BTreeMap::new(),
    }
}

fn text(report: &Report, there: &[Proposal], files: usize, catalog: &Catalog) -> String {
    let mut lines: Vec<String> = Vec::new();
    for proposal in &report.proposals {
        let by = match &proposal.recognised {
            By::Image { image } => format!("image {image}"),
            By::NameAndPort { upstream } => format!("by name and port, {upstream}: look whether it is"),
        };
        lines.push(format!("# {}", shown(&format!("{}: {by}", proposal.at))));
        let other = |other: &Address| format!("# also at {}", shown(&format!("{} ({})", other.url, other.at)));
        lines.extend(proposal.also.iter().map(other));
        lines.extend(in_front(proposal, catalog));
        lines.push(proposal.lines());
    }
    let left = |all: &[Left]| all.iter().map(|one| format!("{}: {}", one.at, one.why)).collect::<Vec<_>>();
    let declared = there.iter().map(|one| format!("{} at {}", one.name, one.url)).collect();
    for (title, left) in [
        ("Declared already", declared),
        ("Known, and without an address", left(&report.without_address)),
        ("Not recognised", left(&report.not_recognised)),
        ("Not read", left(&report.unread)),
    ] {
        if !left.is_empty() {
            lines.push(format!("# {title}:"));
            lines.extend(left.iter().map(|line| format!("#   {}", shown(line))));
        }
    }
    let (apps, files) = (counted(report.proposals.len(), "app"), counted(files, "file"));
    lines.push(format!("# {apps} found in {files}. Nothing was changed."));
    lines.join("\n") + "\n"
}

/// What is to know of an app without a sign-in of its own.
fn in_front(proposal: &Proposal, catalog: &Catalog) -> Option<String> {
    let entry = catalog.get(proposal.preset.as_ref().unwrap_or(&proposal.name))?.ok()?;
    let opened = |(name, opening): (&String, &Opening)| {
        let paths = opening.paths.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        format!("{name} ({paths})")
    };
    let open = entry.open.iter().map(opened).collect::<Vec<_>>().join(", ");
    (entry.kind == Kind::ForwardAuth).then(|| match open.as_str() {
        "" => "# no sign-in of its own: Doorstep stands in front".to_owned(),
        open => format!("# no sign-in of its own: Doorstep stands in front; a rule may open to programs: {open}"),
    })
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
