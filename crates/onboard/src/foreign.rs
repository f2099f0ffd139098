//! What stands at a place of delivery and was not delivered by this instance: shown before it is taken over.

use crate::fingerprint::Fingerprint;
use doorstep_core::secret::Secret;
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// Something that somebody else made.
#[derive(Clone, Serialize)]
pub struct Foreign {
    /// The names of its values, where it has names.
    pub keys: BTreeSet<String>,
    /// Who says that it is theirs.
    pub whose: Whose,
    /// Stands for what was looked at: nothing that changed since is taken over.
    #[serde(skip)]
    pub stamp: Fingerprint,
    /// Its values, to look for a client's secret among them; empty where it cannot be read.
    #[serde(skip)]
    pub values: Vec<Secret<String>>,
}

/// Who says that something is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Nobody.
    Unsaid,
    /// A program, by its name.
    Program(String),
    /// Another instance of Doorstep, by its issuer.
    Instance(String),
}

impl Foreign {
    /// Something with these names and values.
    pub fn new(pairs: impl IntoIterator<Item = (String, Secret<String>)>, whose: Whose, stamp: Fingerprint) -> Self {
        let (keys, values) = pairs.into_iter().unzip();
        Self { keys, whose, stamp, values }
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Foreign").field("keys", &self.keys).field("whose", &self.whose).finish_non_exhaustive()
    }
}
