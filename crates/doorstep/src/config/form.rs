//! The form of a value in the language of its file: what is expected, what was found, and how to write it.

use super::language::{Language, dotted};
use super::schema::{self, expected};
use serde_json::Value;

/// What can stand there. In the environment as in TOML.
pub(crate) fn expectation(schema: &Value, language: Option<Language>) -> String {
    let language = language.unwrap_or(Language::Toml);
    let mut kinds: Vec<_> = expected(schema)
        .into_iter()
        .map(|kind| match kind {
            "string" if language == Language::Yaml => "text",
            "string" => "text in quotes",
            "boolean" => "true or false",
            "integer" => "a whole number",
            "array" if language == Language::Yaml => "a list",
            "array" => "a list in [ ]",
            "object" => language.table(),
            other => other,
        })
        .collect();
    kinds.dedup();
    kinds.join(" or ")
}

/// What stands there.
pub(crate) const fn found(value: &Value, language: Option<Language>) -> &'static str {
    match (value, language) {
        (Value::Object(_), Some(language)) => language.table(),
        (Value::Object(_), None) => "a table",
        (Value::Array(_), _) => "a list",
        (Value::String(_), _) => "text",
        (Value::Bool(_), _) => "true or false",
        (Value::Number(_), _) => "a number",
        // TOML has no null.
        (Value::Null, Some(Language::Yaml | Language::Json)) => "nothing",
        (Value::Null, _) => "a date",
    }
}

/// How to write a value of the expected form in place of `value`, which stands at `path`. Never repeats it.
pub(crate) fn remedy(schema: &Value, value: &Value, path: &[String], language: Option<Language>) -> Option<String> {
    let kinds = expected(schema);
    let takes = |kind: &str| kinds.contains(&kind);
    let in_environment = language.is_none();
    let language = language.unwrap_or(Language::Toml);
    let (name, table) = path.split_last()?;
    if name.parse::<usize>().is_ok() && !matches!(value, Value::Object(_) if takes("object")) {
        return takes("string").then(|| "write each entry in quotes: [\"…\", \"…\"]".to_owned());
    }
    let several = || language.assigned(name, "[\"…\", \"…\"]");
    let one = || example(schema, name, language);
    match value {
        Value::Object(_) if takes("string") || takes("boolean") || takes("integer") => {
            let name = dotted(std::slice::from_ref(name));
            Some(format!("`{name}` is one value, not {}: write {}", language.table(), one()))
        }
        _ if takes("boolean") && in_environment => Some("write true or false".to_owned()),
        _ if takes("integer") && in_environment => Some("write digits only".to_owned()),
        _ if takes("boolean") => {
            let (yes, no) = (language.assigned(name, "true"), language.assigned(name, "false"));
            Some(format!("write {yes} or {no}, without quotes"))
        }
        _ if takes("object") => Some(whole_table(schema, value, path, language)),
        Value::String(_) if takes("array") => {
            Some(format!("write {}, and [\"…\", \"…\"] for several", language.assigned(name, "[\"…\"]")))
        }
        _ if takes("array") && !takes("string") => Some(format!("write {}", several())),
        _ if takes("integer") => Some(format!("write a whole number without quotes, like {}", one())),
        Value::Array(_) if takes("string") && table.is_empty() => Some(format!("it takes one value: write {}", one())),
        _ if takes("string") => Some(format!("write {}", one())),
        _ => None,
    }
}

/// How to write a value that has keys.
fn whole_table(schema: &Value, value: &Value, path: &[String], language: Language) -> String {
    let below = schema::properties(schema).and_then(|keys| keys.keys().next());
    let like = below.map_or_else(String::new, |key| format!(", like {}", language.assigned(key, "…")));
    let name = path.last().map(String::as_str).unwrap_or_default();
    match (language, value) {
        (Language::Toml, Value::Array(_)) => format!("write {}, in single brackets", language.path(path)),
        (Language::Toml, _) => {
            format!("write {} on a line of its own, and what belongs to it below{like}", language.path(path))
        }
        (Language::Yaml, Value::Null) => {
            format!("write what belongs to it below, indented{like}, or {} for none", language.assigned(name, "{}"))
        }
        (Language::Yaml, Value::Array(_)) => format!("write what belongs to it below, indented and without -{like}"),
        (Language::Yaml, _) => format!("write `{name}:`, and what belongs to it below, indented{like}"),
        (Language::Json, _) => {
            format!("write {}, with what belongs to it in the braces{like}", language.assigned(name, "{ … }"))
        }
    }
}

fn example(schema: &Value, name: &str, language: Language) -> String {
    let example = schema.get("examples").and_then(|some| some.get(0)).or_else(|| schema.get("default"));
    match example {
        Some(Value::String(text)) => language.assigned(name, &format!("\"{text}\"")),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => language.assigned(name, &value.to_string()),
        _ => language.assigned(name, "\"…\""),
    }
}
