//! YAML as other programs read it: anchors, aliases and merge keys put in, each value with its line.

use granit_parser::{Event, Parser, ScanError, Span, StrInput};
use std::collections::{BTreeMap, BTreeSet};

/// More than this is no set-up that anybody wrote.
const MOST: usize = 200_000;

/// A value and its line.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) line: u32,
    pub(crate) value: Value,
}

/// A value. Whatever is no list and has no keys is text.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, node)| node)
    }

    /// Along several keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub(crate) fn text_at(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys)?.text()
    }

    pub(crate) fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    pub(crate) fn items_at(&self, keys: &[&str]) -> &[Node] {
        self.at(keys).map(Node::items).unwrap_or_default()
    }

    pub(crate) fn entries(&self) -> &[(String, Node)] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// This with what `over` says put over it: tables key by key, lists one after the other.
    pub(crate) fn overlaid(&self, over: &Self) -> Self {
        match (&self.value, &over.value) {
            (Value::Table(below), Value::Table(above)) => {
                let over_it: BTreeMap<&str, &Self> = above.iter().map(|(key, node)| (key.as_str(), node)).collect();
                let known: BTreeSet<&str> = below.iter().map(|(key, _)| key.as_str()).collect();
                let changed = |(key, node): &(String, Self)| {
                    let node = over_it.get(key.as_str()).map_or_else(|| node.clone(), |over| node.overlaid(over));
                    (key.clone(), node)
                };
                let more = above.iter().filter(|(key, _)| !known.contains(key.as_str())).cloned();
                let all = below.iter().map(changed).chain(more).collect();
                Self { line: over.line, value: Value::Table(all) }
            }
            (Value::List(below), Value::List(above)) => {
                let value = Value::List(below.iter().chain(above).cloned().collect());
                Self { line: over.line, value }
            }
            _ => over.clone(),
        }
    }
}

/// Every document of a text as far as it can be read, and where it cannot.
pub(crate) fn parse(text: &str) -> (Vec<Node>, Option<(u32, String)>) {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: 64,
        block_nesting_limit: 64,
    };
    let mut reader =
        Reader { events: Parser::new_from_str_with_options(text, options), anchors: BTreeMap::new(), made: 0 };
    let mut documents = Vec::new();
    loop {
        match reader.next() {
            Ok((Event::StreamEnd, _)) => return (documents, None),
            Ok((Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _)) => {}
            Ok((event, span)) => match reader.node(event, span) {
                Ok(node) => documents.push(node),
                Err(fault) => return (documents, Some(fault.told())),
            },
            Err(fault) => return (documents, Some(fault.told())),
        }
    }
}

enum Fault {
    Syntax(ScanError),
    /// More than [`MOST`] from this line on.
    TooLarge(u32),
}

impl Fault {
    fn told(&self) -> (u32, String) {
        match self {
            Self::Syntax(error) => (line(error.marker().line()), format!("it is not YAML: {}", error.kind())),
            Self::TooLarge(line) => (*line, "it is too large".to_owned()),
        }
    }
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    /// What is anchored, with its size.
    anchors: BTreeMap<usize, (Node, usize)>,
    /// Values that were made, with those that aliases stand for.
    made: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        self.events.next_event().unwrap_or_else(|| Ok((Event::StreamEnd, Span::default()))).map_err(Fault::Syntax)
    }

    /// Counts before it is made.
    fn make(&mut self, count: usize, span: Span) -> Result<(), Fault> {
        self.made = self.made.saturating_add(count);
        if self.made > MOST { Err(Fault::TooLarge(line(span.start.line()))) } else { Ok(()) }
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Fault> {
        self.make(1, span)?;
        let anchor = event.anchor_id();
        let value = match event {
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => self.list()?,
            Event::MappingStart(..) => self.table()?,
            Event::Alias(id) => {
                let size = self.anchors.get(&id).map_or(0, |(_, size)| *size);
                self.make(size, span)?;
                let there = self.anchors.get(&id).map(|(node, _)| node.clone());
                return Ok(there.unwrap_or(Node { line: line(span.start.line()), value: Value::Text(String::new()) }));
            }
            _ => Value::Text(String::new()),
        };
        let node = Node { line: line(span.start.line()), value };
        if let Some(id) = anchor {
            let size = size(&node);
            self.make(size, span)?;
            self.anchors.insert(id, (node.clone(), size));
        }
        Ok(node)
    }

    fn list(&mut self) -> Result<Value, Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(Value::List(items)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn table(&mut self) -> Result<Value, Fault> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        let mut merged = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                break;
            }
            let key = self.node(event, span)?;
            let (event, span) = self.next()?;
            let mut value = self.node(event, span)?;
            match key.text() {
                Some("<<") if !value.items().is_empty() => merged.extend(value.items().to_vec()),
                Some("<<") => merged.push(value),
                Some(name) => {
                    // What stands below a key is told with the key.
                    if !matches!(value.value, Value::Text(_)) {
                        value.line = key.line;
                    }
                    entries.push((name.to_owned(), value));
                }
                None => {}
            }
        }
        let mut known: BTreeSet<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        for (key, node) in merged.iter().flat_map(Node::entries) {
            if known.insert(key.clone()) {
                entries.push((key.clone(), node.clone()));
            }
        }
        Ok(Value::Table(entries))
    }
}

/// How many values a node is; long text counts as several.
pub(crate) fn size(node: &Node) -> usize {
    let below: usize = match &node.value {
        Value::Text(text) => text.len() / 64,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Table(entries) => entries.iter().map(|(_, node)| size(node)).sum(),
    };
    1 + below
}
