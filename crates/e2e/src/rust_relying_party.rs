//! A relying party that signs people in with the crate `openidconnect`, as an app's developer would write it.

use crate::{
    given::{Delivered, Road},
    loopback::{Loopback, answer, redirect},
};
use bytes::Bytes;
use http::{Request, Response};
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    error::Error,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
};
use url::Url;

/// The client as discovery makes it: it knows where to send people, and perhaps the other endpoints.
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

type Failure = Box<dyn Error + Send + Sync>;

/// What the app remembers between sending a person away and seeing them again.
struct Begun {
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

/// The road to the provider, as the library wants it.
struct Web(reqwest::Client);

struct App {
    delivered: Delivered,
    web: Web,
    // By `state`, which is also the name of the browser's cookie.
    begun: Mutex<HashMap<String, Begun>>,
}

/// Serves the app.
pub(crate) async fn serve(address: SocketAddr, delivered: Delivered, road: Road<'_>) -> Loopback {
    let issuer = Url::parse(delivered.get("OIDC_ISSUER")).expect("the issuer is an address");
    let host = issuer.host_str().expect("the issuer has a host");
    let builder = reqwest::Client::builder().tls_backend_preconfigured(road.certificates.client_config());
    let builder = builder.resolve(host, road.proxy).redirect(reqwest::redirect::Policy::none());
    let web = Web(builder.build().expect("the client's settings fit together"));
    let app = Arc::new(App { delivered, web, begun: Mutex::default() });
    Loopback::serve(address, move |request| {
        let app = Arc::clone(&app);
        async move {
            let done = match request.uri().path() {
                "/" => app.begin().await,
                "/callback" => app.finish(&request).await,
                _ => Ok(answer(404, "text/plain", "not here")),
            };
            done.unwrap_or_else(|error| {
                answer(500, "application/json", json!({ "error": reported(&*error) }).to_string())
            })
        }
    })
    .await
}

impl App {
    async fn metadata(&self) -> Result<CoreProviderMetadata, Failure> {
        let issuer = IssuerUrl::new(self.delivered.get("OIDC_ISSUER").to_owned())?;
        Ok(CoreProviderMetadata::discover_async(issuer, &self.web).await?)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Client, Failure> {
        let id = ClientId::new(self.delivered.get("OIDC_CLIENT_ID").to_owned());
        let secret = ClientSecret::new(self.delivered.get("OIDC_CLIENT_SECRET").to_owned());
        let redirect = RedirectUrl::new(self.delivered.get("OIDC_REDIRECT_URI").to_owned())?;
        Ok(CoreClient::from_provider_metadata(metadata, id, Some(secret)).set_redirect_uri(redirect))
    }

    async fn begin(&self) -> Result<Response<String>, Failure> {
        let client = self.client(self.metadata().await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let delivered = self.delivered.get("OIDC_SCOPES").split(' ').filter(|scope| *scope != "openid");
        for scope in delivered.chain(["offline_access"]) {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        let (to, state, nonce) = request.set_pkce_challenge(challenge).url();
        let begun = Begun { verifier, nonce };
        self.begun.lock().expect("nobody panics here").insert(state.secret().clone(), begun);
        let mut response = redirect(to.as_str());
        let cookie = format!("attempt={}; Path=/; HttpOnly; SameSite=Lax", state.secret());
        response.headers_mut().insert("set-cookie", cookie.parse()?);
        Ok(response)
    }

    async fn finish(&self, request: &Request<Bytes>) -> Result<Response<String>, Failure> {
        let query: HashMap<_, _> =
            url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
        let state = query.get("state").ok_or("no state came back")?;
        let cookies = request.headers().get("cookie").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !cookies.split("; ").any(|cookie| cookie == format!("attempt={state}")) {
            return Err("the state is another browser's".into());
        }
        let begun = self.begun.lock().expect("nobody panics here").remove(state).ok_or("the state is unknown")?;
        let code = query.get("code").ok_or_else(|| format!("no code came back: {query:?}"))?;
        let shown = self.redeem(code.clone(), begun).await?;
        Ok(answer(200, "application/json", shown.to_string()))
    }

    async fn redeem(&self, code: String, begun: Begun) -> Result<Value, Failure> {
        let client = self.client(self.metadata().await?)?;
        let exchange = client.exchange_code(AuthorizationCode::new(code))?.set_pkce_verifier(begun.verifier);
        let tokens = exchange.request_async(&self.web).await?;
        let id_token = tokens.id_token().ok_or("no ID Token came")?;
        let verifier = client.id_token_verifier();
        let claims = id_token.claims(&verifier, &begun.nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let key = id_token.signing_key(&verifier)?;
            if AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)? != *expected {
                return Err("at_hash is another token's".into());
            }
        }
        let subject = Some(claims.subject().clone());
        let info = client.user_info(tokens.access_token().clone(), subject.clone())?;
        let userinfo: CoreUserInfoClaims = info.request_async(&self.web).await?;
        let refreshed = match tokens.refresh_token() {
            Some(token) => {
                let again = client.exchange_refresh_token(token)?.request_async(&self.web).await?;
                let info = client.user_info(again.access_token().clone(), subject)?;
                let _: CoreUserInfoClaims = info.request_async(&self.web).await?;
                Some(true)
            }
            None => None,
        };
        Ok(json!({ "library": "openidconnect", "claims": claims, "userinfo": userinfo, "refreshed": refreshed }))
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let mut response = self.0.execute(request.try_into()?).await?;
            let mut builder = Response::builder().status(response.status());
            if let Some(headers) = builder.headers_mut() {
                std::mem::swap(headers, response.headers_mut());
            }
            let body = response.bytes().await?.to_vec();
            Ok(builder.body(body).expect("status and headers were a response's"))
        })
    }
}

fn reported(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
