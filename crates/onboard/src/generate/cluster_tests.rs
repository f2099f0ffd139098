//! Objects of Kubernetes: as a person would review them, and read back as YAML for what they must say.

use super::*;
use serde_json::Value;
use std::collections::BTreeSet;

fn home() -> (Server, Vec<Site>) {
    let site = |name: &str, url: &str, upstream: &str, protected: bool| Site {
        name: name.to_owned(),
        url: url.to_owned(),
        upstream: upstream.parse().ok(),
        protected,
    };
    let sites = vec![
        site("glances", "https://glances.example.org", "glances.monitoring.svc:61208", true),
        site("grafana", "https://grafana.example.org", "grafana.monitoring.svc:3000", false),
        site("open-tv", "https://tv.example.net:8443/ui", "tv.media.svc:8096", true),
    ];
    let listen = "doorstep.sso.svc:8480".parse().unwrap();
    (Server { issuer: "https://auth.example.org".to_owned(), listen, front: Front::default(), secret: false }, sites)
}

fn gateway(form: GatewayForm, grpc: bool) -> Gateway {
    let grpc = grpc.then(|| "doorstep.sso.svc:8481".parse().unwrap());
    Gateway { form, name: "doorstep".to_owned(), namespace: "gateways".to_owned(), class: "eg".to_owned(), grpc }
}

fn ingress() -> Ingress {
    Ingress {
        namespace: "istio-system".to_owned(),
        label: "ingressgateway".to_owned(),
        account: "istio-ingressgateway-service-account".to_owned(),
    }
}

#[test]
fn a_home_behind_ingress_nginx() {
    let (server, sites) = home();
    insta::assert_snapshot!(ingress_nginx(&server, &sites, "nginx").unwrap());
}

/// What stands in annotations: no snippet, which would need another setting of the controller; no answer that is kept.
#[test]
fn security_57_each_ingress_of_an_app_asks_about_its_own_host() {
    let (server, sites) = home();
    let objects = read(&ingress_nginx(&server, &sites, "nginx").unwrap());
    let mut apps = 0;
    for ingress in of_kind(&objects, "Ingress") {
        let said =
            |name: &str| ingress["metadata"]["annotations"][format!("nginx.ingress.kubernetes.io/{name}")].as_str();
        let rule = &ingress["spec"]["rules"][0];
        let paths = list(&rule["http"]["paths"]);
        let to_doorstep = paths.iter().all(|path| path["backend"]["service"]["name"] == "doorstep");
        assert_eq!(said("auth-url").is_some(), !to_doorstep, "{ingress}");
        if to_doorstep {
            assert_eq!(ingress["metadata"]["namespace"], "sso", "an Ingress names Services of its own namespace");
            continue;
        }
        apps += 1;
        let host = if rule["host"] == "tv.example.net" { "tv.example.net:8443" } else { "glances.example.org" };
        let asked = format!("http://doorstep.sso.svc.cluster.local:8480/fa/nginx/ingress?host={host}");
        assert_eq!(said("auth-url"), Some(asked.as_str()));
        let start = format!("https://{host}/.doorstep/start?rd=$escaped_request_uri");
        assert_eq!(said("auth-signin"), Some(start.as_str()));
        let set = said("auth-response-headers").unwrap();
        for name in doorstep_core::gateway::COPIED_HEADERS.into_iter().chain(["Cookie", "Authorization"]) {
            assert!(set.split(", ").any(|one| one == name), "{name}: {set}");
        }
        let annotations = ingress["metadata"]["annotations"].as_object().unwrap();
        assert!(annotations.keys().all(|name| !name.contains("snippet") && !name.contains("cache")), "{annotations:?}");
    }
    assert_eq!(apps, 2);
}

fn read(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|object| object["kind"] == kind).collect()
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map(|all| all.iter().collect()).unwrap_or_default()
}

fn texts(value: &Value) -> Vec<String> {
    list(value).into_iter().map(|one| one.as_str().unwrap().to_ascii_lowercase()).collect()
}

#[test]
fn a_home_behind_a_gateway() {
    let (server, sites) = home();
    for (name, form, grpc) in [
        ("envoy_gateway", GatewayForm::EnvoyGateway, false),
        ("envoy_gateway_by_grpc", GatewayForm::EnvoyGateway, true),
        ("external_auth", GatewayForm::ExternalAuth, false),
        ("external_auth_by_grpc", GatewayForm::ExternalAuth, true),
    ] {
        let text = gateway_api(&server, &sites, &gateway(form, grpc)).unwrap();
        insta::assert_snapshot!(format!("a_home_behind_{name}"), text);
    }
}

#[test]
fn a_home_behind_istio() {
    let (server, sites) = home();
    insta::assert_snapshot!(istio(&server, &sites, &ingress()).unwrap());
    insta::assert_snapshot!("istio_mesh", istio_mesh(&server, None).unwrap());
    let grpc = "doorstep.sso.svc:8481".parse().unwrap();
    insta::assert_snapshot!("istio_mesh_by_grpc", istio_mesh(&server, Some(&grpc)).unwrap());
}

/// Whatever leads to an app is asked about, by the listener or by the route.
#[test]
fn security_57_no_route_of_a_gateway_leads_to_an_app_without_the_question() {
    let (server, sites) = home();
    for grpc in [false, true] {
        let by_policy = read(&gateway_api(&server, &sites, &gateway(GatewayForm::EnvoyGateway, grpc)).unwrap());
        let policies = of_kind(&by_policy, "SecurityPolicy");
        let asking = policies.iter().find(|policy| policy["metadata"]["name"] == "doorstep-ask").unwrap();
        assert_eq!(asking["spec"]["extAuth"]["failOpen"], false);
        let asked: Vec<_> = list(&asking["spec"]["targetRefs"]).iter().map(|target| &target["sectionName"]).collect();
        let exempt: Vec<_> = policies
            .iter()
            .filter(|policy| policy["spec"]["extAuth"].is_null())
            .flat_map(|policy| list(&policy["spec"]["targetRefs"]))
            .map(|target| (&target["kind"], &target["name"]))
            .collect();
        let mut apps = 0;
        for route in of_kind(&by_policy, "HTTPRoute") {
            let listener = &route["spec"]["parentRefs"][0]["sectionName"];
            let to_doorstep = list(&route["spec"]["rules"])
                .iter()
                .flat_map(|rule| list(&rule["backendRefs"]))
                .all(|backend| backend["name"] == "doorstep");
            if !to_doorstep {
                apps += 1;
                assert!(asked.contains(&listener), "{route}");
                assert!(!exempt.contains(&(&Value::from("HTTPRoute"), &route["metadata"]["name"])), "{route}");
            }
        }
        assert_eq!(apps, 2);
        let by_filter = read(&gateway_api(&server, &sites, &gateway(GatewayForm::ExternalAuth, grpc)).unwrap());
        let routes = of_kind(&by_filter, "HTTPRoute");
        let rules: Vec<_> = routes.iter().flat_map(|route| list(&route["spec"]["rules"])).collect();
        let asks = |rule: &Value| list(&rule["filters"]).iter().any(|filter| filter["type"] == "ExternalAuth");
        let leads = |rule: &Value| list(&rule["backendRefs"]).iter().any(|backend| backend["name"] != "doorstep");
        assert!(rules.iter().all(|rule| asks(rule) == leads(rule)), "{rules:?}");
    }
}

#[test]
fn security_57_no_identity_header_of_a_client_stays_behind_a_gateway() {
    let (server, sites) = home();
    let objects = read(&gateway_api(&server, &sites, &gateway(GatewayForm::EnvoyGateway, false)).unwrap());
    let ask = of_kind(&objects, "SecurityPolicy")[0];
    let set = texts(&ask["spec"]["extAuth"]["http"]["headersToBackend"]);
    let client = &of_kind(&objects, "ClientTrafficPolicy")[0]["spec"]["headers"];
    assert_eq!(client["withUnderscoresAction"], "DropHeader");
    let gone = texts(&client["earlyRequestHeaders"]["remove"]);
    let filtered = read(&gateway_api(&server, &sites, &gateway(GatewayForm::ExternalAuth, false)).unwrap());
    let istio = read(&istio(&server, &sites, &ingress()).unwrap());
    let mesh: Value = serde_saphyr::from_str(&istio_mesh(&server, None).unwrap()).unwrap();
    let set_by_istio = texts(&mesh["extensionProviders"][0]["envoyExtAuthzHttp"]["headersToUpstreamOnAllow"]);
    let virtual_service = of_kind(&istio, "VirtualService")[1];
    let gone_by_istio = texts(&virtual_service["spec"]["http"][1]["headers"]["request"]["remove"]);
    let route = of_kind(&filtered, "HTTPRoute")[1];
    let filters = list(&route["spec"]["rules"][0]["filters"]);
    let gone_by_filter = texts(&filters[0]["requestHeaderModifier"]["remove"]);
    let set_by_filter = texts(&filters[1]["externalAuth"]["http"]["allowedResponseHeaders"]);
    for name in doorstep_core::gateway::COPIED_HEADERS.map(str::to_ascii_lowercase) {
        for set in [&set, &set_by_istio, &set_by_filter] {
            assert!(set.contains(&name), "{name}: {set:?}");
        }
        assert!(gone.contains(&name) && gone.contains(&name.replace('-', ".")), "{name}: {gone:?}");
        for gone in [&gone_by_istio, &gone_by_filter] {
            assert!(!gone.contains(&name), "what the answer has set stays: {name}");
            assert!(["_", "."].iter().all(|sign| gone.contains(&name.replace('-', sign))), "{name}: {gone:?}");
        }
    }
    for set in [&set, &set_by_istio, &set_by_filter] {
        assert!(set.iter().any(|name| name == "cookie") && set.iter().any(|name| name == "authorization"));
    }
}

/// `HTTPHeaderFilter` of the Gateway API v1: `maxItems: 16`.
#[test]
fn no_filter_of_a_gateway_names_more_headers_than_it_may() {
    let (server, sites) = home();
    for form in [GatewayForm::EnvoyGateway, GatewayForm::ExternalAuth] {
        let objects = read(&gateway_api(&server, &sites, &gateway(form, false)).unwrap());
        let rules = objects.iter().flat_map(|object| list(&object["spec"]["rules"]));
        let filters: Vec<_> = rules.flat_map(|rule| list(&rule["filters"])).collect();
        let early = objects.iter().map(|object| &object["spec"]["headers"]["earlyRequestHeaders"]["remove"]);
        let removed = filters.iter().map(|filter| &filter["requestHeaderModifier"]["remove"]).chain(early);
        let counts: BTreeSet<_> = removed.map(|names| list(names).len()).collect();
        assert_eq!(counts, BTreeSet::from([0, 16]));
    }
}

#[test]
fn what_is_in_another_namespace_may_be_named() {
    let (server, sites) = home();
    let objects = read(&gateway_api(&server, &sites, &gateway(GatewayForm::EnvoyGateway, false)).unwrap());
    let grants = of_kind(&objects, "ReferenceGrant");
    let said: Vec<_> = grants
        .iter()
        .map(|grant| {
            let from: Vec<_> = list(&grant["spec"]["from"]).iter().map(|from| from["kind"].as_str().unwrap()).collect();
            (grant["metadata"]["namespace"].as_str().unwrap(), from, grant["spec"]["to"][0]["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("media", vec!["HTTPRoute"], "tv"),
            ("monitoring", vec!["HTTPRoute"], "glances"),
            ("sso", vec!["HTTPRoute", "SecurityPolicy"], "doorstep"),
        ]
    );
    let at_home = Gateway { namespace: "sso".to_owned(), ..gateway(GatewayForm::EnvoyGateway, false) };
    let objects = read(&gateway_api(&server, &sites, &at_home).unwrap());
    assert_eq!(of_kind(&objects, "ReferenceGrant").len(), 2);
}

#[test]
fn istio_refuses_when_doorstep_is_silent_and_asks_on_each_host() {
    let (server, sites) = home();
    let grpc = "doorstep.sso.svc:8481".parse().unwrap();
    for (mesh, key) in [
        (istio_mesh(&server, None).unwrap(), "envoyExtAuthzHttp"),
        (istio_mesh(&server, Some(&grpc)).unwrap(), "envoyExtAuthzGrpc"),
    ] {
        let mesh: Value = serde_saphyr::from_str(&mesh).unwrap();
        let provider = &mesh["extensionProviders"][0][key];
        assert_eq!((&provider["failOpen"], &provider["statusOnError"]), (&Value::from(false), &Value::from("503")));
        assert_eq!(mesh["pathNormalization"]["normalization"], "MERGE_SLASHES");
    }
    let objects = read(&istio(&server, &sites, &ingress()).unwrap());
    let policies = of_kind(&objects, "AuthorizationPolicy");
    let operation = &policies[0]["spec"]["rules"][0]["to"][0]["operation"];
    assert_eq!(
        texts(&operation["hosts"]),
        ["glances.example.org", "glances.example.org:*", "tv.example.net", "tv.example.net:*"]
    );
    assert_eq!(texts(&operation["notPaths"]), ["/.doorstep/*"]);
    for service in of_kind(&objects, "VirtualService") {
        let way_back = list(&service["spec"]["http"])
            .into_iter()
            .find(|route| list(&route["match"]).iter().any(|one| one["uri"]["prefix"] == "/.doorstep/"));
        let host = &way_back.unwrap()["route"][0]["destination"]["host"];
        assert!(host.is_null() || host == "doorstep.sso.svc.cluster.local", "{service}");
    }
    assert_eq!(policies.iter().filter(|policy| policy["spec"]["action"] == "ALLOW").count(), 2, "one for each app");
    let servers = list(&of_kind(&objects, "Gateway")[0]["spec"]["servers"]);
    let names: BTreeSet<_> = servers.iter().map(|server| server["port"]["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), servers.len(), "Istio refuses two ports of one name");
}

#[test]
fn nothing_but_services_and_plain_names_is_written_down() {
    let (server, sites) = home();
    let elsewhere = Server { listen: "127.0.0.1:8480".parse().unwrap(), ..server.clone() };
    let refused = Err(GenerateError::Service { name: "doorstep".to_owned() });
    let plain = gateway(GatewayForm::EnvoyGateway, false);
    assert_eq!(gateway_api(&elsewhere, &sites, &plain), refused);
    assert_eq!(istio(&elsewhere, &sites, &ingress()), refused);
    assert_eq!(istio_mesh(&elsewhere, None), refused);
    assert_eq!(ingress_nginx(&elsewhere, &sites, "nginx"), refused);
    let front = Front { behind: vec!["10.0.0.0/8".parse().unwrap()], resolver: None, keep: false };
    let behind = Server { front, ..server.clone() };
    assert_eq!(gateway_api(&behind, &sites, &plain), Err(GenerateError::Behind));
    assert_eq!(istio(&behind, &sites, &ingress()), Err(GenerateError::Behind));
    assert_eq!(ingress_nginx(&behind, &sites, "nginx"), Err(GenerateError::Behind));
    for word in ["", "a\nb: c", "A", "a b", "-a"] {
        let odd = Gateway { class: word.to_owned(), ..plain.clone() };
        assert!(matches!(gateway_api(&server, &sites, &odd), Err(GenerateError::Word { .. })), "{word:?}");
        assert!(matches!(ingress_nginx(&server, &sites, word), Err(GenerateError::Word { .. })), "{word:?}");
        let odd = Ingress { account: word.to_owned(), ..ingress() };
        assert!(matches!(istio(&server, &sites, &odd), Err(GenerateError::Word { .. })), "{word:?}");
    }
    let mut alike = sites.clone();
    (alike[0].name, alike[2].name) = ("a.b".to_owned(), "a-b".to_owned());
    let one_name = Err(GenerateError::Alike { first: "a.b".to_owned(), second: "a-b".to_owned() });
    assert_eq!(gateway_api(&server, &alike, &plain), one_name);
    assert_eq!(istio(&server, &alike, &ingress()), one_name);
    assert_eq!(ingress_nginx(&server, &alike, "nginx"), one_name);
    let mut hostile = sites.clone();
    hostile[0].name = "gla\nnces }".to_owned();
    let lines = |sites: &[Site]| gateway_api(&server, sites, &plain).unwrap().lines().count();
    assert_eq!(lines(&hostile), lines(&sites));
}
