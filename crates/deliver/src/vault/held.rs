//! What stands at a path, and whose it is. Pure.

use crate::pairs;
use doorstep_core::secret::Secret;
use doorstep_onboard::sink::Fingerprint;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Says who manages a secret, in its `custom_metadata`.
const MANAGED_BY: (&str, &str) = ("managed-by", "doorstep");
/// The issuer of the instance that delivers it.
const INSTANCE: &str = "instance";
const APP: &str = "app";

/// A secret, as it is there.
#[derive(Default)]
pub(super) struct Held {
    /// 0 where nothing ever was.
    pub(super) version: u64,
    /// What is said of it; other people's words too.
    custom: BTreeMap<String, String>,
    /// The live version's values; `None` where there is none.
    values: Option<Map<String, Value>>,
}

/// Whose a secret is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Owner<'h> {
    /// Ours, as its mark says.
    Us,
    /// It says of no instance.
    Unsaid {
        /// Whether it is marked as a delivery.
        delivered: bool,
    },
    /// That of another instance.
    Other(&'h str),
}

/// What the server says of a path.
pub(super) enum Found {
    /// What is there, or that nothing is.
    Held(Held),
    /// It is no answer of Vault.
    Unreadable,
}

impl Held {
    /// Reads an answer. That nothing is there is said by Vault itself, with a list of errors that is empty; whatever
    /// stands before it may say 404 or 200 of its own.
    pub(super) fn read(found: bool, body: &[u8]) -> Found {
        match serde_json::from_slice::<Reading>(body) {
            Ok(Reading { data: Some(Version { data, metadata }), .. }) => {
                let custom = metadata.custom_metadata.unwrap_or_default();
                Found::Held(Self { version: metadata.version, custom, values: data })
            }
            Ok(Reading { data: None, errors: Some(errors) }) if !found && errors.is_empty() => {
                Found::Held(Self::default())
            }
            _ => Found::Unreadable,
        }
    }

    pub(super) fn owner(&self, instance: &str) -> Owner<'_> {
        let delivered = self.custom.get(MANAGED_BY.0).is_some_and(|who| who == MANAGED_BY.1);
        match self.custom.get(INSTANCE).filter(|_| delivered) {
            Some(who) if who == instance => Owner::Us,
            Some(who) => Owner::Other(who),
            None => Owner::Unsaid { delivered },
        }
    }

    /// The mark, beside what is said there already.
    pub(super) fn marked(&self, instance: &str, app: &str) -> BTreeMap<String, String> {
        let mut custom = self.custom.clone();
        for (key, value) in [MANAGED_BY, (INSTANCE, instance), (APP, app)] {
            custom.insert(key.to_owned(), value.to_owned());
        }
        custom
    }

    /// Names and values of the live version.
    pub(super) fn pairs(&self) -> Vec<(String, Secret<String>)> {
        self.values.iter().flat_map(|values| pairs::leaves(&Value::Object(values.clone()))).collect()
    }

    /// Stands for the version that was looked at, and for whose it is.
    pub(super) fn stamp(&self) -> Fingerprint {
        let version = self.version.to_string();
        let custom = self.custom.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        Fingerprint::of_pairs(custom.chain([("", version.as_str())]))
    }

    /// What is said of it.
    pub(super) fn said(&self) -> &BTreeMap<String, String> {
        &self.custom
    }

    pub(super) fn is_live(&self) -> bool {
        self.values.is_some()
    }

    /// A first version without a value: nobody loses anything in it. It is what a delivery begins with.
    pub(super) fn is_a_shell(&self) -> bool {
        self.version == 1 && self.values.as_ref().is_some_and(Map::is_empty)
    }

    /// A shell that was written just now.
    pub(super) fn shell() -> Self {
        Self { version: 1, custom: BTreeMap::new(), values: Some(Map::new()) }
    }

    pub(super) fn is(&self, content: Fingerprint) -> bool {
        let texts = |values: &Map<String, Value>| -> Option<BTreeMap<String, String>> {
            values.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
        };
        let texts = self.values.as_ref().and_then(texts);
        texts.is_some_and(|texts| Fingerprint::of_pairs(texts.iter().map(|(k, v)| (k.as_str(), v.as_str()))) == content)
    }
}

#[derive(Deserialize)]
struct Reading {
    data: Option<Version>,
    errors: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct Version {
    data: Option<Map<String, Value>>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
    custom_metadata: Option<BTreeMap<String, String>>,
}
