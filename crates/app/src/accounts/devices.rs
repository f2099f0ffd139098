//! Approving what waits on another device, by the code that it shows (RFC 8628 §3.3): a person, signed in, sees the app and
//! the place, and presses a button. Nothing else approves (security rows 48 and 100).

use super::{account_error::AccountError, service::Accounts};
use crate::{
    again::{Aborted, again},
    audit::{self, AuditEntry},
    error::InternalError,
    sessions::Own,
};
use doorstep_core::{
    model::{Acr, Approval, Client, Consent, DeviceRequest, EventKind, Level, UserCode},
    oauth::scope::OFFLINE_ACCESS,
    time::Ttl,
};
use doorstep_store::{StoreError, consents, device_requests, limits};
use std::sync::Arc;

/// Codes that lead nowhere, in one session and from one address (security §2.7).
const TRIES_PER_SESSION: i64 = 5;
/// How long they are counted together.
pub const DEVICE_TRIES_WINDOW: Ttl = Ttl::from_minutes(10);
const TRIES_PER_ADDRESS: i64 = 20;
const ADDRESS_WINDOW: Ttl = Ttl::from_hours(1);

/// What a person is asked who typed a code.
pub struct DeviceAsked {
    /// The code, as the device shows it.
    pub code: UserCode,
    /// The app.
    pub client: Arc<Client>,
    /// What the device asked, and from where.
    pub request: DeviceRequest,
    /// The app is not one of the instance's own, and would see something that the person has not allowed it before.
    pub asks_consent: bool,
}

impl DeviceAsked {
    /// Whether it keeps access while the person is away.
    pub fn offline(&self) -> bool {
        self.request.scopes.contains(OFFLINE_ACCESS)
    }
}

/// Why a code is not answered.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// No device shows it (any more): mistyped, ended, or answered.
    #[error("no device shows this code")]
    NotACode,
    /// Too many were typed that no device shows.
    #[error("too many codes that no device shows")]
    TooMany,
    /// The person is in none of the app's groups.
    #[error("the person may not use the app")]
    NotAllowed(Arc<Client>),
    /// The app asks for a better proof than the person could give.
    #[error("the app asks for a better proof")]
    TooLittleProof(Arc<Client>, Level),
    /// The sign-in is not recent, or not by passkey where there is one.
    #[error("the sign-in is not fresh")]
    NotFresh,
    /// Something below failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for DeviceError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<AccountError> for DeviceError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Internal(error) => Self::Internal(error),
            _ => Self::NotFresh,
        }
    }
}

impl Aborted for DeviceError {
    fn is_aborted(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_aborted())
    }
}

impl Accounts {
    /// What stands behind a code that was typed. With a sign-in that is not fresh nothing is told: whoever finds a browser
    /// open approves nothing.
    pub async fn device_asked(
        &self,
        own: &Own<'_>,
        typed: &str,
        address_key: &str,
    ) -> Result<DeviceAsked, DeviceError> {
        self.require_fresh(own.who).await?;
        self.count_user_code(own, address_key).await?;
        let found = match UserCode::parse(typed) {
            Some(code) => {
                device_requests::by_code(&mut self.context.db.read().await?, &code.hash()).await?.zip(Some(code))
            }
            None => None,
        };
        let (request, code) =
            found.filter(|(request, _)| request.is_open(own.act.now())).ok_or(DeviceError::NotACode)?;
        let client = self.caches.client(request.client.as_str()).await?;
        let client = client.filter(|client| client.enabled && client.device).ok_or(DeviceError::NotACode)?;
        self.uncount_user_code(own, address_key).await?;
        if !own.who.principal.is_allowed(client.allow.as_ref()) {
            return Err(DeviceError::NotAllowed(client));
        }
        // Whoever has a better way to sign in used it: a fresh sign-in is by the strongest.
        if let Some(level) = client.require.filter(|level| !level.is_met_by(Acr::of(own.who.session.amr))) {
            return Err(DeviceError::TooLittleProof(client, level));
        }
        let before = consents::get(&mut self.context.db.read().await?, own.user(), &client.id).await?;
        let covered = before.is_some_and(|consent| request.scopes.is_subset(&consent.scopes));
        Ok(DeviceAsked { asks_consent: !client.first_party && !covered, code, client, request })
    }

    /// The person's answer to what they saw.
    pub async fn answer_device(
        &self,
        own: &Own<'_>,
        (typed, approved): (&str, bool),
        address_key: &str,
    ) -> Result<DeviceAsked, DeviceError> {
        let asked = self.device_asked(own, typed, address_key).await?;
        again(|| self.write_answer(own, &asked, approved)).await?;
        Ok(asked)
    }

    /// One answer counts, whoever else types the same code at this moment (security row 100).
    async fn write_answer(&self, own: &Own<'_>, asked: &DeviceAsked, approved: bool) -> Result<(), DeviceError> {
        let (user, session, now) = (own.user(), &own.who.session, own.act.now());
        let approval = approved.then(|| Approval {
            user: user.clone(),
            session: session.id.clone(),
            auth_time: session.auth_time,
            amr: session.amr,
        });
        let mut tx = self.context.db.begin().await?;
        self.hold_own(&mut tx, own.who).await?;
        if !device_requests::answer(&mut tx, &asked.request.id, approval.as_ref(), now).await? {
            return Err(DeviceError::NotACode);
        }
        if approved && !asked.client.first_party {
            let before = consents::get(&mut tx, user, &asked.client.id).await?;
            let scopes = before.into_iter().flat_map(|consent| consent.scopes);
            let scopes = scopes.chain(asked.request.scopes.iter().cloned()).collect();
            let consent = Consent { user: user.clone(), client: asked.client.id.clone(), scopes, granted_at: now };
            consents::put(&mut tx, &consent).await?;
        }
        let kind = if approved { EventKind::DeviceApproved } else { EventKind::DeviceRefused };
        let happened =
            AuditEntry::new(kind, user).client(&asked.client.id).detail("asked_from", &asked.request.place.ip);
        audit::write(&mut tx, &self.context, &own.act, happened).await?;
        Ok(tx.commit().await?)
    }

    /// Counts before looking, so that parallel guesses cannot outrun the count (security rows 87 and 89).
    async fn count_user_code(&self, own: &Own<'_>, address_key: &str) -> Result<(), DeviceError> {
        let now = own.act.now();
        let mut tx = self.context.db.begin().await?;
        let mut over = false;
        for (key, most, window) in limited(own, address_key) {
            let tries = limits::hit(&mut tx, &key, now, window).await?;
            if tries == most + 1 {
                let happened = AuditEntry::new(EventKind::LimitStruck, own.user()).detail("codes of devices, by", &key);
                audit::write(&mut tx, &self.context, &own.act, happened).await?;
            }
            over |= tries > most;
        }
        tx.commit().await?;
        if over { Err(DeviceError::TooMany) } else { Ok(()) }
    }

    async fn uncount_user_code(&self, own: &Own<'_>, address_key: &str) -> Result<(), DeviceError> {
        let mut tx = self.context.db.begin().await?;
        for (key, _, _) in limited(own, address_key) {
            limits::give_back(&mut tx, &key, own.act.now()).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Under which a code that is typed is counted, how often, and for how long.
fn limited(own: &Own<'_>, address_key: &str) -> [(String, i64, Ttl); 2] {
    [
        (format!("device/session/{}", own.who.session.id), TRIES_PER_SESSION, DEVICE_TRIES_WINDOW),
        (format!("device/address/{address_key}"), TRIES_PER_ADDRESS, ADDRESS_WINDOW),
    ]
}
