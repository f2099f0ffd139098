//! The settings of outbound requests.

use crate::{policy::Policy, trust::Trust};

/// What the client goes by.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What strangers may name.
    pub policy: Policy,
    /// Whose certificates are believed.
    pub trust: Trust,
}
