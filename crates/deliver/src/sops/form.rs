//! The forms of a file: JSON, YAML, variables, INI, and one text as JSON.

use super::cipher::Closing;
use crate::age::{BEGIN, enarmor};
use doorstep_onboard::delivery::Rendered;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt::Write, path::Path};

/// Under which its metadata stands.
const MEMBER: &str = "sops";
/// The same, among variables.
const LINE: &str = "sops_";
/// What names a copy of the key among lines: `age__list_0__map_enc`.
const LIST: &str = "age__list_";
const ITEM: &str = "__map_";
/// What stands in no section of INI.
const DEFAULT: &str = "DEFAULT";

/// The form, by the name of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Env,
    Ini,
    Json,
    Yaml,
    /// One text.
    Binary,
}

/// What is in a file.
pub(super) struct Parts {
    pub(super) tree: Value,
    pub(super) metadata: Metadata,
}

/// What sops keeps under `sops`.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Metadata {
    /// The instance's own first, when it is one of ours.
    pub(super) age: Vec<Key>,
    #[serde(default)]
    pub(super) lastmodified: String,
    #[serde(default)]
    pub(super) mac: String,
    #[serde(default)]
    pub(super) unencrypted_suffix: String,
    #[serde(default)]
    pub(super) version: String,
    /// What we never write.
    #[serde(flatten)]
    pub(super) rest: Map<String, Value>,
}

/// The key of the file, for one recipient.
#[derive(Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) recipient: String,
    pub(super) enc: String,
}

/// A delivery that is not closed yet.
pub(super) struct Open(Value);

impl Open {
    /// A key that a file of SOPS cannot have, because its own metadata stands there.
    pub(super) fn reserved(&self, shape: Shape) -> Option<&str> {
        let taken = |key: &&String| if shape == Shape::Env { key.starts_with(LINE) } else { *key == MEMBER };
        self.0.as_object()?.keys().find(taken).map(String::as_str)
    }

    pub(super) fn closed(mut self, closing: &mut Closing<'_>) -> Option<Value> {
        closing.close(&mut self.0, &mut Vec::new())?;
        Some(self.0)
    }
}

impl Shape {
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("env") => Self::Env,
            Some("ini") => Self::Ini,
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ => Self::Binary,
        }
    }

    /// What is delivered, in this form. A file of variables keeps values as their readers expect them, in quotes too.
    pub(super) fn tree(self, wanted: &Rendered) -> Option<Open> {
        let text = wanted.text.expose().as_str();
        let variables = wanted.file.rsplit('.').next() == Some("env");
        let one = |key: &str, value: &str| (key.to_owned(), Value::String(value.to_owned()));
        Some(Open(match self {
            Self::Env => {
                let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
                let pairs = lines.map(|line| line.split_once('=').map(|(key, value)| one(key, value)));
                Value::Object(pairs.collect::<Option<_>>()?)
            }
            Self::Ini => Value::Object(sections(text)),
            Self::Json | Self::Yaml if variables => {
                let pairs = wanted.values.iter().map(|pair| one(&pair.key, pair.value.expose()));
                Value::Object(pairs.collect())
            }
            Self::Json => serde_json::from_str(text).ok()?,
            Self::Yaml => serde_saphyr::from_str(text).ok()?,
            Self::Binary => Value::Object(Map::from_iter([one("data", text)])),
        }))
    }

    /// The whole file. What says whose it is stands first, so that the rest of a file that was cut off is known.
    pub(super) fn write(self, parts: &Parts) -> Option<String> {
        let members = parts.tree.as_object()?;
        match self {
            Self::Env => return Some(lines(&parts.metadata, members)),
            Self::Ini => return Some(ini(&parts.metadata, members)),
            Self::Json | Self::Yaml | Self::Binary => {}
        }
        let mut whole = Map::new();
        whole.insert(MEMBER.to_owned(), serde_json::to_value(&parts.metadata).ok()?);
        whole.extend(members.clone());
        match self {
            Self::Yaml => serde_saphyr::to_string(&whole).ok(),
            _ => serde_json::to_string_pretty(&whole).ok().map(|text| text + "\n"),
        }
    }
}

impl Shape {
    /// How a file begins whose first copy of the key is for this recipient, up to that copy.
    pub(super) fn beginning(self, own: &str) -> Option<String> {
        // Of several lines, as the real one is.
        let first = Key { recipient: own.to_owned(), enc: enarmor(&[]) };
        let metadata = Metadata { age: vec![first], ..Metadata::default() };
        let whole = self.write(&Parts { tree: Value::Object(Map::new()), metadata })?;
        let (before, _) = whole.split_once(BEGIN)?;
        Some(format!("{before}{BEGIN}"))
    }
}

/// Metadata as lines, by names as `stores/flatten.go` makes them.
fn flat(metadata: &Metadata) -> Vec<(String, String)> {
    let mut flat = Vec::new();
    for (at, key) in metadata.age.iter().enumerate() {
        flat.push((format!("{LIST}{at}{ITEM}recipient"), key.recipient.clone()));
        flat.push((format!("{LIST}{at}{ITEM}enc"), key.enc.clone()));
    }
    let Metadata { lastmodified, mac, unencrypted_suffix, version, .. } = metadata;
    let rest = [
        ("lastmodified", lastmodified),
        ("mac", mac),
        ("unencrypted_suffix", unencrypted_suffix),
        ("version", version),
    ];
    flat.extend(rest.map(|(name, value)| (name.to_owned(), value.clone())));
    flat.into_iter().map(|(name, value)| (name, value.replace('\n', "\\n"))).collect()
}

fn lines(metadata: &Metadata, members: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in flat(metadata) {
        let _ = writeln!(out, "{LINE}{name}={value}");
    }
    for (key, value) in members {
        let _ = writeln!(out, "{key}={}", value.as_str().unwrap_or_default().replace('\n', "\\n"));
    }
    out
}

/// As `stores/ini/store.go` has it: the metadata is a section, and what stands in none is one called `DEFAULT`.
fn ini(metadata: &Metadata, members: &Map<String, Value>) -> String {
    let mut out = format!("[{MEMBER}]\n");
    for (name, value) in flat(metadata) {
        let _ = writeln!(out, "{name} = {value}");
    }
    for (section, values) in members {
        let _ = writeln!(out, "\n[{section}]");
        for (key, value) in values.as_object().into_iter().flatten() {
            let _ = writeln!(out, "{key} = {}", value.as_str().unwrap_or_default());
        }
    }
    out
}

/// The sections of a text in INI. A line that is none of its lines is a member by itself, in plain.
fn sections(text: &str) -> Map<String, Value> {
    let (mut sections, mut here) = (Map::new(), DEFAULT);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            here = name;
            sections.entry(name).or_insert_with(|| Value::Object(Map::new()));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            sections.insert(line.to_owned(), Value::Bool(true));
            continue;
        };
        let section = sections.entry(here).or_insert_with(|| Value::Object(Map::new()));
        if let Some(section) = section.as_object_mut() {
            section.insert(key.trim().to_owned(), Value::String(value.trim().to_owned()));
        }
    }
    sections
}

/// What [`flat`] made lines of.
fn unflat(lines: impl Iterator<Item = (String, String)>) -> Option<Metadata> {
    let mut metadata = Map::new();
    let mut age: BTreeMap<usize, Map<String, Value>> = BTreeMap::new();
    for (name, value) in lines {
        let value = Value::String(value.replace("\\n", "\n"));
        match name.strip_prefix(LIST).and_then(|rest| rest.split_once(ITEM)) {
            Some((at, name)) => age.entry(at.parse().ok()?).or_default().insert(name.to_owned(), value),
            None => metadata.insert(name, value),
        };
    }
    metadata.insert("age".to_owned(), age.into_values().map(Value::Object).collect());
    serde_json::from_value(Value::Object(metadata)).ok()
}

impl Parts {
    /// Reads a file of any form; `None` when it is none of SOPS.
    pub(super) fn read(text: &str) -> Option<Self> {
        let tree = if text.starts_with('{') {
            serde_json::from_str::<Map<String, Value>>(text).ok()
        } else {
            serde_saphyr::from_str::<Map<String, Value>>(text).ok()
        };
        // Lines are no document of either kind.
        let Some(mut tree) = tree else {
            let head = format!("[{MEMBER}]");
            return if text.lines().any(|line| line == head) { Self::of_ini(text) } else { Self::of_lines(text) };
        };
        let metadata = serde_json::from_value(tree.shift_remove(MEMBER)?).ok()?;
        Some(Self { tree: Value::Object(tree), metadata })
    }

    fn of_ini(text: &str) -> Option<Self> {
        let mut tree = sections(text);
        let Value::Object(metadata) = tree.shift_remove(MEMBER)? else { return None };
        let metadata = metadata.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
        // `sops` writes none, and nor do we.
        if let Some(comment) = text.lines().find(|line| line.trim_start().starts_with(['#', ';'])) {
            tree.insert(comment.to_owned(), Value::Bool(true));
        }
        Some(Self { tree: Value::Object(tree), metadata: unflat(metadata)? })
    }

    fn of_lines(text: &str) -> Option<Self> {
        let (mut tree, mut metadata) = (Map::new(), Vec::new());
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
                // We write no such line: it is in plain, and so does not fit.
                tree.insert(line.to_owned(), Value::Bool(true));
                continue;
            };
            match key.strip_prefix(LINE) {
                Some(name) => metadata.push((name.to_owned(), value.to_owned())),
                None => drop(tree.insert(key.to_owned(), Value::String(value.replace("\\n", "\n")))),
            }
        }
        Some(Self { tree: Value::Object(tree), metadata: unflat(metadata.into_iter())? })
    }
}
