//! What a file says, as a tree of values: what stands at a key, and what a change of it has to come to. Pure.
//!
//! A change is made in the text, so that everything else stays as it is written; then the changed text is read again, and
//! if it says anything else than it should, it is not written.

use super::{Refused, There, Value as New};
use doorstep_core::secret::Secret;
use doorstep_onboard::delivery::KeyPath;
use serde_json::{Map, Value};

/// What stands at the key.
pub(super) fn at(tree: &Value, key: &KeyPath) -> Result<There, Refused> {
    let mut here = tree;
    for (depth, table) in key.tables.iter().enumerate() {
        here = match here {
            Value::Object(members) => match members.get(table) {
                Some(member) => member,
                None => return Ok(There::Nothing),
            },
            Value::Null => return Ok(There::Nothing),
            _ => return Err(no_table(key, depth)),
        };
    }
    match here {
        Value::Object(members) => Ok(match members.get(&key.name) {
            None => There::Nothing,
            Some(Value::Null) => There::Empty,
            Some(Value::String(text)) if text.is_empty() => There::Empty,
            Some(Value::String(text)) => There::Value { text: Secret::new(text.clone()), literal: false },
            Some(literal @ (Value::Bool(_) | Value::Number(_))) => {
                There::Value { text: Secret::new(literal.to_string()), literal: true }
            }
            Some(Value::Object(_)) => There::Other("a table"),
            Some(Value::Array(_)) => There::Other("a list"),
        }),
        Value::Null => Ok(There::Nothing),
        _ => Err(no_table(key, key.tables.len())),
    }
}

/// The tree with this at the key, or without it. The tables that it stands in have to be there.
pub(super) fn changed(mut tree: Value, key: &KeyPath, new: Option<&New<'_>>) -> Result<Value, Refused> {
    let mut here = &mut tree;
    for (depth, table) in key.tables.iter().enumerate() {
        here = members(here).and_then(|members| members.get_mut(table)).ok_or_else(|| no_table(key, depth + 1))?;
    }
    let members = members(here).ok_or_else(|| no_table(key, key.tables.len()))?;
    match new {
        None => drop(members.shift_remove(&key.name)),
        Some(new) => drop(members.insert(key.name.clone(), new.tree())),
    }
    Ok(tree)
}

/// A table without members is written like nothing in some places.
fn members(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}

fn no_table(key: &KeyPath, depth: usize) -> Refused {
    let tables: Vec<&str> = key.parts().take(depth).collect();
    if tables.is_empty() {
        return Refused("the file holds no keys and values".into());
    }
    Refused(format!("the file has no table `{}` for the key to stand in; add it", tables.join(".")))
}

/// Whether both say the same, where an empty table is as good as none.
pub(super) fn same(one: &Value, two: &Value) -> bool {
    normal(one) == normal(two)
}

fn normal(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, member)| (name.clone(), normal(member)));
            let members: Map<String, Value> = members.filter(|(_, member)| !member.is_null()).collect();
            if members.is_empty() { Value::Null } else { Value::Object(members) }
        }
        Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
        other => other.clone(),
    }
}
