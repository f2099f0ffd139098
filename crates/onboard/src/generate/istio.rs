//! Objects of Istio (1.22 and later, by their `v1`), and the fragment of `meshConfig` that names Doorstep.
//!
//! Istio asks with Envoy's `ext_authz`. Nothing but an `EnvoyFilter` could remove a header before the question, and none is
//! needed: the answer sets every identity header, and their other spellings go on the way to the app.

use super::{
    GenerateError, Layout, Place, Server, Site, Upstream,
    client::{READ, each_name, returned, spelled_with},
    fill, in_comment,
    service::{Service, layout_in_a_cluster, object},
    untouched,
};

const MESH: &str = include_str!("istio/mesh.yaml");
const HTTP: &str = include_str!("istio/http.yaml");
const GRPC: &str = include_str!("istio/grpc.yaml");
const HEAD: &str = include_str!("istio/head.yaml");
const ASK: &str = include_str!("istio/ask.yaml");
const GATEWAY: &str = include_str!("istio/gateway.yaml");
const ISSUER: &str = include_str!("istio/issuer.yaml");
const APP: &str = include_str!("istio/app.yaml");
const DOORSTEP: &str = include_str!("istio/doorstep.yaml");

/// The gateway's pods, as they are in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingress {
    /// Where they run; all objects of the gateway stand there.
    pub namespace: String,
    /// The value of their label `istio`.
    pub label: String,
    /// The service account as which they come.
    pub account: String,
}

/// What goes into `meshConfig`. With `grpc`, the place of Doorstep's listener for `ext_authz`, Istio asks there.
pub fn istio_mesh(server: &Server, grpc: Option<&Upstream>) -> Result<String, GenerateError> {
    let asked = Service::of("doorstep", grpc.unwrap_or(&server.listen))?;
    let lower =
        |names: &mut dyn Iterator<Item = &str>| names.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(", ");
    let values = [
        ("%SERVICE%", asked.host()),
        ("%PORT%", asked.port.to_string()),
        ("%READ%", lower(&mut READ.into_iter())),
        ("%RETURNED%", lower(&mut returned())),
    ];
    let provider = if grpc.is_some() { GRPC } else { HTTP };
    let provider = fill(provider, &values.each_ref().map(|(key, value)| (*key, value.as_str())));
    Ok(fill(MESH, &[("%PROVIDER%\n", &provider)]))
}

/// The objects for the protected ones among `sites`, and for Doorstep itself.
pub fn istio(server: &Server, sites: &[Site], ingress: &Ingress) -> Result<String, GenerateError> {
    let words = [ingress.namespace.as_str(), &ingress.label, &ingress.account];
    let Layout { issuer, guarded, others } = layout_in_a_cluster(server, sites, &words)?;
    let mut text = HEAD.to_owned() + &untouched(&others);
    if guarded.is_empty() && issuer.is_none() {
        return Ok(text);
    }
    let doorstep = Service::of("doorstep", &server.listen)?;
    let places = || issuer.iter().chain(&guarded);
    let write = Write { ingress, doorstep };
    if !guarded.is_empty() {
        let hosts: Vec<_> = guarded.iter().map(|place| format!("\"{0}\", \"{0}:*\"", place.name_of_host)).collect();
        text.push_str(&write.fill(ASK, &[("%HOSTS%", hosts.join(", "))]));
    }
    let servers: String = places().enumerate().map(|(nth, place)| server_of(nth, place)).collect();
    text.push_str(&write.fill(GATEWAY, &[("%SERVERS%\n", servers)]));
    text.extend(issuer.iter().map(|place| write.of_place(ISSUER, place, &[])));
    for place in &guarded {
        let service = Service::of(place.name, place.upstream)?;
        let removed = spelled_with("_").chain(spelled_with(".")).chain(each_name());
        let values = [
            ("%UPSTREAM%", destination(&service)),
            ("%SERVICE%", service.name.to_owned()),
            ("%OTHER%", service.namespace.to_owned()),
            ("%REMOVED%", removed.map(|name| name.to_ascii_lowercase()).collect::<Vec<_>>().join(", ")),
        ];
        text.push_str(&write.of_place(APP, place, &values));
    }
    let own = [("%SERVICE%", doorstep.name.to_owned()), ("%OTHER%", doorstep.namespace.to_owned())];
    text.push_str(&write.fill(DOORSTEP, &own));
    Ok(text)
}

struct Write<'a> {
    ingress: &'a Ingress,
    doorstep: Service<'a>,
}

impl Write<'_> {
    /// One template, with what all of them know.
    fn fill(&self, template: &str, values: &[(&str, String)]) -> String {
        let Ingress { namespace, label, account } = self.ingress;
        let known = [
            ("%NAMESPACE%", namespace.clone()),
            ("%LABEL%", label.clone()),
            ("%PRINCIPAL%", format!("cluster.local/ns/{namespace}/sa/{account}")),
            ("%DOORSTEP%", destination(&self.doorstep)),
        ];
        let all: Vec<_> = values.iter().chain(&known).map(|(key, value)| (*key, value.as_str())).collect();
        fill(template, &all)
    }

    fn of_place(&self, template: &str, place: &Place<'_>, more: &[(&str, String)]) -> String {
        let mut values = more.to_vec();
        values.extend([
            ("%APP%", object(place.name)),
            ("%NAME%", in_comment(&[place.name])),
            ("%NAME_OF_HOST%", place.name_of_host.clone()),
            ("%HOST%", place.host.clone()),
        ]);
        self.fill(template, &values)
    }
}

fn destination(service: &Service<'_>) -> String {
    format!("{{ host: {}, port: {{ number: {} }} }}", service.host(), service.port)
}

/// What the gateway listens to for one host. Names of ports are unique in a gateway.
fn server_of(nth: usize, place: &Place<'_>) -> String {
    // `./` takes routes of this namespace alone.
    let hosts = format!("  hosts: [\"./{}\"]\n", place.name_of_host);
    let port = |number: u16, protocol: &str| {
        let name = protocol.to_ascii_lowercase();
        format!("  - port: {{ number: {number}, name: {name}-{}, protocol: {protocol} }}\n  ", nth + 1)
    };
    if !place.secure {
        return port(place.port, "HTTP") + &hosts;
    }
    let secret = &place.name_of_host;
    let tls = format!(
        "    # Yours: the Secret with the certificate.\n    tls: {{ mode: SIMPLE, credentialName: {secret} }}\n"
    );
    let moved = port(80, "HTTP") + &hosts + "    tls: { httpsRedirect: true }\n";
    // Istio redirects to the same port of HTTPS that a browser takes by itself.
    let moved = if place.port == 443 { moved } else { String::new() };
    port(place.port, "HTTPS") + &hosts + &tls + &moved
}
