//! The checks that keep an entry consistent.

use super::{
    document::{self, Document, Node},
    entry::{Between, Entry, Evidence, Kind, KnownBy, Person},
    form::Form,
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
        if let Some(why) = self.wrong_secret().or_else(|| self.wrong_form()) {
            return Err(why.to_owned());
        }
        let wrong = self.unregistrable().or_else(|| self.unregistrable_extra()).or_else(|| self.wrong_cookie());
        let wrong = wrong.or_else(|| self.wrong_list()).or_else(|| self.wrong_address());
        let opening = || self.open.iter().find_map(|(name, opening)| opening.wrong(name));
        if let Some(wrong) = wrong.or_else(opening) {
            return Err(wrong);
        }
        self.check_person()?;
        let Some(doors) = &self.doors else {
            return Err("it says nothing about its [doors]: what stays open beside the sign-in".to_owned());
        };
        doors.check()?;
        let strange = doors.closed_by.keys().find(|key| self.delivered(key).is_none());
        strange
            .map_or(Ok(()), |key| Err(format!("doors: closed_by names `{key}`, and nothing of that name is delivered")))
    }

    /// What is wrong with where a secret stands.
    fn wrong_secret(&self) -> Option<&'static str> {
        let values = || self.texts().into_iter().flat_map(Template::values);
        let told = |value: &Value| matches!(value, Value::ClientSecret | Value::Random(_));
        let by_hand = self.doors.iter().flat_map(|doors| &doors.by_hand);
        let unfiltered = |text: &Template| text.has_plain_values();
        first(&[
            (
                self.auth_method == ClientAuthMethod::None && values().any(|value| *value == Value::ClientSecret),
                "a public client has no secret to deliver",
            ),
            (
                self.secret_in_arguments != self.shows_a_secret(),
                "secret_in_arguments says that a secret stands among the arguments of a command; a here-document, and \
                 printf, which is part of the shell, keep it out of the list of processes",
            ),
            (
                self.setup.iter().chain(by_hand).flat_map(Template::values).any(told),
                "a secret stands in setup or by_hand, which are shown: put it into commands or into a sheet",
            ),
            (values().any(|value| *value == Value::Public(Public::File)), "{file} is for setup and by_hand"),
            (
                self.text.iter().any(|text| unfiltered(&text.body)) || self.commands.iter().any(unfiltered),
                "a value in text or commands needs a filter: |sh, |quoted, |json, |xml or |line",
            ),
        ])
    }

    /// What is wrong with the forms of what is delivered, and with how the entry is known.
    fn wrong_form(&self) -> Option<&'static str> {
        first(&[
            (
                self.kind == Kind::ForwardAuth && !self.is_bare(),
                "an app without a sign-in registers nothing, and is delivered nothing of a client",
            ),
            (
                self.has_too_many_forms(),
                "an app takes one form, env, json, yaml, toml, ini or text, and beside it commands or a sheet",
            ),
            (
                self.kind == Kind::Oidc && !self.delivers(),
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
            (self.evidence == Evidence::Weak && self.doubts.is_empty(), "weak evidence without its doubts"),
            (
                (self.evidence == Evidence::Tried) != self.tried_with.is_some(),
                "tried_with says with what it was tried, and belongs to the evidence `tried`",
            ),
        ])
    }

    /// What is delivered under the name of a variable, of a field of the sheet, or under a dotted path of a document;
    /// nothing for one with a credential or another value of the declaration's in it. Of a text and of commands it is
    /// the passage itself.
    fn delivered(&self, key: &str) -> Option<String> {
        self.delivered_in(self.form(), key).or_else(|| self.delivered_in(self.beside(), key))
    }

    fn delivered_in(&self, form: Form<'_>, key: &str) -> Option<String> {
        let fixed = |text: &Template| text.values().next().is_none().then(|| text.as_written().to_owned());
        let holds = |text: &Template| text.as_written().contains(key).then(|| key.to_owned());
        match form {
            Form::None => None,
            Form::Env => fixed(self.env.get(key)?),
            Form::Sheet(rows) => fixed(rows.get(key)?),
            Form::Text(text) => holds(&text.body),
            Form::Commands(commands) => commands.iter().find_map(holds),
            Form::Document(_, document) => match document::at(document, key)? {
                Node::Bool(yes) => Some(yes.to_string()),
                Node::Number(number) => Some(number.to_string()),
                Node::Text(text) => fixed(text),
                Node::List(_) | Node::Table(_) | Node::Plain(_) => None,
            },
        }
    }

    /// A list that a person may add to is one that is delivered.
    fn wrong_list(&self) -> Option<String> {
        let is_there = |(name, between): (&String, &Between)| match (self.form(), between) {
            (Form::Document(_, document), Between::Items) => {
                matches!(document::at(document, name), Some(Node::List(_)))
            }
            (Form::Env, Between::Comma | Between::Space | Between::Semicolon) => {
                self.env.contains_key(name) || self.env_with_roles.contains_key(name)
            }
            _ => false,
        };
        let wrong = self.lists.iter().find(|list| !is_there(*list))?;
        Some(format!("lists: `{}` is no list of this kind among what is delivered", wrong.0))
    }

    fn wrong_address(&self) -> Option<String> {
        let address = self.address.as_ref()?;
        let url = url::Url::parse(address).ok().filter(|url| url.scheme() == "https" && url.host().is_some());
        let plain = url.is_some_and(|url| url.as_str().trim_end_matches('/') == address);
        (!plain).then(|| format!("address: `{address}` is not written like https://app.example.org"))
    }

    fn check_person(&self) -> Result<(), String> {
        let header = self.person.as_ref().and_then(|person| person.header.as_deref());
        match (self.kind, &self.person, header) {
            (Kind::Oidc, Some(Person { said_by: Some(name), .. }), _)
            | (_, Some(Person { said_by: Some(name), .. }), Some(_))
                if self.delivered(name).is_none() =>
            {
                Err(format!("person: said_by names `{name}`, and nothing of that name is delivered"))
            }
            (Kind::Oidc, _, None) | (Kind::ForwardAuth, None, _) => Ok(()),
            (Kind::Oidc, _, Some(_)) => {
                Err("person: a header is read by an app in front of which Doorstep stands".into())
            }
            (Kind::ForwardAuth, Some(_), None) => {
                Err("person: it says no header that the app knows a person by".into())
            }
            (Kind::ForwardAuth, Some(person), Some(header)) => match KnownBy::of_header(header) {
                Some(by) if by == person.known_by => Ok(()),
                Some(by) => Err(format!("person: `{header}` is not what known_by says, but {by:?}").to_lowercase()),
                None => Err(format!("person: `{header}` is no header that says who a person is")),
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

    /// Whether everything that tells the app where to ask is read where an internal address is not reached.
    pub(crate) fn is_read_outside(&self) -> bool {
        use Public::{OutsideDiscoveryUrl, OutsideJwksUrl, OutsideTokenUrl, OutsideUserinfoUrl};
        let outside = [OutsideDiscoveryUrl, OutsideJwksUrl, OutsideTokenUrl, OutsideUserinfoUrl].map(Value::Public);
        let is_outside = self.texts().into_iter().flat_map(Template::values).any(|value| outside.contains(value));
        is_outside && !self.tells_endpoints()
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
            && self.extra_clients.is_empty()
            && !self.texts().into_iter().flat_map(Template::values).any(of_a_client)
    }
}

/// What the first check that finds something says.
fn first(checks: &[(bool, &'static str)]) -> Option<&'static str> {
    checks.iter().find(|(wrong, _)| *wrong).map(|(_, why)| *why)
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

fn is_plain_address(value: &Value) -> bool {
    matches!(value, Value::Public(Public::Url | Public::Provider))
}
