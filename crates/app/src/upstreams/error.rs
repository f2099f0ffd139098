//! Why a sign-in at an upstream came to nothing.

use crate::{
    accounts::{AccountError, EnrolError},
    again::Aborted,
    cache::TooMany,
    error::InternalError,
    refusals::RefusalReport,
};
use doorstep_core::{
    jose::VerifyError,
    upstream::{UpstreamName, answer::BadAnswer, decide::NoAccount, id_token::BadIdToken, metadata::BadMetadata},
};
use doorstep_store::StoreError;

/// The rule that refused.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The configuration names no such upstream.
    #[error("no such upstream is set up")]
    NotSetUp,
    /// It enrols nobody.
    #[error("this upstream enrols nobody")]
    EnrolsNobody,
    /// It, or a file that it needs, cannot be read.
    #[error("{0}")]
    Unreachable(String),
    /// Its description cannot be used.
    #[error("its discovery document cannot be used: {0}")]
    Metadata(#[from] BadMetadata),
    /// What came back belongs to no sign-in of this browser at this upstream that is under way.
    #[error("the answer belongs to no sign-in that this browser began at this upstream within ten minutes")]
    Gone,
    /// The answer in the browser.
    #[error(transparent)]
    Answer(#[from] BadAnswer),
    /// What was asked with the code was refused, or not answered as the specification says.
    #[error("its {0}")]
    Said(String),
    /// The signature of the ID Token.
    #[error("its ID Token: {0}")]
    Signature(#[from] VerifyError),
    /// A claim of the ID Token.
    #[error("its ID Token: {0}")]
    IdToken(#[from] BadIdToken),
    /// Whose account it is.
    #[error(transparent)]
    Account(#[from] NoAccount),
    /// The person was to prove afresh who they are, and that they did is not said.
    #[error("it does not say that it asked the person again who they are")]
    NotFresh,
    /// The account is disabled.
    #[error("the account is not active")]
    NotActive,
    /// Whoever began to link it is not signed in any more, or has to prove it afresh first.
    #[error(transparent)]
    Own(#[from] AccountError),
    /// The invitation, or what was typed.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// More was written for the account than is allowed.
    #[error(transparent)]
    TooOften(#[from] TooMany),
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for UpstreamError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Aborted for UpstreamError {
    fn is_aborted(&self) -> bool {
        match self {
            Self::Internal(error)
            | Self::Own(AccountError::Internal(error))
            | Self::Enrol(EnrolError::Internal(error)) => error.is_aborted(),
            _ => false,
        }
    }
}

impl UpstreamError {
    /// For `doorstep explain`.
    pub fn report(&self, upstream: &UpstreamName) -> RefusalReport {
        let remedy = match self {
            Self::NotSetUp => format!("Set up [upstream.{upstream}], or take down what leads to it."),
            Self::EnrolsNobody => {
                format!("Write `enrol = \"invitation\"` into [upstream.{upstream}] if it should, or invite without it.")
            }
            Self::Unreachable(_) | Self::Metadata(_) => {
                format!("Look at [upstream.{upstream}] and at the server that it names.")
            }
            Self::Gone => {
                "The person begins again. If it comes back, look whether a proxy keeps cookies away.".to_owned()
            }
            Self::Answer(BadAnswer::Refused(_)) | Self::Said(_) => {
                format!(
                    "Compare client id, client secret and redirect address of [upstream.{upstream}] with the upstream."
                )
            }
            Self::IdToken(BadIdToken::Expired | BadIdToken::Ahead) => {
                "Compare the clocks of the two servers.".to_owned()
            }
            Self::Account(NoAccount::Unknown) => {
                "The person signs in by a passkey and links it on the account page, or comes with an invitation."
                    .to_owned()
            }
            Self::NotFresh => "The person signs in by a passkey, or another way that is theirs here.".to_owned(),
            _ => "Nothing was changed; the person begins again.".to_owned(),
        };
        let facts = vec![("upstream", upstream.to_string())];
        RefusalReport { rule: "upstream", what: format!("A sign-in at an upstream: {self}."), remedy, facts }
    }
}
