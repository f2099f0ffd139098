//! Every effective value with its origin, masked where it is secret: what `doorstep config show` prints.

use super::document::{Site, Sites};
use super::language::dotted;
use super::mistake::Place;
use super::schema;
use super::value::Format;
use doorstep_core::secret::SecretHash;
use serde_json::{Map, Value};

/// One setting as it takes effect.
#[derive(Clone)]
pub struct Effective {
    /// The key with its tables: `database.url`.
    pub key: String,
    /// The value, masked; `None` when it is not set and has no default.
    pub value: Option<Value>,
    /// Where the value comes from.
    pub origin: Origin,
    declared: bool,
    hash: SecretHash,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody wrote it.
    Default,
    /// It was written there.
    Written(Place),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Written(place) => place.clone().line_only().fmt(f),
        }
    }
}

impl Effective {
    /// Whether this is part of a group or an app.
    pub const fn is_declared(&self) -> bool {
        self.declared
    }
    /// Whether the unmasked values are equal.
    pub fn same_value(&self, other: &Self) -> bool {
        self.key == other.key && self.hash == other.hash
    }
}

/// Lists a whole configuration: settings in the order of the schema, then groups and apps as written.
pub(crate) fn list(schema: &Value, tree: &Map<String, Value>, sites: &Sites) -> Vec<Effective> {
    let mut lister = Lister { sites, found: Vec::new() };
    lister.named(schema, Some(tree), &mut Vec::new());
    lister.found
}

struct Lister<'a> {
    sites: &'a Sites,
    found: Vec<Effective>,
}

impl Lister<'_> {
    fn named(&mut self, schema: &Value, table: Option<&Map<String, Value>>, path: &mut Vec<String>) {
        for (key, schema) in schema::properties(schema).into_iter().flatten() {
            path.push(key.clone());
            let value = table.and_then(|table| table.get(key));
            if schema::properties(schema).is_some() {
                self.named(schema, value.and_then(Value::as_object), path);
            } else if let Some(Value::Object(entries)) = value {
                self.entries(schema, entries, path);
            } else if value.is_some() || !(is_declared(path) || schema::expected(schema) == ["object"]) {
                self.leaf(schema, value, path);
            }
            path.pop();
        }
    }

    /// A table whose keys are names: groups, apps, roles.
    fn entries(&mut self, schema: &Value, entries: &Map<String, Value>, path: &mut Vec<String>) {
        let each = schema.get("additionalProperties").unwrap_or(&Value::Null);
        for (key, value) in entries {
            path.push(key.clone());
            match value {
                Value::Object(inner) if schema::properties(each).is_some() => self.named(each, Some(inner), path),
                value => self.leaf(each, Some(value), path),
            }
            path.pop();
        }
    }

    fn leaf(&mut self, schema: &Value, value: Option<&Value>, path: &[String]) {
        let origin = self.sites.get(path).map_or(Origin::Default, |site: &Site| Origin::Written(site.key.clone()));
        let text = value.map(Value::to_string).unwrap_or_default();
        self.found.push(Effective {
            key: dotted(path),
            value: value.map(|value| shown(schema, value)),
            origin,
            declared: is_declared(path),
            hash: SecretHash::labelled("setting", text.as_bytes()),
        });
    }
}

pub(crate) fn is_declared(path: &[String]) -> bool {
    matches!(path.first().map(String::as_str), Some("groups" | "people" | "apps"))
}

/// A value as it may be shown: its format decides.
fn shown(schema: &Value, value: &Value) -> Value {
    let format = schema.get("format").and_then(Value::as_str).and_then(Format::named);
    match (value, format) {
        (Value::String(text), Some(format)) => Value::String((format.shown)(text)),
        (Value::Array(list), _) => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            list.iter().map(|entry| shown(items, entry)).collect()
        }
        _ => value.clone(),
    }
}
