//! Handing over a message, against a server that does what a test says. Real servers are met in the end-to-end tests;
//! here stand those that do not behave.
#![cfg(test)]

mod server;

use doorstep_core::{notice::Written, secret::Secret, time::Timestamp};
use doorstep_mail::{Cause, Error, Limits, Login, Outgoing, Server, Stage, Step};
use doorstep_outbound::Trust;
use server::{Authority, Scripted, Way};
use std::time::Duration;

const PASSWORD: &str = "correct horse";
const PLENTY: Duration = Duration::from_mins(2);

fn mail() -> Outgoing {
    let (text, html) = ("You\n.\nare told.\n".to_owned(), "<p>You are told.</p>\n".to_owned());
    Outgoing {
        from: "Home <auth@example.org>".parse().unwrap(),
        to: "ada@example.org".to_owned(),
        id: "mail.1".to_owned(),
        host: "auth.example.org".to_owned(),
        at: Timestamp::from_seconds(1_795_772_460),
        written: Written { subject: "Home: told".to_owned(), text, html },
    }
}

fn login(password: &str) -> Login {
    Login { user: "auth".to_owned(), password: Secret::new(password.to_owned()) }
}

fn client(scheme: &str, host: &str, scripted: &Scripted, trust: &Authority) -> Server {
    Server {
        place: format!("{scheme}://{host}:{}", scripted.port).parse().unwrap(),
        login: Some(login(PASSWORD)),
        hello: "auth.example.org".to_owned(),
        trust: Trust::default().and_pem(trust.pem.as_bytes()).unwrap(),
        limits: Limits { step: PLENTY, all: PLENTY },
    }
}

async fn send(server: &Server) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    server.send(&mail(), &mut |step| steps.push(step)).await.map(|()| steps)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_handed_over_on_each_of_the_three_ways() {
    let ours = Authority::new();
    for (scheme, way, encrypted) in
        [("smtps", Way::tls(), true), ("smtp+starttls", Way::default(), true), ("smtp", Way::default(), false)]
    {
        let scripted = Scripted::start(way, &ours).await;
        let steps = send(&client(scheme, "localhost", &scripted, &ours)).await.unwrap();
        let told = |wanted: &dyn Fn(&Step) -> bool| steps.iter().any(wanted);
        assert!(matches!(steps.first(), Some(Step::Resolved(found)) if !found.is_empty()), "{steps:?}");
        let host = "localhost".to_owned();
        assert_eq!(told(&|step| *step == Step::Encrypted { version: "TLS 1.3", host: host.clone() }), encrypted);
        assert_eq!(told(&|step| *step == Step::NotEncrypted), !encrypted, "{scheme}");
        assert_eq!(
            steps.get(steps.len() - 2..),
            Some(&[Step::SignedIn("auth".to_owned()), Step::Accepted("taken as 1".to_owned()),][..])
        );
        let heard = scripted.heard();
        assert!(heard.contains(&"EHLO auth.example.org".to_owned()), "{heard:?}");
        assert!(heard.contains(&"MAIL FROM:<auth@example.org>".to_owned()), "{heard:?}");
        assert!(heard.contains(&"RCPT TO:<ada@example.org>".to_owned()), "{heard:?}");
        let mails = scripted.mails();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("Message-ID: <mail.1@auth.example.org>\r\n"), "{mails:?}");
        assert!(mails[0].contains("You\r\n..\r\nare told."), "a lone dot does not end it: {mails:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_where_nobody_is_named() {
    let ours = Authority::new();
    let scripted = Scripted::start(Way::tls(), &ours).await;
    let steps = send(&Server { login: None, ..client("smtps", "localhost", &scripted, &ours) }).await.unwrap();
    assert!(steps.contains(&Step::NoLogin));
    assert!(!scripted.heard().iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test(flavor = "multi_thread")]
async fn security_55_a_mail_server_proves_its_name() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for (way, scheme) in [(Way::tls(), "smtps"), (Way::default(), "smtp+starttls")] {
        for (host, trusted, wrong_name) in [("localhost", &theirs, false), ("127.0.0.1", &ours, true)] {
            let scripted = Scripted::start(way.clone(), &ours).await;
            let error = send(&client(scheme, host, &scripted, trusted)).await.unwrap_err();
            assert_eq!(error.stage, Stage::Tls, "{error}");
            match &error.cause {
                Cause::OtherName(_) => assert!(wrong_name, "{error}"),
                Cause::UnknownAuthority => assert!(!wrong_name, "{error}"),
                _ => panic!("{error}"),
            }
            assert!(!error.lasts());
            assert!(!scripted.heard().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_starttls_was_taken_out_or_something_was_put_behind_it() {
    let ours = Authority::new();
    let refused = |answer: &'static str| Way { answers: vec![("STARTTLS", answer)], ..Way::default() };
    for (way, says) in [
        (Way { hides_starttls: true, ..Way::default() }, "does not offer STARTTLS"),
        (refused("454 not now\r\n"), "refuses (454): not now"),
        (refused("220 go on\r\n250 injected\r\n"), "more came with the answer"),
    ] {
        let scripted = Scripted::start(way, &ours).await;
        let error = send(&client("smtp+starttls", "localhost", &scripted, &ours)).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(!error.lasts());
        let heard = scripted.heard();
        assert!(!heard.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{heard:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn security_101_a_password_is_in_no_error_whatever_the_server_repeats() {
    let ours = Authority::new();
    let repeats = "535 AGF1dGgAd3Jvbmcgb25l wrong one\r\n";
    let later = "550 wrong one is not a recipient\r\n";
    for (answers, stage) in [
        (vec![], Stage::Login),
        (vec![("AUTH", repeats)], Stage::Login),
        (vec![("AUTH", "235 in\r\n"), ("RCPT", later)], Stage::Recipient),
    ] {
        let scripted = Scripted::start(Way { answers, ..Way::tls() }, &ours).await;
        let server = Server { login: Some(login("wrong one")), ..client("smtps", "localhost", &scripted, &ours) };
        let error = send(&server).await.unwrap_err();
        assert_eq!(error.stage, stage, "{error}");
        let reported = format!("{error} {error:?} {}", error.remedy());
        assert!(!reported.contains("wrong one") && !reported.contains("AGF1dGgA"), "{reported}");
        assert_eq!(scripted.mails().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_at_which_step_and_whether_it_lasts() {
    let ours = Authority::new();
    for (command, answer, stage, lasts) in [
        ("GREETING", "554 no service\r\n", Stage::Greeting, false),
        ("EHLO", "421 busy\r\n", Stage::Greeting, false),
        ("MAIL", "550 not yours\r\n", Stage::Sender, false),
        ("RCPT", "450 later\r\n", Stage::Recipient, false),
        ("RCPT", "550-no such\r\n550 person\r\n", Stage::Recipient, true),
        ("DATA", "451 later\r\n", Stage::Data, false),
        (".", "452 full\r\n", Stage::Data, false),
        (".", "554 spam\u{7}\r\n", Stage::Data, true),
        ("DATA", "what is this\r\n", Stage::Data, false),
    ] {
        let scripted = Scripted::start(Way { answers: vec![(command, answer)], ..Way::tls() }, &ours).await;
        let error = send(&client("smtps", "localhost", &scripted, &ours)).await.unwrap_err();
        assert_eq!((error.stage, error.lasts()), (stage, lasts), "{command}: {error}");
        assert!(!error.to_string().contains(char::is_control), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_still_is_left_after_the_time_of_a_step() {
    let ours = Authority::new();
    let still = |command| Way { answers: vec![(command, "")], ..Way::tls() };
    let before = |command| Way { answers: vec![(command, "")], ..Way::default() };
    for (scheme, way, stage) in [
        ("smtps", Way { is_dumb: true, ..Way::tls() }, Stage::Tls),
        ("smtps", still("GREETING"), Stage::Greeting),
        ("smtps", still("EHLO"), Stage::Greeting),
        ("smtps", still("AUTH"), Stage::Login),
        ("smtps", still("MAIL"), Stage::Sender),
        ("smtps", still("RCPT"), Stage::Recipient),
        ("smtps", still("DATA"), Stage::Data),
        ("smtps", still("."), Stage::Data),
        ("smtp+starttls", before("GREETING"), Stage::Greeting),
        ("smtp+starttls", before("STARTTLS"), Stage::Greeting),
    ] {
        let scripted = Scripted::start(way, &ours).await;
        let limits = Limits { step: Duration::from_millis(700), all: PLENTY };
        let server = Server { limits, ..client(scheme, "localhost", &scripted, &ours) };
        let error = tokio::time::timeout(PLENTY, send(&server)).await.expect("it ends").unwrap_err();
        assert!(matches!(error.cause, Cause::TooSlow), "{stage:?}: {error}");
        assert_eq!(error.stage, stage, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_steps_together_have_a_limit_too() {
    let ours = Authority::new();
    let scripted = Scripted::start(Way { answers: vec![("RCPT", "")], ..Way::tls() }, &ours).await;
    let limits = Limits { step: PLENTY * 10, all: Duration::from_millis(700) };
    let server = Server { limits, ..client("smtps", "localhost", &scripted, &ours) };
    let error = tokio::time::timeout(PLENTY, send(&server)).await.expect("it ends").unwrap_err();
    assert!(matches!(error.cause, Cause::TooSlow), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_farewell_that_fails_makes_no_mail_undone() {
    let ours = Authority::new();
    let scripted = Scripted::start(Way { answers: vec![("QUIT", "500 stay\r\n")], ..Way::tls() }, &ours).await;
    assert!(send(&client("smtps", "localhost", &scripted, &ours)).await.is_ok());
    assert_eq!(scripted.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_other_letters_is_for_servers_that_take_it() {
    let ours = Authority::new();
    for (offers, taken) in [(vec![], false), (vec!["SMTPUTF8"], true)] {
        let scripted = Scripted::start(Way { offers, ..Way::tls() }, &ours).await;
        let mail = Outgoing { to: "jürgen@example.org".to_owned(), ..mail() };
        let sent = client("smtps", "localhost", &scripted, &ours).send(&mail, &mut |_| {}).await;
        assert_eq!(sent.is_ok(), taken, "{:?}", sent.err());
        assert_eq!(scripted.heard().iter().any(|line| line.ends_with(" SMTPUTF8")), taken);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_as_that() {
    let ours = Authority::new();
    let scripted = Scripted::start(Way::tls(), &ours).await;
    let server = client("smtps", "localhost", &scripted, &ours);
    scripted.stop().await;
    let error = send(&server).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Unreachable { .. }) && error.stage == Stage::Connect, "{error}");
    let nowhere = Server { place: "smtps://nowhere.invalid".parse().unwrap(), ..server };
    let error = send(&nowhere).await.unwrap_err();
    assert!(matches!(error.cause, Cause::LookUp(_)) && error.stage == Stage::LookUp, "{error}");
}
