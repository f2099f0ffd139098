//! Relying parties with their own defaults: each signs in with nothing but what the documents say to write for an app
//! that the catalog does not know, and what the library's own documents say to write for the app.
//!
//! passport, mozilla-django-oidc, python-social-auth and Apache's module send no PKCE; express-openid-connect and Auth.js
//! read the ID Token alone.

use doorstep_e2e::{
    echo::Seen,
    given::url_of,
    http::Answer,
    instance::{Engine, ISSUER, Instance},
    person::Person,
    wait,
};
use serde_json::json;
use std::time::Duration;
use url::Url;

/// As in docs/catalog.md: an address and the callbacks; and who may use what.
const DECLARED: &str = "
[groups]
admins = [\"ada\"]
users = [\"ada\", \"grace\"]

[apps.rp-node]
url = \"https://rp-node.apps.test\"
callbacks = [\"/callback\"]

[apps.rp-python]
url = \"https://rp-python.apps.test\"
callbacks = [\"/oidc/callback/\", \"/social/complete/oidc/\"]

[apps.rp-express]
url = \"https://rp-express.apps.test\"
callbacks = [\"/callback\", \"/quickstart/callback\"]
allow = [\"users\"]

[apps.rp-authjs]
url = \"https://rp-authjs.apps.test\"
callbacks = [\"/auth/callback/doorstep\"]
allow = [\"users\"]

[apps.rp-apache]
url = \"https://rp-apache.apps.test\"
callbacks = [\"/secure/redirect_uri\"]
allow = [\"users\"]
";

/// The instance, its relying parties, and three people: two in `users`, and one who is not.
struct Scene {
    instance: Instance,
    ada: Person,
    grace: Person,
    mallory: Person,
}

#[tokio::test]
async fn relying_parties_sign_in_as_they_come() {
    let mut instance = Instance::provider(Engine::Sqlite, DECLARED).await;
    for (app, script) in [
        ("rp-node", "passport.mjs"),
        ("rp-python", "django_parties.py"),
        ("rp-express", "express_openid_connect.mjs"),
        ("rp-authjs", "auth_js.mjs"),
    ] {
        instance.start_script(app, script).await;
    }
    instance.start_apache("rp-apache").await;
    let ada = instance.ada().await;
    instance.doorstep.reported(&["user", "set", "ada", "--email", "ada@example.org"]);
    let (grace, mallory) = (instance.newcomer("grace").await, instance.newcomer("mallory").await);
    instance.doorstep.reported(&["user", "set", "grace", "--email", "grace@example.org", "--name", "Grace Hopper"]);
    let mut scene = Scene { instance, ada, grace, mallory };

    scene.libraries_that_send_no_pkce().await;
    scene.express_openid_connect().await;
    scene.auth_js().await;
    scene.apache().await;
    scene.apache_reads_errors_without_iss().await;
    scene.who_may_not_use_an_app_gets_a_page_before_it().await;
}

impl Scene {
    async fn libraries_that_send_no_pkce(&mut self) {
        for (app, path, by) in [
            ("rp-node", "/passport/", "passport"),
            ("rp-python", "/mozilla/", "mozilla_django_oidc.auth.OIDCAuthenticationBackend"),
            ("rp-python", "/social/", "social_core.backends.open_id_connect.OpenIdConnectAuth"),
        ] {
            // A session that is there already would take the new identity in beside the old one.
            self.ada.visitor.set_cookie(&format!("{app}.apps.test"), "sessionid", "");
            let shown = self.ada.open_app(&format!("{}{path}", url_of(app))).await;
            let learned = shown.json();
            assert_eq!(
                (learned["by"].as_str(), learned["email"].as_str()),
                (Some(by), Some("ada@example.org")),
                "{shown:?}"
            );
        }
        let log = self.instance.doorstep.printed();
        for app in ["rp-node", "rp-python"] {
            let reported = log.lines().filter(|line| line.contains("without PKCE") && line.contains(app)).count();
            assert_eq!(reported, 1, "{app} is told of once: {log}");
        }
    }

    async fn express_openid_connect(&mut self) {
        let app = url_of("rp-express");
        for (person, name, groups) in
            [(&mut self.ada, "ada", json!(["admins", "users"])), (&mut self.grace, "grace", json!(["users"]))]
        {
            let shown = person.open_app(&app).await;
            let user = &shown.json()["user"];
            assert_eq!(user["preferred_username"], name, "{shown:?}");
            assert_eq!(user["email"], format!("{name}@example.org"), "{shown:?}");
            assert_eq!(user["groups"], groups, "{shown:?}");
        }
        // Signing out there signs out here without a question, and the app's next page is a sign-in again.
        let out = self.grace.visitor.get(&format!("{app}/logout")).navigating().send().await;
        let end = follow(&self.grace, out).await;
        assert_eq!((end.url.path(), end.url.origin()), ("/login", Url::parse(ISSUER).unwrap().origin()), "{end:?}");
        assert!(!self.grace.is_signed_in().await);
        assert!(self.ada.is_signed_in().await);

        // As the library's quickstart has it, it asks for the implicit flow, and is told what to change.
        let refused = self.ada.open_app(&format!("{app}/quickstart")).await;
        assert!(refused.body.contains("set the app to the authorization code flow"), "{refused:?}");
        let shown = press_the_button_of_the_form(&self.ada, &refused).await;
        assert!(shown.body.contains("authorization response from the server is an error"), "{shown:?}");
        let log = self.instance.doorstep.printed();
        let reported =
            |line: &str| line.contains("rp-express") && line.contains("set the app to the authorization code flow");
        assert!(log.lines().any(reported), "{log}");
    }

    async fn auth_js(&mut self) {
        for (person, email) in [(&mut self.ada, "ada@example.org"), (&mut self.grace, "grace@example.org")] {
            let shown = press_the_button_of_auth_js(person).await;
            let learned = shown.json();
            assert_eq!(learned["user"]["email"], email, "{shown:?}");
            assert!(!learned["user"]["name"].as_str().unwrap_or_default().is_empty(), "{shown:?}");
        }
    }

    async fn apache(&mut self) {
        let app = url_of("rp-apache");
        for (person, name, groups) in [(&mut self.ada, "ada", "admins,users"), (&mut self.grace, "grace", "users")] {
            let shown = person.open_app(&format!("{app}/secure/page")).await;
            let seen = seen_by_the_app(&shown);
            assert_eq!(seen.target, "/secure/page");
            assert_eq!(seen.all("oidc_claim_preferred_username"), [name], "{seen:?}");
            assert_eq!(seen.all("oidc_claim_email"), [format!("{name}@example.org")], "{seen:?}");
            assert_eq!(seen.all("oidc_claim_groups"), [groups], "{seen:?}");
        }
        // Its own address for signing out.
        let out = format!("{app}/secure/redirect_uri?logout=https%3A%2F%2Frp-apache.apps.test%2F");
        let out = self.grace.visitor.get(&out).navigating().send().await;
        let end = follow(&self.grace, out).await;
        assert_eq!(end.url.as_str(), format!("{app}/"), "{end:?}");
        assert!(!self.grace.is_signed_in().await);
        assert!(self.ada.is_signed_in().await);
    }

    /// Debian 12's module takes an error that carries `iss` for another message. Its README's lines sign in all the same;
    /// `iss_parameter = false` lets it read errors too.
    async fn apache_reads_errors_without_iss(&mut self) {
        let silent = format!("{}/secure/silent", url_of("rp-apache"));
        let shown = self.instance.stranger().open_app(&silent).await;
        assert!(shown.body.contains("target_link_uri"), "as in Debian 12, or mended: {shown:?}");
        // The contract of a client that works changes, which waits for a word.
        self.instance.doorstep.declare(&format!("{DECLARED}iss_parameter = false\n"));
        self.instance.doorstep.reported(&["apply", "--accept", "rp-apache"]);
        wait::until("an error that the module reads", Duration::from_mins(1), || async {
            let shown = self.instance.stranger().open_app(&silent).await;
            shown.body.contains("login_required").then_some(())
        })
        .await;
        let shown = self.ada.open_app(&silent).await;
        assert_eq!(seen_by_the_app(&shown).all("oidc_claim_preferred_username"), ["ada"]);
    }

    async fn who_may_not_use_an_app_gets_a_page_before_it(&mut self) {
        for app in ["rp-express", "rp-apache"] {
            let path = if app == "rp-apache" { "/secure/page" } else { "/" };
            let page = self.mallory.open_app(&format!("{}{path}", url_of(app))).await;
            assert_eq!((page.status.as_u16(), page.url.path()), (403, "/authorize"), "{page:?}");
            assert!(page.body.contains(app), "{page:?}");
        }
        let page = press_the_button_of_auth_js(&mut self.mallory).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (403, "/authorize"), "{page:?}");
    }
}

/// What Apache let through to the app behind it.
fn seen_by_the_app(shown: &Answer) -> Seen {
    serde_json::from_str(&shown.body).unwrap_or_else(|error| panic!("{error}: {shown:?}"))
}

/// On the library's own sign-in page: its form with the one button.
async fn press_the_button_of_auth_js(person: &mut Person) -> Answer {
    let app = url_of("rp-authjs");
    let page = person.visitor.get(&format!("{app}/auth/signin")).navigating().send().await;
    let token = page.body.split("name=\"csrfToken\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let token = token.unwrap_or_else(|| panic!("no form: {page:?}"));
    let form = [("csrfToken", token), ("callbackUrl", &app)];
    let pressed = person.visitor.post(&format!("{app}/auth/signin/doorstep")).on_own_page().form(&form).send().await;
    let to = pressed.location().unwrap_or_else(|| panic!("no way to sign in: {pressed:?}"));
    person.open_app(to.as_str()).await
}

/// As the browser does with an answer by `response_mode=form_post`: sends on all that is hidden in the form.
async fn press_the_button_of_the_form(person: &Person, page: &Answer) -> Answer {
    let between = |text: &str, from: &str| Some(text.split_once(from)?.1.split_once('"')?.0.to_owned());
    let action = between(&page.body, "method=\"post\" action=\"").unwrap_or_else(|| panic!("no form: {page:?}"));
    let fields = page.body.split("<input type=\"hidden\" ").skip(1);
    let fields: Vec<_> =
        fields.filter_map(|field| Some((between(field, "name=\"")?, between(field, "value=\"")?))).collect();
    person.visitor.post(&action).form(&fields).send().await
}

/// Follows redirects to their end, and signs in nowhere.
async fn follow(person: &Person, mut answer: Answer) -> Answer {
    for _ in 0..12 {
        let Some(to) = answer.location() else { return answer };
        answer = person.visitor.get(to.as_str()).navigating().send().await;
    }
    panic!("it goes in circles: {answer:?}")
}
