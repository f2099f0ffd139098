//! Discovery and JWKS: written once, sent as they are.

use crate::{headers::Surface, state::Web};
use arc_swap::ArcSwapOption;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use doorstep_app::{house::House, snapshot::Snapshot};
use doorstep_core::{
    jose::KeySet,
    model::SigningAlg,
    oauth::discovery::{Metadata, advertises_iss},
};
use http::{
    HeaderValue,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
};
use std::sync::Arc;

/// The two documents, each kept with what it was written from.
#[derive(Default)]
pub(crate) struct Documents {
    metadata: ArcSwapOption<Written<Snapshot>>,
    jwks: ArcSwapOption<Written<KeySet>>,
}

struct Written<T> {
    from: Arc<T>,
    text: Bytes,
}

impl Documents {
    /// OpenID Connect Discovery §4, RFC 8414 §3.
    fn metadata(&self, house: &House) -> Bytes {
        let snapshot = house.snapshot();
        if let Some(written) = self.metadata.load().as_ref().filter(|written| Arc::ptr_eq(&written.from, &snapshot)) {
            return written.text.clone();
        }
        let iss = advertises_iss(snapshot.clients().map(AsRef::as_ref));
        let keys = house.keyring.keys();
        let algs: Vec<_> = SigningAlg::ALL.into_iter().filter(|alg| keys.signing(*alg).is_some()).collect();
        let text = serde_json::to_vec(&Metadata::of(&house.settings.issuer, &algs, iss)).unwrap_or_default();
        let text = Bytes::from(text);
        self.metadata.store(Some(Arc::new(Written { from: snapshot, text: text.clone() })));
        text
    }

    /// RFC 7517 §5.
    fn jwks(&self, house: &House) -> Bytes {
        let keys = house.keyring.keys();
        if let Some(written) = self.jwks.load().as_ref().filter(|written| Arc::ptr_eq(&written.from, &keys)) {
            return written.text.clone();
        }
        let text = Bytes::from(serde_json::to_vec(keys.jwks()).unwrap_or_default());
        self.jwks.store(Some(Arc::new(Written { from: keys, text: text.clone() })));
        text
    }
}

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(crate) fn metadata(web: &Web) -> Response {
    public(web, web.documents.metadata(&web.house))
}

/// `GET /jwks`.
pub(crate) fn jwks(web: &Web) -> Response {
    public(web, web.documents.jwks(&web.house))
}

fn public(web: &Web, text: Bytes) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.reserve(10);
    Surface::Public.stamp(headers, web.https);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    // Public documents, without credentials: any page may read them.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
