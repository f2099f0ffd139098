//! What an entry delivers beside what the app reads, lists that people add to, and what the catalog says of people.

use crate::support::{Bench, url_of};
use doorstep_onboard::{
    catalog::{Anonymous, Catalog, DoorKind, Kind, KnownBy},
    manifest::{AppEntry, Manifest},
    mistake::Mistake,
    render::{Style, render_apply, render_plan},
};
use std::time::Duration;

const ISSUER: &str = "issuer = 'https://auth.example.org'\n";

const DOORS: &str = "doors = { sign_up = 'absent', passwords = 'absent', linking = 'never', \
    first_administrator = 'nobody', anonymous = 'nothing' }\n";

const CLIENT: &str = "name = 'Probe'\nhomepage = 'https://probe.example'\nkind = 'oidc'\n\
    callbacks = ['{url}/cb']\nscopes = ['openid', 'email']\n";

fn bench(entry: &str) -> Bench {
    let source: &'static str = format!("{CLIENT}{DOORS}{entry}").leak();
    Bench { catalog: Catalog::from_sources([("probe", source)]), ..Bench::default() }
}

fn refused(entry: &str) -> String {
    let catalog = bench(entry).catalog;
    catalog.get("probe").unwrap().unwrap_err().to_string()
}

fn declared(more: &str) -> String {
    format!("{ISSUER}[apps.probe]\nurl = 'https://probe.example.org'\n{more}")
}

fn told(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("{}: {}", mistake.at, mistake.what)).collect::<Vec<_>>().join("\n")
}

const BOTH: &str = "env = { PROBE_OPEN = 'no' }\nsetup = ['Run it:', '$ sh {file}']\nsecret_in_arguments = true\n\
    commands = ['probe add {client_id|sh} {client_secret|sh}']\n";

#[tokio::test]
async fn commands_stand_in_a_file_of_their_own_beside_what_the_app_reads() {
    let bench = bench(BOTH);
    let plan = render_plan(&bench.plan(&declared("")).await, Style::default());
    assert!(plan.contains("apps/probe.env (1 key), "), "{plan}");
    assert!(plan.contains("apps/probe.sh (commands to run once, with the secret in them)"), "{plan}");
    let report = bench.apply(&declared("")).await;
    assert!(report.succeeded(), "{report:?}");
    let secret = bench.file("probe.sh").split('\'').nth(3).unwrap().to_owned();
    assert_eq!(secret.len(), 43, "the one secret there is");
    assert!(!bench.file("probe.env").contains(&secret) && bench.file("probe.env").contains("PROBE_OPEN=no"));
    let shown = render_apply(&report, Duration::ZERO, Style::default());
    let at = bench.dir.path().join("apps/probe.sh");
    assert!(shown.contains(&format!("$ sh {}\n", at.display())), "{shown}");
    assert!(shown.contains(&format!("The commands stand in file {}, with the secret in them.", at.display())));
    assert!(shown.contains("whoever lists the processes of that machine can read the secret"), "{shown}");
    assert!(!shown.contains(&secret), "no secret is shown: {shown}");
    assert!(bench.plan(&declared("")).await.apps.is_empty(), "a second time there is nothing to do");
    std::fs::remove_file(&at).unwrap();
    bench.apply(&declared("")).await;
    assert!(bench.file("probe.sh").contains(&secret), "what is lost comes back as it was");
}

#[tokio::test]
async fn fields_to_copy_are_told_and_the_secret_is_where_it_is_said_to_be() {
    let bench = bench(
        "env = { A = 'b' }\nsheet = { 'Client ID' = '{client_id}', Secret = '{client_secret}', Url = '{issuer}' }\n",
    );
    let report = bench.apply(&declared("")).await;
    let shown = render_apply(&report, Duration::ZERO, Style::default());
    let at = bench.dir.path().join("apps/probe.txt");
    assert!(shown.contains(&format!("Secret: stands in file {}\n", at.display())), "{shown}");
    assert!(shown.contains("Url: https://auth.example.org\n"), "{shown}");
    let secret = bench.file("probe.txt").lines().find_map(|line| Some(line.strip_prefix("Secret")?.trim().to_owned()));
    assert!(!shown.contains(&secret.unwrap()), "{shown}");
}

#[tokio::test]
async fn deliver_once_says_where_it_goes() {
    let bench = bench(BOTH);
    let folder = bench.dir.path().join("apps");
    let text = declared(&format!("deliver_once = 'file:{}/other.sh'\n", folder.display()));
    assert!(bench.apply(&text).await.succeeded());
    assert!(bench.file("other.sh").contains("probe add") && !folder.join("probe.sh").exists());
    for (wrong, says) in [
        (format!("deliver_once = 'file:{}/probe.env'\n", folder.display()), "what is delivered here is a .sh file"),
        ("deliver_once = 'vault:kv/probe'\n".to_owned(), "`sinks.vault` is missing"),
        ("deliver_once = 'key:/srv/probe.env#A=PROBE_OPEN'\n".to_owned(), "has no values by name"),
    ] {
        let mistakes = bench.try_desired(&declared(&wrong)).unwrap_err();
        assert!(told(&mistakes).contains(says), "{wrong}: {mistakes:?}");
    }
    let vault = |more: &str| format!("sinks = ['vault']\n{}", declared(&format!("deliver = 'vault:kv/probe'\n{more}")));
    let twice = bench.try_desired(&vault("deliver_once = 'vault:kv/probe'\n")).unwrap_err();
    assert!(told(&twice).contains("Vault kv/probe is in `deliver`, too"), "{twice:?}");
    let apart = bench.desired(&vault("deliver_once = 'vault:kv/probe-once'\n"));
    assert_eq!(apart.apps[0].deliveries[1].keys(), ["probe.sh"], "where keys are kept it is one of them");
    let plain = format!("{ISSUER}[apps.grafana]\nurl = 'https://g.example.org'\ndeliver_once = 'file:/srv/x.sh'\n");
    let mistakes = Bench::default().try_desired(&plain).unwrap_err();
    assert!(told(&mistakes).contains("nothing is used once beside what this app reads"), "{mistakes:?}");
}

/// A reference needs a secret of Doorstep's making beside it (ADR 39); where that went into the commands, the delivery is
/// sealed.
#[tokio::test]
async fn security_118_what_is_remembered_of_a_delivery_beside_commands_tells_no_guess() {
    let bench = bench(BOTH);
    let secret = bench.dir.path().join("smtp");
    std::fs::write(&secret, "hunter2\n").unwrap();
    let text = declared(&format!("set = {{ PROBE_SMTP = '${{file:{}}}' }}\n", secret.display()));
    let desired = bench.desired(&text);
    let labels = desired.apps[0].deliveries[0].labels();
    assert_eq!(labels.into_iter().collect::<Vec<_>>(), ["seal"]);
    assert!(bench.desired(&declared("")).apps[0].deliveries[0].labels().is_empty(), "only where one is needed");
    // Keys and values have no comment that could seal them.
    let keys = text.replace("[apps.probe]\n", "[apps.probe]\ndeliver = 'vault:kv/probe'\n");
    let mistakes = bench.try_desired(&format!("sinks = ['vault']\n{keys}")).unwrap_err();
    assert!(told(&mistakes).contains("whether a guess at the referenced secret is right"), "{mistakes:?}");
}

/// What is remembered of a key is the hash of its value alone.
#[test]
fn security_118_a_key_that_would_hold_a_referenced_secret_alone_is_refused() {
    let bench = Bench::default();
    let text = |deliver: &str| {
        format!(
            "{ISSUER}[apps.grafana]\nurl = 'https://g.example.org'\nset = {{ GF_SMTP_PASSWORD = '${{file:/run/smtp}}' }}\n\
             deliver = [{deliver}]\n"
        )
    };
    let file = "'file:/srv/g.env'";
    assert!(bench.try_desired(&text(file)).is_ok());
    assert!(bench.try_desired(&text(&format!("{file}, 'key:/srv/k.env#A=GF_SERVER_ROOT_URL'"))).is_ok());
    let mistakes = bench.try_desired(&text(&format!("{file}, 'key:/srv/k.env#A=GF_SMTP_PASSWORD'"))).unwrap_err();
    assert!(told(&mistakes).contains("whether a guess at the referenced secret is right"), "{mistakes:?}");
}

#[test]
fn an_entry_says_what_it_shows_and_has_one_form_of_each_kind() {
    for (entry, says) in [
        ("env = { A = 'b' }\njson = { a = 'b' }\n", "takes one form"),
        ("env = { A = 'b' }\ncommands = ['x']\nsheet = { A = 'b' }\n", "takes one form"),
        ("commands = ['x {client_secret|sh}']\n", "secret_in_arguments says"),
        ("commands = ['x {random.key|sh}']\n", "secret_in_arguments says"),
        ("commands = ['x']\nsecret_in_arguments = true\n", "secret_in_arguments says"),
        (
            "commands = [\"x <<'END'\", '{client_secret|json}', 'END', 'y {client_secret|sh}']\n",
            "secret_in_arguments says",
        ),
        ("env = { A = '{client_secret}' }\nsetup = ['$ x {client_secret}']\n", "a secret stands in setup or by_hand"),
        ("env = { A = '{file}' }\n", "{file} is for setup and by_hand"),
        ("env = { A = 'b' }\naddress = 'http://a.example.org'\n", "is not written like https://app.example.org"),
        ("env = { A = 'b' }\naddress = 'https://a.example.org/'\n", "is not written like https://app.example.org"),
        ("env = { A = 'b' }\nlists = { B = 'comma' }\n", "`B` is no list of this kind"),
        ("env = { A = 'b' }\nlists = { A = 'items' }\n", "`A` is no list of this kind"),
        ("yaml = { a = ['b'] }\nlists = { a = 'comma' }\n", "`a` is no list of this kind"),
        ("yaml = { a = 'b' }\nlists = { a = 'items' }\n", "`a` is no list of this kind"),
        ("env = { A = 'b' }\nperson = { known_by = 'name', header = 'Remote-User' }\n", "a header is read by an app"),
        ("env = { A = 'b' }\nperson = { known_by = 'sub', said_by = 'B' }\n", "said_by names `B`"),
    ] {
        let said = refused(entry);
        assert!(said.contains(says), "{entry}{said}");
    }
    for good in [
        "commands = [\"x <<'END'\", '{client_secret|json}', 'END']\n",
        "commands = [\"printf '%s' {client_secret|sh} | x\"]\n",
        "env = { A = 'b' }\ncommands = ['x']\n",
        "yaml = { a = [{ b = ['c'] }] }\nlists = { 'a.0.b' = 'items' }\n",
    ] {
        assert!(bench(good).catalog.get("probe").unwrap().is_ok(), "{good}");
    }
}

#[test]
fn what_a_person_adds_to_a_list_follows_what_is_there_and_stands_there_once() {
    let bench = bench(
        "env = { APPS = 'a,{client_id}', NONE = '', WORDS = 'x y', PLAIN = 'p' }\n\
         lists = { APPS = 'comma', NONE = 'comma', WORDS = 'space' }\n",
    );
    let read = |set: &str| {
        let desired = bench.desired(&declared(&format!("set = {{ {set} }}\n")));
        let values = desired.apps[0].deliveries[0].rehearse().unwrap().values;
        values.into_iter().map(|pair| format!("{}={}", pair.key, pair.value.expose())).collect::<Vec<_>>().join(" | ")
    };
    // In a rehearsal, the client is called `x`.
    assert_eq!(read("APPS = ['c', 'a', 'b', 'c', 'probe']"), "APPS=a,x,c,b | NONE= | WORDS=x y | PLAIN=p");
    assert_eq!(read("APPS = ['a']"), "APPS=a,x | NONE= | WORDS=x y | PLAIN=p");
    assert_eq!(read("NONE = ['c', 7, true]"), "APPS=a,x | NONE=c,7,true | WORDS=x y | PLAIN=p");
    assert_eq!(read("WORDS = ['y', 'z']"), "APPS=a,x | NONE= | WORDS=x y z | PLAIN=p");
    assert_eq!(read("WORDS = 'mine'"), "APPS=a,x | NONE= | WORDS=mine | PLAIN=p", "a text stands in its place");
    for (set, says) in [
        ("APPS = ['a,b']", "cannot be one of the values of APPS"),
        ("APPS = [' ']", "cannot be one of the values of APPS"),
        ("APPS = [['a']]", "cannot be one of the values of APPS"),
        ("PLAIN = ['a']", "which holds one value"),
        ("APPS = ['${file:/run/x}']", "a reference stands in a list"),
        ("APPS = 'a'", "holds a credential"),
    ] {
        let mistakes = bench.try_desired(&declared(&format!("set = {{ {set} }}\n"))).unwrap_err();
        assert!(told(&mistakes).contains(says), "{set}: {mistakes:?}");
    }
}

#[tokio::test]
async fn lists_of_documents_are_added_to_by_their_path() {
    let bench = Bench::default();
    let text = format!(
        "{ISSUER}[apps.kubernetes-apiserver]\nurl = 'https://k8s.example.org'\n\
         set = {{ 'jwt.0.issuer.audiences' = ['headlamp', 'kubernetes-apiserver', 'headlamp'] }}\n"
    );
    assert!(bench.apply(&text).await.succeeded());
    let file: serde_json::Value = serde_saphyr::from_str(&bench.file("kubernetes-apiserver.yaml")).unwrap();
    assert_eq!(file["jwt"][0]["issuer"]["audiences"], serde_json::json!(["kubernetes-apiserver", "headlamp"]));
    let synapse = format!(
        "{ISSUER}[apps.matrix-synapse]\nurl = 'https://m.example.org'\n[[apps.matrix-synapse.set.oidc_providers]]\nidp_id = 'other'\nclient_secret = 'in-clear-0123456789'\n"
    );
    let desired = bench.desired(&synapse);
    assert_eq!(desired.apps[0].in_clear, ["oidc_providers.0.client_secret"], "a secret in clear is told there as well");
    bench.apply(&synapse).await;
    let file: serde_json::Value = serde_saphyr::from_str(&bench.file("matrix-synapse.yaml")).unwrap();
    let ids: Vec<_> = file["oidc_providers"].as_array().unwrap().iter().map(|one| one["idp_id"].as_str()).collect();
    assert_eq!(ids, [Some("doorstep"), Some("other")]);
}

/// Of some lists a part closes a door; of others whatever is added opens one.
#[test]
fn a_door_that_a_part_of_a_list_closes_stays_closed_when_something_is_added() {
    let opened = |app: &str, set: &str| {
        let text = format!("{ISSUER}[apps.{app}]\nurl = 'https://a.example.org'\nset = {{ {set} }}\n");
        Bench::default().desired(&text).apps[0].reopens.iter().map(|open| open.door).collect::<Vec<_>>()
    };
    assert_eq!(opened("opencloud", "OC_EXCLUDE_RUN_SERVICES = ['antivirus']"), []);
    assert_eq!(opened("opencloud", "OC_EXCLUDE_RUN_SERVICES = 'antivirus'"), [DoorKind::Passwords]);
    assert_eq!(opened("homarr", "AUTH_PROVIDERS = ['credentials']"), [DoorKind::Passwords]);
    assert_eq!(opened("grafana", "GF_AUTH_ANONYMOUS_ENABLED = true"), [DoorKind::Anonymous]);
}

fn entry(text: &str) -> AppEntry {
    toml::from_str(text).unwrap()
}

/// Where Doorstep stands in front, the value of a header is what the app knows people by.
#[test]
fn apps_that_know_people_by_a_header_or_by_what_set_says_are_found() {
    let catalog = Catalog::builtin();
    let at = "url = 'https://a.example.org'\n";
    let apps = [
        ("apache-guacamole", String::new()),
        ("healthchecks", String::new()),
        ("grafana", String::new()),
        ("glances", String::new()),
        ("firefly-iii", "set = { AUTHENTICATION_GUARD_HEADER = 'HTTP_REMOTE_EMAIL' }".to_owned()),
        ("freshrss", "set = { OIDC_REMOTE_USER_CLAIM = 'preferred_username' }".to_owned()),
        ("filebrowser-quantum", "set.auth.methods.oidc.userIdentifier = 'email'".to_owned()),
        ("mealie", "set = { OIDC_USER_CLAIM = 'something' }".to_owned()),
    ];
    let apps = apps.map(|(name, more)| (name.to_owned(), entry(&format!("{at}{more}"))));
    let manifest = Manifest { apps: apps.into_iter().collect(), ..Manifest::default() };
    assert_eq!(catalog.known_by(&manifest, KnownBy::Name), ["apache-guacamole", "freshrss"]);
    let by_mail = ["filebrowser-quantum", "firefly-iii", "healthchecks", "mealie"];
    assert_eq!(catalog.known_by(&manifest, KnownBy::Mail), by_mail);
}

/// An entry that hands a header of Doorstep's to its app says which of them is the person.
#[test]
fn every_entry_that_reads_who_a_person_is_says_so() {
    let catalog = Catalog::builtin();
    let mut readers = 0;
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let text = catalog.source(name).unwrap();
        let reads = ["\"Remote-", "\"HTTP_REMOTE_"].iter().any(|header| text.contains(header));
        if entry.kind == Kind::ForwardAuth {
            assert_eq!(reads, entry.person.is_some(), "{name}");
            readers += usize::from(reads);
        }
        let anonymous = entry.doors.as_ref().unwrap().anonymous;
        let closes =
            entry.doors.as_ref().unwrap().closed_by.values().any(|by| by.doors().any(|d| d == DoorKind::Anonymous));
        assert!(anonymous != Anonymous::Nothing || !closes, "{name} closes what it says it does not have");
    }
    assert_eq!(readers, 5);
    let wrong = "name = 'X'\nhomepage = 'https://x.example'\nkind = 'forward_auth'\n";
    for (person, says) in [
        ("known_by = 'mail', header = 'Remote-User'", "not what known_by says"),
        ("known_by = 'name'", "says no header"),
        ("known_by = 'name', header = 'X-User'", "is no header that says who a person is"),
    ] {
        let source: &'static str = format!("{wrong}{DOORS}person = {{ {person} }}\n").leak();
        let said = Catalog::from_sources([("x", source)]).get("x").unwrap().unwrap_err().to_string();
        assert!(said.contains(says), "{person}: {said}");
    }
}

#[tokio::test]
async fn an_app_that_is_at_one_place_for_everybody_is_declared_there_and_what_it_asks_for_is_told() {
    let bench = Bench::default();
    let wrong = format!("{ISSUER}[apps.tailscale]\nurl = 'https://tail.example.org'\n");
    let mistakes = bench.try_desired(&wrong).unwrap_err();
    assert_eq!(
        mistakes[0].remedy.as_ref().map(ToString::to_string).as_deref(),
        Some("write url = \"https://login.tailscale.com\"")
    );
    let entry = bench.catalog.get("tailscale").unwrap().unwrap();
    let text = format!("{ISSUER}[apps.tailscale]\nurl = '{}'\n", url_of("tailscale", entry));
    let shown = render_apply(&bench.apply(&text).await, Duration::ZERO, Style::default());
    for part in [
        "https://DOMAIN/.well-known/webfinger has to answer",
        "\"rel\":\"http://openid.net/specs/connect/1.0/issuer\",\"href\":\"https://auth.example.org\"",
        "$ doorstep generate webfinger --domain DOMAIN\n",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

/// With an internal address, what a browser reads is still the public one.
#[test]
fn what_a_browser_reads_is_never_the_internal_address() {
    let inside = "internal_url = 'http://doorstep:8480'\n";
    let declared = declared("reach = 'internal'\n").replace("[apps", &format!("{inside}[apps"));
    let page = "auth_method = 'none'\npkce = 'required'\nenv = { ID = '{client_id}', PAGE = '{public_discovery_url} \
                {public_token_url} {public_userinfo_url} {public_jwks_url}'";
    let both = bench(&format!("{page}, OWN = '{{discovery_url}}' }}\n"));
    let desired = both.desired(&declared);
    let values = desired.apps[0].deliveries[0].rehearse().unwrap().values;
    let of = |name: &str| values.iter().find(|pair| pair.key == name).unwrap().value.expose().clone();
    assert!(!of("PAGE").contains("doorstep:8480"), "{}", of("PAGE"));
    assert!(
        of("PAGE")
            .starts_with("https://auth.example.org/.well-known/openid-configuration https://auth.example.org/token")
    );
    assert_eq!(of("OWN"), "http://doorstep:8480/.well-known/openid-configuration");
    let mistakes = bench(&format!("{page} }}\n")).try_desired(&declared).unwrap_err();
    assert!(told(&mistakes).contains("is read by browsers, or outside of your network"), "{mistakes:?}");
    let catalog = Catalog::builtin();
    for name in ["opencloud", "owncloud-infinite-scale", "cloudflare-access"] {
        assert!(catalog.source(name).unwrap().contains("{public_"), "{name}");
    }
}
