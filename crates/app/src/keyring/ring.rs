//! The root keys that a server holds, and which of them is which, as the database says. New things are made under the one
//! in force; whatever was made under another opens as well.

use super::{KeyError, RootKeys, derived::Derived};
use doorstep_core::model::{KeyGeneration, RootKeyId, RootKeyRecord, RootKeyRecords};
use std::sync::Arc;

/// What is held, and what is known of it. One value, so that whoever looks sees one state.
#[derive(Clone)]
pub(super) struct Ring {
    held: Vec<Arc<Derived>>,
    records: RootKeyRecords,
}

impl Ring {
    /// Nothing is known of them yet: then the first is the one that things are made under.
    pub(super) fn new(keys: &RootKeys) -> Result<Self, KeyError> {
        let held = keys.iter().map(|key| Derived::new(key).map(Arc::new)).collect::<Result<_, _>>()?;
        Ok(Self { held, records: RootKeyRecords::default() })
    }

    /// With these keys as well. One that the database knows is not let go of, because something may be under it; another
    /// one that is not among these any more is.
    pub(super) fn with_keys(&self, further: &Self) -> Self {
        let mut held = further.held.clone();
        let is_known = |key: &Derived| self.records.generation_of(key.id()).is_some();
        let stays = self.held.iter().filter(|key| further.by_id(key.id()).is_none() && is_known(key));
        held.extend(stays.cloned());
        Self { held, records: self.records.clone() }
    }

    /// With what the database says of them. A key that was ever in force has to be held.
    pub(super) fn with_records(&self, records: RootKeyRecords) -> Result<Self, KeyError> {
        let lacks = |record: &&RootKeyRecord| record.in_force_at.is_some() && self.by_id(&record.id).is_none();
        if let Some(record) = records.iter().rev().find(lacks) {
            return Err(KeyError::Lacking { generation: record.generation, id: record.id.clone() });
        }
        Ok(Self { held: self.held.clone(), records })
    }

    pub(super) const fn records(&self) -> &RootKeyRecords {
        &self.records
    }

    /// Those that are held, in the order in which they are written.
    pub(super) fn held(&self) -> &[Arc<Derived>] {
        &self.held
    }

    pub(super) fn by_id(&self, id: &RootKeyId) -> Option<&Arc<Derived>> {
        self.held.iter().find(|key| key.id() == id)
    }

    /// The one that things are made under.
    pub(super) fn current(&self) -> Result<&Derived, KeyError> {
        let known = self.records.current().and_then(|record| self.by_id(&record.id));
        known.or_else(|| self.held.first()).map(AsRef::as_ref).ok_or(KeyError::Crypto("to work without a root key"))
    }

    pub(super) fn current_generation(&self) -> KeyGeneration {
        self.records.current().map_or(KeyGeneration::FIRST, |record| record.generation)
    }

    /// The key of a generation, one that is only offered included: another server may use it already.
    pub(super) fn of(&self, generation: KeyGeneration) -> Result<&Derived, KeyError> {
        let Some(record) = self.records.iter().find(|record| record.generation == generation) else {
            // Before anything was entered there is the first alone.
            return if generation == KeyGeneration::FIRST {
                self.current()
            } else {
                Err(KeyError::Unknown(generation))
            };
        };
        let held = self.by_id(&record.id).map(AsRef::as_ref);
        held.ok_or_else(|| KeyError::Lacking { generation, id: record.id.clone() })
    }

    /// All that are held, the one in force first: by which of them something was made is not known.
    pub(super) fn each(&self) -> impl Iterator<Item = &Derived> {
        let current = self.current().ok();
        let others = self.held.iter().map(AsRef::as_ref);
        current.into_iter().chain(others.filter(move |key| current.is_none_or(|current| current.id() != key.id())))
    }
}
