//! Cookies of an app's own: named by its entry or its declaration, and checked before anything takes effect.

use crate::support::{Bench, read, read_with};
use doorstep_onboard::catalog::Catalog;
use std::path::Path;

const ENTRY: &str = r#"
name = "Probe"
homepage = "https://probe.example"
kind = "forward_auth"
own_cookies = ["probe_session", { name = "probe_all", domain = "example.org" }]
[doors]
sign_up = "absent"
passwords = "absent"
linking = "never"
first_administrator = "nobody"
anonymous = "nothing"
"#;

fn named(apps: &str, catalog: &Catalog) -> Vec<String> {
    let text = format!("issuer = 'https://auth.example.org'\n{apps}");
    let desired = read_with(&text, Path::new("/apps"), catalog).unwrap();
    desired.apps.iter().flat_map(|app| &app.spec.own_cookies).map(ToString::to_string).collect()
}

fn mistakes(apps: &str) -> Vec<String> {
    let text = format!("issuer = 'https://auth.example.org'\n{apps}");
    let reported = read(&text, Path::new("/apps")).unwrap_err();
    reported.iter().map(|mistake| format!("{}: {}", mistake.at, mistake.what)).collect()
}

#[test]
fn an_entry_names_them_and_a_declaration_may_name_others() {
    let catalog = Catalog::from_sources([("probe", ENTRY)]);
    let probe = "[apps.probe]\nurl = 'https://probe.example.org'\n";
    assert_eq!(named(probe, &catalog), ["probe_all of example.org", "probe_session"]);
    assert_eq!(named(&format!("{probe}own_cookies = ['x']\n"), &catalog), ["x"]);
    assert!(named(&format!("{probe}own_cookies = []\n"), &catalog).is_empty());
    for (wrong, reported) in [
        ("\"__Host-ds_app\"", "is a cookie of Doorstep's own"),
        ("\"a b\"", "is not the name of a cookie"),
        ("{ name = \"__Host-a\", domain = \"example.org\" }", "such a cookie has no domain"),
    ] {
        let entry = ENTRY.replace("\"probe_session\"", wrong);
        let error = Catalog::from_sources([("probe", &*entry.leak())]).get("probe").unwrap().unwrap_err().to_string();
        assert!(error.contains(reported), "{error}");
    }
    let oidc = "name = \"A\"\nhomepage = \"https://a.example\"\nkind = \"oidc\"\ncallbacks = [\"{url}/cb\"]\nscopes = [\"openid\"]\nown_cookies = [\"a\"]\n\
                [doors]\nsign_up = \"absent\"\npasswords = \"absent\"\nlinking = \"never\"\nfirst_administrator = \"nobody\"\nanonymous = \"nothing\"\n\
                [env]\nA = \"{client_id}\"\n";
    let error = Catalog::from_sources([("a", oidc)]).get("a").unwrap().unwrap_err().to_string();
    assert!(error.contains("in front of which Doorstep stands"), "{error}");
}

#[test]
fn what_is_not_a_cookie_of_the_apps_own_is_refused() {
    let tv = "[apps.tv]\nurl = 'https://tv.home.example.net'\nforward_auth = true\nown_cookies = ";
    for (written, reported) in [
        ("['sid', 'sid']", "apps.tv.own_cookies.1: `sid` stands here twice"),
        ("['__Host-ds_app']", "apps.tv.own_cookies.0: `__Host-ds_app` is a cookie of Doorstep's own"),
        ("['a;b']", "apps.tv.own_cookies.0: `a;b` is not the name of a cookie"),
        (
            "[{ name = 'sid', domain = 'example.org' }]",
            "apps.tv.own_cookies.0: `sid` has the domain example.org, to which tv.home.example.net does not belong",
        ),
        (
            "[{ name = 'sid', domain = 'me.example.net' }]",
            "apps.tv.own_cookies.0: `sid` has the domain me.example.net, to which tv.home.example.net does not belong",
        ),
        (
            "[{ name = 'sid', domain = 'net' }]",
            "apps.tv.own_cookies.0: `sid` has a domain that is not a host name of two labels or more",
        ),
    ] {
        assert_eq!(mistakes(&format!("{tv}{written}")), [reported]);
    }
    let many: Vec<_> = (0..17).map(|nth| format!("'c{nth}'")).collect();
    assert_eq!(mistakes(&format!("{tv}[{}]", many.join(","))), ["apps.tv.own_cookies: more than 16 cookies"]);
    let wiki = "[apps.wiki]\nurl = 'https://wiki.example.org'\ncallbacks = ['/cb']\nown_cookies = ['sid']";
    assert_eq!(mistakes(wiki), ["apps.wiki.own_cookies: Doorstep does not stand in front of this app"]);
    assert_eq!(
        named(&format!("{tv}[{{ name = 'sid', domain = 'example.net' }}]"), &Catalog::builtin()),
        ["sid of example.net"]
    );
}

#[tokio::test]
async fn a_change_of_them_is_a_step_and_the_second_plan_is_empty() {
    let tv = |cookies: &str| {
        format!(
            "issuer = 'https://auth.example.org'\n[apps.tv]\nurl = 'https://tv.example.net'\nforward_auth = true\n\
             own_cookies = {cookies}\n"
        )
    };
    let bench = Bench::default();
    bench.apply(&tv("['a', 'b']")).await;
    assert!(bench.plan(&tv("['b', 'a']")).await.apps.is_empty());
    let reported = format!("{:?}", bench.plan(&tv("['b', 'c']")).await.apps);
    assert!(reported.contains("OwnCookies") && reported.contains(r#"added: ["c"], removed: ["a"]"#), "{reported}");
}
