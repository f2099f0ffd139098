//! An app on every host below a name, in what is printed for each proxy.

use super::*;

fn sites(url: &str) -> Vec<Site> {
    let site = |name: &str, url: &str| Site {
        name: name.to_owned(),
        url: url.to_owned(),
        upstream: "127.0.0.1:3000".parse().ok(),
        protected: true,
    };
    vec![site("previews", url), site("wiki", "https://wiki.apps.example.org")]
}

fn server() -> Server {
    Server {
        issuer: "https://auth.apps.example.org".to_owned(),
        listen: "127.0.0.1:8480".parse().unwrap(),
        front: Front::default(),
        secret: false,
    }
}

const WILDCARD: &str = "https://*.apps.example.org";
const PATTERN: &str = "^[a-z0-9-]+[.]apps[.]example[.]org$";

/// The lines that hold one of these.
fn lines(text: &str, words: &[&str]) -> String {
    let found = text.lines().filter(|line| words.iter().any(|word| line.contains(word)));
    found.map(str::trim).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_proxy_matches_one_label_and_hands_on_the_host_that_was_asked_for() {
    let (server, sites) = (server(), sites(WILDCARD));
    let nginx = nginx(&server, &sites).unwrap();
    assert_eq!(nginx.matches(&format!("server_name ~{PATTERN};")).count(), 2, "with TLS, and on the way to it");
    for line in [
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-Host $host;",
        "proxy_set_header X-Original-URL https://$host$request_uri;",
        "return 308 https://$host$request_uri;",
        "/etc/ssl/doorstep/wildcard.apps.example.org.pem;",
    ] {
        assert!(nginx.contains(line), "{line}");
    }
    let caddy = caddy(&server, &sites).unwrap();
    assert!(
        caddy.contains("\nhttps://*.apps.example.org {\n\t# A certificate for `*.` takes the DNS challenge"),
        "{caddy}"
    );
    let haproxy = haproxy(&server, &sites).unwrap();
    insta::assert_snapshot!("haproxy", lines(&haproxy, &["apps.example.org", "[.]", "doorstep_host"]));
    let envoy = envoy(&server, &sites, None).unwrap();
    insta::assert_snapshot!("envoy", lines(&envoy, &["apps.example.org", "AUTHORITY"]));
    let traefik = traefik(&server, &sites, (TraefikForm::File, "websecure")).unwrap();
    insta::assert_snapshot!("traefik", lines(&traefik, &["rule:", "priority:"]));
    for text in [nginx, caddy, haproxy, envoy, traefik] {
        assert!(!text.contains("str(*") && !text.contains("Host *") && !text.contains("\"*.apps.example.org\" }"));
    }
}

#[test]
fn a_port_stays_beside_the_host_that_was_asked_for() {
    let (server, sites) = (server(), sites("https://*.apps.example.org:8443"));
    assert!(nginx(&server, &sites).unwrap().contains("proxy_set_header Host $host:8443;"));
    assert!(haproxy(&server, &sites).unwrap().contains("req.fhdr(host),host_only,lower,concat(:8443) if"));
    assert!(caddy(&server, &sites).unwrap().contains("\nhttps://*.apps.example.org:8443 {"));
    assert!(envoy(&server, &sites, None).unwrap().contains("domains: [\"*.apps.example.org:8443\"]"));
}

#[test]
fn a_way_in_for_emergencies_is_for_each_of_its_hosts() {
    let (server, sites) = (server(), sites(WILDCARD));
    let way = Emergency {
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        proof: EmergencyProof::Authority("/etc/ca.pem".parse().unwrap()),
        port: 8444,
    };
    for (proxy, expected) in [
        (EmergencyProxy::Nginx, vec!["proxy_set_header Host $host;", "server_name ~^[a-z0-9-]+[.]apps"]),
        (EmergencyProxy::Caddy, vec!["https://*.apps.example.org:8444 {", "header_up Host {http.request.host}\n"]),
        (EmergencyProxy::Haproxy, vec!["set-header host %[var(txn.doorstep_host)]", "-m reg ^[a-z0-9-]+[.]apps"]),
        (EmergencyProxy::Envoy, vec!["\"*.apps.example.org\", \"*.apps.example.org:8444\"", "%REQ(:AUTHORITY)%"]),
    ] {
        let base = if proxy == EmergencyProxy::Envoy { "  clusters:\n" } else { "" };
        let text = with_emergency(proxy, base, (&server, &sites), &way).unwrap();
        for line in expected {
            assert!(text.contains(line), "{proxy:?} {line}\n{text}");
        }
        assert!(!text.contains("str(*") && !text.contains("Host *"), "{text}");
    }
}

#[test]
fn where_objects_name_one_host_at_a_time_it_is_refused() {
    let mut sites = sites(WILDCARD);
    for site in &mut sites {
        site.upstream = "app.default.svc:80".parse().ok();
    }
    let server = Server { listen: "doorstep.default.svc:8480".parse().unwrap(), ..server() };
    let gateway = Gateway {
        form: GatewayForm::EnvoyGateway,
        name: "g".to_owned(),
        namespace: "n".to_owned(),
        class: "c".to_owned(),
        grpc: None,
    };
    let ingress = Ingress { namespace: "n".to_owned(), label: "l".to_owned(), account: "a".to_owned() };
    for refused in [
        gateway_api(&server, &sites, &gateway),
        istio(&server, &sites, &ingress),
        ingress_nginx(&server, &sites, "nginx"),
    ] {
        assert_eq!(refused, Err(GenerateError::Wildcard { name: "previews".to_owned() }));
    }
}
