//! A generated proxy, an app behind it, and a stand-in for Doorstep that lets in whoever carries the right cookie.

use doorstep_core::gateway::cookie;
use doorstep_e2e::{
    certificates::Certificates,
    echo::{Echo, Seen},
    http::{Ask, Visitor},
    instance::{GLANCES, ISSUER},
    loopback::{Loopback, answer, anywhere},
    proxy::{Hosts, Kind, Proxy},
};
use doorstep_onboard::generate::{self, Emergency, EmergencyProxy, Front, Server, Site};
use tempfile::TempDir;

pub(crate) const APP: &str = "glances.other.test";
/// Another guarded app, whose place has a name that nobody knows.
pub(crate) const GHOST: &str = "ghost.other.test";

/// One of the hosts of a guarded app that is on every host below a name.
pub(crate) const PREVIEW: &str = "a.two.test";

pub(crate) struct Street {
    pub(crate) visitor: Visitor,
    pub(crate) echo: Echo,
    pub(crate) gate: Option<Loopback>,
    pub(crate) proxy: Proxy,
    pub(crate) certificates: Certificates,
    _directory: TempDir,
}

/// Yes to the cookie `__Host-ds_app=good`, otherwise the way to sign in; says nothing about groups.
async fn gate() -> Loopback {
    Loopback::serve(anywhere(), |request| async move {
        let header =
            |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let nginx = match request.uri().path() {
            "/fa/nginx" => true,
            "/fa/nginx/refusal" | "/fa/forward" => false,
            path if path.starts_with("/fa/envoy/") => false,
            path => return answer(200, "text/plain", format!("doorstep {path}")),
        };
        let asked = match request.uri().path() {
            "/fa/forward" => {
                format!("{}://{}{}", header("x-forwarded-proto"), header("x-forwarded-host"), header("x-forwarded-uri"))
            }
            path if path.starts_with("/fa/envoy/") => {
                format!("{}://{}{}", header("x-forwarded-proto"), header("host"), path.trim_start_matches("/fa/envoy"))
            }
            _ => header("x-original-url"),
        };
        let known = asked.starts_with(GLANCES) || asked.starts_with(&format!("https://{GHOST}/"));
        let cookies = request.headers().get_all("cookie").iter();
        let cookies: Vec<_> = cookies.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned()).collect();
        let good = known && cookies.join("; ").contains("__Host-ds_app=good");
        let status = match (good, nginx) {
            (true, _) => 200,
            (false, true) => 401,
            (false, false) => 302,
        };
        let mut response = answer(status, "text/plain", "");
        let headers = response.headers_mut();
        if good {
            for (name, value) in
                [("remote-user", "ada"), ("remote-groups", ""), ("remote-email", ""), ("remote-name", "Ada")]
            {
                headers.insert(name, value.parse().expect("a value"));
            }
            // So that a test can see which address the proxy gave.
            headers.insert("remote-session", header("x-forwarded-for").parse().expect("a value"));
            let sent = request.headers().get_all("cookie").iter().map(http::HeaderValue::as_bytes);
            if let Some(kept) = cookie::of_the_app(sent).filter(|_| !nginx) {
                headers.insert("cookie", http::HeaderValue::from_bytes(&kept).expect("a value"));
            } else if request.uri().path().starts_with("/fa/envoy/") {
                headers.insert("x-envoy-auth-headers-to-remove", "cookie".parse().expect("a value"));
            }
        } else {
            headers.insert("x-doorstep-reason", "sign_in".parse().expect("a reason"));
            headers.insert("location", format!("{ISSUER}/fa/start?st=x").parse().expect("an address"));
            headers.insert("set-cookie", "__Host-ds_relay=r; Path=/; Secure; HttpOnly".parse().expect("a cookie"));
        }
        response
    })
    .await
}

impl Street {
    pub(crate) async fn open(kind: Kind) -> Self {
        Self::with(kind, None, Front::default()).await
    }

    /// With another app than the one that echoes, and other surroundings.
    pub(crate) async fn with(kind: Kind, app: Option<&str>, front: Front) -> Self {
        Self::altered(kind, app, front, |text| text).await
    }

    /// With what was generated changed by hand.
    pub(crate) async fn altered(
        kind: Kind,
        app: Option<&str>,
        front: Front,
        by_hand: impl FnOnce(String) -> String,
    ) -> Self {
        Self::changed(kind, app, front, |text, _| by_hand(text)).await
    }

    /// With a way in for emergencies.
    pub(crate) async fn with_a_way_in(kind: Kind, way: &Emergency) -> Self {
        let proxy = match kind {
            Kind::Nginx | Kind::NginxThatKeeps => EmergencyProxy::Nginx,
            Kind::Caddy | Kind::DebianCaddy => EmergencyProxy::Caddy,
            Kind::Haproxy => EmergencyProxy::Haproxy,
            Kind::Envoy | Kind::EnvoyGrpc => EmergencyProxy::Envoy,
        };
        let add = |text: String, around: (&Server, &[Site])| {
            generate::with_emergency(proxy, &text, around, way).expect("a way in")
        };
        Self::changed(kind, None, Front::default(), add).await
    }

    async fn changed(
        kind: Kind,
        app: Option<&str>,
        front: Front,
        change: impl FnOnce(String, (&Server, &[Site])) -> String,
    ) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let certificates = Certificates::make(directory.path());
        let (echo, gate) = (Echo::start().await, gate().await);
        let upstream = |text: &str| text.parse().expect("an address");
        let front = Front { resolver: Some([127, 0, 0, 9].into()), ..front };
        let instance =
            Server { issuer: ISSUER.to_owned(), listen: upstream(&gate.address.to_string()), front, secret: false };
        let site = |name: &str, url: String, upstream| Site {
            name: name.to_owned(),
            url,
            upstream: Some(upstream),
            protected: true,
        };
        let sites = [
            site("glances", GLANCES.to_owned(), upstream(app.unwrap_or(&echo.upstream()))),
            site("ghost", format!("https://{GHOST}"), upstream("ghost.invalid:80")),
            site("previews", "https://*.two.test".to_owned(), upstream(&echo.upstream())),
        ];
        let text = match kind {
            Kind::Nginx | Kind::NginxThatKeeps => generate::nginx(&instance, &sites),
            Kind::Caddy | Kind::DebianCaddy => generate::caddy(&instance, &sites),
            Kind::Haproxy => generate::haproxy(&instance, &sites),
            Kind::Envoy => generate::envoy(&instance, &sites, None),
            Kind::EnvoyGrpc => unreachable!("the stand-in does not speak it"),
        };
        let text = change(text.expect("a configuration"), (&instance, &sites));
        let hosts = Hosts::none(kind, &certificates).with_script(&generate::haproxy_script());
        let proxy = hosts.generated(&text).start().await;
        let visitor = Visitor::through(proxy.address, &certificates, &[APP, GHOST, "auth.home.test"]);
        for host in [APP, GHOST] {
            visitor.set_cookie(host, "__Host-ds_app", "good");
        }
        Self { visitor, echo, gate: Some(gate), proxy, certificates, _directory: directory }
    }

    pub(crate) fn ask(&self, path: &str) -> Ask<'_> {
        self.visitor.get(&format!("{GLANCES}{path}")).navigating()
    }

    /// What the app received last.
    pub(crate) fn seen(&self) -> Seen {
        self.echo.seen().pop().expect("nothing reached the app")
    }
}
