//! The mail server, as it is configured.

use super::*;

const HEAD: &str = "issuer = \"https://auth.example.org\"\n[mail]\n";

#[test]
fn what_is_wrong_with_a_mail_server_is_said_with_what_to_write() {
    let from = "from = \"auth@example.org\"\n";
    let server = "server = \"smtps://mail.example.org\"\n";
    for (written, said) in [
        (from.to_owned(), "`server` is missing in [mail]\n                 add server = \"smtps://mail.example.org\""),
        (server.to_owned(), "`from` is missing in [mail]\n                 add from = \"Doorstep <auth@example.org>\""),
        (format!("{from}server = \"mail.example.org\""), "does not begin with smtps://, smtp+starttls:// or smtp://"),
        (format!("{from}server = \"smtp://mail.example.org\""), "is not encrypted, and leads to another machine"),
        (format!("{from}server = \"smtps://a:canary@mail.example.org\""), "`user` and `password_file` are settings"),
        (format!("{server}from = \"Doorstep\""), "`from` in [mail] is not a mail address"),
        (format!("{server}from = \"a@example.org\\r\\nBcc: b@example.org\""), "`from` in [mail] is not a mail address"),
        (format!("{server}{from}user = \"auth\""), "`user` in [mail] is given without `password_file`"),
        (format!("{server}{from}password_file = \"p\""), "`password_file` in [mail] is given without `user`"),
        (format!("{server}{from}password = \"canary\""), "unknown key `password` in [mail]"),
    ] {
        let reported = Instance::new(&format!("{HEAD}{written}\n")).reported();
        assert!(reported.contains(said) && !reported.contains("canary"), "{written}: {reported}");
    }
}

#[test]
fn a_mail_server_is_read_with_its_files_beside_the_configuration() {
    let text = "server = \"smtp+starttls://mail.example.org\"\nfrom = \"Home <auth@example.org>\"\nuser = \"auth\"\n\
                password_file = \"mail-password\"\nca_file = \"ca.pem\"\n";
    let instance = Instance::new(&format!("{HEAD}{text}"));
    let mail = instance.load().config.mail.unwrap();
    assert_eq!(mail.server.place().port, 587);
    assert_eq!(mail.from.sender().to_string(), "Home <auth@example.org>");
    assert_eq!(mail.password_file.unwrap(), instance.path("mail-password"));
    assert_eq!(mail.ca_file.unwrap(), instance.path("ca.pem"));
    assert!(Instance::new("issuer = \"https://auth.example.org\"\n").load().config.mail.is_none());
}

#[test]
fn a_changed_mail_server_is_named_as_what_changed() {
    let text = |server: &str| format!("{HEAD}server = \"smtps://{server}\"\nfrom = \"auth@example.org\"\n");
    let instance = Instance::new(&text("one.example.org"));
    let first = instance.load();
    instance.write("doorstep.toml", &text("two.example.org"), 0o600);
    assert_eq!(instance.load().changed_settings(&first), ["mail.server"]);
    instance.write("doorstep.toml", "issuer = \"https://auth.example.org\"\n", 0o600);
    assert_eq!(instance.load().changed_settings(&first), ["mail.server", "mail.from"]);
}
