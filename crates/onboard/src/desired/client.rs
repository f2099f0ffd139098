//! The client of a declared app: what the catalog knows, or the defaults for an app that it does not know
//! (ADR 19), and over both what the declaration says.

use super::{PROVIDER, address, draft::Draft, people};
use crate::{
    catalog::{Entry, Kind, Public, Roles, Template},
    manifest::{AppEntry, AuthMethod, IdTokenAlg, Pkce},
    mistake::Mistake,
    registration::{self, Wrong, check},
    remedy::Remedy,
    spec::{AppSpec, ClientSpec},
};
use doorstep_core::{
    model::{ClientAuthMethod, PkcePolicy, RoleClaim, SigningAlg},
    time::Ttl,
};

impl Draft<'_> {
    /// The client, if the app signs people in itself. Whatever is wrong with it is among the mistakes.
    pub(super) fn client(&mut self, spec: &AppSpec, entry: Option<&Entry>) -> Option<ClientSpec> {
        let oidc = entry.filter(|entry| entry.kind == Kind::Oidc);
        if oidc.is_none() && self.written.callbacks.is_none() {
            self.no_client(entry);
            return None;
        }
        let base = entry.and_then(|entry| entry.below.as_deref()).and_then(|below| spec.url.strip_suffix(below));
        let base = base.unwrap_or(&spec.url);
        let mut client = match oidc {
            Some(entry) => entry.client(spec.name.clone(), &spec.title, base),
            None => undeclared(spec),
        };
        self.addresses(&mut client, base);
        self.knobs(&mut client);
        client.role_claim = self.roles(entry);
        client.first_party = self.written.first_party.unwrap_or(true);
        client.allow.clone_from(&spec.allow);
        client.require = spec.require;
        let schemes: Vec<String> = entry
            .iter()
            .flat_map(|entry| &entry.schemes)
            .chain(self.written.schemes.iter().flatten())
            .cloned()
            .collect();
        let insecure_http = self.ground.issuer.as_ref().is_some_and(address::is_http);
        for wrong in check(&client, registration::Ground { schemes: &schemes, insecure_http, base }) {
            self.place(wrong, base);
        }
        Some(client)
    }

    /// What is said about the client of an app that has none.
    fn no_client(&mut self, entry: Option<&Entry>) {
        let delivered = entry.is_some_and(|entry| entry.kind == Kind::ForwardAuth && entry.delivers());
        for key in self.written.client_keys().into_iter().filter(|key| !(delivered && *key == "set")) {
            let remedy = format!("remove `{key}`, or say `callbacks` if the app signs people in itself");
            self.wrong(key, "this app does not sign people in itself, so it is not a client", remedy);
        }
        if !self.written.roles.is_empty() {
            self.takes_no_role();
        }
    }

    fn addresses(&mut self, client: &mut ClientSpec, base: &str) {
        for (index, written) in self.written.callbacks.iter().flatten().enumerate() {
            let uri = whole(written, base);
            if !client.redirect_uris.contains(&uri) {
                self.not_our_host("callbacks", index, written, &uri);
                client.redirect_uris.push(uri);
            }
        }
        // The person's own stand first: the first one is delivered.
        let mut after = Vec::new();
        for (index, written) in self.written.post_logout.iter().flatten().enumerate() {
            let uri = whole(written, base);
            self.not_our_host("post_logout", index, written, &uri);
            after.push(uri);
        }
        let known = std::mem::take(&mut client.post_logout_redirect_uris);
        after.extend(
            known.into_iter().filter(|uri| !self.written.post_logout.iter().flatten().any(|w| whole(w, base) == *uri)),
        );
        client.post_logout_redirect_uris = after;
    }

    fn not_our_host(&mut self, key: &str, index: usize, written: &str, uri: &str) {
        if address::shares_cookies(uri, self.ground.issuer.as_ref()) {
            let at = self.at.then(key).then(index);
            let what = Mistake::new(at, format!("`{written}` is on the host of Doorstep itself"));
            self.mistakes.push(what.remedy(address::OWN_HOST));
        }
    }

    fn knobs(&mut self, client: &mut ClientSpec) {
        let written = self.written;
        if let Some(method) = written.auth_method {
            client.auth_method = method.into();
        }
        if client.auth_method == ClientAuthMethod::None {
            client.pkce = PkcePolicy::Required;
        }
        if let Some(pkce) = written.pkce {
            client.pkce = pkce.into();
        }
        if let Some(scopes) = &written.scopes {
            client.scopes = scopes.iter().cloned().collect();
        }
        client.claims_in_id_token = written.claims_in_id_token.unwrap_or(client.claims_in_id_token);
        client.id_token_alg = written.id_token_alg.map_or(client.id_token_alg, Into::into);
        client.iss_parameter = written.iss_parameter.unwrap_or(client.iss_parameter);
        client.native = written.native.unwrap_or(client.native);
        client.device = written.device.unwrap_or(client.device);
        let basis = self.ground.basis.lifetimes;
        let tokens = written.tokens.clone().unwrap_or_default();
        client.access_ttl = self.lifetime("access", tokens.access.as_deref()).unwrap_or(basis.access);
        client.refresh_ttl = self.lifetime("refresh", tokens.refresh.as_deref()).unwrap_or(basis.refresh);
        if written.tokens.is_some() && client.access_ttl.millis() > client.refresh_ttl.millis() {
            self.wrong("tokens", "an access token would outlive the refresh token", "make `access` shorter");
        }
    }

    fn lifetime(&mut self, key: &str, written: Option<&str>) -> Option<Ttl> {
        let at = self.at.then("tokens").then(key);
        let parsed = written?.parse::<Ttl>().map_err(|why| {
            Mistake::new(at, format!("`{key}` {why}")).remedy("write a number and a unit: 90s, 10m, 12h, 28d")
        });
        self.take(parsed)
    }

    fn takes_no_role(&mut self) {
        let remedy = "remove `roles` and set roles inside the app";
        self.wrong("roles", "this app takes no role from its sign-in", remedy);
    }

    fn roles(&mut self, entry: Option<&Entry>) -> Option<RoleClaim> {
        let written = &self.written.roles;
        if written.is_empty() {
            if self.written.role_claim.is_some() {
                self.wrong("role_claim", "there are no `roles` for this claim to carry", "add `roles`, or remove it");
            }
            return None;
        }
        let general = Roles { claim: "role".into(), values: Vec::new() };
        let Some(roles) = entry.map_or(Some(&general), |entry| entry.roles.as_ref()) else {
            self.takes_no_role();
            return None;
        };
        let at = self.at.then("roles");
        let claim = self.written.role_claim.clone().unwrap_or_else(|| roles.claim.clone());
        let mut claim = RoleClaim { claim, values: [].into(), order: Vec::new() };
        for (group, role) in written {
            let group = self.take(people::named(group, at.then(group), &self.ground.groups));
            if !roles.values.is_empty() && !roles.values.contains(role) {
                let what = Mistake::new(
                    at.then(group.as_ref().map_or("", |g| g.as_str())),
                    format!("the app knows no role `{role}`"),
                );
                self.mistakes.push(what.nearest(role, roles.values.iter().map(String::as_str)));
            }
            if let Some(group) = group {
                claim.order.push(group.clone());
                claim.values.insert(group, role.clone());
            }
        }
        Some(claim)
    }

    /// Gives what the checker found its place in the declaration.
    fn place(&mut self, wrong: Wrong, base: &str) {
        let list = match wrong.key {
            "callbacks" => self.written.callbacks.as_ref(),
            "post_logout" => self.written.post_logout.as_ref(),
            "schemes" => self.written.schemes.as_ref(),
            "scopes" => self.written.scopes.as_ref(),
            _ => None,
        };
        let mut at = self.at.then(wrong.key);
        let mut what = wrong.what;
        if let Some(value) = wrong.value {
            let is_it = |written: &&String| **written == value || whole(written, base) == value;
            let found = list.and_then(|list| list.iter().enumerate().find(|(_, written)| is_it(written)));
            if let Some((index, _)) = found {
                at = at.then(index);
            }
            what = format!("`{}`: {what}", found.map_or(&value, |(_, written)| written));
        }
        self.mistakes.push(Mistake { at, what, remedy: wrong.remedy.map(Remedy::from) });
    }
}

/// An address that may be written as a path below the app's.
fn whole(written: &str, base: &str) -> String {
    if written.starts_with('/') { format!("{base}{written}") } else { written.to_owned() }
}

/// The client of an app that the catalog does not know: what most libraries expect when nothing is configured (ADR 19).
fn undeclared(spec: &AppSpec) -> ClientSpec {
    ClientSpec {
        pkce: PkcePolicy::Optional,
        claims_in_id_token: true,
        scopes: ["openid", "profile", "email", "groups", "offline_access"].map(str::to_owned).into(),
        post_logout_redirect_uris: vec![spec.url.clone(), format!("{}/", spec.url)],
        ..ClientSpec::new(spec.name.clone(), &spec.title, Vec::new())
    }
}

impl Entry {
    /// The client of an app that lives at `base`, as the catalog knows it.
    pub(crate) fn client(&self, app: doorstep_core::id::AppName, title: &str, base: &str) -> ClientSpec {
        let say = |name: Public| match name {
            Public::Url => base.to_owned(),
            _ => PROVIDER.to_owned(),
        };
        let fill = |template: &Template| template.fill(say).masked();
        ClientSpec {
            auth_method: self.auth_method,
            post_logout_redirect_uris: self.post_logout.iter().map(fill).collect(),
            native: self.native,
            scopes: self.scopes.iter().cloned().collect(),
            pkce: if self.auth_method == ClientAuthMethod::None { PkcePolicy::Required } else { self.pkce },
            id_token_alg: self.id_token_alg,
            claims_in_id_token: self.claims_in_id_token,
            iss_parameter: self.iss_parameter,
            ..ClientSpec::new(app, title, self.callbacks.iter().map(fill).collect())
        }
    }
}

impl AppEntry {
    /// The keys of this declaration that are about a client.
    fn client_keys(&self) -> Vec<&'static str> {
        [
            ("auth_method", self.auth_method.is_some()),
            ("pkce", self.pkce.is_some()),
            ("scopes", self.scopes.is_some()),
            ("claims_in_id_token", self.claims_in_id_token.is_some()),
            ("id_token_alg", self.id_token_alg.is_some()),
            ("iss_parameter", self.iss_parameter.is_some()),
            ("role_claim", self.role_claim.is_some()),
            ("post_logout", self.post_logout.is_some()),
            ("native", self.native.is_some()),
            ("device", self.device.is_some()),
            ("schemes", self.schemes.is_some()),
            ("extra_clients", self.extra_clients.is_some()),
            ("tokens", self.tokens.is_some()),
            ("set", !self.set.is_empty()),
        ]
        .into_iter()
        .filter_map(|(key, said)| said.then_some(key))
        .collect()
    }
}

impl From<AuthMethod> for ClientAuthMethod {
    fn from(written: AuthMethod) -> Self {
        match written {
            AuthMethod::Either => Self::Either,
            AuthMethod::Basic => Self::Basic,
            AuthMethod::Post => Self::Post,
            AuthMethod::None => Self::None,
        }
    }
}

impl From<Pkce> for PkcePolicy {
    fn from(written: Pkce) -> Self {
        match written {
            Pkce::Required => Self::Required,
            Pkce::Optional => Self::Optional,
        }
    }
}

impl From<IdTokenAlg> for SigningAlg {
    fn from(written: IdTokenAlg) -> Self {
        match written {
            IdTokenAlg::Rs256 => Self::Rs256,
            IdTokenAlg::Es256 => Self::Es256,
            IdTokenAlg::EdDsa => Self::EdDsa,
        }
    }
}
