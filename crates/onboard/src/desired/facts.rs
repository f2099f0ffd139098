//! What the catalog's templates say about one declared app: values in, content of a delivery out.

use super::{ADMINS, Basis, PROVIDER, address};
use crate::{
    catalog::{Doors, Entry, Filled, Form, Kind, Public, Syntax, Template},
    delivery::{Content, Delivery},
    manifest::{AppEntry, Reaches},
    spec::{AppSpec, ClientSpec},
};
use doorstep_core::model::ClientAuthMethod;
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
        let setup = entry.setup.iter().chain(by_hand).map(|step| self.fill(step));
        let comments = entry.notes.iter().map(Filled::text).chain(setup).collect();
        let rows = |rows: &IndexMap<String, Template>| -> Vec<_> {
            rows.iter().map(|(key, template)| (key.clone(), self.fill(template))).collect()
        };
        Some(match entry.form() {
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
    pub(super) fn setup(&self, delivery: Option<&Delivery>) -> Vec<String> {
        let steps = self.entry.map(|entry| entry.setup.as_slice()).unwrap_or_default();
        let doors = self.doors(delivery).map(|doors| doors.by_hand).unwrap_or_default();
        steps.iter().map(|step| self.say_step(step, delivery)).chain(doors).collect()
    }

    /// What stays open beside the sign-in.
    pub(super) fn doors(&self, delivery: Option<&Delivery>) -> Option<Doors<String>> {
        let doors = self.entry?.doors.as_ref()?;
        Some(doors.map(|step| self.say_step(step, delivery)))
    }

    /// A command that holds a secret is only pointed at.
    fn say_step(&self, template: &Template, delivery: Option<&Delivery>) -> String {
        let step = self.fill(template);
        match delivery.filter(|_| step.is_open()) {
            Some(delivery) => format!("the command stands in {}", delivery.to),
            None => step.masked(),
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
