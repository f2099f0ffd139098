//! TOML, by `toml_edit`: comments, order and spaces stay. A line is taken out as a line, because what stands above it may
//! be a comment for what comes next.

use super::{Refused, Value};
use doorstep_onboard::delivery::KeyPath;
use std::ops::Range;
use toml_edit::{Document, DocumentMut, Item, Table, TableLike};

pub(super) fn set(text: &str, key: &KeyPath, value: &Value<'_>) -> Result<String, Refused> {
    let mut document = read(text)?;
    let table = table(document.as_table_mut(), key)?;
    let mut new: toml_edit::Value = match value.tree() {
        serde_json::Value::Bool(yes) => yes.into(),
        serde_json::Value::Number(number) if number.is_i64() => number.as_i64().unwrap_or_default().into(),
        _ => value.text.into(),
    };
    match table.get_mut(&key.name) {
        Some(Item::Value(there)) => {
            let decor = there.decor().clone();
            *new.decor_mut() = decor;
            *there = new;
        }
        Some(_) => return Err(Refused(format!("`{key}` is a table"))),
        None => drop(table.insert(&key.name, Item::Value(new))),
    }
    Ok(document.to_string())
}

/// As a line; where nothing else makes the table that it stood in, with an empty one in its place; and where other things
/// stand on the line, as an entry.
pub(super) fn unset(text: &str, key: &KeyPath) -> Result<Vec<String>, Refused> {
    let mut document = read(text)?;
    table(document.as_table_mut(), key)?.remove(&key.name);
    let spot = spot(text, key);
    let in_text = spot.iter().flat_map(|spot| [without_line(text, spot), with_empty_table(text, spot)]);
    Ok(in_text.flatten().chain([document.to_string()]).collect())
}

fn read(text: &str) -> Result<DocumentMut, Refused> {
    text.parse().map_err(|_| Refused("the file is no TOML".into()))
}

fn table<'t>(root: &'t mut Table, key: &KeyPath) -> Result<&'t mut dyn TableLike, Refused> {
    let mut here: &mut dyn TableLike = root;
    for table in &key.tables {
        let next = here.get_mut(table).and_then(Item::as_table_like_mut);
        here = next.ok_or_else(|| Refused(format!("`{table}` is no table in which a key can stand")))?;
    }
    Ok(here)
}

/// From where the last part of the key begins to where its value ends.
fn spot(text: &str, key: &KeyPath) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let mut here: &dyn TableLike = document.as_table();
    for table in &key.tables {
        here = here.get(table)?.as_table_like()?;
    }
    let (name, item) = here.get_key_value(&key.name)?;
    Some(name.span()?.start..item.span()?.end)
}

fn without_line(text: &str, spot: &Range<usize>) -> Option<String> {
    let start = text.get(..spot.start)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text.get(spot.end..)?.find('\n').map_or(text.len(), |further| spot.end + further + 1);
    Some([text.get(..start)?, text.get(end..)?].concat())
}

/// `a = {}` for `a.k = 1`.
fn with_empty_table(text: &str, spot: &Range<usize>) -> Option<String> {
    let space = [' ', '\t'];
    let table = text.get(..spot.start)?.trim_end_matches(space).strip_suffix('.')?.trim_end_matches(space);
    Some([table, " = {}", text.get(spot.end..)?].concat())
}
