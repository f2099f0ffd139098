//! `Ingress` objects for ingress-nginx, which is retired, without a snippet: those are off by default.
//!
//! It passes no refusal on: a 401 becomes a redirect to one address. That address is `/.doorstep/start` on the app's own
//! host, where Doorstep answers what it would have answered at the door.

use super::{
    GenerateError, Layout, Place, Server, Site,
    client::returned,
    fill, in_comment,
    service::{Service, layout_in_a_cluster, object},
    untouched,
};

const HEAD: &str = include_str!("ingress_nginx/head.yaml");
const ISSUER: &str = include_str!("ingress_nginx/issuer.yaml");
const APP: &str = include_str!("ingress_nginx/app.yaml");

/// The objects for the protected ones among `sites`, and for Doorstep itself, of the class `class`.
pub fn ingress_nginx(server: &Server, sites: &[Site], class: &str) -> Result<String, GenerateError> {
    let Layout { issuer, guarded, others } = layout_in_a_cluster(server, sites, &[class])?;
    let mut text = HEAD.to_owned() + &untouched(&others);
    if guarded.is_empty() && issuer.is_none() {
        return Ok(text);
    }
    let doorstep = Service::of("doorstep", &server.listen)?;
    let known = [
        ("%CLASS%", class.to_owned()),
        ("%DOORSTEP%", backend(&doorstep)),
        ("%DOORSTEP_NAMESPACE%", doorstep.namespace.to_owned()),
        ("%ASKED%", format!("{}:{}", doorstep.host(), doorstep.port)),
        ("%RETURNED%", returned().collect::<Vec<_>>().join(", ")),
    ];
    text.extend(issuer.iter().map(|place| of_place(ISSUER, place, &known)));
    for place in &guarded {
        let service = Service::of(place.name, place.upstream)?;
        let own = [("%UPSTREAM%", backend(&service)), ("%OTHER%", service.namespace.to_owned())];
        text.push_str(&of_place(APP, place, &[&known[..], &own].concat()));
    }
    Ok(text)
}

fn of_place(template: &str, place: &Place<'_>, known: &[(&str, String)]) -> String {
    let name = &place.name_of_host;
    let tls = format!(
        "  # Yours: the Secret with the certificate.\n  tls: [{{ hosts: [\"{name}\"], secretName: {name} }}]\n"
    );
    let values = [
        ("%APP%", object(place.name)),
        ("%NAME%", in_comment(&[place.name])),
        ("%NAME_OF_HOST%", name.clone()),
        ("%HOST%", place.host.clone()),
        ("%SCHEME%", place.scheme().to_owned()),
        ("%TLS%", if place.secure { tls } else { String::new() }),
    ];
    let all: Vec<_> = values.iter().chain(known).map(|(key, value)| (*key, value.as_str())).collect();
    fill(template, &all)
}

fn backend(service: &Service<'_>) -> String {
    format!("{{ service: {{ name: {}, port: {{ number: {} }} }} }}", service.name, service.port)
}
