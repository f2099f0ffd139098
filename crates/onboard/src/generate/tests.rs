//! The printed files as a person would review them, and what must not be printed.

use super::*;

fn site(name: &str, url: &str, upstream: &str, protected: bool) -> Site {
    Site { name: name.to_owned(), url: url.to_owned(), upstream: upstream.parse().ok(), protected }
}

fn server(issuer: &str, listen: &str) -> Server {
    Server { issuer: issuer.to_owned(), listen: listen.parse().unwrap(), front: Front::default(), secret: false }
}

fn home() -> (Server, Vec<Site>) {
    let sites = vec![
        site("glances", "https://glances.example.org", "127.0.0.1:61208", true),
        site("grafana", "https://grafana.example.org", "127.0.0.1:3000", false),
        site("open-tv", "https://tv.example.net:8443/ui", "unix:/run/tv.sock", true),
    ];
    (server("https://auth.example.org", "127.0.0.1:8480"), sites)
}

/// Plain HTTP on a lab machine, where Doorstep is reached directly.
fn lab() -> (Server, Vec<Site>) {
    let sites = vec![site("glances", "http://glances.test:8082", "127.0.0.1:61208", true)];
    (server("http://localhost:8480", "127.0.0.1:8480"), sites)
}

#[test]
fn a_home_behind_caddy() {
    let (server, sites) = home();
    insta::assert_snapshot!(caddy(&server, &sites).unwrap());
}

#[test]
fn a_home_behind_nginx() {
    let (server, sites) = home();
    insta::assert_snapshot!(nginx(&server, &sites).unwrap());
}

#[test]
fn a_lab_behind_caddy() {
    let (server, sites) = lab();
    insta::assert_snapshot!(caddy(&server, &sites).unwrap());
}

#[test]
fn a_lab_behind_nginx() {
    let (server, sites) = lab();
    insta::assert_snapshot!(nginx(&server, &sites).unwrap());
}

#[test]
fn security_57_every_identity_header_is_copied_and_the_clients_dropped() {
    let (server, sites) = home();
    let (caddy, nginx) = (caddy(&server, &sites).unwrap(), nginx(&server, &sites).unwrap());
    for name in doorstep_core::gateway::COPIED_HEADERS {
        let copied = caddy.lines().any(|line| line.trim().starts_with("copy_headers") && line.contains(name));
        assert!(copied, "{name}");
        let set = nginx.lines().filter(|line| line.trim().starts_with(&format!("proxy_set_header {name} "))).count();
        assert_eq!(set, 2, "{name}: once an app");
    }
    let guard = caddy.find("(doorstep) {").unwrap();
    let after = |what: &str| caddy[guard..].find(what).unwrap();
    let (strip, ask) = (after("import doorstep_identity"), after("forward_auth"));
    assert!(strip < ask, "what a client claims is dropped before Doorstep's answer is copied");
}

#[test]
fn a_socket_serves_doorstep_as_well() {
    let server = server("https://auth.example.org", "unix:/run/doorstep/http.sock");
    assert!(caddy(&server, &[]).unwrap().contains("reverse_proxy unix//run/doorstep/http.sock\n"));
    assert!(nginx(&server, &[]).unwrap().contains("server unix:/run/doorstep/http.sock;\n"));
}

#[test]
fn the_proxy_serves_doorstep_unless_it_is_reached_over_plain_http_at_its_own_port() {
    for (issuer, listen, proxied) in [
        ("http://localhost:8480", "127.0.0.1:8480", false),
        ("http://localhost", "127.0.0.1:80", false),
        ("http://localhost", "127.0.0.1:8480", true),
        ("http://localhost:8480", "unix:/run/doorstep/http.sock", true),
        ("https://auth.example.org:8480", "127.0.0.1:8480", true),
        ("https://auth.example.org", "127.0.0.1:443", true),
    ] {
        let text = caddy(&server(issuer, listen), &[]).unwrap();
        assert_eq!(text.contains("reverse_proxy "), proxied, "{issuer} {listen}: {text}");
    }
}

#[test]
fn a_home_behind_a_tunnel() {
    let (server, sites) = home();
    let front =
        Front { behind: vec!["172.16.0.0/12".parse().unwrap(), "::1".parse().unwrap()], resolver: None, keep: false };
    let server = Server { front, ..server };
    let text = caddy(&server, &sites).unwrap() + &nginx(&server, &sites).unwrap();
    for there in [
        "http://glances.example.org {",
        "not remote_ip 172.16.0.0/12 ::1",
        "header_up X-Forwarded-Proto https",
        "set_real_ip_from 172.16.0.0/12;\nset_real_ip_from ::1;",
        "    172.16.0.0/12 0;\n    ::1 0;",
    ] {
        assert!(text.contains(there), "{there}: {text}");
    }
    for gone in ["https://glances.example.org {", "ssl", "listen 443", "return 308"] {
        assert!(!text.contains(gone), "{gone}: {text}");
    }
}

#[test]
fn all_that_calls_doorstep_sends_the_secret_and_nothing_else_does() {
    let (server, sites) = home();
    let grpc: Upstream = "127.0.0.1:8481".parse().unwrap();
    for (secret, ours) in [(false, [0; 5]), (true, [7, 3, 2, 5, 5])] {
        let server = Server { secret, ..server.clone() };
        let texts = [
            // In nginx the question, the page of a refusal and the way back, of two apps; Doorstep's own host. Envoy has a
            // question for each port.
            nginx(&server, &sites).unwrap().replace("include /etc/nginx/doorstep-secret.conf;", "PROXY_SECRET"),
            caddy(&server, &sites).unwrap().replace("header_up X-Doorstep-Proxy-Secret {$DOORSTEP_", ""),
            haproxy(&server, &sites).unwrap().replace("set-header x-doorstep-proxy-secret \"${DOORSTEP_", ""),
            envoy(&server, &sites, None).unwrap().replace("value: \"%ENVIRONMENT(DOORSTEP_", ""),
            envoy(&server, &sites, Some(&grpc)).unwrap().replace("value: \"%ENVIRONMENT(DOORSTEP_", ""),
        ];
        let found = texts.each_ref().map(|text| text.matches("PROXY_SECRET").count());
        assert_eq!(found, ours, "{}", texts.join("\n"));
    }
}

#[test]
fn nginx_keeps_the_answer_to_the_question_alone_and_only_where_that_was_said() {
    let (server, sites) = home();
    let keeping = Server { front: Front { keep: true, ..Front::default() }, ..server.clone() };
    for (server, apps) in [(server, 0), (keeping, 2)] {
        let text = nginx(&server, &sites).unwrap();
        let questions = text.split("location ").filter(|place| place.starts_with("= /.doorstep/ask"));
        let kept = |text: &str| (text.matches("proxy_cache ").count(), text.matches("/fa/nginx/kept;").count());
        assert_eq!(kept(&questions.collect::<String>()), (apps, apps), "{text}");
        assert_eq!(kept(&text), (apps, apps), "{text}");
        assert_eq!(text.matches("proxy_cache_path").count(), apps / 2, "{text}");
    }
}

#[test]
fn a_name_is_looked_up_when_it_is_needed_and_somebody_must_be_asked() {
    let (server, _) = home();
    let sites = [site("glances", "https://glances.example.org", "glances:61208", true)];
    assert!(caddy(&server, &sites).is_ok());
    let reported = nginx(&server, &sites).unwrap_err().to_string();
    assert_eq!(reported, "nginx looks up `glances` by itself when it is needed, and must be told whom to ask");
    let front = Front { resolver: Some([127, 0, 0, 11].into()), ..Front::default() };
    let text = nginx(&Server { front, ..server.clone() }, &sites).unwrap();
    assert!(text.contains("resolver 127.0.0.11 ") && text.contains("proxy_pass http://$at_app_1_glances;"), "{text}");
    let nowhere = [site("glances", "https://glances.example.org", "", true)];
    for reported in [caddy(&server, &nowhere).unwrap_err(), nginx(&server, &nowhere).unwrap_err()] {
        assert_eq!(reported.to_string(), "where the proxy reaches glances is not known");
    }
}

#[test]
fn what_cannot_be_guarded_is_told() {
    let (server, good) = home();
    for (name, url, reported) in [
        ("odd", "ftp://odd.example.org", "odd: `ftp://odd.example.org` is not an http or https address"),
        ("odd", "glances", "odd: `glances` is not an http or https address"),
        ("twin", "https://GLANCES.example.org/x", "glances and twin both claim glances.example.org"),
        ("own", "https://auth.example.org:443", "issuer and own both claim auth.example.org"),
        ("own", "https://auth.example.org:8443", "issuer and own both claim auth.example.org"),
        ("twin", "https://glances.example.org:8443", "glances and twin both claim glances.example.org"),
        ("beside", "https://grafana.example.org:8443", "grafana and beside both claim grafana.example.org"),
    ] {
        let sites = [good.clone(), vec![site(name, url, "127.0.0.1:1", true)]].concat();
        assert_eq!(caddy(&server, &sites).unwrap_err().to_string(), reported);
        assert_eq!(nginx(&server, &sites).unwrap_err().to_string(), reported);
    }
}

#[test]
fn no_name_or_address_adds_a_line() {
    let (server, _) = home();
    let hostile = [
        site("a\nb", "https://a.example.org/x\ny", "127.0.0.1:1", true),
        site("c;}", "https://c.example.org/;}{", "127.0.0.1:1", true),
        site("d\n}", "https://d.example.org", "127.0.0.1:1", false),
    ];
    let plain = [
        site("a", "https://a.example.org", "127.0.0.1:1", true),
        site("c", "https://c.example.org", "127.0.0.1:1", true),
        site("d", "https://d.example.org", "127.0.0.1:1", false),
    ];
    let lines = |text: String| text.lines().count();
    assert_eq!(lines(caddy(&server, &hostile).unwrap()), lines(caddy(&server, &plain).unwrap()));
    assert_eq!(lines(nginx(&server, &hostile).unwrap()), lines(nginx(&server, &plain).unwrap()));
    for quoted in ["https://a.example.org;}", "https://a b.example.org", "https://{x}.example.org"] {
        assert!(nginx(&server, &[site("a", quoted, "127.0.0.1:1", true)]).is_err(), "{quoted}");
    }
}

#[test]
fn a_home_behind_haproxy() {
    let (server, sites) = home();
    insta::assert_snapshot!(haproxy(&server, &sites).unwrap());
}

#[test]
fn a_lab_behind_haproxy() {
    let (server, sites) = lab();
    insta::assert_snapshot!(haproxy(&server, &sites).unwrap());
}

fn relying(name: &str, url: &str, upstream: &str, allow: Option<&[&str]>) -> RelyingSite {
    RelyingSite {
        name: name.to_owned(),
        url: url.to_owned(),
        upstream: upstream.parse().unwrap(),
        allow: allow.map(|groups| groups.iter().map(ToString::to_string).collect()),
        credentials: format!("/var/lib/doorstep/apps/{name}.conf"),
    }
}

#[test]
fn a_home_behind_apache() {
    let (server, _) = home();
    let sites = [
        relying("glances", "https://glances.example.org", "127.0.0.1:61208", Some(&["admins", "family"])),
        relying("open-tv", "https://tv.example.net:8443/ui", "unix:/run/tv.sock", None),
    ];
    insta::assert_snapshot!(apache(&server, &sites).unwrap());
}

#[test]
fn apache_is_told_nothing_that_adds_a_line_or_lets_somebody_else_in() {
    let (server, _) = home();
    let good = relying("glances", "https://glances.example.org", "127.0.0.1:61208", Some(&["admins"]));
    for path in ["apps/glances.conf", "/a b.conf", "/a\n.conf", "/a\".conf"] {
        let odd = RelyingSite { credentials: path.to_owned(), ..good.clone() };
        assert_eq!(apache(&server, &[odd]), Err(GenerateError::Path { name: "glances".to_owned() }), "{path:?}");
    }
    let nobody =
        relying("glances", "https://glances.example.org", "127.0.0.1:61208", Some(&["a b", "c\nRequire all granted"]));
    let text = apache(&server, &[nobody]).unwrap();
    assert!(text.contains("<RequireAny>\n            Require all denied\n") && !text.contains("granted"), "{text}");
    let twin = relying("twin", "https://glances.example.org:8443", "127.0.0.1:1", None);
    assert!(matches!(apache(&server, &[good.clone(), twin]), Err(GenerateError::Claimed { .. })));
    let front = Front { behind: vec!["10.0.0.0/8".parse().unwrap()], resolver: None, keep: false };
    assert_eq!(apache(&Server { front, ..server }, &[good]), Err(GenerateError::BehindApache));
}

#[test]
fn the_script_of_haproxy() {
    insta::assert_snapshot!(haproxy_script());
}

#[test]
fn a_home_behind_envoy() {
    let (server, sites) = home();
    insta::assert_snapshot!(envoy(&server, &sites, None).unwrap());
}

#[test]
fn a_lab_behind_envoy_that_asks_over_grpc() {
    let (server, sites) = lab();
    insta::assert_snapshot!(envoy(&server, &sites, Some(&"127.0.0.1:8481".parse().unwrap())).unwrap());
}

#[test]
fn a_home_behind_traefik() {
    let (server, sites) = in_a_cluster();
    for (name, form) in
        [("file", TraefikForm::File), ("labels", TraefikForm::Labels), ("kubernetes", TraefikForm::Kubernetes)]
    {
        let text = traefik(&server, &sites, (form, "websecure")).unwrap();
        insta::assert_snapshot!(format!("a_home_behind_traefik_{name}"), text);
    }
}

/// The same home, where every program is a Service.
fn in_a_cluster() -> (Server, Vec<Site>) {
    let (_, mut sites) = home();
    sites[0].upstream = Some("glances.monitoring.svc:61208".parse().unwrap());
    sites[2].upstream = Some("tv.media.svc:8096".parse().unwrap());
    (server("https://auth.example.org", "doorstep.sso.svc:8480"), sites)
}

#[test]
fn traefik_is_told_no_more_than_names_and_ports() {
    let (server, sites) = home();
    let refused = traefik(&server, &sites, (TraefikForm::File, "websecure"));
    assert_eq!(refused, Err(GenerateError::Socket { name: "open-tv".to_owned() }));
    let (server, mut sites) = home();
    sites[2].upstream = Some("127.0.0.1:8096".parse().unwrap());
    let refused = traefik(&server, &sites, (TraefikForm::Kubernetes, "websecure"));
    assert_eq!(refused, Err(GenerateError::Service { name: "doorstep".to_owned() }));
    for word in ["", "web\nx: y", "a b", "é"] {
        let refused = traefik(&server, &[], (TraefikForm::File, word));
        assert!(matches!(refused, Err(GenerateError::Word { .. })), "{word:?}");
    }
}

/// What each of the three forms holds is read back as YAML, and says what it must.
#[test]
fn security_57_no_app_behind_traefik_or_envoy_is_left_without_the_question() {
    let (server, sites) = in_a_cluster();
    let file = traefik(&server, &sites, (TraefikForm::File, "websecure")).unwrap();
    let read: serde_json::Value = serde_saphyr::from_str(&file).unwrap();
    let http = &read["http"];
    for (name, router) in http["routers"].as_object().unwrap() {
        let asks = router["middlewares"].as_array().is_some_and(|all| all.iter().any(|one| one == "doorstep"));
        let refuses =
            router["middlewares"].as_array().is_some_and(|all| all.iter().any(|one| one == "doorstep-nobody"));
        let own = router["service"] == "doorstep";
        assert!(asks || refuses || own, "{name}: {router}");
    }
    let copied = http["middlewares"]["doorstep-ask"]["forwardAuth"]["authResponseHeaders"].as_array().unwrap();
    let emptied = http["middlewares"]["doorstep-strip"]["headers"]["customRequestHeaders"].as_object().unwrap();
    for name in doorstep_core::gateway::COPIED_HEADERS {
        assert!(copied.iter().any(|one| one == name), "{name}");
        for spelling in [name.to_owned(), name.replace('-', "_"), name.replace('-', ".")] {
            assert_eq!(emptied.get(&spelling).and_then(|value| value.as_str()), Some(""), "{spelling}");
        }
    }
    assert!(copied.iter().any(|one| one == "Cookie"));
    let objects = traefik(&server, &sites, (TraefikForm::Kubernetes, "websecure")).unwrap();
    let documents: Vec<serde_json::Value> = serde_saphyr::from_multiple(&objects).unwrap();
    let kinds: Vec<_> = documents.iter().map(|one| one["kind"].as_str().unwrap_or_default()).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "Middleware").count(), 4, "{kinds:?}");
    assert_eq!(kinds.iter().filter(|kind| **kind == "IngressRoute").count(), 3, "{kinds:?}");
    let labels = traefik(&server, &sites, (TraefikForm::Labels, "websecure")).unwrap();
    assert_eq!(serde_saphyr::from_multiple::<serde_json::Value>(&labels).unwrap().len(), 2);
    let envoy: serde_json::Value = serde_saphyr::from_str(&envoy(&server, &sites, None).unwrap()).unwrap();
    assert!(envoy["static_resources"]["listeners"].as_array().is_some_and(|all| all.len() == 3));
}
