//! One key in a text, in the form that its file has. Pure.

use super::{Refused, There, Value, json, lines, toml, tree, yaml};
use doorstep_onboard::delivery::{KeyPath, KeyedForm};
use serde_json::Value as Tree;

/// Some editors put one first.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What stands at the key.
pub(super) fn at(form: KeyedForm, text: &str, key: &KeyPath) -> Result<There, Refused> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    match form {
        KeyedForm::Env => lines::at::<lines::Env>(text, key),
        KeyedForm::Ini => lines::at::<lines::Ini>(text, key),
        KeyedForm::Json | KeyedForm::Toml | KeyedForm::Yaml => tree::at(&read(form, text)?, key),
    }
}

/// The text with this value at the key.
pub(super) fn set(form: KeyedForm, text: &str, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    marked(text, |text| match form {
        KeyedForm::Env => stands(form, lines::set::<lines::Env>(text, key, value)?, key, value),
        KeyedForm::Ini => stands(form, lines::set::<lines::Ini>(text, key, value)?, key, value),
        KeyedForm::Json | KeyedForm::Toml | KeyedForm::Yaml => {
            let wanted = tree::changed(read(form, text)?, key, Some(value))?;
            let changed = match form {
                KeyedForm::Json => json::set(text, key, value),
                KeyedForm::Toml => toml::set(text, key, value).map(|changed| ends_as(text, &changed)),
                _ => yaml::set(text, key, value),
            };
            read_again(form, &wanted, [changed?], key)
        }
    })
}

/// The text without the key.
pub(super) fn unset(form: KeyedForm, text: &str, key: &KeyPath) -> Result<String, Refused> {
    marked(text, |text| match form {
        KeyedForm::Env => lines::unset::<lines::Env>(text, key),
        KeyedForm::Ini => lines::unset::<lines::Ini>(text, key),
        KeyedForm::Json | KeyedForm::Toml | KeyedForm::Yaml => {
            let wanted = tree::changed(read(form, text)?, key, None)?;
            let changed = match form {
                KeyedForm::Json => vec![json::unset(text, key)?],
                KeyedForm::Toml => toml::unset(text, key)?.iter().map(|changed| ends_as(text, changed)).collect(),
                _ => vec![yaml::unset(text, key)?],
            };
            read_again(form, &wanted, changed, key)
        }
    })
}

/// Without the byte order mark, and with it again.
fn marked(text: &str, change: impl FnOnce(&str) -> Result<String, Refused>) -> Result<String, Refused> {
    match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => change(text).map(|changed| format!("{BYTE_ORDER_MARK}{changed}")),
        None => change(text),
    }
}

/// The changed text, where it has the value at the key.
fn stands(form: KeyedForm, changed: String, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    if at(form, &changed, key).is_ok_and(|there| value.is_at(&there, form)) {
        return Ok(changed);
    }
    Err(Refused(format!("`{key}` cannot be written so that it is read back; name another key")))
}

/// With the line ends of the file, where they are those of Windows.
fn ends_as(text: &str, changed: &str) -> String {
    let ends = text.matches('\n').count();
    if ends > 0 && text.matches("\r\n").count() == ends {
        return changed.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    changed.to_owned()
}

/// The first that says what it should and nothing else; one that keeps empty tables before one that does not.
fn read_again(
    form: KeyedForm,
    wanted: &Tree,
    changed: impl IntoIterator<Item = String>,
    key: &KeyPath,
) -> Result<String, Refused> {
    let each: Vec<(String, Tree)> =
        changed.into_iter().filter_map(|text| read(form, &text).ok().map(|said| (text, said))).collect();
    let exact = each.iter().find(|(_, said)| said == wanted);
    let found = exact.or_else(|| each.iter().find(|(_, said)| tree::same(said, wanted))).map(|(text, _)| text.clone());
    found.ok_or_else(|| {
        Refused(format!("`{key}` cannot be changed without changing more of the file; write it on a line of its own"))
    })
}

/// What a text says. Where it does not say anything clearly, its own words are not repeated.
fn read(form: KeyedForm, text: &str) -> Result<Tree, Refused> {
    let (read, name) = match form {
        KeyedForm::Json => (serde_json::from_str(text).ok(), "JSON"),
        KeyedForm::Toml => (::toml::from_str(text).ok(), "TOML"),
        _ => (serde_saphyr::from_str(text).ok(), "YAML, or several documents"),
    };
    read.ok_or_else(|| Refused(format!("the file cannot be read: it is no {name}")))
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
