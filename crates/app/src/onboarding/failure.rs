//! Errors of this crate, as those of a provider.

use crate::error::InternalError;
use doorstep_onboard::provider::ProviderError;
use doorstep_store::StoreError;

/// Carries our errors into the trait's.
pub(super) struct ProviderFailure(ProviderError);

impl From<InternalError> for ProviderFailure {
    fn from(error: InternalError) -> Self {
        Self(ProviderError::Unavailable(error.to_string()))
    }
}

impl From<StoreError> for ProviderFailure {
    fn from(error: StoreError) -> Self {
        InternalError::from(error).into()
    }
}

impl From<ProviderError> for ProviderFailure {
    fn from(error: ProviderError) -> Self {
        Self(error)
    }
}

impl From<ProviderFailure> for ProviderError {
    fn from(failure: ProviderFailure) -> Self {
        failure.0
    }
}
