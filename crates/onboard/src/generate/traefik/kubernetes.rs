//! The same as objects of Kubernetes: `Middleware` and `IngressRoute` of `traefik.io/v1alpha1`.

use super::{Router, Service, Written, middlewares};
use crate::generate::GenerateError;

/// The middlewares of the chain, as a file names them.
const CHAINED: &str = "[doorstep-strip, doorstep-ask]";
const API: &str = "apiVersion: traefik.io/v1alpha1\n";

/// All of them, in the namespace into which they are applied.
pub(super) fn objects(written: &Written<'_>, entry_point: &str) -> Result<String, GenerateError> {
    let mut text = String::new();
    for (name, spec) in each_middleware(&middlewares(written, "  ")) {
        text.extend([format!("---\n{API}kind: Middleware\nmetadata: {{ name: {name} }}\nspec:\n{spec}")]);
    }
    let of_apps = written.apps.iter().map(|(app, routers)| (format!("doorstep-{app}"), routers));
    let own = (!written.own.is_empty()).then(|| ("doorstep".to_owned(), &written.own));
    for (name, routers) in own.into_iter().chain(of_apps) {
        let secure = routers.iter().all(|router| router.secure);
        let entry = if secure { entry_point } else { "web" };
        text.extend([format!(
            "---\n{API}kind: IngressRoute\nmetadata: {{ name: {name} }}\nspec:\n  entryPoints: [{entry}]\n  routes:\n"
        )]);
        for router in routers {
            text.push_str(&route(router, &written.services)?);
        }
        if secure {
            text.push_str("  # Name the Secret with the certificate: { secretName: … }\n  tls: {}\n");
        }
    }
    Ok(text)
}

/// A middleware of the file is a name, and lines that are indented more: they are the `spec`. In a chain the middlewares are
/// objects.
fn each_middleware(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let name = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '));
        if let Some(name) = name.and_then(|name| name.strip_suffix(':')) {
            found.push((name.to_owned(), String::new()));
        } else if let Some((_, spec)) = found.last_mut() {
            let line = line.strip_prefix("  ").unwrap_or(line);
            spec.push_str(&line.replace(CHAINED, "[{ name: doorstep-strip }, { name: doorstep-ask }]"));
            spec.push('\n');
        }
    }
    found
}

fn route(router: &Router, services: &[Service<'_>]) -> Result<String, GenerateError> {
    let unknown = || GenerateError::Upstream { name: router.service.clone() };
    let upstream = services.iter().find(|service| service.name == router.service).ok_or_else(unknown)?.upstream;
    let port = upstream.port().ok_or_else(unknown)?;
    // A Service is named as its address begins: NAME.NAMESPACE.svc.
    let host = upstream.name().ok_or_else(|| GenerateError::Service { name: router.service.clone() })?;
    let mut labels = host.split('.');
    let name = labels.next().unwrap_or(host);
    let namespace = labels.next().map_or_else(String::new, |namespace| format!(", namespace: {namespace}"));
    let priority = router.priority.map_or_else(String::new, |priority| format!("      priority: {priority}\n"));
    let middlewares: Vec<_> = router.middlewares.iter().map(|name| format!("{{ name: {name} }}")).collect();
    let middlewares = match middlewares[..] {
        [] => String::new(),
        _ => format!("      middlewares: [{}]\n", middlewares.join(", ")),
    };
    Ok(format!(
        "    - kind: Rule\n      match: \"{}\"\n{priority}{middlewares}      services: [{{ name: {name}{namespace}, port: {port} \
         }}]\n",
        router.rule
    ))
}
