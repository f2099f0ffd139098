//! Discovery and JWKS: written once, sent as they are.

use crate::{headers::Surface, state::Web};
use arc_swap::ArcSwapOption;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use doorstep_app::{error::InternalError, instance::Instance};
use doorstep_core::{jose::KeySet, model::SigningAlg, oauth::discovery::Metadata};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE},
};
use serde::Serialize;
use std::sync::Arc;

/// The two documents, each kept with what it was written from.
#[derive(Default)]
pub(crate) struct Documents {
    /// By whether it promises `iss`: for everyone, and for programs inside.
    metadata: [[ArcSwapOption<Written<KeySet>>; 2]; 2],
    jwks: ArcSwapOption<Written<KeySet>>,
}

struct Written<T> {
    from: Arc<T>,
    head: HeaderMap,
    text: Bytes,
}

impl<T> Written<T> {
    fn new(from: Arc<T>, document: &impl Serialize, https: bool) -> Arc<Self> {
        let text = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
        let mut head = HeaderMap::with_capacity(10);
        Surface::Public.stamp(&mut head, https);
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        head.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        // Public documents, without credentials: any page may read them.
        head.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        Arc::new(Self { from, head, text })
    }

    fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.text.clone()));
        *response.headers_mut() = self.head.clone();
        response
    }
}

impl Documents {
    /// OpenID Connect Discovery §4, RFC 8414 §3.
    async fn metadata(
        &self,
        instance: &Instance,
        (former, internal): (Option<&str>, Option<&str>),
        https: bool,
    ) -> Result<Response, InternalError> {
        let iss = instance.caches.all_take_iss().await?;
        let keys = instance.context.keyring.keys();
        let algs: Vec<_> = SigningAlg::ALL.into_iter().filter(|alg| keys.signing(*alg).is_some()).collect();
        if let Some(former) = former {
            // Asked for seldom, and by few. OpenID Connect Discovery §4.3: the issuer is the one that the app asked.
            return Ok(Written::new(Arc::clone(&keys), &Metadata::of(former, &algs, iss), https).response());
        }
        let [public, inside] = &self.metadata;
        let [without, with] = if internal.is_some() { inside } else { public };
        let kept = if iss { with } else { without };
        if let Some(written) = kept.load().as_ref().filter(|written| Arc::ptr_eq(&written.from, &keys)) {
            return Ok(written.response());
        }
        let document = Metadata::of(&instance.context.settings.issuer, &algs, iss);
        let document = match internal {
            Some(internal) => document.inside(internal),
            None => document,
        };
        let written = Written::new(Arc::clone(&keys), &document, https);
        kept.store(Some(Arc::clone(&written)));
        Ok(written.response())
    }

    /// RFC 7517 §5.
    fn jwks(&self, instance: &Instance, https: bool) -> Response {
        let keys = instance.context.keyring.keys();
        if let Some(written) = self.jwks.load().as_ref().filter(|written| Arc::ptr_eq(&written.from, &keys)) {
            return written.response();
        }
        let written = Written::new(Arc::clone(&keys), keys.jwks(), https);
        self.jwks.store(Some(Arc::clone(&written)));
        written.response()
    }
}

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`, under a former issuer or at the
/// internal address if one is given.
pub(crate) async fn metadata(web: &Web, named: (Option<&str>, Option<&str>)) -> Response {
    match web.documents.metadata(&web.instance, named, web.https).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "discovery could not be answered");
            super::answer::unavailable(web.https)
        }
    }
}

/// `GET /jwks`.
pub(crate) fn jwks(web: &Web) -> Response {
    web.documents.jwks(&web.instance, web.https)
}
