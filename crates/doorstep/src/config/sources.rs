//! The reading of all files of the configuration: the one that `search` finds, beside it the files of `apps_dir`, in the
//! order of their names; over it the environment.

use super::document::{self, Document, Sites};
use super::environment;
use super::language::Language;
use super::mistake::{Mistake, Mistakes, Place};
use super::schema::Leaf;
use super::search;
use super::secret_file::is_open_to_all;
use crate::guarded;
use doorstep_core::{id::AppName, secret::SecretHash};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const APPS_DIR: &str = "apps.d";
const CATALOG_DIR: &str = "catalog.d";

/// What a configuration is read from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config`.
    pub config_path: Option<PathBuf>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The folder that the person is in.
    pub cwd: PathBuf,
    /// A file that is read in the place of the configuration file, as if it stood there.
    pub instead: Option<PathBuf>,
    /// A text that is not written yet, in the place of what stands in the file of this path.
    pub draft: Option<(PathBuf, String)>,
}

/// All that was written, before anyone has looked at what it says.
pub(crate) struct Written {
    pub(crate) tree: Map<String, Value>,
    pub(crate) sites: Sites,
    /// Stands for the whole configuration.
    pub(crate) home: Place,
    /// Where relative paths start.
    pub(crate) base: PathBuf,
    pub(crate) files: Vec<PathBuf>,
    /// Files that everyone can read, with their mode.
    pub(crate) open_files: HashMap<String, u32>,
    pub(crate) fingerprint: SecretHash,
    pub(crate) mistakes: Vec<Mistake>,
    /// Files of `catalog_dir` that are no entries: part of `mistakes`.
    pub(crate) strange: Vec<Mistake>,
    /// Some of them are in settings, not in groups and apps.
    pub(crate) broken_settings: bool,
    /// Catalog entries of the person's own.
    pub(crate) entries: Vec<OwnEntry>,
}

/// A file of `catalog_dir`.
pub(crate) struct OwnEntry {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) path: PathBuf,
    /// The file, as the person would type it.
    pub(crate) shown: String,
}

/// Reads everything. Ends at files that cannot be read or are not TOML: what they would have said
/// is not known, and nothing is decided on half of it (security row 118).
pub(crate) fn read(sources: &Sources, leaves: &[Leaf]) -> Result<Written, Mistakes> {
    let mut reading = Reading::begin(sources);
    let main = search::locate(sources);
    match &main {
        Ok(Some(path)) => reading.main(path),
        Ok(None) => {}
        Err(mistake) => reading.break_off(mistake.clone()),
    }
    let overrides = environment::read(&sources.env, leaves, &reading.written.base);
    for (path, value, _) in &overrides.values {
        reading.contents.extend([path.join("."), value.to_string()]);
    }
    reading.written.broken_settings |= !overrides.mistakes.is_empty();
    reading.written.mistakes.extend(overrides.mistakes);
    reading.written.files.extend(overrides.files);
    environment::apply(overrides.values, &mut reading.written.tree, &mut reading.written.sites);
    reading.folder();
    reading.catalog();
    if main == Ok(None) && !reading.written.tree.contains_key("issuer") {
        reading.break_off(search::nothing_found());
    }
    reading.end()
}

/// *The* file, where there is one.
pub(crate) fn main_file(sources: &Sources) -> Result<Option<PathBuf>, Mistakes> {
    search::locate(sources).map_err(Mistakes::one)
}

/// Whether there is no configuration at all.
pub(crate) fn are_empty(sources: &Sources) -> bool {
    search::locate(sources) == Ok(None) && !sources.env.contains_key("DOORSTEP_ISSUER")
}

struct Reading<'a> {
    sources: &'a Sources,
    written: Written,
    contents: Vec<String>,
    broken: bool,
}

impl<'a> Reading<'a> {
    fn begin(sources: &'a Sources) -> Self {
        let written = Written {
            tree: Map::new(),
            sites: Sites::new(),
            home: Place::file(search::LOCAL),
            base: sources.cwd.clone(),
            files: Vec::new(),
            open_files: HashMap::new(),
            fingerprint: SecretHash::labelled("", b""),
            mistakes: Vec::new(),
            strange: Vec::new(),
            broken_settings: false,
            entries: Vec::new(),
        };
        Self { sources, written, contents: Vec::new(), broken: false }
    }

    fn end(self) -> Result<Written, Mistakes> {
        let mut written = self.written;
        if self.broken
            && let Some(mistakes) = Mistakes::collect(std::mem::take(&mut written.mistakes))
        {
            return Err(mistakes);
        }
        let parts: Vec<String> = self.contents.iter().map(|text| format!("{}:{text}", text.len())).collect();
        written.fingerprint = SecretHash::labelled("configuration", parts.concat().as_bytes());
        Ok(written)
    }

    fn break_off(&mut self, mistake: Mistake) {
        self.broken = true;
        self.written.mistakes.push(mistake);
    }

    fn main(&mut self, path: &Path) {
        if let Some(folder) = path.parent() {
            folder.clone_into(&mut self.written.base);
        }
        let named = Language::of(path);
        let path = self.sources.instead.as_deref().unwrap_or(path);
        self.written.home = Place::file(self.shown(path));
        let language = Language::of(path).or(named).unwrap_or(Language::Toml);
        if let Some((tree, sites)) = self.file(path, language) {
            self.written.tree = tree;
            self.written.sites = sites;
        }
    }

    /// The files of `apps_dir`.
    fn folder(&mut self) {
        for path in self.files_of("apps_dir", APPS_DIR) {
            let language = Language::of(&path).unwrap_or(Language::Toml);
            if let Some((tree, sites)) = self.file(&path, language) {
                self.merge(tree, sites, language);
            }
        }
    }

    /// The files of `catalog_dir`.
    fn catalog(&mut self) {
        for path in self.files_of("catalog_dir", CATALOG_DIR) {
            if Language::of(&path) != Some(Language::Toml) {
                let remedy = "write it in TOML, and end the name in .toml".to_owned();
                let what = "entries of the catalog are TOML";
                self.strange(Mistake::new(Place::file(self.shown(&path)), what, Some(remedy)));
                continue;
            }
            let Some((text, _)) = self.text(&path) else { continue };
            let (shown, name) = (self.shown(&path), path.file_stem().and_then(|stem| stem.to_str()));
            let Some(name) = name.filter(|name| name.parse::<AppName>().is_ok()) else {
                let what = "the name of the file is not the name of an app";
                let remedy = "use a-z, 0-9 and -, and .toml at the end";
                self.strange(Mistake::new(Place::file(shown), what, Some(remedy.to_owned())));
                continue;
            };
            self.contents.extend([shown.clone(), text.clone()]);
            self.written.entries.push(OwnEntry { name: name.to_owned(), text, path, shown });
        }
    }

    fn strange(&mut self, mistake: Mistake) {
        self.written.strange.push(mistake.clone());
        self.written.mistakes.push(mistake);
    }

    /// The files of a folder in any language, in the order of their names. One that was named must be there; the default may be
    /// absent.
    fn files_of(&mut self, key: &str, default: &str) -> Vec<PathBuf> {
        let named = self.written.tree.get(key).and_then(Value::as_str).map(str::to_owned);
        let folder = self.written.base.join(named.as_deref().unwrap_or(default));
        self.written.files.push(folder.clone());
        // A file that is not written yet is one of them.
        let drafted = self.sources.draft.iter().map(|(path, _)| path.clone());
        let mut paths: Vec<PathBuf> = drafted.filter(|path| path.parent() == Some(&folder)).collect();
        match fs::read_dir(&folder) {
            Ok(entries) => {
                self.refuse_open(&folder);
                paths.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
            }
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => {}
            Err(error) => {
                let site = self.written.sites.get(&[key.to_owned()][..]);
                let place = site.map_or_else(|| Place::file(self.shown(&folder)), |site| site.value.clone());
                // Where the folder itself is the place, it is named once.
                let what = match site {
                    Some(_) => format!("{} cannot be read: {error}", self.shown(&folder)),
                    None => format!("cannot be read: {error}"),
                };
                self.break_off(Mistake::new(place, what, None));
                return Vec::new();
            }
        }
        paths.retain(|path| Language::of(path).is_some() && !is_hidden(path));
        paths.sort();
        paths.dedup();
        paths
    }

    /// Adds the groups and apps of one more file; nothing may be declared twice, and nothing else
    /// may stand there.
    fn merge(&mut self, tree: Map<String, Value>, sites: Sites, language: Language) {
        let mut refused: Vec<Vec<String>> = Vec::new();
        for (kind, value) in tree {
            let known = matches!(kind.as_str(), "apps" | "groups" | "people");
            let (true, Value::Object(entries)) = (known, value) else {
                let at = vec![kind.clone()];
                self.written.broken_settings |= !known;
                let (what, remedy) = out_of_place(&kind, known, language, &self.written.home);
                self.tell_at(&sites, &at, what, remedy);
                refused.push(at);
                continue;
            };
            for (name, entry) in entries {
                let at = vec![kind.clone(), name.clone()];
                if let Some(first) = self.written.sites.get(&at).map(|site| site.key.clone().line_only()) {
                    let noun = match kind.as_str() {
                        "apps" => "app",
                        "groups" => "group",
                        _ => "person",
                    };
                    self.tell_at(
                        &sites,
                        &at,
                        format!("the {noun} {name} is declared here and in {first}"),
                        "keep one of them".to_owned(),
                    );
                    refused.push(at);
                } else if !environment::set(&mut self.written.tree, &at, entry) {
                    refused.push(at);
                }
            }
        }
        let taken = sites.into_iter().filter(|(path, _)| !refused.iter().any(|other| path.starts_with(other)));
        for (path, site) in taken {
            self.written.sites.entry(path).or_insert(site);
        }
    }

    fn tell_at(&mut self, sites: &Sites, at: &[String], what: String, remedy: String) {
        let place = sites.get(at).map_or_else(|| self.written.home.clone(), |site| site.key.clone().line_only());
        self.written.mistakes.push(Mistake::new(place, what, Some(remedy)));
    }

    /// What stands in a file, and its mode.
    fn text(&mut self, path: &Path) -> Option<(String, u32)> {
        self.written.files.push(path.to_owned());
        let read = match self.sources.draft.as_ref().filter(|(place, _)| place == path) {
            Some((_, draft)) => {
                Ok((draft.clone(), fs::metadata(path).map_or(0o600, |there| there.permissions().mode())))
            }
            None => read_text(path),
        };
        match read {
            Ok(read) => {
                self.refuse_open(path);
                Some(read)
            }
            Err(error) => {
                self.break_off(search::unreadable(self.shown(path), &error));
                None
            }
        }
    }

    fn file(&mut self, path: &Path, language: Language) -> Option<(Map<String, Value>, Sites)> {
        let shown = self.shown(path);
        let (text, mode) = self.text(path)?;
        if is_open_to_all(mode) {
            self.written.open_files.insert(shown.clone(), mode & 0o777);
        }
        let parsed = document::parse(&text, &shown, language);
        self.contents.extend([shown, text]);
        match parsed {
            Ok(Document { tree, sites, faults }) => {
                self.written.broken_settings |= !faults.is_empty();
                self.written.mistakes.extend(faults);
                Some((tree, sites))
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    self.break_off(mistake);
                }
                None
            }
        }
    }

    /// Security row 118: whoever can change the configuration can let themselves in.
    fn refuse_open(&mut self, path: &Path) {
        if let Some(mode) = guarded::open_to_all(path) {
            let (what, remedy) = guarded::reported(&self.shown(path), mode);
            self.break_off(Mistake::new(Place::file(self.shown(path)), what, Some(remedy)));
        }
    }

    fn shown(&self, path: &Path) -> String {
        shown(path, &self.sources.cwd)
    }
}

/// A path as a person in `cwd` would type it.
pub fn shown(path: &Path, cwd: &Path) -> String {
    path.strip_prefix(cwd).unwrap_or(path).display().to_string()
}

/// Something in a file of apps that cannot stand there.
fn out_of_place(kind: &str, known: bool, language: Language, home: &Place) -> (String, String) {
    if known {
        let like = language.assigned("NAME", if kind == "groups" { "[\"ada\"]" } else { "{ … }" });
        return (
            format!("`{kind}` is not {}", language.table()),
            format!("write what belongs to it below, like {like}"),
        );
    }
    let remedy = match language {
        Language::Toml => format!("only [groups], [people.NAME] and [apps.NAME] stand here; the rest goes into {home}"),
        Language::Yaml | Language::Json => {
            format!("only `groups`, `people` and `apps` stand here; the rest goes into {home}")
        }
    };
    (format!("`{kind}` does not belong in a file of apps"), remedy)
}

fn read_text(path: &Path) -> std::io::Result<(String, u32)> {
    let mut file = fs::File::open(path)?;
    let mode = file.metadata()?.permissions().mode();
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    // Some editors put a byte order mark first, which is no part of the text.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok((text, mode))
}

/// Editors and Kubernetes keep their own files beside ours, with a dot in front.
fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
