//! The client data members that the library does not hold to our rule: an exact origin, no foreign
//! frame. WebAuthn Level 3 §5.8.1; security row 92.

use super::CeremonyError;
use serde::Deserialize;

#[derive(Deserialize)]
struct ClientData {
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<String>,
}

/// Refuses another origin (compared as text), `crossOrigin: true`, and any `topOrigin`.
pub(super) fn check_client_data(json: &[u8], origin: &str) -> Result<(), CeremonyError> {
    let data: ClientData = serde_json::from_slice(json).map_err(|_| CeremonyError::Malformed)?;
    if data.origin != origin {
        return Err(CeremonyError::ClientData("another origin"));
    }
    if data.cross_origin || data.top_origin.is_some() {
        return Err(CeremonyError::ClientData("from inside a foreign page"));
    }
    Ok(())
}
