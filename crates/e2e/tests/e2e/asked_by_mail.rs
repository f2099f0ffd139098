//! What is asked for by mail, with a real mail server and in a real Chromium: another address, a recovery that is stopped, an
//! account for somebody new.

use doorstep_e2e::{
    authenticator::Authenticator,
    chromium::Browser,
    instance::{Engine, ISSUER, Instance},
    mail_server::MailServer,
    pages::{self, NO_AUTOFILL, PASSKEY_BUTTON},
    wait,
};
use std::path::Path;

async fn instance(folder: &Path, server: &MailServer, more: &str) -> (Instance, Browser) {
    let tables = server.settings(folder) + more;
    let instance = Instance::provider(Engine::Sqlite, &tables).await;
    let ada = browser(&instance).await;
    Authenticator::plug_into(&ada).await;
    pages::set_up(&ada, &instance.doorstep.set_up_link().await).await;
    (instance, ada)
}

async fn browser(instance: &Instance) -> Browser {
    let browser = instance.browser().await;
    browser.before_each_page(NO_AUTOFILL).await;
    browser
}

/// The address below `path` in the newest mail with this subject, whatever a mail server broke into lines.
async fn link(server: &MailServer, subject: &str, path: &str) -> String {
    let found = || async {
        let mails = server.mails();
        let mail = mails.iter().rev().find(|mail| mail.contains(subject))?;
        let text = mail.replace("=\r\n", "").replace("=\n", "");
        let after = text.split(&format!("{ISSUER}{path}")).nth(1)?;
        let secret: String =
            after.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        Some(format!("{ISSUER}{path}{secret}"))
    };
    wait::until("a mail with a link", wait::PATIENCE, found).await
}

/// Opens a page in a narrow window and in a wide one, in which nothing hangs over.
async fn opens(browser: &Browser, address: &str) {
    for width in [1280, 320] {
        browser.resize(width, 900).await;
        browser.open(address).await;
        assert_eq!(pages::overhang(browser).await, 0, "{address} at {width}");
    }
}

#[tokio::test]
async fn an_address_of_ones_own_is_changed_by_the_button_behind_a_mailed_link() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let server = MailServer::with_tls(folder.path()).await;
    let (instance, ada) = instance(folder.path(), &server, "").await;
    opens(&ada, &format!("{ISSUER}/account/email")).await;
    ada.fill("input[type=email]", "ada@new.test").await;
    ada.click("form.narrow button").await;
    ada.wait_for("#waiting").await;
    let link = link(&server, "is this mail address yours", "/account/email/confirm/").await;
    let before = instance.doorstep.reported(&["user", "show", "ada"]).out;
    assert!(before.contains("ada@home.test"), "{before}");
    opens(&ada, &link).await;
    assert!(ada.text().await.contains("Is this your e-mail address?"));
    ada.click("button.primary").await;
    ada.wait_for_url("the address", |url| url.path() == "/account/email").await;
    assert!(ada.text().await.contains("This is your e-mail address now"), "{}", ada.text().await);
    let after = instance.doorstep.reported(&["user", "show", "ada"]).out;
    assert!(after.contains("ada@new.test"), "{after}");
}

#[tokio::test]
async fn a_recovery_that_somebody_else_asked_for_is_seen_and_stopped_without_a_sign_in() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let server = MailServer::with_tls(folder.path()).await;
    let more = "[recovery]\nmail = \"1h\"\nadmins = true\n";
    let (instance, ada) = instance(folder.path(), &server, more).await;
    let stranger = browser(&instance).await;
    opens(&stranger, &format!("{ISSUER}/recover/mail")).await;
    stranger.fill("input[name=account]", "ada").await;
    stranger.click("button.primary").await;
    assert!(stranger.text().await.contains("Wait for a mail"), "{}", stranger.text().await);
    let stop = link(&server, "recovery was asked for", "/recover/stop/").await;
    ada.open(ISSUER).await;
    assert!(ada.text().await.contains("Somebody asked to recover your account by mail"), "{}", ada.text().await);
    let owner = browser(&instance).await;
    opens(&owner, &stop).await;
    owner.click("button.primary").await;
    assert!(owner.text().await.contains("The recovery is stopped"), "{}", owner.text().await);
    ada.open(ISSUER).await;
    assert!(!ada.text().await.contains("Somebody asked to recover"));
}

#[tokio::test]
async fn somebody_new_registers_with_a_yes_and_one_touch() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let server = MailServer::with_tls(folder.path()).await;
    let more = "[registration]\nopen = \"approval\"\ndomains = [\"home.test\"]\ngroups = [\"newcomers\"]\n";
    let (instance, ada) = instance(folder.path(), &server, more).await;
    let new = browser(&instance).await;
    let authenticator = Authenticator::plug_into(&new).await;
    new.open(&format!("{ISSUER}/login")).await;
    new.click("a[href='/join']").await;
    new.wait_for("input[name=email]").await;
    new.fill("input[name=email]", "linus@home.test").await;
    new.click("button.primary").await;
    let first = link(&server, "an account with this address", "/join/").await;
    opens(&new, &first).await;
    new.fill("input[name=person]", "Linus").await;
    new.fill("textarea[name=reason]", "I am in the choir").await;
    new.click("button.primary").await;
    assert!(new.text().await.contains("An administrator is asked"), "{}", new.text().await);

    let listed = instance.doorstep.reported(&["user", "requests", "list"]).out;
    assert!(listed.contains("linus@home.test") && listed.contains("I am in the choir"), "{listed}");
    opens(&ada, &format!("{ISSUER}/admin/registrations")).await;
    assert!(ada.text().await.contains("I am in the choir"), "{}", ada.text().await);
    ada.click("form[action$='/approve'] button").await;
    ada.wait_for_url("the answer", |url| url.query() == Some("told=granted")).await;

    let invitation = link(&server, "you can make your account", "/invite/").await;
    new.open(&invitation).await;
    new.fill("input[name=display_name]", "Linus").await;
    new.fill("input[name=user_name]", "linus").await;
    new.click(PASSKEY_BUTTON).await;
    new.wait_for_url("the portal", |url| url.path() == "/").await;
    assert_eq!(authenticator.credentials().await.len(), 1, "one touch");
    let shown = instance.doorstep.reported(&["user", "show", "linus"]).out;
    assert!(shown.contains("linus@home.test") && shown.contains("newcomers"), "{shown}");
}
