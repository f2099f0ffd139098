//! One catalog entry, as its TOML file says it.

use super::{document::Document, doors::Doors, opening::Opening, syntax::Syntax, template::Template};
use crate::{
    manifest::{CookieName, Setting},
    spec::{either, yes},
};
use doorstep_core::model::{ClientAuthMethod, PkcePolicy, SigningAlg};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What is known about one app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "facts about an app, each with a name of its own in the file")]
pub struct Entry {
    /// What people call it.
    pub name: String,
    /// Where its makers live.
    pub homepage: String,
    /// What it is for, in one word; what a list of apps is sorted by.
    #[serde(default = "other")]
    pub category: String,
    /// How well this entry is known to be right.
    #[serde(default = "guides")]
    pub evidence: Evidence,
    /// What signed people in among Doorstep's tests, with its version; of `tried` evidence.
    #[serde(default)]
    pub tried_with: Option<String>,
    /// What is not certain about it, for whoever uses it.
    #[serde(default)]
    pub doubts: Vec<String>,
    /// The oldest version that understands what is delivered.
    #[serde(default)]
    pub minimum_version: Option<String>,
    /// Names of its container images, without registry tags.
    #[serde(default)]
    pub images: Vec<String>,
    /// The port that it listens on when nobody says another.
    #[serde(default)]
    pub port: Option<u16>,
    /// Whether it signs people in itself.
    pub kind: Kind,
    /// Where it lives, for an app that is in one place for everybody: an app is declared with no other `url`.
    #[serde(default)]
    pub address: Option<String>,
    /// Whether it asks the domain of a mail address who signs its people in (RFC 7033).
    #[serde(default)]
    pub webfinger: bool,
    /// A path that people type with the address although the app adds it itself.
    #[serde(default)]
    pub below: Option<String>,
    /// Redirect addresses, byte for byte.
    #[serde(default)]
    pub callbacks: Vec<Template>,
    /// Addresses after sign-out, byte for byte.
    #[serde(default)]
    pub post_logout: Vec<Template>,
    /// Where it takes logout tokens (OpenID Connect Back-Channel Logout 1.0).
    #[serde(default)]
    pub backchannel_logout: Option<Template>,
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
    pub json: Option<Document>,
    /// The same as YAML.
    #[serde(default)]
    pub yaml: Option<Document>,
    /// The same as TOML.
    #[serde(default)]
    pub toml: Option<Document>,
    /// The same as INI, with sections one level deep.
    #[serde(default)]
    pub ini: Option<Document>,
    /// A text in a language of its own, such as a settings file that is a program.
    #[serde(default)]
    pub text: Option<Text>,
    /// Commands of a POSIX shell that make its client, for an app that keeps that in its database. They are run once, and
    /// may stand beside what it reads.
    #[serde(default)]
    pub commands: Vec<Template>,
    /// Whether a secret stands among the arguments of a command, because the app takes it in no other way.
    #[serde(default)]
    pub secret_in_arguments: bool,
    /// What a person copies into the app's pages once: what each field is called there, and its value. It may stand beside
    /// what the app reads.
    #[serde(default)]
    pub sheet: IndexMap<String, Template>,
    /// Lists among the values that a person may add to: the variable, or the dotted path of a member.
    #[serde(default)]
    pub lists: IndexMap<String, Between>,
    /// By what it knows the person who signs in. An app in front of which Doorstep stands has it where it reads that from
    /// a header.
    #[serde(default)]
    pub person: Option<Person>,
    /// Further clients that belong to it, such as one for its command line.
    #[serde(default)]
    pub extra_clients: Vec<ExtraClient>,
    /// Cookies of the app's own, which Doorstep expires when a session with the app in front of which it stands ends.
    #[serde(default)]
    pub own_cookies: Vec<CookieName>,
    /// What a rule may open by its name, for programs and strangers, where Doorstep stands in front.
    #[serde(default)]
    pub open: IndexMap<String, Opening>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is a client of OpenID Connect.
    Oidc,
    /// It is not; Doorstep stands in front.
    ForwardAuth,
}

/// How well an entry is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A real sign-in with exactly what is delivered is among Doorstep's tests.
    Tried,
    /// Its source code, or its makers' documentation.
    Source,
    /// The guides of others.
    Guides,
    /// One guide, or guides that contradict each other: look at `doubts`.
    Weak,
}

/// By what an app knows a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What finds the account of a person who comes again.
    pub known_by: KnownBy,
    /// The header that says it, of an app in front of which Doorstep stands.
    #[serde(default)]
    pub header: Option<String>,
    /// The value of the delivery that says which claim or header it is. With another one, the app knows people by that.
    #[serde(default)]
    pub said_by: Option<String>,
    /// Claims without which it lets nobody in, such as `email` or `groups`.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Whether `email_verified` has to be true.
    #[serde(default)]
    pub verified_mail: bool,
}

/// What finds the account of a person who comes again. Whatever can pass to somebody else passes the account on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnownBy {
    /// `sub`, which nobody else ever gets.
    Sub,
    /// The mail address.
    Mail,
    /// The user name.
    Name,
    /// Nothing: it keeps no accounts.
    Nothing,
}

impl KnownBy {
    /// What a header of forward auth holds, by its name as proxies or as CGI write it.
    pub(super) fn of_header(name: &str) -> Option<Self> {
        match name {
            "Remote-User" | "HTTP_REMOTE_USER" => Some(Self::Name),
            "Remote-Email" | "HTTP_REMOTE_EMAIL" => Some(Self::Mail),
            _ => None,
        }
    }

    /// What a claim holds, or a header.
    fn of(name: &str) -> Option<Self> {
        match name {
            "sub" => Some(Self::Sub),
            "preferred_username" => Some(Self::Name),
            "email" => Some(Self::Mail),
            header => Self::of_header(header),
        }
    }
}

impl Person {
    /// By what it knows people, with what a declaration sets.
    pub(super) fn known_by(&self, set: &IndexMap<String, Setting>) -> KnownBy {
        let said = self.said_by.as_ref().and_then(|name| {
            let Some((first, rest)) = name.split_once('.').filter(|_| !set.contains_key(name)) else {
                return set.get(name)?.0.as_str();
            };
            let inner = set.get(first).map(|Setting(value)| value)?;
            rest.split('.').try_fold(inner, |value, part| value.get(part))?.as_str()
        });
        said.and_then(KnownBy::of).unwrap_or(self.known_by)
    }
}

/// What stands between the values of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Between {
    /// A comma, in a variable.
    Comma,
    /// A space, in a variable.
    Space,
    /// A semicolon, in a variable.
    Semicolon,
    /// Nothing: it is a list of a document.
    Items,
}

/// A client that an app needs beside its own: of a program on the person's machine, and so public, with PKCE, and with
/// a loopback address on any port or a scheme of its own (RFC 8252 §7). Everything else is as with the app's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraClient {
    /// What it is called beside the others, in a word.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// The id that the program was built with; `app-NAME` if it takes any.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Redirect addresses, byte for byte.
    pub callbacks: Vec<String>,
    /// The scopes that it asks for.
    pub scopes: Vec<String>,
}

/// A text in a language of its own. Each value in it goes through the filter of its language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The language.
    pub syntax: Syntax,
    /// The text.
    pub body: Template,
}

/// How an app takes a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// The claim that it reads.
    pub claim: String,
    /// The roles that it knows.
    pub values: Vec<String>,
}

impl Entry {
    /// The entry, or what is wrong with it and in which line, where one is known.
    pub(super) fn parse(source: &str) -> Result<Self, (Option<u32>, String)> {
        let entry: Self = toml::from_str(source).map_err(|error| {
            let before = error.span().and_then(|span| source.get(..span.start)).filter(|before| !before.is_empty());
            let line = before.and_then(|before| u32::try_from(before.matches('\n').count() + 1).ok());
            (line, error.message().to_owned())
        })?;
        entry.check().map_err(|why| (None, why))?;
        Ok(entry)
    }
}

fn other() -> String {
    "other".to_owned()
}

const fn guides() -> Evidence {
    Evidence::Guides
}

const fn optional() -> PkcePolicy {
    PkcePolicy::Optional
}
