//! The checks that keep an entry consistent.

use super::{
    document::{Document, Node},
    entry::{Entry, Evidence, Form, Kind},
    template::{Public, Template, Value},
};
use crate::{
    reference::is_variable,
    registration::{Ground, check},
    spec::ClientSpec,
};
use doorstep_core::model::{ClientAuthMethod, RoleClaim};
use std::collections::BTreeMap;

const BASE: &str = "https://app.example.org";

impl Entry {
    pub(super) fn check(&self) -> Result<(), String> {
        let secret = self.texts().into_iter().flat_map(Template::values).any(|value| *value == Value::ClientSecret);
        let unfiltered = |text: &Template| text.has_plain_values();
        let checks: [(bool, &str); 12] = [
            (self.auth_method == ClientAuthMethod::None && secret, "a public client has no secret to deliver"),
            (
                self.kind == Kind::ForwardAuth && !self.is_bare(),
                "an app without a sign-in registers nothing, and is delivered nothing of a client",
            ),
            (self.forms() > 1, "an app takes one form: env, json, yaml, toml, ini, text, commands or sheet"),
            (
                self.kind == Kind::Oidc && self.forms() == 0,
                "an app that signs people in takes env, json, yaml, toml, ini, text, commands or sheet",
            ),
            (self.env.is_empty() && !self.env_with_roles.is_empty(), "env_with_roles belongs to env"),
            (self.roles.is_none() && !self.env_with_roles.is_empty(), "env_with_roles needs [roles]"),
            (
                self.addresses().any(|t| t.values().any(|v| !is_plain_address(v))),
                "an address may use url and provider only",
            ),
            (
                self.env.keys().chain(self.env_with_roles.keys()).any(|key| !is_variable(key)),
                "a variable has a bad name",
            ),
            (self.ini.iter().flat_map(|ini| ini.values()).any(|node| node.depth() > 1), "a section of ini is flat"),
            (
                self.text.iter().any(|text| unfiltered(&text.body)) || self.commands.iter().any(unfiltered),
                "a value in text or commands needs a filter: |sh, |quoted, |json, |xml or |line",
            ),
            (self.evidence == Evidence::Weak && self.doubts.is_empty(), "weak evidence without its doubts"),
            (
                (self.evidence == Evidence::Tried) != self.tried_with.is_some(),
                "tried_with says with what it was tried, and belongs to the evidence `tried`",
            ),
        ];
        if let Some((_, why)) = checks.iter().find(|(wrong, _)| *wrong) {
            return Err((*why).to_owned());
        }
        if let Some(wrong) = self.unregistrable().or_else(|| self.unregistrable_extra()).or_else(|| self.wrong_cookie())
        {
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

    /// What is delivered under the name of a variable, of a field of the sheet, or under a dotted path of a document;
    /// nothing for one with a credential or another value of the declaration's in it. Of a text and of commands it is
    /// the passage itself.
    fn delivered(&self, key: &str) -> Option<String> {
        let fixed = |text: &Template| text.values().next().is_none().then(|| text.as_written().to_owned());
        let holds = |text: &Template| text.as_written().contains(key).then(|| key.to_owned());
        match self.form() {
            Form::None => None,
            Form::Env => fixed(self.env.get(key)?),
            Form::Sheet(rows) => fixed(rows.get(key)?),
            Form::Text(text) => holds(&text.body),
            Form::Commands(commands) => commands.iter().find_map(holds),
            Form::Document(_, document) => match member(document, key)? {
                Node::Bool(yes) => Some(yes.to_string()),
                Node::Number(number) => Some(number.to_string()),
                Node::Text(text) => fixed(text),
                Node::List(_) | Node::Table(_) | Node::Plain(_) => None,
            },
        }
    }

    /// What the checker of every client says about the one of this entry.
    fn unregistrable(&self) -> Option<String> {
        let mut client = self.sample()?;
        client.role_claim = self.roles.as_ref().map(|roles| RoleClaim {
            claim: roles.claim.clone(),
            values: BTreeMap::new(),
            order: Vec::new(),
        });
        first_wrong(&client, &self.schemes)
    }

    /// The same about its further ones, and what else is wrong with those.
    fn unregistrable_extra(&self) -> Option<String> {
        let own = self.sample()?;
        for (index, extra) in self.extra_clients.iter().enumerate() {
            let say = |what: &str| Some(format!("extra_clients `{}`: {what}", extra.name));
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
            if !(1..=32).contains(&extra.name.len()) || !extra.name.bytes().all(plain) {
                return say("a name has 1 to 32 of a-z and 0-9");
            }
            let Some(client) = extra.client(&own) else { return say("its client_id cannot be one") };
            let before = self.extra_clients.get(..index).unwrap_or_default();
            if before.iter().any(|other| other.name == extra.name || other.id(&own.app) == extra.id(&own.app)) {
                return say("another one has this name or this client_id");
            }
            // The schemes that it names are its own.
            let schemes: Vec<String> = extra.callbacks.iter().filter_map(|uri| private_scheme(uri)).collect();
            if let Some(wrong) = first_wrong(&client, &schemes) {
                return say(&wrong);
            }
        }
        None
    }

    /// The client of the entry.
    fn sample(&self) -> Option<ClientSpec> {
        if self.kind != Kind::Oidc {
            return None;
        }
        Some(self.client("app".parse().ok()?, &self.name, BASE))
    }

    /// Whether what is delivered tells the app where to ask, beside the issuer.
    pub(crate) fn tells_endpoints(&self) -> bool {
        let asked = [Public::TokenUrl, Public::DiscoveryUrl].map(Value::Public);
        // What a person types into its pages is told, too.
        self.texts().into_iter().chain(&self.setup).flat_map(Template::values).any(|value| asked.contains(value))
    }

    /// Every text that may hold a credential.
    fn texts(&self) -> Vec<&Template> {
        let documents = [&self.json, &self.yaml, &self.toml, &self.ini].into_iter().flatten();
        let mut texts: Vec<&Template> = documents.flat_map(Document::values).flat_map(Node::texts).collect();
        texts.extend(self.env.values().chain(self.env_with_roles.values()).chain(self.sheet.values()));
        texts.extend(self.commands.iter().chain(self.text.iter().map(|text| &text.body)));
        texts
    }

    fn addresses(&self) -> impl Iterator<Item = &Template> {
        self.callbacks.iter().chain(&self.post_logout).chain(&self.backchannel_logout)
    }

    fn wrong_cookie(&self) -> Option<String> {
        if self.kind == Kind::Oidc && !self.own_cookies.is_empty() {
            return Some("own_cookies belong to an app in front of which Doorstep stands".to_owned());
        }
        self.own_cookies
            .iter()
            .find_map(|cookie| Some(format!("own_cookies: `{}` {}", cookie.name(), cookie.read().err()?)))
    }

    fn is_bare(&self) -> bool {
        let of_a_client = |value: &Value| match value {
            Value::ClientId | Value::ClientSecret => true,
            Value::Public(name) => matches!(name, Public::Scopes | Public::RedirectUri | Public::RoleClaim),
            Value::Random(_) | Value::Supplied(_) => false,
        };
        self.callbacks.is_empty()
            && self.post_logout.is_empty()
            && self.backchannel_logout.is_none()
            && self.scopes.is_empty()
            && self.roles.is_none()
            && self.person.is_none()
            && self.extra_clients.is_empty()
            && !self.texts().into_iter().flat_map(Template::values).any(of_a_client)
    }
}

fn first_wrong(client: &ClientSpec, schemes: &[String]) -> Option<String> {
    let ground = Ground { schemes, insecure_http: false, base: BASE };
    let mut found = check(client, ground).into_iter();
    found.next().map(|wrong| {
        let value = wrong.value.map(|value| format!("`{value}`: ")).unwrap_or_default();
        format!("{}: {value}{}", wrong.key, wrong.what)
    })
}

fn private_scheme(uri: &str) -> Option<String> {
    let (scheme, _) = uri.split_once(':')?;
    (!matches!(scheme, "http" | "https")).then(|| scheme.to_owned())
}

/// The node at a dotted path; a key with dots in it stands for itself.
fn member<'d>(document: &'d Document, path: &str) -> Option<&'d Node> {
    if let Some(node) = document.get(path) {
        return Some(node);
    }
    path.match_indices('.').find_map(|(at, _)| {
        let (first, rest) = path.split_at(at);
        match document.get(first)? {
            Node::Table(inner) => member(inner, rest.strip_prefix('.')?),
            _ => None,
        }
    })
}

fn is_plain_address(value: &Value) -> bool {
    matches!(value, Value::Public(Public::Url | Public::Provider))
}
