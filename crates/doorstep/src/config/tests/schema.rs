//! The schema that editors get, looked at with a validator that is not ours.

use super::super::schema::{for_editors, properties};
use doorstep_onboard::manifest::AppEntry;
use jsonschema::{Validator, validator_for};
use serde_json::{Value, json};

fn validator(of_apps: bool) -> Validator {
    let schema = for_editors(of_apps);
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    validator_for(&schema).unwrap()
}

fn wrong(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_example_is_valid() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let validator = validator(false);
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let document = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
            assert_eq!(wrong(&validator, &document), Vec::<String>::new(), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn what_the_reader_refuses_is_not_valid_and_what_it_takes_is() {
    let (whole, apps) = (validator(false), validator(true));
    let issuer = "https://a.example";
    for (document, whole_is, apps_is) in [
        (json!({ "issuer": issuer }), true, false),
        (json!({ "issuer": issuer, "$schema": "doorstep.schema.json" }), true, false),
        (json!({}), false, true),
        (json!({ "issuer": issuer, "alow": [] }), false, false),
        (json!({ "issuer": issuer, "apps": { "wiki": { "url": "https://w.example", "alow": [] } } }), false, false),
        (json!({ "issuer": issuer, "apps": { "wiki": {} } }), false, false),
        (json!({ "issuer": issuer, "log": { "level": "loud" } }), false, false),
        (json!({ "issuer": issuer, "listen": 8480 }), false, false),
        (json!({ "apps": { "wiki": { "url": "https://w.example" } }, "$schema": "x" }), false, true),
        (json!({ "groups": { "admins": "ada" } }), false, false),
    ] {
        assert_eq!(whole.is_valid(&document), whole_is, "{document}");
        assert_eq!(apps.is_valid(&document), apps_is, "{document}");
    }
}

/// A document with a value for every key that a schema names.
fn full(schema: &Value) -> Value {
    let of = |name: &str| schema.get(name);
    if let Some(several) = of("anyOf").or_else(|| of("oneOf")).and_then(Value::as_array) {
        return several.first().map(full).unwrap_or_default();
    }
    if let Some(word) = of("const").or_else(|| of("enum").and_then(|words| words.get(0))) {
        return word.clone();
    }
    match of("type").and_then(Value::as_str) {
        Some("object") => {
            let named = properties(schema).into_iter().flatten().map(|(key, schema)| (key.clone(), full(schema)));
            let other = of("additionalProperties").filter(|other| other.is_object());
            Value::Object(named.chain(other.map(|schema| ("some".to_owned(), full(schema)))).collect())
        }
        Some("array") => of("items").map(|items| json!([full(items)])).unwrap_or_default(),
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(3),
        _ => json!("text"),
    }
}

/// Every key in a document, by its path.
fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        keys(value, &path, found);
        found.push(path);
    }
}

#[test]
fn the_schema_and_the_reader_know_the_same_keys_of_an_app() {
    let schema = for_editors(true);
    let app = full(&schema["properties"]["apps"]["additionalProperties"]);
    let read: AppEntry = serde_json::from_value(app.clone()).unwrap_or_else(|error| panic!("{error}: {app}"));
    let written = serde_json::to_value(read).unwrap();
    let (mut in_schema, mut in_reader) = (Vec::new(), Vec::new());
    keys(&app, "", &mut in_schema);
    keys(&written, "", &mut in_reader);
    in_schema.sort();
    in_reader.sort();
    assert_eq!(in_schema, in_reader);
    assert!(in_schema.len() > 20, "{in_schema:?}");
    assert!(validator(true).is_valid(&json!({ "apps": { "wiki": app } })));
}
