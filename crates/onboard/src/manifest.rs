//! What a person writes about groups and apps: `[groups]` and `[apps.NAME]`, exactly as typed.
//!
//! Only shapes. Whether a group exists, an app is known or a URL makes sense is decided in `desired`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The declarative part of the configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Group name to user names, in the order written.
    pub groups: IndexMap<String, Vec<String>>,
    /// App name to declaration, in the order written.
    pub apps: IndexMap<String, AppEntry>,
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
    /// Groups whose members may use the app; everyone with an account when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<Vec<String>>,
    /// Group to the role that the app knows; the first group in this order that a person is in decides.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub roles: IndexMap<String, String>,
    /// Where credentials go: `file:/path/app.env`, or a list of such places. The default is a file under the data directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver: Option<OneOrMany>,
    /// Redirect addresses, absolute or as a path below `url`; for an app that the catalog does not know, or in addition to its entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Vec<String>>,
    /// Whether Doorstep stands in front of the app because it has no sign-in of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_auth: Option<bool>,
    /// Whether the app belongs to the house, so that people are not asked for consent. On when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_party: Option<bool>,
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
