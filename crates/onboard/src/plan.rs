//! Desired × observed → what will change: pure, sorted, and empty the second time.
//!
//! There is no step that rotates a secret. What would change the contract that a working app relies on
//! waits for a person's word; what nobody declares any more is named, and removed only when asked.

mod change;

pub use change::{Change, Edit, Field};

use crate::{
    catalog::Doors,
    delivery::{Address, Delivery},
    desired::{Desired, DesiredApp},
    sink::SinkState,
    spec::{AppSpec, ClientSpec, Held},
};
use doorstep_core::{
    id::{AppName, GroupName},
    model::{Owner, UserName},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is there now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// Clients by app.
    pub clients: BTreeMap<AppName, Held<ClientSpec>>,
    /// Apps.
    pub apps: BTreeMap<AppName, Held<AppSpec>>,
    /// What stands at each place of delivery. A place that is not listed was not looked at: nothing could
    /// be there yet.
    pub deliveries: BTreeMap<Address, SinkState>,
    /// Everyone who has an account.
    pub people: BTreeSet<UserName>,
    /// Who is in which group by declaration.
    pub members: BTreeMap<GroupName, BTreeSet<UserName>>,
}

/// What the person who asks has decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Apps whose contract may change.
    pub accept: BTreeSet<AppName>,
    /// Whether orphans go.
    pub prune: bool,
    /// How many apps may go at most; [`REMOVED_WITHOUT_A_WORD`] when nothing was said.
    pub allow_delete: Option<usize>,
}

/// How many apps `--prune` removes before it wants to hear the number (security row 118).
pub const REMOVED_WITHOUT_A_WORD: usize = 3;

/// What will change, sorted by app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Apps with something to do or to say.
    pub apps: Vec<AppPlan>,
    /// Apps that are as they should be.
    pub unchanged: Vec<AppName>,
    /// Groups whose members change.
    pub groups: Vec<GroupPlan>,
    /// How many apps were to be removed, when they are more than may go: none of them does.
    pub too_many_removals: Option<usize>,
}

/// Who joins and who leaves a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupPlan {
    /// The group.
    pub name: GroupName,
    /// These come.
    pub join: BTreeSet<UserName>,
    /// These go.
    pub leave: BTreeSet<UserName>,
}

/// What will change for one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppPlan {
    /// The app.
    pub name: AppName,
    /// What `execute` does, in this order.
    pub steps: Vec<Step>,
    /// What waits for a person's word.
    pub waits: Vec<Wait>,
    /// Deliveries that something is in the way of.
    pub blocked: Vec<Blocked>,
    /// Deliveries whose place did not answer: looked at again later.
    pub unreachable: Vec<Blocked>,
    /// Whether nothing declares it any more and it stays until it is pruned.
    pub orphan: bool,
    /// What remains to be done by hand once the app is made.
    pub setup: Vec<String>,
    /// What stays open beside the sign-in of an app that is made.
    pub doors: Option<Doors<String>>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Make the client.
    CreateClient {
        /// As this.
        spec: ClientSpec,
    },
    /// Change the client; its id and secret stay.
    UpdateClient {
        /// To this.
        spec: ClientSpec,
        /// What is different.
        changes: Vec<Change>,
    },
    /// Make or change the app's entry.
    PutApp {
        /// As this.
        spec: AppSpec,
        /// Whether there was none.
        new: bool,
        /// What is different from the one there was.
        changes: Vec<Change>,
    },
    /// Write credentials.
    Deliver {
        /// What and where.
        delivery: Delivery,
        /// Why.
        reason: Reason,
    },
    /// Remove the app's entry.
    DeleteApp,
    /// Remove the client.
    DeleteClient,
}

/// Why something is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The client is new.
    New,
    /// It is not there.
    Missing,
    /// It is not what it should be.
    Differs,
    /// Everyone on the machine can read it.
    TooOpen,
}

/// Something that needs a person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "wait", rename_all = "snake_case")]
pub enum Wait {
    /// A working app would see something else.
    Contract {
        /// What.
        change: Change,
    },
    /// It was made by hand, and the declaration would take it over.
    TakeOver,
}

/// A delivery that cannot be made, or not now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocked {
    /// Where to.
    pub to: Address,
    /// What is in the way and what to do.
    pub why: String,
}

impl Plan {
    /// Whether `apply` would do something.
    pub fn has_steps(&self) -> bool {
        !self.groups.is_empty() || self.apps.iter().any(|app| !app.steps.is_empty())
    }

    /// Whether anything needs a person: a word, or a place that is blocked.
    pub fn needs_a_person(&self) -> bool {
        self.too_many_removals.is_some() || self.apps.iter().any(|app| !app.waits.is_empty() || !app.blocked.is_empty())
    }
}

impl AppPlan {
    fn new(name: AppName) -> Self {
        Self {
            name,
            steps: Vec::new(),
            waits: Vec::new(),
            blocked: Vec::new(),
            unreachable: Vec::new(),
            orphan: false,
            setup: Vec::new(),
            doors: None,
        }
    }

    const fn is_empty(&self) -> bool {
        let nothing_waits = self.waits.is_empty() && self.blocked.is_empty() && self.unreachable.is_empty();
        self.steps.is_empty() && nothing_waits && !self.orphan
    }

    /// Whether the app is new to the provider.
    pub fn creates(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::CreateClient { .. } | Step::PutApp { new: true, .. }))
    }

    /// Whether it goes.
    pub fn removes(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::DeleteApp | Step::DeleteClient))
    }
}

/// What to do so that `observed` becomes `desired`.
pub fn plan(desired: &Desired, observed: &Observed, choices: &Choices) -> Plan {
    let plan = unlimited(desired, observed, choices);
    let removed = plan.apps.iter().filter(|app| app.removes()).count();
    if removed <= choices.allow_delete.unwrap_or(REMOVED_WITHOUT_A_WORD) {
        return plan;
    }
    let cautious = Choices { prune: false, ..choices.clone() };
    Plan { too_many_removals: Some(removed), ..unlimited(desired, observed, &cautious) }
}

fn unlimited(desired: &Desired, observed: &Observed, choices: &Choices) -> Plan {
    let mut plan = Plan { groups: groups(desired, observed), ..Plan::default() };
    for app in &desired.apps {
        let planned = declared(app, observed, choices);
        if planned.is_empty() {
            plan.unchanged.push(app.name().clone());
        } else {
            plan.apps.push(planned);
        }
    }
    let names: BTreeSet<&AppName> = desired.apps.iter().map(DesiredApp::name).collect();
    let held = observed.clients.keys().chain(observed.apps.keys()).collect::<BTreeSet<_>>();
    for name in held.into_iter().filter(|name| !names.contains(name)) {
        let mut planned = AppPlan::new(name.clone());
        orphaned(&mut planned, observed, choices, None);
        if !planned.is_empty() {
            plan.apps.push(planned);
        }
    }
    plan.apps.sort_by(|a, b| a.name.cmp(&b.name));
    plan
}

/// Whoever has no account yet joins when it is made.
fn groups(desired: &Desired, observed: &Observed) -> Vec<GroupPlan> {
    let names: BTreeSet<&GroupName> = desired.groups.keys().chain(observed.members.keys()).collect();
    let none = BTreeSet::new();
    let change = |name: &GroupName| {
        let wanted: BTreeSet<&UserName> =
            desired.groups.get(name).unwrap_or(&none).intersection(&observed.people).collect();
        let held: BTreeSet<&UserName> = observed.members.get(name).unwrap_or(&none).iter().collect();
        let only =
            |a: &BTreeSet<&UserName>, b: &BTreeSet<&UserName>| a.difference(b).map(|name| (*name).clone()).collect();
        GroupPlan { name: name.clone(), join: only(&wanted, &held), leave: only(&held, &wanted) }
    };
    let changes = names.into_iter().map(change);
    changes.filter(|group| !(group.join.is_empty() && group.leave.is_empty())).collect()
}

fn declared(app: &DesiredApp, observed: &Observed, choices: &Choices) -> AppPlan {
    let name = app.name();
    let mut planned = AppPlan::new(name.clone());
    let accepted = choices.accept.contains(name);
    let (client, entry) = (observed.clients.get(name), observed.apps.get(name));
    let by_hand = client.is_some_and(made_by_hand) || entry.is_some_and(made_by_hand);
    if by_hand && !accepted {
        planned.waits.push(Wait::TakeOver);
        return planned;
    }
    if let Some(wanted) = &app.client {
        match client {
            None => planned.steps.push(Step::CreateClient { spec: wanted.clone() }),
            Some(held) => update(&mut planned, wanted, held, accepted),
        }
    }
    put_app(&mut planned, &app.spec, entry);
    for delivery in &app.deliveries {
        deliver(&mut planned, delivery, observed, client.is_none());
    }
    orphaned(&mut planned, observed, choices, Some(app));
    if planned.creates() {
        planned.setup.clone_from(&app.setup);
        planned.doors.clone_from(&app.doors);
    }
    planned
}

fn update(planned: &mut AppPlan, wanted: &ClientSpec, held: &Held<ClientSpec>, accepted: bool) {
    let mut spec = wanted.clone();
    let mut changes = change::between(&held.spec, wanted);
    if !accepted {
        for change in changes.extract_if(.., |change| change.contract) {
            change.field.copy(&held.spec, &mut spec);
            planned.waits.push(Wait::Contract { change });
        }
    }
    if !changes.is_empty() || made_by_hand(held) {
        planned.steps.push(Step::UpdateClient { spec, changes });
    }
}

fn put_app(planned: &mut AppPlan, wanted: &AppSpec, held: Option<&Held<AppSpec>>) {
    let told: Vec<Change> = planned
        .steps
        .iter()
        .flat_map(|step| match step {
            Step::UpdateClient { changes, .. } => changes.clone(),
            _ => Vec::new(),
        })
        .collect();
    let changes = held.map(|held| change::between_apps(&held.spec, wanted)).unwrap_or_default();
    if held.is_none_or(|held| held.spec != *wanted || made_by_hand(held)) {
        let changes = changes.into_iter().filter(|change| !told.contains(change)).collect();
        planned.steps.push(Step::PutApp { spec: wanted.clone(), new: held.is_none(), changes });
    }
}

/// While a contract waits, what is there stays as it is; what is lost is restored all the same.
fn deliver(planned: &mut AppPlan, delivery: &Delivery, observed: &Observed, new: bool) {
    let waits = !planned.waits.is_empty();
    let reason = match observed.deliveries.get(&delivery.to) {
        Some(SinkState::Same) => return,
        Some(SinkState::Differs) if waits => return,
        Some(SinkState::Blocked { why }) => {
            planned.blocked.push(Blocked { to: delivery.to.clone(), why: why.clone() });
            return;
        }
        Some(SinkState::Unreachable { why }) => {
            planned.unreachable.push(Blocked { to: delivery.to.clone(), why: why.clone() });
            return;
        }
        _ if new => Reason::New,
        Some(SinkState::Differs) => Reason::Differs,
        Some(SinkState::TooOpen) => Reason::TooOpen,
        Some(SinkState::Absent) | None => Reason::Missing,
    };
    planned.steps.push(Step::Deliver { delivery: delivery.clone(), reason });
}

/// What a declaration made once and no longer asks for. What was made by hand is nobody's orphan.
fn orphaned(planned: &mut AppPlan, observed: &Observed, choices: &Choices, app: Option<&DesiredApp>) {
    let name = &planned.name;
    let entry = app.is_none() && observed.apps.get(name).is_some_and(|held| held.owner == Owner::Config);
    let wants_client = app.is_some_and(|app| app.client.is_some());
    let client = !wants_client && observed.clients.get(name).is_some_and(|held| held.owner == Owner::Config);
    if !choices.prune {
        planned.orphan = entry || client;
        return;
    }
    if entry {
        planned.steps.push(Step::DeleteApp);
    }
    if client {
        planned.steps.push(Step::DeleteClient);
    }
}

fn made_by_hand<T>(held: &Held<T>) -> bool {
    held.owner == Owner::Console
}
