//! What a person writes about groups, people and apps: `[groups]`, `[people.NAME]` and `[apps.NAME]`, exactly as typed.
//!
//! Only shapes. Whether a group exists, an app is known or a URL makes sense is decided in `desired`.

use doorstep_core::model::{InvalidOwnCookie, Level, OwnCookie, Posture};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declarative part of the configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Group name to user names, in the order written.
    pub groups: IndexMap<String, Vec<String>>,
    /// User name to invitation, in the order written.
    pub people: IndexMap<String, PersonEntry>,
    /// App name to declaration, in the order written.
    pub apps: IndexMap<String, AppEntry>,
}

/// One `[people.NAME]`: somebody who gets an account. What is said here counts when it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonEntry {
    /// What people and apps call them; the user name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Given names, for apps that ask for them separately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family names, for apps that ask for them separately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The mail address; it counts as confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// One `[apps.NAME]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppEntry {
    /// Where the app lives, as people type it: `https://grafana.example.org`.
    pub url: String,
    /// The catalog entry to follow, when it is not the app's NAME.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// What people read; the catalog's name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the portal shows: a file (`./wiki.svg`, beside the configuration), or an address that the server fetches once. PNG, JPEG, WebP, ICO or SVG, at most 256 kB. A letter of its own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// Groups whose members may use the app; everyone with an account when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<Vec<String>>,
    /// What a sign-in has to be at least: `two_factors` (a passkey, or a password with a code of an authenticator app) or `passkey`. Any sign-in is enough when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<Require>,
    /// Group to the role that the app knows; the first group in this order that a person is in decides.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub roles: IndexMap<String, String>,
    /// Where credentials go: `file:/path/app.env`, `key:/path/of-yours.yaml#table.key=NAME`, `kubernetes:NAMESPACE/NAME`, `sops:/path/app.env`, `age:/path/app.env.age`, `vault:MOUNT/PATH`, `bitwarden:PROJECT/PREFIX`, `command:NAME`, or a list of such places. The default is a file under the data directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver: Option<OneOrMany>,
    /// Where commands that are run once, or fields that are copied once, go for an app that has them beside what it reads. The default is a file under the data directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver_once: Option<OneOrMany>,
    /// Redirect addresses, absolute or as a path below `url`; for an app that the catalog does not know, or in addition to its entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Vec<String>>,
    /// Whether Doorstep stands in front of the app because it has no sign-in of its own: `true` or `headers` when it tells the app who people are, `assertion` when it signs that as well, `portal` when it guards the door alone and tells it nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_auth: Option<ForwardAuthUse>,
    /// How the app authenticates at the token endpoint; `none` for a public client, which has no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_method: Option<AuthMethod>,
    /// Whether the app must send PKCE. A public client always must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pkce: Option<Pkce>,
    /// The scopes that the app may ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Whether name, mail address, groups and role stand in the ID Token too, for an app that reads nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims_in_id_token: Option<bool>,
    /// The algorithm that signs the app's ID Tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_alg: Option<IdTokenAlg>,
    /// Whether answers carry `iss`; off for an app that breaks on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss_parameter: Option<bool>,
    /// The claim that carries the role, for an app that the catalog does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_claim: Option<String>,
    /// Addresses after sign-out, whole or as a path below `url`. The first is the one that is delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_logout: Option<Vec<String>>,
    /// Whether the port of a loopback callback may be any, for a program on the person's own machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native: Option<bool>,
    /// Whether the app may sign people in by a code that they type on another device, as a television or a command line does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<bool>,
    /// Schemes without a dot that callbacks begin with, for an app on the person's own device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schemes: Option<Vec<String>>,
    /// Which of the further clients that the catalog knows for the app are made, such as one for its command line; all of them when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_clients: Option<Vec<String>>,
    /// Whether the app reaches Doorstep at the issuer's address (`public`, when left out) or is told `internal_url` for what it asks itself: token, userinfo, keys, revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reaches>,
    /// How long what the app receives is valid, where it differs from [tokens].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<AppTokens>,
    /// Values that are delivered in addition to the others, or in place of them, by their name in the app.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub set: IndexMap<String, Setting>,
    /// Cookies of the app's own, by name: they go from its host when a session there ends. For an app in front of which Doorstep stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_cookies: Option<Vec<CookieName>>,
    /// Requests that need something else than `allow`, for an app in front of which Doorstep stands: the first rule that fits decides, and behind the last one `allow` does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<RuleEntry>>,
    /// What becomes of the `Authorization` of a request, for an app in front of which Doorstep stands: `pass` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<AuthorizationUse>,
    /// Whether the app belongs to the instance, so that people are not asked for consent. On when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_party: Option<bool>,
}

/// What a sign-in has to be at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Require {
    /// Any sign-in.
    OneFactor,
    /// By a passkey, or by a password with a code of an authenticator app.
    TwoFactors,
    /// By a passkey.
    Passkey,
}

impl Require {
    /// What is asked for; nothing, where any sign-in is enough.
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::OneFactor => None,
            Self::TwoFactors => Some(Level::TwoFactors),
            Self::Passkey => Some(Level::Passkey),
        }
    }
}

/// One of `[[apps.NAME.rules]]`. A list that is left out says nothing: any path, any method, any network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// What the catalog knows that programs need of the app, by its name there: `api`. It passes, and stands in place of `paths`, `methods` and `do`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
    /// Paths: `/healthz` is this one alone, `/api/` with all that is below it; `*` is any one segment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Methods, in capitals. GET is HEAD, too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Networks that the request comes from, as far as a trusted proxy says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<String>,
    /// What becomes of the request; `sign_in` when left out.
    #[serde(default, rename = "do", skip_serializing_if = "Option::is_none")]
    pub effect: Option<RuleEffect>,
    /// Groups whose members may, after a sign-in; the app's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<Vec<String>>,
    /// How long ago they may have proved who they are; they do so again after that: `15m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "lifetime"))]
    pub max_age: Option<String>,
    /// What their sign-in has to be at least: `one_factor` (any sign-in), `two_factors` or `passkey`; as the app's `require` says when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require: Option<Require>,
}

/// Whether Doorstep stands in front of an app, and what it tells the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "true, false, \"headers\", \"assertion\" or \"portal\"")]
pub enum ForwardAuthUse {
    /// Whether at all; who people are is told in headers.
    Stands(bool),
    /// It does, and tells this much.
    Tells(PostureUse),
}

/// What Doorstep tells an app in front of which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostureUse {
    /// Who is signed in, in headers.
    Headers,
    /// Nothing: it guards the door alone.
    Portal,
    /// Who is signed in, in headers and in one more that is signed.
    Assertion,
}

impl ForwardAuthUse {
    /// Whether Doorstep stands in front.
    pub const fn stands(self) -> bool {
        !matches!(self, Self::Stands(false))
    }

    /// What the app is told.
    pub const fn posture(self) -> Posture {
        match self {
            Self::Tells(PostureUse::Portal) => Posture::Portal,
            Self::Tells(PostureUse::Assertion) => Posture::Assertion,
            Self::Tells(PostureUse::Headers) | Self::Stands(_) => Posture::Headers,
        }
    }
}

/// Whose business the `Authorization` of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationUse {
    /// A token of Doorstep's counts and is taken out; everything else is the app's.
    Pass,
    /// A token of Doorstep's counts; nothing else is let through.
    Consume,
    /// It is the app's, whatever it holds: for an app whose own tokens look like Doorstep's.
    Ignore,
}

/// What becomes of a request that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleEffect {
    /// It reaches the app without a sign-in and without an identity.
    Pass,
    /// It reaches the app for members of `allow` who are signed in.
    SignIn,
    /// It reaches the app for nobody.
    Refuse,
}

/// A cookie of an app's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum CookieName {
    /// Set for the app's host.
    OfTheHost(String),
    /// Set for a parent domain of it.
    OfADomain(DomainCookie),
}

/// A cookie that the app sets for a parent domain of its host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DomainCookie {
    /// Its name.
    pub name: String,
    /// The domain, without a dot before it.
    pub domain: String,
}

impl CookieName {
    /// The name as written.
    pub fn name(&self) -> &str {
        match self {
            Self::OfTheHost(name) => name,
            Self::OfADomain(cookie) => &cookie.name,
        }
    }

    /// The cookie that is meant.
    pub fn read(&self) -> Result<OwnCookie, InvalidOwnCookie> {
        match self {
            Self::OfTheHost(name) => OwnCookie::new(name, None),
            Self::OfADomain(cookie) => OwnCookie::new(&cookie.name, Some(&cookie.domain)),
        }
    }
}

/// One text or a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// `token_endpoint_auth_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// The secret in a header or in the form, whichever comes.
    Either,
    /// The secret in a header.
    Basic,
    /// The secret in the form.
    Post,
    /// No secret: a public client.
    None,
}

/// Whether PKCE may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// It must be sent.
    Required,
    /// It may be left out; when it is sent, it must hold.
    Optional,
}

/// At which address an app reaches Doorstep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reaches {
    /// The issuer's.
    Public,
    /// `internal_url`, with what it asks itself. Browsers are sent to the issuer's all the same.
    Internal,
}

/// `id_token_signed_response_alg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum IdTokenAlg {
    /// RSA, which every library knows.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA with P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// How long what one app receives is valid.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppTokens {
    /// An access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "lifetime"))]
    pub access: Option<String>,
    /// From the sign-in to the end of its last refresh token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "lifetime"))]
    pub refresh: Option<String>,
}

/// A delivered value as a person writes it: one value, or a table of them for an app that reads a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Setting(pub serde_json::Value);

impl JsonSchema for Setting {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let kinds = ["string", "boolean", "number", "array", "object"];
        let any_of = kinds.map(|kind| serde_json::json!({ "type": kind }));
        schemars::json_schema!({ "anyOf": any_of })
    }
}
