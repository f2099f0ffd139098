//! What a client may be is sayable: by an entry of the catalog, by a declaration, and over an entry by one.

use crate::support::{Bench, read, read_with};
use doorstep_core::{
    model::{ClientAuthMethod, PkcePolicy, SigningAlg},
    time::Ttl,
};
use doorstep_onboard::{
    catalog::Catalog,
    desired::{Desired, DesiredApp},
    plan::{Choices, Edit, Field, Wait, plan},
    spec::ClientSpec,
};
use std::path::Path;

fn one(apps: &str, catalog: &Catalog) -> DesiredApp {
    let text = format!("issuer = 'https://auth.example.org'\n[groups]\nusers = []\n{apps}");
    let Desired { mut apps, .. } = read_with(&text, Path::new("/apps"), catalog).unwrap();
    assert_eq!(apps.len(), 1);
    apps.remove(0)
}

fn client(apps: &str) -> ClientSpec {
    one(apps, &Catalog::builtin()).client.unwrap()
}

const WIKI: &str = "[apps.wiki]\nurl = 'https://wiki.example.org'\ncallbacks = ['/cb']\n";

/// An entry with no field at its default.
const PROBE: &str = r#"
name = "Probe"
homepage = "https://probe.example"
kind = "oidc"
below = "/sub"
callbacks = ["{url}/sub/cb", "probe://cb"]
post_logout = ["{url}/bye"]
schemes = ["probe"]
auth_method = "post"
pkce = "required"
scopes = ["openid", "groups"]
id_token_alg = "ES256"
claims_in_id_token = true
iss_parameter = false
native = true
setup = ["First, {app}."]
notes = ["A note."]

[doors]
sign_up = "closed"
passwords = "by_hand"
linking = "mail"
first_administrator = "first_visitor"
anonymous = "nothing"
by_hand = ["Then, {app}."]
closed_by = { CLOSED = { door = "sign_up", or = ["not at all"] } }

[roles]
claim = "probe_role"
values = ["boss"]

[env]
CLOSED = "no"
ID = "{client_id}"
SCOPES = "{scopes}"

[env_with_roles]
ROLE = "{role_claim}"
"#;

#[test]
fn every_field_of_an_entry_arrives() {
    let catalog = Catalog::from_sources([("probe", PROBE)]);
    let app = one("[apps.probe]\nurl = 'https://probe.example.org/sub'\nroles = { users = 'boss' }", &catalog);
    let client = app.client.as_ref().unwrap();
    let expected = ClientSpec {
        auth_method: ClientAuthMethod::Post,
        post_logout_redirect_uris: vec!["https://probe.example.org/bye".into()],
        native: true,
        scopes: ["openid", "groups"].map(str::to_owned).into(),
        pkce: PkcePolicy::Required,
        id_token_alg: SigningAlg::Es256,
        claims_in_id_token: true,
        iss_parameter: false,
        role_claim: client.role_claim.clone(),
        ..ClientSpec::new(
            "probe".parse().unwrap(),
            "Probe",
            vec!["https://probe.example.org/sub/cb".into(), "probe://cb".into()],
        )
    };
    assert_eq!(*client, expected);
    assert_eq!(client.role_claim.as_ref().unwrap().claim, "probe_role");
    assert_eq!(app.setup, ["First, probe.", "Then, probe."]);
    let doors = app.doors.unwrap();
    assert_eq!(doors.by_hand, ["Then, probe."]);
    assert_eq!(
        doors.open(),
        [
            "its own passwords work until you close them",
            "an account it has is entered by its mail address",
            "its first visitor becomes its administrator",
        ]
    );
    assert_eq!(app.deliveries[0].keys(), ["CLOSED", "ID", "SCOPES", "ROLE"]);
    let rendered = app.deliveries[0].rehearse().unwrap();
    for part in ["# A note.\n# First, probe.\n# Then, probe.\n", "SCOPES=openid groups\n", "ROLE=probe_role\n"] {
        assert!(rendered.text.expose().contains(part), "{part}");
    }
}

#[test]
fn an_entry_and_a_declaration_are_checked_by_the_same_rules() {
    for (entry, declared, why) in [
        ("scopes = [\"openid\", \"groups\"]", "scopes = [\"openid\", \"roles\"]", "is not a scope"),
        ("scopes = [\"openid\", \"groups\"]", "scopes = [\"groups\"]", "lack openid"),
        ("schemes = [\"probe\"]", "schemes = [\"probe\", \"other\"]", "no callback begins with"),
        ("post_logout = [\"{url}/bye\"]", "post_logout = [\"{url}/bye#x\"]", "fragment"),
        ("claim = \"probe_role\"", "claim = \"email\"", "a meaning of its own"),
    ] {
        assert!(PROBE.contains(entry));
        let source: &'static str = PROBE.replace(entry, declared).leak();
        let catalog = Catalog::from_sources([("probe", source)]);
        let said = catalog.get("probe").unwrap().unwrap_err().to_string();
        assert!(said.contains(why), "{declared}: {said}");
    }
}

#[test]
fn an_app_that_the_catalog_does_not_know_is_met_as_most_libraries_come() {
    let client = client(WIKI);
    let expected = ClientSpec {
        pkce: PkcePolicy::Optional,
        claims_in_id_token: true,
        scopes: ["openid", "profile", "email", "groups", "offline_access"].map(str::to_owned).into(),
        post_logout_redirect_uris: vec!["https://wiki.example.org".into(), "https://wiki.example.org/".into()],
        ..ClientSpec::new("wiki".parse().unwrap(), "wiki", vec!["https://wiki.example.org/cb".into()])
    };
    assert_eq!(client, expected);
    assert_eq!((client.auth_method, client.iss_parameter), (ClientAuthMethod::Either, true));
}

type Seen = fn(&ClientSpec) -> bool;

/// (a line of the declaration, what it does to the client)
const KNOBS: &[(&str, Seen)] = &[
    ("auth_method = 'basic'", |c| c.auth_method == ClientAuthMethod::Basic),
    ("auth_method = 'post'", |c| c.auth_method == ClientAuthMethod::Post),
    ("pkce = 'required'", |c| c.pkce == PkcePolicy::Required),
    ("pkce = 'optional'", |c| c.pkce == PkcePolicy::Optional),
    ("scopes = ['openid', 'email']", |c| c.scopes.len() == 2 && c.scopes.contains("email")),
    ("claims_in_id_token = false", |c| !c.claims_in_id_token),
    ("claims_in_id_token = true", |c| c.claims_in_id_token),
    ("id_token_alg = 'ES256'", |c| c.id_token_alg == SigningAlg::Es256),
    ("id_token_alg = 'EdDSA'", |c| c.id_token_alg == SigningAlg::EdDsa),
    ("iss_parameter = false", |c| !c.iss_parameter),
    ("native = true", |c| c.native),
    ("roles = { users = 'Viewer' }\nrole_claim = 'level'", |c| c.role_claim.as_ref().unwrap().claim == "level"),
    ("tokens = { access = '10m' }", |c| c.access_ttl == Ttl::from_minutes(10) && c.refresh_ttl == Ttl::from_days(30)),
    ("tokens = { refresh = '1w' }", |c| c.refresh_ttl == Ttl::from_days(7) && c.access_ttl == Ttl::from_hours(1)),
    ("first_party = false", |c| !c.first_party),
];

#[test]
fn every_knob_turns_for_a_known_app_and_for_another() {
    for (line, seen) in KNOBS {
        for app in [WIKI, "[apps.grafana]\nurl = 'https://grafana.example.org'\n"] {
            let client = client(&format!("{app}{line}"));
            assert!(seen(&client), "{app}{line}\n{client:?}");
        }
    }
}

/// `required` is what a client is made with: only `optional` shows that the entry was asked.
#[test]
fn an_entry_says_whether_its_app_sends_pkce_unless_its_client_is_public() {
    for (method, pkce, expected) in [
        ("post", "pkce = \"required\"", PkcePolicy::Required),
        ("post", "pkce = \"optional\"", PkcePolicy::Optional),
        ("none", "", PkcePolicy::Required),
    ] {
        let entry = PROBE
            .replace("auth_method = \"post\"", &format!("auth_method = \"{method}\""))
            .replace("pkce = \"required\"", pkce);
        let catalog = Catalog::from_sources([("probe", &*entry.leak())]);
        let app = one("[apps.probe]\nurl = 'https://probe.example.org/sub'\nroles = { users = 'boss' }", &catalog);
        assert_eq!(app.client.unwrap().pkce, expected, "{method} {pkce}");
    }
}

#[test]
fn a_public_client_sends_pkce_and_is_delivered_no_secret() {
    let app = one(&format!("{WIKI}auth_method = 'none'"), &Catalog::builtin());
    assert_eq!(app.client.unwrap().pkce, PkcePolicy::Required);
    let keys = app.deliveries[0].keys();
    assert!(
        keys.contains(&"OIDC_CLIENT_ID".to_owned()) && !keys.contains(&"OIDC_CLIENT_SECRET".to_owned()),
        "{keys:?}"
    );
}

#[test]
fn callbacks_on_the_device_need_their_scheme_named() {
    let text = WIKI.replace("['/cb']", "['wiki://cb', 'http://127.0.0.1/cb']\nschemes = ['wiki']\nnative = true");
    assert_eq!(client(&text).redirect_uris, ["wiki://cb", "http://127.0.0.1/cb"]);
}

#[test]
fn addresses_after_sign_out_are_registered_and_the_first_is_delivered() {
    let wiki = one(&format!("{WIKI}post_logout = ['/bye', 'https://home.example.org/']"), &Catalog::builtin());
    assert_eq!(
        wiki.client.unwrap().post_logout_redirect_uris,
        [
            "https://wiki.example.org/bye",
            "https://home.example.org/",
            "https://wiki.example.org",
            "https://wiki.example.org/"
        ]
    );
    let text = wiki.deliveries[0].rehearse().unwrap();
    assert!(text.text.expose().contains("OIDC_POST_LOGOUT_REDIRECT_URI=https://wiki.example.org/bye\n"));
    let known = client("[apps.grafana]\nurl = 'https://g.example.org'\npost_logout = ['/login', '/bye']");
    assert_eq!(known.post_logout_redirect_uris, ["https://g.example.org/login", "https://g.example.org/bye"]);
}

#[test]
fn the_general_delivery_names_every_endpoint_and_the_role_claim() {
    let app = one(&format!("{WIKI}roles = {{ users = 'reader' }}"), &Catalog::builtin());
    let text = app.deliveries[0].rehearse().unwrap().text.expose().clone();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    OIDC_ISSUER=https://auth.example.org
    OIDC_DISCOVERY_URL=https://auth.example.org/.well-known/openid-configuration
    OIDC_AUTHORIZATION_ENDPOINT=https://auth.example.org/authorize
    OIDC_TOKEN_ENDPOINT=https://auth.example.org/token
    OIDC_USERINFO_ENDPOINT=https://auth.example.org/userinfo
    OIDC_JWKS_URI=https://auth.example.org/jwks
    OIDC_REVOCATION_ENDPOINT=https://auth.example.org/revoke
    OIDC_END_SESSION_ENDPOINT=https://auth.example.org/end_session
    OIDC_CLIENT_ID=x
    OIDC_CLIENT_SECRET=0stand1in2for3what4nobody5knows
    OIDC_REDIRECT_URI=https://wiki.example.org/cb
    OIDC_POST_LOGOUT_REDIRECT_URI=https://wiki.example.org
    OIDC_SCOPES=openid profile email groups
    OIDC_ROLE_CLAIM=role
    ");
}

#[tokio::test]
async fn lives_of_tokens_are_told_in_words() {
    let bench = Bench::default();
    let text = |tokens: &str| format!("issuer = 'https://auth.example.org'\n{WIKI}{tokens}");
    bench.apply(&text("")).await;
    for (tokens, field, words) in [
        ("tokens = { access = '1s' }", Field::AccessTtl, "1 second"),
        ("tokens = { access = '90s' }", Field::AccessTtl, "90 seconds"),
        ("tokens = { access = '1m' }", Field::AccessTtl, "1 minute"),
        ("tokens = { access = '90m' }", Field::AccessTtl, "90 minutes"),
        ("tokens = { access = '2h' }", Field::AccessTtl, "2 hours"),
        ("tokens = { refresh = '24h' }", Field::RefreshTtl, "1 day"),
        ("tokens = { refresh = '2w' }", Field::RefreshTtl, "14 days"),
    ] {
        let desired = bench.desired(&text(tokens));
        let planned = plan(&desired, &bench.observe(&desired).await, &Choices::default());
        let json = serde_json::to_value(&planned.apps[0].steps[0]).unwrap();
        let change = &json["changes"][0];
        assert_eq!(change["after"], words, "{tokens}");
        assert_eq!(change["field"], serde_json::to_value(field).unwrap());
        let before = if field == Field::AccessTtl { "1 hour" } else { "30 days" };
        assert_eq!(change["before"], before);
        let doorstep_onboard::plan::Step::UpdateClient { changes, .. } = &planned.apps[0].steps[0] else { panic!() };
        assert!(matches!(changes[0].edit, Edit::Value { .. }));
    }
}

/// Each knob both ways, for an app whose declaration changes: what its running client relies on waits, what only allows
/// more does not.
#[tokio::test]
async fn a_knob_that_takes_something_away_waits_for_a_word_and_one_that_gives_does_not() {
    use Field::{AuthMethod, ClaimsInIdToken, IdTokenAlg, IssParameter, Native, Pkce, Scopes};
    const BOTH_WAYS: &[(&str, &str, &[Field], &[Field])] = &[
        ("", "auth_method = 'post'", &[AuthMethod], &[]),
        ("auth_method = 'basic'", "auth_method = 'post'", &[AuthMethod], &[AuthMethod]),
        ("", "auth_method = 'none'", &[AuthMethod, Pkce], &[AuthMethod]),
        ("", "pkce = 'required'", &[Pkce], &[]),
        ("", "claims_in_id_token = false", &[ClaimsInIdToken], &[]),
        ("", "id_token_alg = 'EdDSA'", &[IdTokenAlg], &[IdTokenAlg]),
        ("", "iss_parameter = false", &[IssParameter], &[IssParameter]),
        ("", "native = true", &[], &[Native]),
        ("", "scopes = ['openid', 'email']", &[Scopes], &[]),
        ("", "first_party = false", &[], &[]),
        ("", "tokens = { access = '10m' }", &[], &[]),
    ];
    let text = |line: &str| format!("issuer = 'https://auth.example.org'\n{WIKI}{line}\n");
    for (one, other, there, back) in BOTH_WAYS {
        for (before, after, waits) in [(one, other, there), (other, one, back)] {
            let bench = Bench::default();
            bench.apply(&text(before)).await;
            let plan = bench.plan(&text(after)).await;
            let waiting: Vec<_> = plan.apps[0]
                .waits
                .iter()
                .filter_map(|wait| if let Wait::Contract { change, .. } = wait { Some(change.field) } else { None })
                .collect();
            assert_eq!(waiting, *waits, "{before:?} becomes {after:?}");
        }
    }
}

#[test]
fn an_issuer_that_is_no_web_address_is_one_mistake() {
    for issuer in ["ftp://auth.example.org", "urn:auth", "auth.example.org", ""] {
        let text = format!("issuer = '{issuer}'\n{WIKI}");
        let mistakes = read(&text, Path::new("/apps")).unwrap_err();
        let reported: Vec<_> = mistakes.iter().map(|mistake| (mistake.at.to_string(), mistake.what.clone())).collect();
        assert_eq!(reported, [("issuer".to_owned(), format!("`{issuer}` is not an address"))]);
    }
    assert!(read(&format!("issuer = 'http://localhost:8480'\n{WIKI}"), Path::new("/apps")).is_ok());
}

#[test]
fn an_app_that_reaches_doorstep_inside_is_told_so_for_what_it_asks_itself() {
    use doorstep_onboard::delivery::Content;
    let bench = crate::support::Bench::default();
    let head = "issuer = 'https://auth.test'\ninternal_url = 'http://doorstep:8480'\n";
    let wiki = "[apps.wiki]\nurl = 'https://w.test'\ncallbacks = ['/cb']\n";
    let told = |text: &str| -> std::collections::BTreeMap<String, String> {
        let desired = bench.desired(text);
        let Content::Env { variables, .. } = &desired.apps[0].deliveries[0].content else { panic!("variables") };
        variables.iter().map(|(name, value)| (name.clone(), value.masked())).collect()
    };
    let inside = told(&format!("{head}{wiki}reach = 'internal'\n"));
    for (name, value) in [
        ("OIDC_ISSUER", "https://auth.test"),
        ("OIDC_DISCOVERY_URL", "http://doorstep:8480/.well-known/openid-configuration"),
        ("OIDC_AUTHORIZATION_ENDPOINT", "https://auth.test/authorize"),
        ("OIDC_TOKEN_ENDPOINT", "http://doorstep:8480/token"),
        ("OIDC_USERINFO_ENDPOINT", "http://doorstep:8480/userinfo"),
        ("OIDC_JWKS_URI", "http://doorstep:8480/jwks"),
        ("OIDC_REVOCATION_ENDPOINT", "http://doorstep:8480/revoke"),
        ("OIDC_END_SESSION_ENDPOINT", "https://auth.test/end_session"),
    ] {
        assert_eq!(inside[name], value, "{name}");
    }
    let public = told(&format!("{head}{wiki}reach = 'public'\n"));
    assert!(public.values().all(|value| !value.contains("doorstep:8480")));
    assert_eq!(public, told(&format!("{head}{wiki}")));
    let grafana = "[apps.grafana]\nurl = 'https://g.test'\nreach = 'internal'\n";
    let grafana = told(&format!("{head}{grafana}"));
    assert_eq!(grafana["GF_AUTH_GENERIC_OAUTH_TOKEN_URL"], "http://doorstep:8480/token");
    assert_eq!(grafana["GF_AUTH_GENERIC_OAUTH_AUTH_URL"], "https://auth.test/authorize");

    for (text, says) in [
        (format!("issuer = 'https://auth.test'\n{wiki}reach = 'internal'\n"), "there is no internal address"),
        (format!("{head}[apps.immich]\nurl = 'https://i.test'\nreach = 'internal'\n"), "told the issuer alone"),
        (format!("{head}[apps.glances]\nurl = 'https://i.test'\nreach = 'internal'\n"), "told the issuer alone"),
        (format!("{head}[apps.opencloud]\nurl = 'https://i.test'\nreach = 'internal'\n"), "is read by browsers"),
    ] {
        let mistakes = bench.try_desired(&text).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.what.contains(says)), "{text}: {mistakes:?}");
    }
}
