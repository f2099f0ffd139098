//! What is there now: one look at the provider, one at what is remembered, one at each place of delivery.

use crate::{
    delivery::{Delivery, Rendered},
    desired::{Desired, DesiredApp},
    ledger::{Binding, Ledger, LedgerError, Recorded},
    means::Means,
    plan::Observed,
    provider::{Credentials, Provider, ProviderError, RemoteId, SecretTelling, Sought},
    sink::{Sink, SinkState},
    spec::{ClientSpec, Extra},
};
use doorstep_core::{
    id::AppName,
    model::{ClientAuthMethod, Owner},
};
use std::collections::{BTreeMap, BTreeSet};

/// Why nothing can be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObserveError {
    /// The provider did not say what it holds.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// What is remembered cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Looks at everything that the plan compares. Changes nothing.
pub async fn observe<P: Provider, L: Ledger, S: Sink>(
    desired: &Desired,
    means: &Means<'_, P, L, S>,
) -> Result<Observed, ObserveError> {
    let recorded = means.ledger.recall().await?;
    let sought = sought(desired, &recorded);
    compared((desired, &sought), recorded, means).await
}

/// Looks at what is declared here and at nothing beside it, however much there is: what a plan says of these apps is
/// right, and what it says of others means nothing.
pub async fn observe_only<P: Provider, L: Ledger, S: Sink>(
    desired: &Desired,
    means: &Means<'_, P, L, S>,
) -> Result<Observed, ObserveError> {
    let recorded = means.ledger.recall().await?;
    let mut sought = Sought { only: true, ..sought(desired, &recorded) };
    let names: BTreeSet<&AppName> = desired.apps.iter().map(DesiredApp::name).collect();
    sought.apps.retain(|app| names.contains(app));
    sought.bound.retain(|app, _| names.contains(app));
    compared((desired, &sought), recorded, means).await
}

fn sought(desired: &Desired, recorded: &Recorded) -> Sought {
    let bound = |(app, binding): (&AppName, &Binding)| Some((app.clone(), binding.remote.clone()?));
    let delivered = recorded.delivered.values().map(|(app, _)| app);
    Sought {
        bound: recorded.bindings.iter().filter_map(bound).collect(),
        apps: desired
            .apps
            .iter()
            .map(DesiredApp::name)
            .chain(delivered)
            .chain(recorded.bindings.keys())
            .cloned()
            .collect(),
        extras: further(desired).map(|(spec, extra)| (extra.id.clone(), spec.app.clone())).collect(),
        people: desired
            .groups
            .values()
            .flatten()
            .chain(desired.people.iter().map(|person| &person.name))
            .cloned()
            .collect(),
        invited: desired.people.clone(),
        only: false,
    }
}

async fn compared<P: Provider, L: Ledger, S: Sink>(
    (desired, sought): (&Desired, &Sought),
    recorded: Recorded,
    means: &Means<'_, P, L, S>,
) -> Result<Observed, ObserveError> {
    let held = means.provider.observe(sought).await?;
    let mut observed = Observed {
        capabilities: Some(means.provider.capabilities()),
        clients: held.clients,
        extras: held.extras,
        remote: held.remote,
        apps: held.apps,
        rotations: held.rotations,
        people: held.people,
        delivered: recorded.delivered,
        ..Observed::default()
    };
    let capabilities = means.provider.capabilities();
    let unbound = recorded.bindings.iter().filter(|(_, binding)| binding.remote.is_none());
    observed.unbound = unbound.map(|(app, _)| app).filter(|app| observed.clients.contains_key(*app)).cloned().collect();
    if !capabilities.knows_owners {
        for (app, client) in &mut observed.clients {
            client.owner = if recorded.bindings.contains_key(app) { Owner::Config } else { Owner::Console };
        }
    }
    observed.secretless = match capabilities.secrets {
        SecretTelling::Once => secretless(&observed, &recorded.bindings),
        SecretTelling::Always => unkept(held.untold, &observed, means).await?,
    };
    for delivery in desired.apps.iter().flat_map(|app| &app.deliveries) {
        let state = if observed.secretless.contains(&delivery.app) {
            Err(NotRendered::NoClient)
        } else {
            rendered(delivery, observed.remote.get(&delivery.app), means).await
        };
        let content = state.as_ref().ok().map(Rendered::fingerprint);
        if let Some(state) = look(delivery, state, &observed, means).await? {
            let (last, now) = (observed.delivered.get(&delivery.to), content.map(|text| (delivery.app.clone(), text)));
            if let Some((_, content)) = now.as_ref().filter(|now| last != Some(now)) {
                observed.unrecorded.insert(delivery.to.clone(), *content);
            }
            observed.deliveries.insert(delivery.to.clone(), state);
        }
    }
    Ok(observed)
}

/// The declared further clients of apps.
fn further(desired: &Desired) -> impl Iterator<Item = (&ClientSpec, &Extra)> {
    let all = desired.apps.iter().flat_map(|app| &app.extras);
    all.filter_map(|spec| Some((spec, spec.extra.as_ref()?)))
}

/// Clients that a person made and whose secret a person chose, where none is kept that still proves them. Of one that is
/// declared already no other is drawn, whatever became of the one that was kept.
async fn unkept<P: Provider, L: Ledger, S: Sink>(
    untold: BTreeSet<AppName>,
    observed: &Observed,
    means: &Means<'_, P, L, S>,
) -> Result<BTreeSet<AppName>, ObserveError> {
    let mut unkept = BTreeSet::new();
    let by_hand = |app: &AppName| observed.clients.get(app).is_some_and(|held| held.owner == Owner::Console);
    for app in untold.into_iter().filter(by_hand) {
        let proves = match (means.ledger.secret(&app).await?, observed.remote.get(&app)) {
            (Some(secret), Some(at)) => means.provider.proves(at, &secret).await?,
            _ => false,
        };
        if !proves {
            unkept.insert(app);
        }
    }
    Ok(unkept)
}

/// Clients that have a secret which nobody knows: it was shown when nobody could keep it, or made by hand.
fn secretless(observed: &Observed, bindings: &BTreeMap<AppName, Binding>) -> BTreeSet<AppName> {
    let confidential = observed.clients.iter().filter(|(_, held)| held.spec.auth_method != ClientAuthMethod::None);
    let names = confidential.map(|(app, _)| app);
    names.filter(|app| !bindings.get(*app).is_some_and(|binding| binding.has_secret)).cloned().collect()
}

async fn look<P: Provider, L: Ledger, S: Sink>(
    delivery: &Delivery,
    wanted: Result<Rendered, NotRendered>,
    observed: &Observed,
    means: &Means<'_, P, L, S>,
) -> Result<Option<SinkState>, ObserveError> {
    let last = observed.delivered.get(&delivery.to).map(|(_, content)| *content);
    Ok(match wanted {
        Ok(wanted) => Some(means.sink.observe(&wanted, last).await),
        // Nothing of ours can be there yet; what is in the way is worth knowing all the same.
        Err(NotRendered::NoClient) => match delivery.rehearse() {
            Ok(stand_in) => match means.sink.observe(&stand_in, last).await {
                state @ (SinkState::Blocked { .. } | SinkState::Unreachable { .. }) => Some(state),
                _ => None,
            },
            Err(error) => Some(SinkState::Blocked { why: error.to_string() }),
        },
        Err(NotRendered::Provider(error)) => return Err(error.into()),
        Err(NotRendered::Ledger(error)) => return Err(error.into()),
        Err(NotRendered::Text(why)) => Some(SinkState::Blocked { why }),
    })
}

/// Why a delivery has no text.
pub(crate) enum NotRendered {
    NoClient,
    Provider(ProviderError),
    Ledger(LedgerError),
    Text(String),
}

impl From<LedgerError> for NotRendered {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

/// A delivery with its secrets: the client's, where one goes in, as the provider tells it or the ledger kept it; the
/// app's own from the ledger.
pub(crate) async fn rendered<P: Provider, L: Ledger, S: Sink>(
    delivery: &Delivery,
    at: Option<&RemoteId>,
    means: &Means<'_, P, L, S>,
) -> Result<Rendered, NotRendered> {
    let credentials = if delivery.wants_credentials() {
        credentials(delivery, at.ok_or(NotRendered::NoClient)?, means).await?
    } else {
        Credentials { client_id: String::new(), client_secret: None }
    };
    let mut random = BTreeMap::new();
    for label in delivery.labels() {
        let secret = means.ledger.random_secret(&delivery.app, &label).await?;
        random.insert(label, secret);
    }
    for reference in delivery.references() {
        let secret = means.references.read(&reference).map_err(NotRendered::Text)?;
        random.insert(reference.to_string(), secret);
    }
    delivery.render(&credentials, &random).map_err(|error| NotRendered::Text(error.to_string()))
}

async fn credentials<P: Provider, L: Ledger, S: Sink>(
    delivery: &Delivery,
    at: &RemoteId,
    means: &Means<'_, P, L, S>,
) -> Result<Credentials, NotRendered> {
    let reported = means.provider.credentials(at).await.map_err(NotRendered::Provider)?;
    let Credentials { client_id, client_secret } = reported.ok_or(NotRendered::NoClient)?;
    let client_secret = match means.provider.capabilities().secrets {
        // One that a person chose was kept when the declaration took the client over.
        SecretTelling::Always if client_secret.is_none() && delivery.content.wants_client_secret() => {
            means.ledger.secret(&delivery.app).await?
        }
        SecretTelling::Always => client_secret,
        SecretTelling::Once => means.ledger.secret(&delivery.app).await?,
    };
    Ok(Credentials { client_id, client_secret })
}
