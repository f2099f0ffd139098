//! The annotations of `doorstep generate ingress-nginx` in a real nginx, set into what ingress-nginx's template makes of them,
//! in front of a real Doorstep: the controller itself cannot be had here.

use doorstep_e2e::{
    certificates::Certificates,
    doorstep::Doorstep,
    echo::{Echo, Seen},
    http::Visitor,
    instance::{GLANCES, ISSUER},
    person::Person,
    proxy::{Hosts, Kind},
};
use doorstep_onboard::generate::{self, Front, Server, Site};

const HOST: &str = "glances.other.test";
const PAGE: &str = "/page?x=1";

/// The value of an annotation.
fn annotated(objects: &str, name: &str) -> String {
    let key = format!("nginx.ingress.kubernetes.io/{name}: \"");
    let (_, after) = objects.split_once(&key).unwrap_or_else(|| panic!("no {name} in {objects}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

fn objects() -> String {
    let listen = "doorstep.sso.svc:8480".parse().expect("a Service");
    let server = Server { issuer: ISSUER.to_owned(), listen, front: Front::default(), secret: false };
    let site = Site {
        name: "glances".to_owned(),
        url: GLANCES.to_owned(),
        upstream: Some("glances.monitoring.svc:61208".parse().expect("a Service")),
        protected: true,
    };
    generate::ingress_nginx(&server, &[site], "nginx").expect("objects")
}

/// The locations of the template for these annotations, without what Lua does there.
fn locations(doorstep: &str, app: &str) -> String {
    let objects = objects();
    let auth = annotated(&objects, "auth-url").replace("doorstep.sso.svc.cluster.local:8480", doorstep);
    let sign_in = annotated(&objects, "auth-signin");
    let set = annotated(&objects, "auth-response-headers");
    let set = set.split(", ").enumerate().map(|(nth, name)| {
        let variable = name.to_ascii_lowercase().replace('-', "_");
        format!(
            "auth_request_set $authHeader{nth} $upstream_http_{variable};\nproxy_set_header '{name}' $authHeader{nth};\n"
        )
    });
    let set = set.collect::<Vec<_>>().concat();
    let forwarded = "proxy_http_version 1.1;\nproxy_set_header Host $http_host;\nproxy_set_header X-Request-ID $request_id;\n\
                     proxy_set_header X-Real-IP $remote_addr;\nproxy_set_header X-Forwarded-For $remote_addr;\n\
                     proxy_set_header X-Forwarded-Host $http_host;\nproxy_set_header X-Forwarded-Port 443;\n\
                     proxy_set_header X-Forwarded-Proto $scheme;\nproxy_set_header X-Scheme $scheme;\nproxy_buffer_size 16k;\n\
                     proxy_buffers 4 16k;\n";
    format!(
        "location = /_external-auth {{\ninternal;\nproxy_pass_request_body off;\nproxy_set_header Content-Length \"\";\n\
         proxy_set_header X-Forwarded-Proto \"\";\nproxy_set_header X-Request-ID $request_id;\n\
         proxy_set_header Host doorstep.sso.svc.cluster.local;\n\
         proxy_set_header X-Original-URL $scheme://$http_host$request_uri;\n\
         proxy_set_header X-Original-Method $request_method;\nproxy_set_header X-Sent-From \"nginx-ingress-controller\";\n\
         proxy_set_header X-Real-IP $remote_addr;\nproxy_set_header X-Forwarded-For $remote_addr;\n\
         proxy_set_header X-Auth-Request-Redirect $request_uri;\nproxy_buffering off;\nproxy_buffer_size 16k;\n\
         proxy_buffers 4 16k;\nproxy_http_version 1.1;\nproxy_pass_request_headers on;\nset $target {auth};\n\
         proxy_pass $target;\n}}\n\
         location @sign_in {{\ninternal;\nadd_header Set-Cookie $auth_cookie;\nreturn 302 {sign_in};\n}}\n\
         location / {{\nauth_request /_external-auth;\nauth_request_set $auth_cookie $upstream_http_set_cookie;\n\
         add_header Set-Cookie $auth_cookie;\n{set}error_page 401 = @sign_in;\n{forwarded}proxy_pass http://{app};\n}}\n\
         location /.doorstep/ {{\n{forwarded}proxy_pass http://{doorstep};\n}}\n"
    )
}

#[tokio::test]
async fn what_ingress_nginx_makes_of_the_annotations_signs_people_in_and_keeps_the_rest_out() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certificates = Certificates::make(directory.path());
    let echo = Echo::start().await;
    let mut doorstep = Doorstep::install(directory.path(), ISSUER, None);
    doorstep.declare(
        "[groups]\nadmins = [\"ada\"]\n\n[apps.glances]\nurl = \"https://glances.other.test\"\nallow = [\"admins\"]\n",
    );
    doorstep.start().await;
    let here = doorstep.listen.to_string();
    // Its Lua escapes the address of a request; one is enough here.
    let escaped = format!("map $request_uri $escaped_request_uri {{\ndefault %2F;\n\"{PAGE}\" %2Fpage%3Fx%3D1;\n}}\n");
    let hosts = Hosts::none(Kind::Nginx, &certificates).generated(&escaped).plain("auth.home.test", &here);
    let proxy = hosts.host(HOST, &locations(&here, &echo.upstream())).start().await;
    let visitor = || Visitor::through(proxy.address, &certificates, &["auth.home.test", HOST]);
    let mut ada = Person::new(visitor(), ISSUER);
    ada.set_up(&doorstep.set_up_link().await).await;
    ada.sign_in_anew().await;

    let stranger = visitor();
    let script = stranger.get(&format!("{GLANCES}{PAGE}")).scripted().send().await;
    assert_eq!(script.status, 302, "{script:?}");
    let start = script.location().expect("an address");
    assert_eq!(start.as_str(), format!("{GLANCES}/.doorstep/start?rd=%2Fpage%3Fx%3D1"));
    let reads = stranger.get(start.as_str()).scripted().send().await;
    assert_eq!((reads.status.as_u16(), reads.json()["error"].as_str()), (401, Some("sign_in")), "{reads:?}");
    assert_eq!(echo.seen(), [], "nobody is in");

    let shown = ada.open_app(&format!("{GLANCES}{PAGE}")).await;
    let first: Seen = serde_json::from_str(&shown.body).unwrap_or_else(|error| panic!("{error}: {shown:?}"));
    assert_eq!((first.target.as_str(), first.all("remote-user")), (PAGE, vec!["ada"]), "{first:?}");
    let forged = ada.visitor.get(&format!("{GLANCES}/")).navigating().header("remote-user", "mallory");
    assert_eq!(forged.header("x-original-url", "https://other.test/").send().await.status, 200);
    let seen = echo.seen().pop().expect("it reached the app");
    assert_eq!(seen.as_cgi_variable("Remote-User"), ["ada"], "{seen:?}");
    assert!(!seen.all("cookie").join(";").contains("__Host-ds_"), "{seen:?}");
    doorstep.stop();
    let reached = echo.seen().len();
    assert_eq!(ada.visitor.get(&format!("{GLANCES}/")).navigating().send().await.status, 500);
    assert_eq!(echo.seen().len(), reached, "silence is no yes");
}
