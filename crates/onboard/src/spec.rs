//! What a provider holds for an app, in terms that fit every provider, and without secrets.
//!
//! Every field that has a default carries it in serde too: a provider's answer that leaves a default out
//! reads as that default, so an omitted value is never a difference.

use doorstep_core::{
    id::{AppName, ClientId, GroupName},
    model::{
        App, AuthorizationHeader, ClientAuthMethod, IconSource, Level, OwnCookie, Owner, PkcePolicy, Posture,
        RoleClaim, Rule, SigningAlg, UserName,
    },
    time::Ttl,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An OAuth client as it should be. The `client_id` of an app's own belongs to the provider, and the app is its key here;
/// further ones are known by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "client metadata, each with a name of its own in the specifications")]
pub struct ClientSpec {
    /// The app that it belongs to.
    pub app: AppName,
    /// Which of the app's further clients it is; `None` for the app's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
    /// What a person reads.
    pub name: String,
    /// `token_endpoint_auth_method`.
    #[serde(default = "either")]
    pub auth_method: ClientAuthMethod,
    /// Redirect URIs, byte for byte; their order says nothing.
    pub redirect_uris: Vec<String>,
    /// Post-logout redirect URIs, byte for byte; their order says nothing.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Loopback redirect URIs may vary in port (RFC 8252 §7.3).
    #[serde(default)]
    pub native: bool,
    /// It may sign people in by a code that they type on another device (RFC 8628).
    #[serde(default)]
    pub device: bool,
    /// The scopes it may ask for.
    #[serde(default = "default_scopes")]
    pub scopes: BTreeSet<String>,
    /// Whether PKCE may be left out.
    #[serde(default = "required")]
    pub pkce: PkcePolicy,
    /// Consent is implied.
    #[serde(default = "yes")]
    pub first_party: bool,
    /// `id_token_signed_response_alg`.
    #[serde(default)]
    pub id_token_alg: SigningAlg,
    /// Every granted claim goes into the ID Token too.
    #[serde(default)]
    pub claims_in_id_token: bool,
    /// `iss` in authorization responses (RFC 9207).
    #[serde(default = "yes")]
    pub iss_parameter: bool,
    /// Groups whose members may sign in; `None` for everyone with an account.
    #[serde(default)]
    pub allow: Option<BTreeSet<GroupName>>,
    /// What a sign-in has to be at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<Level>,
    /// The claim that carries the role.
    #[serde(default)]
    pub role_claim: Option<RoleClaim>,
    /// Lifetime of access tokens.
    #[serde(default = "access_ttl")]
    pub access_ttl: Ttl,
    /// Absolute lifetime of a refresh token family.
    #[serde(default = "refresh_ttl")]
    pub refresh_ttl: Ttl,
}

/// What makes a client a further one of its app. The id is not the provider's to choose: a program was built with it,
/// or is told it by its app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// What the catalog calls it beside the others of its app.
    pub name: String,
    /// Its `client_id`.
    pub id: ClientId,
}

impl ClientSpec {
    /// A client with every default.
    pub fn new(app: AppName, name: impl Into<String>, redirect_uris: Vec<String>) -> Self {
        Self {
            app,
            extra: None,
            name: name.into(),
            auth_method: either(),
            redirect_uris,
            post_logout_redirect_uris: Vec::new(),
            native: false,
            device: false,
            scopes: default_scopes(),
            pkce: required(),
            first_party: true,
            id_token_alg: SigningAlg::default(),
            claims_in_id_token: false,
            iss_parameter: true,
            allow: None,
            require: None,
            role_claim: None,
            access_ttl: access_ttl(),
            refresh_ttl: refresh_ttl(),
        }
    }
}

/// What stands in the portal and, where Doorstep guards it, before the app's host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSpec {
    /// Its name.
    pub name: AppName,
    /// What a person reads.
    pub title: String,
    /// Where it lives, without a trailing slash.
    pub url: String,
    /// Groups whose members may use it; `None` for everyone with an account.
    #[serde(default)]
    pub allow: Option<BTreeSet<GroupName>>,
    /// What a sign-in has to be at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<Level>,
    /// Whether forward auth guards it.
    #[serde(default)]
    pub protected: bool,
    /// What it is told where forward auth guards it.
    #[serde(default, skip_serializing_if = "Posture::is_default")]
    pub posture: Posture,
    /// Cookies of the app's own that go when a session with it ends.
    #[serde(default)]
    pub own_cookies: BTreeSet<OwnCookie>,
    /// Requests that need something else than `allow`; the first that fits decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// What becomes of `Authorization`.
    #[serde(default, skip_serializing_if = "AuthorizationHeader::is_default")]
    pub authorization: AuthorizationHeader,
    /// Where its icon comes from; `None` for its letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<IconSource>,
    /// Whether it signs people in itself: whether it has a client.
    #[serde(default)]
    pub signs_in: bool,
}

impl AppSpec {
    /// The record of our own that it makes, with its client.
    pub fn app(&self, client: Option<ClientId>) -> App {
        App {
            name: self.name.clone(),
            title: self.title.clone(),
            url: self.url.clone(),
            allow: self.allow.clone(),
            require: self.require,
            client: client.filter(|_| self.signs_in),
            protected: self.protected,
            own_cookies: self.own_cookies.clone(),
            rules: self.rules.clone(),
            authorization: self.authorization,
            posture: self.posture,
            icon: self.icon.clone(),
            owner: Owner::Config,
        }
    }
}

/// A record that a provider holds, with who may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held<T> {
    /// The record.
    pub spec: T,
    /// Declared, or made by hand.
    pub owner: Owner,
}

fn default_scopes() -> BTreeSet<String> {
    ["openid", "profile", "email"].map(str::to_owned).into()
}

pub(crate) const fn either() -> ClientAuthMethod {
    ClientAuthMethod::Either
}

const fn required() -> PkcePolicy {
    PkcePolicy::Required
}

pub(crate) const fn yes() -> bool {
    true
}

/// An hour: several apps sign people out when an access token has less than five minutes left.
const fn access_ttl() -> Ttl {
    Ttl::from_hours(1)
}

const fn refresh_ttl() -> Ttl {
    Ttl::from_days(30)
}

/// Somebody who is to have an account. What is said of them counts when it is made; afterwards it is theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// The user name.
    pub name: UserName,
    /// What people and apps call them; `None` for the user name.
    pub display_name: Option<String>,
    /// Given names.
    pub given_name: Option<String>,
    /// Family names.
    pub family_name: Option<String>,
    /// The mail address, which counts as confirmed.
    pub email: Option<String>,
}
