//! The web server of a mail domain, with what `doorstep generate webfinger` prints for it.

use crate::street::APP;
use doorstep_e2e::{
    behind_each,
    certificates::Certificates,
    http::Visitor,
    instance::ISSUER,
    proxy::{Hosts, Kind},
};
use doorstep_onboard::generate::webfinger::{WebServer, webfinger};

behind_each! {
    a_mail_domain_tells_who_signs_its_people_in
}

async fn a_mail_domain_tells_who_signs_its_people_in(kind: Kind) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certificates = Certificates::make(directory.path());
    let server = match kind {
        Kind::Nginx => WebServer::Nginx,
        Kind::Caddy | Kind::DebianCaddy => WebServer::Caddy,
    };
    let lines = webfinger(ISSUER, APP, server).expect("a domain");
    let proxy = Hosts::none(kind, &certificates).host(APP, &lines).start().await;
    let visitor = Visitor::through(proxy.address, &certificates, &[APP]);
    for (query, account) in [
        (format!("resource=acct:ada@{APP}"), Some("ada")),
        (format!("resource=acct%3Agrace.hopper%40{APP}&rel=x"), Some("grace.hopper")),
        (format!("rel=x&resource=acct:nobody@{APP}"), Some("nobody")),
        (format!("resource=acct:a%22b@{APP}"), None),
        (format!("resource=acct:ada@{APP}.evil.test"), None),
        ("resource=acct:ada@evil.test".to_owned(), None),
        (format!("resource=https://{APP}/ada"), None),
        (String::new(), None),
    ] {
        let answer = visitor.get(&format!("https://{APP}/.well-known/webfinger?{query}")).send().await;
        let Some(account) = account else {
            assert!(!answer.body.contains("subject"), "{query}: {answer:?}");
            continue;
        };
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/jrd+json"), "{query}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{query}");
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let wanted = serde_json::json!([{ "rel": "http://openid.net/specs/connect/1.0/issuer", "href": ISSUER }]);
        assert_eq!((&told["subject"], &told["links"]), (&format!("acct:{account}@{APP}").into(), &wanted), "{query}");
    }
}
