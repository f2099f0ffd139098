//! A TOML file as data, with positions. One parse finds every fault of syntax.

use super::{Document, Places, Site, Sites};
use crate::config::mistake::Mistake;
use crate::config::syntax;
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn parse(places: &Places<'_>) -> Result<Document, Vec<Mistake>> {
    let text = places.text;
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors.iter().map(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let (header, line) = (syntax::header_at(text, at), syntax::line_at(text, at));
        syntax::SyntaxFault { place: places.at(at), header, line, message: error.message() }
    });
    let faults: Vec<_> = faults.collect();
    let readable = faults.iter().all(syntax::SyntaxFault::is_twice);
    let mistakes = syntax::mistakes(faults);
    if !readable {
        return Err(mistakes);
    }
    let mut sites = Sites::new();
    let tree = Reader(places).table(table.get_ref(), &mut Vec::new(), &mut sites);
    Ok(Document { tree, sites, faults: mistakes })
}

struct Reader<'a>(&'a Places<'a>);

impl Reader<'_> {
    fn table(&self, table: &DeTable<'_>, path: &mut Vec<String>, sites: &mut Sites) -> Map<String, Value> {
        let mut out = Map::new();
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            let site = Site { key: self.0.at(key.span().start), value: self.0.at(value.span().start) };
            sites.insert(path.clone(), site);
            out.insert(key.get_ref().to_string(), self.value(value, path, sites));
            path.pop();
        }
        out
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, path: &mut Vec<String>, sites: &mut Sites) -> Value {
        match value.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Boolean(yes) => Value::Bool(*yes),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
            }
            DeValue::Float(number) => {
                number.as_str().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
            }
            // No setting takes a date, so that it only has to differ from what they take.
            DeValue::Datetime(_) => Value::Null,
            DeValue::Table(table) => Value::Object(self.table(table, path, sites)),
            DeValue::Array(list) => {
                let entries = list.iter().enumerate().map(|(index, entry)| {
                    path.push(index.to_string());
                    let place = self.0.at(entry.span().start);
                    sites.insert(path.clone(), Site { key: place.clone(), value: place });
                    let value = self.value(entry, path, sites);
                    path.pop();
                    value
                });
                Value::Array(entries.collect())
            }
        }
    }
}
