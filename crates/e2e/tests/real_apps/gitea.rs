//! Gitea: the program itself, on PostgreSQL. Its commands call Doorstep while they run, so each test has several threads.

use doorstep_e2e::{
    http::Visitor,
    postgres::Postgres,
    process::{is_root, run, tool},
    real_app::{RealApp, between, follow},
};
use std::{fs, path::PathBuf, process::Command};

const URL: &str = "https://gitea.apps.test";

/// Its program, with what any Gitea needs: where it keeps things, and its templates, which its image has inside.
fn gitea(app: &RealApp) -> Command {
    let mut command = app.command(tool("gitea"));
    command.env("GITEA_WORK_DIR", &app.home).env("GITEA_CUSTOM", app.home.join("custom"));
    if is_root() {
        command.env("GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT", "true");
    }
    command
}

/// Writes the delivered variables into its settings, as its image does at each start.
async fn configure(app: &RealApp, postgres: &Postgres) -> PathBuf {
    let file = app.home.join("app.ini");
    let database = postgres.url();
    let host = between(&database, "@", "/").expect("a host").to_owned();
    let own = format!(
        "[database]\nDB_TYPE = postgres\nHOST = {host}\nNAME = doorstep\nUSER = postgres\nSSL_MODE = disable\n\
         [server]\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = {}\nDISABLE_SSH = true\nSTATIC_ROOT_PATH = {}\nOFFLINE_MODE = true\n\
         [security]\nINTERNAL_TOKEN = only-for-this-test\nSECRET_KEY = only-for-this-test\n\
         [oauth2]\nENABLED = false\n[indexer]\nISSUE_INDEXER_TYPE = db\n",
        app.address().port(),
        tool("gitea-files").display()
    );
    fs::write(&file, own).expect("the app's folder can be written");
    let delivered = app.variables().await;
    let mut write = gitea(app);
    run(write.args(["config", "edit-ini", "--in-place", "--apply-env", "--config"]).arg(&file).envs(delivered.pairs()));
    file
}

/// The command that stands in the delivered file as left to do by hand.
async fn command_by_hand(app: &RealApp) -> Vec<String> {
    let text = fs::read_to_string(app.file("env").await).expect("the delivered file");
    let line = text.lines().find_map(|line| line.strip_prefix("# $ gitea "));
    let line = line.unwrap_or_else(|| panic!("no command to run by hand"));
    line.split(' ').map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn gitea_signs_people_in_and_nobody_registers() {
    let mut app = RealApp::declared("gitea").await;
    let postgres = Postgres::start().await;
    let config = configure(&app, &postgres).await;
    run(gitea(&app).args(["migrate", "--config"]).arg(&config));
    run(gitea(&app).args(command_by_hand(&app).await).arg("--config").arg(&config));
    let mut web = gitea(&app);
    app.start(web.args(["web", "--config"]).arg(&config)).await;
    nobody_registers(&app.stranger()).await;
    let start = format!("{URL}/user/oauth2/doorstep");

    // The first becomes administrator, as the entry says; here it is who is one by group, too.
    for (person, name) in [(&mut app.ada, "ada"), (&mut app.grace, "grace")] {
        person.open_app(&start).await;
        assert_eq!(signed_in_as(&person.visitor).await.as_deref(), Some(name));
    }
    let rows = "SELECT lower_name, email, full_name, is_admin FROM \"user\" ORDER BY id";
    let rows = postgres.query("doorstep", rows);
    assert_eq!(rows.trim(), "ada|ada@example.org|Ada Lovelace|t\ngrace|grace@example.org|Grace Hopper|f");
    app.mallory_gets_a_page_before_it(&start).await;
    nobody_registers(&app.stranger()).await;
    strangers_stay_outside(&app.stranger()).await;

    // Out there, out here, and back at its start.
    let out = app.grace.visitor.get(&format!("{URL}/user/logout")).navigating().send().await;
    let to = out.location().unwrap_or_else(|| panic!("no way out: {out:?}"));
    assert!(
        to.query_pairs().any(|(key, value)| key == "post_logout_redirect_uri" && value == format!("{URL}/")),
        "{to}"
    );
    let end = follow(&app.grace.visitor, out).await;
    assert!(end.status.is_success(), "the address after the sign-out is not registered: {end:?}");
    assert_eq!(signed_in_as(&app.grace.visitor).await, None);
}

/// An account of the same name from before is not entered without its password.
#[tokio::test(flavor = "multi_thread")]
async fn gitea_enters_no_account_by_name_or_mail_address() {
    let mut app = RealApp::declared("gitea").await;
    let postgres = Postgres::start().await;
    let config = configure(&app, &postgres).await;
    run(gitea(&app).args(["migrate", "--config"]).arg(&config));
    run(gitea(&app).args(command_by_hand(&app).await).arg("--config").arg(&config));
    let account = ["--username", "ada", "--email", "ada@example.org", "--password", "a-long-password", "--admin"];
    run(gitea(&app).args(["admin", "user", "create"]).args(account).arg("--config").arg(&config));
    let mut web = gitea(&app);
    app.start(web.args(["web", "--config"]).arg(&config)).await;
    let shown = app.ada.open_app(&format!("{URL}/user/oauth2/doorstep")).await;
    assert_eq!(shown.url.path(), "/user/link_account", "{shown:?}");
    assert_eq!(signed_in_as(&app.ada.visitor).await, None);
    assert_eq!(postgres.query("doorstep", "SELECT count(*) FROM \"user\"").trim(), "1");

    // Its own passwords go on, by its form and its API, as the entry says.
    let (name, password) = ("ada", "a-long-password");
    assert_eq!(signs_in_by_password(&app.stranger(), name, password).await, (303, Some(name.to_owned())));
    let api =
        async |app: &RealApp| app.stranger().get(&format!("{URL}/api/v1/user")).basic(name, password).send().await;
    let shown = api(&app).await;
    assert_eq!(shown.status, 200, "{shown:?}");

    // The lines that the entry names close them.
    app.stop();
    let closed = |what| format!("GITEA__service__ENABLE_{what} = \"false\"");
    let [form, passkey, basic] = ["PASSWORD_SIGNIN_FORM", "PASSKEY_AUTHENTICATION", "BASIC_AUTHENTICATION"].map(closed);
    app.redeclare(&format!("set = {{ {form}, {passkey}, {basic} }}"));
    let config = configure(&app, &postgres).await;
    app.start(gitea(&app).args(["web", "--config"]).arg(&config)).await;
    assert_eq!(signs_in_by_password(&app.stranger(), name, password).await, (403, None));
    assert_eq!(api(&app).await.status, 401);
}

async fn nobody_registers(stranger: &Visitor) {
    let form =
        [("user_name", "eve"), ("email", "eve@example.org"), ("password", "evil passes"), ("retype", "evil passes")];
    for (path, status) in [("/user/sign_up", 403), ("/user/login/openid", 403), ("/install", 303)] {
        let answer = stranger.post(&format!("{URL}{path}")).on_own_page().form(&form).send().await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(signed_in_as(stranger).await, None, "{path}");
    }
    let eve = stranger.get(&format!("{URL}/api/v1/users/eve")).send().await;
    assert_eq!(eve.status, 404, "{eve:?}");
}

/// The same doors open to `ada`, who has a token.
async fn strangers_stay_outside(stranger: &Visitor) {
    for (name, password) in [("ada", ""), ("ada", "ada"), ("ada@example.org", "ada"), ("grace", "grace")] {
        assert_eq!(signs_in_by_password(stranger, name, password).await, (200, None), "{name}");
        let api = stranger.get(&format!("{URL}/api/v1/user")).basic(name, password).send().await;
        assert_eq!(api.status, 401, "{api:?}");
    }
    for path in ["/api/v1/user", "/api/v1/admin/users"] {
        assert_eq!(stranger.get(&format!("{URL}{path}")).bearer("evil").send().await.status, 401, "{path}");
    }
}

/// What its form answers, and who is signed in by it.
async fn signs_in_by_password(visitor: &Visitor, name: &str, password: &str) -> (u16, Option<String>) {
    let form = [("user_name", name), ("password", password)];
    let answer = visitor.post(&format!("{URL}/user/login")).on_own_page().form(&form).send().await;
    (answer.status.as_u16(), signed_in_as(visitor).await)
}

/// Whose settings open.
async fn signed_in_as(visitor: &Visitor) -> Option<String> {
    let page = visitor.get(&format!("{URL}/user/settings")).navigating().send().await;
    if page.status != 200 {
        return None;
    }
    let field = between(&page.body, "name=\"name\" value=\"", "\"");
    Some(field.unwrap_or_else(|| panic!("no name: {page:?}")).to_owned())
}
