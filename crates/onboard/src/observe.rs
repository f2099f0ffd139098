//! What is there now: one look at the provider, one at each place of delivery.

use crate::{
    delivery::{Delivery, Rendered},
    desired::Desired,
    plan::Observed,
    provider::{Provider, ProviderError},
    sink::{Sink, SinkState},
};
use std::collections::BTreeMap;

/// Looks at everything that the plan compares. Changes nothing.
pub async fn observe<P: Provider, S: Sink>(
    desired: &Desired,
    provider: &P,
    sink: &S,
) -> Result<Observed, ProviderError> {
    let held = provider.observe().await?;
    let mut observed = Observed { clients: held.clients, apps: held.apps, ..Observed::default() };
    for delivery in desired.apps.iter().flat_map(|app| &app.deliveries) {
        let state = match rendered(delivery, provider).await {
            Ok(wanted) => sink.observe(&wanted, None).await,
            // Nothing of ours can be there yet; what is in the way is worth knowing all the same.
            Err(NotRendered::NoClient) => match delivery.rehearse() {
                Ok(stand_in) => match sink.observe(&stand_in, None).await {
                    state @ (SinkState::Blocked { .. } | SinkState::Unreachable { .. }) => state,
                    _ => continue,
                },
                Err(error) => SinkState::Blocked { why: error.to_string() },
            },
            Err(NotRendered::Provider(error)) => return Err(error),
            Err(NotRendered::Text(why)) => SinkState::Blocked { why },
        };
        observed.deliveries.insert(delivery.to.clone(), state);
    }
    Ok(observed)
}

/// Why a delivery has no text.
pub(crate) enum NotRendered {
    NoClient,
    Provider(ProviderError),
    Text(String),
}

/// A delivery with its secrets, asked of the provider.
pub(crate) async fn rendered<P: Provider>(delivery: &Delivery, provider: &P) -> Result<Rendered, NotRendered> {
    let credentials = provider.credentials(&delivery.app).await.map_err(NotRendered::Provider)?;
    let credentials = credentials.ok_or(NotRendered::NoClient)?;
    let mut random = BTreeMap::new();
    for label in delivery.labels() {
        let secret = provider.random_secret(&delivery.app, &label).await.map_err(NotRendered::Provider)?;
        random.insert(label, secret);
    }
    delivery.render(&credentials, &random).map_err(|error| NotRendered::Text(error.to_string()))
}
