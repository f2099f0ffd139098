//! How two clients or two apps differ, field by field, and which differences a working app would notice.

use crate::spec::{AppSpec, ClientSpec};
use doorstep_core::{
    id::GroupName,
    model::{ClientAuthMethod, Level, PkcePolicy, Posture, RoleClaim},
    time::Ttl,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where.
    pub field: Field,
    /// How.
    #[serde(flatten)]
    pub edit: Edit,
    /// Whether an app that works now would see something else than it relies on.
    pub contract: bool,
}

/// How a field differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Edit {
    /// Some of a list come or go.
    Items {
        /// These come.
        added: Vec<String>,
        /// These go.
        removed: Vec<String>,
    },
    /// One value becomes another.
    Value {
        /// The one that is.
        before: String,
        /// The one that will be.
        after: String,
    },
}

/// What can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name that people read.
    Title,
    /// Where the app lives.
    Url,
    /// What the portal shows.
    Icon,
    /// Whether Doorstep stands in front.
    Protected,
    /// Cookies of the app's own that go at sign-out.
    OwnCookies,
    /// Requests that need something else than who may use it.
    Rules,
    /// Whose business `Authorization` is.
    Authorization,
    /// Whether the app signs people in itself.
    SignsIn,
    /// Clients beside its own.
    FurtherClients,
    /// Redirect URIs.
    RedirectUris,
    /// Post-logout redirect URIs.
    PostLogoutRedirectUris,
    /// Who may use the app.
    Allow,
    /// What a sign-in has to be at least.
    Require,
    /// The claim with the role.
    RoleClaim,
    /// Scopes.
    Scopes,
    /// `token_endpoint_auth_method`.
    AuthMethod,
    /// PKCE.
    Pkce,
    /// Loopback ports.
    Native,
    /// Codes that are typed on another device.
    Device,
    /// Consent.
    FirstParty,
    /// `id_token_signed_response_alg`.
    IdTokenAlg,
    /// Claims in the ID Token.
    ClaimsInIdToken,
    /// `iss` in authorization responses.
    IssParameter,
    /// Lifetime of access tokens.
    AccessTtl,
    /// Lifetime of refresh tokens.
    RefreshTtl,
}

impl Field {
    /// All of them, for tables.
    pub const ALL: [Self; 25] = [
        Self::Title,
        Self::Url,
        Self::Icon,
        Self::Protected,
        Self::OwnCookies,
        Self::Rules,
        Self::Authorization,
        Self::SignsIn,
        Self::FurtherClients,
        Self::RedirectUris,
        Self::PostLogoutRedirectUris,
        Self::Allow,
        Self::Require,
        Self::RoleClaim,
        Self::Scopes,
        Self::AuthMethod,
        Self::Pkce,
        Self::Native,
        Self::Device,
        Self::FirstParty,
        Self::IdTokenAlg,
        Self::ClaimsInIdToken,
        Self::IssParameter,
        Self::AccessTtl,
        Self::RefreshTtl,
    ];
}

const OF_A_CLIENT: [Field; 17] = [
    Field::Title,
    Field::RedirectUris,
    Field::PostLogoutRedirectUris,
    Field::Allow,
    Field::Require,
    Field::RoleClaim,
    Field::Scopes,
    Field::AuthMethod,
    Field::Pkce,
    Field::Native,
    Field::Device,
    Field::FirstParty,
    Field::IdTokenAlg,
    Field::ClaimsInIdToken,
    Field::IssParameter,
    Field::AccessTtl,
    Field::RefreshTtl,
];

/// How two clients differ.
pub(super) fn between(before: &ClientSpec, after: &ClientSpec) -> Vec<Change> {
    let change = |field: Field| {
        let edit = field.edit(before, after)?;
        Some(Change { field, edit, contract: field.is_contract(before, after) })
    };
    OF_A_CLIENT.into_iter().filter_map(change).collect()
}

/// What a client is after `changes`, which are on the way to `wanted`: whatever else differs meanwhile stays.
#[must_use]
pub fn changed(mut held: ClientSpec, wanted: &ClientSpec, changes: &[Change]) -> ClientSpec {
    for change in changes {
        change.field.copy(wanted, &mut held);
    }
    held
}

/// How two apps differ.
pub(super) fn between_apps(before: &AppSpec, after: &AppSpec) -> Vec<Change> {
    [
        (Field::Title, value(before.title.clone(), after.title.clone())),
        (Field::Url, value(before.url.clone(), after.url.clone())),
        (Field::Icon, value(icon(before), icon(after))),
        (Field::Allow, allowed(before.allow.as_ref(), after.allow.as_ref())),
        (Field::Require, value(required(before.require), required(after.require))),
        (Field::Protected, value(in_front(before), in_front(after))),
        (Field::OwnCookies, items(&cookies(before), &cookies(after))),
        (Field::Rules, items(&rules(before), &rules(after))),
        (Field::Authorization, value(before.authorization.as_str().into(), after.authorization.as_str().into())),
        (Field::SignsIn, value(yes_or_no(before.signs_in), yes_or_no(after.signs_in))),
    ]
    .into_iter()
    .filter_map(|(field, edit)| Some(Change { field, edit: edit?, contract: false }))
    .collect()
}

impl Field {
    /// What a person reads.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "name",
            Self::Url => "address",
            Self::Icon => "icon",
            Self::Protected => "Doorstep in front",
            Self::OwnCookies => "cookies that go at sign-out",
            Self::Rules => "rules",
            Self::Authorization => "`Authorization`",
            Self::SignsIn => "own sign-in",
            Self::FurtherClients => "further clients",
            Self::RedirectUris => "redirect addresses",
            Self::PostLogoutRedirectUris => "addresses after sign-out",
            Self::Allow => "who may use it",
            Self::Require => "sign-in",
            Self::RoleClaim => "roles",
            Self::Scopes => "scopes",
            Self::AuthMethod => "client authentication",
            Self::Pkce => "PKCE",
            Self::Native => "any loopback port",
            Self::Device => "codes typed on another device",
            Self::FirstParty => "an app of the instance",
            Self::IdTokenAlg => "signing algorithm",
            Self::ClaimsInIdToken => "claims in the ID token",
            Self::IssParameter => "`iss` in responses",
            Self::AccessTtl => "life of access tokens",
            Self::RefreshTtl => "life of refresh tokens",
        }
    }

    /// Takes this field of `from` into `to`.
    pub(super) fn copy(self, from: &ClientSpec, to: &mut ClientSpec) {
        match self {
            Self::Title => to.name.clone_from(&from.name),
            Self::RedirectUris => to.redirect_uris.clone_from(&from.redirect_uris),
            Self::PostLogoutRedirectUris => to.post_logout_redirect_uris.clone_from(&from.post_logout_redirect_uris),
            Self::Allow => to.allow.clone_from(&from.allow),
            Self::Require => to.require = from.require,
            Self::RoleClaim => to.role_claim.clone_from(&from.role_claim),
            Self::Scopes => to.scopes.clone_from(&from.scopes),
            Self::AuthMethod => to.auth_method = from.auth_method,
            Self::Pkce => to.pkce = from.pkce,
            Self::Native => to.native = from.native,
            Self::Device => to.device = from.device,
            Self::FirstParty => to.first_party = from.first_party,
            Self::IdTokenAlg => to.id_token_alg = from.id_token_alg,
            Self::ClaimsInIdToken => to.claims_in_id_token = from.claims_in_id_token,
            Self::IssParameter => to.iss_parameter = from.iss_parameter,
            Self::AccessTtl => to.access_ttl = from.access_ttl,
            Self::RefreshTtl => to.refresh_ttl = from.refresh_ttl,
            Self::Url
            | Self::Icon
            | Self::Protected
            | Self::OwnCookies
            | Self::Rules
            | Self::Authorization
            | Self::SignsIn
            | Self::FurtherClients => {}
        }
    }

    fn edit(self, a: &ClientSpec, b: &ClientSpec) -> Option<Edit> {
        match self {
            Self::Title => value(a.name.clone(), b.name.clone()),
            Self::RedirectUris => items(&a.redirect_uris, &b.redirect_uris),
            Self::PostLogoutRedirectUris => items(&a.post_logout_redirect_uris, &b.post_logout_redirect_uris),
            Self::Allow => allowed(a.allow.as_ref(), b.allow.as_ref()),
            Self::Require => value(required(a.require), required(b.require)),
            Self::RoleClaim => roles(a.role_claim.as_ref(), b.role_claim.as_ref()),
            Self::Scopes => items(&a.scopes, &b.scopes),
            Self::AuthMethod => value(method(a.auth_method), method(b.auth_method)),
            Self::Pkce => value(pkce(a.pkce), pkce(b.pkce)),
            Self::Native => value(yes_or_no(a.native), yes_or_no(b.native)),
            Self::Device => value(yes_or_no(a.device), yes_or_no(b.device)),
            Self::FirstParty => value(yes_or_no(a.first_party), yes_or_no(b.first_party)),
            Self::IdTokenAlg => value(a.id_token_alg.as_str().into(), b.id_token_alg.as_str().into()),
            Self::ClaimsInIdToken => value(yes_or_no(a.claims_in_id_token), yes_or_no(b.claims_in_id_token)),
            Self::IssParameter => value(yes_or_no(a.iss_parameter), yes_or_no(b.iss_parameter)),
            Self::AccessTtl => value(span(a.access_ttl), span(b.access_ttl)),
            Self::RefreshTtl => value(span(a.refresh_ttl), span(b.refresh_ttl)),
            Self::Url
            | Self::Icon
            | Self::Protected
            | Self::OwnCookies
            | Self::Rules
            | Self::Authorization
            | Self::SignsIn
            | Self::FurtherClients => None,
        }
    }

    /// Narrowing what a working app uses is a contract; widening it is not. People, addresses and
    /// role values are the declaration's own business.
    fn is_contract(self, before: &ClientSpec, after: &ClientSpec) -> bool {
        match self {
            Self::RoleClaim => match (&before.role_claim, &after.role_claim) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(before), Some(after)) => before.claim != after.claim,
            },
            Self::Scopes => !before.scopes.is_subset(&after.scopes),
            Self::AuthMethod => {
                after.auth_method != ClientAuthMethod::Either || before.auth_method == ClientAuthMethod::None
            }
            Self::Pkce => after.pkce == PkcePolicy::Required,
            Self::Native => before.native,
            Self::Device => before.device,
            Self::ClaimsInIdToken => before.claims_in_id_token,
            Self::IdTokenAlg | Self::IssParameter => true,
            _ => false,
        }
    }
}

fn value(before: String, after: String) -> Option<Edit> {
    (before != after).then_some(Edit::Value { before, after })
}

fn items<'a, T: IntoIterator<Item = &'a String>>(before: T, after: T) -> Option<Edit> {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (before.into_iter().collect(), after.into_iter().collect());
    let list = |a: &BTreeSet<&String>, b: &BTreeSet<&String>| a.difference(b).map(|item| (*item).clone()).collect();
    (before != after).then(|| Edit::Items { added: list(&after, &before), removed: list(&before, &after) })
}

fn icon(app: &AppSpec) -> String {
    app.icon.as_ref().map_or_else(|| "a letter".to_owned(), ToString::to_string)
}

fn cookies(app: &AppSpec) -> Vec<String> {
    app.own_cookies.iter().map(ToString::to_string).collect()
}

/// With their places, which are part of what they say.
fn rules(app: &AppSpec) -> Vec<String> {
    app.rules.iter().enumerate().map(|(place, rule)| format!("{}. {rule}", place + 1)).collect()
}

fn allowed(before: Option<&BTreeSet<GroupName>>, after: Option<&BTreeSet<GroupName>>) -> Option<Edit> {
    let names = |groups: &BTreeSet<GroupName>| groups.iter().map(ToString::to_string).collect::<Vec<_>>();
    if let (Some(before), Some(after)) = (before, after) {
        return items(&names(before), &names(after));
    }
    let say = |groups: Option<&BTreeSet<GroupName>>| {
        groups.map_or_else(|| "everyone with an account".into(), |groups| names(groups).join(", "))
    };
    value(say(before), say(after))
}

fn required(level: Option<Level>) -> String {
    let said = match level {
        None => "any",
        Some(Level::TwoFactors) => "two factors",
        Some(Level::Passkey) => "by passkey",
    };
    said.to_owned()
}

fn roles(before: Option<&RoleClaim>, after: Option<&RoleClaim>) -> Option<Edit> {
    let list = |role: Option<&RoleClaim>| -> Vec<String> {
        let pair = |(place, group): (usize, &GroupName), role: &RoleClaim| {
            let value = role.values.get(group)?;
            Some(format!("{}. {group}: {value} in the claim `{}`", place + 1, role.claim))
        };
        role.map(|role| role.order.iter().enumerate().filter_map(|at| pair(at, role)).collect()).unwrap_or_default()
    };
    items(&list(before), &list(after))
}

/// Whether Doorstep stands in front, and where it does, whether the app is told of whom it lets through.
fn in_front(app: &AppSpec) -> String {
    match (app.protected, app.posture) {
        (true, Posture::Portal) => "yes, and the app is told nothing of people".into(),
        (true, Posture::Assertion) => "yes, and what the app is told of people is signed".into(),
        (protected, _) => yes_or_no(protected),
    }
}

fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.into()
}

fn method(method: ClientAuthMethod) -> String {
    match method {
        ClientAuthMethod::Either => "secret by header or form",
        ClientAuthMethod::Basic => "secret by header",
        ClientAuthMethod::Post => "secret by form",
        ClientAuthMethod::None => "no secret",
    }
    .into()
}

fn pkce(policy: PkcePolicy) -> String {
    match policy {
        PkcePolicy::Required => "required",
        PkcePolicy::Optional => "optional",
    }
    .into()
}

fn span(ttl: Ttl) -> String {
    let seconds = ttl.seconds();
    let exact = |unit: i64, one: &str| {
        let count = seconds.checked_div(unit).filter(|count| *count > 0 && count * unit == seconds)?;
        Some(if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") })
    };
    exact(86_400, "day")
        .or_else(|| exact(3600, "hour"))
        .or_else(|| exact(60, "minute"))
        .or_else(|| exact(1, "second"))
        .unwrap_or_else(|| format!("{} milliseconds", ttl.millis()))
}
