//! The JSON Schema (draft 2020-12) of the configuration: the one list of valid keys.
//!
//! Editors complete from it, the walker checks against it, and the environment variables are its
//! leaves. Nothing here knows a key by name, except those whose default is worked out.

use super::document::SCHEMA;
use super::settings::{Config, Declared};
use super::value::Fault;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Keys that are always set, but whose default depends on others: see `defaults`.
pub(crate) const DERIVED: [&[&str]; 4] = [&["name"], &["data_dir"], &["root_key_path"], &["database", "url"]];

/// A setting with one value: not a table of further settings.
pub(crate) struct Leaf {
    pub(crate) path: Vec<String>,
    pub(crate) schema: Value,
}

static OF_CONFIG: LazyLock<Value> = LazyLock::new(make);

/// The schema of a whole configuration file: made once, when it is first needed.
pub fn of_config() -> &'static Value {
    &OF_CONFIG
}

fn make() -> Value {
    let mut root = generate::<Config>();
    for path in DERIVED {
        make_optional(&mut root, path);
    }
    let declared = of_declared();
    if let (Some(Value::Object(into)), Some(Value::Object(from))) =
        (root.get_mut("properties"), declared.get("properties"))
    {
        into.extend(from.clone());
    }
    if let Some(root) = root.as_object_mut() {
        root.insert("title".to_owned(), "The configuration of Doorstep".into());
    }
    root
}

/// The schema of a file in `apps_dir`.
pub(crate) fn of_declared() -> Value {
    let mut root = generate::<Declared>();
    if let Some(root) = root.as_object_mut() {
        root.insert("title".to_owned(), "Groups, people and apps of Doorstep".into());
    }
    root
}

/// The schema as editors get it, of the file or of those in `apps_dir`: it takes the key by which a file names it, too.
pub fn for_editors(of_apps: bool) -> Value {
    let mut root = if of_apps { of_declared() } else { of_config().clone() };
    if let Some(Value::Object(keys)) = root.get_mut("properties") {
        let named = json!({ "type": "string", "description": "Where this schema is, for editors." });
        keys.insert(SCHEMA.to_owned(), named);
    }
    root
}

/// Every leaf of the settings, in the order of the structs. Apps and groups have names of their own
/// and are no leaves.
pub(crate) fn leaves(schema: &Value) -> Vec<Leaf> {
    fn walk(schema: &Value, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
        for (key, schema) in properties(schema).into_iter().flatten() {
            path.push(key.clone());
            if properties(schema).is_some() {
                walk(schema, path, found);
            } else if expected(schema).iter().any(|kind| *kind != "object") {
                found.push(Leaf { path: path.clone(), schema: schema.clone() });
            }
            path.pop();
        }
    }
    let mut found = Vec::new();
    walk(schema, &mut Vec::new(), &mut found);
    found
}

/// The named members of a table.
pub(crate) fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

/// The alternatives of a schema; itself when there are none.
pub(crate) fn alternatives(schema: &Value) -> Vec<&Value> {
    let several = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    several.map_or_else(|| vec![schema], |several| several.iter().collect())
}

/// The JSON types that a schema takes.
pub(crate) fn expected(schema: &Value) -> Vec<&str> {
    alternatives(schema).into_iter().filter_map(|one| one.get("type").and_then(Value::as_str)).collect()
}

/// The words that a schema takes; empty when it takes any.
pub(crate) fn words(schema: &Value) -> Vec<&str> {
    let several = alternatives(schema).into_iter();
    several
        .flat_map(|one| {
            one.get("enum")
                .and_then(Value::as_array)
                .map_or_else(|| one.get("const").into_iter().collect(), |words| words.iter().collect::<Vec<_>>())
        })
        .filter_map(Value::as_str)
        .collect()
}

/// A number outside the range that the schema gives.
pub(crate) fn out_of_range(schema: &Value, number: &serde_json::Number) -> Option<Fault> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let value = number.as_f64()?;
    let least = bound("minimum").unwrap_or(f64::MIN);
    let most = bound("maximum").unwrap_or(f64::MAX);
    (value < least || value > most)
        .then(|| Fault::new("is out of range", format!("write a number from {least} to {most}")))
}

fn generate<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.with_transform(without_null).into_generator().into_root_schema_for::<T>();
    schema.to_value()
}

/// TOML has no null: an optional setting is left out. An example that is not there neither.
fn without_null(schema: &mut Schema) {
    schemars::transform::transform_subschemas(&mut without_null, schema);
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(several)) = object.get_mut("anyOf") {
        several.retain(|one| one.get("type") != Some(&"null".into()));
        if let [Value::Object(only)] = several.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (key, value) in only {
                object.entry(key).or_insert(value);
            }
        }
    }
    object.retain(|key, value| key != "examples" || value.as_array().is_none_or(|some| !some.is_empty()));
    if object.get("default") == Some(&Value::Null) {
        object.remove("default");
    }
}

fn make_optional(schema: &mut Value, path: &[&str]) {
    let Some((first, rest)) = path.split_first() else { return };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|key| key != first);
    }
    if let Some(inner) = schema.get_mut("properties").and_then(|properties| properties.get_mut(*first)) {
        make_optional(inner, rest);
    }
}
