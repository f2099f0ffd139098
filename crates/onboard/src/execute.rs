//! Does what a plan says, in its order, and reports each app. Carries no choices of its own.
//!
//! A step that fails ends its app, because the next rests on it; a delivery that fails ends nothing; the
//! other apps go on. Doing the same plan twice does no harm.

use crate::{
    delivery::{Address, Delivery},
    observe::{NotRendered, rendered},
    plan::{AppPlan, Blocked, Change, Field, Plan, Step, Wait},
    provider::{Provider, ProviderError},
    sink::{Sink, SinkError},
};
use doorstep_core::id::AppName;
use serde::Serialize;

/// What was done, app by app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Apps that something was done for, that something failed or waits for, or that nothing declares any more.
    pub apps: Vec<AppReport>,
}

/// What was done for one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AppReport {
    /// The app.
    pub name: AppName,
    /// What was done.
    pub done: Vec<Done>,
    /// What was not, and why.
    pub failed: Vec<String>,
    /// What did not answer. It is worth another try without anything being changed.
    pub unreachable: Vec<String>,
    /// What waits for a person's word.
    pub waits: Vec<Wait>,
    /// Whether nothing declares it any more and it stays.
    pub orphan: bool,
    /// What remains to be done by hand for an app that is new.
    pub setup: Vec<String>,
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Done {
    /// The client was made.
    ClientMade,
    /// The client was changed.
    ClientChanged {
        /// In these.
        fields: Vec<Field>,
    },
    /// The app's entry was made.
    AppMade {
        /// Whether Doorstep stands in front.
        protected: bool,
    },
    /// The app's entry was changed.
    AppChanged {
        /// In these.
        fields: Vec<Field>,
    },
    /// Credentials were written.
    Delivered {
        /// Here.
        to: Address,
        /// The file had been readable by everyone.
        tightened: bool,
    },
    /// The app's entry was removed.
    AppRemoved,
    /// The client was removed.
    ClientRemoved,
}

impl Report {
    /// Whether everything that the plan could do was done.
    pub fn succeeded(&self) -> bool {
        self.apps.iter().all(|app| app.failed.is_empty() && app.unreachable.is_empty())
    }

    /// Whether doing the same again later may do more.
    pub fn is_worth_another_try(&self) -> bool {
        self.apps.iter().any(|app| !app.unreachable.is_empty())
    }
}

/// Does what the plan says.
pub async fn execute<P: Provider, S: Sink>(plan: &Plan, provider: &P, sink: &S) -> Report {
    let mut report = Report::default();
    for app in &plan.apps {
        let done = run(app, provider, sink).await;
        if !done.is_empty() {
            report.apps.push(done);
        }
    }
    report
}

async fn run<P: Provider, S: Sink>(app: &AppPlan, provider: &P, sink: &S) -> AppReport {
    let (name, waits, setup) = (app.name.clone(), app.waits.clone(), app.setup.clone());
    let (done, failed, unreachable) = (Vec::new(), Vec::new(), Vec::new());
    let mut report = AppReport { name, done, failed, unreachable, waits, orphan: app.orphan, setup };
    for step in &app.steps {
        match take(&app.name, step, provider, sink).await {
            Ok(done) => report.done.push(done),
            Err(undone) => {
                report.note(undone);
                if !matches!(step, Step::Deliver { .. }) {
                    break;
                }
            }
        }
    }
    let say = |blocked: &Blocked| format!("{}: {}", blocked.to, blocked.why);
    report.failed.extend(app.blocked.iter().map(say));
    report.unreachable.extend(app.unreachable.iter().map(say));
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
            ProviderError::Refused(_) => Self::Failed(error.to_string()),
        }
    }
}

impl AppReport {
    fn is_empty(&self) -> bool {
        let nothing_left = self.failed.is_empty() && self.unreachable.is_empty() && self.waits.is_empty();
        self.done.is_empty() && nothing_left && !self.orphan
    }

    fn note(&mut self, undone: Undone) {
        match undone {
            Undone::Failed(why) => self.failed.push(why),
            Undone::Unreachable(why) => self.unreachable.push(why),
        }
    }
}

async fn take<P: Provider, S: Sink>(name: &AppName, step: &Step, provider: &P, sink: &S) -> Result<Done, Undone> {
    let fields = |changes: &[Change]| changes.iter().map(|change| change.field).collect();
    let (answer, done) = match step {
        Step::Deliver { delivery, .. } => return deliver(delivery, provider, sink).await,
        Step::CreateClient { spec } => (provider.create_client(spec).await, Done::ClientMade),
        Step::UpdateClient { spec, changes } => {
            (provider.update_client(spec).await, Done::ClientChanged { fields: fields(changes) })
        }
        Step::PutApp { spec, new: true, .. } => {
            (provider.put_app(spec).await, Done::AppMade { protected: spec.protected })
        }
        Step::PutApp { spec, changes, .. } => {
            (provider.put_app(spec).await, Done::AppChanged { fields: fields(changes) })
        }
        Step::DeleteApp => (provider.delete_app(name).await, Done::AppRemoved),
        Step::DeleteClient => (provider.delete_client(name).await, Done::ClientRemoved),
    };
    answer?;
    Ok(done)
}

async fn deliver<P: Provider, S: Sink>(delivery: &Delivery, provider: &P, sink: &S) -> Result<Done, Undone> {
    let to = &delivery.to;
    let wanted = rendered(delivery, provider).await.map_err(|error| match error {
        NotRendered::NoClient => Undone::Failed(format!("{to}: the provider has no client for it")),
        NotRendered::Provider(error) => error.into(),
        NotRendered::Text(why) => Undone::Failed(format!("{to}: {why}")),
    })?;
    let written = sink.write(&wanted).await.map_err(|error| match error {
        SinkError::Blocked(why) => Undone::Failed(format!("{to}: {why}")),
        SinkError::Unreachable(why) => Undone::Unreachable(format!("{to}: {why}")),
    })?;
    Ok(Done::Delivered { to: delivery.to.clone(), tightened: written.tightened })
}
