//! Checks what was written against the JSON Schema: keys, types, words, ranges and formats.
//!
//! Paths in values are taken from the base folder on the way. Knows no key by name, and adds no
//! rule that the schema does not state.

use super::document::Sites;
use super::form;
use super::language::{Language, dotted, in_language_of, language_of};
use super::mistake::{Mistake, Place};
use super::schema::{self, Leaf};
use super::value::{Fault, Format};
use doorstep_onboard::mistake::nearest;
use doorstep_onboard::remedy::Remedy;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// One walk over the whole configuration.
pub(crate) struct Inspection<'a> {
    pub(crate) sites: &'a Sites,
    /// Where a mistake is reported that has no place of its own.
    pub(crate) home: Place,
    /// The folder that relative paths start at.
    pub(crate) base: &'a Path,
    /// The settings, to say where a misplaced key belongs.
    pub(crate) leaves: &'a [Leaf],
    /// The files that everyone can read, with their mode.
    pub(crate) open_files: &'a HashMap<String, u32>,
    pub(crate) mistakes: Vec<Mistake>,
    /// Where the writing itself is at fault.
    pub(crate) written_wrong: HashSet<Place>,
    /// What they are about.
    pub(crate) wrong: Vec<Vec<String>>,
}

impl Inspection<'_> {
    /// Checks `value`, which stands at `path`.
    pub(crate) fn walk(&mut self, schema: &Value, value: &mut Value, path: &mut Vec<String>) {
        let words = schema::words(schema);
        let alternatives = schema::alternatives(schema);
        let Some(schema) = alternatives.into_iter().find(|one| takes(one, value)) else {
            let place = self.value_place(path);
            let language = language_of(&place);
            let (wanted, found) = (form::expectation(schema, language), form::found(value, language));
            let what = format!("{} expects {wanted}, found {found}", subject(path, language));
            let remedy = form::remedy(schema, value, path, language);
            return self.tell(path, place, what, remedy);
        };
        match value {
            Value::Object(table) => self.table(schema, table, path),
            Value::Array(list) => {
                for (index, entry) in list.iter_mut().enumerate() {
                    path.push(index.to_string());
                    if let Some(items) = schema.get("items") {
                        self.walk(items, entry, path);
                    }
                    path.pop();
                }
            }
            Value::String(text) if !words.is_empty() => self.word(&words, text, path),
            Value::String(text) => self.text(schema, text, path),
            Value::Number(number) => {
                if let Some(fault) = schema::out_of_range(schema, number) {
                    self.fault(&fault, path);
                }
            }
            Value::Bool(_) | Value::Null => {}
        }
    }

    fn table(&mut self, schema: &Value, table: &mut Map<String, Value>, path: &mut Vec<String>) {
        let named = schema::properties(schema);
        let others = schema.get("additionalProperties");
        for (key, value) in table.iter_mut() {
            path.push(key.clone());
            if let Some(schema) = named.and_then(|named| named.get(key)) {
                self.walk(schema, value, path);
            } else if others == Some(&Value::Bool(false)) {
                self.unknown(named, path);
            } else if let Some(schema) = others.filter(|others| others.is_object()) {
                self.walk(schema, value, path);
            }
            path.pop();
        }
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !table.contains_key(key) {
                self.missing(named.and_then(|named| named.get(key)), key, path);
            }
        }
    }

    fn word(&mut self, words: &[&str], text: &str, path: &[String]) {
        if !words.contains(&text) {
            let remedy = nearest(text, words.iter().copied())
                .map_or_else(|| format!("write one of {}", words.join(", ")), |word| format!("did you mean `{word}`?"));
            self.fault(&Fault::new("is not one of the values that it can have", remedy), path);
        }
    }

    fn text(&mut self, schema: &Value, text: &mut String, path: &[String]) {
        let name = schema.get("format").and_then(Value::as_str);
        let Some(format) = name.and_then(Format::named) else { return };
        match (format.settle)(text, self.base) {
            Err(fault) => self.fault(&fault, path),
            Ok(settled) => {
                if (format.is_secret)(text) {
                    self.guard_secret(path);
                }
                *text = settled;
            }
        }
    }

    /// Security row 118: a secret does not stand in a file that everyone can read.
    fn guard_secret(&mut self, path: &[String]) {
        let place = self.value_place(path);
        let Place::File { file, .. } = &place else { return };
        if let Some(mode) = self.open_files.get(file) {
            let subject = subject(path, language_of(&place));
            let what = format!("{subject} holds a secret, and everyone can read this file (mode {mode:03o})");
            let remedy =
                format!("chmod 600 {file}, or name a file of the secret in {}_FILE", super::environment::name(path));
            self.tell(path, place, what, Some(remedy));
        }
    }

    fn unknown(&mut self, named: Option<&Map<String, Value>>, path: &[String]) {
        let Some((key, table)) = path.split_last() else { return };
        let known: Vec<&str> = named.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        let place = self.sites.get(path).map_or_else(|| self.home.clone(), |site| site.key.clone());
        let language = language_of(&place);
        let remedy = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => match self.leaves.iter().find(|leaf| leaf.path.last() == Some(key)) {
                Some(leaf) if leaf.path.len() == 1 => {
                    let before = if language == Some(Language::Toml) { ", before any [table]" } else { "" };
                    format!("`{key}` belongs at the top of the file{before}")
                }
                Some(leaf) => {
                    format!("`{key}` belongs{}", within(leaf.path.split_last().map_or(&[], |(_, t)| t), language))
                }
                None => format!("known keys: {}", known.join(", ")),
            },
        };
        self.tell(path, place, format!("unknown key `{key}`{}", within(table, language)), Some(remedy));
    }

    fn missing(&mut self, schema: Option<&Value>, key: &str, path: &[String]) {
        let text = |name: &str| schema.and_then(|schema| schema.get(name));
        let example = text("examples").and_then(|examples| examples.get(0)).and_then(Value::as_str);
        // A table that only the environment speaks of has no line.
        let inside =
            || self.sites.iter().filter(|(known, _)| !path.is_empty() && known.starts_with(path)).map(|(_, site)| site);
        let site = self.sites.get(path).or_else(|| inside().min_by(|a, b| a.key.cmp(&b.key)));
        let place = site.map_or_else(|| self.home.clone(), |site| site.key.clone().line_only());
        let language = language_of(&place);
        let remedy = match example {
            Some(example) => {
                let assigned = language.unwrap_or(Language::Toml).assigned(key, &format!("{example:?}"));
                Some(format!("add {assigned}"))
            }
            None => text("description").and_then(Value::as_str).map(str::to_owned),
        };
        let at: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
        self.tell(&at, place, format!("`{key}` is missing{}", within(path, language)), remedy);
    }

    /// Tells of a value that is not what its kind asks for.
    pub(crate) fn fault(&mut self, fault: &Fault, path: &[String]) {
        let place = self.value_place(path);
        let subject = subject(path, language_of(&place));
        self.tell(path, place, format!("{subject} {}", fault.what), fault.remedy.clone());
    }

    /// [`Self::fault`], where the remedy shows what to write.
    pub(crate) fn fault_told(&mut self, what: &str, remedy: &Remedy, path: &[String]) {
        let remedy = in_language_of(&self.value_place(path), remedy);
        self.fault(&Fault::new(what, remedy), path);
    }

    /// Where something was wrong with the writing itself, that is told and nothing else.
    fn tell(&mut self, path: &[String], place: Place, what: String, remedy: Option<String>) {
        self.wrong.push(path.to_vec());
        if !self.written_wrong.contains(&place) {
            self.mistakes.push(Mistake::new(place, what, remedy));
        }
    }

    fn value_place(&self, path: &[String]) -> Place {
        self.sites.get(path).map_or_else(|| self.home.clone(), |site| site.value.clone())
    }
}

/// Whether a schema takes a value of this type at all.
fn takes(schema: &Value, value: &Value) -> bool {
    let Some(kind) = schema.get("type").and_then(Value::as_str) else { return true };
    match value {
        Value::Object(_) => kind == "object",
        Value::Array(_) => kind == "array",
        Value::String(_) => kind == "string",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) => kind == "number" || (kind == "integer" && number.is_i64()),
        Value::Null => false,
    }
}

/// What a sentence about this path begins with.
pub(crate) fn subject(path: &[String], language: Option<Language>) -> String {
    let Some((last, table)) = path.split_last() else { return "the file".to_owned() };
    match (last.parse::<usize>(), table.split_last()) {
        (Ok(index), Some((name, outer))) => format!("entry {} of `{name}`{}", index + 1, within(outer, language)),
        _ => format!("`{last}`{}", within(table, language)),
    }
}

/// ` in [apps.grafana]`, nothing at the top.
fn within(table: &[String], language: Option<Language>) -> String {
    let language = language.unwrap_or(Language::Toml);
    match table.split_last() {
        None => String::new(),
        Some((last, before)) if last.parse::<usize>().is_ok() && !before.is_empty() && language == Language::Toml => {
            format!(" in [[{}]]", dotted(before))
        }
        Some(_) => format!(" in {}", language.path(table)),
    }
}
