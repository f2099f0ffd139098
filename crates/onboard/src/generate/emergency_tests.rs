//! The way in for emergencies: what is added, and that nothing of every day changes.

use super::*;
use serde_json::Value;

fn home() -> (Server, Vec<Site>) {
    let site = |name: &str, url: &str, upstream: &str| Site {
        name: name.to_owned(),
        url: url.to_owned(),
        upstream: upstream.parse().ok(),
        protected: true,
    };
    let sites = vec![
        site("glances", "https://glances.example.org", "127.0.0.1:61208"),
        site("open-tv", "https://tv.example.net:8443/ui", "unix:/run/tv.sock"),
    ];
    let listen = "127.0.0.1:8480".parse().unwrap();
    (Server { issuer: "https://auth.example.org".to_owned(), listen, front: Front::default(), secret: false }, sites)
}

fn users() -> EmergencyProof {
    EmergencyProof::Users("/etc/doorstep-emergency.users".parse().unwrap())
}

fn authority() -> EmergencyProof {
    EmergencyProof::Authority("/etc/doorstep-emergency-ca.pem".parse().unwrap())
}

fn way(proof: EmergencyProof) -> Emergency {
    Emergency { networks: vec!["10.0.0.0/24".parse().unwrap(), "fd00::7".parse().unwrap()], proof, port: 8444 }
}

fn every_day(proxy: EmergencyProxy, (server, sites): (&Server, &[Site])) -> String {
    let text = match proxy {
        EmergencyProxy::Caddy => caddy(server, sites),
        EmergencyProxy::Nginx => nginx(server, sites),
        EmergencyProxy::Haproxy => haproxy(server, sites),
        EmergencyProxy::Envoy => envoy(server, sites, None),
    };
    text.unwrap()
}

const PROXIES: [(EmergencyProxy, &str); 4] = [
    (EmergencyProxy::Caddy, "caddy"),
    (EmergencyProxy::Nginx, "nginx"),
    (EmergencyProxy::Haproxy, "haproxy"),
    (EmergencyProxy::Envoy, "envoy"),
];

#[test]
fn what_is_added_stands_apart_and_nothing_else_changes() {
    let (server, sites) = home();
    for (proxy, name) in PROXIES {
        for (proof, with) in [(users(), "users"), (authority(), "authority")] {
            let before = every_day(proxy, (&server, &sites));
            assert!(
                !before.contains("EMERGENCY") && !before.contains("doorstep_emergency"),
                "off unless it is asked for"
            );
            let by_name = matches!(proxy, EmergencyProxy::Haproxy | EmergencyProxy::Envoy) && with == "users";
            let added = with_emergency(proxy, &before, (&server, &sites), &way(proof));
            if by_name {
                assert_eq!(added, Err(GenerateError::EmergencyUsers));
                continue;
            }
            let added = added.unwrap();
            let cut = before.len()
                - if proxy == EmergencyProxy::Envoy {
                    before.find("  clusters:\n").map_or(0, |at| before.len() - at)
                } else {
                    0
                };
            let (head, rest) = (&before[..cut], &before[cut..]);
            let part = added.strip_prefix(head).and_then(|text| text.strip_suffix(rest)).unwrap();
            assert!(part.contains("doorstep_emergency_access") && !part.contains("8480"), "nobody is asked: {part}");
            insta::assert_snapshot!(format!("emergency_{name}_by_{with}"), part);
        }
    }
}

#[test]
fn a_way_in_needs_a_port_of_its_own_a_network_and_tls() {
    let (server, sites) = home();
    let add = |server: &Server, sites: &[Site], way: &Emergency| {
        with_emergency(EmergencyProxy::Nginx, "", (server, sites), way).unwrap_err()
    };
    for port in [0, 80, 443, 8443] {
        let taken = Emergency { port, ..way(users()) };
        assert_eq!(add(&server, &sites, &taken), GenerateError::EmergencyPort { port });
    }
    let anywhere = Emergency { networks: Vec::new(), ..way(users()) };
    assert_eq!(add(&server, &sites, &anywhere), GenerateError::EmergencyBehind);
    let front = Front { behind: vec!["10.0.0.1".parse().unwrap()], resolver: None, keep: false };
    assert_eq!(add(&Server { front, ..server.clone() }, &sites, &way(users())), GenerateError::EmergencyBehind);
    let mut plain = sites.clone();
    plain[0].url = "http://glances.example.org:8082".to_owned();
    assert_eq!(add(&server, &plain, &way(users())), GenerateError::EmergencyPlain { name: "glances".to_owned() });
    for path in ["", "users", "/a b", "/a;", "/a\nb", "/a\"", "/${x}"] {
        assert!(path.parse::<PlainPath>().is_err(), "{path:?}");
    }
}

#[test]
fn the_rule_that_alarms_looks_for_the_words_that_the_proxies_write() {
    let read: Value = serde_saphyr::from_str(ALERTS).unwrap();
    let rule = &read["groups"][0]["rules"][0];
    assert_eq!(rule["alert"], "DoorstepEmergencyAccess");
    assert!(rule["expr"].as_str().unwrap().contains("|= \"doorstep_emergency_access\""), "{rule}");
    let (server, sites) = home();
    for (proxy, name) in PROXIES {
        let text = with_emergency(proxy, &every_day(proxy, (&server, &sites)), (&server, &sites), &way(authority()));
        assert!(text.unwrap().contains("doorstep_emergency_access"), "{name}");
    }
}
