//! `set` of a declaration: values that are delivered in addition to the catalog's, or in place of them.
//!
//! They are taken as they stand and are no templates, but for references to secrets, which are followed when they are
//! delivered. What carries a credential is never replaced.

mod list;

use super::{Reopened, facts::Facts};
use crate::{
    catalog::{self, Between, Doors, Filled, Node},
    delivery::Content,
    language::Proposed,
    manifest::Setting,
    mistake::{Mistake, Place},
    reference::{self, is_variable},
    remedy::Remedy,
};
use doorstep_core::id::AppName;
use indexmap::{IndexMap, map::Entry};
use serde_json::Value;

/// What of the doors that the catalog's delivery closes is open in this one.
pub(super) fn reopened(facts: &Facts<'_>, doors: &Doors<String>, content: Option<&Content>) -> Vec<Reopened> {
    // What is delivered is the catalog's, where nothing was said.
    if facts.written.set.is_empty() {
        return Vec::new();
    }
    let (Some(by_catalog), Some(content)) = (facts.content(), content) else { return Vec::new() };
    let (before, after) = (by_catalog.values(), content.values());
    let mut reopened = Vec::new();
    for (name, closing) in &doors.closed_by {
        let Some((_, closed)) = before.iter().find(|(known, _)| known == name) else { continue };
        let closed = closed.masked();
        // Some apps read names in any case of letters.
        let said = after.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let said = said.map(|(known, value)| (known.clone(), value.masked()));
        let open = said.filter(|(_, value)| !closing.holds(&closed, value));
        reopened.extend(open.flat_map(|(name, value)| {
            let closed = closed.clone();
            closing.doors().map(move |door| Reopened {
                name: name.clone(),
                value: value.clone(),
                closed: closed.clone(),
                door,
            })
        }));
    }
    reopened
}

type Document = catalog::Document<Filled>;

/// What a declaration sets.
pub(super) struct Said<'a> {
    pub(super) written: &'a IndexMap<String, Setting>,
    /// Whether references are followed.
    pub(super) references: bool,
    /// Lists that a person may add to.
    pub(super) lists: Option<&'a IndexMap<String, Between>>,
    pub(super) app: &'a AppName,
}

/// Puts what is written at `at` into what is delivered.
pub(super) fn apply(content: &mut Content, said: &Said<'_>, at: &Place) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (key, Setting(value)) in said.written {
        let at = at.then(key);
        let found = unreadable(value, said.references, &at);
        if !found.is_empty() {
            mistakes.extend(found);
            continue;
        }
        if holds_a_date(value) {
            let what = Mistake::new(at, "a document has no dates".to_owned());
            mistakes.push(what.remedy("write it as text in quotes"));
            continue;
        }
        if let (Value::Array(items), Some(between)) = (value, said.lists.and_then(|lists| lists.get(key))) {
            mistakes.extend(list::add(content, (key, *between, items), said.app, &at).err());
            continue;
        }
        let done = match content {
            Content::Env { variables, .. } => variable(variables, key, value, at),
            Content::Document { body, .. } => member(body, key, value, at),
            Content::Sheet { .. } => Err(by_hand(at, "its pages")),
            Content::Text { .. } | Content::Key { .. } => Err(by_hand(at, "the app")),
        };
        mistakes.extend(done.err());
    }
    mistakes
}

fn by_hand(at: Place, place: &str) -> Mistake {
    let what = "`set` changes variables and documents, and this app is delivered neither".to_owned();
    Mistake::new(at, what).remedy(format!("remove it, and set the value in {place}"))
}

/// A date of TOML, which JSON does not have: the reader of the file leaves nothing in its place.
fn holds_a_date(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().any(holds_a_date),
        Value::Object(members) => members.values().any(holds_a_date),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What is wrong with the references in a value.
fn unreadable(value: &Value, references: bool, at: &Place) -> Vec<Mistake> {
    match value {
        Value::String(text) if reference::is_in(text) && !references => {
            let what =
                "a reference is read on the machine of whoever wrote the file, and this does not come from there";
            vec![Mistake::new(at.clone(), what).remedy("declare the app in a file of the server")]
        }
        Value::String(text) => match reference::pieces(text) {
            Ok(_) => Vec::new(),
            Err(why) => {
                let remedy = "write ${file:/run/secrets/NAME} or ${env:NAME}";
                vec![Mistake::new(at.clone(), why.to_string()).remedy(remedy)]
            }
        },
        Value::Array(list) => {
            let of = |(index, value): (usize, &Value)| match value {
                // Lists are delivered as they stand.
                Value::String(text) if reference::is_in(text) => {
                    let what = Mistake::new(at.then(index), "a reference stands in a list, where none is followed");
                    vec![what.remedy("set a value that is one text")]
                }
                value => unreadable(value, references, &at.then(index)),
            };
            list.iter().enumerate().flat_map(of).collect()
        }
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| unreadable(value, references, &at.then(name))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

/// Names of values that look like secrets and stand there in clear.
pub(super) fn in_clear(written: &IndexMap<String, Setting>) -> Vec<String> {
    fn look(name: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) if reference::is_secret_in_clear(name, text) => found.push(name.to_owned()),
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| look(&format!("{name}.{key}"), value, found));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, value)| look(&format!("{name}.{at}"), value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    written.iter().for_each(|(name, Setting(value))| look(name, value, &mut found));
    found
}

/// What has been looked at by [`unreadable`].
fn filled(text: &str) -> Filled {
    Filled::written(text).unwrap_or_else(|_| Filled::text(text))
}

fn variable(variables: &mut Vec<(String, Filled)>, key: &str, value: &Value, at: Place) -> Result<(), Mistake> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        _ => {
            let what = Mistake::new(at, format!("{key} is a variable, which holds one value"));
            return Err(what.remedy("write text in quotes, a number, true or false"));
        }
    };
    if !is_variable(key) {
        let what = Mistake::new(at, format!("`{key}` cannot be the name of a variable"));
        return Err(what.remedy("use letters, digits and _"));
    }
    match variables.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) if old.is_open() => Err(holds_a_secret(key, at)),
        Some((_, old)) => {
            *old = filled(&text);
            Ok(())
        }
        None => {
            variables.push((key.to_owned(), filled(&text)));
            Ok(())
        }
    }
}

fn holds_a_secret(key: &str, at: Place) -> Mistake {
    let what = format!("what is delivered as {key} holds a credential, which `set` does not replace");
    Mistake::new(at, what)
        .remedy("if the app is to have another one, set it where the app wins over the delivered file")
}

fn member(document: &mut Document, key: &str, value: &Value, at: Place) -> Result<(), Mistake> {
    if let Some((section, rest)) = key.split_once('.').filter(|_| !document.contains_key(key)) {
        // A quoted `"oauth.scope"` is the path that it looks like.
        let inner = Value::Object([(rest.to_owned(), value.clone())].into_iter().collect());
        return member(document, section, &inner, at);
    }
    if !document.contains_key(key)
        && !value.is_object()
        && let Some(section) = section_with(document, key)
    {
        let what = Mistake::new(at, format!("`{key}` stands in the section `{section}` of what is delivered"));
        return Err(what.remedy(Remedy::from("write ").line([section], within(key))));
    }
    put(document, key, value, &at)
}

/// A section with one key, whatever it is set to.
fn within(key: &str) -> Proposed {
    Proposed::Table(vec![(key.to_owned(), Proposed::Open)])
}

/// The one section that has a member of this name.
fn section_with<'d>(document: &'d Document, key: &str) -> Option<&'d str> {
    let mut found = document.iter().filter(|(_, node)| matches!(node, Node::Table(inner) if inner.contains_key(key)));
    found.next().map(|(name, _)| name.as_str()).filter(|_| found.next().is_none())
}

fn put(document: &mut Document, key: &str, value: &Value, at: &Place) -> Result<(), Mistake> {
    let mut slot = match document.entry(key.to_owned()) {
        Entry::Vacant(free) => {
            free.insert(node(value));
            return Ok(());
        }
        Entry::Occupied(taken) => taken,
    };
    match (slot.get_mut(), value) {
        (Node::Table(inner), Value::Object(members)) => {
            for (name, value) in members {
                put(inner, name, value, &at.then(name))?;
            }
            Ok(())
        }
        (Node::Table(_), _) => {
            let what = Mistake::new(at.clone(), format!("`{key}` is a section of what is delivered"));
            Err(what.remedy(Remedy::from("write ").line([key], within("NAME"))))
        }
        (old, _) if old.texts().iter().any(|text| text.is_open()) => Err(holds_a_secret(key, at.clone())),
        (old, _) => {
            *old = node(value);
            Ok(())
        }
    }
}

fn node(value: &Value) -> Node<Filled> {
    match value {
        Value::Bool(yes) => Node::Bool(*yes),
        Value::String(text) => Node::Text(filled(text)),
        Value::Object(members) => {
            Node::Table(members.iter().map(|(name, value)| (name.clone(), node(value))).collect())
        }
        Value::Number(_) | Value::Array(_) | Value::Null => Node::Plain(value.clone()),
    }
}
