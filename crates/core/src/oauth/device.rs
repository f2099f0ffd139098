//! Device authorization: RFC 8628. A device that cannot show a sign-in page shows a code; a person types it elsewhere.
//!
//! Nothing is approved by an address alone: whoever follows `verification_uri_complete` sees the code, the app and the
//! place, and presses a button (RFC 8628 §5.4, security rows 48 and 100).

use super::{
    error::{OAuthError, oauth_error},
    standing::{self, Fallen, Standing},
    token_request::PresentedDevice,
};
use crate::{
    id::GrantId,
    model::{Approval, Client, DeviceAnswer, DeviceRequest, Grant, GrantSubject, PersonInSession, Principal, UserCode},
    oauth::scope,
    secret::Token,
    time::{Timestamp, Ttl},
};
use serde::Serialize;

/// The name of the grant type, RFC 8628 §3.4.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a code may be typed.
pub const DEVICE_CODE_TTL: Ttl = Ttl::from_minutes(10);
/// How long a device waits between two questions at first, and by how much longer after each that came too soon, RFC
/// 8628 §3.5.
pub const POLL_EVERY: Ttl = Ttl::from_seconds(5);
/// Nobody has to wait longer.
const LONGEST_PAUSE: Ttl = Ttl::from_seconds(60);
/// Clocks and networks make a question a little early.
const EARLY: Ttl = Ttl::from_millis(500);

/// Whether a client may ask so: only one that it is declared for.
pub const fn may_ask(client: &Client) -> Result<(), OAuthError> {
    const NOT_DECLARED: OAuthError =
        oauth_error!(UnauthorizedClient, "the app is not declared for the device grant: `device = true`");
    if client.device { Ok(()) } else { Err(NOT_DECLARED) }
}

/// The answer to a device authorization request, RFC 8628 §3.2.
#[derive(Serialize)]
pub struct DeviceAuthorization<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: String,
    verification_uri_complete: String,
    expires_in: i64,
    interval: i64,
}

impl<'a> DeviceAuthorization<'a> {
    /// For this device, at this issuer.
    pub fn new(issuer: &str, device: &'a Token, code: &'a UserCode) -> Self {
        Self {
            device_code: device.expose(),
            user_code: code.as_str(),
            verification_uri: format!("{issuer}/device"),
            verification_uri_complete: format!("{issuer}/device?code={}", code.as_str()),
            expires_in: DEVICE_CODE_TTL.seconds(),
            interval: POLL_EVERY.seconds(),
        }
    }
}

/// What to do about a device code that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled<'a> {
    /// Nobody answered: note when it was asked.
    Waiting,
    /// Asked again too soon: from now on it waits this long.
    TooSoon(Ttl),
    /// Use the approval up, and make this grant of it.
    Approved(&'a Approval),
    /// Answer this.
    Refuse(OAuthError),
}

/// RFC 8628 §3.5: nobody has answered.
pub const PENDING: OAuthError = oauth_error!(AuthorizationPending, "nobody has approved the code");
/// RFC 8628 §3.5: asked too often.
pub const SLOW_DOWN: OAuthError = oauth_error!(SlowDown, "ask less often: five seconds more between two questions");
/// RFC 8628 §3.5: it is over.
pub const EXPIRED: OAuthError = oauth_error!(ExpiredToken, "the code has ended: begin anew");
const UNKNOWN: OAuthError = oauth_error!(InvalidGrant, "the device code is unknown, was used, or is another client's");

/// Decides about a device code that has just been looked up.
pub fn decide<'a>(presented: &PresentedDevice<'_>, found: Option<&'a DeviceRequest>, now: Timestamp) -> Polled<'a> {
    // Security row 100: a code is of no use to another client.
    let Some(request) = found.filter(|request| request.client == presented.client().client().id) else {
        return Polled::Refuse(UNKNOWN);
    };
    match &request.answer {
        _ if request.used_at.is_some() => Polled::Refuse(UNKNOWN),
        _ if now >= request.expires_at => Polled::Refuse(EXPIRED),
        DeviceAnswer::Refused => Polled::Refuse(OAuthError::ACCESS_DENIED),
        DeviceAnswer::Approved(approval) => Polled::Approved(approval),
        DeviceAnswer::Waiting if is_too_soon(request, now) => {
            Polled::TooSoon(Ttl::from_millis(request.pause.millis() + POLL_EVERY.millis()).min(LONGEST_PAUSE))
        }
        DeviceAnswer::Waiting => Polled::Waiting,
    }
}

fn is_too_soon(request: &DeviceRequest, now: Timestamp) -> bool {
    request.polled_at.is_some_and(|polled_at| now + EARLY < polled_at + request.pause)
}

/// The grant that an approval makes. Like one of the browser, it hangs on the session in which it was approved, unless
/// the device asked for `offline_access`.
pub fn grant(request: &DeviceRequest, approval: &Approval, id: GrantId, now: Timestamp) -> Grant {
    Grant {
        id,
        subject: GrantSubject::Person(PersonInSession {
            user: approval.user.clone(),
            session: approval.session.clone(),
            nonce: None,
            auth_time: approval.auth_time,
            amr: approval.amr,
            offline: request.scopes.contains(scope::OFFLINE_ACCESS),
        }),
        client: request.client.clone(),
        scopes: request.scopes.clone(),
        created_at: now,
        revoked_at: None,
    }
}

/// Security rows 38 and 99: whether the grant stands at the moment it is to yield something.
pub fn stands<'a>(grant: &Grant, client: &Client, standing: &Standing<'a>) -> Result<&'a Principal, OAuthError> {
    let stands = standing::person(grant, client, standing);
    stands.map_err(|_: Fallen| standing::FALLEN)
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
