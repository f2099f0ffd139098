//! Providers of others at which people may sign in. Their client secrets are named by the files that hold them, and read
//! when they are used.

use super::value::Fault;
use doorstep_core::id::GroupName;
use doorstep_core::upstream::{self, Kind, UpstreamName};
use doorstep_outbound::OperatorUrl;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

const GOOGLE: &str = "https://accounts.google.com";
const GITHUB: &str = "https://github.com";
const GITHUB_API: &str = "https://api.github.com";
const MICROSOFT: &str = "https://login.microsoftonline.com";
/// The tenant of private accounts.
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// A provider of somebody else's at which people may sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// A provider that Doorstep knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// The issuer of any other OpenID provider, byte for byte as its discovery document says it. With `preset = "github"`,
    /// the address of a GitHub Enterprise Server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// With `preset = "microsoft"`: the id of the tenant whose accounts may sign in, `consumers` for private accounts alone, or
    /// `common` or `organizations` for every tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What Doorstep is called there.
    pub client_id: String,
    /// The file of the client secret. It is read for each sign-in.
    #[schemars(extend("format" = "path"))]
    pub client_secret_file: PathBuf,
    /// What people call it: “Continue with …”.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What is asked for, in place of what a sign-in needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// From names of its groups to groups here, re-read at every sign-in. Nobody joins a group that is not named here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
    /// Which claim says a person's groups there; `groups` when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups_claim: Option<String>,
    /// Whether somebody new may make an account with it: with an invitation, or not at all.
    #[serde(default)]
    pub enrol: Enrol,
}

/// A provider that Doorstep knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Google accounts.
    Google,
    /// GitHub accounts, by OAuth.
    Github,
    /// Microsoft accounts and those of Entra ID.
    Microsoft,
}

/// Who may make an account with an upstream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Enrol {
    /// Nobody.
    #[default]
    Never,
    /// Whoever has an invitation.
    Invitation,
}

impl Upstream {
    /// What is wrong with it as a whole, and at which key.
    pub(crate) fn fault(&self) -> Option<(&'static str, Fault)> {
        self.fault_of_place().or_else(|| self.fault_of_words())
    }

    fn fault_of_place(&self) -> Option<(&'static str, Fault)> {
        let at = |key: &'static str, what: &str, remedy: &str| Some((key, Fault::new(what, remedy)));
        match (self.preset, &self.issuer) {
            (None, None) => {
                return at("client_id", "is given without `issuer` or `preset`", "add `issuer = \"https://…\"`");
            }
            (Some(Preset::Google | Preset::Microsoft), Some(_)) => {
                return at("issuer", "is given, and `preset` says it already", "keep one of them");
            }
            _ => {}
        }
        if self.issuer.as_ref().is_some_and(|issuer| !is_issuer(issuer)) {
            let remedy = "write it as its discovery document does: https://idp.example.org";
            return at("issuer", "is no address of an issuer", remedy);
        }
        match (self.preset, self.tenant.as_deref()) {
            (Some(Preset::Microsoft), Some(tenant)) if is_tenant(tenant) => None,
            (Some(Preset::Microsoft), _) => {
                let remedy = "write the id of the tenant, or `consumers`, `organizations` or `common`";
                let key = if self.tenant.is_some() { "tenant" } else { "preset" };
                at(key, if self.tenant.is_some() { "is no tenant" } else { "is given without `tenant`" }, remedy)
            }
            (_, Some(_)) => at("tenant", "is for `preset = \"microsoft\"` alone", "leave it out"),
            (_, None) => None,
        }
    }

    fn fault_of_words(&self) -> Option<(&'static str, Fault)> {
        let at = |key: &'static str, what: &str, remedy: &str| Some((key, Fault::new(what, remedy)));
        let is_line = |text: &str| !text.trim().is_empty() && text.len() <= 100 && !text.contains(char::is_control);
        if !is_line(&self.client_id) {
            return at("client_id", "is no client id", "copy it from the provider");
        }
        if self.label.as_ref().is_some_and(|label| !is_line(label)) {
            return at("label", "is no short line of text", "write what people call the provider");
        }
        let is_scope = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
        if let Some(scopes) = &self.scopes {
            if !scopes.iter().all(is_scope) {
                return at("scopes", "holds something that is no scope", "write a list of single words");
            }
            if self.preset != Some(Preset::Github) && !scopes.iter().any(|scope| scope == "openid") {
                return at("scopes", "lacks `openid`", "add \"openid\"");
            }
        }
        if self.preset == Some(Preset::Github) && !self.groups.is_empty() {
            return at("groups", "is given, and GitHub tells no groups", "leave it out");
        }
        let unfit = |(theirs, ours): (&String, &String)| theirs.is_empty() || ours.parse::<GroupName>().is_err();
        if self.groups.iter().any(unfit) {
            return at("groups", "names no group", "write from a name there to a group here");
        }
        None
    }

    /// As it is worked with; none where something is wrong with it.
    pub(crate) fn as_upstream(&self, name: &str) -> Option<upstream::Upstream> {
        if self.fault().is_some() {
            return None;
        }
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        let scopes = self.scopes.clone().unwrap_or_else(|| match self.preset {
            Some(Preset::Github) => words(&["read:user", "user:email"]),
            _ => words(&["openid", "email", "profile"]),
        });
        let rule = |(theirs, ours): (&String, &String)| Some((theirs.clone(), ours.parse().ok()?));
        Some(upstream::Upstream {
            name: name.parse().ok()?,
            label: self.label.clone().unwrap_or_else(|| self.usual_label(name)),
            kind: self.kind()?,
            client_id: self.client_id.clone(),
            scopes,
            groups_claim: self.groups_claim.clone().unwrap_or_else(|| "groups".to_owned()),
            groups: self.groups.iter().map(rule).collect::<Option<_>>()?,
            enrols: self.enrol == Enrol::Invitation,
        })
    }

    fn usual_label(&self, name: &str) -> String {
        let known = match self.preset {
            Some(Preset::Google) => "Google",
            Some(Preset::Github) => "GitHub",
            Some(Preset::Microsoft) => "Microsoft",
            None => name,
        };
        known.to_owned()
    }

    fn kind(&self) -> Option<Kind> {
        Some(match self.preset {
            None => Kind::OpenId { issuer: self.issuer.clone()? },
            Some(Preset::Google) => Kind::OpenId { issuer: GOOGLE.to_owned() },
            Some(Preset::Github) => {
                let own = self.issuer.as_ref().map(|site| (site.clone(), format!("{site}/api/v3")));
                let (site, api) = own.unwrap_or_else(|| (GITHUB.to_owned(), GITHUB_API.to_owned()));
                Kind::GitHub { site, api }
            }
            Some(Preset::Microsoft) => match self.tenant.as_deref()? {
                every @ ("common" | "organizations") => {
                    Kind::EveryTenant { authority: format!("{MICROSOFT}/{every}/v2.0") }
                }
                "consumers" => Kind::OpenId { issuer: format!("{MICROSOFT}/{CONSUMERS}/v2.0") },
                tenant => Kind::OpenId { issuer: format!("{MICROSOFT}/{tenant}/v2.0") },
            },
        })
    }
}

/// What is wrong with a name.
pub(crate) fn fault_of_name(name: &str) -> Option<Fault> {
    name.parse::<UpstreamName>().err().map(|_| {
        Fault::new(
            "is no name for an upstream",
            "write 1 to 32 of a-z 0-9 - that begin with a letter: it stands in addresses",
        )
    })
}

fn is_issuer(text: &str) -> bool {
    let plain = !text.contains(['?', '#']) && !text.contains(char::is_whitespace);
    plain && OperatorUrl::parse(text).is_ok_and(|url| url.as_str().trim_end_matches('/') == text.trim_end_matches('/'))
}

fn is_tenant(text: &str) -> bool {
    let is_id = text.len() == 36 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    is_id || matches!(text, "common" | "organizations" | "consumers")
}
