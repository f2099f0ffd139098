//! Which addresses may be called, as a table: who named the URL × where it leads × what is allowed.

use doorstep_outbound::{Allowed, Destination, OperatorUrl, Policy, Refused, StrangerUrl};
use std::net::{IpAddr, SocketAddr};

fn operator(url: &str) -> Destination {
    OperatorUrl::parse(url).unwrap().into()
}

fn stranger(url: &str) -> Destination {
    StrangerUrl::parse(url).unwrap().into()
}

fn judge(to: &Destination, found: &[&str], allow: &[&str]) -> Result<Vec<SocketAddr>, Refused> {
    let found: Vec<IpAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
    let allow: Vec<Allowed> = allow.iter().map(|text| text.parse().unwrap()).collect();
    Policy::new(allow).judge(to, &found)
}

const PUBLIC: [&str; 4] = ["9.9.9.9", "2620:fe::fe", "::ffff:9.9.9.9", "64:ff9b::9.9.9.9"];
const HOME: [&str; 8] = [
    "10.0.0.5",
    "127.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "100.64.0.1",
    "fc00::5",
    "192.168.1.1",
    "64:ff9b::192.168.1.1",
];
const METADATA: [&str; 4] = ["169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"];
const NOWHERE: [&str; 8] =
    ["0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "192.0.2.1", "2002:a00:5::1", "2001:0:a00:5::1", "::10.0.0.5"];

#[test]
fn security_55_a_stranger_names_public_addresses_only() {
    let to = stranger("https://app.example/jwks");
    for address in PUBLIC {
        assert!(judge(&to, &[address], &[]).is_ok(), "{address}");
    }
    for address in HOME {
        assert!(matches!(judge(&to, &[address], &[]), Err(Refused::Home { .. })), "{address}");
    }
    for address in METADATA.iter().chain(&NOWHERE) {
        assert!(matches!(judge(&to, &[address], &[]), Err(Refused::Never { .. })), "{address}");
        // Nothing allows these.
        let everything = ["0.0.0.0/0", "::/0", "app.example:443"];
        assert!(matches!(judge(&to, &[address], &everything), Err(Refused::Never { .. })), "{address}");
    }
}

#[test]
fn security_55_one_bad_address_of_a_strangers_name_refuses_it() {
    let to = stranger("https://app.example/");
    for found in [["9.9.9.9", "10.0.0.5"], ["10.0.0.5", "9.9.9.9"], ["9.9.9.9", "169.254.169.254"]] {
        assert!(judge(&to, &found, &[]).is_err(), "{found:?}");
    }
    assert!(matches!(judge(&to, &[], &[]), Err(Refused::Nowhere { .. })));
}

#[test]
fn what_is_allowed_is_a_network_or_one_host_at_one_port() {
    let table = [
        ("https://app.home/", "10.0.0.5", "10.0.0.0/8", true),
        ("https://app.home:9443/", "10.0.0.5", "10.0.0.0/8", true),
        ("https://app.home/", "::ffff:10.0.0.5", "10.0.0.0/8", true),
        ("https://app.home/", "10.0.0.5", "10.0.0.5", true),
        ("https://app.home/", "10.0.0.6", "10.0.0.5", false),
        ("https://app.home/", "10.0.0.5", "192.168.0.0/16", false),
        ("https://app.home/", "10.0.0.5", "app.home:443", true),
        ("https://APP.home./", "10.0.0.5", "app.HOME.:443", true),
        ("https://app.home/", "10.0.0.5", "app.home:9443", false),
        ("https://app.home:9443/", "10.0.0.5", "app.home:9443", true),
        ("https://other.home/", "10.0.0.5", "app.home:443", false),
        ("https://10.0.0.5/", "10.0.0.5", "10.0.0.5:443", true),
        ("https://[fd00::5]:9443/", "fd00::5", "[fd00::5]:9443", true),
        // A public address at an odd port has to be named; a network opens private addresses only.
        ("https://app.example:8443/", "9.9.9.9", "10.0.0.0/8", true),
        ("https://app.example:22/", "9.9.9.9", "10.0.0.0/8", false),
        ("https://app.example:4443/", "9.9.9.9", "9.9.9.0/24", false),
        ("https://app.example:4443/", "9.9.9.9", "app.example:4443", true),
    ];
    for (url, address, allow, expected) in table {
        assert_eq!(judge(&stranger(url), &[address], &[allow]).is_ok(), expected, "{url} at {address}, {allow}");
    }
}

#[test]
fn security_55_an_operator_names_private_addresses_too_and_metadata_by_its_address_only() {
    for address in HOME {
        assert!(judge(&operator("http://vault.home:8200/"), &[address], &[]).is_ok(), "{address}");
    }
    for address in METADATA {
        let refused = judge(&operator("http://nas.home/"), &[address], &[]);
        assert!(matches!(refused, Err(Refused::Never { by_name: true, .. })), "{address}");
    }
    assert!(judge(&operator("http://169.254.169.254/latest"), &["169.254.169.254"], &[]).is_ok());
    for address in NOWHERE {
        assert!(
            matches!(judge(&operator("https://x.home/"), &[address], &[]), Err(Refused::Never { .. })),
            "{address}"
        );
    }
}

#[test]
fn an_operators_name_is_called_at_those_of_its_addresses_that_may_be() {
    let judged = judge(&operator("http://nas.home:8200/"), &["fe80::1", "192.168.1.5"], &[]);
    assert_eq!(judged, Ok(vec!["192.168.1.5:8200".parse().unwrap()]));
}

#[test]
fn plain_http_stays_at_home() {
    for address in PUBLIC {
        let refused = judge(&operator("http://idp.example/"), &[address], &[]);
        assert!(matches!(refused, Err(Refused::PlainHttp { .. })), "{address}");
        assert!(judge(&operator("https://idp.example:22/"), &[address], &[]).is_ok(), "{address}");
    }
}

#[test]
fn a_mapped_address_is_called_as_what_it_is() {
    let judged = judge(&operator("http://nas.home/"), &["::ffff:192.168.1.5"], &[]);
    assert_eq!(judged, Ok(vec!["192.168.1.5:80".parse().unwrap()]));
}

#[test]
fn an_entry_that_is_neither_is_said_to_be() {
    for text in [
        "",
        "app.home",
        "app.home:",
        "app.home:0",
        "app.home:65536",
        "10.0.0.0/33",
        "a@b:443",
        ":word@b:443",
        "a.home?x:443",
        "a.home#x:443",
        "a.home/x:443",
        "https://a.home:443",
    ] {
        let refused = text.parse::<Allowed>().unwrap_err();
        assert!(refused.to_string().contains("host with its port"), "{text}");
    }
}

#[test]
fn a_refusal_says_where_it_led_and_what_would_allow_it() {
    let said = |judged: Result<_, Refused>| judged.unwrap_err().to_string();
    let home = said(judge(&stranger("https://app.home/x?secret"), &["10.0.0.5"], &[]));
    assert_eq!(
        home,
        "app.home is at 10.0.0.5, which is a private address, and somebody whom Doorstep does not trust may have \
         named it; if it should be called, `outbound.allow = [\"app.home:443\"]` allows it"
    );
    let port = said(judge(&stranger("https://app.example:22/"), &["9.9.9.9"], &[]));
    assert!(port.contains("`outbound.allow = [\"app.example:22\"]`"), "{port}");
    let metadata = said(judge(&operator("http://nas.home/"), &["169.254.169.254"], &[]));
    assert!(metadata.ends_with("Doorstep never calls it by name"), "{metadata}");
}
