//! YAML as other programs read it: anchors, aliases and merge keys put in, each value with its line.

use granit_parser::{Event, Parser, ScanError, Span, StrInput};
use std::collections::BTreeMap;

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
                let mut all = below.clone();
                for (key, node) in above {
                    match all.iter_mut().find(|(known, _)| known == key) {
                        Some((_, there)) => *there = there.overlaid(node),
                        None => all.push((key.clone(), node.clone())),
                    }
                }
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
                Err(error) => return (documents, Some(told(&error))),
            },
            Err(error) => return (documents, Some(told(&error))),
        }
        if reader.made > MOST {
            return (documents, Some((1, "it is too large".to_owned())));
        }
    }
}

fn told(error: &ScanError) -> (u32, String) {
    (line(error.marker().line()), format!("it is not YAML: {}", error.kind()))
}

fn line(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    anchors: BTreeMap<usize, Node>,
    made: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), ScanError> {
        self.events.next_event().unwrap_or_else(|| Ok((Event::StreamEnd, Span::default())))
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, ScanError> {
        self.made += 1;
        let anchor = event.anchor_id();
        let value = match event {
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => self.list()?,
            Event::MappingStart(..) => self.table()?,
            Event::Alias(id) => {
                let there = self.anchors.get(&id).cloned();
                self.made += there.as_ref().map_or(0, size);
                let there = there.filter(|_| self.made <= MOST);
                return Ok(there.unwrap_or(Node { line: line(span.start.line()), value: Value::Text(String::new()) }));
            }
            _ => Value::Text(String::new()),
        };
        let node = Node { line: line(span.start.line()), value };
        if let Some(id) = anchor {
            self.anchors.insert(id, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self) -> Result<Value, ScanError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(Value::List(items)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn table(&mut self) -> Result<Value, ScanError> {
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
        for (key, node) in merged.iter().flat_map(Node::entries) {
            if !entries.iter().any(|(known, _)| known == key) {
                entries.push((key.clone(), node.clone()));
            }
        }
        Ok(Value::Table(entries))
    }
}

fn size(node: &Node) -> usize {
    1 + node.items().iter().map(size).sum::<usize>() + node.entries().iter().map(|(_, node)| size(node)).sum::<usize>()
}
