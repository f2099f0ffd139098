//! pgAdmin 4: the wheel of its makers.

use doorstep_e2e::{
    http::{Answer, Ask, Visitor},
    person::Person,
    process::run,
    real_app::{RealApp, between, follow, python},
};
use serde_json::json;
use std::{fmt::Write, fs, process::Command};

const URL: &str = "https://pgadmin.apps.test";
const ADMINISTRATOR: (&str, &str) = ("ada@example.org", "a long password");

/// config_local.py: what any pgAdmin needs, and the delivered variables as its container writes them down.
async fn configure(app: &RealApp) {
    let mut text = format!(
        "SERVER_MODE = True\nDATA_DIR = '{0}'\nLOG_FILE = '{0}/pgadmin.log'\nDEFAULT_SERVER_PORT = {1}\n\
         UPGRADE_CHECK_ENABLED = False\n",
        app.home.display(),
        app.address().port()
    );
    for (name, value) in app.variables().await.pairs() {
        let name = name.strip_prefix("PGADMIN_CONFIG_").unwrap_or_else(|| panic!("{name} is no setting of pgAdmin"));
        writeln!(text, "{name} = {value}").expect("a text grows");
    }
    fs::write(app.home.join("config_local.py"), text).expect("the app's folder can be written");
}

async fn start(app: &mut RealApp) {
    configure(app).await;
    let mut command = app.command(python("pgadmin", "pgadmin4"));
    let path = format!("{}:{}", app.home.display(), road(app));
    app.start(command.env("PYTHONPATH", path)).await;
}

fn road(app: &RealApp) -> String {
    let command = app.command("true");
    let path = command.get_envs().find(|(name, _)| *name == "PYTHONPATH").and_then(|(_, value)| value);
    path.expect("the road is in the environment").to_string_lossy().into_owned()
}

#[tokio::test]
async fn pgadmin_makes_users_of_who_signs_in_and_of_nobody_else() {
    let mut app = RealApp::declared("pgadmin").await;
    configure(&app).await;
    // The first administrator, as its container makes one; with an address that somebody has here.
    let mut setup = app.command(python("pgadmin", "python"));
    let path = format!("{}:{}", app.home.display(), road(&app));
    setup.args(["-m", "pgadmin4.setup", "setup-db"]).env("PYTHONPATH", path);
    run(setup.env("PGADMIN_SETUP_EMAIL", ADMINISTRATOR.0).env("PGADMIN_SETUP_PASSWORD", ADMINISTRATOR.1));
    start(&mut app).await;

    for (person, mail) in [(&mut app.ada, "ada@example.org"), (&mut app.grace, "grace@example.org")] {
        let shown = sign_in(person).await;
        assert_eq!((shown.status.as_u16(), shown.url.path()), (200, "/browser/"), "{shown:?}");
        let who = who(&person.visitor).await;
        assert!(who.contains("auth_source: 'doorstep'"), "{mail}: {who}");
    }
    // The administrator of her address was not entered: both are people of their own, with the role User.
    let before = accounts(&app);
    let rows: Vec<Vec<&str>> = before.lines().map(|row| row.split('|').collect()).collect();
    assert_eq!(rows[0], ["ada@example.org", "internal", "ada@example.org", "Administrator"], "{before}");
    assert_eq!(rows[1][1..], ["oauth2", "ada@example.org", "User"], "{before}");
    assert_eq!(rows[2][1..], ["oauth2", "grace@example.org", "User"], "{before}");
    assert_eq!(rows.len(), 3, "{before}");
    let begin = begin(&app.mallory.visitor).await;
    let to = begin.location().unwrap_or_else(|| panic!("no way to sign in: {begin:?}"));
    app.mallory_gets_a_page_before_it(to.as_str()).await;

    // Its own passwords go on, as the entry says.
    let ((name, password), administrator) = (ADMINISTRATOR, app.stranger());
    assert!(signs_in_by_password(&administrator, name, password).await);
    strangers_stay_outside(&app, &administrator, &before).await;
    let out = app.grace.visitor.get(&format!("{URL}/logout")).navigating().send().await;
    follow(&app.grace.visitor, out).await;
    assert!(!inside(&app.grace.visitor).await, "signed out");

    // The line that the entry names closes its own passwords.
    app.stop();
    app.redeclare("set = { PGADMIN_CONFIG_AUTHENTICATION_SOURCES = \"['oauth2']\" }");
    start(&mut app).await;
    assert!(!signs_in_by_password(&app.stranger(), name, password).await);
    app.ada.visitor.forget_cookies();
    assert_eq!(sign_in(&mut app.ada).await.url.path(), "/browser/");
}

/// `administrator` is signed in, and shows that the addresses are right; `before` are the accounts.
async fn strangers_stay_outside(app: &RealApp, administrator: &Visitor, before: &str) {
    let stranger = app.stranger();
    let (none, own) = (token(&stranger).await, token_inside(administrator).await);
    let sign_in = "You must sign in to view this resource.";
    for (path, status, words) in [
        ("/browser/", 401, sign_in),
        ("/user_management/user/", 403, "Unauthorised access, permission denied."),
        ("/misc/bgprocess/", 401, sign_in),
        ("/settings/get_tree_state/", 401, sign_in),
    ] {
        let answer = scripted(&stranger, path, &none).send().await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert!(answer.body.contains(words), "{path}: {answer:?}");
        let answer = scripted(administrator, path, &own).send().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
    // It has no sign-up, and only administrators make accounts.
    let eve = json!({ "email": "eve@example.org", "role": 2, "active": true,
                      "newPassword": "evil passes", "confirmPassword": "evil passes" });
    for (path, status) in [("/register", 404), ("/user_management/save", 403)] {
        let ask = stranger.post(&format!("{URL}{path}")).on_own_page().header("x-pga-csrftoken", &none);
        let answer = ask.header("referer", format!("{URL}/browser/")).json(&eve).send().await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
    assert_eq!(accounts(app), before);
    let ask = administrator.post(&format!("{URL}/user_management/save")).on_own_page();
    let ask = ask.header("referer", format!("{URL}/browser/"));
    let made = ask.header("x-pga-csrftoken", &own).json(&eve).send().await;
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(accounts(app).lines().count(), before.lines().count() + 1);
    for (name, password) in [("ada@example.org", "ada"), ("grace@example.org", ""), ("grace", "grace")] {
        assert!(!signs_in_by_password(&stranger.stranger(), name, password).await, "{name}");
    }
}

async fn inside(visitor: &Visitor) -> bool {
    visitor.get(&format!("{URL}/browser/")).navigating().send().await.status == 200
}

/// The token of its sign-in page.
async fn token(visitor: &Visitor) -> String {
    let page = visitor.get(&format!("{URL}/login")).navigating().send().await;
    let page = if page.status == 200 { page } else { follow(visitor, page).await };
    let token = between(&page.body, "\"csrfToken\": \"", "\"").or_else(|| between(&page.body, "csrfToken\":\"", "\""));
    token.unwrap_or_else(|| panic!("no token: {page:?}")).to_owned()
}

/// Asks as its pages do, so that no refusal is for want of that.
fn scripted<'a>(visitor: &'a Visitor, path: &str, token: &str) -> Ask<'a> {
    let ask = visitor.get(&format!("{URL}{path}")).scripted().header("referer", format!("{URL}/browser/"));
    ask.header("x-pga-csrftoken", token)
}

/// The token of its pages for whoever is signed in.
async fn token_inside(visitor: &Visitor) -> String {
    let shown = visitor.get(&format!("{URL}/browser/js/utils.js")).send().await;
    let token = between(&shown.body, "pgAdmin['csrf_token'] = '", "'");
    token.unwrap_or_else(|| panic!("no token: {shown:?}")).to_owned()
}

/// Presses the button of its sign-in page.
async fn begin(visitor: &Visitor) -> Answer {
    let form = [("csrf_token", token(visitor).await), ("oauth2_button", "doorstep".to_owned())];
    visitor.post(&format!("{URL}/authenticate/login")).on_own_page().form(&form).send().await
}

async fn sign_in(person: &mut Person) -> Answer {
    let begin = begin(&person.visitor).await;
    let to = begin.location().unwrap_or_else(|| panic!("no way to sign in: {begin:?}"));
    person.open_app(to.as_str()).await
}

async fn signs_in_by_password(visitor: &Visitor, name: &str, password: &str) -> bool {
    let token = token(visitor).await;
    let form = [("csrf_token", token.as_str()), ("email", name), ("password", password), ("internal_button", "Login")];
    visitor.post(&format!("{URL}/authenticate/login")).on_own_page().form(&form).send().await;
    inside(visitor).await
}

/// Who is signed in, as its pages say to their scripts.
async fn who(visitor: &Visitor) -> String {
    let shown = visitor.get(&format!("{URL}/browser/js/utils.js")).send().await;
    between(&shown.body, "userMenuInfo: {", "}").unwrap_or_else(|| panic!("nobody is signed in: {shown:?}")).to_owned()
}

/// Every account: its name, where it comes from, its address and its role.
fn accounts(app: &RealApp) -> String {
    let statement = "SELECT u.username, u.auth_source, u.email, r.name FROM user u JOIN roles_users x ON x.user_id = u.id \
                     JOIN role r ON r.id = x.role_id ORDER BY u.id";
    run(Command::new("sqlite3").arg(app.home.join("pgadmin4.db")).arg(statement))
}
