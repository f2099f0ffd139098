//! Kubernetes manifests: Ingress, HTTPRoute and Traefik's IngressRoute, with the Services and workloads that they lead to.

use crate::found::{Found, Place, Service, Site, Upstream};
use crate::rule;
use crate::yaml::{self, Node};
use std::collections::BTreeSet;
use std::path::Path;

/// Reads one file.
pub(crate) fn read(path: &Path, text: &str, found: &mut Found) {
    let (documents, error) = yaml::parse(text);
    if let Some((line, why)) = error {
        found.unread(path, Some(line), why);
    }
    let objects: Vec<&Node> = documents
        .iter()
        .flat_map(|document| match document.text_at(&["kind"]) {
            Some("List") => document.items_at(&["items"]).iter().collect(),
            _ if !document.items().is_empty() => document.items().iter().collect(),
            _ => vec![document],
        })
        .collect();
    for object in objects {
        match object.text_at(&["kind"]) {
            Some("Ingress") => ingress(object, path, found),
            Some("HTTPRoute") => http_route(object, path, found),
            Some("IngressRoute") => ingress_route(object, path, found),
            Some("Service") => service(object, path, found),
            Some("Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") => {
                workload(object, object.at(&["spec", "template"]), path, found);
            }
            Some("Pod") => workload(object, Some(object), path, found),
            _ => {}
        }
    }
}

fn namespace(object: &Node) -> String {
    object.text_at(&["metadata", "namespace"]).unwrap_or("default").to_owned()
}

fn ingress(object: &Node, path: &Path, found: &mut Found) {
    for rule in object.items_at(&["spec", "rules"]) {
        let Some(host) = rule.text_at(&["host"]) else { continue };
        let backend = |item: &Node| {
            let name =
                item.text_at(&["backend", "service", "name"]).or_else(|| item.text_at(&["backend", "serviceName"]));
            let port = item
                .text_at(&["backend", "service", "port", "number"])
                .or_else(|| item.text_at(&["backend", "servicePort"]));
            (Some(item.text_at(&["path"]).unwrap_or_default().to_owned()), upstream(name, port))
        };
        let paths: Vec<_> = rule.items_at(&["http", "paths"]).iter().map(backend).collect();
        sites(object, path, (&[host.to_owned()], rule.line), &paths, found);
    }
}

fn http_route(object: &Node, path: &Path, found: &mut Found) {
    let hosts: Vec<String> =
        object.items_at(&["spec", "hostnames"]).iter().filter_map(Node::text).map(str::to_owned).collect();
    let mut paths = Vec::new();
    for rule in object.items_at(&["spec", "rules"]) {
        let Some(backend) = rule.items_at(&["backendRefs"]).first() else { continue };
        let to = upstream(backend.text_at(&["name"]), backend.text_at(&["port"]));
        match rule.items_at(&["matches"]) {
            [] => paths.push((Some(String::new()), to)),
            all => paths.extend(all.iter().map(|one| (matched(one), to.clone()))),
        }
    }
    sites(object, path, (&hosts, object.line), &paths, found);
}

/// The path that a match asks for, if it asks for no more.
fn matched(one: &Node) -> Option<String> {
    let is_more = ["headers", "queryParams", "method"].iter().any(|key| one.get(key).is_some())
        || one.text_at(&["path", "type"]) == Some("RegularExpression");
    (!is_more).then(|| one.text_at(&["path", "value"]).unwrap_or_default().to_owned())
}

fn ingress_route(object: &Node, path: &Path, found: &mut Found) {
    for route in object.items_at(&["spec", "routes"]) {
        let Some(backend) = route.items_at(&["services"]).first() else { continue };
        let to = upstream(backend.text_at(&["name"]), backend.text_at(&["port"]));
        for (host, below) in rule::asked(route.text_at(&["match"]).unwrap_or_default()) {
            sites(object, path, (&[host], route.line), &[(below, to.clone())], found);
        }
    }
}

fn upstream(name: Option<&str>, port: Option<&str>) -> Option<Upstream> {
    Some(Upstream { host: name?.to_ascii_lowercase(), port: port.and_then(|port| port.parse().ok()) })
}

/// The path, unless none alone says which requests are meant; and what they lead to.
type Below = (Option<String>, Option<Upstream>);

/// A site for each host. A path that leads where the root leads is a part of the same app.
fn sites(object: &Node, path: &Path, (hosts, line): (&[String], u32), paths: &[Below], found: &mut Found) {
    let is_root =
        |(below, _): &Below| below.as_ref().is_some_and(|below| below.trim_end_matches(['*', '/']).is_empty());
    let roots: BTreeSet<&Option<Upstream>> =
        paths.iter().filter(|one| is_root(one)).map(|(_, upstream)| upstream).collect();
    let is_own = |one: &&Below| is_root(one) || !roots.contains(&one.1);
    for host in hosts {
        for (below, upstream) in paths.iter().filter(is_own) {
            let at = Place::new(path, line);
            if !found.takes_address(&at) {
                return;
            }
            let Some(below) = below else {
                if let Some(upstream) = upstream {
                    found.part(host, upstream, at);
                }
                continue;
            };
            if let Some(address) = found.address(host, below, at) {
                found.sites.push(Site { address, upstream: upstream.clone(), group: namespace(object) });
            }
        }
    }
}

/// A Service stands for what its selector names: found by the labels, as an alias.
fn service(object: &Node, path: &Path, found: &mut Found) {
    let Some(name) = object.text_at(&["metadata", "name"]) else { return };
    found.services.push(Service {
        name: name.to_ascii_lowercase(),
        aliases: labels(object.at(&["spec", "selector"])),
        group: namespace(object),
        at: Some(Place::new(path, object.line)),
        ..Service::default()
    });
}

fn workload(object: &Node, template: Option<&Node>, path: &Path, found: &mut Found) {
    let Some(template) = template else { return };
    let containers = template.items_at(&["spec", "containers"]);
    let images = containers.iter().filter_map(|container| container.text_at(&["image"])).map(str::to_owned).collect();
    found.services.push(Service {
        name: object.text_at(&["metadata", "name"]).unwrap_or_default().to_ascii_lowercase(),
        aliases: labels(template.at(&["metadata", "labels"])),
        images,
        group: namespace(object),
        at: Some(Place::new(path, object.line)),
        ..Service::default()
    });
}

/// Labels as texts that are no host names.
fn labels(node: Option<&Node>) -> Vec<String> {
    let one = |(key, value): &(String, Node)| Some(format!("{key}={}", value.text()?));
    node.map(Node::entries).unwrap_or_default().iter().filter_map(one).collect()
}
