//! A document that an app reads: JSON, YAML, TOML or INI, whose texts are templates.

use super::template::{Filled, Template};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};

/// The members of a document, in the order written.
pub type Document<T = Template> = IndexMap<String, Node<T>>;

/// How a document is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 8259; it has no comments.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// Lines of `key = value`, below `[section]`.
    Ini,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Node<T = Template> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(T),
    /// A list.
    List(Vec<Node<T>>),
    /// An object, in the order written.
    Table(IndexMap<String, Node<T>>),
    /// Any other value, as a person wrote it. Nothing in it is a template.
    #[serde(skip_deserializing)]
    Plain(serde_json::Value),
}

impl<T> Node<T> {
    /// The same document with each text replaced.
    pub fn try_map<U, E>(&self, change: &impl Fn(&T) -> Result<U, E>) -> Result<Node<U>, E> {
        Ok(match self {
            Self::Bool(b) => Node::Bool(*b),
            Self::Number(n) => Node::Number(*n),
            Self::Plain(value) => Node::Plain(value.clone()),
            Self::Text(text) => Node::Text(change(text)?),
            Self::List(items) => Node::List(items.iter().map(|node| node.try_map(change)).collect::<Result<_, E>>()?),
            Self::Table(table) => Node::Table(try_map(table, change)?),
        })
    }

    /// Every text, in order.
    pub fn texts(&self) -> Vec<&T> {
        match self {
            Self::Bool(_) | Self::Number(_) | Self::Plain(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Node::texts).collect(),
            Self::Table(table) => table.values().flat_map(Node::texts).collect(),
        }
    }

    /// How many tables stand below each other in it.
    pub(super) fn depth(&self) -> usize {
        match self {
            Self::Table(table) => 1 + table.values().map(Node::depth).max().unwrap_or_default(),
            // A list has no place in a file of lines.
            Self::List(_) => usize::MAX / 2,
            Self::Bool(_) | Self::Number(_) | Self::Plain(_) | Self::Text(_) => 0,
        }
    }
}

/// The members of a table with each text replaced.
pub(crate) fn try_map<T, U, E>(document: &Document<T>, change: &impl Fn(&T) -> Result<U, E>) -> Result<Document<U>, E> {
    document.iter().map(|(key, node)| Ok((key.clone(), node.try_map(change)?))).collect()
}

/// The node at a dotted path: names of members, and places in lists from 0. A key with dots in it stands for itself.
pub(crate) fn at<'d, T>(document: &'d Document<T>, path: &str) -> Option<&'d Node<T>> {
    let steps = steps(document, path)?;
    let (first, rest) = steps.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |node, step| match node {
        Node::Table(table) => table.get(*step),
        Node::List(items) => items.get(step.parse::<usize>().ok()?),
        Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Plain(_) => None,
    })
}

/// The same, to be changed.
pub(crate) fn at_mut<'d, T>(document: &'d mut Document<T>, path: &str) -> Option<&'d mut Node<T>> {
    let steps = steps(document, path)?;
    let (first, rest) = steps.split_first()?;
    rest.iter().try_fold(document.get_mut(*first)?, |node, step| match node {
        Node::Table(table) => table.get_mut(*step),
        Node::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Plain(_) => None,
    })
}

/// A dotted path, taken apart where the document has it.
fn steps<'p, T>(document: &Document<T>, path: &'p str) -> Option<Vec<&'p str>> {
    if document.contains_key(path) {
        return Some(vec![path]);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (first, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
        Some([vec![first], within(document.get(first)?, rest)?].concat())
    })
}

fn within<'p, T>(node: &Node<T>, path: &'p str) -> Option<Vec<&'p str>> {
    match node {
        Node::Table(table) => steps(table, path),
        Node::List(items) => {
            let (place, rest) = path.split_once('.').unwrap_or((path, ""));
            let item = items.get(place.parse::<usize>().ok()?)?;
            let rest = if rest.is_empty() { Vec::new() } else { within(item, rest)? };
            Some([vec![place], rest].concat())
        }
        Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Plain(_) => None,
    }
}

impl Node<Template> {
    /// The same document with each text filled in; a list of the one text `{scopes}` becomes a list of scopes.
    pub(crate) fn fill(&self, fill: &impl Fn(&Template) -> Filled, scopes: &[String]) -> Node<Filled> {
        match self {
            Self::Bool(b) => Node::Bool(*b),
            Self::Number(n) => Node::Number(*n),
            Self::Plain(value) => Node::Plain(value.clone()),
            Self::Text(text) => Node::Text(fill(text)),
            Self::List(items) => match items.as_slice() {
                [Self::Text(only)] if only.is_scopes() => {
                    Node::List(scopes.iter().map(|scope| Node::Text(Filled::text(scope))).collect())
                }
                items => Node::List(items.iter().map(|item| item.fill(fill, scopes)).collect()),
            },
            Self::Table(table) => {
                Node::Table(table.iter().map(|(key, node)| (key.clone(), node.fill(fill, scopes))).collect())
            }
        }
    }
}

impl Node<Filled> {
    /// Every member that is no table with its dotted path, which begins with `name`.
    pub(crate) fn members(&self, name: &str, out: &mut Vec<(String, Self)>) {
        match self {
            Self::Table(table) => table.iter().for_each(|(key, node)| node.members(&format!("{name}.{key}"), out)),
            other => out.push((name.to_owned(), other.clone())),
        }
    }

    /// Every value with its dotted path, which begins with `name`.
    pub fn leaves(&self, name: &str, out: &mut Vec<(String, Filled)>) {
        match self {
            Self::Table(table) => table.iter().for_each(|(key, node)| node.leaves(&format!("{name}.{key}"), out)),
            Self::List(items) => {
                items.iter().enumerate().for_each(|(at, node)| node.leaves(&format!("{name}.{at}"), out));
            }
            Self::Bool(yes) => out.push((name.to_owned(), Filled::text(yes.to_string()))),
            Self::Number(number) => out.push((name.to_owned(), Filled::text(number.to_string()))),
            Self::Plain(value) => out.push((name.to_owned(), Filled::text(value.to_string()))),
            Self::Text(text) => out.push((name.to_owned(), text.clone())),
        }
    }
}

impl<T: Serialize> Serialize for Node<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Number(n) => serializer.serialize_i64(*n),
            Self::Plain(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::List(items) => serializer.collect_seq(items),
            Self::Table(table) => serializer.collect_map(table),
        }
    }
}
