//! The values of settings that are left out: the defaults of the schema, and those that follow from
//! other settings.

use super::schema::{self, DERIVED};
use serde_json::{Map, Value};
use std::path::Path;

/// Adds the defaults that the schema states.
pub(crate) fn fill(schema: &Value, tree: &mut Map<String, Value>) {
    for (key, schema) in schema::properties(schema).into_iter().flatten() {
        if let Some(default) = schema.get("default") {
            tree.entry(key.clone()).or_insert_with(|| default.clone());
        }
        if let Some(Value::Object(inner)) = tree.get_mut(key) {
            fill(schema, inner);
        }
    }
}

/// Adds the defaults that follow from other settings, which are already inspected.
pub(crate) fn derive(tree: &mut Map<String, Value>, base: &Path) {
    for path in DERIVED {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let is_set = path.split_first().is_some_and(|(first, rest)| {
            rest.iter().try_fold(tree.get(first), |value, key| Some(value?.get(key))).flatten().is_some()
        });
        if !is_set && let Some(value) = derived(&path, tree, base) {
            super::environment::set(tree, &path, Value::String(value));
        }
    }
}

fn derived(path: &[String], tree: &Map<String, Value>, base: &Path) -> Option<String> {
    let data = || tree.get("data_dir").and_then(Value::as_str).map(Path::new);
    let below = |name: &str| data().map(|data| data.join(name).display().to_string());
    match path.join(".").as_str() {
        "name" => {
            let issuer: super::value::Issuer = tree.get("issuer")?.as_str()?.parse().ok()?;
            Some(issuer.host().to_owned())
        }
        // Whoever keeps the file under /etc expects state where the system keeps state.
        "data_dir" if base.starts_with("/etc") => Some("/var/lib/doorstep".to_owned()),
        "data_dir" => Some(base.join("data").display().to_string()),
        "root_key_path" => below("root.key"),
        "database.url" => below("doorstep.db").map(|path| format!("sqlite:{path}")),
        _ => None,
    }
}
