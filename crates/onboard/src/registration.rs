//! What may be registered as a client: one checker for the catalog's entries and for what a person declares.
//!
//! It knows nothing of who asks; each finding names the key, which both spell alike.

use crate::{mistake::nearest, spec::ClientSpec};
use doorstep_core::{
    model::{ClientAuthMethod, PkcePolicy},
    oauth::{
        claims::is_reserved,
        redirect::{RedirectRules, RedirectUri, RedirectUriError},
        scope,
    },
};

/// What the addresses of a client may be.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// Schemes without a dot that its callbacks may have (RFC 8252 §7.1).
    pub(crate) schemes: &'a [String],
    /// Whether Doorstep itself is plain http.
    pub(crate) insecure_http: bool,
    /// Where the app lives. What stands below is as good as that.
    pub(crate) base: &'a str,
}

/// One thing that may not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The key that carries it.
    pub(crate) key: &'static str,
    /// The entry of a list that carries it.
    pub(crate) value: Option<String>,
    pub(crate) what: String,
    pub(crate) remedy: Option<String>,
}

impl Wrong {
    fn new(key: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { key, value: None, what: what.into(), remedy: Some(remedy.into()) }
    }
}

/// Everything about a client that may not be registered.
pub(crate) fn check(client: &ClientSpec, ground: Ground<'_>) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    addresses("callbacks", &client.redirect_uris, ground, &mut wrong);
    addresses("post_logout", &client.post_logout_redirect_uris, ground, &mut wrong);
    // Where a code is typed on another device, nobody is sent back.
    if client.redirect_uris.is_empty() && !client.device {
        let what = "an app that signs people in needs an address to send them back to";
        wrong.push(Wrong::new("callbacks", what, "add one"));
    }
    schemes(client, ground.schemes, &mut wrong);
    scopes(client, &mut wrong);
    if client.auth_method == ClientAuthMethod::None && client.pkce == PkcePolicy::Optional {
        // RFC 9700 §2.1.1
        let what = "a public client must send PKCE: it has no secret that would prove who redeems a code";
        wrong.push(Wrong::new("pkce", what, "leave `pkce` out"));
    }
    if let Some(role) = client.role_claim.as_ref().filter(|role| is_reserved(&role.claim)) {
        let what = format!("the claim `{}` has a meaning of its own", role.claim);
        wrong.push(Wrong::new("role_claim", what, "choose another name, such as `role`"));
    }
    wrong
}

fn addresses(key: &'static str, all: &[String], ground: Ground<'_>, wrong: &mut Vec<Wrong>) {
    for uri in all {
        if let Err(why) = address(uri, ground) {
            wrong.push(Wrong { key, value: Some(uri.clone()), what: why.to_string(), remedy: None });
        }
    }
}

/// One address; what may be one is core's to say (security rows 1, 8, 9, 10).
pub(crate) fn address(uri: &str, ground: Ground<'_>) -> Result<(), RedirectUriError> {
    let native = scheme_of(uri).is_some_and(|scheme| ground.schemes.iter().any(|known| known == scheme));
    let below = uri.strip_prefix(ground.base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    RedirectUri::register(uri, RedirectRules { native, insecure_http: ground.insecure_http || below }).map(|_| ())
}

fn scheme_of(uri: &str) -> Option<&str> {
    uri.split_once(':').map(|(scheme, _)| scheme)
}

fn schemes(client: &ClientSpec, schemes: &[String], wrong: &mut Vec<Wrong>) {
    for scheme in schemes {
        if !client.redirect_uris.iter().any(|uri| scheme_of(uri) == Some(scheme)) {
            let what = "no callback begins with this scheme".to_owned();
            let remedy = Some(format!("write the scheme alone, and a callback such as {scheme}://callback"));
            wrong.push(Wrong { key: "schemes", value: Some(scheme.clone()), what, remedy });
        }
    }
}

fn scopes(client: &ClientSpec, wrong: &mut Vec<Wrong>) {
    if !client.scopes.contains(scope::OPENID) {
        let what = "the scopes lack openid (OpenID Connect Core §3.1.2.1)";
        wrong.push(Wrong::new("scopes", what, "add \"openid\""));
    }
    for name in client.scopes.iter().filter(|name| !scope::SUPPORTED.contains(&name.as_str())) {
        let remedy = nearest(name, scope::SUPPORTED).map_or_else(
            || format!("known: {}", scope::SUPPORTED.join(", ")),
            |word| format!("did you mean `{word}`?"),
        );
        let what = "is not a scope that Doorstep knows".to_owned();
        wrong.push(Wrong { key: "scopes", value: Some(name.clone()), what, remedy: Some(remedy) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(uri: &str, schemes: &[&str], insecure_http: bool) -> bool {
        let schemes: Vec<String> = schemes.iter().map(|scheme| (*scheme).to_owned()).collect();
        address(uri, Ground { schemes: &schemes, insecure_http, base: "http://own.localhost" }).is_ok()
    }

    #[test]
    fn a_scheme_without_a_dot_is_for_apps_of_which_it_is_said() {
        for (uri, schemes, ok) in [
            ("kitchenowl:/signin/redirect", &["kitchenowl"][..], true),
            ("kitchenowl:/signin/redirect", &[], false),
            ("app.immich:///oauth-callback", &[], true),
            ("javascript:alert(1)", &["javascript"], false),
        ] {
            assert_eq!(allowed(uri, schemes, false), ok, "{uri}");
        }
    }

    #[test]
    fn plain_http_is_for_a_instance_that_is_plain_itself() {
        for (uri, insecure_http, ok) in [
            ("http://a.lan/cb", true, true),
            ("http://a.lan/cb", false, false),
            ("http://localhost:3000/cb", false, true),
            ("http://own.localhost/cb", false, true),
            ("http://own.localhost", false, true),
            ("http://own.localhost.evil.test/cb", false, false),
        ] {
            assert_eq!(allowed(uri, &[], insecure_http), ok, "{uri}");
        }
    }
}
