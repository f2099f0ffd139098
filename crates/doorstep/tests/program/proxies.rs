//! `generate` for Apache, which is a client, and for a way in past Doorstep.

use crate::installation::Installation;

const GLANCES: [&str; 2] = ["--upstream", "glances=127.0.0.1:61208"];

#[test]
fn apache_gets_apps_that_are_clients_of_its_module_and_says_which_lines_make_one() {
    let instance = Installation::new("[apps.glances]\nurl = \"https://glances.example.org\"\n");
    let generate = |more: &[&str]| instance.command(&[&["generate", "apache"], more].concat());
    let guarded = generate(&GLANCES);
    assert!(guarded.code == 1 && guarded.out.is_empty(), "{guarded:?}");
    for there in ["Apache has no question to ask.", "[apps.glances]", "preset = \"mod-auth-openidc\""] {
        assert!(guarded.err.contains(there), "{there}: {guarded:?}");
    }
    instance.declare(
        "[apps.glances]\nurl = \"https://glances.example.org\"\nforward_auth = false\ncallbacks = [\"/cb\"]\n",
    );
    let other = generate(&GLANCES);
    assert!(
        other.code == 1 && other.err.contains("has no callback https://glances.example.org/oauth2/callback"),
        "{other:?}"
    );
    let folder = instance.folder.path().display();
    instance.declare(&format!(
        "[apps.glances]\nurl = \"https://glances.example.org\"\npreset = \"mod-auth-openidc\"\nallow = [\"admins\"]\n\
         deliver = \"file:{folder}/glances.conf\"\n"
    ));
    let said = generate(&GLANCES);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(said.out.contains(&format!("Include \"{folder}/glances.conf\"")), "{said:?}");
    assert!(said.out.contains("Require claim groups:admins") && !said.out.contains("ClientSecret"), "{said:?}");
    let none = generate(&[]);
    assert!(none.code == 1 && none.err.contains("--upstream NAME=HOST:PORT"), "{none:?}");
    instance.declare(
        "[apps.glances]\nurl = \"https://glances.example.org\"\npreset = \"mod-auth-openidc\"\n\
         deliver = \"kubernetes:web/glances\"\n[sinks.kubernetes]\n",
    );
    let elsewhere = generate(&GLANCES);
    assert!(elsewhere.code == 1 && elsewhere.out.is_empty(), "{elsewhere:?}");
}

#[test]
fn a_way_in_for_emergencies_is_made_of_a_network_and_a_credential_or_not_at_all() {
    let instance = Installation::new("[apps.glances]\nurl = \"https://glances.example.org\"\n");
    let generate = |kind: &str, more: &[&str]| instance.command(&[&["generate", kind][..], &GLANCES, more].concat());
    let (network, users, authority) =
        (["--emergency", "10.0.0.0/24"], ["--emergency-users", "/etc/x"], ["--emergency-ca", "/etc/y"]);
    for kind in ["caddy", "nginx", "haproxy", "envoy"] {
        let plain = generate(kind, &[]);
        assert!(plain.code == 0 && !plain.out.contains("doorstep_emergency"), "{kind}: {plain:?}");
        let with = generate(kind, &[network, authority].concat());
        assert!(
            with.code == 0 && with.out.contains("doorstep_emergency_access") && with.out.contains("8444"),
            "{with:?}"
        );
        let alone = generate(kind, &network);
        assert!(alone.code == 1 && alone.err.contains("--emergency-ca FILE"), "{kind}: {alone:?}");
        assert_ne!(generate(kind, &authority).code, 0, "without a network");
        let both = generate(kind, &[network, users, authority].concat());
        assert_ne!(both.code, 0, "{both:?}");
        let by_password = generate(kind, &[network, users].concat());
        assert_eq!(by_password.code == 0, matches!(kind, "caddy" | "nginx"), "{kind}: {by_password:?}");
        let taken = generate(kind, &[&network[..], &authority, &["--emergency-port", "443"]].concat());
        assert!(taken.code == 1 && taken.err.contains("--emergency-port"), "{kind}: {taken:?}");
    }
    let traefik = generate("traefik", &[network, authority].concat());
    assert!(traefik.code == 1 && traefik.err.contains("no way in for emergencies is generated"), "{traefik:?}");
    let alerts = instance.reported(&["generate", "alerts"]);
    assert!(alerts.contains("alert: DoorstepEmergencyAccess"), "{alerts}");
}
