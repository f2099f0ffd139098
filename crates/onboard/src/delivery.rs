//! What goes to an app: where to, in which form, and the text once credentials are filled in.
//!
//! A [`Delivery`] holds no secret and may be printed; a [`Rendered`] does and may not.

mod env;

use crate::{
    catalog::{Filled, Node, Value},
    fingerprint::Fingerprint,
    provider::Credentials,
};
use doorstep_core::{id::AppName, secret::Secret};
use indexmap::IndexMap;
use serde::{Serialize, Serializer};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
};

/// Where a delivery goes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// A file, by its whole path.
    File(PathBuf),
}

impl Address {
    /// The kind of place, as it is written before the first colon.
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
        }
    }

    /// As it is written in a declaration.
    pub fn to_text(&self) -> String {
        match self {
            Self::File(path) => format!("file:{}", path.display()),
        }
    }

    /// Reads [`Self::to_text`] back; `None` for a kind of place that is not known.
    pub fn from_text(text: &str) -> Option<Self> {
        text.strip_prefix("file:").map(|path| Self::File(PathBuf::from(path)))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

/// What goes where, with the places of credentials still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The app that reads it.
    pub app: AppName,
    /// Where to.
    pub to: Address,
    /// What.
    pub content: Content,
}

/// The form of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Lines of `NAME=value`.
    Env {
        /// Written above the first variable, as comments.
        comments: Vec<Filled>,
        /// The variables, in order.
        variables: Vec<(String, Filled)>,
    },
    /// A JSON document.
    Json(IndexMap<String, Node<Filled>>),
}

/// A delivery with its secrets in it: keys and values for a place that keeps them apart, and the text for one
/// that is a file.
#[derive(Clone)]
pub struct Rendered {
    /// The app that reads it.
    pub app: AppName,
    /// Where to.
    pub to: Address,
    /// Key by key, in order; a key inside a JSON document is its dotted path.
    pub values: Vec<Pair>,
    /// The whole text of a file.
    pub text: Secret<String>,
    is_ours: IsOurs,
}

/// One key of a delivery.
#[derive(Clone)]
pub struct Pair {
    /// The variable or path.
    pub key: String,
    /// Its value.
    pub value: Secret<String>,
    /// Whether a secret is in the value; a place may show the others.
    pub secret: bool,
}

#[derive(Clone)]
enum IsOurs {
    Marked,
    Keys(BTreeSet<String>),
}

/// Why a delivery cannot be written down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A credential is not there.
    #[error("the provider has no {0}")]
    Missing(String),
    /// The value has no form that every reader of such a file reads alike.
    #[error("the value of {key} cannot be written so that docker, systemd and sh read the same: it holds {what}")]
    Unquotable {
        /// The variable.
        key: String,
        /// What is in the way.
        what: &'static str,
    },
    /// JSON refused the text.
    #[error("the document cannot be written")]
    Document,
}

impl Content {
    /// Every value under its name, in order; inside a document that is its dotted path.
    pub(crate) fn values(&self) -> Vec<(String, Filled)> {
        match self {
            Self::Env { variables, .. } => variables.clone(),
            Self::Json(document) => {
                let mut leaves = Vec::new();
                for (key, node) in document {
                    node.leaves(key, &mut leaves);
                }
                leaves
            }
        }
    }
}

impl Delivery {
    /// The names that it sets.
    pub fn keys(&self) -> Vec<String> {
        self.content.values().into_iter().map(|(key, _)| key).collect()
    }

    /// The labels of the random secrets that go in.
    pub fn labels(&self) -> BTreeSet<String> {
        self.content.texts().iter().flat_map(|text| text.labels()).map(str::to_owned).collect()
    }

    /// The delivery with its secrets. `random` holds a value for each of [`Self::labels`].
    pub fn render(
        &self,
        credentials: &Credentials,
        random: &BTreeMap<String, Secret<String>>,
    ) -> Result<Rendered, RenderError> {
        let lookup = |value: &Value| match value {
            Value::ClientId => Some(credentials.client_id.as_str()),
            Value::ClientSecret => credentials.client_secret.as_ref().map(|secret| secret.expose().as_str()),
            Value::Random(label) => random.get(label).map(|secret| secret.expose().as_str()),
            Value::Public(_) => None,
        };
        let close = |filled: &Filled| filled.close(lookup).map_err(|value| RenderError::Missing(value.to_string()));
        let pair = |key: &str, text: &Filled| {
            Ok(Pair { key: key.to_owned(), value: close(text)?, secret: text.holds_a_secret() })
        };
        let values =
            self.content.values().into_iter().map(|(key, text)| pair(&key, &text)).collect::<Result<_, _>>()?;
        let (text, is_ours) = match &self.content {
            Content::Env { comments, variables } => {
                (env::render(&self.app, comments, variables, close)?, IsOurs::Marked)
            }
            Content::Json(document) => {
                let keys = document.keys().cloned().collect();
                (json(document, close)?, IsOurs::Keys(keys))
            }
        };
        Ok(Rendered { app: self.app.clone(), to: self.to.clone(), values, text, is_ours })
    }

    /// The delivery with a harmless stand-in for each secret: it cannot be rendered where the real one cannot be.
    pub fn rehearse(&self) -> Result<Rendered, RenderError> {
        let stand_in = || Secret::new("x".to_owned());
        let credentials = Credentials { client_id: "x".into(), client_secret: Some(stand_in()) };
        let random = self.labels().into_iter().map(|label| (label, stand_in())).collect();
        self.render(&credentials, &random)
    }
}

impl Content {
    /// Whether the client's secret goes in.
    pub(crate) fn wants_client_secret(&self) -> bool {
        self.texts().iter().any(|text| text.wants(&Value::ClientSecret))
    }

    fn texts(&self) -> Vec<&Filled> {
        match self {
            Self::Env { comments, variables } => {
                comments.iter().chain(variables.iter().map(|(_, value)| value)).collect()
            }
            Self::Json(document) => document.values().flat_map(Node::texts).collect(),
        }
    }
}

impl Serialize for Delivery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Delivery", 2)?;
        out.serialize_field("to", &self.to)?;
        out.serialize_field("keys", &self.keys())?;
        out.end()
    }
}

impl Rendered {
    /// Stands for the whole content.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.text.expose().as_bytes())
    }

    /// Whether `existing` is an earlier delivery, perhaps edited since, and may be replaced. A text that
    /// a person wrote for themselves is not.
    pub fn may_replace(&self, existing: &str) -> bool {
        existing.trim().is_empty()
            || match &self.is_ours {
                IsOurs::Marked => existing.starts_with(env::MARK),
                IsOurs::Keys(keys) => serde_json::from_str::<serde_json::Map<_, _>>(existing)
                    .is_ok_and(|document| document.keys().all(|key| keys.contains(key))),
            }
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").field("to", &self.to).finish_non_exhaustive()
    }
}

fn json(
    document: &IndexMap<String, Node<Filled>>,
    close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
) -> Result<Secret<String>, RenderError> {
    let close = |filled: &Filled| close(filled).map(|secret| secret.expose().clone());
    let closed: IndexMap<&String, Node<String>> =
        document.iter().map(|(key, node)| Ok((key, node.try_map(&close)?))).collect::<Result<_, RenderError>>()?;
    let mut text = serde_json::to_string_pretty(&closed).map_err(|_| RenderError::Document)?;
    text.push('\n');
    Ok(Secret::new(text))
}
