//! `/icons/{file}`: the icon of an app. Its address stands for its content, so that a browser keeps it for a year, and one
//! that is replaced has another address.

use crate::{headers::Surface, respond::Page, state::Web};
use axum::{
    body::Body,
    extract::{Path, State},
    response::Response,
};
use doorstep_core::{model::IconKind, secret::SecretHash};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use std::sync::Arc;

/// Where the icon of this name is.
pub(crate) fn path(name: &str, kind: IconKind) -> String {
    format!("/icons/{name}.{}", kind.as_str())
}

/// The name in [`path`], if it can be one.
fn named(file: &str) -> Option<(&str, IconKind)> {
    let (name, kind) = file.split_once('.')?;
    SecretHash::from_text(name)?;
    Some((name, IconKind::from_text(kind)?))
}

/// `GET /icons/{file}`
pub(crate) async fn icon(State(web): State<Arc<Web>>, Path(file): Path<String>) -> Page {
    let mut response = Response::new(Body::empty());
    let found = match named(&file) {
        Some((name, kind)) => web.instance.onboarding.icon(name).await?.filter(|icon| icon.kind == kind),
        None => None,
    };
    let Some(icon) = found else {
        *response.status_mut() = StatusCode::NOT_FOUND;
        Surface::Data.stamp(response.headers_mut(), web.https);
        return Ok(response);
    };
    let (media_type, file) = match icon.kind {
        IconKind::Png => (icon.kind.media_type(), "attachment; filename=\"icon.png\""),
        IconKind::Svg => (icon.kind.media_type(), "attachment; filename=\"icon.svg\""),
    };
    let headers = response.headers_mut();
    Surface::Icon.stamp(headers, web.https);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(file));
    *response.body_mut() = Body::from(icon.bytes);
    Ok(response)
}
