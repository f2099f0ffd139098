//! What the catalog's templates say about one declared app: values in, content of a delivery out.

use super::{ADMINS, Basis, PROVIDER, address};
use crate::{
    catalog::{Doors, Entry, Filled, Form, Kind, Opening, Public, Syntax, Template},
    delivery::{Address, Content, Delivery},
    language::Language,
    manifest::{AppEntry, Reaches},
    spec::{AppSpec, ClientSpec},
};
use doorstep_core::{
    model::ClientAuthMethod,
    oauth::webfinger::{Descriptor, MEDIA_TYPE},
};
use indexmap::IndexMap;

/// What the catalog's templates can say about one app.
pub(super) struct Facts<'a> {
    pub(super) spec: &'a AppSpec,
    pub(super) client: Option<&'a ClientSpec>,
    pub(super) entry: Option<&'a Entry>,
    pub(super) basis: &'a Basis,
    pub(super) written: &'a AppEntry,
}

impl Facts<'_> {
    /// What is delivered to the app, if anything is.
    pub(super) fn content(&self) -> Option<Content> {
        let known = self.entry.filter(|entry| (entry.kind == Kind::Oidc) == self.client.is_some());
        let Some(entry) = known else {
            let variables = self.general(self.client?);
            return Some(Content::Env { comments: Vec::new(), variables });
        };
        let by_hand = entry.doors.iter().flat_map(|doors| &doors.by_hand);
        let steps = entry.setup.iter().chain(by_hand).map(|step| self.fill(step));
        let finger = self.webfinger().into_iter().map(Filled::text);
        self.content_of(entry, entry.form(), entry.notes.iter().map(Filled::text).chain(finger).chain(steps).collect())
    }

    /// What is used once beside it: commands to run, or fields to copy.
    pub(super) fn beside(&self) -> Option<Content> {
        let entry = self.entry.filter(|entry| (entry.kind == Kind::Oidc) == self.client.is_some())?;
        self.content_of(entry, entry.beside(), entry.setup.iter().map(|step| self.fill(step)).collect())
    }

    fn content_of(&self, entry: &Entry, form: Form<'_>, comments: Vec<Filled>) -> Option<Content> {
        let rows = |rows: &IndexMap<String, Template>| -> Vec<_> {
            rows.iter().map(|(key, template)| (key.clone(), self.fill(template))).collect()
        };
        Some(match form {
            Form::None => return None,
            Form::Env => {
                let mut variables = entry.env.clone();
                if self.client.is_some_and(|client| client.role_claim.is_some()) {
                    variables.extend(entry.env_with_roles.clone());
                }
                Content::Env { comments, variables: rows(&variables) }
            }
            Form::Document(format, document) => {
                let scopes: Vec<String> = self.scopes().split(' ').map(str::to_owned).collect();
                let fill = |text: &Template| self.fill(text);
                let body = document.iter().map(|(key, node)| (key.clone(), node.fill(&fill, &scopes))).collect();
                Content::Document { format, comments, body }
            }
            Form::Text(text) => Content::Text { syntax: text.syntax, comments, body: vec![self.fill(&text.body)] },
            Form::Commands(commands) => {
                let body = commands.iter().map(|command| self.fill(command)).collect();
                Content::Text { syntax: Syntax::Shell, comments, body }
            }
            Form::Sheet(sheet) => Content::Sheet { comments, rows: rows(sheet) },
        })
    }

    /// What an app outside the catalog gets. A public client has no secret, and only one with roles a role claim.
    fn general(&self, client: &ClientSpec) -> Vec<(String, Filled)> {
        let left_out = |key: &str| match key {
            "OIDC_CLIENT_SECRET" => client.auth_method == ClientAuthMethod::None,
            "OIDC_ROLE_CLAIM" => client.role_claim.is_none(),
            _ => false,
        };
        let variables = GENERAL.iter().filter(|(key, _)| !left_out(key)).filter_map(|(key, text)| {
            let template = Template::try_from((*text).to_owned()).ok()?;
            Some(((*key).to_owned(), self.fill(&template)))
        });
        variables.collect()
    }

    /// What remains to be done by hand, the doors last.
    pub(super) fn setup(&self, deliveries: &[Delivery]) -> Vec<String> {
        let steps = self.entry.map(|entry| entry.setup.as_slice()).unwrap_or_default();
        let doors = self.doors(deliveries).map(|doors| doors.by_hand).unwrap_or_default();
        let once = deliveries.iter().find(|delivery| delivery.content.is_used_once()).map(|once| self.used_once(once));
        let steps = steps.iter().map(|step| self.say_step(step, deliveries));
        let openings = self.openings().map(|step| self.language().sentence(&step));
        self.webfinger().into_iter().chain(steps).chain(openings).chain(once.unwrap_or_default()).chain(doors).collect()
    }

    /// What a rule may open to programs, as long as the app has no rules. Only Doorstep in front of an app keeps them out.
    fn openings(&self) -> Option<String> {
        let open = &self.entry.filter(|_| self.spec.protected && self.spec.rules.is_empty())?.open;
        let line = |(name, opening): (&String, &Opening)| {
            format!("`rules = [{{ open = \"{name}\" }}]` for {}", opening.needed_by)
        };
        let lines = open.iter().map(line).collect::<Vec<_>>().join(", ");
        let app = &self.spec.name;
        (!open.is_empty()).then(|| {
            format!("Programs and strangers are kept out. What they need is opened under `[apps.{app}]`: {lines}.")
        })
    }

    /// What has to answer where an app asks the domain of a mail address who signs its people in.
    fn webfinger(&self) -> Vec<String> {
        if !self.entry.is_some_and(|entry| entry.webfinger) {
            return Vec::new();
        }
        let issuer = &self.basis.issuer;
        let answer = Descriptor::of_account(Some("acct:NAME@DOMAIN".to_owned()), issuer);
        let answer = serde_json::to_string(&answer).unwrap_or_default();
        let host = address::authority(issuer).unwrap_or_default();
        vec![
            format!(
                "It asks the DOMAIN of a mail address who signs its people in: https://DOMAIN/.well-known/webfinger has to \
                 answer {answer} as {MEDIA_TYPE}. For addresses at {host}, Doorstep does; for another domain this prints \
                 what its web server needs (Caddy, or nginx with --web-server nginx):"
            ),
            "$ doorstep generate webfinger --domain DOMAIN".to_owned(),
        ]
    }

    /// What stays open beside the sign-in.
    pub(super) fn doors(&self, deliveries: &[Delivery]) -> Option<Doors<String>> {
        let doors = self.entry?.doors.as_ref()?;
        Some(doors.map(|step| self.say_step(step, deliveries)))
    }

    /// Where what is used once stands. Fields are told as far as they hold no credential.
    fn used_once(&self, delivery: &Delivery) -> Vec<String> {
        let to = &delivery.to;
        match &delivery.content {
            Content::Sheet { rows, .. } => {
                let row = |(label, value): &(String, Filled)| {
                    let value = if value.is_open() { format!("stands in {to}") } else { value.masked() };
                    format!("{label}: {value}")
                };
                rows.iter().map(row).collect()
            }
            content => {
                let secret = if content.holds_a_secret() { ", with the secret in them" } else { "" };
                let stands = format!("The commands stand in {to}{secret}.");
                let shown = self.entry.is_some_and(|entry| entry.secret_in_arguments);
                let shown = shown.then(|| SHOWN_WHILE_IT_RUNS.to_owned());
                std::iter::once(stands).chain(shown).collect()
            }
        }
    }

    fn language(&self) -> Language {
        self.basis.languages.get(self.spec.name.as_str()).copied().unwrap_or_default()
    }

    /// A command that holds a credential is only pointed at. A single key is not where an app's commands stand.
    fn say_step(&self, template: &Template, deliveries: &[Delivery]) -> String {
        let once = deliveries.iter().find(|delivery| delivery.content.is_used_once());
        let file = once.and_then(|once| match &once.to {
            Address::File(path) => Some(path.display().to_string()),
            _ => None,
        });
        let step = template.fill(|name| match (name, &file) {
            (Public::File, Some(file)) => file.clone(),
            (name, _) => self.say(name),
        });
        match deliveries.iter().find(|delivery| step.is_open() && !matches!(delivery.to, Address::Key { .. })) {
            Some(delivery) => format!("the command stands in {}", delivery.to),
            None => self.language().sentence(&step.masked()),
        }
    }

    fn fill(&self, template: &Template) -> Filled {
        template.fill(|name| self.say(name))
    }

    fn say(&self, name: Public) -> String {
        let issuer = &self.basis.issuer;
        let inside = self.basis.internal.as_ref().filter(|_| self.written.reach == Some(Reaches::Internal));
        // Where a program asks; a browser never goes there.
        let asked = inside.unwrap_or(issuer);
        let below = self.entry.and_then(|entry| entry.below.as_deref());
        let url = below.and_then(|below| self.spec.url.strip_suffix(below)).unwrap_or(&self.spec.url);
        let first = |of: fn(&ClientSpec) -> &Vec<String>| self.client.and_then(|client| of(client).first());
        match name {
            Public::App => self.spec.name.to_string(),
            Public::Issuer => issuer.clone(),
            Public::DiscoveryUrl => format!("{asked}/.well-known/openid-configuration"),
            Public::AuthorizeUrl => format!("{issuer}/authorize"),
            Public::TokenUrl => format!("{asked}/token"),
            Public::UserinfoUrl => format!("{asked}/userinfo"),
            Public::JwksUrl => format!("{asked}/jwks"),
            Public::OutsideDiscoveryUrl => format!("{issuer}/.well-known/openid-configuration"),
            Public::OutsideTokenUrl => format!("{issuer}/token"),
            Public::OutsideUserinfoUrl => format!("{issuer}/userinfo"),
            Public::OutsideJwksUrl => format!("{issuer}/jwks"),
            Public::RevocationUrl => format!("{asked}/revoke"),
            Public::EndSessionUrl => format!("{issuer}/end_session"),
            Public::Url => url.to_owned(),
            Public::Host => address::authority(url).unwrap_or_default().to_owned(),
            Public::Scheme => url.split(':').next().unwrap_or_default().to_owned(),
            Public::Provider => PROVIDER.to_owned(),
            Public::Instance => self.basis.name.clone(),
            Public::Scopes => self.scopes(),
            Public::ScopesCsv => self.scopes().replace(' ', ","),
            Public::IssuerOrigin => {
                let authority = address::authority(issuer).unwrap_or_default();
                format!("{}://{authority}", issuer.split(':').next().unwrap_or_default())
            }
            Public::RedirectUri => first(|client| &client.redirect_uris).cloned().unwrap_or_default(),
            Public::PostLogoutUri => {
                first(|client| &client.post_logout_redirect_uris).cloned().unwrap_or_else(|| url.to_owned())
            }
            Public::Admins => ADMINS.to_owned(),
            Public::File => {
                let once = self.entry.map(|entry| [entry.beside(), entry.form()]).into_iter().flatten();
                let extension =
                    once.filter_map(|form| form.extension()).find(|end| ["sh", "txt"].contains(end)).unwrap_or("txt");
                format!("{}.{extension}", self.spec.name)
            }
            Public::RoleClaim => {
                let role = self.client.and_then(|client| client.role_claim.as_ref()).map(|role| &role.claim);
                let known = || self.entry.and_then(|entry| entry.roles.as_ref()).map(|roles| &roles.claim);
                role.or_else(known).cloned().unwrap_or_default()
            }
        }
    }

    /// In the order of the declaration or the catalog, which is the order in which apps list them.
    fn scopes(&self) -> String {
        match (&self.written.scopes, self.entry) {
            (Some(written), _) => written.join(" "),
            (None, Some(entry)) => entry.scopes.join(" "),
            (None, None) => "openid profile email groups".into(),
        }
    }
}

/// Of commands with a secret among the arguments of a program.
const SHOWN_WHILE_IT_RUNS: &str = "While they run, whoever lists the processes of that machine can read the secret: the app \
                                   takes it in no other way.";

/// What an app outside the catalog gets, under the names that discovery gives its members.
const GENERAL: [(&str, &str); 14] = [
    ("OIDC_ISSUER", "{issuer}"),
    ("OIDC_DISCOVERY_URL", "{discovery_url}"),
    ("OIDC_AUTHORIZATION_ENDPOINT", "{authorize_url}"),
    ("OIDC_TOKEN_ENDPOINT", "{token_url}"),
    ("OIDC_USERINFO_ENDPOINT", "{userinfo_url}"),
    ("OIDC_JWKS_URI", "{jwks_url}"),
    ("OIDC_REVOCATION_ENDPOINT", "{revocation_url}"),
    ("OIDC_END_SESSION_ENDPOINT", "{end_session_url}"),
    ("OIDC_CLIENT_ID", "{client_id}"),
    ("OIDC_CLIENT_SECRET", "{client_secret}"),
    ("OIDC_REDIRECT_URI", "{redirect_uri}"),
    ("OIDC_POST_LOGOUT_REDIRECT_URI", "{post_logout_uri}"),
    ("OIDC_SCOPES", "{scopes}"),
    ("OIDC_ROLE_CLAIM", "{role_claim}"),
];
