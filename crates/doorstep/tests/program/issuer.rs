//! A changed issuer: refused where somebody would be locked out, with the way to mean it.

use crate::installation::Installation;

const WIKI: &str = "[apps.wiki]\nurl = \"https://wiki.example.org\"\ncallbacks = [\"/cb\"]\n";

fn with_issuer(instance: &Installation, issuer: &str) {
    instance.write(&format!("issuer = \"{issuer}\"\nlisten = \"127.0.0.1:{}\"\n{WIKI}", instance.port));
}

#[test]
fn a_changed_issuer_is_refused_with_what_would_break_and_the_way_to_mean_it() {
    let instance = Installation::new(WIKI);
    assert_eq!(instance.serve().stop(), 0);
    instance.reported(&["user", "add", "grace"]);
    let (before, after) = (instance.issuer(), format!("http://auth.localhost:{}", instance.port));
    with_issuer(&instance, &after);
    for command in [&["serve"][..], &["user", "list"], &["plan"], &["apply"], &["recover", "grace"]] {
        let said = instance.command(command);
        assert_eq!(said.code, if command == ["serve"] { 78 } else { 1 }, "{command:?} {said:?}");
        for part in [
            format!("`issuer` is {after}, and this database was made for {before}.\n"),
            "1 app would refuse every sign-in".to_owned(),
            format!("doorstep move {after}\n"),
            format!("--issuer-was {before}\n"),
        ] {
            assert!(said.err.contains(&part), "{command:?} {said:?}");
        }
    }
    let wrong = instance.command(&["serve", "--issuer-was", "https://other.example.org"]);
    assert!(wrong.code == 78 && wrong.err.contains("was made for"), "{wrong:?}");
    let server = instance.start_with(&["serve", "--issuer-was", &before]);
    server.says(&format!("serves {after} on"));
    assert_eq!(server.stop(), 0);
    let server = instance.start();
    server.says(&format!("serves {after} on"));
    assert_eq!(server.stop(), 0);
    with_issuer(&instance, &before);
    assert_eq!(instance.command(&["serve"]).code, 78, "the way back has to be meant too");
}

#[test]
fn an_instance_that_nobody_uses_yet_may_take_another_issuer() {
    let instance = Installation::new("");
    assert_eq!(instance.serve().stop(), 0);
    let after = format!("http://auth.localhost:{}", instance.port);
    instance.write(&format!("issuer = \"{after}\"\nlisten = \"127.0.0.1:{}\"\n", instance.port));
    let server = instance.start();
    server.says(&format!("serves {after} on"));
    assert_eq!(server.stop(), 0);
}
