//! Lists that the catalog delivers and a person adds to: what is there stays in its order, what is new follows in theirs,
//! and nothing stands there twice.

use super::node;
use crate::{
    catalog::{Between, Filled, Node, at_mut, try_map},
    delivery::Content,
    mistake::{Mistake, Place},
};
use doorstep_core::id::AppName;
use indexmap::IndexMap;
use serde_json::Value;
use std::convert::Infallible;

/// Adds `items` to the list called `name`.
pub(super) fn add(
    content: &mut Content,
    (name, between, items): (&str, Between, &[Value]),
    app: &AppName,
    at: &Place,
) -> Result<(), Mistake> {
    match (content, separator(between)) {
        (Content::Env { variables, .. }, Some(separator)) => variable(variables, (name, separator), (items, app), at),
        (Content::Document { body, .. }, None) => {
            if let Some(Node::List(there)) = at_mut(body, name) {
                for item in items.iter().map(node) {
                    if !there.iter().any(|other| plain(other, app) == plain(&item, app)) {
                        there.push(item);
                    }
                }
            }
            Ok(())
        }
        // The entry was checked: each list is one of what is delivered.
        _ => Ok(()),
    }
}

const fn separator(between: Between) -> Option<&'static str> {
    match between {
        Between::Comma => Some(","),
        Between::Space => Some(" "),
        Between::Semicolon => Some(";"),
        Between::Items => None,
    }
}

fn variable(
    variables: &mut Vec<(String, Filled)>,
    (name, separator): (&str, &str),
    (items, app): (&[Value], &AppName),
    at: &Place,
) -> Result<(), Mistake> {
    let there = variables.iter_mut().find(|(known, _)| known == name).map(|(_, value)| value);
    let before = there.as_ref().map(|value| value.masked()).unwrap_or_default();
    let mut known: Vec<String> = before.split(separator).map(|part| own_id(part.trim(), app)).collect();
    known.retain(|part| !part.is_empty());
    let empty = known.is_empty();
    let mut new = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let text = match item {
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(_) | Value::Number(_) => item.to_string(),
            _ => String::new(),
        };
        if text.is_empty() || text.contains(separator) {
            let what = Mistake::new(at.then(index), format!("`{item}` cannot be one of the values of {name}"));
            return Err(what.remedy(format!("write each value by itself, without `{separator}` in it")));
        }
        if !known.contains(&text) {
            known.push(text.clone());
            new.push(text);
        }
    }
    let new = new.join(separator);
    match there {
        None => variables.push((name.to_owned(), Filled::text(new))),
        Some(value) if empty => *value = Filled::text(new),
        Some(_) if new.is_empty() => {}
        Some(value) => *value = value.clone().then(separator).then(&new),
    }
    Ok(())
}

/// A value as it reads, with the client id that Doorstep gives an app in its place.
fn plain(node: &Node<Filled>, app: &AppName) -> Value {
    let read = |text: &Filled| Ok::<_, Infallible>(own_id(&text.masked(), app));
    let whole: IndexMap<String, Node<Filled>> = [(String::new(), node.clone())].into();
    let Ok(whole) = try_map(&whole, &read);
    serde_json::to_value(whole).unwrap_or_default()
}

fn own_id(text: &str, app: &AppName) -> String {
    if text == "{client_id}" { app.to_string() } else { text.to_owned() }
}
