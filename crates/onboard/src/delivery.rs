//! What goes to an app: where to, in which form, and the text once credentials are filled in.
//!
//! A [`Delivery`] holds no secret and may be printed; a [`Rendered`] does and may not.

mod address;
mod document;
mod env;
mod key;
mod lines;
mod mask;
mod seal;
mod sheet;
mod text;

use crate::{
    catalog::{Document, Filled, Format, Node, Syntax, Value},
    fingerprint::Fingerprint,
    provider::Credentials,
    reference::Reference,
};
pub use address::{Address, is_bitwarden_id};
pub use document::plain_in_ini;
use doorstep_core::{id::AppName, secret::Secret};
pub use env::quote as quoted_variable;
pub use key::{KeyPath, KeyedForm};
use lines::Lines;
pub use mask::HIDDEN;
use serde::{Serialize, Serializer};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

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
    /// A document.
    Document {
        /// How it is written down.
        format: Format,
        /// Written above it, where the format has comments.
        comments: Vec<Filled>,
        /// Its members.
        body: Document<Filled>,
    },
    /// A text in a language of its own.
    Text {
        /// The language.
        syntax: Syntax,
        /// Written above it.
        comments: Vec<Filled>,
        /// Its passages, one below the other.
        body: Vec<Filled>,
    },
    /// One value, for a key inside a file that a person owns.
    Key {
        /// What the app calls it.
        name: String,
        /// A text, a number, `true` or `false`.
        value: Node<Filled>,
    },
    /// Fields that a person fills in on the app's pages.
    Sheet {
        /// Written above the fields.
        comments: Vec<Filled>,
        /// What each is called there, and its value.
        rows: Vec<(String, Filled)>,
    },
}

/// A delivery with its secrets in it: keys and values for a place that keeps them apart, and the text for one
/// that is a file.
#[derive(Clone)]
pub struct Rendered {
    /// The app that reads it.
    pub app: AppName,
    /// Where to.
    pub to: Address,
    /// What its file is called by itself.
    pub file: String,
    /// Key by key, in order: the variables of the app. What is not variables is one value, under the name of its file.
    pub values: Vec<Pair>,
    /// The whole text of a file.
    pub text: Secret<String>,
    /// What is secret in it, piece by piece.
    secrets: Vec<Secret<String>>,
    is_ours: IsOurs,
}

/// One key of a delivery.
#[derive(Clone)]
pub struct Pair {
    /// The variable, or the name of the file.
    pub key: String,
    /// Its value.
    pub value: Secret<String>,
    /// Whether a secret is in the value; a place may show the others.
    pub secret: bool,
    /// Whether it is a number, `true` or `false`, where a place tells that from a text.
    pub literal: bool,
}

#[derive(Clone)]
enum IsOurs {
    /// It begins with this.
    Begins(String),
    /// It is a JSON object with no other keys.
    Keys(BTreeSet<String>),
}

/// What each of our files says of itself, but for JSON.
const MARK: &str = "Delivered by Doorstep";

/// Stands for each secret in a rehearsal. Nothing that anybody says holds it or a piece of it, so that it hides nothing.
const STAND_IN: &str = "0stand1in2for3what4nobody5knows";

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
    /// The form has no way to say it.
    #[error("the value of {key} cannot be written as {form}: it holds {what}")]
    Unsayable {
        /// The key.
        key: String,
        /// What is in the way.
        what: &'static str,
        /// The form.
        form: &'static str,
    },
    /// The format has no way to say it.
    #[error("the document cannot be written as {0}")]
    Document(&'static str),
}

impl Content {
    /// What a file with it is called by.
    pub fn extension(&self) -> &'static str {
        match self {
            Self::Env { .. } => "env",
            Self::Document { format, .. } => format.extension(),
            Self::Text { syntax, .. } => syntax.extension(),
            Self::Sheet { .. } | Self::Key { .. } => "txt",
        }
    }

    /// What a key elsewhere can get, by the app's name for it. Lists, which no key gets, are among them.
    pub(crate) fn settable(&self) -> Vec<(String, Node<Filled>)> {
        match self {
            Self::Document { body, .. } => {
                let mut members = Vec::new();
                body.iter().for_each(|(key, node)| node.members(key, &mut members));
                members
            }
            Self::Text { .. } => Vec::new(),
            rows => rows.values().into_iter().map(|(name, value)| (name, Node::Text(value))).collect(),
        }
    }

    /// Every value under its name, in order; inside a document that is its dotted path. A text is one value.
    pub(crate) fn values(&self) -> Vec<(String, Filled)> {
        match self {
            Self::Env { variables: rows, .. } | Self::Sheet { rows, .. } => rows.clone(),
            Self::Text { syntax, body, .. } => {
                body.iter().map(|passage| (syntax.extension().to_owned(), passage.clone())).collect()
            }
            Self::Key { name, value } => {
                let mut leaves = Vec::new();
                value.leaves(name, &mut leaves);
                leaves
            }
            Self::Document { body, .. } => {
                let mut leaves = Vec::new();
                for (key, node) in body {
                    node.leaves(key, &mut leaves);
                }
                leaves
            }
        }
    }

    /// Whether a secret goes in.
    pub(crate) fn holds_a_secret(&self) -> bool {
        self.texts().iter().any(|text| text.holds_a_secret())
    }

    /// Whether a person uses it, once for each secret: commands to run, fields to copy.
    pub const fn is_used_once(&self) -> bool {
        matches!(self, Self::Sheet { .. } | Self::Text { syntax: Syntax::Shell, .. })
    }

    /// Whether the client's secret goes in.
    pub(crate) fn wants_client_secret(&self) -> bool {
        self.texts().iter().any(|text| text.wants(&Value::ClientSecret))
    }

    fn texts(&self) -> Vec<&Filled> {
        let (comments, mut texts): (&[Filled], Vec<&Filled>) = match self {
            Self::Env { comments, variables: rows } | Self::Sheet { comments, rows } => {
                (comments, rows.iter().map(|(_, value)| value).collect())
            }
            Self::Text { comments, body, .. } => (comments, body.iter().collect()),
            Self::Key { value, .. } => (&[], value.texts()),
            Self::Document { format: Format::Json, body, .. } => (&[], body.values().flat_map(Node::texts).collect()),
            Self::Document { comments, body, .. } => (comments, body.values().flat_map(Node::texts).collect()),
        };
        texts.extend(comments);
        texts
    }
}

impl Delivery {
    /// The names that it sets.
    pub fn keys(&self) -> Vec<String> {
        if self.to.keeps_keys() && !matches!(self.content, Content::Env { .. }) {
            return vec![self.file_name()];
        }
        let mut keys: Vec<String> = self.content.values().into_iter().map(|(key, _)| key).collect();
        // The passages of a text have one name between them.
        keys.dedup();
        keys
    }

    /// What its file is called by itself.
    fn file_name(&self) -> String {
        format!("{}.{}", self.app, self.content.extension())
    }

    /// Whether something of the client's goes in. Nothing does for an app in front of which Doorstep stands.
    pub(crate) fn wants_credentials(&self) -> bool {
        let wants = |text: &&Filled| text.wants(&Value::ClientId) || text.wants(&Value::ClientSecret);
        self.content.texts().iter().any(wants)
    }

    /// The labels of the random secrets that go in.
    pub fn labels(&self) -> BTreeSet<String> {
        self.content.texts().iter().flat_map(|text| text.labels()).map(str::to_owned).collect()
    }

    /// The references that are followed for it.
    pub fn references(&self) -> BTreeSet<Reference> {
        self.content.texts().iter().flat_map(|text| text.references()).cloned().collect()
    }

    /// The delivery with its secrets. `random` holds a value for each of [`Self::labels`], and by its text for each of
    /// [`Self::references`].
    pub fn render(
        &self,
        credentials: &Credentials,
        random: &BTreeMap<String, Secret<String>>,
    ) -> Result<Rendered, RenderError> {
        let lookup = |value: &Value| match value {
            Value::ClientId => Some(credentials.client_id.as_str()),
            Value::ClientSecret => credentials.client_secret.as_ref().map(|secret| secret.expose().as_str()),
            Value::Random(label) => random.get(label).map(|secret| secret.expose().as_str()),
            Value::Supplied(reference) => random.get(&reference.to_string()).map(|secret| secret.expose().as_str()),
            Value::Public(_) => None,
        };
        let close = |filled: &Filled| filled.close(lookup).map_err(|value| RenderError::Missing(value.to_string()));
        let pair = |(key, text): &(String, Filled)| {
            Ok(Pair { key: key.clone(), value: close(text)?, secret: text.holds_a_secret(), literal: false })
        };
        let (text, is_ours) = self.write(close)?;
        let values = match &self.content {
            Content::Env { variables, .. } => variables.iter().map(pair).collect::<Result<_, _>>()?,
            whole => {
                let secret = whole.holds_a_secret();
                let literal = matches!(whole, Content::Key { value: Node::Bool(_) | Node::Number(_), .. });
                vec![Pair { key: self.file_name(), value: text.clone(), secret, literal }]
            }
        };
        let secrets = credentials.client_secret.iter().chain(random.values()).cloned().collect();
        let (app, to, file) = (self.app.clone(), self.to.clone(), self.file_name());
        Ok(Rendered { app, to, file, values, text, secrets, is_ours })
    }

    /// The text of a file, and what tells that it is ours.
    fn write(
        &self,
        close: impl Fn(&Filled) -> Result<Secret<String>, RenderError>,
    ) -> Result<(Secret<String>, IsOurs), RenderError> {
        let begins = |syntax| IsOurs::Begins(text::beginning(syntax));
        Ok(match &self.content {
            Content::Env { comments, variables } => {
                (env::render(&self.app, comments, variables, close)?, IsOurs::Begins(format!("# {MARK}")))
            }
            Content::Key { .. } => {
                let value = self.content.values().into_iter().next();
                let value = value.ok_or_else(|| RenderError::Missing("value".into()))?.1;
                // What stands at a key is never told by its beginning.
                (close(&value)?, IsOurs::Keys(BTreeSet::new()))
            }
            Content::Sheet { comments, rows } => {
                (sheet::render(&self.app, comments, rows, close)?, IsOurs::Begins(format!("# {MARK}")))
            }
            Content::Text { syntax, comments, body } => {
                (text::render(&self.app, *syntax, comments, body, close)?, begins(*syntax))
            }
            Content::Document { format: Format::Json, body, .. } => {
                let keys = body.keys().cloned().collect();
                (document::render(Format::Json, body, close)?, IsOurs::Keys(keys))
            }
            Content::Document { format, comments, body } => {
                // A comment looks the same in all of them.
                let head = text::head(&self.app, Syntax::Yaml, comments, &close)?;
                let mut whole = Lines::default();
                whole.append(head);
                whole.append(document::render(*format, body, &close)?);
                (whole.join(), begins(Syntax::Yaml))
            }
        })
    }

    /// The delivery with a harmless stand-in for each secret: it cannot be rendered where the real one cannot be.
    pub fn rehearse(&self) -> Result<Rendered, RenderError> {
        let stand_in = || Secret::new(STAND_IN.to_owned());
        let credentials = Credentials { client_id: "x".into(), client_secret: Some(stand_in()) };
        let references = self.references().into_iter().map(|reference| reference.to_string());
        let random = self.labels().into_iter().chain(references).map(|name| (name, stand_in())).collect();
        self.render(&credentials, &random)
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
    /// Stands for the whole content, in the form that its place keeps.
    pub fn fingerprint(&self) -> Fingerprint {
        if self.to.keeps_keys() {
            let pairs = self.values.iter().map(|pair| (pair.key.as_str(), pair.value.expose().as_str()));
            Fingerprint::of_pairs(pairs)
        } else {
            Fingerprint::of(self.text.expose().as_bytes())
        }
    }

    /// Whether `existing` is an earlier delivery, perhaps edited since, and may be replaced. A text that
    /// a person wrote for themselves is not.
    pub fn may_replace(&self, existing: &str) -> bool {
        existing.trim().is_empty()
            || match &self.is_ours {
                IsOurs::Begins(beginning) => existing.starts_with(beginning.as_str()),
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
