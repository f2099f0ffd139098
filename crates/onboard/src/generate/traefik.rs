//! Dynamic configuration of Traefik 3: a file, labels beside a file, or objects of Kubernetes.
//!
//! The four middlewares are the same everywhere; the shape of the routers is the one that held against attack when it was
//! measured with Traefik 3.7.9: the question on each app, `Upgrade` to anything but a websocket refused, the paths of
//! Doorstep on each app's host without the question.

mod kubernetes;

use super::{
    GenerateError, Layout, Place, Server, Site, Upstream,
    client::{each_name, returned, spelled_with},
    layout, untouched,
};

/// Where Traefik reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraefikForm {
    /// A file of its file provider.
    File,
    /// Labels of containers, beside such a file.
    Labels,
    /// Objects of Kubernetes.
    Kubernetes,
}

/// A value of `Upgrade` that is not `websocket` in any letter case. RE2 knows no negation: another length, or another
/// letter somewhere. Each of several lines is matched by itself.
pub(super) const NO_WEBSOCKET: &str =
    "^.{0,8}$|^.{10,}$|^[^wW]|^.[^eE]|^.{2}[^bB]|^.{3}[^sS]|^.{4}[^oO]|^.{5}[^cC]|^.{6}[^kK]|^.{7}[^eE]|^.{8}[^tT]";

const HEAD: &str = "\
# Dynamic configuration for Traefik 3, by `doorstep generate traefik`. Traefik must be one of Doorstep's trusted_proxies.
# Write no other router for these hosts: one that is more specific and lacks the middlewares below opens the app to
# everybody. In the static configuration leave `forwardedHeaders.insecure` out, and set `underscoreHeadersStrategy: delete`.
";
const BEHIND: &str = "\
# Another proxy or a tunnel stands before Traefik: its addresses also belong into `forwardedHeaders.trustedIPs` of the entry
# point and into Doorstep's trusted_proxies.
";

/// A router of an app or of Doorstep itself.
struct Router {
    name: String,
    /// In backquotes, as Traefik's rules are written.
    rule: String,
    /// Nothing: by the length of the rule.
    priority: Option<u32>,
    middlewares: Vec<&'static str>,
    service: String,
    secure: bool,
}

struct Service<'a> {
    name: String,
    upstream: &'a Upstream,
}

/// All of it, before it has a form.
struct Written<'a> {
    /// Doorstep's own first.
    services: Vec<Service<'a>>,
    own: Vec<Router>,
    /// With the name that each app has in the file.
    apps: Vec<(String, Vec<Router>)>,
    ask: String,
    behind: Vec<String>,
}

/// The text in `form`, with the entry point for HTTPS.
pub fn traefik(
    server: &Server,
    sites: &[Site],
    (form, entry_point): (TraefikForm, &str),
) -> Result<String, GenerateError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if entry_point.is_empty() || !entry_point.bytes().all(plain) {
        return Err(GenerateError::Word { word: entry_point.chars().take(40).collect() });
    }
    let Layout { issuer, guarded, others } = layout(server, sites)?;
    let mut text = String::from(HEAD);
    if !server.front.behind.is_empty() {
        text.push_str(BEHIND);
    }
    text.push_str(&untouched(&others));
    if guarded.is_empty() && issuer.is_none() {
        return Ok(text);
    }
    let written = write(server, issuer.as_ref(), &guarded)?;
    match form {
        TraefikForm::File => {
            let apps = written.apps.iter().flat_map(|(_, routers)| routers);
            text.push_str(&file(&written, apps, &written.services, entry_point));
        }
        TraefikForm::Labels => {
            text.push_str("\n# For the file provider: what all apps share.\n");
            let own = written.services.get(..1).unwrap_or_default();
            text.push_str(&file(&written, [].iter(), own, entry_point));
            text.push_str("\n---\n# For Compose: the labels of each app's service.\n");
            text.push_str(&labels(&written, entry_point));
        }
        TraefikForm::Kubernetes => text.push_str(&kubernetes::objects(&written, entry_point)?),
    }
    Ok(text)
}

fn write<'a>(
    server: &'a Server,
    issuer: Option<&Place<'a>>,
    guarded: &[Place<'a>],
) -> Result<Written<'a>, GenerateError> {
    let reached = |name: &str, upstream: &'a Upstream, shown: &str| match upstream.port() {
        Some(_) => Ok(Service { name: name.to_owned(), upstream }),
        None => Err(GenerateError::Socket { name: shown.to_owned() }),
    };
    let mut services = vec![reached("doorstep", &server.listen, "Doorstep")?];
    let front: &[&str] = if server.front.behind.is_empty() { &[] } else { &["doorstep-front"] };
    let with = |middlewares: &[&'static str]| [front, middlewares].concat();
    let own = issuer.map_or_else(Vec::new, |place| {
        let host = named(place);
        let closed = format!("{host} && (PathPrefix(`/fa/`) || PathPrefix(`/.doorstep/`)) && !Path(`/fa/start`)");
        let router = |name: &str, rule, priority, middlewares: &[&'static str]| Router {
            name: name.to_owned(),
            rule,
            priority,
            middlewares: with(middlewares),
            service: "doorstep".to_owned(),
            secure: place.secure,
        };
        vec![
            router("doorstep", host.clone(), None, &[]),
            router("doorstep-for-proxies", closed, Some(100_000), &["doorstep-nobody"]),
        ]
    });
    let mut apps = Vec::new();
    for place in guarded {
        let name = format!("doorstep-{}", place.name);
        services.push(reached(&name, place.upstream, place.name)?);
        let host = named(place);
        let router = |end: &str, rule, priority, middlewares: &[&'static str], service: &str| Router {
            name: name.clone() + end,
            rule,
            priority,
            middlewares: with(middlewares),
            service: service.to_owned(),
            secure: place.secure,
        };
        let upgrade = format!("{host} && HeaderRegexp(`Upgrade`, `{NO_WEBSOCKET}`)");
        let way_back = format!("{host} && PathPrefix(`/.doorstep/`)");
        // The longer a rule, the sooner it counts; a wildcard stays behind every host of its own.
        let [first, second, third] =
            if place.parent().is_some() { [Some(1), Some(2), Some(3)] } else { [None, Some(100_000), Some(200_000)] };
        let routers = vec![
            router("", host, first, &["doorstep"], &name),
            router("-way-back", way_back, second, &[], "doorstep"),
            router("-upgrade", upgrade, third, &["doorstep-nobody"], &name),
        ];
        apps.push((place.name.to_owned(), routers));
    }
    let ask = format!("http://{}/fa/forward", server.listen.caddy());
    let behind = server.front.behind.iter().map(ToString::to_string).collect();
    Ok(Written { services, own, apps, ask, behind })
}

fn named(place: &Place<'_>) -> String {
    match place.pattern() {
        None => format!("Host(`{}`)", place.name_of_host),
        Some(pattern) => format!("HostRegexp(`{pattern}`)"),
    }
}

/// Names of headers of the client's that are emptied, which removes them.
fn emptied() -> Vec<String> {
    let names = spelled_with("-").chain(each_name());
    // What Traefik itself sets stays.
    let set = ["X-Forwarded-Port", "X-Forwarded-Server"];
    let kept = names.filter(|name| !set.contains(&name.as_str()));
    kept.chain(spelled_with("_")).chain(spelled_with(".")).collect()
}

fn middlewares(written: &Written<'_>, indent: &str) -> String {
    let copied = returned().collect::<Vec<_>>().join(", ");
    let trust = !written.behind.is_empty();
    let emptied: Vec<_> = emptied().iter().map(|name| format!("{indent}      {name}: \"\"\n")).collect();
    let emptied = emptied.concat();
    let front = if trust {
        format!("{indent}doorstep-front:\n{indent}  ipAllowList: {{ sourceRange: [{}] }}\n", written.behind.join(", "))
    } else {
        String::new()
    };
    format!(
        "{indent}doorstep:\n{indent}  chain: {{ middlewares: [doorstep-strip, doorstep-ask] }}\n\
         {indent}# What a client says about itself. Programs behind CGI or WSGI take `Remote_User` for `Remote-User`.\n\
         {indent}doorstep-strip:\n{indent}  headers:\n{indent}    customRequestHeaders:\n{emptied}\
         {indent}doorstep-ask:\n{indent}  forwardAuth:\n{indent}    address: {}\n{indent}    trustForwardHeader: {trust}\n\
         {indent}    # All of them: what is not listed here stays the client's. `Cookie` and `Authorization` come back without what is Doorstep's.\n\
         {indent}    authResponseHeaders: [{copied}]\n{indent}    maxResponseBodySize: 65536\n\
         {indent}# Refuses everybody.\n\
         {indent}doorstep-nobody:\n{indent}  ipAllowList: {{ sourceRange: [255.255.255.255/32] }}\n{front}",
        written.ask
    )
}

fn file<'r>(
    written: &'r Written<'_>,
    apps: impl Iterator<Item = &'r Router>,
    services: &[Service<'_>],
    entry_point: &str,
) -> String {
    let routers: String = written.own.iter().chain(apps).map(|router| router.in_file(entry_point)).collect();
    let services: Vec<_> = services
        .iter()
        .map(|service| {
            let url = format!("http://{}", service.upstream.caddy());
            format!("    {}:\n      loadBalancer: {{ servers: [{{ url: \"{url}\" }}] }}\n", service.name)
        })
        .collect();
    let services = services.concat();
    let routers = if routers.is_empty() { routers } else { format!("  routers:\n{routers}") };
    format!("http:\n  middlewares:\n{}{routers}  services:\n{services}", middlewares(written, "    "))
}

impl Router {
    fn in_file(&self, entry_point: &str) -> String {
        let Self { name, rule, service, .. } = self;
        let priority = self.priority.map_or_else(String::new, |priority| format!("      priority: {priority}\n"));
        let middlewares = match self.middlewares[..] {
            [] => String::new(),
            _ => format!("      middlewares: [{}]\n", self.middlewares.join(", ")),
        };
        let entry = if self.secure { entry_point } else { "web" };
        let tls = if self.secure { "      tls: {}\n" } else { "" };
        format!(
            "    {name}:\n      entryPoints: [{entry}]\n      rule: \"{rule}\"\n{priority}{middlewares}      service: \
             {service}\n{tls}"
        )
    }
}

/// A service that Traefik finds by its container; what all apps share is the file's.
fn labels(written: &Written<'_>, entry_point: &str) -> String {
    let mut text = String::from("services:\n");
    for (app, routers) in &written.apps {
        let port = written.services.iter().find(|service| service.name == format!("doorstep-{app}"));
        let port = port.and_then(|service| service.upstream.port()).unwrap_or_default();
        text.extend([format!("  {app}:\n    labels:\n      traefik.enable: \"true\"\n")]);
        text.extend([format!("      traefik.http.services.doorstep-{app}.loadbalancer.server.port: \"{port}\"\n")]);
        for router in routers {
            let key = format!("      traefik.http.routers.{}", router.name);
            let entry = if router.secure { entry_point } else { "web" };
            text.extend([format!("{key}.entrypoints: {entry}\n{key}.rule: \"{}\"\n", in_compose(&router.rule))]);
            if let Some(priority) = router.priority {
                text.extend([format!("{key}.priority: \"{priority}\"\n")]);
            }
            if !router.middlewares.is_empty() {
                let named: Vec<_> = router.middlewares.iter().map(|name| format!("{name}@file")).collect();
                text.extend([format!("{key}.middlewares: {}\n", named.join(","))]);
            }
            let service = if router.service == "doorstep" { "doorstep@file" } else { &router.service };
            text.extend([format!("{key}.service: {service}\n")]);
            if router.secure {
                text.extend([format!("{key}.tls: \"true\"\n")]);
            }
        }
    }
    text
}

/// Compose takes `$` for a variable.
fn in_compose(rule: &str) -> String {
    rule.replace('$', "$$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn security_57_whatever_is_no_websocket_is_matched_by_the_rule_that_refuses() {
        let refused = Regex::new(NO_WEBSOCKET).unwrap();
        for fine in ["websocket", "WebSocket", "WEBSOCKET"] {
            assert!(!refused.is_match(fine), "{fine}");
        }
        for other in [
            "",
            "h2c",
            "H2C",
            "websocket, h2c",
            "h2c, websocket",
            "websocke",
            "websockets",
            "webs0cket",
            " websocket",
            "wébsocket",
        ] {
            assert!(refused.is_match(other), "{other:?}");
        }
        for at in 0..9 {
            let mut other = b"websocket".to_vec();
            other[at] = b'x';
            assert!(refused.is_match(std::str::from_utf8(&other).unwrap()), "{at}");
        }
    }
}
