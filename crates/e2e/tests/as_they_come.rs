//! Relying parties with their own defaults, which send no PKCE: each signs in with nothing but what the documents say
//! to write for an app that the catalog does not know.

use doorstep_e2e::{
    instance::{Engine, Instance},
    relying_party::Library,
};

/// As in docs/catalog.md: an address and the callbacks.
const DECLARED: &str = "
[groups]
admins = [\"ada\"]

[apps.rp-node]
url = \"https://rp-node.apps.test\"
callbacks = [\"/callback\"]

[apps.rp-python]
url = \"https://rp-python.apps.test\"
callbacks = [\"/oidc/callback/\", \"/social/complete/oidc/\"]
";

#[tokio::test]
async fn libraries_without_pkce_sign_in_as_they_come() {
    let mut instance = Instance::provider(Engine::Sqlite, DECLARED).await;
    instance.start_script(Library::OpenidClient, "passport.mjs").await;
    instance.start_script(Library::Authlib, "django_parties.py").await;
    let mut ada = instance.ada().await;
    instance.doorstep.told(&["user", "set", "ada", "--email", "ada@example.org"]);
    for (library, path, by) in [
        (Library::OpenidClient, "/passport/", "passport"),
        (Library::Authlib, "/mozilla/", "mozilla_django_oidc.auth.OIDCAuthenticationBackend"),
        (Library::Authlib, "/social/", "social_core.backends.open_id_connect.OpenIdConnectAuth"),
    ] {
        // A session that is there already would take the new identity in beside the old one.
        ada.visitor.set_cookie(&library.host(), "sessionid", "");
        let shown = ada.open_app(&format!("{}{path}", library.url())).await;
        let learned = shown.json();
        assert_eq!(
            (learned["by"].as_str(), learned["email"].as_str()),
            (Some(by), Some("ada@example.org")),
            "{shown:?}"
        );
    }
    let log = instance.doorstep.printed();
    for app in ["rp-node", "rp-python"] {
        let told = log.lines().filter(|line| line.contains("without PKCE") && line.contains(app)).count();
        assert_eq!(told, 1, "{app} is told of once: {log}");
    }
}
