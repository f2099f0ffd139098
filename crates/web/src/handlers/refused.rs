//! Authorization requests that can only be answered with a page, in words (RFC 6749 §4.1.2.1).
//!
//! Nothing of the request is repeated, and there is no way back to an address that it named: the way on is the app's own
//! address, or else the portal. What whoever runs the instance needs is kept under a reference.

use crate::{
    pages::{ErrorPage, Href, Text},
    respond::error_page,
    state::Web,
};
use axum::response::Response;
use doorstep_app::authorization::Refused;
use doorstep_core::oauth::authorize::PageError;
use http::StatusCode;

/// The page.
pub(super) fn page(web: &Web, refused: &Refused) -> Response {
    let words = words(&refused.error, refused.app.as_deref().unwrap_or("The app"));
    let label = refused.app.as_ref().map_or_else(|| "Back to the app".to_owned(), |app| format!("Back to {app}"));
    let app = refused.app_url.as_deref().and_then(Href::new).map(|href| (href, Text::from(&label)));
    let page = ErrorPage {
        at_app: false,
        title: (&words.title).into(),
        what: (&words.what).into(),
        next: "Nothing is wrong with your account.".into(),
        operator: None,
        back: Some(app.unwrap_or_else(|| (Href::home(), "Your apps".into()))),
    };
    error_page(web, StatusCode::BAD_REQUEST, &page, refused.reference.as_deref())
}

struct Words {
    title: String,
    what: String,
}

fn words(error: &PageError, app: &str) -> Words {
    let (title, what) = match error {
        PageError::Params(_) | PageError::MissingClientId => (
            "The app sent a request that cannot be read".to_owned(),
            "It is not complete, or it could be read in more than one way, so we stopped here.".to_owned(),
        ),
        PageError::UnknownClient { .. } => (
            "This app is not known here".to_owned(),
            "The app that sent you is not known here, so we stopped.".to_owned(),
        ),
        PageError::DisabledClient { .. } => (
            format!("{app} is disabled"),
            "Nobody can sign in to it until an administrator enables it again.".to_owned(),
        ),
        PageError::MissingRedirectUri { .. } => (
            "The app did not say where to send you back".to_owned(),
            format!("{app} asked to sign you in without an address to return to, so we stopped here."),
        ),
        PageError::UnregisteredRedirectUri { .. } => (
            "The app sent you with an address that is not registered".to_owned(),
            format!(
                "{app} asked to send you back to an address that differs from the one on file, so we stopped here."
            ),
        ),
    };
    Words { title, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::oauth::params::ParamsError;

    #[test]
    fn every_refusal_is_told_in_words() {
        let client = || "forgejo".parse().unwrap();
        for (error, title) in [
            (PageError::MissingClientId, "The app sent a request that cannot be read"),
            (PageError::Params(ParamsError::Duplicate), "The app sent a request that cannot be read"),
            (PageError::UnknownClient { sent: "<svg>".into() }, "This app is not known here"),
            (PageError::DisabledClient { client: client() }, "Forgejo is disabled"),
            (PageError::MissingRedirectUri { client: client() }, "The app did not say where to send you back"),
        ] {
            let words = words(&error, "Forgejo");
            assert_eq!(words.title, title);
            assert!(words.what.ends_with('.') && !words.what.contains("svg"), "{}", words.what);
        }
    }
}
