//! Which service an upstream leads to.

use crate::found::{Found, Service, Upstream};

/// The service with images behind an upstream.
pub(crate) fn behind<'f>(found: &'f Found, upstream: &Upstream, group: &str) -> Option<&'f Service> {
    // `app.namespace.svc.cluster.local`
    let mut parts = upstream.host.split('.');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let (name, group) = match rest.as_slice() {
        [namespace, "svc", ..] => (first, *namespace),
        _ => (upstream.host.as_str(), group),
    };
    let mut of_group = found.services.iter().filter(|service| service.group == group);
    let named = |service: &&Service| {
        service.name.eq_ignore_ascii_case(name) || service.aliases.iter().any(|alias| alias == name)
    };
    let service = of_group.clone().filter(named).max_by_key(|service| !service.images.is_empty());
    match service {
        Some(service) if !service.images.is_empty() => Some(service),
        // A Service of Kubernetes: what carries all labels that it selects.
        Some(service) if !service.aliases.is_empty() => of_group.find(|other| {
            !other.images.is_empty() && service.aliases.iter().all(|label| other.aliases.contains(label))
        }),
        Some(_) => None,
        None => {
            let port = upstream.port.filter(|_| is_a_machine(&upstream.host))?;
            let mut published = found.services.iter().filter(|service| service.published.contains(&port));
            published.next().filter(|_| published.next().is_none())
        }
    }
}

/// Whether a host is this machine, or another by its number: what answers there is a published port.
fn is_a_machine(host: &str) -> bool {
    matches!(host, "localhost" | "host.docker.internal" | "::1") || host.parse::<std::net::IpAddr>().is_ok()
}
