//! Envoy: what was generated with a test's certificate and ports, and hosts that are passed on in the same listener.

use super::Hosts;
use crate::process::{from_venv, run};
use std::{fmt::Write, path::Path, process::Command};

const UNKNOWN: &str = "            - name: unknown";
/// A listener for a test without any app behind forward auth.
const BARE: &str = r#"static_resources:
  listeners:
  - name: own
    address: { socket_address: { address: "::", port_value: 443, ipv4_compat: true } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: own
          use_remote_address: true
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config:
            virtual_hosts:
            - name: unknown
              domains: ["*"]
              routes: [{ match: { prefix: "/" }, direct_response: { status: 421 } }]
      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          common_tls_context:
            tls_certificates:
            - { certificate_chain: { filename: /etc/envoy/certs/fullchain.pem }, private_key: { filename: /etc/envoy/certs/privkey.pem } }
  clusters:
"#;

impl Hosts {
    /// A line of what was generated, on loopback and with the test's certificate.
    pub(super) fn at_envoy(&self, line: &str) -> String {
        let at = |port: u16| format!(r#"address: "{}", port_value: {port} "#, self.address.ip());
        line.replace(r#"address: "::", port_value: 443, ipv4_compat: true "#, &at(self.address.port()))
            .replace(r#"address: "::", port_value: 80, ipv4_compat: true "#, &at(self.plain.port()))
            .replace(r#"address: "::", port_value: 8444, ipv4_compat: true "#, &at(self.emergency.port()))
            .replace("/etc/envoy/certs/fullchain.pem", &self.certificate.display().to_string())
            .replace("/etc/envoy/certs/privkey.pem", &self.key.display().to_string())
    }
}

/// Hosts that are passed on join the listener for TLS, which comes first or is the only one with `unknown` on a line of
/// its own.
pub(super) fn command(directory: &Path, hosts: &Hosts) -> Command {
    let bare = || BARE.lines().map(|line| hosts.at_envoy(line) + "\n").collect();
    let generated: String = if hosts.text.is_empty() { bare() } else { hosts.text.clone() };
    let asked = generated.contains("ext_authz");
    let (mut own, mut clusters) = (String::new(), String::new());
    for (nth, (host, upstream)) in hosts.own.iter().enumerate() {
        let (address, port) = upstream.rsplit_once(':').expect("host and port");
        let unasked = if asked {
            ", typed_per_filter_config: { envoy.filters.http.ext_authz: { \"@type\": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute, disabled: true } }"
        } else {
            ""
        };
        let routes =
            format!(r#"[{{ match: {{ prefix: "/" }}, route: {{ cluster: own_{nth}, timeout: 0s }}{unasked} }}]"#);
        let forwarded = r#"[{ header: { key: x-forwarded-host, value: "%REQ(:AUTHORITY)%" } }]"#;
        writeln!(
            own,
            r#"            - {{ name: own_{nth}, domains: ["{host}", "{host}:*"], request_headers_to_add: {forwarded}, routes: {routes} }}"#
        )
        .expect("a string");
        writeln!(
            clusters,
            r#"  - {{ name: own_{nth}, connect_timeout: 2s, type: STATIC, load_assignment: {{ cluster_name: own_{nth}, endpoints: [{{ lb_endpoints: [{{ endpoint: {{ address: {{ socket_address: {{ address: "{address}", port_value: {port} }} }} }} }}] }}] }} }}"#
        )
        .expect("a string");
    }
    let text = generated.replacen(UNKNOWN, &format!("{own}{UNKNOWN}"), 1) + &clusters;
    let file = directory.join("envoy.yaml");
    std::fs::write(&file, text).expect("the configuration can be written");
    let command = |mode: &str| {
        let mut command = Command::new(from_venv("envoy"));
        command.arg("-c").arg(&file).args([
            "--mode",
            mode,
            "--disable-hot-restart",
            "--concurrency",
            "1",
            "-l",
            "warn",
        ]);
        command
    };
    run(&mut command("validate"));
    command("serve")
}
