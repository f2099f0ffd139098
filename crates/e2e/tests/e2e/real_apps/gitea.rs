//! Gitea: the program itself, on PostgreSQL. Its commands call Doorstep while they run, so each test has several threads.

use doorstep_e2e::{
    http::Visitor,
    postgres::Postgres,
    process::{is_root, run, tool},
    real_app::{RealApp, between, follow},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

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

/// Runs the delivered commands. `gitea` is one there that knows where its settings are, as in its image.
async fn run_once(app: &RealApp, config: &Path) {
    let bin = app.home.join("bin");
    fs::create_dir_all(&bin).expect("the app's folder can be written");
    let program = format!("#!/bin/sh\nexec {} \"$@\" --config {}\n", tool("gitea").display(), config.display());
    fs::write(bin.join("gitea"), program).expect("the app's folder can be written");
    fs::set_permissions(bin.join("gitea"), fs::Permissions::from_mode(0o755)).expect("it is ours");
    let own = gitea(app);
    let mut shell = app.command("sh");
    for (name, value) in own.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let path = std::env::var("PATH").unwrap_or_default();
    run(shell.arg(app.file("sh").await).env("PATH", format!("{}:{path}", bin.display())));
}

#[tokio::test(flavor = "multi_thread")]
async fn gitea_signs_people_in_and_nobody_registers() {
    let mut app = RealApp::declared("gitea").await;
    let postgres = Postgres::start().await;
    let config = configure(&app, &postgres).await;
    run(gitea(&app).args(["migrate", "--config"]).arg(&config));
    // Twice does no harm: the second time it changes the source that is there, as after a rotation.
    for _ in 0..2 {
        run_once(&app, &config).await;
    }
    let sources = postgres.query("doorstep", "SELECT name, is_active FROM login_source");
    assert_eq!(sources.trim(), "doorstep|t");
    let mut web = gitea(&app);
    app.start(web.args(["web", "--config"]).arg(&config)).await;
    nothing_is_seen_without_an_account(&app.stranger()).await;
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
    run_once(&app, &config).await;
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
    // Without an account, its API answers nobody.
    assert_eq!(api(&app).await.status, 403);
}

async fn nobody_registers(stranger: &Visitor) {
    let form =
        [("user_name", "eve"), ("email", "eve@example.org"), ("password", "evil passes"), ("retype", "evil passes")];
    for (path, status) in [("/user/sign_up", 403), ("/user/login/openid", 403), ("/install", 303)] {
        let answer = stranger.post(&format!("{URL}{path}")).on_own_page().form(&form).send().await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(signed_in_as(stranger).await, None, "{path}");
    }
}

/// Not even what is public there.
async fn nothing_is_seen_without_an_account(stranger: &Visitor) {
    for path in ["/explore/repos", "/explore/users", "/ada"] {
        let answer = stranger.get(&format!("{URL}{path}")).navigating().send().await;
        let to = answer.location().map(|to| to.path().to_owned());
        assert_eq!((answer.status.as_u16(), to.as_deref()), (303, Some("/user/login")), "{path}: {answer:?}");
    }
    for path in ["/api/v1/users/ada", "/api/v1/repos/search"] {
        let answer = stranger.get(&format!("{URL}{path}")).send().await;
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{path}: {answer:?}");
    }
}

/// The same doors open to `ada`, who has a token.
async fn strangers_stay_outside(stranger: &Visitor) {
    for (name, password) in [("ada", ""), ("ada", "ada"), ("ada@example.org", "ada"), ("grace", "grace")] {
        assert_eq!(signs_in_by_password(stranger, name, password).await, (200, None), "{name}");
        let api = stranger.get(&format!("{URL}/api/v1/user")).basic(name, password).send().await;
        assert_eq!(api.status, 401, "{api:?}");
    }
    for path in ["/api/v1/user", "/api/v1/admin/users"] {
        let answer = stranger.get(&format!("{URL}{path}")).bearer("evil").send().await;
        assert!(matches!(answer.status.as_u16(), 401 | 403), "{path}: {answer:?}");
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
