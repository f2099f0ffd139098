//! A YAML file as data, with positions: what every reader of YAML understands alike, and nothing else.
//!
//! Anchors, aliases, tags and merge keys are refused, as each value stands where it is read; so are a second document,
//! keys that are no text, and text without quotes that YAML 1.1 and 1.2 read differently (`yaml_plain`).

use super::yaml_plain::{self, Plain};
use super::{Document, Places, Site, Sites, yaml_syntax};
use crate::config::mistake::{Mistake, Place};
use crate::config::syntax::is_plain;
use granit_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Nothing of the configuration is so deep.
const DEEPEST: usize = 64;

pub(super) fn parse(places: &Places<'_>) -> Result<Document, Vec<Mistake>> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let events = Parser::new_from_str_with_options(places.text, options);
    let mut reader = Reader { events, places, sites: Sites::new(), faults: Vec::new() };
    match reader.stream() {
        Ok(Some(tree)) => Ok(Document { tree, sites: reader.sites, faults: reader.faults }),
        Ok(None) => Err(reader.faults),
        Err(error) => {
            let place = reader.place(*error.marker());
            reader.faults.push(yaml_syntax::mistake(error.kind(), place));
            Err(reader.faults)
        }
    }
}

struct Reader<'a> {
    events: Parser<'a, StrInput<'a>>,
    places: &'a Places<'a>,
    sites: Sites,
    faults: Vec<Mistake>,
}

type Read<T> = Result<T, ScanError>;

impl<'a> Reader<'a> {
    fn next(&mut self) -> Read<(Event<'a>, Span)> {
        self.events.next_event().unwrap_or_else(|| Ok((Event::StreamEnd, Span::default())))
    }

    /// The one document; `None` when it has no keys.
    fn stream(&mut self) -> Read<Option<Map<String, Value>>> {
        let mut tree = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => return Ok(Some(tree.unwrap_or_default())),
                Event::DocumentStart(..) if tree.is_some() => {
                    self.fault(
                        span.start,
                        "a second document begins here, and one is read",
                        "take the line out, or give the second document a file of its own in apps.d",
                    );
                    return Ok(tree);
                }
                Event::DocumentStart(_, version) => {
                    if version.is_some_and(|version| (version.major, version.minor) != (1, 2)) {
                        let what = "this names another version of YAML than 1.2";
                        self.fault(span.start, what, "take the line that begins with % out");
                    }
                }
                Event::MappingStart(_, _, tag) => {
                    self.tagged(tag.as_deref(), &span);
                    tree = Some(self.mapping(&mut Vec::new())?);
                }
                Event::Scalar(text, ScalarStyle::Plain, _, None) if text.is_empty() || &*text == "null" => {
                    tree = Some(Map::new());
                }
                _ => {
                    let remedy = "write issuer: \"https://auth.example.org\", or apps: and what belongs to it below";
                    self.fault(span.start, "the file begins with something that is no key", remedy);
                    return Ok(None);
                }
            }
        }
    }

    /// What comes after the start of a mapping.
    fn mapping(&mut self, path: &mut Vec<String>) -> Read<Map<String, Value>> {
        let mut out = Map::new();
        loop {
            let (event, span) = self.next()?;
            let key = match event {
                Event::MappingEnd => return Ok(out),
                Event::Anchor(..) => {
                    self.anchored(&span);
                    continue;
                }
                event => self.key(event, &span)?,
            };
            let Some(key) = key else {
                self.skip()?;
                continue;
            };
            if out.contains_key(&key) {
                let name = if is_plain(&key) { format!("`{key}`") } else { "this".to_owned() };
                let place = self.place(span.start);
                let keep = Some("keep one of them".to_owned());
                self.faults.push(Mistake::new(place, format!("{name} is written a second time"), keep));
                self.skip()?;
                continue;
            }
            path.push(key.clone());
            let value = self.value_of(path, Some(span.start))?;
            path.pop();
            out.insert(key, value);
        }
    }

    /// A key as text; `None` for what cannot be one, which was told.
    fn key(&mut self, event: Event<'a>, span: &Span) -> Read<Option<String>> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                self.tagged(tag.as_deref(), span);
                if style != ScalarStyle::Plain {
                    return Ok(Some(text.into_owned()));
                }
                if &*text == "<<" {
                    let what = "keys are not merged here: `<<` is part of old YAML only";
                    self.fault(span.start, what, "write the keys out where they belong");
                    return Ok(None);
                }
                match yaml_plain::read(&text) {
                    Plain::Read(Value::String(text)) => Ok(Some(text)),
                    Plain::Read(_) => {
                        self.fault(span.start, "a key stands here that is no text", "write it in quotes");
                        Ok(None)
                    }
                    Plain::Trap(what, _) => {
                        self.fault(span.start, &what, "write the key in quotes");
                        Ok(None)
                    }
                }
            }
            other => {
                self.fault(span.start, "a key stands here that is no text", "write a name, and a colon after it");
                self.skip_from(&other)?;
                Ok(None)
            }
        }
    }

    /// The value that comes next, and its place. One that begins on a line below its key is told at the key.
    fn value_of(&mut self, path: &mut Vec<String>, key: Option<Marker>) -> Read<Value> {
        let (mut event, mut span) = self.next()?;
        while let Event::Anchor(..) = event {
            self.anchored(&span);
            (event, span) = self.next()?;
        }
        let below = !matches!(event, Event::Scalar(..)) && key.is_some_and(|key| key.line() != span.start.line());
        let at = key.filter(|_| below || span.is_empty()).unwrap_or(span.start);
        let value = self.place(at);
        let key = key.map_or_else(|| value.clone(), |key| self.place(key));
        self.sites.insert(path.clone(), Site { key, value });
        self.value(event, &span, path)
    }

    fn value(&mut self, event: Event<'a>, span: &Span, path: &mut Vec<String>) -> Read<Value> {
        match event {
            Event::Scalar(text, style, _, tag) => {
                self.tagged(tag.as_deref(), span);
                Ok(self.scalar(text, style, span))
            }
            Event::MappingStart(_, _, tag) => {
                self.tagged(tag.as_deref(), span);
                Ok(Value::Object(self.mapping(path)?))
            }
            Event::SequenceStart(_, _, tag) => {
                self.tagged(tag.as_deref(), span);
                self.sequence(path)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.fault(span.start, "a value stands here by reference (*), which is not read", "write it out");
                Ok(Value::Null)
            }
            _ => Ok(Value::Null),
        }
    }

    fn sequence(&mut self, path: &mut Vec<String>) -> Read<Value> {
        let mut entries = Vec::new();
        while let Some(next) = self.events.peek() {
            if matches!(next, Ok((Event::SequenceEnd, _))) {
                self.next()?;
                break;
            }
            if matches!(next, Ok((Event::Anchor(..), _))) {
                let (_, span) = self.next()?;
                self.anchored(&span);
                continue;
            }
            path.push(entries.len().to_string());
            let entry = self.value_of(path, None)?;
            path.pop();
            entries.push(entry);
        }
        Ok(Value::Array(entries))
    }

    fn scalar(&mut self, text: Cow<'a, str>, style: ScalarStyle, span: &Span) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.into_owned());
        }
        match yaml_plain::read(&text) {
            Plain::Read(value) => value,
            Plain::Trap(what, remedy) => {
                self.fault(span.start, &what, &remedy);
                Value::String(text.into_owned())
            }
        }
    }

    /// Passes over the next node.
    fn skip(&mut self) -> Read<()> {
        let (event, span) = self.next()?;
        if matches!(event, Event::Anchor(..)) {
            self.anchored(&span);
            return self.skip();
        }
        self.skip_from(&event)
    }

    /// Passes over the rest of the node that `event` begins.
    fn skip_from(&mut self, event: &Event<'a>) -> Read<()> {
        let mut depth = usize::from(matches!(event, Event::MappingStart(..) | Event::SequenceStart(..)));
        while depth > 0 {
            match self.next()?.0 {
                Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
                Event::MappingEnd | Event::SequenceEnd => depth -= 1,
                Event::StreamEnd => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    fn tagged(&mut self, tag: Option<&Tag>, span: &Span) {
        if tag.is_some() {
            let remedy = "take it out; text is in quotes, a number is not";
            self.fault(span.start, "a tag (!) stands before this, and none is read", remedy);
        }
    }

    fn anchored(&mut self, span: &Span) {
        let remedy = "take it out, and write the value out wherever it is needed";
        self.fault(span.start, "an anchor (&) stands here, and none is read", remedy);
    }

    fn fault(&mut self, at: Marker, what: &str, remedy: &str) {
        let place = self.place(at);
        self.faults.push(Mistake::new(place, what, Some(remedy.to_owned())));
    }

    fn place(&self, at: Marker) -> Place {
        self.places.at(at.byte_offset().unwrap_or(self.places.text.len()))
    }
}
