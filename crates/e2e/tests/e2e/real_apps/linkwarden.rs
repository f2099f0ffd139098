//! Auth.js, set up from Linkwarden's variables as Linkwarden does it, which itself comes as a container only.
//!
//! What Linkwarden adds in code of its own is not run here: its sign-up, and which account it enters by a mail address.

use doorstep_e2e::{
    http::{Answer, Visitor},
    process::repository,
    real_app::{RealApp, current_node, node},
};
use serde_json::{Value, json};

const URL: &str = "https://linkwarden.apps.test";

#[tokio::test]
async fn auth_js_signs_people_in_as_linkwarden_sets_it_up_and_takes_no_password() {
    let mut app = RealApp::declared("linkwarden").await;
    node("next-auth/package.json");
    let delivered = app.variables().await;
    let mut command = app.command(current_node());
    command.arg(repository().join("crates/e2e/apps/node/linkwarden.cjs")).envs(delivered.pairs());
    app.start(command.env("PORT", app.address().port().to_string())).await;

    for (person, name, full) in [(&mut app.ada, "ada", "Ada Lovelace"), (&mut app.grace, "grace", "Grace Hopper")] {
        let begin = begin(&person.visitor).await;
        person.open_app(begin.as_str()).await;
        let who = who(&person.visitor).await;
        assert_eq!(who["user"]["email"], format!("{name}@example.org"), "{who}");
        assert_eq!(who["user"]["name"], full, "{who}");
    }
    let begin = begin(&app.mallory.visitor).await;
    app.mallory_gets_a_page_before_it(begin.as_str()).await;

    // A stranger: the one way in is the one that was delivered.
    let stranger = app.stranger();
    let offered = stranger.get(&format!("{URL}/api/v1/auth/providers")).send().await.json();
    assert_eq!(offered.as_object().map(|all| all.keys().collect::<Vec<_>>()), Some(vec![&"oidc".to_owned()]));
    for path in ["/callback/credentials", "/signin/credentials", "/callback/email", "/signin/email"] {
        let token = token(&stranger).await;
        let form =
            [("csrfToken", token.as_str()), ("username", "ada"), ("email", "ada@example.org"), ("password", "x")];
        let answer = stranger.post(&format!("{URL}/api/v1/auth{path}")).on_own_page().form(&form).send().await;
        assert_eq!(who(&stranger).await["user"], Value::Null, "{path}: {answer:?}");
    }
    let forged = format!("{URL}/api/v1/auth/callback/oidc?code=evil&state=evil&iss=https%3A%2F%2Fauth.home.test");
    stranger.get(&forged).navigating().send().await;
    assert_eq!(who(&stranger).await["user"], Value::Null);
    stranger.set_cookie("linkwarden.apps.test", "__Secure-next-auth.session-token", "evil");
    let shown = who(&stranger).await;
    assert_eq!(shown, json!({ "user": null, "accounts": ["ada@example.org", "grace@example.org"] }));

    let token = token(&app.ada.visitor).await;
    let out = app.ada.visitor.post(&format!("{URL}/api/v1/auth/signout")).on_own_page();
    out.form(&[("csrfToken", token.as_str())]).send().await;
    app.ada.visitor.get(&format!("{URL}/")).send().await;
    assert_eq!(who(&app.ada.visitor).await["user"], Value::Null, "signed out");
}

async fn who(visitor: &Visitor) -> Value {
    visitor.get(&format!("{URL}/")).send().await.json()
}

async fn token(visitor: &Visitor) -> String {
    let answer: Answer = visitor.get(&format!("{URL}/api/v1/auth/csrf")).send().await;
    answer.json()["csrfToken"].as_str().unwrap_or_else(|| panic!("no token: {answer:?}")).to_owned()
}

/// Presses its button.
async fn begin(visitor: &Visitor) -> String {
    let token = token(visitor).await;
    let form = [("csrfToken", token.as_str()), ("callbackUrl", URL)];
    let answer = visitor.post(&format!("{URL}/api/v1/auth/signin/oidc")).on_own_page().form(&form).send().await;
    answer.location().unwrap_or_else(|| panic!("no way to sign in: {answer:?}")).into()
}
