//! Keys inside a file that a person owns: `key:/srv/app/config.yaml#auth.client_secret=SSO_CLIENT_SECRET`.
//!
//! Behind the key stands which of the app's values it gets, by the app's own name for it; without that, the value that is
//! called like the key. `#*` stands for all values, each under its own name, and `#services.app.environment.*` for all of
//! them in a table.

use super::{Wrong, path, wrong};
use crate::{
    catalog::{Filled, Node},
    delivery::{Address, Content, KeyPath, KeyedForm},
    mistake::nearest,
};
use std::path::Path;

const FORM: &str = "write `key:/srv/app/config.yaml#auth.client_secret=NAME`, the NAME of a value of the app";

const PARTS: &str =
    "write parts between dots, in double quotes where one has other characters than letters, digits, - and _";

/// Each key, and what it gets.
pub(super) fn read(written: &str, content: &Content) -> Result<Vec<(Address, Content)>, Wrong> {
    let Some((file, key)) = written.split_once('#') else {
        return wrong(format!("`{written}` names no key in the file"), FORM);
    };
    let file = path::whole("key", file, "yaml", "#auth.client_secret")?;
    let Some(form) = KeyedForm::of(&file) else {
        return wrong(
            format!("{} has no keys that Doorstep can set", file.display()),
            "name a file that is called .env, .ini, .json, .toml, .yaml or .yml",
        );
    };
    let values = content.settable();
    if values.is_empty() {
        return wrong("what is delivered to this app has no values by name", "deliver it to a file of its own");
    }
    let (key, name) = named(key);
    if let Some(tables) = key.strip_suffix('*').filter(|tables| tables.is_empty() || tables.ends_with('.')) {
        return match name {
            Some(name) => wrong(format!("`*` stands for every value, and `={name}` for one"), FORM),
            None => values.iter().map(|value| one(&file, form, &format!("{tables}{}", value.0), value)).collect(),
        };
    }
    let called = name.map_or_else(
        || KeyPath::parse(key).map(|key| vec![key.to_string(), key.name]),
        |name| Some(vec![name.to_owned()]),
    );
    let called = called.unwrap_or_default();
    match values.iter().find(|(known, _)| called.contains(known)) {
        Some(value) => Ok(vec![one(&file, form, key, value)?]),
        None if KeyPath::parse(key).is_none() => wrong(format!("`{key}` is not a key"), PARTS),
        None => {
            let name = called.last().map(String::as_str).unwrap_or_default();
            let known = || values.iter().map(|(known, _)| known.as_str());
            let remedy = match nearest(name, known()) {
                Some(near) => format!("did you mean `={near}`?"),
                None => {
                    format!("put one of them behind the key, like `=NAME`: {}", known().collect::<Vec<_>>().join(", "))
                }
            };
            wrong(format!("the app has no value called `{name}`"), remedy)
        }
    }
}

/// The key, and the value's name behind it. In quotes, `=` is part of a key.
fn named(written: &str) -> (&str, Option<&str>) {
    let mut quoted = false;
    let end = written.find(|c| {
        quoted ^= c == '"';
        c == '=' && !quoted
    });
    match end.and_then(|end| written.split_at_checked(end)) {
        Some((key, name)) => (key, name.get(1..)),
        None => (written, None),
    }
}

fn one(
    file: &Path,
    form: KeyedForm,
    key: &str,
    (name, value): &(String, Node<Filled>),
) -> Result<(Address, Content), Wrong> {
    let Some(mut key) = KeyPath::parse(key) else { return wrong(format!("`{key}` is not a key"), PARTS) };
    match form {
        KeyedForm::Env if !key.tables.is_empty() => {
            return wrong(format!("`{key}` cannot be the name of a variable"), "write a name without dots");
        }
        // Sections have dots in their names: [auth.generic_oauth].
        KeyedForm::Ini if key.tables.len() > 1 => key.tables = vec![key.tables.join(".")],
        _ => {}
    }
    if matches!(value, Node::List(_) | Node::Table(_) | Node::Plain(_)) {
        return wrong(
            format!("{name} is no single value, and a key gets one"),
            "write it into the file yourself, and name the keys that Doorstep sets",
        );
    }
    let to = Address::Key { path: file.to_owned(), key };
    Ok((to, Content::Key { name: name.clone(), value: value.clone() }))
}
