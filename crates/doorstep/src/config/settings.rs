//! Every setting of the server, as one typed struct.
//!
//! The doc comments here are what `doorstep config schema` prints, and the JSON Schema made from
//! these structs is the only list of valid keys. Groups and apps are the manifest, which
//! `doorstep-onboard` owns.

use super::asked::{Recovery, Registration};
use super::mail::Mail;
use super::sinks::Sinks;
use super::supplied::SuppliedSecrets;
use super::upstream::Upstream;
use super::value::{
    DatabaseUrl, InternalUrl, Issuer, Keep, Lifetime, Listen, ProxySecret, RootKey, Speech, TrustedProxies,
};
use doorstep_onboard::manifest::{AppEntry, PersonEntry, Require};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The configuration of a Doorstep server. Relative paths start at the folder of the file.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address of the instance, where people sign in and which every app names. It never changes: all apps compare it byte for byte. No trailing slash.
    pub issuer: Issuer,
    /// The issuers that it had before, newest last, while their names still lead here: passkeys that were made there go on signing
    /// in, pages are sent on, and apps that were not told of the new issuer are answered under the one that they know. `doorstep move` writes it.
    #[serde(default)]
    pub former_issuers: Vec<Issuer>,
    /// Where programs beside this server reach it, if not at the issuer's address: `http://doorstep:8480`. Tokens, discovery and people go on to name the issuer.
    pub internal_url: Option<InternalUrl>,
    /// What the instance is called in the prompts of passkeys and on the sign-in buttons of apps. The issuer's host when left out.
    pub name: String,
    /// In which language mail is for people whose accounts keep none, and for people who have no account: `de` `en` `es` `fr` `it` `ja` `nl` `pl` `pt` `zh-Hans`. Pages ask the browser.
    #[serde(default)]
    pub language: Speech,
    /// Where to listen: an address and port, or `unix:` and the path of a socket.
    #[serde(default)]
    pub listen: Listen,
    /// Where Envoy asks by gRPC (`ext_authz`) whether a request may pass: an address and port, or `unix:` and the path of a socket. Nothing else is answered there.
    pub listen_grpc: Option<Listen>,
    /// The folder for everything that Doorstep writes. `data` beside this file when left out; `/var/lib/doorstep` when this file is under `/etc`.
    #[schemars(extend("format" = "path"))]
    pub data_dir: PathBuf,
    /// The folder of further files (`*.toml`, `*.yaml`, `*.yml`, `*.json`), each with groups and apps only.
    #[serde(default = "default_apps_dir")]
    #[schemars(extend("format" = "path"))]
    pub apps_dir: PathBuf,
    /// The folder of your own catalog entries: `NAME.toml` adds the app NAME, or stands in the place of the one that Doorstep knows.
    #[serde(default = "default_catalog_dir")]
    #[schemars(extend("format" = "path"))]
    pub catalog_dir: PathBuf,
    /// The proxies whose forwarded client addresses are believed, and that may ask forward-auth questions: networks like `10.0.0.0/8`, addresses, or `unix` for the Unix socket.
    #[serde(default)]
    pub trusted_proxies: TrustedProxies,
    /// What a trusted proxy sends as `X-Doorstep-Proxy-Secret` with every request, for networks where others live too: 32
    /// characters or more. Several with white space between them, while one takes the place of another.
    pub proxy_secret: Option<ProxySecret>,
    /// The root key itself, 32 bytes as base64url; several of them with white space between, once it was rotated. When left
    /// out it is in the file that `root_key_path` names.
    pub root_key: Option<RootKey>,
    /// The file of the root key, made at the first start. `root.key` in the data folder when left out.
    #[schemars(extend("format" = "path"))]
    pub root_key_path: PathBuf,
    /// The database.
    pub database: Database,
    /// Certificate and key, for a server that speaks https itself. Without them a proxy in front does.
    pub tls: Option<Tls>,
    /// Requests to other servers.
    #[serde(default)]
    pub outbound: Outbound,
    /// The mail server by which people are told what happens to their accounts. Without it nobody is told by mail.
    pub mail: Option<Mail>,
    /// How people recover their accounts who have lost what they sign in with, beside recovery kits and administrators.
    #[serde(default)]
    pub recovery: Recovery,
    /// Whether people who are new may ask for an account.
    #[serde(default)]
    pub registration: Registration,
    /// Providers of others at which people may sign in, each by a name that stands in addresses.
    #[serde(default)]
    pub upstream: IndexMap<String, Upstream>,
    /// What is logged, and how.
    #[serde(default)]
    pub log: Log,
    /// How people sign in.
    #[serde(default)]
    pub sign_in: SignIn,
    /// How long a person stays signed in.
    #[serde(default)]
    pub session: Session,
    /// Lifetimes of the tokens that apps receive.
    #[serde(default)]
    pub tokens: Tokens,
    /// Apps that have no sign-in of their own.
    #[serde(default)]
    pub forward_auth: ForwardAuth,
    /// The audit log: what happened, and who did it.
    #[serde(default)]
    pub audit: Audit,
    /// How a changed declaration takes effect.
    #[serde(default)]
    pub onboard: Onboard,
    /// Where credentials are delivered to, beside files: a table for each kind of place.
    #[serde(default)]
    pub sinks: Sinks,
    /// What reads the secrets that `set` refers to.
    #[serde(skip)]
    #[schemars(skip)]
    pub references: SuppliedSecrets,
}

/// The database.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:` and a path, or `postgres://user:password@host/database`. `doorstep.db` in the data folder when left out.
    pub url: DatabaseUrl,
}

/// Certificate and key, both as PEM.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The file of the certificate and its chain.
    #[schemars(extend("format" = "path"))]
    pub certificate: PathBuf,
    /// The file of the private key.
    #[schemars(extend("format" = "path"))]
    pub key: PathBuf,
}

/// Requests to other servers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Outbound {
    /// A PEM file with certificate authorities of your own, which are trusted beside the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "path"))]
    pub ca_file: Option<PathBuf>,
}

/// What is logged, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Lines for people, or JSON for machines.
    pub format: LogFormat,
    /// How much is logged.
    pub level: LogLevel,
    /// The file to write to; standard error when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "path"))]
    pub file: Option<PathBuf>,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// Also what may lead to a failure.
    Warn,
    /// Also what happened.
    #[default]
    Info,
    /// Also details, for finding a fault.
    Debug,
    /// Everything.
    Trace,
}

/// How people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignIn {
    /// Whether a user name and password are accepted beside passkeys.
    pub passwords: bool,
    /// How many passwords are checked at once; each check takes 64 MiB of memory.
    #[schemars(range(min = 1, max = 64))]
    pub password_checks: u8,
    /// What a sign-in has to be before it opens the pages of administration.
    pub console: Require,
}

/// How long a person stays signed in to the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// After this long without use, the person signs in again.
    pub idle: Lifetime,
    /// After this long in any case, the person signs in again.
    pub absolute: Lifetime,
}

/// Lifetimes of the tokens that apps receive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tokens {
    /// An access token.
    pub access: Lifetime,
    /// From the sign-in to the end of its last refresh token, however often it was renewed.
    pub refresh: Lifetime,
    /// An ID token.
    pub id: Lifetime,
}

/// Apps that have no sign-in of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ForwardAuth {
    /// How long a browser stays signed in to such an app; signing out of the instance ends it at once.
    pub session: Lifetime,
}

/// The audit log: what happened, and who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// How long a line is kept in the database, or `forever`.
    pub keep: Keep,
}

/// How a change of groups and apps in the file takes effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Onboard {
    /// Whether a running server applies a change by itself, or waits for `doorstep apply`.
    pub apply: Apply,
    /// How often a running server looks whether clients and deliveries are still as they were applied, and mends what is not.
    pub mend_every: Lifetime,
}

/// Who applies a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Apply {
    /// The server, as soon as it sees it.
    #[default]
    Auto,
    /// A person, by `doorstep apply`.
    Ask,
}

impl Default for Onboard {
    fn default() -> Self {
        Self { apply: Apply::default(), mend_every: Lifetime::minutes(10) }
    }
}

impl Default for SignIn {
    fn default() -> Self {
        Self { passwords: false, password_checks: 2, console: Require::TwoFactors }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self { idle: Lifetime::days(28), absolute: Lifetime::days(28) }
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self { access: Lifetime::hours(1), refresh: Lifetime::days(30), id: Lifetime::hours(1) }
    }
}

impl Default for ForwardAuth {
    fn default() -> Self {
        Self { session: Lifetime::days(7) }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self { keep: Keep::days(365) }
    }
}

fn default_apps_dir() -> PathBuf {
    PathBuf::from("apps.d")
}

fn default_catalog_dir() -> PathBuf {
    PathBuf::from("catalog.d")
}

/// The part of a file that is the manifest, and all that a file in `apps_dir` may hold.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Declared {
    /// Group name to the names of its people.
    pub(crate) groups: IndexMap<String, Vec<String>>,
    /// People who get an account, by user name. What is said of them counts when it is made.
    pub(crate) people: IndexMap<String, PersonEntry>,
    /// The apps of the instance, by name; a name that the catalog knows brings the rest with it.
    pub(crate) apps: IndexMap<String, AppEntry>,
}
