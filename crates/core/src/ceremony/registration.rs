//! Registering a passkey, WebAuthn Level 3 §7.1.
//!
//! Always discoverable and user-verified. Attestation is not asked for, so the model (AAGUID) only
//! names the passkey and never decides anything (security row 94).

use super::{Begun, CeremonyError, RelyingParty, authenticator_model, client_data::check_client_data};
use crate::{
    entropy::Entropy,
    id::{PasskeyId, UserId},
    model::Passkey,
    time::Timestamp,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use webauthn_rs_core::{
    internals::AuthenticatorData,
    proto::{
        COSEAlgorithm, Credential, RegisterPublicKeyCredential, Registration, RegistrationState, UserVerificationPolicy,
    },
};

/// What is offered: what the library verifies. It has no Ed25519, whose passkeys would be made and then refused.
const ALGORITHMS: [COSEAlgorithm; 2] = [COSEAlgorithm::ES256, COSEAlgorithm::RS256];

/// The longest credential id, WebAuthn Level 3 §7.1 step 25.
const MAX_CREDENTIAL_ID: usize = 1023;

/// Whom a passkey is being made for.
pub struct Enrolling<'a> {
    /// The WebAuthn user handle: 32 random bytes, base64url; never a name or address.
    pub handle: &'a str,
    /// The user name, shown by the authenticator.
    pub name: &'a str,
    /// The display name, shown by the authenticator.
    pub display_name: &'a str,
    /// Passkeys the person has already; their authenticators are asked to decline, unless they hold one of a former host
    /// only, which is to be followed by one of the present host.
    pub existing: &'a [Passkey],
}

/// Draws the options for `navigator.credentials.create()`.
pub fn begin_registration(rp: &RelyingParty, enrolling: &Enrolling<'_>) -> Result<Begun, CeremonyError> {
    let handle = URL_SAFE_NO_PAD.decode(enrolling.handle).map_err(|_| CeremonyError::Stored("user handle"))?;
    let exclude = enrolling
        .existing
        .iter()
        .filter(|passkey| rp.is_present(passkey))
        .map(|p| URL_SAFE_NO_PAD.decode(&p.credential_id))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| CeremonyError::Stored("credential id"))?;
    let builder = rp
        .own
        .core
        .new_challenge_register_builder(&handle, enrolling.name, enrolling.display_name)
        .map_err(verification)?
        .user_verification_policy(UserVerificationPolicy::Required)
        .require_resident_key(true)
        .exclude_credentials(Some(exclude))
        .credential_algorithms(ALGORITHMS.to_vec());
    #[expect(
        clippy::disallowed_methods,
        reason = "the library draws the challenge, and takes none from outside (ADR 6)"
    )]
    let (options, state) = rp.own.core.generate_challenge_register(builder).map_err(verification)?;
    Ok(Begun {
        public_key: serde_json::to_value(options.public_key).map_err(|_| CeremonyError::Malformed)?,
        state: serde_json::to_string(&state).map_err(|_| CeremonyError::Malformed)?,
    })
}

/// Verifies what `navigator.credentials.create()` returned and makes the record. Whether the
/// credential id is already in use is for the database to say, in the statement that inserts it.
pub fn finish_registration(
    rp: &RelyingParty,
    state: &str,
    credential: &Value,
    user: &UserId,
    (now, entropy): (Timestamp, &mut Entropy),
) -> Result<Passkey, CeremonyError> {
    let state: RegistrationState = serde_json::from_str(state).map_err(|_| CeremonyError::Stored("ceremony"))?;
    let answer: RegisterPublicKeyCredential =
        serde_json::from_value(credential.clone()).map_err(|_| CeremonyError::Malformed)?;
    check_client_data(answer.response.client_data_json.as_ref(), &rp.origin)?;
    if answer.raw_id.len() > MAX_CREDENTIAL_ID {
        return Err(CeremonyError::CredentialIdTooLong);
    }
    let verified = rp.own.core.register_credential(&answer, &state, None).map_err(verification)?;
    if verified.cred_id.as_slice() != answer.raw_id.as_slice() {
        return Err(CeremonyError::Malformed);
    }
    let aaguid = aaguid_of(answer.response.attestation_object.as_ref())?;
    record(rp, (&verified, &aaguid), user, (now, entropy))
}

fn record(
    rp: &RelyingParty,
    (verified, aaguid): (&Credential, &str),
    user: &UserId,
    (now, entropy): (Timestamp, &mut Entropy),
) -> Result<Passkey, CeremonyError> {
    Ok(Passkey {
        id: PasskeyId::random(entropy),
        user: user.clone(),
        credential_id: URL_SAFE_NO_PAD.encode(&verified.cred_id),
        rp_id: rp.id().to_owned(),
        credential: serde_json::to_string(verified).map_err(|_| CeremonyError::Malformed)?,
        name: authenticator_model(aaguid).unwrap_or("Passkey").to_owned(),
        aaguid: aaguid.to_owned(),
        backup_eligible: verified.backup_eligible,
        backed_up: verified.backup_state,
        sign_count: i64::from(verified.counter),
        created_at: now,
        last_used_at: None,
    })
}

/// The AAGUID inside an attestation object that has already been verified, as a UUID text.
fn aaguid_of(attestation_object: &[u8]) -> Result<String, CeremonyError> {
    let object: serde_cbor_2::Value =
        serde_cbor_2::from_slice(attestation_object).map_err(|_| CeremonyError::Malformed)?;
    let serde_cbor_2::Value::Map(members) = object else { return Err(CeremonyError::Malformed) };
    let auth_data = members.get(&serde_cbor_2::Value::Text("authData".into()));
    let Some(serde_cbor_2::Value::Bytes(auth_data)) = auth_data else { return Err(CeremonyError::Malformed) };
    let data = AuthenticatorData::<Registration>::try_from(auth_data.as_slice()).map_err(verification)?;
    let aaguid = data.acd.ok_or(CeremonyError::Malformed)?.aaguid;
    let hex = aaguid.iter().fold(String::with_capacity(36), |mut text, byte| {
        if matches!(text.len(), 8 | 13 | 18 | 23) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
        text
    });
    Ok(hex)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` wants")]
pub(super) fn verification(error: webauthn_rs_core::error::WebauthnError) -> CeremonyError {
    CeremonyError::Verification(format!("{error:?}"))
}
