//! An OAuth client, RFC 6749 §2, with everything that is decided per client.

use super::{KeyGeneration, Level, Rotation, SigningAlg};
use crate::{
    id::{AppName, ClientId, GroupName},
    time::{Timestamp, Ttl},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[expect(clippy::struct_excessive_bools, reason = "independent settings, each named by its specification")]
/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// What a person reads.
    pub name: String,
    /// The declared app this client belongs to.
    pub app: Option<AppName>,
    /// What it is called among the further clients of that app; `None` for the app's own client.
    pub extra: Option<String>,
    /// Off: nothing works, nothing is forgotten.
    pub enabled: bool,
    /// How the client authenticates at the token endpoint.
    pub auth_method: ClientAuthMethod,
    /// What it authenticates with.
    pub secret: ClientSecret,
    /// Registered redirect URIs, compared byte for byte (RFC 9700 §2.1).
    pub redirect_uris: Vec<String>,
    /// Registered post-logout redirect URIs, compared byte for byte.
    pub post_logout_redirect_uris: Vec<String>,
    /// A native client may vary the port of a loopback redirect URI (RFC 8252 §7.3).
    pub native: bool,
    /// It may sign people in by a code that they type on another device (RFC 8628).
    pub device: bool,
    /// The scopes it may ask for.
    pub scopes: BTreeSet<String>,
    /// Whether PKCE may be left out.
    pub pkce: PkcePolicy,
    /// One of the instance's own apps: consent is implied by its declaration.
    pub first_party: bool,
    /// `id_token_signed_response_alg`, OpenID Connect Registration §2.
    pub id_token_alg: SigningAlg,
    /// Put every granted claim into the ID Token too.
    pub claims_in_id_token: bool,
    /// Send `iss` in authorization responses, RFC 9207.
    pub iss_parameter: bool,
    /// Groups whose members may sign in; `None` for everyone with an account.
    pub allow: Option<BTreeSet<GroupName>>,
    /// What a sign-in has to be at least.
    pub require: Option<Level>,
    /// A claim that carries the person's role in the app.
    pub role_claim: Option<RoleClaim>,
    /// Lifetime of access tokens, in milliseconds.
    pub access_ttl: Ttl,
    /// Absolute lifetime of a refresh token family, in milliseconds.
    pub refresh_ttl: Ttl,
    /// Who may change this record.
    pub owner: Owner,
}

/// `token_endpoint_auth_method`, OpenID Connect Core §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// Basic or POST, whichever comes: libraries disagree about the default.
    Either,
    /// `client_secret_basic` only.
    Basic,
    /// `client_secret_post` only.
    Post,
    /// `none`: a public client.
    None,
}

/// Where a client's secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientSecret {
    /// A public client has none.
    None,
    /// HKDF(root key, client id, version): deliverable at any time, never stored.
    Derived {
        /// Raised by each rotation; begins at 1. While one is under way, the version from before it.
        version: u32,
        /// While a second version is accepted.
        rotation: Option<Rotation>,
        /// From which root key each of them comes.
        keys: VersionKeys,
    },
    /// Chosen by the person who declared the app; kept as a hash only (`SecretHash::labelled("client-secret", …)` as text).
    Supplied {
        /// The hash.
        hash: String,
    },
}

/// A version of a derived secret, and the root key that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretVersion {
    /// The version.
    pub number: u32,
    /// The root key.
    pub key: KeyGeneration,
}

impl From<u32> for SecretVersion {
    /// Of the first root key.
    fn from(number: u32) -> Self {
        Self { number, key: KeyGeneration::FIRST }
    }
}

/// How a client's secret hangs on an earlier root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyHold {
    /// Not at all.
    Nothing,
    /// Its one version comes from it.
    NotRotated,
    /// A rotation is under way to another version that comes from it.
    OtherRotation,
    /// A rotation is under way to a version that does not; the one before is still valid.
    UnderWay,
}

/// From which root key the versions of a derived secret come. One of which nothing is said comes from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionKeys(BTreeMap<u32, KeyGeneration>);

impl VersionKeys {
    /// As it was noted for each version.
    pub const fn new(noted: BTreeMap<u32, KeyGeneration>) -> Self {
        Self(noted)
    }

    /// A version with its root key.
    pub fn of(&self, number: u32) -> SecretVersion {
        SecretVersion { number, key: self.0.get(&number).copied().unwrap_or(KeyGeneration::FIRST) }
    }
}

impl ClientSecret {
    /// A derived secret of the first root key that is not being rotated.
    pub const fn derived(version: u32) -> Self {
        Self::Derived { version, rotation: None, keys: VersionKeys(BTreeMap::new()) }
    }

    /// How it hangs on another root key than `current`.
    pub fn hold(&self, current: KeyGeneration) -> KeyHold {
        let accepted = self.accepted();
        let mut of_another = accepted.iter().map(|version| version.key != current);
        match (of_another.next().unwrap_or(false), of_another.next()) {
            (true, None) => KeyHold::NotRotated,
            (true, Some(_)) => KeyHold::OtherRotation,
            (false, Some(true)) => KeyHold::UnderWay,
            (false, _) => KeyHold::Nothing,
        }
    }

    /// The versions of a derived secret that prove the client, the one that stays first.
    pub fn accepted(&self) -> Vec<SecretVersion> {
        match self {
            Self::Derived { rotation: Some(rotation), keys, .. } => vec![keys.of(rotation.new), keys.of(rotation.old)],
            Self::Derived { version, rotation: None, keys } => vec![keys.of(*version)],
            Self::None | Self::Supplied { .. } => Vec::new(),
        }
    }

    /// The rotation that is under way.
    pub const fn rotation(&self) -> Option<&Rotation> {
        match self {
            Self::Derived { rotation, .. } => rotation.as_ref(),
            Self::None | Self::Supplied { .. } => None,
        }
    }

    /// The version of a derived secret that belongs in every place now.
    pub fn wanted(&self, now: Timestamp) -> Option<SecretVersion> {
        match self {
            Self::Derived { rotation: Some(rotation), keys, .. } => Some(keys.of(rotation.wanted(now))),
            Self::Derived { version, rotation: None, keys } => Some(keys.of(*version)),
            Self::None | Self::Supplied { .. } => None,
        }
    }
}

/// Whether `code_challenge` may be absent, RFC 9700 §2.1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PkcePolicy {
    /// S256 or nothing works.
    Required,
    /// May be left out; when it is sent, it must hold.
    Optional,
}

/// Who may change a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Declared in the configuration: pages show it, the file changes it.
    Config,
    /// Made by hand.
    Console,
}

impl Owner {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Config, Self::Console];

    /// The text of a TEXT column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Console => "console",
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|owner| owner.as_str() == text)
    }
}

/// A claim that maps groups to a role name of the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleClaim {
    /// The claim's name.
    pub claim: String,
    /// Group to role; where several match, the first in `order` wins.
    #[serde(default)]
    pub values: BTreeMap<GroupName, String>,
    /// The groups in the order in which they were written down.
    #[serde(default)]
    pub order: Vec<GroupName>,
}
