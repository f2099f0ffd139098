//! Devices that show a code, RFC 8628: asking for one, and finding out whether somebody approved.

use super::{
    family::{Live, NOBODY, TokenError},
    service::Tokens,
};
use crate::{
    audit::{self, AuditEntry, By},
    cache::Limited,
    error::InternalError,
};
use doorstep_core::{
    access::Caller,
    id::{DeviceRequestId, GrantId},
    limit::Source,
    model::{Approval, Client, DeviceAnswer, DeviceRequest, EventKind, UserCode},
    oauth::{
        client_auth::Presented,
        device::{self, DEVICE_CODE_TTL, DeviceAuthorization, POLL_EVERY, Polled},
        error::OAuthError,
        params::Params,
        scope,
        token_request::PresentedDevice,
    },
    secret::{Token, TokenKind},
    time::Timestamp,
};
use doorstep_store::{device_requests, grants, sessions, users};

impl Tokens {
    /// Answers a device authorization request (RFC 8628 §3.1) with the JSON body of §3.2.
    pub async fn authorize_device(
        &self,
        authorization: Option<&str>,
        body: &[u8],
        (caller, source): (&Caller, &Source),
    ) -> Result<Vec<u8>, TokenError> {
        let params = Params::parse(body)?;
        let presented = Presented::read(authorization, &params)?;
        let client = self.caches.client(presented.client_id()).await?;
        let authenticated = self.authenticate(&presented, client.as_ref(), source)?;
        let client = authenticated.client();
        device::may_ask(client)?;
        let scopes = scope::requested(params.get("scope"), &client.scopes)?;
        // A public client is whoever says to be it: what it leaves behind is bounded by its address.
        self.allowances.take(Limited::Request, source)?;
        let now = self.context.now();
        let mut entropy = self.context.ambient.entropy();
        let (token, code) = (Token::random(TokenKind::Device, &mut entropy), UserCode::random(&mut entropy));
        let request = DeviceRequest {
            id: DeviceRequestId::random(&mut entropy),
            client: client.id.clone(),
            scopes,
            place: caller.place(),
            created_at: now,
            expires_at: now + DEVICE_CODE_TTL,
            answer: DeviceAnswer::Waiting,
            polled_at: None,
            pause: POLL_EVERY,
            used_at: None,
        };
        let hashes = (&code.hash(), &token.hash());
        device_requests::insert(&mut self.context.db.write().await?, &request, hashes).await?;
        let response = DeviceAuthorization::new(&self.context.settings.issuer, &token, &code);
        serde_json::to_vec(&response).map_err(|_| InternalError::Missing("the answer to a device").into())
    }

    /// The token request of a device, RFC 8628 §3.4.
    pub(super) async fn poll_device(
        &self,
        presented: &PresentedDevice<'_>,
        caller: &Caller,
    ) -> Result<Vec<u8>, TokenError> {
        let now = self.context.now();
        let found = device_requests::by_device(&mut self.context.db.read().await?, &presented.hash()).await?;
        let decided = device::decide(presented, found.as_ref(), now);
        let Some(request) = &found else { return Err(refusal(&decided).into()) };
        let pause = match &decided {
            Polled::Approved(approval) => {
                return self.redeem_device((request, approval), presented.client().client(), (caller, now)).await;
            }
            Polled::Waiting => request.pause,
            Polled::TooSoon(pause) => *pause,
            Polled::Refuse(error) => return Err((*error).into()),
        };
        device_requests::polled(&mut self.context.db.write().await?, &request.id, now, pause).await?;
        Err(refusal(&decided).into())
    }

    /// Uses the approval up, and writes the grant and its first tokens, all or nothing. What the person may do is read
    /// anew (security row 38).
    async fn redeem_device(
        &self,
        (request, approval): (&DeviceRequest, &Approval),
        client: &Client,
        (caller, now): (&Caller, Timestamp),
    ) -> Result<Vec<u8>, TokenError> {
        let mut entropy = self.context.ambient.entropy();
        let grant = device::grant(request, approval, GrantId::begun_at(now, &mut entropy), now);
        let mut tx = self.context.db.begin().await?;
        users::lock(&mut tx, &approval.user).await?;
        // Whoever ends the session ends the grants that were made in it: one that it does not find would last.
        if !sessions::lock(&mut tx, &approval.session).await? {
            return Err(OAuthError::ACCESS_DENIED.into());
        }
        if !device_requests::consume(&mut tx, &request.id, now).await? {
            return Err(refusal(&Polled::Waiting).into());
        }
        grants::insert(&mut tx, &grant).await?;
        let live = Live::load(&mut tx, &grant.id, client, self.context.alive(now)).await?;
        let standing = live.as_ref().map_or(NOBODY, Live::standing);
        // What falls takes the grant with it: the transaction is not committed.
        let principal = device::stands(&grant, client, &standing)?;
        let issued = self.write_first_tokens(&mut tx, &grant, client, now).await?;
        let happened = AuditEntry::new(EventKind::DeviceSignedIn, &grant.id).client(&client.id);
        audit::write(&mut tx, &self.context, By::new(&approval.user, caller, now), happened).await?;
        tx.commit().await?;
        self.say(&issued, client, (&grant, principal), now)
    }
}

const fn refusal(polled: &Polled<'_>) -> OAuthError {
    match polled {
        Polled::Refuse(error) => *error,
        Polled::TooSoon(_) => device::SLOW_DOWN,
        Polled::Waiting | Polled::Approved(_) => device::PENDING,
    }
}
