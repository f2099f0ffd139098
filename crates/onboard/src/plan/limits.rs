//! What of a declaration a provider can express. The rest is said in the plan; it is neither written nor
//! compared, so that a plan that was done is empty the second time.

use super::{Change, Edit, Field, change};
use crate::{
    desired::DesiredApp,
    provider::Capabilities,
    spec::{AppSpec, ClientSpec, Held},
};
use doorstep_core::model::{AuthorizationHeader, Posture};
use std::collections::BTreeSet;

/// A declared app as far as the provider can express it.
pub(super) struct Expressible {
    pub(super) client: Option<ClientSpec>,
    pub(super) extras: Vec<ClientSpec>,
    /// `None` where the provider has no entries for apps.
    pub(super) spec: Option<AppSpec>,
    /// The rest.
    pub(super) cannot: Vec<Change>,
}

pub(super) fn expressible(app: &DesiredApp, capabilities: Option<&Capabilities>) -> Expressible {
    let (mut client, mut spec, mut extras) = (app.client.clone(), app.spec.clone(), app.extras.clone());
    let Some(can) = capabilities.filter(|can| !can.cannot.is_empty() || !can.knows_owners) else {
        return Expressible { client, extras, spec: Some(spec), cannot: Vec::new() };
    };
    let plain_app = AppSpec {
        allow: None,
        protected: false,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: AuthorizationHeader::default(),
        posture: Posture::default(),
        icon: None,
        ..spec.clone()
    };
    let mut cannot = change::between_apps(&plain_app, &spec);
    if let Some(client) = &mut client {
        let plain = plain(client);
        let more = change::between(&plain, client);
        cannot.retain(|change| !more.iter().any(|other| other.field == change.field));
        cannot.extend(more);
        can.cannot.iter().for_each(|field| field.copy(&plain, client));
    }
    cannot.retain(|change| can.cannot.contains(&change.field));
    if !extras.is_empty() && (!can.knows_owners || can.cannot.contains(&Field::FurtherClients)) {
        let added = extras.drain(..).filter_map(|client| Some(client.extra?.id.to_string())).collect();
        let edit = Edit::Items { added, removed: Vec::new() };
        cannot.push(Change { field: Field::FurtherClients, edit, contract: false });
    }
    if can.cannot.contains(&Field::Allow) {
        spec.allow = None;
    }
    if can.cannot.contains(&Field::Protected) {
        spec.protected = false;
        spec.posture = Posture::default();
    }
    if can.cannot.contains(&Field::OwnCookies) {
        spec.own_cookies = BTreeSet::new();
    }
    if can.cannot.contains(&Field::Rules) {
        spec.rules = Vec::new();
    }
    if can.cannot.contains(&Field::Authorization) {
        spec.authorization = AuthorizationHeader::default();
    }
    if can.cannot.contains(&Field::Icon) {
        spec.icon = None;
    }
    let has_entries = !can.cannot.contains(&Field::Url);
    Expressible { client, extras, spec: has_entries.then_some(spec), cannot }
}

/// What is held, without what the provider cannot express: whatever it answers there says nothing.
pub(super) fn as_expressible(held: &Held<ClientSpec>, capabilities: Option<&Capabilities>) -> Held<ClientSpec> {
    let mut held = held.clone();
    let plain = plain(&held.spec);
    for field in capabilities.iter().flat_map(|can| &can.cannot) {
        field.copy(&plain, &mut held.spec);
    }
    held
}

fn plain(client: &ClientSpec) -> ClientSpec {
    ClientSpec::new(client.app.clone(), &client.name, client.redirect_uris.clone())
}
