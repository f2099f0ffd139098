//! The web server of a mail domain, with what `doorstep generate webfinger` prints for it.

use crate::generated_proxies::street::APP;
use doorstep_e2e::{
    behind_each_web_server,
    certificates::Certificates,
    http::Visitor,
    instance::ISSUER,
    proxy::{Hosts, Kind},
};
use doorstep_onboard::generate::webfinger::{WebServer, webfinger};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

behind_each_web_server! {
    a_mail_domain_tells_who_signs_its_people_in
}

async fn a_mail_domain_tells_who_signs_its_people_in(kind: Kind) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let certificates = Certificates::make(directory.path());
    let server = match kind {
        Kind::Nginx | Kind::NginxThatKeeps => WebServer::Nginx,
        Kind::Caddy | Kind::DebianCaddy => WebServer::Caddy,
        Kind::Haproxy | Kind::Envoy | Kind::EnvoyGrpc => unreachable!("they serve no pages of their own"),
    };
    let lines = webfinger(ISSUER, APP, server).expect("a domain");
    let proxy = Hosts::none(kind, &certificates).host(APP, &lines).start().await;
    let visitor = Visitor::through(proxy.address, &certificates, &[APP]);
    let nothing = [
        format!("resource=acct:ada@{APP}.evil.test"),
        format!("resource=acct:@{APP}"),
        format!("resource=https://{APP}/ada"),
        format!("x=resource=acct:ada@{APP}"),
        "resource=acct:ada@evil.test".to_owned(),
        String::new(),
    ];
    for (query, account) in accounts().chain(nothing.map(|query| (query, None))) {
        let answer = visitor.get(&format!("https://{APP}/.well-known/webfinger?{query}")).send().await;
        let Some(account) = account else {
            assert!(!answer.body.contains("links"), "{query}: {answer:?}");
            continue;
        };
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/jrd+json"), "{query}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{query}");
        let told: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let wanted = serde_json::json!([{ "rel": "http://openid.net/specs/connect/1.0/issuer", "href": ISSUER }]);
        let subject = told["subject"].as_str().map(|uri| percent_decode_str(uri).decode_utf8_lossy().into_owned());
        let told_of = account.told.then(|| format!("acct:{}@{APP}", account.local));
        assert_eq!((subject, &told["links"]), (told_of, &wanted), "{query}");
    }
}

/// Whom a query is about, and whether the answer says so.
struct Account {
    local: &'static str,
    told: bool,
}

/// Mail addresses of every kind that an account may have, as apps send them: as they are or as an account's URI has them
/// (RFC 7565 §4), in a value that is escaped as much as can be or as little as has to be (RFC 7033 §4.1).
fn accounts() -> impl Iterator<Item = (String, Option<Account>)> {
    const LEAST: &AsciiSet = &CONTROLS.add(b'%').add(b'#').add(b'&');
    const MOST: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    const URI: &AsciiSet = &MOST.remove(b'+').remove(b'\'');
    let locals =
        ["ada", "grace.hopper", "ada+home", "o'hara", "a!$*=b", "a&b", "a#b/c?d", "^_`{|}~-", "100%", "j\u{f6}rg"];
    locals.into_iter().flat_map(move |local| {
        let written = [local.to_owned(), utf8_percent_encode(local, URI).to_string()];
        written.into_iter().flat_map(move |user| {
            let resource = format!("acct:{user}@{APP}");
            [MOST, LEAST].map(|escaped| {
                let query = format!("rel=x&resource={}", utf8_percent_encode(&resource, escaped));
                let told = !query.contains("%25") && !query.contains(['/', '?', '^', '`', '{', '|', '}']);
                (query, Some(Account { local, told }))
            })
        })
    })
}
