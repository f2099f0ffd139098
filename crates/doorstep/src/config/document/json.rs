//! A JSON file as data, with positions. Where it is written as JavaScript would be (a comma at the end, a comment, a
//! name without quotes), each such place is told, and the rest is looked at all the same.

use super::{Document, Places, Site, Sites};
use crate::config::mistake::Mistake;
use crate::config::syntax::is_plain;
use jsonc_parser::ast::{Object, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::tokens::{Token, TokenAndRange};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

pub(super) fn parse(places: &Places<'_>) -> Result<Document, Vec<Mistake>> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
    let mut faults = Vec::new();
    let parsed = match parse_to_ast(places.text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => parsed,
        Err(error) => {
            let loose = ParseOptions {
                allow_comments: true,
                allow_loose_object_property_names: true,
                allow_trailing_commas: true,
                allow_missing_commas: true,
                allow_single_quoted_strings: true,
                ..STRICT
            };
            let parsed = parse_to_ast(places.text, &collect, &loose).ok();
            let tokens = parsed.as_ref().and_then(|parsed| parsed.tokens.as_deref()).unwrap_or_default();
            faults = liberties(tokens, places);
            match parsed {
                Some(parsed) if !faults.is_empty() => parsed,
                _ => {
                    let what = format!("this is not JSON: {}", lower(&error.kind().to_string()));
                    return Err(vec![Mistake::new(places.at(error.range().start), what, None)]);
                }
            }
        }
    };
    let mut reader = Reader { places, sites: Sites::new(), faults };
    match parsed.value {
        Some(Ast::Object(object)) => {
            let tree = reader.object(&object, &mut Vec::new());
            Ok(Document { tree, sites: reader.sites, faults: reader.faults })
        }
        other => {
            let place = places.at(other.map_or(0, |value| value.start()));
            let remedy = Some("write { \"issuer\": \"https://auth.example.org\" }".to_owned());
            Err(vec![Mistake::new(place, "the file is no JSON object", remedy)])
        }
    }
}

/// Where the text is not JSON, and can be read all the same.
fn liberties(tokens: &[TokenAndRange<'_>], places: &Places<'_>) -> Vec<Mistake> {
    let mut found = Vec::new();
    let mut tell = |at: usize, what: &str, remedy: &str| {
        found.push(Mistake::new(places.at(at), what, Some(remedy.to_owned())));
    };
    let said = |token: &&TokenAndRange<'_>| !matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_));
    for comment in tokens.iter().filter(|token| !said(token)) {
        let remedy = "take it out; a file in YAML or TOML can have comments";
        tell(comment.range.start, "JSON has no comments", remedy);
    }
    let tokens: Vec<_> = tokens.iter().filter(said).collect();
    for pair in tokens.windows(2) {
        let [one, next] = pair else { continue };
        match (&one.token, &next.token) {
            (Token::Comma, Token::CloseBrace | Token::CloseBracket) => {
                tell(one.range.start, "a comma stands after the last entry", "take it out");
            }
            (Token::Word(_) | Token::Number(_) | Token::Boolean(_) | Token::Null, Token::Colon) => {
                tell(one.range.start, "a name stands here without quotes", "write it in double quotes");
            }
            (ends, begins) if ends_a_value(ends) && begins_a_value(begins) => {
                tell(next.range.start, "a comma is missing before this", "write a comma between two entries");
            }
            _ => {}
        }
    }
    let single = |token: &&&TokenAndRange<'_>| {
        matches!(token.token, Token::String(_))
            && places.text.get(token.range.start..).is_some_and(|rest| rest.starts_with('\''))
    };
    for token in tokens.iter().filter(single) {
        tell(token.range.start, "single quotes stand here", "write double quotes");
    }
    found
}

const fn ends_a_value(token: &Token<'_>) -> bool {
    use Token::{Boolean, CloseBrace, CloseBracket, Null, Number, String};
    matches!(token, String(_) | Number(_) | Boolean(_) | Null | CloseBrace | CloseBracket)
}

const fn begins_a_value(token: &Token<'_>) -> bool {
    use Token::{Boolean, Null, Number, OpenBrace, OpenBracket, String, Word};
    matches!(token, String(_) | Word(_) | Number(_) | Boolean(_) | Null | OpenBrace | OpenBracket)
}

fn lower(sentence: &str) -> String {
    let mut rest = sentence.chars();
    rest.next().map(|first| first.to_lowercase().chain(rest).collect()).unwrap_or_default()
}

struct Reader<'a> {
    places: &'a Places<'a>,
    sites: Sites,
    faults: Vec<Mistake>,
}

impl Reader<'_> {
    fn object(&mut self, object: &Object<'_>, path: &mut Vec<String>) -> Map<String, Value> {
        let mut out = Map::new();
        for property in &object.properties {
            let name = property.name.as_str();
            let key = self.places.at(property.name.start());
            if out.contains_key(name) {
                let shown = if is_plain(name) { format!("`{name}`") } else { "this".to_owned() };
                let keep = Some("keep one of them".to_owned());
                self.faults.push(Mistake::new(key, format!("{shown} is written a second time"), keep));
                continue;
            }
            path.push(name.to_owned());
            self.sites.insert(path.clone(), Site { key, value: self.places.at(property.value.start()) });
            let value = self.value(&property.value, path);
            path.pop();
            out.insert(name.to_owned(), value);
        }
        out
    }

    fn value(&mut self, value: &Ast<'_>, path: &mut Vec<String>) -> Value {
        match value {
            Ast::StringLit(text) => Value::String(text.value.to_string()),
            Ast::NumberLit(number) => serde_json::from_str(number.value).unwrap_or_default(),
            Ast::BooleanLit(yes) => Value::Bool(yes.value),
            Ast::NullKeyword(_) => Value::Null,
            Ast::Object(object) => Value::Object(self.object(object, path)),
            Ast::Array(list) => {
                let mut entries = Vec::new();
                for (index, entry) in list.elements.iter().enumerate() {
                    path.push(index.to_string());
                    let place = self.places.at(entry.start());
                    self.sites.insert(path.clone(), Site { key: place.clone(), value: place });
                    entries.push(self.value(entry, path));
                    path.pop();
                }
                Value::Array(entries)
            }
        }
    }
}
