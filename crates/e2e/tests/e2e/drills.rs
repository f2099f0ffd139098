//! Lock-out drills: each walks the way back that the documents name, to an app. That of a lost passkey, with a real
//! browser, is in `sign_in::recovery`.

use doorstep_e2e::{
    authenticator::Authenticator,
    clock,
    instance::{Engine, ISSUER, Instance, MOVED, relying_parties},
    pages::{self, FORMER_BUTTON, NO_AUTOFILL, PASSKEY_BUTTON},
    person::{Person, Request},
    relying_party::Library,
    wait,
};
use serde_json::json;
use std::{fs, process::Command};

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");
const DAY: i64 = 86_400;

fn app() -> &'static str {
    Library::ALL[0].app()
}

/// An instance with these tables beside the relying parties, and its administrator, who is signed in to an app.
async fn house(tables: &str) -> (Instance, Person) {
    let instance = Instance::provider(Engine::Sqlite, &format!("{}{tables}", relying_parties())).await;
    let mut ada = instance.ada().await;
    comes_in(&instance, &mut ada).await;
    (instance, ada)
}

/// Signs in anew, and to an app, with the credentials that were delivered.
async fn comes_in(instance: &Instance, person: &mut Person) {
    person.sign_in_anew().await;
    let request = Request::of(&instance.doorstep.delivered(app()).await, "openid profile");
    let tokens = person.tokens(&request).await;
    assert_eq!(tokens.claims()["iss"], ISSUER);
}

/// Another device, by a link from the host.
async fn comes_back_by_the_host(instance: &Instance, name: &str) -> Person {
    let link = instance.doorstep.reported(&["recover", name]).link(ISSUER);
    let mut anew = instance.stranger();
    anew.enrol(&link, &json!({})).await;
    comes_in(instance, &mut anew).await;
    anew
}

#[tokio::test]
async fn lock_out_drill_telephone_and_mailbox_are_lost_and_no_kit_was_made() {
    let (instance, _lost) = house("").await;
    let mut anew = comes_back_by_the_host(&instance, "ada").await;
    // She administers again.
    let page = anew.visitor.get(&anew.at("/admin/invitations")).navigating().send().await;
    assert_eq!(page.status, 200);
    comes_in(&instance, &mut anew).await;
}

#[tokio::test]
async fn lock_out_drill_the_clock_of_the_server_is_wrong_and_is_set_right() {
    let (mut instance, mut ada) = house("").await;
    for (wrong, right) in [(400 * DAY, 0), (-2 * DAY, 0)] {
        for off in [wrong, right] {
            instance.doorstep.stop();
            let directory = instance.doorstep.data();
            instance.doorstep.surround(clock::off_by(off, &directory));
            instance.doorstep.start().await;
            // Whatever became of sessions: a passkey knows no time, and the host has a link at any.
            ada.sign_in_anew().await;
            ada = comes_back_by_the_host(&instance, "ada").await;
        }
        comes_in(&instance, &mut ada).await;
    }
}

#[tokio::test]
async fn lock_out_drill_the_mail_server_is_down() {
    let nobody = wait::free_address();
    let mail = format!("\n[mail]\nserver = \"smtp://{nobody}\"\nfrom = \"Doorstep <auth@home.test>\"\n");
    let (instance, _lost) = house(&mail).await;
    let mut anew = comes_back_by_the_host(&instance, "ada").await;
    let said = instance.doorstep.command(&["check", "mail", "--to", "ada@home.test"]);
    assert!(said.status != 0 && said.out.contains("WRONG"), "{said:?}");
    comes_in(&instance, &mut anew).await;
}

#[tokio::test]
async fn lock_out_drill_a_policy_that_would_leave_no_administrator_takes_no_effect() {
    let (instance, mut ada) = house("").await;
    let administers =
        async |ada: &Person| ada.visitor.get(&ada.at("/admin/invitations")).navigating().send().await.status == 200;
    instance.doorstep.declare(&relying_parties().replace("admins = [\"ada\"]", "admins = [\"nobody.yet\"]"));
    instance.doorstep.reload();
    let planned = instance.doorstep.command(&["plan"]);
    assert!(planned.out.contains("last administrator"), "{planned:?}");
    let applied = instance.doorstep.command(&["apply"]);
    assert!(administers(&ada).await, "she administers as before: {applied:?}");
    // The strictest that can be said of the console: a passkey meets it, and so does the next one.
    instance.doorstep.declare(&format!("{}\n[sign_in]\nconsole = \"passkey\"\n", relying_parties()));
    instance.doorstep.reload();
    comes_in(&instance, &mut ada).await;
    assert!(administers(&ada).await);
    let anew = comes_back_by_the_host(&instance, "ada").await;
    assert!(administers(&anew).await);
}

#[tokio::test]
async fn lock_out_drill_the_root_key_is_there_and_its_database_is_not() {
    let (mut instance, mut ada) = house("").await;
    let (database, backup) = (instance.doorstep.sqlite(), instance.doorstep.data().join("backup.db"));
    sqlite(&database, &format!(".backup {}", backup.display()));
    instance.doorstep.stop();
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(database.with_file_name(format!("doorstep.db{ending}")));
    }
    let refused = instance.doorstep.command(&["serve"]);
    assert!(refused.status == 78 && refused.err.contains("put the database back from the backup"), "{refused:?}");
    fs::copy(backup, &database).unwrap();
    instance.doorstep.start().await;
    comes_in(&instance, &mut ada).await;
}

/// The last resort of `docs/operations.md`, word for word.
#[tokio::test]
async fn lock_out_drill_the_database_is_there_and_its_root_key_is_lost_for_good() {
    let (mut instance, mut ada) = house("").await;
    instance.doorstep.stop();
    let key = instance.doorstep.data().join("root.key");
    let before = fs::read_to_string(instance.doorstep.env_file(app())).unwrap();
    fs::remove_file(&key).unwrap();
    let refused = instance.doorstep.command(&["serve"]);
    assert!(refused.status == 78 && refused.err.contains("from the backup"), "{refused:?}");

    let words = OPERATIONS.split_once("as a last resort").unwrap().1.split_once("(`DELETE").unwrap().0;
    let tables: Vec<_> = words.split('`').skip(1).step_by(2).collect();
    assert!(tables.contains(&"signing_keys") && tables.len() >= 4, "{tables:?}");
    for table in tables {
        sqlite(&instance.doorstep.sqlite(), &format!("DELETE FROM {table}"));
    }
    let mut make = Command::new("sh");
    make.args(["-c", "openssl rand -base64 32 > root.key; chmod 600 root.key"]).current_dir(instance.doorstep.data());
    assert!(make.status().unwrap().success());
    instance.doorstep.start().await;
    let file = instance.doorstep.env_file(app());
    let again = || async { fs::read_to_string(&file).is_ok_and(|now| now != before).then_some(()) };
    wait::until("the new secret", wait::PATIENCE, again).await;
    comes_in(&instance, &mut ada).await;
}

/// By a browser, because it is the browser that asks the former host whether the new one may use its passkeys.
#[tokio::test]
async fn lock_out_drill_the_instance_moves_to_another_domain_and_the_old_one_is_lost() {
    let [told_later, told] = [Library::ALL[0], Library::ALL[1]];
    let mut instance = Instance::provider(Engine::Sqlite, &relying_parties()).await;
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    let authenticator = Authenticator::plug_into(&browser).await;
    pages::set_up(&browser, &instance.doorstep.set_up_link().await).await;
    let delivered = instance.doorstep.delivered(told_later.app()).await;
    let _later = told_later.start(instance.address(told_later.app()), &delivered, instance.road()).await;

    let said = instance.doorstep.reported(&["move", MOVED, "--yes"]).out;
    assert!(said.contains("1 passkey of 1 person: good as before"), "{said}");
    let before = fs::read_to_string(instance.doorstep.env_file(told.app())).unwrap();
    instance.doorstep.stop();
    instance.doorstep.start().await;
    let file = instance.doorstep.env_file(told.app());
    let again = || async { fs::read_to_string(&file).is_ok_and(|now| now != before).then_some(()) };
    wait::until("the new issuer", wait::PATIENCE, again).await;
    let delivered = instance.doorstep.delivered(told.app()).await;
    let _told = told.start(instance.address(told.app()), &delivered, instance.road()).await;

    // An app that was told nothing: she comes in by the old passkey, makes one of the new host on the way, and the app
    // finds the issuer that it knows.
    browser.open(&told_later.url()).await;
    browser.wait_for_url("the new host", |url| url.as_str().starts_with(&format!("{MOVED}/login"))).await;
    browser.click(FORMER_BUTTON).await;
    browser.wait_for_url("the page to make another", |url| url.path() == "/account/passkeys/new").await;
    browser.click(PASSKEY_BUTTON).await;
    let learned = pages::learned(&browser, &told_later.host()).await;
    assert_eq!(learned["claims"]["iss"], ISSUER, "{learned}");
    let mut hosts: Vec<_> = authenticator.credentials().await.into_iter().map(|held| held.rp_id).collect();
    hosts.sort();
    assert_eq!(hosts, ["auth.home.test", "auth.other.test"]);
    // One that was told.
    browser.open(&told.url()).await;
    let learned = pages::learned(&browser, &told.host()).await;
    assert_eq!(learned["claims"]["iss"], MOVED, "{learned}");
    let status = instance.doorstep.reported(&["move", "status"]).out;
    assert!(status.contains("nobody has passkeys of auth.home.test alone"), "{status}");
    assert!(status.contains(told_later.app()) && !status.contains(told.app()), "{status}");

    // The old domain is gone.
    instance.doorstep.stop();
    let file = fs::read_to_string(instance.doorstep.config()).unwrap();
    let left: Vec<_> = file.lines().filter(|line| !line.starts_with("former_issuers")).collect();
    let left = left.join("\n") + "\n";
    assert_ne!(left.len(), file.len());
    fs::write(instance.doorstep.config(), left).unwrap();
    instance.doorstep.start().await;
    browser.forget_cookies().await;
    browser.open(&told.url()).await;
    browser.wait_for(PASSKEY_BUTTON).await;
    assert!(!browser.has(FORMER_BUTTON).await);
    browser.click(PASSKEY_BUTTON).await;
    let learned = pages::learned(&browser, &told.host()).await;
    assert_eq!(learned["claims"]["iss"], MOVED, "{learned}");
}

fn sqlite(database: &std::path::Path, statement: &str) {
    let done = Command::new("sqlite3").arg(database).arg(statement).output().expect("sqlite3");
    assert!(done.status.success(), "{statement}: {done:?}");
}
