//! `doorstep generate caddy|nginx|haproxy|envoy|traefik|gateway-api|istio|ingress-nginx|apache|external-secrets|alerts|webfinger`: the
//! proxy configuration for the declared apps that Doorstep guards, printed or written to a file that the proxy runs on.

mod apache;
mod cluster;
mod emergency;
mod external_secrets;
mod out;
mod surroundings;
mod webfinger;

use crate::command::plan::declared;
use crate::config::{Listen, Loaded};
use crate::context::Context;
use crate::ending::{Failure, Outcome};
use crate::reason;
use crate::terminal::repeated;
use crate::wire;
use clap::{Args, Subcommand, ValueEnum};
use cluster::{GatewayApi, IngressNginx, Istio};
use doorstep_onboard::desired::{Desired, DesiredApp};
use doorstep_onboard::generate::{
    ALERTS, EmergencyProxy, Front, GenerateError, Server, Site, TraefikForm, Upstream, caddy, envoy, gateway_api,
    haproxy, haproxy_script, ingress_nginx, istio, istio_mesh, nginx, traefik, with_emergency,
};
use emergency::Alerts;
use external_secrets::ExternalSecrets;
use out::Out;
use std::collections::BTreeMap;
pub use surroundings::Surroundings;
use webfinger::Webfinger;

/// The configuration of a proxy, or objects for an operator.
#[derive(Clone, Debug, Subcommand)]
pub enum Generate {
    /// For Caddy.
    Caddy(Surroundings),
    /// For nginx.
    Nginx(Nginx),
    /// For HAProxy; with --lua the script that it asks with.
    Haproxy(Haproxy),
    /// For Envoy; with --grpc it asks by gRPC.
    Envoy(Envoy),
    /// For Traefik: a file for its file provider, labels for containers, or objects for Kubernetes.
    Traefik(Traefik),
    /// For the Gateway API of Kubernetes: routes, and what asks.
    GatewayApi(GatewayApi),
    /// For Istio; with --mesh what goes into its `meshConfig`.
    Istio(Istio),
    /// For ingress-nginx, which is retired: until you have moved to the Gateway API.
    IngressNginx(IngressNginx),
    /// For Apache with mod_auth_openidc, for apps with `preset = "mod-auth-openidc"`: it signs people in by itself.
    Apache(Surroundings),
    /// Objects for the External Secrets Operator of Kubernetes: what is delivered goes on to a store, or comes from one.
    ExternalSecrets(ExternalSecrets),
    /// Rules for Loki that tell when somebody used the way in for emergencies.
    Alerts(Alerts),
    /// For the web server of a mail domain: what it answers to an app that asks there who signs its people in.
    Webfinger(Webfinger),
}

/// nginx can keep an answer.
#[derive(Clone, Debug, Default, Args)]
pub struct Nginx {
    #[command(flatten)]
    around: Surroundings,
    /// Keep a yes for a second, for apps without rules: fewer questions, and whoever is shut out may go on for as long.
    #[arg(long)]
    keep_answers: bool,
}

/// HAProxy reads two files.
#[derive(Clone, Debug, Default, Args)]
pub struct Haproxy {
    #[command(flatten)]
    around: Surroundings,
    /// The script for `lua-load` instead of haproxy.cfg; it is the same for everybody.
    #[arg(long)]
    lua: bool,
}

/// Envoy asks in two ways.
#[derive(Clone, Debug, Default, Args)]
pub struct Envoy {
    #[command(flatten)]
    around: Surroundings,
    /// Ask by gRPC, at Doorstep's `listen_grpc`.
    #[arg(long)]
    grpc: bool,
}

/// Traefik reads its configuration in several places.
#[derive(Clone, Debug, Args)]
pub struct Traefik {
    #[command(flatten)]
    around: Surroundings,
    /// Where Traefik reads it.
    #[arg(long = "as", value_enum, default_value_t = Form::File, value_name = "FORM")]
    form: Form,
    /// The entry point for HTTPS.
    #[arg(long, default_value = "websecure", value_name = "NAME")]
    entry_point: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// A file of its file provider.
    File,
    /// Labels of each app's container, for Compose.
    Labels,
    /// Objects of Kubernetes: `Middleware` and `IngressRoute`.
    Kubernetes,
}

const UNTRUSTED_SOCKET: &str =
    "# Add \"unix\" to trusted_proxies: until then Doorstep refuses what comes by its socket.\n";

/// What is left to do where `proxy_secret` is set: it is no part of a file that everyone may read.
const fn secret_for(command: &Generate) -> &'static str {
    match command {
        Generate::Nginx(_) => {
            "`proxy_secret` is set: nginx sends what /etc/nginx/doorstep-secret.conf holds, in one line, `proxy_set_header \
             X-Doorstep-Proxy-Secret \"…\";`, and does not start without that file.\n"
        }
        Generate::Caddy(_) | Generate::Haproxy(_) | Generate::Envoy(_) => {
            "`proxy_secret` is set: the proxy sends what DOORSTEP_PROXY_SECRET holds in its environment, and is refused \
             until that is the same secret.\n"
        }
        _ => {
            "`proxy_secret` is set, and this holds no line that sends it: Doorstep refuses the proxy until you add one \
             wherever it calls Doorstep. How: docs/forward-auth.md, \"A secret beside the address\".\n"
        }
    }
}

/// For all apps or for none: a configuration with a hole is not one.
pub fn run(command: &Generate, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let around = match command {
        Generate::Haproxy(asked) if asked.lua => return script(&asked.around, context),
        Generate::Caddy(around) | Generate::Apache(around) => around,
        Generate::Nginx(asked) => &asked.around,
        Generate::Envoy(asked) => &asked.around,
        Generate::Haproxy(asked) => &asked.around,
        Generate::Traefik(asked) => &asked.around,
        Generate::GatewayApi(asked) => &asked.around,
        Generate::Istio(asked) => &asked.around,
        Generate::IngressNginx(asked) => &asked.around,
        Generate::ExternalSecrets(around) => return external_secrets::run(around, context),
        Generate::Webfinger(asked) => return webfinger::run(asked, context),
        Generate::Alerts(asked) => return alerts(asked, context),
    };
    let (loaded, desired) = wire::checked(&context.sources(), None)?;
    let own = || {
        loaded.config.listen.to_string().parse().map_err(|_| {
            let what = format!("No proxy can reach Doorstep at {}.", loaded.config.listen);
            let remedy =
                "Add --doorstep HOST:PORT, or set `listen` to a port that stays the same, like 127.0.0.1:8480.";
            Failure::refused(what, remedy)
        })
    };
    let listen = around.doorstep.clone().map_or_else(own, Ok)?;
    let keep = matches!(command, Generate::Nginx(asked) if asked.keep_answers);
    let front = Front { behind: around.behind.clone(), resolver: around.resolver, keep };
    let issuer = loaded.config.issuer.as_str().to_owned();
    let server = Server { issuer, listen, front, secret: loaded.config.proxy_secret.is_some() };
    let said = said(&around.upstreams, &desired)?;
    let relying = matches!(command, Generate::Apache(_)).then(|| apache::sites(around, &desired, &said)).transpose()?;
    let sites = if relying.is_some() { Vec::new() } else { sites(&desired, &said)? };
    let by_grpc = match command {
        Generate::Envoy(asked) => asked.grpc,
        Generate::GatewayApi(asked) => asked.grpc,
        Generate::Istio(asked) => asked.grpc,
        _ => false,
    };
    let grpc = by_grpc.then(|| asked_by_grpc(&loaded, around.doorstep.as_ref())).transpose()?;
    let text = match &relying {
        Some(relying) => doorstep_onboard::generate::apache(&server, relying),
        None => written(command, (&server, grpc.as_ref()), &sites),
    };
    let way_in = around.way_in.asked(with_a_way_in(command))?;
    let text = text.and_then(|text| match &way_in {
        Some((proxy, way)) => with_emergency(*proxy, &text, (&server, &sites), way),
        None => Ok(text),
    });
    let mut text = text.map_err(|error| refused(&error))?;
    if matches!(loaded.config.listen, Listen::Unix(_)) && !loaded.config.trusted_proxies.unix() {
        text.insert_str(0, UNTRUSTED_SOCKET);
    }
    if relying.is_none() {
        remark(command, &server, &sites, context)?;
    }
    let out = Out {
        file: around.output.as_deref(),
        instead: "Name the file that the proxy reads: --output /etc/caddy/Caddyfile",
    };
    out.put(&text, &loaded, context)?;
    Ok(Outcome::Done)
}

/// What whoever generates has to know beside the text.
fn remark(command: &Generate, server: &Server, sites: &[Site], context: &mut Context<'_>) -> Result<(), Failure> {
    if server.secret {
        context.remark(secret_for(command))?;
    }
    if !sites.iter().any(|site| site.protected) {
        context.remark(&no_app(sites))?;
    }
    Ok(())
}

fn written(
    command: &Generate,
    (server, grpc): (&Server, Option<&Upstream>),
    sites: &[Site],
) -> Result<String, GenerateError> {
    match command {
        Generate::Caddy(_) => caddy(server, sites),
        Generate::Nginx(_) => nginx(server, sites),
        Generate::Haproxy(_) => haproxy(server, sites),
        Generate::Envoy(_) => envoy(server, sites, grpc),
        Generate::Traefik(asked) => {
            let form = match asked.form {
                Form::File => TraefikForm::File,
                Form::Labels => TraefikForm::Labels,
                Form::Kubernetes => TraefikForm::Kubernetes,
            };
            traefik(server, sites, (form, &asked.entry_point))
        }
        Generate::GatewayApi(asked) => gateway_api(server, sites, &asked.gateway(grpc)),
        Generate::IngressNginx(asked) => ingress_nginx(server, sites, &asked.class),
        Generate::Istio(asked) if asked.mesh => istio_mesh(server, grpc),
        Generate::Istio(asked) => istio(server, sites, &asked.ingress()),
        Generate::Apache(_) | Generate::ExternalSecrets(_) | Generate::Webfinger(_) | Generate::Alerts(_) => {
            Ok(String::new())
        }
    }
}

/// Where Doorstep answers by gRPC: on the host that `--doorstep` names, when it names one.
fn asked_by_grpc(loaded: &Loaded, doorstep: Option<&Upstream>) -> Result<Upstream, Failure> {
    let listen = loaded.config.listen_grpc.as_ref().ok_or_else(|| {
        Failure::refused(
            "Doorstep does not answer by gRPC.",
            "Set `listen_grpc` in its configuration, like 127.0.0.1:8481, or leave --grpc out.",
        )
    })?;
    let unreachable = |_| {
        let what = format!("No proxy can reach Doorstep at {listen}.");
        Failure::refused(what, "Set `listen_grpc` to a port that stays the same, like 127.0.0.1:8481.")
    };
    let text = match (listen, doorstep.and_then(Upstream::host)) {
        (Listen::Tcp(address), Some(host)) => format!("{host}:{}", address.port()),
        _ => listen.to_string(),
    };
    text.parse().map_err(unreachable)
}

/// The proxies that can have a way in for emergencies.
const fn with_a_way_in(command: &Generate) -> Option<EmergencyProxy> {
    match command {
        Generate::Caddy(_) => Some(EmergencyProxy::Caddy),
        Generate::Nginx(_) => Some(EmergencyProxy::Nginx),
        Generate::Haproxy(_) => Some(EmergencyProxy::Haproxy),
        Generate::Envoy(_) => Some(EmergencyProxy::Envoy),
        _ => None,
    }
}

/// The same for everybody.
fn alerts(asked: &Alerts, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, _) = wire::checked(&context.sources(), None)?;
    let instead = "Name a file of Loki's ruler: --output /etc/loki/rules/doorstep.yaml";
    Out { file: asked.output.as_deref(), instead }.put(ALERTS, &loaded, context)?;
    Ok(Outcome::Done)
}

/// What HAProxy asks with.
fn script(around: &Surroundings, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let (loaded, _) = wire::checked(&context.sources(), None)?;
    let instead = "Name the file that HAProxy loads: --output /etc/haproxy/doorstep.lua";
    Out { file: around.output.as_deref(), instead }.put(&haproxy_script(), &loaded, context)?;
    Ok(Outcome::Done)
}

/// A remark: whoever generates wants an app in front of which Doorstep stands.
fn no_app(sites: &[Site]) -> String {
    let add = if sites.is_empty() {
        "declare it under `apps`, with its `url`, and set `forward_auth` to true"
    } else {
        "set its `forward_auth` to true"
    };
    format!(
        "No app is behind forward auth, so the configuration holds the host of none.\nTo put one there, {add}, and say \
         --upstream NAME=HOST:PORT here.\n"
    )
}

/// Every app; refused with all names at once when the place of a guarded one is not said.
fn sites(desired: &Desired, said: &BTreeMap<String, Upstream>) -> Result<Vec<Site>, Failure> {
    only_guarded(desired, said)?;
    let guarded = |name: &str| desired.apps.iter().any(|app| app.name().as_str() == name && app.spec.protected);
    let names: Vec<&str> = desired.apps.iter().map(|app| app.name().as_str()).collect();
    let missing: Vec<&str> = names.iter().copied().filter(|name| guarded(name) && !said.contains_key(*name)).collect();
    if !missing.is_empty() {
        let what = format!("Where the proxy reaches {} is not known.", missing.join(", "));
        let say: Vec<_> = missing.iter().map(|name| format!("--upstream {name}=HOST:PORT")).collect();
        return Err(Failure::refused(what, format!("Say {}", say.join(" "))));
    }
    let site = |app: &DesiredApp| {
        let (url, protected) = (app.spec.url.clone(), app.spec.protected);
        Site { name: app.name().as_str().to_owned(), url, upstream: said.get(app.name().as_str()).cloned(), protected }
    };
    Ok(desired.apps.iter().map(site).collect())
}

fn said(upstreams: &[String], desired: &Desired) -> Result<BTreeMap<String, Upstream>, Failure> {
    let mut said = BTreeMap::new();
    for text in upstreams {
        let form = || {
            let shown = repeated(text);
            Failure::refused(
                format!("`--upstream {shown}` does not say where an app is."),
                "Write --upstream glances=127.0.0.1:61208, or --upstream glances=unix:/run/glances.sock",
            )
        };
        let (name, place) = text.split_once('=').ok_or_else(form)?;
        let name = declared(name, desired)?;
        said.insert(name.as_str().to_owned(), place.parse().map_err(|_| form())?);
    }
    Ok(said)
}

/// A place is said for apps in front of which Doorstep stands, and for no others.
fn only_guarded(desired: &Desired, said: &BTreeMap<String, Upstream>) -> Result<(), Failure> {
    let other = desired.apps.iter().find(|app| !app.spec.protected && said.contains_key(app.name().as_str()));
    let Some(name) = other.map(DesiredApp::name) else { return Ok(()) };
    let what = format!("{name} signs people in by itself: a proxy needs nothing of Doorstep for it.");
    let remedy = format!(
        "Leave --upstream {name} out. If Doorstep is to stand in front of it, set `forward_auth` of {name} to true."
    );
    Err(Failure::refused(what, remedy))
}

fn refused(error: &GenerateError) -> Failure {
    let remedy = match error {
        GenerateError::Resolver { .. } => {
            "Add --resolver ADDRESS: 127.0.0.11 in Docker, 127.0.0.53 with systemd-resolved, else the nameserver of \
             /etc/resolv.conf."
        }
        GenerateError::Upstream { .. } => "Write --upstream NAME=HOST:PORT",
        GenerateError::Socket { .. } => {
            "Traefik reaches programs by host and port alone: write --upstream NAME=HOST:PORT."
        }
        GenerateError::Service { .. } => {
            "Name each by its Service: --doorstep doorstep.NAMESPACE.svc:8480 --upstream NAME=SERVICE.NAMESPACE.svc:PORT"
        }
        GenerateError::Wildcard { .. } => {
            "Declare each of its hosts as an app of its own, or put Caddy, nginx, HAProxy, Envoy or Traefik in front of it."
        }
        GenerateError::Alike { .. } => {
            "Give one of them another name in the configuration: in a cluster `.` and `_` become `-`."
        }
        GenerateError::Word { .. } => "Write it as the cluster or the proxy's own configuration calls it.",
        GenerateError::EmergencyPort { .. } => "Say --emergency-port with another one, like 8444.",
        GenerateError::EmergencyBehind => {
            "Leave --behind out, or let a proxy that ends TLS itself serve the port for emergencies."
        }
        GenerateError::EmergencyPlain { .. } => "Declare it with https, or leave --emergency out.",
        GenerateError::EmergencyUsers => "Say --emergency-ca FILE in the place of --emergency-users.",
        GenerateError::BehindApache => "Leave --behind out, and let Apache have the certificates.",
        GenerateError::Path { .. } => {
            "Deliver them to a path of letters, digits, `.`, `-` and `_`: deliver = \"file:/etc/apache2/doorstep/NAME.conf\""
        }
        GenerateError::Behind => {
            "Leave --behind out. How many proxies stand before it, and whose X-Forwarded-For counts, is a setting of Envoy \
             Gateway (ClientTrafficPolicy), Istio (numTrustedProxies) or ingress-nginx (use-forwarded-headers)."
        }
        GenerateError::Url { .. } | GenerateError::Claimed { .. } => "Correct `url` of the app in the configuration.",
    };
    Failure::refused(reason::sentence(&error.to_string()), remedy)
}
