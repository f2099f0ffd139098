//! The further clients of a declared app: those that its catalog entry knows, or the ones that the declaration names.

use super::draft::Draft;
use crate::{
    catalog::{Entry, ExtraClient},
    mistake::Mistake,
    spec::{ClientSpec, Extra},
};
use doorstep_core::{
    id::{AppName, ClientId},
    model::{ClientAuthMethod, PkcePolicy},
};

impl Draft<'_> {
    /// They may do what the app's own client may, and for the same people.
    pub(super) fn extras(&mut self, own: Option<&ClientSpec>, entry: Option<&Entry>) -> Vec<ClientSpec> {
        let Some(own) = own else { return Vec::new() };
        let known = entry.map(|entry| entry.extra_clients.as_slice()).unwrap_or_default();
        let wanted = self.written.extra_clients.as_ref();
        let at = self.at.then("extra_clients");
        for (index, name) in wanted.into_iter().flatten().enumerate() {
            if !known.iter().any(|extra| extra.name == *name) {
                let what = Mistake::new(at.then(index), format!("the catalog knows no further client `{name}` of it"));
                self.mistakes.push(if known.is_empty() {
                    what.remedy("leave `extra_clients` out: it knows none")
                } else {
                    what.nearest(name, known.iter().map(|extra| extra.name.as_str()))
                });
            }
        }
        let is_wanted = |extra: &&ExtraClient| wanted.is_none_or(|names| names.contains(&extra.name));
        known.iter().filter(is_wanted).filter_map(|extra| extra.client(own)).collect()
    }
}

impl ExtraClient {
    /// The id that it has when it belongs to this app.
    pub(crate) fn id(&self, app: &AppName) -> Option<ClientId> {
        self.client_id.clone().unwrap_or_else(|| format!("{app}-{}", self.name)).parse().ok()
    }

    /// The client, beside the app's own. `None` when its id cannot be one, which no entry passes the check with.
    pub(crate) fn client(&self, own: &ClientSpec) -> Option<ClientSpec> {
        Some(ClientSpec {
            extra: Some(Extra { name: self.name.clone(), id: self.id(&own.app)? }),
            name: format!("{} ({})", own.name, self.purpose),
            auth_method: ClientAuthMethod::None,
            pkce: PkcePolicy::Required,
            redirect_uris: self.callbacks.clone(),
            post_logout_redirect_uris: Vec::new(),
            native: true,
            scopes: self.scopes.iter().cloned().collect(),
            ..own.clone()
        })
    }
}
