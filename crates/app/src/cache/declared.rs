//! Who belongs to which group by configuration, for accounts that do not exist yet.

use arc_swap::ArcSwap;
use doorstep_core::{id::GroupName, model::UserName};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Who belongs to which group by configuration: group to user names.
pub type DeclaredGroups = BTreeMap<GroupName, BTreeSet<UserName>>;

/// What the configuration declared last.
#[derive(Default)]
pub(crate) struct Declared(ArcSwap<DeclaredGroups>);

impl Declared {
    /// The groups as declared.
    pub(crate) fn groups(&self) -> Arc<DeclaredGroups> {
        self.0.load_full()
    }

    /// Remembers them for accounts that this process makes. Changes nothing in the database.
    pub(crate) fn set(&self, declared: DeclaredGroups) {
        self.0.store(declared.into());
    }
}
