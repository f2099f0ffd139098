//! The configuration: read once from `doorstep.toml`, `apps.d/*.toml` and the environment.
//!
//! [`load`] is the only way in. It takes everything or nothing: a mistake anywhere, and no part of
//! the configuration exists; all mistakes are told at once, each with its place. The environment
//! wins over the file. Whether groups and apps make sense together is decided in
//! `doorstep-onboard`; [`Loaded::place_of`] gives its mistakes their place.

mod defaults;
mod document;
pub mod effective;
pub mod environment;
mod inspect;
mod mistake;
pub mod schema;
pub mod secret_file;
mod settings;
mod sources;
mod value;

#[cfg(test)]
mod tests;

pub use effective::{Effective, Origin};
pub use mistake::{Mistake, Mistakes, Place};
pub use settings::{Audit, Config, Database, ForwardAuth, Log, LogFormat, LogLevel, Session, SignIn, Tls, Tokens};
pub use sources::Sources;
pub use value::{DatabaseUrl, Fault, Issuer, Keep, Lifetime, Listen, RootKey, TrustedProxies, TrustedProxy};

use document::Sites;
use doorstep_core::secret::SecretHash;
use doorstep_onboard::manifest::Manifest;
use inspect::Inspection;
use serde_json::{Map, Value};
use settings::Declared;
use sources::Written;
use std::path::PathBuf;

/// A configuration without mistakes.
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Groups and apps.
    pub manifest: Manifest,
    /// What was read, and the folder in which a new file would count, there or not: to watch for changes.
    pub files: Vec<PathBuf>,
    /// Differs when anything that was read differs.
    pub fingerprint: Fingerprint,
    effective: Vec<Effective>,
    sites: Sites,
    home: Place,
}

/// Stands for all that was read. Not printable: secrets are part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(SecretHash);

/// Reads the configuration.
pub fn load(sources: &Sources) -> Result<Loaded, Mistakes> {
    let schema = schema::of_config();
    let leaves = schema::leaves(&schema);
    let mut written = sources::read(sources, &leaves)?;
    defaults::fill(&schema, &mut written.tree);
    let mut inspection = Inspection {
        sites: &written.sites,
        home: written.home.clone(),
        base: &written.base,
        leaves: &leaves,
        open_files: &written.open_files,
        mistakes: std::mem::take(&mut written.mistakes),
    };
    let mut tree = Value::Object(std::mem::take(&mut written.tree));
    inspection.walk(&schema, &mut tree, &mut Vec::new());
    let Value::Object(mut tree) = tree else { return Err(Mistakes::one(unreadable(&written.home))) };
    conflicts(&mut inspection, &tree);
    if let Some(mistakes) = Mistakes::collect(inspection.mistakes) {
        return Err(mistakes);
    }
    defaults::derive(&mut tree, &written.base);
    let effective = effective::list(&schema, &tree, &written.sites);
    let (config, manifest) = typed(tree).ok_or_else(|| Mistakes::one(unreadable(&written.home)))?;
    let Written { files, fingerprint, sites, home, .. } = written;
    Ok(Loaded { config, manifest, files, fingerprint: Fingerprint(fingerprint), effective, sites, home })
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

    /// The mistakes that `doorstep-onboard` found in groups and apps, each with its place. `None` when
    /// there are none.
    pub fn placed(&self, found: &[doorstep_onboard::mistake::Mistake]) -> Option<Mistakes> {
        let place = |keys: &[String]| self.place_of(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        Mistakes::collect(found.iter().map(|one| Mistake::new(place(&one.at.0), one.what.as_str(), one.mend.clone())))
    }

    /// The settings whose value differs from `before`, as dotted keys; groups and apps not among them.
    pub fn changed_settings(&self, before: &Self) -> Vec<String> {
        let settings = |loaded: &Self| -> Vec<Effective> {
            loaded.effective.iter().filter(|one| !one.is_declared()).cloned().collect()
        };
        let (now, then) = (settings(self), settings(before));
        now.iter().zip(&then).filter(|(a, b)| !a.same_value(b)).map(|(one, _)| one.key.clone()).collect()
    }

    fn is_table(&self, path: &[String]) -> bool {
        self.sites.keys().any(|known| known.len() > path.len() && known.starts_with(path))
    }
}

/// Rules between settings, which no schema states.
fn conflicts(inspection: &mut Inspection<'_>, tree: &Map<String, Value>) {
    let path = |keys: &[&str]| -> Vec<String> { keys.iter().map(|key| (*key).to_owned()).collect() };
    let lifetime = |key: &str| tree.get("session")?.get(key)?.as_str()?.parse::<Lifetime>().ok();
    if let (Some(idle), Some(absolute)) = (lifetime("idle"), lifetime("absolute"))
        && idle > absolute
    {
        let mend = "make `absolute` longer, or `idle` shorter";
        inspection.fault(&Fault::new("is longer than `absolute`", mend), &path(&["session", "idle"]));
    }
    if tree.contains_key("root_key") && tree.contains_key("root_key_path") {
        let other =
            inspection.sites.get(&path(&["root_key_path"])).map(|site| site.key.to_string()).unwrap_or_default();
        let fault = Fault::new(format!("is given, and a file for it in {other}"), "keep one of them");
        inspection.fault(&fault, &path(&["root_key"]));
    }
}

/// The typed form. The inspection has checked all that serde would, so that `None` is a fault of
/// ours; serde's own words are not told, as they may hold a value.
fn typed(mut tree: Map<String, Value>) -> Option<(Config, Manifest)> {
    let mut declared = Map::new();
    for key in ["groups", "apps"] {
        declared.extend(tree.remove_entry(key));
    }
    let Declared { groups, apps } = serde_json::from_value(Value::Object(declared)).ok()?;
    let config = serde_json::from_value(Value::Object(tree)).ok()?;
    Some((config, Manifest { groups, apps }))
}

fn unreadable(home: &Place) -> Mistake {
    let what = "cannot be read although nothing is wrong in it; this is a fault of Doorstep";
    Mistake::new(home.clone(), what, None)
}
