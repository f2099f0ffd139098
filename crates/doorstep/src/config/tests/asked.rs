//! What people may ask for who are not signed in, as it is configured.

use super::*;
use crate::config::Newcomers;
use doorstep_core::time::Ttl;

const HEAD: &str = "issuer = \"https://auth.example.org\"\n[mail]\nserver = \"smtps://mail.example.org\"\nfrom = \"auth@example.org\"\n";

#[test]
fn recovery_by_mail_and_registration_are_off_when_nothing_is_said() {
    let config = Instance::new("issuer = \"https://auth.example.org\"\n").load().config;
    assert_eq!((config.recovery.terms(), config.registration.open), (None, Newcomers::Off));
}

#[test]
fn recovery_by_mail_and_registration_are_read() {
    let text = format!(
        "{HEAD}[recovery]\nmail = \"24h\"\n[registration]\nopen = \"approval\"\ndomains = [\"example.org\"]\ngroups = [\"family\"]\n"
    );
    let config = Instance::new(&text).load().config;
    let terms = config.recovery.terms().unwrap();
    assert_eq!((terms.delay, terms.admins), (Ttl::from_hours(24), false), "administrators only when it is said");
    let terms = config.registration.terms();
    assert!(terms.takes("ada@example.org") && !terms.takes("ada@example.com"));
    assert_eq!(terms.groups.len(), 1);
}

#[test]
fn what_is_wrong_with_them_is_said_with_what_to_write() {
    for (written, said) in [
        ("[recovery]\nmail = \"10m\"", "`mail` in [recovery] is shorter than an hour"),
        ("[recovery]\nmail = true", "`mail` in [recovery]"),
        ("[recovery]\nmail = \"60d\"", "`mail` in [recovery] is longer than 30 days"),
        ("[recovery]\nmails = \"24h\"", "unknown key `mails` in [recovery]"),
        ("[registration]\nopen = \"yes\"", "`open` in [registration]"),
        ("[registration]\ndomains = [\"@example.org\"]", "names `@example.org`, which is no domain of mail addresses"),
        ("[registration]\ngroups = [\"admins\"]", "names `admins`, which nobody gives themselves"),
        ("[registration]\ngroups = [\"a b\"]", "names `a b`, which is no name of a group"),
    ] {
        let reported = Instance::new(&format!("{HEAD}{written}\n")).reported();
        assert!(reported.contains(said), "{written}: {reported}");
    }
    for (written, key) in [("[recovery]\nmail = \"24h\"", "mail"), ("[registration]\nopen = \"open\"", "open")] {
        let reported = Instance::new(&format!("issuer = \"https://auth.example.org\"\n{written}\n")).reported();
        assert!(reported.contains(&format!("`{key}` in ")) && reported.contains("no mail can be sent"), "{reported}");
        assert!(reported.contains("add [mail], or leave it out"), "{reported}");
    }
}
