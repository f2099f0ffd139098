//! Mail: what `check mail` says, and notices that wait for a mail server, over a restart too.

use crate::installation::{Installation, free_ports, wait};
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

type Mails = Arc<Mutex<Vec<String>>>;

/// A mail server without encryption that takes everything, but mail for `gone@…`; at this port from now on.
fn mail_server(port: u16) -> Mails {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let mails = Mails::default();
    let kept = Arc::clone(&mails);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            thread::spawn(move || talk(stream, &kept));
        }
    });
    mails
}

fn talk(mut stream: TcpStream, mails: &Mails) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 stub\r\n").ok()?;
    loop {
        let line = lines.next()?.ok()?;
        let answer = match line.split([' ', ':']).next()? {
            "EHLO" => "250-stub\r\n250 8BITMIME\r\n",
            "RCPT" if line.contains("gone@") => "550 nobody of this name\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").ok()?;
                let mail: Vec<_> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                mails.lock().unwrap().push(mail.join("\n"));
                "250 kept\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 well\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

fn settings(port: u16) -> String {
    format!(
        "[mail]\nserver = \"smtp://127.0.0.1:{port}\"\nfrom = \"Home <auth@example.org>\"\n[sign_in]\npasswords = true\n"
    )
}

#[test]
fn check_mail_says_step_by_step_how_far_a_mail_came() {
    let port = free_ports(1);
    let instance = Installation::new("");
    let said = instance.command(&["check", "mail", "--to", "ada@example.org"]);
    assert!(said.code == 1 && said.err.contains("No mail server is set up."), "{said:?}");
    instance.declare(&settings(port));
    let said = instance.command(&["check", "mail", "--to", "ada@example.org"]);
    assert!(said.code == 2 && said.out.contains("WRONG connected"), "{said:?}");
    assert!(said.out.contains("mend        Look at host and port in `mail.server`"), "{said:?}");
    let mails = mail_server(port);
    let said = instance.reported(&["check", "mail", "--to", "ada@example.org"]);
    for line in [
        &format!("  ok    name         127.0.0.1 is at 127.0.0.1\n  ok    connected    to 127.0.0.1:{port}\n"),
        "  ok    encrypted    not: it stays on this machine\n  ok    signed in    not: no `mail.user` is given\n",
        "  ok    accepted     kept\nThe server has the mail. Look whether it arrived at ada@example.org, and where.\n",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert!(mails.lock().unwrap()[0].contains("Subject: localhost: mail works"), "{mails:?}");
    let said = instance.command(&["check", "mail", "--to", "gone@example.org", "--json"]);
    let read: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &read["accepted"]), (2, &Value::Bool(false)), "{said:?}");
    let last = read["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(last["step"], "recipient");
    assert_eq!(last["said"], "the server refuses (550): nobody of this name");
    for (to, says) in [("ada", "is not a mail address"), ("ada@example.org\r\nx", "is not a mail address")] {
        let said = instance.command(&["check", "mail", "--to", to]);
        assert!(said.code == 1 && said.err.contains(says), "{said:?}");
    }
}

#[test]
fn what_a_mail_needs_of_files_is_said_before_anybody_is_asked() {
    let instance = Installation::new("");
    let head = "[mail]\nserver = \"smtps://mail.example.org\"\nfrom = \"auth@example.org\"\n";
    for (more, says, mend) in [
        (
            "user = \"a\"\npassword_file = \"none\"\n",
            "`mail.password_file` names",
            "Make the file readable to Doorstep.",
        ),
        ("user = \"a\"\npassword_file = \"open\"\n", "which everyone can read", "Chmod 600"),
        ("ca_file = \"open\"\n", "has no certificate in it", "Correct `mail.ca_file`, or leave it out."),
    ] {
        std::fs::write(instance.path("open"), "canary\n").unwrap();
        instance.declare(&format!("{head}{more}"));
        let said = instance.command(&["check", "mail", "--to", "ada@example.org"]);
        assert!(said.code == 2 && said.out.contains(says) && said.out.contains(mend), "{said:?}");
        assert!(!said.out.contains("canary"), "{said:?}");
    }
}

#[test]
fn a_notice_is_shown_without_being_sent() {
    let instance = Installation::new("name = \"Home\"\n");
    let said = instance.reported(&["check", "mail", "--preview", "passkey-added"]);
    assert!(
        said.starts_with("Subject: Home: a passkey was added\n\nA passkey was added to your account ada"),
        "{said}"
    );
    let said = instance.command(&["check", "mail", "--preview", "passkey"]);
    assert!(said.code == 1 && said.err.contains("There are passkey-added, passkey-removed"), "{said:?}");
    let help = instance.reported(&["check", "mail", "--help"]);
    for (name, _) in doorstep_core::notice::News::examples() {
        let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(name), "{name} is not in the help");
        assert!(instance.reported(&["check", "mail", "--preview", name, "--json"]).contains("\"html\""), "{name}");
    }
    let german = instance.reported(&["check", "mail", "--preview", "passkey-added", "--language", "de-AT"]);
    assert!(german.starts_with("Subject: Home: ein Passkey wurde hinzugefügt\n\nDeinem Konto ada"), "{german}");
    let said = instance.command(&["check", "mail", "--preview", "passkey-added", "--language", "sv"]);
    assert!(said.code == 1 && said.err.contains("It speaks de, en, "), "{said:?}");
    for wrong in [&["check", "mail"][..], &["check", "mail", "--to", "a@b.c", "--preview", "recovered"]] {
        assert_ne!(instance.command(wrong).code, 0);
    }
}

#[test]
fn notices_wait_for_the_mail_server_and_outlive_a_restart() {
    let port = free_ports(1);
    let instance = Installation::new("");
    let server = instance.serve();
    instance.reported(&["user", "add", "ada", "--email", "ada@example.org"]);
    // It is switched on without a restart.
    instance.declare(&settings(port));
    server.signal("HUP");
    server.says("mail.server");
    let said = instance.command_with(&["user", "password", "ada", "--stdin"], "correct horse battery\n");
    assert_eq!(said.code, 0, "{said:?}");
    server.logs("durable work failed; it is tried again");
    assert!(server.logged().contains("connecting to the mail server"), "{}", server.logged());
    assert_eq!(server.stop(), 0);
    let mails = mail_server(port);
    let server = instance.serve();
    let mail = wait("a mail", || mails.lock().unwrap().first().cloned());
    assert!(mail.contains("Subject: localhost: a password was set"), "{mail}");
    assert!(mail.contains("To: ada@example.org") && mail.contains("Auto-Submitted: auto-generated"), "{mail}");
    assert!(mail.contains("@localhost>") && mail.contains("Message-ID: <mail."), "{mail}");
    let said = instance.command_with(&["user", "password", "ada", "--remove"], "");
    assert_eq!(said.code, 0, "{said:?}");
    wait("another mail", || (mails.lock().unwrap().len() == 2).then_some(()));
    let second = mails.lock().unwrap()[1].clone();
    assert!(second.contains("the password was removed"), "{second}");
    assert_eq!(server.stop(), 0);
    assert_eq!(mails.lock().unwrap().len(), 2, "each once");
}
