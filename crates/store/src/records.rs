//! Records that grow: how two neighbouring releases can run on one database without losing each other's fields.
//!
//! The rest of a client or an app is a JSON document. A field that a document lacks has a default; a field that
//! this release does not know is kept as it is when the row is written again. A row says which record version may
//! serve it at least: what this release must not overlook is refused whole, and stays untouched.

pub use crate::unreadable::{RECORD_VERSION, Unreadable};
use crate::{error::StoreError, row::Row};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// The lowest record version that may serve what this release writes.
pub(crate) const READABLE_FROM: i64 = 1;
/// The lowest that may serve an app with rules.
pub(crate) const WITH_RULES: i64 = 2;
/// The lowest that may serve an app that takes no `Authorization` but a token of Doorstep's.
pub(crate) const WITH_CONSUME: i64 = 3;
/// The lowest that may serve one with a rule that asks how and when somebody signed in.
pub(crate) const WITH_PROOF: i64 = 4;
/// The lowest that may serve an app that is told nothing of people.
pub(crate) const WITH_POSTURE: i64 = 5;
/// The lowest that may serve one that is told who people are by a signature.
pub(crate) const WITH_ASSERTION: i64 = 6;
/// The lowest that may serve what asks for a sign-in of some level, wherever people come in.
pub(crate) const WITH_LEVEL: i64 = 7;

/// A row that could be read, or why not.
pub type Readable<T> = Result<T, Unreadable>;

/// Refuses a row of a newer release.
pub(crate) fn refuse_newer(table: &'static str, record: &str, needs: i64) -> Readable<()> {
    if needs > RECORD_VERSION {
        return Err(Unreadable::Newer { table, record: record.to_owned(), needs });
    }
    Ok(())
}

/// Turns what is wrong with a column into what is wrong with its record.
pub(crate) fn readable<T>(table: &'static str, record: &str, read: Result<T, StoreError>) -> Readable<T> {
    read.map_err(|error| match error {
        StoreError::Corrupt { what, .. } => Unreadable::Corrupt { table, record: record.to_owned(), what },
        error => Unreadable::Corrupt { table, record: record.to_owned(), what: error.to_string() },
    })
}

/// A document as it is to be written over `stored`: what this release knows is as it says now, what it does not
/// know is as it was.
pub(crate) fn rewritten<D>(table: &'static str, document: &D, stored: Option<&str>) -> Result<String, StoreError>
where
    D: Serialize + DeserializeOwned,
{
    let corrupt = |error: serde_json::Error| StoreError::Corrupt { table, what: error.to_string() };
    let mut new = serde_json::to_value(document).map_err(corrupt)?;
    // What cannot be read at all holds nothing that could be kept.
    let old = stored.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let known = stored.and_then(|text| serde_json::from_str::<D>(text).ok());
    if let (Some(old), Some(known)) = (old, known) {
        let known = serde_json::to_value(known).map_err(corrupt)?;
        keep_unknown(&mut new, old, &known);
    }
    Ok(new.to_string())
}

/// Adds to `new` the fields of `old` that `known`, the part of `old` that this release reads, does not have.
fn keep_unknown(new: &mut Value, old: Value, known: &Value) {
    let (Value::Object(new), Value::Object(old), Value::Object(known)) = (new, old, known) else { return };
    for (name, value) in old {
        match (new.get_mut(&name), known.get(&name)) {
            (Some(new), Some(known)) => keep_unknown(new, value, known),
            (None, None) => _ = new.insert(name, value),
            _ => {}
        }
    }
}

impl Row {
    /// The document in a column. One that is not an object is none.
    pub(crate) fn document<D: DeserializeOwned>(&mut self, column: usize) -> Result<D, StoreError> {
        let fields: Map<String, Value> = self.json(column)?;
        serde_json::from_value(Value::Object(fields)).map_err(|_| self.corrupt(column, "a document of this release"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Serialize, Deserialize)]
    #[serde(default)]
    struct Document {
        pkce: String,
        role: Option<Role>,
        numbers: BTreeMap<String, i64>,
    }

    impl Default for Document {
        fn default() -> Self {
            Self { pkce: "required".into(), role: None, numbers: BTreeMap::new() }
        }
    }

    #[derive(Serialize, Deserialize)]
    struct Role {
        claim: String,
    }

    fn written(stored: &str, change: impl Fn(&mut Document)) -> Value {
        let mut document: Document = serde_json::from_str(stored).unwrap();
        change(&mut document);
        serde_json::from_str(&rewritten("clients", &document, Some(stored)).unwrap()).unwrap()
    }

    #[test]
    fn what_is_unknown_is_kept_at_every_depth_and_what_is_known_is_as_it_is_now() {
        let stored = r#"{"new": [1], "role": {"claim": "r", "new": "x"}, "numbers": {"a": 1, "b": 2}}"#;
        let now = written(stored, |document| {
            document.numbers.remove("a");
            document.role.as_mut().unwrap().claim = "roles".into();
        });
        let wanted = serde_json::json!({
            "pkce": "required", "new": [1], "role": {"claim": "roles", "new": "x"}, "numbers": {"b": 2},
        });
        assert_eq!(now, wanted);
        let without = written(stored, |document| document.role = None);
        assert_eq!((&without["role"], &without["new"]), (&Value::Null, &serde_json::json!([1])));
    }

    #[test]
    fn what_cannot_be_read_is_written_over() {
        for stored in ["", "[]", "{\"pkce\": 7}", "null"] {
            let text = rewritten("clients", &Document::default(), Some(stored)).unwrap();
            let now: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(now["pkce"], "required", "{stored}");
        }
    }
}
