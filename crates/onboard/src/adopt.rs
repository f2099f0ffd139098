//! Taking over what is there already: a client that a person made, and what somebody else put where an app's credentials
//! are to go. First it is shown, and nothing is changed; then it is done, each step whole, in an order that a killed process
//! leaves to be gone on with.
//!
//! A client keeps its id. Its secret stays where it can be told: a derived one always; one that a person chose where a place
//! of delivery holds it, since its hash alone is kept (ADR 3). Otherwise the client gets another, which is said before.

use crate::{
    delivery::{Address, Delivery, Rendered},
    desired::{Desired, DesiredApp},
    execute::{AppReport, Done, execute},
    ledger::Ledger,
    means::Means,
    observe::{NotRendered, ObserveError, observe_only, rendered},
    plan::{AppPlan, Blocked, Change, Choices, Handed, Observed, Plan, Step, plan},
    provider::{Created, Provider, RemoteId},
    sink::{Foreign, Sink, SinkError, SinkState, Whose},
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::{ClientAuthMethod, Owner},
    secret::Secret,
};
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// How many values of a place are tried as a client's secret at most.
const CANDIDATES: usize = 1000;

/// What of an app would be taken over.
#[derive(Clone, Serialize)]
pub struct Survey {
    /// The app.
    pub app: AppName,
    /// The id of its client, if a person made that.
    pub client: Option<RemoteId>,
    /// What becomes of the client's secret.
    pub secret: SecretFate,
    /// Further clients that a person made.
    pub extras: Vec<ClientId>,
    /// Whether a person made its entry in the portal.
    pub entry: bool,
    /// Places where something stands that is not ours.
    pub places: Vec<Found>,
    /// Places that cannot be taken over, or not now.
    pub cannot: Vec<Blocked>,
    /// What else is done with it.
    pub plan: Option<AppPlan>,
    /// The secret that a person chose, as a place holds it.
    #[serde(skip)]
    kept: Option<Secret<String>>,
}

/// What becomes of the secret of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretFate {
    /// There is none, and there will be none.
    None,
    /// There was none; the first is made.
    First,
    /// It stays.
    Stays,
    /// A person chose it, only its hash is kept, and no place holds it: another takes its place, and it ends at once.
    Changes,
    /// The client is declared without one: it is not asked for any more.
    Ends,
}

/// Something that stands at a place.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Where.
    pub to: Address,
    /// What.
    #[serde(flatten)]
    pub foreign: Foreign,
    /// What is written in its place: the names of the values.
    pub writes: BTreeSet<String>,
    /// Whether it holds the secret that the app's client has.
    pub holds_secret: bool,
}

impl Found {
    /// Names that nobody finds there any more.
    pub fn lost(&self) -> impl Iterator<Item = &str> {
        self.foreign.keys.difference(&self.writes).map(String::as_str)
    }

    /// The other instance that delivers it.
    pub fn instance(&self) -> Option<&str> {
        match &self.foreign.whose {
            Whose::Instance(instance) => Some(instance),
            Whose::Unsaid | Whose::Program(_) => None,
        }
    }

    /// Whether somebody who accepts, and names these, hands it over.
    pub fn is_given(&self, named: &BTreeSet<Address>) -> bool {
        self.instance().is_none() || named.contains(&self.to)
    }
}

impl Survey {
    /// Whether there is anything to take over.
    pub fn finds_something(&self) -> bool {
        !self.choices().handed.is_empty() || !self.places.is_empty()
    }

    /// Whether it says of this place what is there.
    fn shows(&self, to: &Address) -> bool {
        self.places.iter().any(|found| found.to == *to) || self.cannot.iter().any(|blocked| blocked.to == *to)
    }

    fn choices(&self) -> Choices {
        let client = self.client.iter().map(|_| Handed::Client(self.app.clone()));
        let entry = self.entry.then(|| Handed::Entry(self.app.clone()));
        let extras = self.extras.iter().cloned().map(Handed::Extra);
        Choices { handed: client.chain(entry).chain(extras).collect(), ..Choices::default() }
    }

    /// Why a step is not what was shown, if it is not.
    fn changed_meanwhile(&self, step: &Step) -> Option<String> {
        if matches!(step, Step::NewSecret { replaces: true }) && self.secret != SecretFate::Changes {
            return Some("what holds the client's secret was changed meanwhile, so that it would not stay".to_owned());
        }
        let (client, changes) = step.changes();
        let steps = self.plan.iter().flat_map(|plan| &plan.steps).map(Step::changes);
        let shown: Vec<&Change> = steps.filter(|(of, _)| *of == client).flat_map(|(_, changes)| changes).collect();
        let unseen = changes.iter().find(|change| !shown.contains(change))?;
        Some(format!("it was changed meanwhile ({}): look at it again", unseen.field.label()))
    }
}

/// Looks at what would be taken over. Changes nothing.
pub async fn survey<P: Provider, L: Ledger, S: Sink>(
    app: &DesiredApp,
    means: &Means<'_, P, L, S>,
) -> Result<Survey, ObserveError> {
    let name = app.name();
    let (desired, mut observed) = alone(app, means).await?;
    let by_hand = |owner: Owner| owner == Owner::Console;
    let client = observed.clients.get(name).is_some_and(|held| by_hand(held.owner));
    let cautious = of_app(plan(&desired, &observed, &Choices::default()), name);
    let extras =
        desired.apps.iter().flat_map(|app| &app.extras).filter_map(|client| Some(client.extra.as_ref()?.id.clone()));
    let mut survey = Survey {
        app: name.clone(),
        client: observed.remote.get(name).filter(|_| client).cloned(),
        secret: SecretFate::None,
        extras: extras.filter(|id| observed.extras.get(id).is_some_and(|held| by_hand(held.owner))).collect(),
        entry: observed.apps.get(name).is_some_and(|held| by_hand(held.owner)),
        places: Vec::new(),
        cannot: Vec::new(),
        plan: None,
        kept: None,
    };
    let blocked = cautious.into_iter().flat_map(|planned| planned.blocked.into_iter().map(|blocked| blocked.to));
    let seen = observed.deliveries.iter().filter(|(_, state)| matches!(state, SinkState::Blocked { .. }));
    let blocked: BTreeSet<Address> = blocked.chain(seen.map(|(to, _)| to.clone())).collect();
    for delivery in app.deliveries.iter().filter(|delivery| blocked.contains(&delivery.to)) {
        survey.look(delivery, &observed, means).await?;
    }
    survey.secret = survey.fate(app, &observed);
    if survey.secret == SecretFate::Stays {
        observed.secretless.remove(name);
    }
    survey.plan = of_app(plan(&desired, &observed, &survey.choices()), name);
    Ok(survey)
}

/// The app and nothing beside it: what another one's place answers is nobody's business here, and a further client that
/// belongs to another app is left to `apply`, which knows whether that is declared.
async fn alone<P: Provider, L: Ledger, S: Sink>(
    app: &DesiredApp,
    means: &Means<'_, P, L, S>,
) -> Result<(Desired, Observed), ObserveError> {
    let mut desired = Desired { apps: vec![app.clone()], ..Desired::default() };
    let observed = observe_only(&desired, means).await?;
    let is_others = |id: &ClientId| observed.extras.get(id).is_some_and(|held| held.spec.app != *app.name());
    for app in &mut desired.apps {
        app.extras.retain(|client| !client.extra.as_ref().is_some_and(|extra| is_others(&extra.id)));
    }
    Ok((desired, observed))
}

fn of_app(plan: Plan, name: &AppName) -> Option<AppPlan> {
    plan.apps.into_iter().find(|planned| planned.name == *name)
}

impl Survey {
    async fn look<P: Provider, L: Ledger, S: Sink>(
        &mut self,
        delivery: &Delivery,
        observed: &Observed,
        means: &Means<'_, P, L, S>,
    ) -> Result<(), ObserveError> {
        let (to, at) = (delivery.to.clone(), observed.remote.get(&self.app));
        // What stands there is looked at whether there is a text for it already or not.
        let wanted = match rendered(delivery, at, means).await {
            Ok(wanted) => Ok(wanted),
            Err(NotRendered::Provider(error)) => return Err(error.into()),
            Err(NotRendered::Ledger(error)) => return Err(error.into()),
            Err(NotRendered::NoClient | NotRendered::Text(_)) => delivery.rehearse().map_err(|error| error.to_string()),
        };
        let wanted = match wanted {
            Ok(wanted) => wanted,
            Err(why) => {
                self.cannot.push(Blocked { to, why });
                return Ok(());
            }
        };
        match means.sink.foreign(&wanted).await {
            Ok(Some(foreign)) => {
                let mut holds_secret = false;
                for value in foreign.values.iter().take(CANDIDATES) {
                    let Some(at) = at else { break };
                    if means.provider.proves(at, value).await? {
                        holds_secret = true;
                        self.kept = Some(value.clone());
                        break;
                    }
                }
                let writes = delivery.keys().into_iter().collect();
                self.places.push(Found { to, foreign, writes, holds_secret });
            }
            // It may be ours by now: another one was faster.
            Ok(None) => {
                let last = observed.delivered.get(&to).map(|(_, content)| *content);
                if let SinkState::Blocked { why } = means.sink.observe(&wanted, last).await {
                    self.cannot.push(Blocked { to, why });
                }
            }
            Err(error) => self.cannot.push(Blocked { to, why: error.to_string() }),
        }
        Ok(())
    }

    fn fate(&self, app: &DesiredApp, observed: &Observed) -> SecretFate {
        let Some(wanted) = &app.client else { return SecretFate::None };
        let is_public = wanted.auth_method == ClientAuthMethod::None;
        let had = observed.clients.get(&self.app).filter(|held| held.spec.auth_method != ClientAuthMethod::None);
        match (had, is_public) {
            (None, true) => SecretFate::None,
            (None, false) => SecretFate::First,
            (Some(_), true) => SecretFate::Ends,
            (Some(_), false) if observed.secretless.contains(&self.app) && self.kept.is_none() => SecretFate::Changes,
            (Some(_), false) => SecretFate::Stays,
        }
    }
}

/// Takes over what was shown; of what another instance delivers, only what is `named`. Whoever was faster, or was killed on
/// the way, is followed.
pub async fn take_over<P: Provider, L: Ledger, S: Sink>(
    survey: &Survey,
    (app, named): (&DesiredApp, &BTreeSet<Address>),
    means: &Means<'_, P, L, S>,
) -> Result<AppReport, ObserveError> {
    let (mut desired, mut observed) = alone(app, means).await?;
    // The secret first: with it nothing has to change.
    if let (Some(kept), true) = (&survey.kept, observed.secretless.contains(&survey.app))
        && let Some(remote) = observed.remote.get(&survey.app).cloned()
    {
        means.ledger.bind(&survey.app, &Created { remote, secret: Some(kept.clone()) }).await?;
        (desired, observed) = alone(app, means).await?;
    }
    let mut plan = plan(&desired, &observed, &survey.choices());
    plan.groups.clear();
    plan.apps.retain(|planned| planned.name == survey.app);
    let mut steps = plan.apps.iter().flat_map(|planned| &planned.steps);
    if let Some(why) = steps.find_map(|step| survey.changed_meanwhile(step)) {
        return Ok(AppReport { failed: vec![why], ..AppReport::nothing(&survey.app) });
    }
    // A place that a person has to clear, or that does not answer, keeps none of the others back.
    let (mut in_the_way, mut silent) = (Vec::new(), Vec::new());
    for planned in &mut plan.apps {
        in_the_way.append(&mut planned.blocked);
        silent.append(&mut planned.unreachable);
    }
    in_the_way.retain(|blocked| !survey.shows(&blocked.to));
    let mut report = execute(&plan, means).await.apps.pop().unwrap_or_else(|| AppReport::nothing(&survey.app));
    if !(report.failed.is_empty() && report.unreachable.is_empty()) {
        return Ok(report);
    }
    let say = |blocked: Blocked| format!("{}: {}", blocked.to, blocked.why);
    report.failed.extend(in_the_way.into_iter().map(say));
    report.unreachable.extend(silent.into_iter().map(say));
    let (_, observed) = alone(app, means).await?;
    let at = observed.remote.get(&survey.app);
    for found in survey.places.iter().filter(|found| found.is_given(named)) {
        let Some(delivery) = app.deliveries.iter().find(|delivery| delivery.to == found.to) else { continue };
        let to = &found.to;
        match place(found, (delivery, at), means).await {
            Ok(done) => report.done.push(done),
            Err(SinkError::Blocked(why)) => report.failed.push(format!("{to}: {why}")),
            Err(SinkError::Unreachable(why)) => report.unreachable.push(format!("{to}: {why}")),
        }
    }
    Ok(report)
}

/// The log has its line before the place is changed: a process that is killed between leaves no change without one.
async fn place<P: Provider, L: Ledger, S: Sink>(
    found: &Found,
    (delivery, at): (&Delivery, Option<&RemoteId>),
    means: &Means<'_, P, L, S>,
) -> Result<Done, SinkError> {
    let to = || found.to.clone();
    let wanted = wanted(delivery, at, means).await?;
    let lost = |error: crate::ledger::LedgerError| SinkError::Unreachable(error.to_string());
    if means.sink.observe(&wanted, Some(wanted.fingerprint())).await == SinkState::Same {
        means.ledger.delivered(&delivery.app, &found.to, wanted.fingerprint()).await.map_err(lost)?;
        return Ok(Done::Recorded { at: to() });
    }
    means.ledger.adopted(&delivery.app, &found.to, wanted.fingerprint()).await.map_err(lost)?;
    let tightened = means.sink.adopt(&wanted, found.foreign.stamp).await?.tightened;
    Ok(Done::Adopted { place: to(), tightened })
}

async fn wanted<P: Provider, L: Ledger, S: Sink>(
    delivery: &Delivery,
    at: Option<&RemoteId>,
    means: &Means<'_, P, L, S>,
) -> Result<Rendered, SinkError> {
    rendered(delivery, at, means).await.map_err(|error| match error {
        NotRendered::NoClient => SinkError::Blocked("the provider has no client for it".into()),
        NotRendered::Text(why) => SinkError::Blocked(why),
        NotRendered::Provider(error) => SinkError::Unreachable(error.to_string()),
        NotRendered::Ledger(error) => SinkError::Unreachable(error.to_string()),
    })
}

impl fmt::Debug for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Survey");
        out.field("client", &self.client).field("secret", &self.secret).field("extras", &self.extras);
        out.field("entry", &self.entry).field("places", &self.places).field("cannot", &self.cannot);
        out.finish_non_exhaustive()
    }
}
