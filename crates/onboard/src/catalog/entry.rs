//! One catalog entry, as its TOML file says it, and the checks that keep it consistent.

use super::{
    doors::Doors,
    template::{Filled, Public, Template, Value},
};
use crate::{
    manifest::CookieName,
    registration::{Ground, check},
    spec::{either, yes},
};
use doorstep_core::model::{ClientAuthMethod, PkcePolicy, RoleClaim, SigningAlg};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;

/// What is known about one app.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What people call it.
    pub name: String,
    /// Where its makers live.
    pub homepage: String,
    /// Whether it signs people in itself.
    pub kind: Kind,
    /// A path that people type with the address although the app adds it itself.
    #[serde(default)]
    pub below: Option<String>,
    /// Redirect addresses, byte for byte.
    #[serde(default)]
    pub callbacks: Vec<Template>,
    /// Addresses after sign-out, byte for byte.
    #[serde(default)]
    pub post_logout: Vec<Template>,
    /// Private-use schemes among the callbacks (RFC 8252 §7.1).
    #[serde(default)]
    pub schemes: Vec<String>,
    /// What to register; `either` unless the app needs one.
    #[serde(default = "either")]
    pub auth_method: ClientAuthMethod,
    /// `required` where the app sends PKCE with the delivered settings.
    #[serde(default = "optional")]
    pub pkce: PkcePolicy,
    /// The scopes that the app asks for.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The one algorithm that the app is known to take.
    #[serde(default)]
    pub id_token_alg: SigningAlg,
    /// Whether the app reads claims from the ID Token alone.
    #[serde(default)]
    pub claims_in_id_token: bool,
    /// Whether the app bears `iss` in the authorization response (RFC 9207).
    #[serde(default = "yes")]
    pub iss_parameter: bool,
    /// Whether loopback redirect addresses may vary in port (RFC 8252 §7.3).
    #[serde(default)]
    pub native: bool,
    /// How the app takes roles, if it does.
    #[serde(default)]
    pub roles: Option<Roles>,
    /// The app's own variables, in the order in which they are written.
    #[serde(default)]
    pub env: IndexMap<String, Template>,
    /// Further variables, or other values, when the declaration has `roles`.
    #[serde(default)]
    pub env_with_roles: IndexMap<String, Template>,
    /// A JSON document, for an app that reads a file and no variables.
    #[serde(default)]
    pub json: Option<IndexMap<String, Node>>,
    /// Cookies of the app's own, which Doorstep expires when a session with the app in front of which it stands ends.
    #[serde(default)]
    pub own_cookies: Vec<CookieName>,
    /// What stays open beside the sign-in. An entry that says nothing about it is refused.
    #[serde(default)]
    pub doors: Option<Doors>,
    /// What remains to be done by hand, in the order of doing; commands begin with `$ `.
    #[serde(default)]
    pub setup: Vec<Template>,
    /// What whoever runs the app should know; written into the delivered file as comments.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Whether an app signs people in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is a client of OpenID Connect.
    Oidc,
    /// It is not; Doorstep stands in front.
    ForwardAuth,
}

/// How an app takes a role.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// The claim that it reads.
    pub claim: String,
    /// The roles that it knows.
    pub values: Vec<String>,
}

/// A part of a JSON document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Node<T = Template> {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(T),
    /// An object, in the order written.
    Table(IndexMap<String, Node<T>>),
    /// Any other value, as a person wrote it. Nothing in it is a template.
    #[serde(skip_deserializing)]
    Plain(serde_json::Value),
}

impl<T> Node<T> {
    /// The same document with each text replaced.
    pub fn try_map<U, E>(&self, change: &impl Fn(&T) -> Result<U, E>) -> Result<Node<U>, E> {
        Ok(match self {
            Self::Bool(b) => Node::Bool(*b),
            Self::Number(n) => Node::Number(*n),
            Self::Plain(value) => Node::Plain(value.clone()),
            Self::Text(text) => Node::Text(change(text)?),
            Self::Table(table) => Node::Table(
                table.iter().map(|(key, node)| Ok((key.clone(), node.try_map(change)?))).collect::<Result<_, E>>()?,
            ),
        })
    }

    /// The same document with each text replaced, where nothing can go wrong.
    pub fn map<U>(&self, change: &impl Fn(&T) -> U) -> Node<U> {
        match self {
            Self::Bool(b) => Node::Bool(*b),
            Self::Number(n) => Node::Number(*n),
            Self::Plain(value) => Node::Plain(value.clone()),
            Self::Text(text) => Node::Text(change(text)),
            Self::Table(table) => {
                Node::Table(table.iter().map(|(key, node)| (key.clone(), node.map(change))).collect())
            }
        }
    }

    /// Every text, in order.
    pub fn texts(&self) -> Vec<&T> {
        match self {
            Self::Bool(_) | Self::Number(_) | Self::Plain(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::Table(table) => table.values().flat_map(Node::texts).collect(),
        }
    }
}

impl Node<Filled> {
    /// Every value with its dotted path, which begins with `name`.
    pub fn leaves(&self, name: &str, out: &mut Vec<(String, Filled)>) {
        match self {
            Self::Table(table) => table.iter().for_each(|(key, node)| node.leaves(&format!("{name}.{key}"), out)),
            Self::Bool(yes) => out.push((name.to_owned(), Filled::text(yes.to_string()))),
            Self::Number(number) => out.push((name.to_owned(), Filled::text(number.to_string()))),
            Self::Plain(value) => out.push((name.to_owned(), Filled::text(value.to_string()))),
            Self::Text(text) => out.push((name.to_owned(), text.clone())),
        }
    }
}

impl<T: Serialize> Serialize for Node<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Number(n) => serializer.serialize_i64(*n),
            Self::Plain(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Table(table) => serializer.collect_map(table),
        }
    }
}

impl Entry {
    pub(super) fn parse(source: &str) -> Result<Self, String> {
        let entry: Self = toml::from_str(source).map_err(|error| error.to_string())?;
        entry.check()?;
        Ok(entry)
    }

    fn check(&self) -> Result<(), String> {
        let secret = self.texts().flat_map(Template::values).any(|value| *value == Value::ClientSecret);
        let checks: [(bool, &str); 7] = [
            (self.auth_method == ClientAuthMethod::None && secret, "a public client has no secret to deliver"),
            (
                self.kind == Kind::ForwardAuth && !self.is_bare(),
                "an app without a sign-in registers and delivers nothing",
            ),
            (self.kind == Kind::Oidc && self.env.is_empty() == self.json.is_none(), "an app takes either env or json"),
            (self.json.is_some() && !self.env_with_roles.is_empty(), "env_with_roles belongs to env"),
            (self.roles.is_none() && !self.env_with_roles.is_empty(), "env_with_roles needs [roles]"),
            (
                self.addresses().any(|t| t.values().any(|v| !is_plain_address(v))),
                "an address may use url and provider only",
            ),
            (
                self.env.keys().chain(self.env_with_roles.keys()).any(|key| !is_variable(key)),
                "a variable has a bad name",
            ),
        ];
        if let Some((_, why)) = checks.iter().find(|(wrong, _)| *wrong) {
            return Err((*why).to_owned());
        }
        if let Some(wrong) = self.unregistrable().or_else(|| self.wrong_cookie()) {
            return Err(wrong);
        }
        let Some(doors) = &self.doors else {
            return Err("it says nothing about its [doors]: what stays open beside the sign-in".to_owned());
        };
        doors.check()?;
        let strange = doors.closed_by.keys().find(|key| self.delivered(key).is_none());
        strange
            .map_or(Ok(()), |key| Err(format!("doors: closed_by names `{key}`, and nothing of that name is delivered")))
    }

    /// What is delivered under the name of a variable, or under a dotted path of a document; nothing for one with a
    /// credential or another value of the declaration's in it.
    fn delivered(&self, key: &str) -> Option<String> {
        let fixed = |text: &Template| text.values().next().is_none().then(|| text.fill(|_| String::new()).masked());
        if let Some(text) = self.env.get(key) {
            return fixed(text);
        }
        let mut parts = key.split('.');
        let first = self.json.as_ref()?.get(parts.next()?)?;
        let found = parts.try_fold(first, |at, part| match at {
            Node::Table(table) => table.get(part),
            _ => None,
        });
        match found? {
            Node::Bool(yes) => Some(yes.to_string()),
            Node::Number(number) => Some(number.to_string()),
            Node::Text(text) => fixed(text),
            Node::Table(_) | Node::Plain(_) => None,
        }
    }

    /// What the checker of every client says about the one of this entry.
    fn unregistrable(&self) -> Option<String> {
        const BASE: &str = "https://app.example.org";
        if self.kind != Kind::Oidc {
            return None;
        }
        let name = "app".parse().ok()?;
        let mut client = self.client(name, &self.name, BASE);
        client.role_claim = self.roles.as_ref().map(|roles| RoleClaim {
            claim: roles.claim.clone(),
            values: BTreeMap::new(),
            order: Vec::new(),
        });
        let ground = Ground { schemes: &self.schemes, insecure_http: false, base: BASE };
        let mut found = check(&client, ground).into_iter();
        found.next().map(|wrong| {
            let value = wrong.value.map(|value| format!("`{value}`: ")).unwrap_or_default();
            format!("{}: {value}{}", wrong.key, wrong.what)
        })
    }

    /// Every text that may hold a credential.
    fn texts(&self) -> impl Iterator<Item = &Template> {
        let json = self.json.iter().flat_map(|document| document.values()).flat_map(Node::texts);
        self.env.values().chain(self.env_with_roles.values()).chain(json)
    }

    fn addresses(&self) -> impl Iterator<Item = &Template> {
        self.callbacks.iter().chain(&self.post_logout)
    }

    fn wrong_cookie(&self) -> Option<String> {
        if self.kind == Kind::Oidc && !self.own_cookies.is_empty() {
            return Some("own_cookies belong to an app in front of which Doorstep stands".to_owned());
        }
        let told = |cookie: &CookieName| Some(format!("own_cookies: `{}` {}", cookie.name(), cookie.read().err()?));
        self.own_cookies.iter().find_map(told)
    }

    fn is_bare(&self) -> bool {
        self.callbacks.is_empty()
            && self.post_logout.is_empty()
            && self.scopes.is_empty()
            && self.env.is_empty()
            && self.json.is_none()
            && self.roles.is_none()
    }
}

fn is_plain_address(value: &Value) -> bool {
    matches!(value, Value::Public(Public::Url | Public::Provider))
}

pub(crate) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

const fn optional() -> PkcePolicy {
    PkcePolicy::Optional
}
