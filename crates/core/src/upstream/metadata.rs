//! How an upstream describes itself: OpenID Connect Discovery §4.2 and §4.3. What it says of anything but itself is not
//! believed.

use super::provider::{Kind, Upstream};
use serde_json::{Map, Value};

/// The place of a person's tenant in the issuer of [`Kind::EveryTenant`].
const TENANT: &str = "{tenantid}";

/// What is needed of the description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The issuer of ID Tokens; with a place for the tenant where each has its own.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where a code is exchanged.
    pub token_endpoint: String,
    /// Where its keys are; none where it signs nothing.
    pub jwks_uri: Option<String>,
    /// Where more is said of a person.
    pub userinfo_endpoint: Option<String>,
    /// Whether each answer says who gave it, RFC 9207 §3.
    pub names_itself: bool,
    /// How we prove who we are at the token endpoint.
    pub proof: ClientProof,
}

/// How a client secret is sent, OpenID Connect Core §9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientProof {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

/// Why a description is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMetadata {
    /// Discovery §4.3: it has to name the issuer at which it was asked for, byte for byte.
    #[error("it says that its issuer is `{said}`")]
    Issuer {
        /// What it says, cut short.
        said: String,
    },
    /// A member is missing or no text.
    #[error("it does not say its `{0}`")]
    Missing(&'static str),
    /// It cannot do what we need.
    #[error("it knows no way to send a client secret that is known here")]
    NoClientProof,
}

/// Where an upstream describes itself, Discovery §4; none where it does not.
pub fn discovery_address(upstream: &Upstream) -> Option<String> {
    match &upstream.kind {
        Kind::OpenId { issuer: at } | Kind::EveryTenant { authority: at } => {
            Some(format!("{}/.well-known/openid-configuration", at.trim_end_matches('/')))
        }
        Kind::GitHub { .. } => None,
    }
}

/// Reads the description that stood at [`discovery_address`].
pub fn read(upstream: &Upstream, document: &Map<String, Value>) -> Result<Metadata, BadMetadata> {
    let optional = |member: &str| document.get(member).and_then(Value::as_str).map(str::to_owned);
    let text = |member: &'static str| optional(member).ok_or(BadMetadata::Missing(member));
    let issuer = text("issuer")?;
    let fits = match &upstream.kind {
        Kind::OpenId { issuer: expected } => issuer == *expected,
        Kind::EveryTenant { authority } => of_every_tenant(authority) == Some(issuer.as_str().into()),
        Kind::GitHub { .. } => false,
    };
    if !fits {
        return Err(BadMetadata::Issuer { said: issuer.chars().take(120).collect() });
    }
    Ok(Metadata {
        issuer,
        authorization_endpoint: text("authorization_endpoint")?,
        token_endpoint: text("token_endpoint")?,
        jwks_uri: Some(text("jwks_uri")?),
        userinfo_endpoint: optional("userinfo_endpoint"),
        names_itself: document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
        proof: client_proof(document)?,
    })
}

/// GitHub describes itself in its documentation alone.
pub fn of_github(site: &str) -> Metadata {
    Metadata {
        issuer: site.to_owned(),
        authorization_endpoint: format!("{site}/login/oauth/authorize"),
        token_endpoint: format!("{site}/login/oauth/access_token"),
        jwks_uri: None,
        userinfo_endpoint: None,
        names_itself: false,
        proof: ClientProof::Post,
    }
}

/// `https://login.microsoftonline.com/common/v2.0` has issuers with the tenant in the place of `common`.
fn of_every_tenant(authority: &str) -> Option<String> {
    let (host, version) = authority.strip_prefix("https://")?.split_once('/')?;
    let (_, version) = version.split_once('/')?;
    Some(format!("https://{host}/{TENANT}/{version}"))
}

/// Whether `issuer` is that of the tenant `tenant`, which a token says beside it.
pub fn is_issuer_of(expected: &str, issuer: &str, tenant: Option<&str>) -> bool {
    if !expected.contains(TENANT) {
        return issuer == expected;
    }
    let is_tenant = |text: &&str| text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    tenant.filter(is_tenant).is_some_and(|tenant| issuer == expected.replace(TENANT, tenant))
}

/// Core §9: `client_secret_basic` where nothing is said.
fn client_proof(document: &Map<String, Value>) -> Result<ClientProof, BadMetadata> {
    let Some(said) = document.get("token_endpoint_auth_methods_supported") else { return Ok(ClientProof::Basic) };
    let knows = |method: &str| said.as_array().is_some_and(|all| all.iter().any(|one| one.as_str() == Some(method)));
    match (knows("client_secret_basic"), knows("client_secret_post")) {
        (true, _) => Ok(ClientProof::Basic),
        (false, true) => Ok(ClientProof::Post),
        (false, false) => Err(BadMetadata::NoClientProof),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sample, *};
    use serde_json::json;

    fn described(change: &Value) -> Result<Metadata, BadMetadata> {
        let mut document = sample::discovery();
        document.extend(change.as_object().unwrap().clone());
        document.retain(|_, value| !value.is_null());
        read(&sample::upstream(), &document)
    }

    #[test]
    fn security_26_a_description_names_the_issuer_that_was_asked_byte_for_byte() {
        assert_eq!(described(&json!({})).unwrap().issuer, "https://idp.test");
        for issuer in ["https://idp.test/", "https://IDP.test", "http://idp.test", "https://idp.test.evil.test", ""] {
            assert_eq!(described(&json!({ "issuer": issuer })), Err(BadMetadata::Issuer { said: issuer.into() }));
        }
        for member in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
            assert_eq!(described(&json!({ member: null })), Err(BadMetadata::Missing(member)));
            assert_eq!(described(&json!({ member: 1 })), Err(BadMetadata::Missing(member)));
        }
    }

    #[test]
    fn a_secret_is_sent_as_the_upstream_takes_it() {
        for (methods, expected) in [
            (Value::Null, Ok(ClientProof::Basic)),
            (json!(["client_secret_post", "client_secret_basic"]), Ok(ClientProof::Basic)),
            (json!(["private_key_jwt", "client_secret_post"]), Ok(ClientProof::Post)),
            (json!(["private_key_jwt", "none"]), Err(BadMetadata::NoClientProof)),
            (json!("client_secret_basic"), Err(BadMetadata::NoClientProof)),
        ] {
            let found = described(&json!({ "token_endpoint_auth_methods_supported": methods }));
            assert_eq!(found.map(|found| found.proof), expected, "{methods}");
        }
    }

    #[test]
    fn security_26_each_tenant_of_microsoft_has_an_issuer_of_its_own() {
        let authority = "https://login.microsoftonline.com/common/v2.0".to_owned();
        let upstream = Upstream { kind: Kind::EveryTenant { authority }, ..sample::upstream() };
        let mut document = sample::discovery();
        let template = "https://login.microsoftonline.com/{tenantid}/v2.0";
        document.insert("issuer".into(), template.into());
        assert_eq!(read(&upstream, &document).unwrap().issuer, template);
        document.insert("issuer".into(), "https://login.microsoftonline.com/common/v2.0".into());
        assert!(read(&upstream, &document).is_err());

        let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
        let issuer = format!("https://login.microsoftonline.com/{tenant}/v2.0");
        let other = "00000000-0000-0000-0000-000000000000";
        for (issuer, said, holds) in [
            (issuer.as_str(), Some(tenant), true),
            (&issuer, Some(other), false),
            (&issuer, None, false),
            (template, Some("{tenantid}"), false),
            ("https://login.microsoftonline.com/common/v2.0", Some("common"), false),
            ("https://evil.test/v2.0", Some(tenant), false),
        ] {
            assert_eq!(is_issuer_of(template, issuer, said), holds, "{issuer} {said:?}");
        }
    }
}
