//! The configuration: read once from `doorstep.toml`, `apps.d/*.toml` and the environment.
//!
//! [`load`] is the only way in. It takes everything or nothing: a mistake anywhere, and no part of
//! the configuration exists; all mistakes are reported at once, each with its place. The environment
//! wins over the file. Whether groups and apps make sense together is decided in
//! `doorstep-onboard`; [`Loaded::place_of`] gives its mistakes their place.

mod addresses;
mod asked;
mod defaults;
mod document;
pub mod edit;
pub mod effective;
pub mod environment;
mod form;
mod icons;
mod inspect;
pub mod language;
mod mail;
mod mistake;
pub mod schema;
mod search;
pub mod secret_file;
mod settings;
mod sinks;
mod sources;
mod supplied;
mod syntax;
pub mod upstream;
mod value;

#[cfg(test)]
mod tests;

pub use asked::{Newcomers, Recovery, Registration};
pub use effective::{Effective, Origin};
pub use mail::Mail;
pub use mistake::{Mistake, Mistakes, Place};
pub use settings::{
    Apply, Audit, Config, Database, ForwardAuth, Log, LogFormat, LogLevel, Onboard, Outbound, Session, SignIn, Tls,
    Tokens,
};
pub(crate) use sinks::{AppRole, Bitwarden, Kubernetes, Sinks, Vault, VaultKubernetes};
pub use sources::{Sources, shown};
pub use supplied::SuppliedSecrets;
pub use value::{
    AgeRecipients, DatabaseUrl, Delay, Fault, InternalUrl, Issuer, Keep, Lifetime, Listen, MailSender, MailServer,
    RootKey, TrustedProxies, TrustedProxy,
};

use crate::terminal::shown as in_a_line;
use document::Sites;
use doorstep_core::secret::SecretHash;
use doorstep_onboard::catalog::{Catalog, CatalogError};
use doorstep_onboard::desired::IconFiles;
use doorstep_onboard::language::Proposed;
use doorstep_onboard::manifest::Manifest;
use doorstep_onboard::remedy::Remedy;
use language::{Language, in_language_of, language_of};
use serde_json::{Map, Value};
use settings::Declared;
use sources::{OwnEntry, Written};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// A configuration without mistakes.
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Groups and apps.
    pub manifest: Manifest,
    /// The apps that are known, those of the person's own among them.
    pub catalog: Catalog,
    /// What was read, and the folder in which a new file would count, there or not: to watch for changes.
    pub files: Vec<PathBuf>,
    /// What stands in the files that apps name as their icons.
    pub icons: IconFiles,
    /// Where those files are.
    pub icon_files: Vec<PathBuf>,
    /// Differs when anything that was read differs.
    pub fingerprint: Fingerprint,
    effective: Vec<Effective>,
    sites: Sites,
    home: Place,
}

/// Stands for all that was read. Not printable: secrets are part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(SecretHash);

/// All that can be known of a configuration, mistakes and all.
pub struct Read {
    /// What was read, without the apps, groups and settings that have mistakes; `None` when nothing can be known.
    pub loaded: Option<Loaded>,
    /// Every mistake of form.
    pub mistakes: Vec<Mistake>,
    /// Those of files in `catalog_dir` that are no entries.
    pub strange: Vec<Mistake>,
    /// Whether all of them are in groups and apps.
    settings_are_good: bool,
}

/// Reads the configuration: without a mistake, or not at all.
pub fn load(sources: &Sources) -> Result<Loaded, Mistakes> {
    let Read { loaded, mistakes, .. } = read(sources);
    match (Mistakes::collect(mistakes), loaded) {
        (None, Some(loaded)) => Ok(loaded),
        (Some(mistakes), _) => Err(mistakes),
        (None, None) => Err(Mistakes::one(unreadable(&Place::file("doorstep.toml")))),
    }
}

/// Reads the configuration for what needs the settings only: groups and apps with mistakes are left out, and
/// their mistakes given beside.
pub fn load_settings(sources: &Sources) -> Result<(Loaded, Option<Mistakes>), Mistakes> {
    let Read { loaded, mistakes, settings_are_good, .. } = read(sources);
    match (loaded, Mistakes::collect(mistakes)) {
        (Some(loaded), mistakes) if settings_are_good => Ok((loaded, mistakes)),
        (_, Some(mistakes)) => Err(mistakes),
        (_, None) => Err(Mistakes::one(unreadable(&Place::file("doorstep.toml")))),
    }
}

/// *The* file, where there is one.
pub fn main_file(sources: &Sources) -> Result<Option<PathBuf>, Mistakes> {
    sources::main_file(sources)
}

/// The apps that are known: with a configuration, the entries of its own among them, and the files beside those that are
/// no entries.
pub fn catalog(sources: &Sources) -> Result<(Catalog, Vec<Mistake>), Mistakes> {
    if sources::are_empty(sources) {
        return Ok((Catalog::builtin(), Vec::new()));
    }
    let Read { loaded, mistakes, strange, .. } = read(sources);
    match (loaded, Mistakes::collect(mistakes)) {
        (Some(loaded), _) => Ok((loaded.catalog, strange)),
        (None, Some(mistakes)) => Err(mistakes),
        (None, None) => Err(Mistakes::one(unreadable(&Place::file("doorstep.toml")))),
    }
}

/// Stands for what is written now, whatever it says; `None` where it cannot be read.
pub fn fingerprint(sources: &Sources) -> Option<Fingerprint> {
    let written = sources::read(sources, &schema::leaves(schema::of_config())).ok()?;
    Some(Fingerprint(written.fingerprint))
}

/// Reads the configuration as far as it goes.
pub fn read(sources: &Sources) -> Read {
    let schema = schema::of_config();
    let leaves = schema::leaves(schema);
    let mut written = match sources::read(sources, &leaves) {
        Ok(written) => written,
        Err(mistakes) => {
            let mistakes = mistakes.into_iter().collect();
            return Read { loaded: None, mistakes, strange: Vec::new(), settings_are_good: false };
        }
    };
    defaults::fill(schema, &mut written.tree);
    let mut inspection = inspect::Inspection {
        sites: &written.sites,
        home: written.home.clone(),
        base: &written.base,
        leaves: &leaves,
        open_files: &written.open_files,
        written_wrong: written.mistakes.iter().map(|one| one.place.clone()).filter(Place::is_exact).collect(),
        mistakes: std::mem::take(&mut written.mistakes),
        wrong: Vec::new(),
    };
    let mut tree = Value::Object(std::mem::take(&mut written.tree));
    inspection.walk(schema, &mut tree, &mut Vec::new());
    if let Value::Object(tree) = &tree {
        conflicts(&mut inspection, tree);
    }
    let inspect::Inspection { mut mistakes, wrong, .. } = inspection;
    let strange = std::mem::take(&mut written.strange);
    let Value::Object(mut tree) = tree else {
        return Read { loaded: None, mistakes, strange, settings_are_good: false };
    };
    let settings_are_good = !written.broken_settings && wrong.iter().all(|path| effective::is_declared(path));
    leave_out(&wrong, &mut tree);
    defaults::fill(schema, &mut tree);
    defaults::derive(&mut tree, &written.base);
    let effective = effective::list(schema, &tree, &written.sites);
    let Written { files, fingerprint, sites, home, entries, base, .. } = written;
    let (catalog, broken) = with_own(entries);
    mistakes.extend(broken);
    let loaded = typed(tree).map(|(mut config, manifest)| {
        let keys = [Some(&config.root_key_path), config.tls.as_ref().map(|tls| &tls.key)];
        let keys = keys.into_iter().flatten().cloned().collect();
        config.references = SuppliedSecrets::of(&manifest, &sources.env, keys);
        let fingerprint = Fingerprint(fingerprint);
        let (icons, icon_files) = icons::read(&manifest, &base);
        let home = home.clone();
        Loaded { config, manifest, catalog, files, icons, icon_files, fingerprint, effective, sites, home }
    });
    if loaded.is_none() && mistakes.is_empty() {
        mistakes.push(unreadable(&home));
    }
    Read { loaded, mistakes, strange, settings_are_good }
}

/// The apps that are known, and what is wrong with the entries of the person's own.
fn with_own(entries: Vec<OwnEntry>) -> (Catalog, Vec<Mistake>) {
    let mut catalog = Catalog::builtin();
    let shown: HashMap<PathBuf, String> =
        entries.iter().map(|entry| (entry.path.clone(), entry.shown.clone())).collect();
    for OwnEntry { name, text, path, .. } in entries {
        catalog.put(name, text, path);
    }
    let placed = |error: &CatalogError| {
        let file = error.file.as_ref().and_then(|path| shown.get(path)).cloned().unwrap_or_default();
        let place = Place::File { file, line: error.line, column: None };
        Mistake::new(place, format!("is not an entry of the catalog: {}", error.why), None)
    };
    let mistakes = catalog.mistakes().iter().map(placed).collect();
    (catalog, mistakes)
}

/// Takes out what has a mistake, so that the rest can be looked at. A group stays, empty: apps may name it.
fn leave_out(wrong: &[Vec<String>], tree: &mut Map<String, Value>) {
    for path in wrong {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["apps", name, ..] => {
                if let Some(Value::Object(apps)) = tree.get_mut("apps") {
                    apps.shift_remove(*name);
                }
            }
            ["groups", name, ..] => {
                if let Some(Value::Object(groups)) = tree.get_mut("groups") {
                    groups.insert((*name).to_owned(), Value::Array(Vec::new()));
                }
            }
            // Without its groups, no app can be looked at.
            ["groups" | "apps"] => tree.retain(|key, _| key != "groups" && key != "apps"),
            ["people", name, ..] => {
                if let Some(Value::Object(people)) = tree.get_mut("people") {
                    people.shift_remove(*name);
                }
            }
            // An address that nobody has, so that what is below is looked at all the same.
            ["issuer"] => {
                tree.insert("issuer".to_owned(), "https://issuer.invalid".into());
            }
            [first, ..] => {
                tree.shift_remove(*first);
            }
            [] => {}
        }
    }
}

impl Loaded {
    /// Every setting, group and app with its value, masked where it is secret, and its origin.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Where a key stands: `["apps", "grafana", "allow"]`; for one that was not written, where the
    /// nearest table around it stands. Entries of lists go by their number. Tables have no column.
    pub fn place_of(&self, path: &[&str]) -> Place {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let longest = (1..=path.len()).rev().find_map(|length| Some((length, self.sites.get(path.get(..length)?)?)));
        match longest {
            None => self.home.clone(),
            Some((length, site)) if length < path.len() || self.is_table(&path) => site.key.clone().line_only(),
            Some((_, site)) => site.key.clone(),
        }
    }

    /// In which language each app is written.
    pub fn languages(&self) -> BTreeMap<String, Language> {
        let of = |name: &String| language_of(&self.place_of(&["apps", name]));
        self.manifest.apps.keys().filter_map(|name| Some((name.clone(), of(name)?))).collect()
    }

    /// The mistakes that `doorstep-onboard` found in groups and apps, each with its place. `None` when
    /// there are none.
    pub fn placed(&self, found: &[doorstep_onboard::mistake::Mistake]) -> Option<Mistakes> {
        let place = |keys: &[String]| self.place_of(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        // What a person typed may hold a line end, which would begin a line of its own.
        Mistakes::collect(found.iter().map(|one| {
            let place = place(&one.at.0);
            let remedy = one.remedy.as_ref().map(|remedy| in_language_of(&place, remedy));
            Mistake::new(place, in_a_line(&one.what), remedy)
        }))
    }

    /// The settings whose value differs from `before`, as dotted keys; groups and apps not among them.
    pub fn changed_settings(&self, before: &Self) -> Vec<String> {
        let settings = |loaded: &Self| -> Vec<Effective> {
            loaded.effective.iter().filter(|one| !one.is_declared()).cloned().collect()
        };
        let (now, then) = (settings(self), settings(before));
        let differs = |one: &&Effective| !then.iter().any(|other| one.same_value(other));
        let gone = then.iter().filter(|one| !now.iter().any(|other| one.key == other.key));
        now.iter().filter(differs).chain(gone).map(|one| one.key.clone()).collect()
    }

    fn is_table(&self, path: &[String]) -> bool {
        self.sites.keys().any(|known| known.len() > path.len() && known.starts_with(path))
    }
}

/// Rules between settings, which no schema states.
fn conflicts(inspection: &mut inspect::Inspection<'_>, tree: &Map<String, Value>) {
    let path = |keys: &[&str]| -> Vec<String> { keys.iter().map(|key| (*key).to_owned()).collect() };
    let lifetime = |key: &str| tree.get("session")?.get(key)?.as_str()?.parse::<Lifetime>().ok();
    if let (Some(idle), Some(absolute)) = (lifetime("idle"), lifetime("absolute"))
        && idle > absolute
    {
        let remedy = "make `absolute` longer, or `idle` shorter";
        inspection.fault(&Fault::new("is longer than `absolute`", remedy), &path(&["session", "idle"]));
    }
    for (key, fault) in addresses::faults(tree) {
        inspection.fault(&fault, &path(&[key]));
    }
    commands(inspection, tree);
    let vault = tree.get("sinks").and_then(|sinks| serde_json::from_value::<Vault>(sinks.get("vault")?.clone()).ok());
    if let Some((key, fault)) = vault.and_then(|vault| vault.fault()) {
        inspection.fault(&fault, &path(&["sinks", "vault", key]));
    }
    let bitwarden =
        tree.get("sinks").and_then(|sinks| serde_json::from_value::<Bitwarden>(sinks.get("bitwarden")?.clone()).ok());
    if let Some((key, fault)) = bitwarden.and_then(|bitwarden| bitwarden.fault()) {
        inspection.fault(&fault, &path(&["sinks", "bitwarden", key]));
    }
    let mail = tree.get("mail").and_then(|mail| serde_json::from_value::<Mail>(mail.clone()).ok());
    if let Some((key, fault)) = mail.and_then(|mail| mail.fault()) {
        inspection.fault(&fault, &path(&["mail", key]));
    }
    upstreams(inspection, tree);
    for (at, fault) in asked::faults(tree) {
        inspection.fault(&fault, &path(&at));
    }
    for (kind, key) in [("sops", "age_recipients"), ("age", "recipients")] {
        let list = tree.get("sinks").and_then(|sinks| sinks.get(kind)?.get(key)?.as_array());
        if list.is_some_and(Vec::is_empty) {
            let remedy = Remedy::from("add the public keys of those who may read: ");
            let remedy = remedy.line([key], Proposed::list(["age1…"]));
            inspection.fault_told("names nobody who could read", &remedy, &path(&["sinks", kind, key]));
        }
    }
    if tree.contains_key("root_key") && tree.contains_key("root_key_path") {
        let other =
            inspection.sites.get(&path(&["root_key_path"])).map(|site| site.key.to_string()).unwrap_or_default();
        let fault = Fault::new(format!("is given, and a file for it in {other}"), "keep one of them");
        inspection.fault(&fault, &path(&["root_key"]));
    }
}

/// Each upstream by itself.
fn upstreams(inspection: &mut inspect::Inspection<'_>, tree: &Map<String, Value>) {
    for (name, given) in tree.get("upstream").and_then(Value::as_object).into_iter().flatten() {
        let at = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        if let Some(fault) = upstream::fault_of_name(name) {
            inspection.fault(&fault, &at(&["upstream", name]));
        }
        let upstream = serde_json::from_value::<upstream::Upstream>(given.clone()).ok();
        if let Some((key, fault)) = upstream.and_then(|upstream| upstream.fault()) {
            inspection.fault(&fault, &at(&["upstream", name, key]));
        }
    }
}

/// A command is a program by its whole path: which one a name leads to depends on who asks.
fn commands(inspection: &mut inspect::Inspection<'_>, tree: &Map<String, Value>) {
    let commands = tree.get("sinks").and_then(|sinks| sinks.get("command")).and_then(Value::as_object);
    for (name, command) in commands.into_iter().flatten() {
        let at = |key: &str| vec!["sinks".to_owned(), "command".to_owned(), name.clone(), key.to_owned()];
        let Some(run) = command.get("run").and_then(Value::as_array) else { continue };
        if !run.first().and_then(Value::as_str).is_some_and(|program| program.starts_with('/')) {
            let remedy = Remedy::from("write the whole path first, and each argument by itself: ");
            let remedy = remedy.line(["run"], Proposed::list(["/usr/local/bin/deliver", "--quiet"]));
            inspection.fault_told("does not begin with the whole path of a program", &remedy, &at("run"));
        }
    }
}

/// The typed form. The inspection has checked all that serde would, so that `None` is a fault of
/// ours; serde's own words are not shown, as they may hold a value.
fn typed(mut tree: Map<String, Value>) -> Option<(Config, Manifest)> {
    let mut declared = Map::new();
    for key in ["groups", "people", "apps"] {
        declared.extend(tree.remove_entry(key));
    }
    let Declared { groups, people, apps } = serde_json::from_value(Value::Object(declared)).ok()?;
    let config = serde_json::from_value(Value::Object(tree)).ok()?;
    Some((config, Manifest { groups, people, apps }))
}

fn unreadable(home: &Place) -> Mistake {
    let what = "cannot be read although nothing is wrong in it; this is a fault of Doorstep";
    Mistake::new(home.clone(), what, None)
}
