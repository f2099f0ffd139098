//! Authorization requests that can only be answered with a page, in words (RFC 6749 §4.1.2.1).
//!
//! Nothing of the request is repeated, and there is no way back to an address that it named: the way on is the app's own
//! address, or else the portal. What whoever runs the instance needs is kept under a reference.

use crate::{
    pages::{ErrorPage, Href, Message},
    respond::error_page,
    state::Web,
};
use axum::response::Response;
use doorstep_app::authorization::Refused;
use doorstep_core::oauth::authorize::PageError;
use http::StatusCode;

/// The page.
pub(super) fn page(web: &Web, refused: &Refused) -> Response {
    let (title, what) = words(&refused.error, refused.app.as_deref());
    let label = refused
        .app
        .as_ref()
        .map_or_else(|| "back-to-the-app".into(), |app| Message::from("back-to-app").name("app", app));
    let app = refused.app_url.as_deref().and_then(Href::new).map(|href| (href, label));
    let page = ErrorPage {
        at_app: false,
        title,
        what,
        next: "request-next".into(),
        operator: None,
        back: Some(app.unwrap_or_else(|| (Href::home(), "your-apps".into()))),
    };
    error_page(web, StatusCode::BAD_REQUEST, &page, refused.reference.as_deref())
}

/// What happened and what it means; `app` is the name of the app, where it is known.
fn words(error: &PageError, app: Option<&str>) -> (Message, Message) {
    let asked = |named: &'static str, unnamed: &'static str| {
        app.map_or_else(|| unnamed.into(), |app| Message::from(named).name("app", app))
    };
    match error {
        PageError::Params(_) | PageError::MissingClientId => {
            ("request-unreadable-title".into(), "request-unreadable".into())
        }
        PageError::UnknownClient { .. } => ("request-unknown-app-title".into(), "request-unknown-app".into()),
        PageError::DisabledClient { client } => {
            let title = Message::from("request-disabled-app-title").name("app", app.unwrap_or(client.as_str()));
            (title, "request-disabled-app".into())
        }
        PageError::MissingRedirectUri { .. } => {
            ("request-no-return-title".into(), asked("request-no-return", "request-no-return-unnamed"))
        }
        PageError::UnregisteredRedirectUri { .. } => {
            ("request-other-return-title".into(), asked("request-other-return", "request-other-return-unnamed"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use doorstep_core::oauth::params::ParamsError;
    use doorstep_words::Language;

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
            let (said, what) = words(&error, Some("Forgejo"));
            assert_eq!(said.plain(Language::English), title);
            let what = what.plain(Language::English);
            assert!(what.ends_with('.') && !what.contains("svg"), "{what}");
        }
    }
}
