//! What the question of forward auth adds to a request through each proxy: with Doorstep, and with a stand-in that says yes.
//!
//! Proxy, app and whoever is asked share the server's core, so that a request costs what all of them spend on it.

use crate::{
    Plan,
    instance::{Instance, LAB},
    load::{Figures, Requests, SLOT, load},
    process::{Process, SERVER_CORE},
    report::{Fact, Work},
};
use doorstep_e2e::{
    certificates::Certificates,
    proxy::{Hosts, Kind, Proxy},
};
use std::{net::SocketAddr, path::Path};

/// Each with the names of its rows: alone, with the stand-in, with Doorstep, and what Doorstep adds by what the stand-in adds.
const KINDS: [(Kind, [&str; 4]); 6] = [
    (
        Kind::Nginx,
        ["nginx alone", "nginx, a stand-in says yes", "nginx, Doorstep", "the question by nginx, of the stand-in's"],
    ),
    // Only what Doorstep says may be kept is: the stand-in is asked each time.
    (
        Kind::NginxThatKeeps,
        [
            "nginx alone, again",
            "nginx that keeps, a stand-in says yes",
            "nginx that keeps, Doorstep",
            "the question by nginx that keeps, of the stand-in's",
        ],
    ),
    (
        Kind::Caddy,
        ["Caddy alone", "Caddy, a stand-in says yes", "Caddy, Doorstep", "the question by Caddy, of the stand-in's"],
    ),
    (
        Kind::Haproxy,
        [
            "HAProxy alone",
            "HAProxy, a stand-in says yes",
            "HAProxy, Doorstep",
            "the question by HAProxy, of the stand-in's",
        ],
    ),
    (
        Kind::Envoy,
        ["Envoy alone", "Envoy, a stand-in says yes", "Envoy, Doorstep", "the question by Envoy, of the stand-in's"],
    ),
    (
        Kind::EnvoyGrpc,
        [
            "Envoy alone, again",
            "Envoy by gRPC, a stand-in says yes",
            "Envoy by gRPC, Doorstep",
            "the question by Envoy's gRPC, of the stand-in's",
        ],
    ),
];

/// So many browsers ask through nginx that keeps answers, each again and again within the second that one is kept.
const BROWSERS_AT_ONCE: usize = 32;

/// Rates through each proxy, and what the question adds.
pub(crate) async fn rates(
    plan: Plan,
    (instance, cookies): (&Instance, &[String]),
    (server, (bare, bare_address)): (&Process, (&Process, SocketAddr)),
    directory: &Path,
) -> (Vec<Work>, Vec<Fact>) {
    std::fs::create_dir_all(directory).expect("a folder can be made");
    let certificates = Certificates::make(directory);
    let (mut work, mut facts) = (Vec::new(), Vec::new());
    for (kind, [alone, stand_in, own, added]) in KINDS {
        let upstream = bare_address.to_string();
        let own_text = instance.generate(kind, &upstream);
        // The stand-in in its place, under whichever port it is asked.
        let stand_in_text = [instance.address, instance.grpc].iter().fold(own_text.clone(), |text, own| {
            text.replace(&own.port().to_string(), &bare_address.port().to_string())
        });
        let start = async |text: String| {
            let hosts = Hosts::none(kind, &certificates).generated(&text).on_core(SERVER_CORE);
            hosts.with_script(&instance.script()).start().await
        };
        let proxies =
            [start(without_question(kind, &upstream)).await, start(stand_in_text).await, start(own_text).await];
        let few = cookies.get(..BROWSERS_AT_ONCE).filter(|_| matches!(kind, Kind::NginxThatKeeps));
        let cookies = few.unwrap_or(cookies);
        let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..plan.rounds.min(3) {
            for ((proxy, rounds), asked) in proxies.iter().zip(&mut rounds).zip([bare, bare, server]) {
                rounds.push(through(proxy, asked, cookies, plan).await);
            }
        }
        facts.push(Fact::share(added, share(&rounds), Some(110.0)));
        let rows = [alone, stand_in, own].into_iter().zip(rounds);
        work.extend(rows.map(|(name, rounds)| Work { name, against: None, rounds }));
    }
    (work, facts)
}

/// What Doorstep's answer adds to the time of a request, in percent of what that of the stand-in adds: the median of the rounds.
fn share([alone, stand_in, own]: &[Vec<Figures>; 3]) -> f64 {
    let time = |figures: &Figures| 1.0 / figures.per_second;
    let rounds = alone.iter().zip(stand_in).zip(own);
    let shares =
        rounds.map(|((alone, stand_in), own)| 100.0 * (time(own) - time(alone)) / (time(stand_in) - time(alone)));
    crate::report::median(shares.collect())
}

async fn through(proxy: &Proxy, server: &Process, cookies: &[String], plan: Plan) -> Figures {
    let request = format!(
        "GET /api/4/cpu?history=60 HTTP/1.1\r\nHost: {LAB}\r\n\
         User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n\
         Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
         Accept-Language: en-GB,en;q=0.7\r\n\
         Cookie: theme=dark; __Host-ds_app={SLOT}; language=en\r\nReferer: http://{LAB}/\r\n\
         Sec-Fetch-Dest: empty\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"
    );
    let requests = Requests::cycle(&request, cookies.to_vec());
    load((server, proxy.plain), requests, plan.through, |answer| answer.must_be("200")).await
}

/// The same proxy with the same app behind it, and nobody asked.
fn without_question(kind: Kind, upstream: &str) -> String {
    let (address, port) = upstream.rsplit_once(':').expect("host and port");
    match kind {
        Kind::Nginx | Kind::NginxThatKeeps => format!(
            "upstream app {{ server {upstream}; keepalive 32; }}\n\
             server {{\nlisten 80;\nserver_name _;\n\
             location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection \"\"; }}\n}}\n"
        ),
        Kind::Caddy | Kind::DebianCaddy => format!("http://{LAB} {{\nreverse_proxy {upstream}\n}}\n"),
        Kind::Haproxy => format!(
            "defaults doorstep\nmode http\ntimeout connect 2s\ntimeout client 1d\ntimeout server 1d\n\
             frontend lab from doorstep\n    bind :::80 v4v6\n    default_backend app\n\
             backend app from doorstep\n    server app {upstream}\n"
        ),
        Kind::Envoy | Kind::EnvoyGrpc => format!(
            r#"static_resources:
  listeners:
  - name: lab
    address: {{ socket_address: {{ address: "::", port_value: 80, ipv4_compat: true }} }}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: lab
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{ "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }}
          route_config:
            virtual_hosts:
            - {{ name: lab, domains: ["*"], routes: [{{ match: {{ prefix: "/" }}, route: {{ cluster: app }} }}] }}
  clusters:
  - {{ name: app, connect_timeout: 2s, type: STATIC, load_assignment: {{ cluster_name: app, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: "{address}", port_value: {port} }} }} }} }}] }}] }} }}
"#
        ),
    }
}
