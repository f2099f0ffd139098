//! Desired × observed → what will change: pure, sorted, and empty the second time.
//!
//! No secret rotates: one is drawn only where nobody has it, or with a client that a person lets the declaration take
//! over. What would change the contract that a working app relies on waits for approval; what nobody declares
//! any more is named, and removed only when asked.

mod change;
mod deliveries;
mod doors;
mod extras;
mod given;
mod groups;
mod leaving;
mod limits;
mod people;
mod renamed;
mod rotating;
mod step;

pub use change::{Change, Edit, Field, changed};
pub use given::{Choices, Handed, Observed, REMOVED_WITHOUT_A_WORD};
pub use groups::{GroupPlan, GroupWait, Misspelt};
pub use people::{PersonPlan, PersonWait};
pub use rotating::{Rotating, Stage};
pub use step::{Blocked, Reason, Step, Wait};

use crate::{
    catalog::Doors,
    delivery::Address,
    desired::{Desired, DesiredApp, Opened, Reopened},
    provider::{RemoteId, SecretTelling},
    spec::{AppSpec, ClientSpec, Held},
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::{ClientAuthMethod, Owner},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// What will change, sorted by app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Apps with something to do or to say.
    pub apps: Vec<AppPlan>,
    /// Apps that are as they should be.
    pub unchanged: Vec<AppName>,
    /// Groups whose members change.
    pub groups: Vec<GroupPlan>,
    /// How many declared groups the provider has no room for.
    pub groups_left_out: usize,
    /// Whoever is invited and has no account yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonPlan>,
    /// How many invitations there are that the provider makes no accounts for.
    #[serde(skip_serializing_if = "is_none")]
    pub people_left_out: usize,
    /// How many apps were to be removed, when they are more than may go: none of them does.
    pub too_many_removals: Option<usize>,
}

/// What will change for one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppPlan {
    /// The app.
    pub name: AppName,
    /// What the provider calls its client, when there is one.
    #[serde(skip)]
    pub remote: Option<RemoteId>,
    /// What `execute` does, in this order.
    pub steps: Vec<Step>,
    /// What waits for approval.
    pub waits: Vec<Wait>,
    /// Deliveries that cannot be written.
    pub blocked: Vec<Blocked>,
    /// Deliveries whose place did not answer: looked at again later.
    pub unreachable: Vec<Blocked>,
    /// What the declaration says and the provider cannot express.
    pub cannot: Vec<Change>,
    /// Whether nothing declares it any more and it stays until it is pruned.
    pub orphan: bool,
    /// Earlier deliveries that nothing declares any more and that stay until they are pruned.
    pub left: Vec<Address>,
    /// Further clients that nothing declares any more and that stay until they are pruned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_clients: Vec<ClientId>,
    /// What remains to be done by hand once the app is made.
    pub setup: Vec<String>,
    /// What stays open beside the sign-in of an app that is made.
    pub doors: Option<Doors<String>>,
    /// What the declaration opens beside the sign-in, as long as it says so.
    pub reopens: Vec<Reopened>,
    /// What its rules open without a sign-in, where a step changes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Opened>,
    /// Why its icon is not shown, as long as it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<String>,
    /// The rotation of its client secret, while it is under way.
    pub rotation: Option<Rotating>,
}

impl Plan {
    /// Whether `apply` would do something.
    pub fn has_steps(&self) -> bool {
        self.groups.iter().any(GroupPlan::has_steps)
            || self.people.iter().any(PersonPlan::has_steps)
            || self.apps.iter().any(|app| !app.steps.is_empty())
    }

    /// How many secrets that somebody may be using are replaced.
    pub fn replaced_secrets(&self) -> usize {
        let replaces = |step: &&Step| matches!(step, Step::NewSecret { replaces: true });
        self.apps.iter().flat_map(|app| &app.steps).filter(replaces).count()
    }

    /// Whether anything needs a person: a word, or a place that is blocked.
    pub fn needs_a_person(&self) -> bool {
        self.too_many_removals.is_some()
            || self.groups.iter().any(|group| !group.waits.is_empty())
            || self.people.iter().any(|person| person.wait.is_some())
            || self.apps.iter().any(|app| !app.waits.is_empty() || !app.blocked.is_empty())
    }
}

impl AppPlan {
    fn new(name: AppName, observed: &Observed) -> Self {
        Self {
            remote: observed.remote.get(&name).cloned(),
            name,
            steps: Vec::new(),
            waits: Vec::new(),
            blocked: Vec::new(),
            unreachable: Vec::new(),
            cannot: Vec::new(),
            orphan: false,
            left: Vec::new(),
            left_clients: Vec::new(),
            setup: Vec::new(),
            doors: None,
            reopens: Vec::new(),
            opens: Vec::new(),
            letter: None,
            rotation: None,
        }
    }

    const fn is_empty(&self) -> bool {
        let nothing_waits = self.waits.is_empty() && self.blocked.is_empty() && self.unreachable.is_empty();
        let nothing_said = self.cannot.is_empty() && self.left.is_empty() && self.reopens.is_empty();
        let nothing_said = nothing_said && self.rotation.is_none() && self.left_clients.is_empty();
        let nothing_said = nothing_said && self.letter.is_none();
        self.steps.is_empty() && nothing_waits && nothing_said && !self.orphan
    }

    /// Whether the app is new to the provider.
    pub fn creates(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::CreateClient { .. } | Step::PutApp { new: true, .. }))
    }

    /// Whether other rules take effect by it.
    fn changes_rules(&self) -> bool {
        let changes = |changes: &[Change]| changes.iter().any(|change| change.field == Field::Rules);
        self.steps.iter().any(|step| matches!(step, Step::PutApp { new, changes: of, .. } if *new || changes(of)))
    }

    /// Whether it goes.
    pub fn removes(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::DeleteApp | Step::DeleteClient))
    }
}

/// For what is left out of JSON.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
const fn is_none(count: &usize) -> bool {
    *count == 0
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
    let no_groups = observed.capabilities.as_ref().is_some_and(|can| !can.groups);
    let groups_left_out = if no_groups { desired.groups.len() } else { 0 };
    let no_people = observed.capabilities.as_ref().is_some_and(|can| !can.people);
    let people_left_out = if no_people { desired.people.len() } else { 0 };
    let people = people::people(desired, observed, choices);
    let groups = groups::groups(desired, (observed, &people::accounts(observed, &people)), choices);
    let mut plan = Plan { groups, groups_left_out, people, people_left_out, ..Plan::default() };
    let places: BTreeSet<&Address> =
        desired.apps.iter().flat_map(|app| app.deliveries.iter().map(|delivery| &delivery.to)).collect();
    let names: BTreeSet<&AppName> = desired.apps.iter().map(DesiredApp::name).collect();
    let behind = leaving::LeftBehind::of(observed, &places);
    let undeclared = renamed::Leaving::of(observed, &names);
    let further = extras::Wanted::of(desired);
    let mut taken_over = BTreeSet::new();
    for app in &desired.apps {
        let mut planned = declared(app, observed, choices, &further);
        planned.reopens.clone_from(&app.reopens);
        planned.letter = app.letter.as_ref().or_else(|| observed.letters.get(app.name())).cloned();
        planned.rotation = observed.rotations.get(app.name()).map(Rotating::of);
        if planned.waits.is_empty() {
            taken_over.extend(renamed::take_over(&mut planned, &app.spec, &undeclared));
        }
        behind.add_to(&mut planned, choices);
        if planned.is_empty() {
            plan.unchanged.push(app.name().clone());
        } else {
            plan.apps.push(planned);
        }
    }
    let delivered = observed.delivered.values().map(|(app, _)| app);
    let extras = observed.extras.values().map(|held| &held.spec.app);
    let held: BTreeSet<_> =
        observed.clients.keys().chain(observed.apps.keys()).chain(delivered).chain(extras).collect();
    for name in held.into_iter().filter(|name| !names.contains(name)) {
        let mut planned = AppPlan::new(name.clone(), observed);
        further.add_left(&mut planned, observed, choices);
        leaving::orphaned(&mut planned, observed, choices, (None, taken_over.contains(name), &further));
        behind.add_to(&mut planned, choices);
        if !planned.is_empty() {
            plan.apps.push(planned);
        }
    }
    plan.apps.sort_by(|a, b| a.name.cmp(&b.name));
    plan
}

fn declared(app: &DesiredApp, observed: &Observed, choices: &Choices, further: &extras::Wanted<'_>) -> AppPlan {
    let name = app.name();
    let mut planned = AppPlan::new(name.clone(), observed);
    let accepted = choices.accept.contains(name);
    let (client, entry) = (observed.clients.get(name), observed.apps.get(name));
    let client_approved = client.is_some_and(|held| choices.approve(name, held, &Handed::Client(name.clone())));
    let entry_approved = entry.is_some_and(|held| choices.approve(name, held, &Handed::Entry(name.clone())));
    let client_waits = client.is_some_and(made_by_hand) && !client_approved;
    if client_waits || (entry.is_some_and(made_by_hand) && !entry_approved) {
        planned.waits.push(Wait::TakeOver { replaces_secret: observed.secretless.contains(name), client: None });
        return planned;
    }
    if let Some(wait) = doors::open(app, client, entry).filter(|_| !accepted) {
        planned.waits.push(wait);
        return planned;
    }
    let limits::Expressible { client: wanted, extras, spec, cannot } =
        limits::expressible(app, observed.capabilities.as_ref());
    planned.cannot = cannot;
    if planned.cannot.iter().any(|change| change.field == Field::Allow) && !accepted {
        planned.waits.push(Wait::Everyone);
        return planned;
    }
    let mut new = client.is_none();
    if let Some(wanted) = &wanted {
        match client {
            None => planned.steps.push(Step::CreateClient { spec: wanted.clone() }),
            Some(held) => {
                let held = limits::as_expressible(held, observed.capabilities.as_ref());
                let drawn = instead_of_a_chosen_one(&mut planned, wanted, &held, observed);
                update(&mut planned, wanted, &held, (client_approved, observed.unbound.contains(name)));
                new = drawn || new_secret(&mut planned, wanted, &held, observed);
            }
        }
    }
    extras::declared(&mut planned, (&extras, further), observed, choices);
    if let Some(spec) = &spec {
        put_app(&mut planned, spec, entry);
    }
    for delivery in &app.deliveries {
        deliveries::deliver(&mut planned, delivery, observed, new);
    }
    further.add_left(&mut planned, observed, choices);
    leaving::orphaned(&mut planned, observed, choices, (Some(app), false, further));
    if planned.changes_rules() {
        planned.opens.clone_from(&app.opens);
    }
    if planned.creates() {
        planned.setup.clone_from(&app.setup);
        planned.doors.clone_from(&app.doors);
    }
    planned
}

/// A secret is drawn only for a client whose secret nobody knows, so that nothing of the declaration's rotates.
fn new_secret(planned: &mut AppPlan, wanted: &ClientSpec, held: &Held<ClientSpec>, observed: &Observed) -> bool {
    let once = observed.capabilities.as_ref().is_some_and(|can| can.secrets == SecretTelling::Once);
    let had_none = held.spec.auth_method == ClientAuthMethod::None;
    let unknown = had_none || observed.secretless.contains(&planned.name);
    let needed = once && unknown && wanted.auth_method != ClientAuthMethod::None;
    if needed {
        planned.steps.push(Step::NewSecret { replaces: made_by_hand(held) && !had_none });
    }
    needed
}

/// One that a person chose for a client that the declaration takes over now, and that is not kept, gives way first: a
/// process that is killed after it leaves a client that is still the person's, with a secret that can be told.
fn instead_of_a_chosen_one(
    planned: &mut AppPlan,
    wanted: &ClientSpec,
    held: &Held<ClientSpec>,
    observed: &Observed,
) -> bool {
    let tells = observed.capabilities.as_ref().is_some_and(|can| can.secrets == SecretTelling::Always);
    let has_one = held.spec.auth_method != ClientAuthMethod::None && wanted.auth_method != ClientAuthMethod::None;
    let gives_way = tells && has_one && made_by_hand(held) && observed.secretless.contains(&planned.name);
    if gives_way {
        planned.steps.push(Step::NewSecret { replaces: true });
    }
    gives_way
}

fn update(planned: &mut AppPlan, wanted: &ClientSpec, held: &Held<ClientSpec>, (accepted, unbound): (bool, bool)) {
    let mut spec = wanted.clone();
    let mut changes = change::between(&held.spec, wanted);
    if !accepted {
        for change in changes.extract_if(.., |change| change.contract) {
            change.field.copy(&held.spec, &mut spec);
            planned.waits.push(Wait::Contract { change, client: None });
        }
    }
    if !changes.is_empty() || made_by_hand(held) || unbound {
        planned.steps.push(Step::UpdateClient { spec, changes });
    }
}

fn put_app(planned: &mut AppPlan, wanted: &AppSpec, held: Option<&Held<AppSpec>>) {
    let reported: Vec<Change> = planned
        .steps
        .iter()
        .flat_map(|step| match step {
            Step::UpdateClient { changes, .. } => changes.clone(),
            _ => Vec::new(),
        })
        .collect();
    let changes = held.map(|held| change::between_apps(&held.spec, wanted)).unwrap_or_default();
    if held.is_none_or(|held| held.spec != *wanted || made_by_hand(held)) {
        let changes = changes.into_iter().filter(|change| !reported.contains(change)).collect();
        planned.steps.push(Step::PutApp { spec: wanted.clone(), new: held.is_none(), changes });
    }
}

fn made_by_hand<T>(held: &Held<T>) -> bool {
    held.owner == Owner::Console
}
