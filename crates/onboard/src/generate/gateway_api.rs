//! Objects of the Gateway API (v1), whose question is Envoy Gateway's `SecurityPolicy` or the standard's `ExternalAuth`.
//!
//! `ExternalAuth` (GEP-1494) is in the experimental channel; Envoy Gateway's own object is not, and its listeners can be
//! guarded as a whole. All objects stand in one namespace, where the gateway's listeners take routes from no other.

use super::{
    GenerateError, Layout, Place, Server, Site, Upstream,
    client::{READ, returned, spelled_with},
    fill, in_comment,
    service::{Service, layout_in_a_cluster, object},
    untouched,
};
use std::collections::{BTreeMap, BTreeSet};

const HEAD: &str = include_str!("gateway_api/head.yaml");
const GATEWAY: &str = include_str!("gateway_api/gateway.yaml");
const MOVED: &str = include_str!("gateway_api/moved.yaml");
const ISSUER: &str = include_str!("gateway_api/issuer.yaml");
const APP: &str = include_str!("gateway_api/app.yaml");
const GRANT: &str = include_str!("gateway_api/grant.yaml");
const EXTERNAL_AUTH: &str = include_str!("gateway_api/external_auth.yaml");
const ENVOY_GATEWAY: &str = include_str!("gateway_api/envoy_gateway.yaml");

/// Of what a client may say about itself, what goes before the question, beside the identity headers. The object takes no
/// more than sixteen names.
const EARLY: [&str; 4] = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];
/// What goes on the way to the app: as many again.
const LATE: [&str; 16] = [
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Access-Token",
    "X-Forwarded-Client-Cert",
    "X-Forwarded-Prefix",
    "X-Forwarded-Port",
    "X-Original-URL",
    "X-Original-Method",
    "X-Original-Host",
    "X-Original-Uri",
    "X-Rewrite-URL",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Client-IP",
];
/// The first of them where the other spellings of the identity headers have to go there as well.
const LATE_BESIDE_SPELLINGS: usize = 4;

/// Who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GatewayForm {
    /// `SecurityPolicy` and its kin.
    #[default]
    EnvoyGateway,
    /// A filter of each route.
    ExternalAuth,
}

/// The gateway that the routes join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Who asks.
    pub form: GatewayForm,
    /// Its name.
    pub name: String,
    /// Where it and all routes stand.
    pub namespace: String,
    /// Its class: which controller makes it.
    pub class: String,
    /// Doorstep's listener for `ext_authz` over gRPC, to be asked there.
    pub grpc: Option<Upstream>,
}

/// The objects for the protected ones among `sites`, and for Doorstep itself.
pub fn gateway_api(server: &Server, sites: &[Site], gateway: &Gateway) -> Result<String, GenerateError> {
    let words = [gateway.name.as_str(), &gateway.namespace, &gateway.class];
    let Layout { issuer, guarded, others } = layout_in_a_cluster(server, sites, &words)?;
    let mut text = HEAD.to_owned() + &untouched(&others);
    if guarded.is_empty() && issuer.is_none() {
        return Ok(text);
    }
    let doorstep = Service::of("doorstep", &server.listen)?;
    let asked = gateway.grpc.as_ref().map_or(Ok(doorstep), |at| Service::of("doorstep", at))?;
    let write = Write { gateway, doorstep, asked };
    text.push_str(&write.gateway(issuer.as_ref(), &guarded));
    text.extend(issuer.iter().map(|place| write.issuer(place)));
    let mut services = BTreeSet::from([(doorstep.namespace, doorstep.name)]);
    for place in &guarded {
        let service = Service::of(place.name, place.upstream)?;
        services.insert((service.namespace, service.name));
        text.push_str(&write.app(place, &service));
    }
    let moved = issuer.iter().chain(&guarded).filter(|place| place.secure);
    text.extend(moved.map(|place| write.moved(place)));
    if gateway.form == GatewayForm::EnvoyGateway {
        text.push_str(&write.policies(&guarded));
    }
    text.push_str(&write.grants(&services));
    Ok(text)
}

struct Write<'a> {
    gateway: &'a Gateway,
    doorstep: Service<'a>,
    /// Where the question goes.
    asked: Service<'a>,
}

impl Write<'_> {
    /// One template, with what all of them know.
    fn fill(&self, template: &str, values: &[(&str, String)]) -> String {
        let known = [
            ("%GATEWAY%", self.gateway.name.clone()),
            ("%NAMESPACE%", self.gateway.namespace.clone()),
            ("%CLASS%", self.gateway.class.clone()),
            ("%DOORSTEP%", self.doorstep.reference()),
            ("%ASKED%", self.asked.reference()),
            ("%READ%", READ.join(", ")),
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
            ("%PORT%", place.port.to_string()),
        ]);
        self.fill(template, &values)
    }

    fn gateway(&self, issuer: Option<&Place<'_>>, guarded: &[Place<'_>]) -> String {
        let own = issuer.map(|place| listener("doorstep", place));
        let apps = guarded.iter().map(|place| listener(&listener_of(place), place));
        let mut listeners: Vec<_> = own.into_iter().chain(apps).collect();
        if issuer.iter().copied().chain(guarded).any(|place| place.secure) {
            listeners.push(String::from(
                "  - { name: plain, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Same } } }\n",
            ));
        }
        self.fill(GATEWAY, &[("%LISTENERS%\n", listeners.concat())])
    }

    fn issuer(&self, place: &Place<'_>) -> String {
        let nobody = match self.gateway.form {
            GatewayForm::EnvoyGateway => {
                "    filters: [{ type: ExtensionRef, extensionRef: { group: gateway.envoyproxy.io, kind: HTTPRouteFilter, \
                 name: doorstep-nobody } }]\n"
            }
            GatewayForm::ExternalAuth => "",
        };
        self.of_place(ISSUER, place, &[("%NOBODY%", nobody.to_owned())])
    }

    fn app(&self, place: &Place<'_>, service: &Service<'_>) -> String {
        let late = LATE.map(String::from);
        let (ask, removed) = match self.gateway.form {
            GatewayForm::EnvoyGateway => (String::new(), late.to_vec()),
            GatewayForm::ExternalAuth => {
                let spelled = spelled_with("_").chain(spelled_with("."));
                (self.external_auth(), spelled.chain(late.into_iter().take(LATE_BESIDE_SPELLINGS)).collect())
            }
        };
        let values = [("%ASK%", ask), ("%REMOVED%", removed.join(", ")), ("%UPSTREAM%", service.reference())];
        self.of_place(APP, place, &values)
    }

    fn external_auth(&self) -> String {
        let (protocol, settings) = if self.gateway.grpc.is_some() {
            ("GRPC", format!("grpc: {{ allowedHeaders: [{}] }}", READ.join(", ")))
        } else {
            let back: Vec<_> = returned().collect();
            let settings = format!(
                "http:\n          path: /fa/envoy\n          allowedHeaders: [{}]\n          # All of them, by name: without \
                 a list everything would be copied.\n          allowedResponseHeaders: [{}]",
                READ.join(", "),
                back.join(", ")
            );
            ("HTTP", settings)
        };
        self.fill(EXTERNAL_AUTH, &[("%PROTOCOL%", protocol.to_owned()), ("%SETTINGS%", settings)])
    }

    fn policies(&self, guarded: &[Place<'_>]) -> String {
        let target =
            |kind: &str, rest: String| format!("  - {{ group: gateway.networking.k8s.io, kind: {kind}, {rest} }}\n");
        let listener = |place: &Place<'_>| {
            target("Gateway", format!("name: {}, sectionName: {}", self.gateway.name, listener_of(place)))
        };
        let way_back = |place: &Place<'_>| target("HTTPRoute", format!("name: way-back-{}", object(place.name)));
        let question = if self.gateway.grpc.is_some() {
            "    grpc:\n      backendRefs: [%ASKED%]".to_owned()
        } else {
            let back: Vec<_> = returned().collect();
            format!(
                "    http:\n      path: /fa/envoy\n      backendRefs: [%ASKED%]\n      # Taken from the answer, so that nothing \
                 of the client's can stay.\n      headersToBackend: [{}]",
                back.join(", ")
            )
        };
        let early = spelled_with("-").chain(spelled_with(".")).chain(EARLY.map(String::from));
        let values = [
            ("%LISTENERS%", guarded.iter().map(listener).collect()),
            ("%WAYS_BACK%", guarded.iter().map(way_back).collect()),
            ("%QUESTION%", question),
            ("%EARLY%", early.collect::<Vec<_>>().join(", ")),
        ];
        let text = self.fill(ENVOY_GATEWAY, &values);
        // Without an app there is nothing to ask about, and a policy needs something that it is about.
        let empty = guarded.is_empty().then(|| text.find("kind: ClientTrafficPolicy")).flatten();
        match empty.and_then(|at| text.get(..at)?.rfind("---\n")) {
            Some(at) => text.get(at..).unwrap_or_default().to_owned(),
            None => text,
        }
    }

    fn moved(&self, place: &Place<'_>) -> String {
        self.of_place(MOVED, place, &[])
    }

    /// For each other namespace, what in it may be named from here.
    fn grants(&self, services: &BTreeSet<(&str, &str)>) -> String {
        let mut by_namespace: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (namespace, name) in services.iter().filter(|(namespace, _)| *namespace != self.gateway.namespace) {
            by_namespace.entry(*namespace).or_default().push(*name);
        }
        let grant = |(namespace, names): (&str, Vec<&str>)| {
            let line = |group: &str, kind: &str| {
                format!("  - {{ group: {group}, kind: {kind}, namespace: {} }}\n", self.gateway.namespace)
            };
            let asks = self.gateway.form == GatewayForm::EnvoyGateway && namespace == self.asked.namespace;
            let policy = if asks { line("gateway.envoyproxy.io", "SecurityPolicy") } else { String::new() };
            let to = names.iter().map(|name| format!("  - {{ group: \"\", kind: Service, name: {name} }}\n"));
            let to = to.collect::<Vec<_>>().concat();
            let values = [
                ("%OTHER%", namespace.to_owned()),
                ("%FROM%", line("gateway.networking.k8s.io", "HTTPRoute") + &policy),
                ("%TO%\n", to),
            ];
            self.fill(GRANT, &values)
        };
        by_namespace.into_iter().map(grant).collect()
    }
}

fn listener_of(place: &Place<'_>) -> String {
    format!("app-{}", object(place.name))
}

fn listener(name: &str, place: &Place<'_>) -> String {
    let Place { name_of_host, port, .. } = place;
    let (protocol, tls) = if place.secure {
        (
            "HTTPS",
            format!(
                "    # Yours: the Secret with the certificate.\n    tls: {{ certificateRefs: [{{ kind: Secret, name: {name_of_host} }}] }}\n"
            ),
        )
    } else {
        ("HTTP", String::new())
    };
    format!(
        "  - name: {name}\n    hostname: \"{name_of_host}\"\n    port: {port}\n    protocol: {protocol}\n{tls}    allowedRoutes: \
         {{ namespaces: {{ from: Same }} }}\n"
    )
}
