//! Miniflux: the program itself, on PostgreSQL.

use doorstep_e2e::{
    http::{Answer, Visitor},
    postgres::Postgres,
    process::{run, tool},
    real_app::{RealApp, between, follow},
};
use std::process::Command;

/// Its administrator with a password.
const ROOT: (&str, &str) = ("root", "a-long-password");
/// What stands before the token of a form.
const CSRF: &str = "name=\"csrf\" value=\"";

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
    make.envs(delivered.pairs()).env("ADMIN_USERNAME", ROOT.0).env("ADMIN_PASSWORD", ROOT.1).env("CREATE_ADMIN", "1");
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

    // Its own passwords go on, as the entry says.
    let root = app.stranger();
    assert!(signs_in_by_password(&root, &app, ROOT.0, ROOT.1).await);
    strangers_stay_outside(&app, &postgres, &root).await;

    // The line that the entry names closes them, to a session that has the token of the form already, too.
    let early = app.stranger();
    let left = token(&early, &app).await.expect("its form has a token");
    app.stop();
    app.redeclare("set = { DISABLE_LOCAL_AUTH = \"1\" }");
    let delivered = app.variables().await;
    app.start(miniflux(&app, &postgres).envs(delivered.pairs())).await;
    assert_eq!(token(&app.stranger(), &app).await, None, "the form is there still");
    assert!(!enters(&early, &app, &left, ROOT).await);
    let shown = app.ada.open_app(&start).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    let token = between(&shown.body, CSRF, "\"").expect("the page has a token");
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

/// `root` is signed in as an administrator, and shows that the addresses are right.
async fn strangers_stay_outside(app: &RealApp, postgres: &Postgres, root: &Visitor) {
    let stranger = app.stranger();
    for path in ["/unread", "/settings", "/users", "/user/create"] {
        let answer = stranger.get(&app.at(path)).navigating().send().await;
        let end = follow(&stranger, answer).await;
        let back = format!("/?redirect_url={}", path.replace('/', "%2F"));
        assert_eq!((end.status.as_u16(), end.url.as_str()), (200, app.at(&back).as_str()), "{end:?}");
        let shown = root.get(&app.at(path)).navigating().send().await;
        assert_eq!(shown.status, 200, "{path}: {shown:?}");
    }
    for path in ["/v1/me", "/v1/users", "/v1/entries"] {
        for ask in [stranger.get(&app.at(path)), stranger.get(&app.at(path)).basic("ada", "")] {
            assert_eq!(ask.send().await.status, 401, "{path}");
        }
        let key = stranger.get(&app.at(path)).header("x-auth-token", "");
        assert_eq!(key.send().await.status, 401, "{path}");
        let shown = stranger.get(&app.at(path)).basic(ROOT.0, ROOT.1).send().await;
        assert_eq!(shown.status, 200, "{path}: {shown:?}");
    }
    // Only administrators make accounts.
    let (count, none) = ("SELECT count(*) FROM users", token(&stranger, app).await.expect("its form has a token"));
    let eve =
        |token| [("csrf", token), ("username", "eve"), ("password", "evil passes"), ("confirmation", "evil passes")];
    let answer = stranger.post(&app.at("/user/save")).on_own_page().form(&eve(none.as_str())).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (302, Some("/?redirect_url=%2Fuser%2Fsave")));
    assert_eq!(postgres.query("doorstep", count).trim(), "3");
    let form = root.get(&app.at("/user/create")).navigating().send().await;
    let own = between(&form.body, CSRF, "\"").expect("its form has a token");
    root.post(&app.at("/user/save")).on_own_page().form(&eve(own)).send().await;
    assert_eq!(postgres.query("doorstep", count).trim(), "4");
    for (name, password) in [("ada", ""), ("ada", "ada"), ("ada@example.org", "ada")] {
        assert!(!signs_in_by_password(&app.stranger(), app, name, password).await, "{name}");
    }
}

/// The token of its form for passwords, where it has one.
async fn token(visitor: &Visitor, app: &RealApp) -> Option<String> {
    let page = visitor.get(&app.at("/")).navigating().send().await;
    between(&page.body, CSRF, "\"").map(str::to_owned)
}

/// Whether the form of its own lets somebody in.
async fn signs_in_by_password(visitor: &Visitor, app: &RealApp, name: &str, password: &str) -> bool {
    let token = token(visitor, app).await.expect("its form has a token");
    enters(visitor, app, &token, (name, password)).await
}

/// The same with a token of before.
async fn enters(visitor: &Visitor, app: &RealApp, token: &str, (name, password): (&str, &str)) -> bool {
    let form = [("csrf", token), ("username", name), ("password", password)];
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
