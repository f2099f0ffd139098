//! What onboarding works with: a provider, what it remembers of it, and the places that it delivers to.

use crate::{ledger::Ledger, provider::Provider, reference::References, sink::Sink};

/// What [`crate::observe::observe`] looks at and [`crate::execute::execute`] acts on.
#[derive(Clone, Copy)]
pub struct Means<'a, P: Provider, L: Ledger, S: Sink> {
    /// The identity provider.
    pub provider: &'a P,
    /// What is remembered of it.
    pub ledger: &'a L,
    /// Where deliveries go.
    pub sink: &'a S,
    /// What reads the secrets that people supply.
    pub references: &'a dyn References,
}
