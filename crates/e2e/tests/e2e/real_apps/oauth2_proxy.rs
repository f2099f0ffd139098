//! oauth2-proxy: the program itself, in front of an app that shows what it is sent.

use doorstep_e2e::{
    echo::Seen,
    http::Answer,
    process::tool,
    real_app::{RealApp, follow},
};

#[tokio::test]
async fn oauth2_proxy_lets_in_who_signs_in_and_nobody_else() {
    let mut app = RealApp::declared("oauth2-proxy").await;
    let delivered = app.variables().await;
    let mut command = app.command(tool("oauth2-proxy"));
    command.envs(delivered.pairs());
    command.env("OAUTH2_PROXY_HTTP_ADDRESS", app.address().to_string());
    command.env("OAUTH2_PROXY_UPSTREAMS", format!("http://{}", app.instance.echo.upstream()));
    command.env("OAUTH2_PROXY_REVERSE_PROXY", "true").env("OAUTH2_PROXY_TRUSTED_PROXY_IPS", "127.0.0.1/32");
    app.start(&mut command).await;
    let start = app.at("/oauth2/start?rd=%2Fpage");

    // Each arrives where they wanted to go, under their own name.
    for (person, name, groups) in [(&mut app.ada, "ada", "admins,users"), (&mut app.grace, "grace", "users")] {
        let seen = seen(&person.open_app(&start).await);
        assert_eq!(seen.target, "/page");
        assert_eq!(seen.all("x-forwarded-email"), [format!("{name}@example.org")], "{seen:?}");
        assert_eq!(seen.all("x-forwarded-preferred-username"), [name], "{seen:?}");
        assert_eq!(seen.all("x-forwarded-groups"), [groups], "{seen:?}");
    }
    app.mallory_gets_a_page_before_it(&start).await;

    // A stranger: no name that they send themselves is taken for one, and no password is.
    let stranger = app.stranger();
    for ask in [
        stranger.get(&app.at("/page")),
        stranger.get(&app.at("/page")).basic("ada", "ada"),
        stranger.get(&app.at("/page")).bearer("ada"),
        stranger.get(&app.at("/page")).header("x-forwarded-email", "ada@example.org").header("x-forwarded-user", "ada"),
    ] {
        let answer = ask.send().await;
        assert_eq!(answer.status, 403, "{answer:?}");
        assert!(!answer.body.contains("\"target\""), "the app behind was reached: {answer:?}");
    }

    // Its page for passwords of its own has nothing to check them against, and says 200 with the same page again.
    let form = [("username", "ada"), ("password", "ada")];
    stranger.post(&app.at("/oauth2/sign_in")).form(&form).send().await;
    assert_eq!(stranger.get(&app.at("/page")).send().await.status, 403);

    // Signed out there, out there.
    let out = app.ada.visitor.get(&app.at("/oauth2/sign_out")).navigating().send().await;
    follow(&app.ada.visitor, out).await;
    assert_eq!(app.ada.visitor.get(&app.at("/page")).navigating().send().await.status, 403);
}

fn seen(shown: &Answer) -> Seen {
    serde_json::from_str(&shown.body).unwrap_or_else(|error| panic!("{error}: {shown:?}"))
}
