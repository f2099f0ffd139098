//! The HTTP status of each error code in a direct (not redirected) answer: RFC 6749 §5.2, RFC 6750 §3.1.

use doorstep_core::oauth::error::ErrorCode;
use http::StatusCode;

/// The status that goes with a code.
pub(super) const fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidClient | ErrorCode::InvalidToken => StatusCode::UNAUTHORIZED,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        ErrorCode::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::InvalidRequest
        | ErrorCode::UnauthorizedClient
        | ErrorCode::AccessDenied
        | ErrorCode::UnsupportedResponseType
        | ErrorCode::InvalidScope
        | ErrorCode::InvalidGrant
        | ErrorCode::UnsupportedGrantType
        | ErrorCode::AuthorizationPending
        | ErrorCode::SlowDown
        | ErrorCode::ExpiredToken
        | ErrorCode::InteractionRequired
        | ErrorCode::LoginRequired
        | ErrorCode::ConsentRequired
        | ErrorCode::RequestNotSupported
        | ErrorCode::RequestUriNotSupported => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_5_2_only_these_codes_are_not_400() {
        let others: Vec<_> = ErrorCode::ALL
            .iter()
            .map(|code| (code.as_str(), status_of(*code).as_u16()))
            .filter(|(_, status)| *status != 400)
            .collect();
        assert_eq!(
            others,
            [
                ("server_error", 500),
                ("temporarily_unavailable", 503),
                ("invalid_client", 401),
                ("invalid_token", 401),
                ("insufficient_scope", 403),
            ]
        );
    }
}
