//! Which service an upstream leads to.

use crate::found::{Found, Service, Upstream};
use crate::recognise::plain;

/// What an upstream leads to.
pub(crate) enum Behind<'f> {
    /// Nothing whose images are known.
    Nothing,
    One(&'f Service),
    /// Services of different images: which of them it is, nothing says.
    Several(Vec<&'f Service>),
}

impl<'f> Behind<'f> {
    /// One that is written down several times, as for another machine, is still one.
    fn of(services: impl Iterator<Item = &'f Service>) -> Self {
        let mut all: Vec<&Service> = services.collect();
        let images = |service: &Service| service.images.iter().map(|image| plain(image)).collect::<Vec<_>>();
        let Some(first) = all.first().copied() else { return Self::Nothing };
        if all.iter().all(|other| images(other) == images(first)) {
            return Self::One(first);
        }
        all.sort_by(|a, b| a.at.cmp(&b.at));
        Self::Several(all)
    }
}

/// The service with images behind an upstream.
pub(crate) fn behind<'f>(found: &'f Found, upstream: &Upstream, group: &str) -> Behind<'f> {
    // `app.namespace.svc.cluster.local`
    let mut parts = upstream.host.split('.');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let (name, group) = match rest.as_slice() {
        [namespace, "svc", ..] => (first, *namespace),
        _ => (upstream.host.as_str(), group),
    };
    let of_group = found.services.iter().filter(|service| service.group == group);
    let is_named = |service: &&Service| {
        service.name.eq_ignore_ascii_case(name) || service.aliases.iter().any(|alias| alias == name)
    };
    let named: Vec<&Service> = of_group.clone().filter(is_named).collect();
    let Some(first) = named.first() else {
        let Some(port) = upstream.port.filter(|_| is_a_machine(&upstream.host)) else { return Behind::Nothing };
        return Behind::of(found.services.iter().filter(|service| service.published.contains(&port)));
    };
    let with_images = Behind::of(named.iter().copied().filter(|service| !service.images.is_empty()));
    if matches!(with_images, Behind::Nothing) && !first.aliases.is_empty() {
        // A Service of Kubernetes: what carries all labels that it selects.
        return Behind::of(of_group.filter(|other| {
            !other.images.is_empty() && first.aliases.iter().all(|label| other.aliases.contains(label))
        }));
    }
    with_images
}

/// Whether a host is this machine, or another by its number: what answers there is a published port.
fn is_a_machine(host: &str) -> bool {
    matches!(host, "localhost" | "host.docker.internal" | "::1") || host.parse::<std::net::IpAddr>().is_ok()
}
