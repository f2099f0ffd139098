//! Signing in with a passkey and no name typed, WebAuthn Level 3 §7.2, in the order of security §2.5.

use super::{Begun, CeremonyError, RelyingParty, client_data::check_client_data, registration::verification};
use crate::{model::Passkey, time::Timestamp};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use subtle::ConstantTimeEq;
use webauthn_rs_core::proto::{AuthenticationState, Credential, PublicKeyCredential, UserVerificationPolicy};

/// An answer whose credential id and user handle have been read but not yet believed.
pub struct Identified {
    /// The credential id, base64url: which passkey row to load.
    pub credential_id: String,
    handle: Vec<u8>,
    answer: PublicKeyCredential,
}

/// A verified sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The record with its new counter, backup state and last use.
    pub passkey: Passkey,
    /// The counter as it stood in the row: the condition of the update.
    pub previous_count: i64,
    /// The counter did not rise although it should have: the key may exist twice. Only ever set for
    /// synced passkeys; for device-bound ones it is an error.
    pub maybe_cloned: bool,
}

/// Draws the options for `navigator.credentials.get()`, with an empty allow list: for passkeys of the present host, or of
/// a former one.
pub fn begin_sign_in(rp: &RelyingParty, former: Option<&str>) -> Result<Begun, CeremonyError> {
    let core = &rp.scope(former.unwrap_or(rp.id())).ok_or(CeremonyError::OtherHost)?.core;
    let builder = core
        .new_challenge_authenticate_builder(Vec::new(), Some(UserVerificationPolicy::Required))
        .map_err(verification)?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the library draws the challenge, and takes none from outside (ADR 6)"
    )]
    let (options, state) = core.generate_challenge_authenticate(builder).map_err(verification)?;
    Ok(Begun {
        public_key: serde_json::to_value(options.public_key).map_err(|_| CeremonyError::Malformed)?,
        state: serde_json::to_string(&state).map_err(|_| CeremonyError::Malformed)?,
    })
}

/// Reads which passkey an answer claims to be. A missing user handle is refused: the person is not
/// known before, so the handle must name one (§7.2 step 6).
pub fn identify(credential: &Value) -> Result<Identified, CeremonyError> {
    let answer: PublicKeyCredential =
        serde_json::from_value(credential.clone()).map_err(|_| CeremonyError::Malformed)?;
    let handle = answer.response.user_handle.as_ref().filter(|h| !h.is_empty());
    let handle = handle.ok_or(CeremonyError::UserHandle)?.clone();
    Ok(Identified { credential_id: URL_SAFE_NO_PAD.encode(&answer.raw_id), handle, answer })
}

/// Verifies an answer against the stored passkey and its owner's user handle. The RP ID is the one that the passkey was
/// made for, whichever was offered; the origin is the present one (WebAuthn Level 3 §7.2, steps 12 and 14).
pub fn finish_sign_in(
    rp: &RelyingParty,
    state: &str,
    identified: &Identified,
    (passkey, owner_handle): (&Passkey, &str),
    now: Timestamp,
) -> Result<Assertion, CeremonyError> {
    let owner = URL_SAFE_NO_PAD.decode(owner_handle).map_err(|_| CeremonyError::Stored("user handle"))?;
    if !bool::from(owner.ct_eq(&identified.handle)) || passkey.credential_id != identified.credential_id {
        return Err(CeremonyError::UserHandle);
    }
    let core = &rp.scope_of(passkey).ok_or(CeremonyError::OtherHost)?.core;
    check_client_data(identified.answer.response.client_data_json.as_ref(), &rp.origin)?;
    let mut state: AuthenticationState = serde_json::from_str(state).map_err(|_| CeremonyError::Stored("ceremony"))?;
    let mut stored: Credential =
        serde_json::from_str(&passkey.credential).map_err(|_| CeremonyError::Stored("passkey"))?;
    stored.counter = counter_to_hold(passkey);
    state.set_allowed_credentials(vec![stored.clone()]);
    let result = core.authenticate_credential(&identified.answer, &state).map_err(verification)?;
    if !result.user_verified() {
        return Err(CeremonyError::Verification("UserNotVerified".into()));
    }
    let seen = i64::from(result.counter());
    let maybe_cloned = (seen > 0 || passkey.sign_count > 0) && seen <= passkey.sign_count;
    stored.counter = result.counter();
    stored.backup_state = result.backup_state();
    let mut updated = passkey.clone();
    updated.credential = serde_json::to_string(&stored).map_err(|_| CeremonyError::Malformed)?;
    updated.sign_count = seen;
    updated.backed_up = result.backup_state();
    updated.last_used_at = Some(now);
    Ok(Assertion { passkey: updated, previous_count: passkey.sign_count, maybe_cloned })
}

/// §7.2 step 22: a counter that does not rise is refused for a device-bound passkey. A synced passkey
/// lives on several devices whose counters need not agree, so there it is only reported.
fn counter_to_hold(passkey: &Passkey) -> u32 {
    if passkey.backup_eligible { 0 } else { u32::try_from(passkey.sign_count).unwrap_or(u32::MAX) }
}
