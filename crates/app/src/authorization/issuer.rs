//! Which issuer an authorization response names: RFC 9207 §2. The one whose authorization endpoint the app knows.

use super::service::Authorization;
use doorstep_core::{
    model::Client,
    oauth::authorize::{Bound, PageError, Untrusted},
};

impl Authorization {
    /// Ties the request to its client. Its answer names the issuer that it was asked under: the present one, or a former one
    /// of ours. Whoever says another one misleads nobody: an app compares what the answer names with the one it knows.
    pub(super) fn bound<'c>(&self, asked: Untrusted, client: Option<&'c Client>) -> Result<Bound<'c>, PageError> {
        let settings = &self.context.settings;
        let issuer = settings.former_issuer(asked.asked_issuer()).unwrap_or(&settings.issuer);
        asked.bind(client, issuer)
    }
}
