//! What a browser asked or sent, read into a type: anything else is refused in our own words.

use crate::{handlers::ceremony::Refusal, headers::Surface, pages::ErrorPage, respond::html, state::Web};
use axum::{
    Form, Json,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use doorstep_core::oauth::params::Params;
use http::StatusCode;
use serde::de::DeserializeOwned;
use std::{convert::Infallible, sync::Arc};

/// The query of a page's address. One that cannot be read in one way only counts as none.
pub(crate) struct Asked(Params);

impl Asked {
    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    /// The value of a parameter, if it is of this type.
    pub(crate) fn parse<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Params::parse(query.as_bytes()).unwrap_or_default()))
    }
}

/// A form of ours. Types that are read refuse fields they do not know (security row 50).
pub(crate) struct Filled<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for Filled<T> {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Response> {
        match Form::<T>::from_request(request, web).await {
            Ok(Form(form)) => Ok(Self(form)),
            Err(rejection) => {
                let status = reported(rejection.into_response().status());
                Err(html(web, &Surface::Page, status, &ErrorPage::unreadable_form()))
            }
        }
    }
}

/// JSON that a script of ours sent.
pub(crate) struct SentJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Web>> for SentJson<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, web: &Arc<Web>) -> Result<Self, Refusal> {
        match Json::<T>::from_request(request, web).await {
            Ok(Json(sent)) => Ok(Self(sent)),
            Err(rejection) => Err(Refusal::unreadable(reported(rejection.status()))),
        }
    }
}

/// Too large stays too large; everything else is simply not what was asked for.
fn reported(status: StatusCode) -> StatusCode {
    if status == StatusCode::PAYLOAD_TOO_LARGE { status } else { StatusCode::BAD_REQUEST }
}
