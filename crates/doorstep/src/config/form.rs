//! The form of a value in TOML: what is expected, what was found, and how to write it.

use super::inspect::dotted;
use super::schema::{self, expected};
use serde_json::Value;

/// What can stand there.
pub(crate) fn expectation(schema: &Value) -> String {
    let mut kinds: Vec<_> = expected(schema)
        .into_iter()
        .map(|kind| match kind {
            "string" => "text in quotes",
            "boolean" => "true or false",
            "integer" => "a whole number",
            "array" => "a list in [ ]",
            "object" => "a table",
            other => other,
        })
        .collect();
    kinds.dedup();
    kinds.join(" or ")
}

/// What stands there.
pub(crate) const fn found(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "a table",
        Value::Array(_) => "a list",
        Value::String(_) => "text",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Null => "a date",
    }
}

/// How to write a value of the expected form in place of `value`, which stands at `path`. Never repeats it.
pub(crate) fn remedy(schema: &Value, value: &Value, path: &[String], in_environment: bool) -> Option<String> {
    let kinds = expected(schema);
    let takes = |kind: &str| kinds.contains(&kind);
    let (name, table) = path.split_last()?;
    if name.parse::<usize>().is_ok() {
        return takes("string").then(|| "write each entry in quotes: [\"…\", \"…\"]".to_owned());
    }
    let name = dotted(std::slice::from_ref(name));
    match value {
        Value::Object(_) if takes("string") || takes("boolean") || takes("integer") => {
            Some(format!("`{name}` is one value, not a table: write {}", example(schema, &name)))
        }
        _ if takes("boolean") && in_environment => Some("write true or false".to_owned()),
        _ if takes("integer") && in_environment => Some("write digits only".to_owned()),
        _ if takes("boolean") => Some(format!("write {name} = true or {name} = false, without quotes")),
        Value::Array(_) if takes("object") => Some(format!("write [{}], in single brackets", dotted(path))),
        _ if takes("object") => {
            let below = schema::properties(schema).and_then(|keys| keys.keys().next());
            let below = below.map_or_else(String::new, |key| format!(", like {key} = …"));
            Some(format!("write [{}] on a line of its own, and what belongs to it below{below}", dotted(path)))
        }
        Value::String(_) if takes("array") => Some(format!("write {name} = [\"…\"], and [\"…\", \"…\"] for several")),
        _ if takes("array") && !takes("string") => Some(format!("write {name} = [\"…\", \"…\"]")),
        _ if takes("integer") => Some(format!("write a whole number without quotes, like {}", example(schema, &name))),
        Value::Array(_) if takes("string") && table.is_empty() => {
            Some(format!("it takes one value: write {}", example(schema, &name)))
        }
        _ if takes("string") => Some(format!("write {}", example(schema, &name))),
        _ => None,
    }
}

fn example(schema: &Value, name: &str) -> String {
    let example = schema.get("examples").and_then(|some| some.get(0)).or_else(|| schema.get("default"));
    match example {
        Some(Value::String(text)) => format!("{name} = \"{text}\""),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => format!("{name} = {value}"),
        _ => format!("{name} = \"…\""),
    }
}
