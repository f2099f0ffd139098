//! Does what a plan says, in its order, and reports each group and app. Makes no choices of its own.
//!
//! A step that fails ends its app, because the next rests on it; a delivery that fails ends nothing; the
//! other apps go on. Doing the same plan twice does no harm. A client's id and secret are remembered before
//! anything else happens, so that a process may end anywhere.

mod deliver;
mod report;

pub use deliver::deliver;
pub use report::{AppReport, Done, GroupReport, PersonReport, Report};

use crate::{
    delivery::Address,
    ledger::{Ledger, LedgerError},
    means::Means,
    plan::{AppPlan, Change, GroupPlan, PersonPlan, Plan, Step},
    provider::{Created, Provider, ProviderError, RemoteId, SecretTelling},
    sink::{Removed, Sink, SinkError},
    spec::{ClientSpec, Extra},
};
use doorstep_core::id::AppName;
use futures_util::{StreamExt, stream};

/// How many apps are made at once: their commits and their files wait for the disk together.
const AT_ONCE: usize = 16;

/// Does what the plan says.
pub async fn execute<P: Provider, L: Ledger, S: Sink>(plan: &Plan, means: &Means<'_, P, L, S>) -> Report {
    let mut report = Report::default();
    // People before the groups that they join.
    for person in &plan.people {
        report.people.push(invite(person, means.provider).await);
    }
    for group in &plan.groups {
        report.groups.push(change_members(group, means.provider).await);
    }
    // What leaves or moves makes room first; what is only added meets nothing.
    let (added, others): (Vec<&AppPlan>, Vec<&AppPlan>) = plan.apps.iter().partition(|app| app.only_adds());
    for app in others {
        report.apps.push(run(app, means).await);
    }
    let added: Vec<_> = added.into_iter().map(|app| run(app, means)).collect();
    report.apps.extend(stream::iter(added).buffered(AT_ONCE).collect::<Vec<_>>().await);
    report.apps.retain(|app| !app.is_empty());
    report.apps.sort_by(|a, b| a.name.cmp(&b.name));
    report
}

async fn invite<P: Provider>(person: &PersonPlan, provider: &P) -> PersonReport {
    let mut report = PersonReport { plan: person.clone(), failed: None, unreachable: false };
    if person.has_steps() {
        match provider.invite(&person.invitation, person.reuse).await {
            Ok(()) | Err(ProviderError::NoChange) => {}
            Err(error) => {
                report.unreachable = matches!(error, ProviderError::Unavailable(_));
                report.failed = Some(error.to_string());
            }
        }
    }
    report
}

async fn change_members<P: Provider>(group: &GroupPlan, provider: &P) -> GroupReport {
    let mut report = GroupReport { plan: group.clone(), failed: None, unreachable: false };
    if group.has_steps() {
        match provider.change_members(&group.change).await {
            Ok(()) | Err(ProviderError::NoChange) => {}
            Err(error) => {
                report.unreachable = matches!(error, ProviderError::Unavailable(_));
                report.failed = Some(error.to_string());
            }
        }
    }
    report
}

async fn run<P: Provider, L: Ledger, S: Sink>(app: &AppPlan, means: &Means<'_, P, L, S>) -> AppReport {
    let mut report = AppReport::begin(app);
    let mut hand = Hand { app: &app.name, at: app.remote.clone(), means };
    for step in &app.steps {
        match hand.take(step).await {
            Ok(done) => report.done.push(done),
            Err(undone) => {
                report.note(undone);
                if !matches!(step, Step::Deliver { .. } | Step::Withdraw { .. }) {
                    break;
                }
            }
        }
    }
    report.note_places(app);
    report
}

/// Why a step was not done.
enum Undone {
    /// A person has to mend something.
    Failed(String),
    /// Worth another try.
    Unreachable(String),
}

impl From<ProviderError> for Undone {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable(_) => Self::Unreachable(error.to_string()),
            ProviderError::Refused(_) | ProviderError::NoChange => Self::Failed(error.to_string()),
        }
    }
}

impl From<LedgerError> for Undone {
    fn from(error: LedgerError) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl AppPlan {
    /// Whether nothing of it could be in the way of another app, or another app in its way.
    fn only_adds(&self) -> bool {
        self.steps.iter().all(|step| {
            let made = matches!(step, Step::CreateClient { .. } | Step::CreateExtra { .. });
            made || matches!(step, Step::PutApp { new: true, .. } | Step::Deliver { .. })
        })
    }
}

/// Does the steps of one app; knows its client's id as soon as there is one.
struct Hand<'a, P: Provider, L: Ledger, S: Sink> {
    app: &'a AppName,
    at: Option<RemoteId>,
    means: &'a Means<'a, P, L, S>,
}

impl<P: Provider, L: Ledger, S: Sink> Hand<'_, P, L, S> {
    async fn take(&mut self, step: &Step) -> Result<Done, Undone> {
        let fields = |changes: &[Change]| changes.iter().map(|change| change.field).collect();
        let provider = self.means.provider;
        let (answer, done) = match step {
            Step::Deliver { delivery, reason } => return self.deliver(delivery, *reason).await,
            Step::Withdraw { from, content } => {
                let removed = self.means.sink.remove(from, *content).await.map_err(|error| undone(from, error))?;
                self.means.ledger.forget(from).await?;
                return Ok(match removed {
                    Removed::Gone | Removed::WasNotThere => Done::Withdrawn { from: from.clone() },
                    Removed::Changed => Done::LeftBehind { at: from.clone() },
                });
            }
            Step::CreateClient { spec } => (self.create(spec).await, Done::ClientMade),
            Step::UpdateClient { spec, changes } => {
                (self.update(spec, changes).await, Done::ClientChanged { fields: fields(changes) })
            }
            Step::NewSecret { replaces } => (self.new_secret().await, Done::SecretDrawn { replaced: *replaces }),
            Step::PutApp { spec, new, changes } => {
                let done = if *new {
                    Done::AppMade { protected: spec.protected }
                } else {
                    Done::AppChanged { fields: fields(changes) }
                };
                (settled(provider.put_app(spec, changes).await), done)
            }
            Step::TakeOver { from } => {
                (settled(provider.delete_app(from).await), Done::TakenOver { from: from.clone() })
            }
            Step::DeleteApp => (settled(provider.delete_app(self.app).await), Done::AppRemoved),
            Step::DeleteClient => (self.delete_client().await, Done::ClientRemoved),
            Step::CreateExtra { spec } => {
                let made = provider.create_client(spec).await.map(|_| ());
                (settled(made), Done::ExtraMade { name: named(spec) })
            }
            Step::UpdateExtra { spec, changes, .. } => {
                let done = Done::ExtraChanged { name: named(spec), fields: fields(changes) };
                (settled(provider.update_client(&at_extra(spec.extra.as_ref())?, spec, changes).await), done)
            }
            Step::DeleteExtra { extra } => {
                let done = Done::ExtraRemoved { name: extra.name.clone() };
                (settled(provider.delete_client(&at_extra(Some(extra))?).await), done)
            }
        };
        answer?;
        Ok(done)
    }

    /// Whether the ledger is what tells which clients are ours.
    fn binds(&self) -> bool {
        !self.means.provider.capabilities().knows_owners
    }

    fn at(&self) -> Result<&RemoteId, Undone> {
        self.at.as_ref().ok_or_else(|| Undone::Failed("the provider has no client for it".into()))
    }

    async fn create(&mut self, spec: &ClientSpec) -> Result<(), Undone> {
        if self.binds() {
            self.means.ledger.begin(self.app).await?;
        }
        let created = self.means.provider.create_client(spec).await?;
        if self.binds() {
            self.means.ledger.bind(self.app, &created).await?;
        }
        self.at = Some(created.remote);
        Ok(())
    }

    async fn update(&self, spec: &ClientSpec, changes: &[Change]) -> Result<(), Undone> {
        let at = self.at()?;
        if self.binds() {
            self.means.ledger.bind(self.app, &Created { remote: at.clone(), secret: None }).await?;
        }
        settled(self.means.provider.update_client(at, spec, changes).await)
    }

    async fn new_secret(&self) -> Result<(), Undone> {
        let at = self.at()?;
        let secret = self.means.provider.new_secret(at).await?;
        if self.means.provider.capabilities().secrets == SecretTelling::Always {
            return Ok(self.means.ledger.unbind(self.app).await?);
        }
        let made = Created { remote: at.clone(), secret: Some(secret) };
        Ok(self.means.ledger.bind(self.app, &made).await?)
    }

    async fn delete_client(&self) -> Result<(), Undone> {
        settled(self.means.provider.delete_client(self.at()?).await)?;
        // Also of a provider that tells secrets: one that a person chose may be kept.
        Ok(self.means.ledger.unbind(self.app).await?)
    }
}

/// What a further client is called.
fn named(spec: &ClientSpec) -> String {
    spec.extra.as_ref().map(|extra| extra.name.clone()).unwrap_or_default()
}

/// A further client is known to its provider by the id that it is to have.
fn at_extra(extra: Option<&Extra>) -> Result<RemoteId, Undone> {
    let at = extra.and_then(|extra| extra.id.as_str().parse().ok());
    at.ok_or_else(|| Undone::Failed("a further client has no id".into()))
}

/// What is there already is as good as done.
fn settled(answer: Result<(), ProviderError>) -> Result<(), Undone> {
    match answer {
        Ok(()) | Err(ProviderError::NoChange) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn undone(place: &Address, error: SinkError) -> Undone {
    match error {
        SinkError::Blocked(why) => Undone::Failed(format!("{place}: {why}")),
        SinkError::Unreachable(why) => Undone::Unreachable(format!("{place}: {why}")),
    }
}
