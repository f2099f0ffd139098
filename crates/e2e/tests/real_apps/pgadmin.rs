//! pgAdmin 4: the wheel of its makers.

use doorstep_e2e::{
    http::{Answer, Visitor},
    person::Person,
    process::run,
    real_app::{RealApp, between, follow, python},
};
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
    let accounts = accounts(&app);
    let rows: Vec<Vec<&str>> = accounts.lines().map(|row| row.split('|').collect()).collect();
    assert_eq!(rows[0], ["ada@example.org", "internal", "ada@example.org", "Administrator"], "{accounts}");
    assert_eq!(rows[1][1..], ["oauth2", "ada@example.org", "User"], "{accounts}");
    assert_eq!(rows[2][1..], ["oauth2", "grace@example.org", "User"], "{accounts}");
    assert_eq!(rows.len(), 3, "{accounts}");
    let begin = begin(&app.mallory.visitor).await;
    let to = begin.location().unwrap_or_else(|| panic!("no way to sign in: {begin:?}"));
    app.mallory_gets_a_page_before_it(to.as_str()).await;

    strangers_stay_outside(&app.stranger()).await;
    let out = app.grace.visitor.get(&format!("{URL}/logout")).navigating().send().await;
    follow(&app.grace.visitor, out).await;
    assert!(!inside(&app.grace.visitor).await, "signed out");

    // Its own passwords go on, as the entry says, and the line that it names closes them.
    let (name, password) = ADMINISTRATOR;
    assert!(signs_in_by_password(&app.stranger(), name, password).await);
    app.stop();
    app.redeclare("set = { PGADMIN_CONFIG_AUTHENTICATION_SOURCES = \"['oauth2']\" }");
    start(&mut app).await;
    assert!(!signs_in_by_password(&app.stranger(), name, password).await);
    app.ada.visitor.forget_cookies();
    assert_eq!(sign_in(&mut app.ada).await.url.path(), "/browser/");
}

async fn strangers_stay_outside(stranger: &Visitor) {
    for path in ["/browser/", "/user_management/user/", "/misc/bgprocess/", "/settings/get_tree_state/", "/sqleditor/"]
    {
        let answer = stranger.get(&format!("{URL}{path}")).navigating().send().await;
        let to = answer.location().map(|to| to.path().to_owned()).unwrap_or_default();
        assert!(to == "/login" || matches!(answer.status.as_u16(), 401 | 403 | 404), "{path}: {answer:?}");
    }
    for path in ["/register", "/browser/register", "/user_management/user/"] {
        let form = [("email", "eve@example.org"), ("password", "evil passes")];
        let answer = stranger.post(&format!("{URL}{path}")).form(&form).send().await;
        assert!(!answer.status.is_success(), "{path}: {answer:?}");
    }
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
