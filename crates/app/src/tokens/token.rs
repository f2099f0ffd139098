//! The token endpoint: RFC 6749 §3.2. The client first, then one statement that consumes, then the decision.

use super::{family::TokenError, service::Tokens};
use crate::again::again;
use doorstep_core::{
    access::Caller,
    limit::Source,
    oauth::{client_auth::Presented, params::Params, token_request::TokenRequest},
};

impl Tokens {
    /// Answers a token request with the JSON body of a token response.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        (caller, source): (&Caller, &Source),
    ) -> Result<Vec<u8>, TokenError> {
        let params = Params::parse(body)?;
        let presented = Presented::read(authorization, &params)?;
        let client = self.caches.client(presented.client_id()).await?;
        let authenticated = self.authenticate(&presented, client.as_ref(), source)?;
        self.note_first_use(&authenticated, caller).await;
        self.note_former_use(&authenticated.client().id).await;
        match TokenRequest::parse(&params, authenticated)? {
            TokenRequest::Code(presented) => again(|| self.redeem_code(&presented, caller)).await,
            TokenRequest::Refresh(presented) => again(|| self.refresh(&presented, caller)).await,
            TokenRequest::Device(presented) => again(|| self.poll_device(&presented, caller)).await,
        }
    }
}
