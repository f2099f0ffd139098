//! What a plan is made from, beside what is declared: what is there now, and what a person has decided.

use super::made_by_hand;
use crate::{
    delivery::Address,
    provider::{Capabilities, People, RemoteId},
    sink::{Fingerprint, SinkState},
    spec::{AppSpec, ClientSpec, Held},
};
use doorstep_core::{
    id::{AppName, ClientId, GroupName},
    model::{Rotation, UserName},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is there now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// What the provider can express; everything, when nobody was asked.
    pub capabilities: Option<Capabilities>,
    /// Clients by app.
    pub clients: BTreeMap<AppName, Held<ClientSpec>>,
    /// Further clients of apps, by id, and whatever else has an id that one of them is to have.
    pub extras: BTreeMap<ClientId, Held<ClientSpec>>,
    /// What the provider calls the clients of apps.
    pub remote: BTreeMap<AppName, RemoteId>,
    /// Clients of ours that are not bound to their id yet: a process ended while it made them.
    pub unbound: BTreeSet<AppName>,
    /// Clients whose secret nobody knows.
    pub secretless: BTreeSet<AppName>,
    /// Apps.
    pub apps: BTreeMap<AppName, Held<AppSpec>>,
    /// What stands at each place of delivery. A place that is not listed was not looked at: nothing could
    /// be there yet.
    pub deliveries: BTreeMap<Address, SinkState>,
    /// What was delivered where and for which app, declared today or not.
    pub delivered: BTreeMap<Address, (AppName, Fingerprint)>,
    /// Places where something else was delivered last, as far as is remembered, than what belongs there now, or nothing;
    /// and what belongs there.
    pub unrecorded: BTreeMap<Address, Fingerprint>,
    /// Rotations of client secrets that are under way.
    pub rotations: BTreeMap<AppName, Rotation>,
    /// Why the icons that apps name are not shown.
    pub letters: BTreeMap<AppName, String>,
    /// Accounts and groups.
    pub people: People,
}

/// What the person who asks has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Apps whose contract may change.
    pub accept: BTreeSet<AppName>,
    /// What a person made and the declaration takes over. What waits for another reason goes on waiting.
    pub handed: BTreeSet<Handed>,
    /// Groups that people may leave although the file may have misspelt them.
    pub accept_groups: BTreeSet<GroupName>,
    /// People who may have a name or mail address that belonged to somebody else.
    pub accept_people: BTreeSet<UserName>,
    /// Whether orphans go.
    pub prune: bool,
    /// Apps that go when nothing declares them, whatever becomes of the others.
    pub remove: BTreeSet<AppName>,
    /// How many apps may go at most; [`REMOVED_WITHOUT_A_WORD`] when nothing was said.
    pub allow_delete: Option<usize>,
}

/// Something that a person made and that a declaration may take over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Handed {
    /// The client of this app.
    Client(AppName),
    /// The entry of this app.
    Entry(AppName),
    /// The further client with this id.
    Extra(ClientId),
}

impl Choices {
    /// Whether all that becomes of what is held was approved: with the app, or with it alone while it is a person's.
    pub(super) fn approve<T>(&self, app: &AppName, held: &Held<T>, what: &Handed) -> bool {
        self.accept.contains(app) || (made_by_hand(held) && self.handed.contains(what))
    }

    /// Whether what is left of this app goes.
    pub(super) fn removes(&self, app: &AppName) -> bool {
        self.prune || self.remove.contains(app)
    }
}

/// How many apps `--prune` removes before it wants to hear the number (security row 118).
pub const REMOVED_WITHOUT_A_WORD: usize = 3;
