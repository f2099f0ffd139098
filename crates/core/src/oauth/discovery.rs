//! The metadata document: OpenID Connect Discovery §3, RFC 8414 §2, RP-Initiated Logout §2.1, RFC 8628 §4, RFC 9207 §3.
//!
//! One document for `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`: the
//! second format is a superset of the first. It names what is there and nothing else.

use super::{claims, prompt::Prompt, response_mode::ResponseMode, scope, token_request::GRANT_TYPES};
use crate::model::{Acr, SigningAlg};
use doorstep_words::Language;
use serde::Serialize;

/// The metadata, to be serialised as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the document, under its registered name")]
#[expect(missing_docs, reason = "each is a member of the document, under its registered name")]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    pub device_authorization_endpoint: String,
    pub revocation_endpoint: String,
    pub end_session_endpoint: String,
    pub scopes_supported: Vec<&'static str>,
    pub response_types_supported: Vec<&'static str>,
    pub response_modes_supported: Vec<&'static str>,
    pub grant_types_supported: Vec<&'static str>,
    pub subject_types_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    pub code_challenge_methods_supported: Vec<&'static str>,
    pub prompt_values_supported: Vec<&'static str>,
    pub acr_values_supported: Vec<&'static str>,
    pub claim_types_supported: Vec<&'static str>,
    pub claims_supported: Vec<&'static str>,
    pub ui_locales_supported: Vec<&'static str>,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    pub authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// The document of `issuer`, which has no trailing slash. `algs` are those that have a key in the JWKS;
    /// they are listed in the order of [`SigningAlg::ALL`], RS256 first.
    ///
    /// `iss` promises `iss` in authorization responses: true when *every* client that is on gets it. RFC 9207 §2.4
    /// makes a client that reads the promise refuse a response without `iss`; so one client for which it is off takes
    /// the promise back for all. Responses to the others still carry it, and libraries still compare an `iss` that is
    /// there.
    pub fn of(issuer: &str, algs: &[SigningAlg], iss: bool) -> Self {
        let at = |path: &str| format!("{issuer}{path}");
        let methods = || vec!["client_secret_basic", "client_secret_post", "none"];
        let algs = SigningAlg::ALL.iter().filter(|alg| algs.contains(alg)).map(|alg| alg.as_str());
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at("/authorize"),
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks"),
            device_authorization_endpoint: at("/device_authorization"),
            revocation_endpoint: at("/revoke"),
            end_session_endpoint: at("/end_session"),
            scopes_supported: scope::SUPPORTED.to_vec(),
            response_types_supported: vec!["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).to_vec(),
            grant_types_supported: GRANT_TYPES.to_vec(),
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: algs.collect(),
            token_endpoint_auth_methods_supported: methods(),
            revocation_endpoint_auth_methods_supported: methods(),
            code_challenge_methods_supported: vec!["S256"],
            prompt_values_supported: Prompt::ALL.map(Prompt::as_str).to_vec(),
            acr_values_supported: Acr::ALL.map(Acr::as_str).to_vec(),
            claim_types_supported: vec!["normal"],
            claims_supported: claims::SUPPORTED.to_vec(),
            ui_locales_supported: Language::ALL.map(Language::tag).to_vec(),
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: iss,
        }
    }

    /// The same for programs that reach the instance at `internal`: where they ask is there, where they send people
    /// is not. The issuer is what it is (OpenID Connect Discovery §4.3 compares it with what an app was told, and every
    /// token names it).
    #[must_use]
    pub fn inside(self, internal: &str) -> Self {
        let at = |path: &str| format!("{internal}{path}");
        Self {
            token_endpoint: at("/token"),
            userinfo_endpoint: at("/userinfo"),
            jwks_uri: at("/jwks"),
            device_authorization_endpoint: at("/device_authorization"),
            revocation_endpoint: at("/revoke"),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn document() -> Metadata {
        let algs = [SigningAlg::EdDsa, SigningAlg::Es256, SigningAlg::Rs256];
        Metadata::of("https://auth.example.org", &algs, true)
    }

    #[test]
    fn oidc_discovery_3_the_document() {
        let document = serde_json::to_value(document()).unwrap();
        let members = document.as_object().unwrap().iter();
        let lines: BTreeSet<_> = members.map(|(name, value)| format!("{name} {value}")).collect();
        insta::assert_snapshot!(lines.into_iter().collect::<Vec<_>>().join("\n"), @r#"
        acr_values_supported ["phr","mfa","pwd"]
        authorization_endpoint "https://auth.example.org/authorize"
        authorization_response_iss_parameter_supported true
        claim_types_supported ["normal"]
        claims_parameter_supported false
        claims_supported ["sub","iss","aud","exp","iat","auth_time","nonce","acr","amr","sid","at_hash","name","given_name","family_name","preferred_username","updated_at","email","email_verified","groups"]
        code_challenge_methods_supported ["S256"]
        device_authorization_endpoint "https://auth.example.org/device_authorization"
        end_session_endpoint "https://auth.example.org/end_session"
        grant_types_supported ["authorization_code","refresh_token","urn:ietf:params:oauth:grant-type:device_code"]
        id_token_signing_alg_values_supported ["RS256","ES256","EdDSA"]
        issuer "https://auth.example.org"
        jwks_uri "https://auth.example.org/jwks"
        prompt_values_supported ["none","login","consent","select_account"]
        request_parameter_supported false
        request_uri_parameter_supported false
        response_modes_supported ["query","form_post"]
        response_types_supported ["code"]
        revocation_endpoint "https://auth.example.org/revoke"
        revocation_endpoint_auth_methods_supported ["client_secret_basic","client_secret_post","none"]
        scopes_supported ["openid","profile","email","groups","offline_access"]
        subject_types_supported ["public"]
        token_endpoint "https://auth.example.org/token"
        token_endpoint_auth_methods_supported ["client_secret_basic","client_secret_post","none"]
        ui_locales_supported ["de","en","es","fr","it","nl","pl","pt","zh-Hans","ja"]
        userinfo_endpoint "https://auth.example.org/userinfo"
        "#);
    }

    #[test]
    fn oidc_discovery_3_only_algorithms_that_have_a_key() {
        let document = Metadata::of("https://auth.example.org", &[SigningAlg::Rs256], true);
        assert_eq!(document.id_token_signing_alg_values_supported, ["RS256"]);
    }

    #[test]
    fn the_document_for_programs_inside_differs_in_where_they_ask_and_nothing_else() {
        let (public, inside) = (document(), document().inside("http://doorstep:8480"));
        let [public, inside] = [public, inside].map(|document| serde_json::to_value(document).unwrap());
        let differ: Vec<_> =
            public.as_object().unwrap().iter().filter(|(name, value)| inside[name.as_str()] != **value).collect();
        let names: BTreeSet<_> = differ.iter().map(|(name, _)| name.as_str()).collect();
        let told =
            ["device_authorization_endpoint", "jwks_uri", "revocation_endpoint", "token_endpoint", "userinfo_endpoint"];
        assert_eq!(names, told.into());
        assert_eq!(inside["token_endpoint"], "http://doorstep:8480/token");
    }

    #[test]
    fn security_111_nothing_of_the_implicit_or_password_grant() {
        let document = document();
        assert_eq!(document.response_types_supported, ["code"]);
        assert_eq!(
            document.grant_types_supported,
            ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
        );
    }
}
