//! Miniflux: the program itself, on PostgreSQL.

use doorstep_e2e::{
    http::{Answer, Visitor},
    postgres::Postgres,
    process::{run, tool},
    real_app::{RealApp, between, follow, is_the_provider},
};
use std::process::Command;

/// What any Miniflux needs: where it listens, and where its database is.
fn miniflux(app: &RealApp, postgres: &Postgres) -> Command {
    let mut command = app.command(tool("miniflux"));
    command.env("LISTEN_ADDR", app.address().to_string());
    command.env("DATABASE_URL", format!("{}?sslmode=disable", postgres.url()));
    command
}

#[tokio::test]
async fn miniflux_makes_an_account_for_who_signs_in_and_for_nobody_else() {
    let mut app = RealApp::declared("miniflux").await;
    let postgres = Postgres::start().await;
    let delivered = app.variables().await;
    run(miniflux(&app, &postgres).envs(delivered.pairs()).arg("-migrate"));
    // As the entry says under "by hand": one administrator with a password, here with the address of somebody else.
    let mut make = miniflux(&app, &postgres);
    make.envs(delivered.pairs())
        .env("ADMIN_USERNAME", "root")
        .env("ADMIN_PASSWORD", "a long password")
        .env("CREATE_ADMIN", "1");
    app.start(&mut make).await;
    let start = app.at("/oauth2/oidc/redirect");

    for (person, name) in [(&mut app.ada, "ada"), (&mut app.grace, "grace")] {
        let shown = person.open_app(&start).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        let settings = person.visitor.get("https://miniflux.apps.test/settings").navigating().send().await;
        assert_eq!(user_name(&settings), name, "{settings:?}");
        // Nobody becomes administrator by signing in.
        let users = person.visitor.get("https://miniflux.apps.test/users").navigating().send().await;
        assert_eq!(users.status, 403, "{users:?}");
    }
    app.mallory_gets_a_page_before_it(&start).await;
    let names = postgres.query("doorstep", "SELECT username, is_admin, password <> '' FROM users ORDER BY 1");
    assert_eq!(names.trim(), "ada|f|f\ngrace|f|f\nroot|t|t");

    strangers_stay_outside(&app).await;

    // Its own passwords go on, as the entry says, and the line that it names closes them.
    assert!(signs_in_by_password(&app.stranger(), &app, "root", "a long password").await);
    app.stop();
    app.redeclare("set = { DISABLE_LOCAL_AUTH = \"1\" }");
    let delivered = app.variables().await;
    app.start(miniflux(&app, &postgres).envs(delivered.pairs())).await;
    assert!(!signs_in_by_password(&app.stranger(), &app, "root", "a long password").await);
    let shown = app.ada.open_app(&start).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let token = between(&shown.body, "name=\"csrf\" value=\"", "\"").unwrap_or_default();
    app.ada.visitor.post(&app.at("/logout")).on_own_page().form(&[("csrf", token)]).send().await;
    assert!(!inside(&app.ada.visitor, &app).await, "signed out");
}

/// A name that is an account there already is refused, and not entered.
#[tokio::test]
async fn miniflux_refuses_a_name_that_it_has() {
    let mut app = RealApp::declared("miniflux").await;
    let postgres = Postgres::start().await;
    let delivered = app.variables().await;
    let mut first = miniflux(&app, &postgres);
    first.envs(delivered.pairs()).env("RUN_MIGRATIONS", "1");
    first.env("CREATE_ADMIN", "1").env("ADMIN_USERNAME", "ada").env("ADMIN_PASSWORD", "a long password");
    app.start(&mut first).await;
    let shown = app.ada.open_app(&app.at("/oauth2/oidc/redirect")).await;
    let at = (shown.status.as_u16(), shown.url.host_str(), shown.url.path());
    assert_eq!(at, (400, Some("miniflux.apps.test"), "/oauth2/oidc/callback"), "{shown:?}");
    assert!(shown.body.contains("This user already exists."), "{shown:?}");
    assert!(!inside(&app.ada.visitor, &app).await, "the account of the same name was entered");
    assert_eq!(postgres.query("doorstep", "SELECT count(*) FROM users").trim(), "1");
}

async fn strangers_stay_outside(app: &RealApp) {
    let stranger = app.stranger();
    for path in ["/unread", "/settings", "/users", "/user/create"] {
        let answer = stranger.get(&app.at(path)).navigating().send().await;
        let end = follow(&stranger, answer).await;
        assert!(is_the_provider(&end.url) || end.url.path() == "/", "{end:?}");
    }
    for path in ["/v1/me", "/v1/users", "/v1/entries"] {
        for ask in [stranger.get(&app.at(path)), stranger.get(&app.at(path)).basic("ada", "")] {
            assert_eq!(ask.send().await.status, 401, "{path}");
        }
        let key = stranger.get(&app.at(path)).header("x-auth-token", "");
        assert_eq!(key.send().await.status, 401, "{path}");
    }
    for path in ["/user/save", "/register", "/signup"] {
        let answer =
            stranger.post(&app.at(path)).form(&[("username", "eve"), ("password", "evil passes")]).send().await;
        assert!(!inside(&stranger, app).await, "{path}: {answer:?}");
    }
    for (name, password) in [("ada", ""), ("ada", "ada"), ("ada@example.org", "ada")] {
        assert!(!signs_in_by_password(&app.stranger(), app, name, password).await, "{name}");
    }
}

/// Whether the form of its own lets somebody in.
async fn signs_in_by_password(visitor: &Visitor, app: &RealApp, name: &str, password: &str) -> bool {
    let page = visitor.get(&app.at("/")).navigating().send().await;
    let token = between(&page.body, "name=\"csrf\" value=\"", "\"").unwrap_or_default().to_owned();
    let form = [("csrf", token.as_str()), ("username", name), ("password", password)];
    visitor.post(&app.at("/login")).on_own_page().form(&form).send().await;
    inside(visitor, app).await
}

async fn inside(visitor: &Visitor, app: &RealApp) -> bool {
    visitor.get(&app.at("/settings")).navigating().send().await.status == 200
}

/// Whose page it is.
fn user_name(page: &Answer) -> &str {
    between(&page.body, "Logged in as ", "\"").unwrap_or_else(|| panic!("nobody is signed in: {page:?}"))
}
