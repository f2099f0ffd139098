//! Mail by a real mail server: encrypted, signed in, told when it is not, and notices that arrive once.

use doorstep_e2e::{
    doorstep::{Doorstep, Said},
    instance::{Engine, ISSUER, Instance, with_glances},
    mail_server::{MailServer, PASSWORD},
    proxy::Kind,
    wait,
};
use serde_json::json;

fn check(installation: &Doorstep) -> Said {
    installation.command(&["check", "mail", "--to", "ada@home.test"])
}

#[tokio::test]
async fn a_mail_goes_out_by_tls_and_by_starttls_and_what_is_wrong_is_told_at_its_step() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let installation = Doorstep::install(folder.path(), ISSUER, None);
    for server in [MailServer::with_tls(folder.path()).await, MailServer::with_starttls(folder.path()).await] {
        installation.declare(&server.settings(folder.path()));
        let said = check(&installation);
        assert_eq!(said.status, 0, "{said:?}");
        for line in ["TLS 1.3, certificate for localhost", "signed in    as auth", "accepted     kept as 1"] {
            assert!(said.out.contains(line), "{line}: {said:?}");
        }
        let mails = server.has(1).await;
        assert!(mails[0].contains("Subject: auth.home.test: mail works"), "{mails:?}");
        assert!(mails[0].contains("Content-Type: multipart/alternative"), "{mails:?}");

        for (host, password, step, said_there) in [
            ("127.0.0.1", PASSWORD, "WRONG encrypted", "this is another server"),
            ("localhost", "canary of a password", "WRONG signed in", "the server refuses (535)"),
        ] {
            installation.declare(&server.settings_for(host, password, folder.path()));
            let said = check(&installation);
            assert!(said.status == 2 && said.out.contains(step) && said.out.contains(said_there), "{said:?}");
            assert!(!said.out.contains("canary") && !said.err.contains("canary"), "{said:?}");
        }
        let other = server.settings(folder.path());
        let other = other.lines().filter(|line| !line.starts_with("ca_file")).collect::<Vec<_>>().join("\n");
        installation.declare(&other);
        let said = check(&installation);
        assert!(said.status == 2 && said.out.contains("an authority that is not trusted"), "{said:?}");
        assert_eq!(server.mails().len(), 1);
    }
}

#[tokio::test]
async fn a_new_passkey_makes_one_mail_arrive_whatever_the_mail_server_says_first() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let server = MailServer::with_tls(folder.path()).await;
    let instance = Instance::provider(Engine::Sqlite, &server.settings(folder.path())).await;
    server.says("450 later");
    let mut ada = instance.stranger();
    ada.set_up(&instance.doorstep.set_up_link().await).await;
    let log = || async { instance.doorstep.printed().contains("(450)").then_some(()) };
    wait::until("a mail that is put off", wait::PATIENCE, log).await;
    assert_eq!(server.mails().len(), 0);
    server.says("");
    let mails = server.has(1).await;
    let mail = &mails[0];
    for part in ["Subject: auth.home.test: a passkey was added", "To: ada@home.test", "Message-ID: <mail."] {
        assert!(mail.contains(part), "{part}: {mail}");
    }
    assert!(mail.contains("@auth.home.test>") && mail.contains("https://auth.home.test/account"), "{mail}");
    assert!(!mail.contains("ds_"), "{mail}");

    // Without its cookies it is another browser.
    ada.sign_in_anew().await;
    let mails = server.has(2).await;
    assert!(mails[1].contains("Subject: auth.home.test: a sign-in with a new browser"), "{}", mails[1]);

    server.says("550 nobody of this name");
    let link = instance.doorstep.reported(&["user", "add", "grace", "--email", "grace@home.test"]).link(ISSUER);
    instance.stranger().enrol(&link, &json!({})).await;
    let given_up = || async { instance.doorstep.printed().contains("is given up").then_some(()) };
    wait::until("a mail that is given up", wait::PATIENCE, given_up).await;
    assert_eq!(server.mails().len(), 2);
}

#[tokio::test]
async fn two_servers_on_one_database_send_a_notice_once() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let server = MailServer::with_starttls(folder.path()).await;
    let tables = with_glances() + &server.settings(folder.path());
    let instance = Instance::guarding_as(Engine::Postgres, Kind::Nginx, &tables).await;
    let _replica = instance.replica(Kind::Nginx, &tables).await;
    let _ada = instance.ada().await;
    for nth in 0..8 {
        let name = format!("person{nth}");
        let mail = format!("{name}@home.test");
        let link = instance.doorstep.reported(&["user", "add", &name, "--email", &mail]).link(ISSUER);
        instance.stranger().enrol(&link, &json!({})).await;
    }
    let mails = server.has(9).await;
    let mut ids: Vec<_> =
        mails.iter().filter_map(|mail| mail.lines().find(|line| line.starts_with("Message-ID"))).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 9, "{ids:?}");
}
