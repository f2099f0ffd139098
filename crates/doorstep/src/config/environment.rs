//! Settings from the environment: `DOORSTEP_DATABASE_URL` for `url` in `[database]`, and
//! `DOORSTEP_DATABASE_URL_FILE` for a file that holds the value.
//!
//! Every leaf of the schema has both. A `DOORSTEP_` variable that is neither is a mistake, unless
//! Kubernetes set it for a Service of the same name.

use super::document::{Site, Sites};
use super::mistake::{Mistake, Place};
use super::schema::{Leaf, expected};
use super::secret_file;
use doorstep_onboard::mistake::nearest;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const PREFIX: &str = "DOORSTEP_";
/// Names the configuration file itself.
pub(crate) const CONFIG: &str = "DOORSTEP_CONFIG";

/// The variables of this process. A value that is not UTF-8 keeps a mark that is refused later.
pub fn of_process() -> BTreeMap<String, String> {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
}

/// The variable of a setting.
pub(crate) fn name(path: &[String]) -> String {
    format!("{PREFIX}{}", path.join("_").to_ascii_uppercase())
}

/// What the environment says.
#[derive(Default)]
pub(crate) struct Overrides {
    /// The values that differ from the file's, by path.
    pub(crate) values: Vec<(Vec<String>, Value, Site)>,
    /// The files that values were read from.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) mistakes: Vec<Mistake>,
}

/// Reads the overrides for all leaves. Relative `_FILE` paths start at `base`.
pub(crate) fn read(env: &BTreeMap<String, String>, leaves: &[Leaf], base: &Path) -> Overrides {
    let mut out = Overrides::default();
    let mut known = vec![CONFIG.to_owned()];
    for leaf in leaves {
        let plain = name(&leaf.path);
        let from_file = format!("{plain}_FILE");
        match (env.get(&plain), env.get(&from_file)) {
            (Some(_), Some(_)) => {
                let what = format!("is set, and so is {from_file}");
                out.tell(&plain, what, Some("keep one of them".to_owned()));
            }
            (Some(value), None) => out.take(leaf, &plain, value),
            (None, Some(path)) => {
                let path = base.join(path);
                match secret_file::read(&path) {
                    Ok(value) => out.take(leaf, &from_file, value.expose()),
                    Err(fault) => out.tell(&from_file, fault.what, fault.remedy),
                }
                out.files.push(path);
            }
            (None, None) => {}
        }
        known.extend([plain, from_file]);
    }
    for unknown in env.keys().filter(|name| name.starts_with(PREFIX) && !known.contains(name)) {
        if !is_service_link(unknown, env) {
            let short = |name: &str| name.trim_start_matches(PREFIX).to_owned();
            let names: Vec<String> = known.iter().map(|name| short(name)).collect();
            let remedy = match nearest(&short(unknown), names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {PREFIX}{near}?"),
                None => "doorstep config show names the settings".to_owned(),
            };
            out.tell(unknown, "is not a setting".to_owned(), Some(remedy));
        }
    }
    out
}

impl Overrides {
    fn take(&mut self, leaf: &Leaf, variable: &str, text: &str) {
        if text.is_empty() {
            return self.tell(variable, "is empty".to_owned(), Some("unset it, or give it a value".to_owned()));
        }
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return self.tell(variable, "is not UTF-8".to_owned(), None);
        }
        let place = Place::Env(variable.to_owned());
        let site = Site { key: place.clone(), value: place };
        self.values.push((leaf.path.clone(), typed(&leaf.schema, text), site));
    }

    fn tell(&mut self, variable: &str, what: String, remedy: Option<String>) {
        self.mistakes.push(Mistake::new(Place::Env(variable.to_owned()), what, remedy));
    }
}

/// A text as the type that the setting has; as text when it is not of that type, which the
/// inspection then reports.
fn typed(schema: &Value, text: &str) -> Value {
    let kinds = expected(schema);
    if kinds.contains(&"array") {
        return text.split(',').map(|entry| Value::String(entry.trim().to_owned())).collect();
    }
    if kinds.contains(&"boolean")
        && let Ok(yes) = text.parse::<bool>()
    {
        return Value::Bool(yes);
    }
    if kinds.contains(&"integer")
        && let Ok(number) = text.parse::<i64>()
    {
        return Value::from(number);
    }
    Value::String(text.to_owned())
}

/// Puts overrides over what the file says.
pub(crate) fn apply(values: Vec<(Vec<String>, Value, Site)>, tree: &mut Map<String, Value>, sites: &mut Sites) {
    for (path, value, site) in values {
        if set(tree, &path, value) {
            // Entries of a list that the file had are no longer there.
            sites.retain(|known, _| !known.starts_with(&path));
            for index in 0..entries(tree, &path) {
                let entry = path.iter().cloned().chain([index.to_string()]).collect();
                sites.insert(entry, site.clone());
            }
            sites.insert(path, site);
        }
    }
}

/// Sets a value by path, making the tables on the way. `false` when something else is in the way.
pub(crate) fn set(tree: &mut Map<String, Value>, path: &[String], value: Value) -> bool {
    match path {
        [] => false,
        [last] => {
            tree.insert(last.clone(), value);
            true
        }
        [first, rest @ ..] => match tree.entry(first.clone()).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(inner) => set(inner, rest, value),
            _ => false,
        },
    }
}

fn entries(tree: &Map<String, Value>, path: &[String]) -> usize {
    let Some((first, rest)) = path.split_first() else { return 0 };
    let value = rest.iter().try_fold(tree.get(first), |value, key| Some(value?.get(key)));
    value.flatten().and_then(Value::as_array).map_or(0, Vec::len)
}

/// Kubernetes gives every pod the addresses of the Services in its namespace, so that a Service
/// called `doorstep` sets `DOORSTEP_PORT`, `DOORSTEP_SERVICE_HOST` and more.
fn is_service_link(variable: &str, env: &BTreeMap<String, String>) -> bool {
    let services = env.keys().filter_map(|name| name.strip_suffix("_SERVICE_HOST"));
    services.filter_map(|service| variable.strip_prefix(service)).any(|rest| {
        matches!(rest, "_SERVICE_HOST" | "_SERVICE_PORT" | "_PORT")
            || rest.starts_with("_SERVICE_PORT_")
            || rest.strip_prefix("_PORT_").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}
