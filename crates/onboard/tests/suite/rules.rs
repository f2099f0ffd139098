//! Rules of an app: as written, as meant, and what is refused of them.

use crate::support::{Bench, read};
use doorstep_onboard::render::{Style, render_plan};
use std::path::Path;

fn text(rules: &str) -> String {
    format!(
        "issuer = 'https://auth.example.org'\n[groups]\nstaff = ['ada']\nadmins = ['ada']\n\
         [apps.tv]\nurl = 'https://tv.home.example.net'\nforward_auth = true\nallow = ['staff']\n{rules}"
    )
}

fn meant(rules: &str) -> Vec<String> {
    let desired = read(&text(rules), Path::new("/apps")).unwrap();
    desired.apps.iter().flat_map(|app| &app.spec.rules).map(ToString::to_string).collect()
}

fn mistakes(rules: &str) -> Vec<String> {
    let reported = read(&text(rules), Path::new("/apps")).unwrap_err();
    reported.iter().map(|mistake| format!("{}: {}", mistake.at, mistake.what)).collect()
}

const FOUR: &str = "
[[apps.tv.rules]]
paths = ['/healthz']
methods = ['GET']
do = 'pass'
[[apps.tv.rules]]
paths = ['/api/', '/hooks/*']
networks = ['10.0.0.0/8', '192.168.1.5']
do = 'pass'
[[apps.tv.rules]]
paths = ['/admin/']
allow = ['admins']
[[apps.tv.rules]]
methods = ['DELETE']
do = 'refuse'
[[apps.tv.rules]]
paths = ['/money/']
max_age = '15m'
require = 'passkey'
[[apps.tv.rules]]
paths = ['/mine/']
";

#[test]
fn rules_are_kept_in_their_order() {
    assert_eq!(
        meant(FOUR),
        [
            "GET /healthz: pass",
            "/api/, /hooks/* from 10.0.0.0/8, 192.168.1.5/32: pass",
            "/admin/: sign in, admins",
            "DELETE every path: refuse",
            "/money/: sign in, staff, by passkey, at most 15m ago",
            "/mine/: sign in, staff",
        ]
    );
}

#[test]
fn a_rule_asks_for_what_the_app_requires_unless_it_says_something_else() {
    for (app, rule, said) in [
        ("", "", "/a: sign in, staff"),
        ("require = 'two_factors'\n", "", "/a: sign in, staff, by two factors"),
        ("require = 'two_factors'\n", "require = 'passkey'\n", "/a: sign in, staff, by passkey"),
        ("require = 'passkey'\n", "require = 'one_factor'\n", "/a: sign in, staff"),
        ("", "require = 'two_factors'\nmax_age = '15m'\n", "/a: sign in, staff, by two factors, at most 15m ago"),
    ] {
        assert_eq!(meant(&format!("{app}[[apps.tv.rules]]\npaths = ['/a']\n{rule}")), [said]);
    }
}

#[test]
fn what_is_wrong_with_a_rule_is_said_where_it_stands() {
    for (rule, reported) in [
        ("paths = ['api']", "0.paths.0: `api` does not begin with `/`"),
        ("paths = ['/a', '/b?c']", "0.paths.1: `/b?c` holds `?` or `#`, and a rule looks at the path alone"),
        ("methods = ['get']", "0.methods.0: `get` is no method: a token in capitals, such as GET"),
        ("networks = ['lan']", "0.networks.0: `lan` is no network"),
        ("networks = ['10.0.0.1/8']", "0.networks.0: `10.0.0.1/8` has bits behind its prefix"),
        ("allow = ['staf']", "0.allow.0: no group is called `staf`"),
        ("allow = []", "0.allow: an empty list lets nobody in"),
        (
            "paths = ['/a']\nmethods = ['GET']\ndo = 'pass'\nallow = ['staff']",
            "0.allow: groups make no difference to a rule that asks nobody to sign in",
        ),
        ("max_age = '15'", "0.max_age: `15` is not a length of time"),
        ("max_age = '59s'", "0.max_age: `59s` is shorter than a minute"),
        (
            "do = 'refuse'\npaths = ['/a']\nmax_age = '15m'",
            "0.max_age: how long ago a sign-in was makes no difference to a rule that asks nobody to sign in",
        ),
        (
            "do = 'refuse'\npaths = ['/a']\nrequire = 'passkey'",
            "0.require: what a sign-in was by makes no difference to a rule that asks nobody to sign in",
        ),
        ("paths = ['/a/']\ndo = 'pass'", "0: whatever anybody sends to these paths would reach the app"),
        ("methods = ['GET']\ndo = 'pass'", "0: every path of the app would be open to everybody"),
        ("paths = ['/']\nmethods = ['GET']\ndo = 'pass'", "0: every path of the app would be open to everybody"),
        ("paths = ['/']\nnetworks = ['0.0.0.0/0']\ndo = 'pass'", "0: every path of the app would be open to everybody"),
        (
            "paths = ['/a/']\n[[apps.tv.rules]]\npaths = ['/a/b']\ndo = 'refuse'",
            "1: rule 1 decides whatever this one is about",
        ),
        ("do = 'refuse'\n[[apps.tv.rules]]\npaths = ['/a']", "1: rule 1 decides whatever this one is about"),
    ] {
        let wrong = mistakes(&format!("[[apps.tv.rules]]\n{rule}\n"));
        assert_eq!(wrong, [format!("apps.tv.rules.{reported}")], "{rule}");
    }
    let many = "[[apps.tv.rules]]\npaths = ['/x']\nmethods = ['PUT']\n".repeat(65);
    assert_eq!(mistakes(&many)[0], "apps.tv.rules: more than 64 rules");
    let open = text(FOUR).replace("forward_auth = true\n", "callbacks = ['/cb']\n");
    let reported = read(&open, Path::new("/apps")).unwrap_err();
    let reported: Vec<_> = reported.iter().map(|mistake| mistake.what.clone()).collect();
    assert_eq!(reported, ["Doorstep does not stand in front of this app"]);
}

#[tokio::test]
async fn a_plan_shows_which_rules_come_and_go_and_is_empty_afterwards() {
    let bench = Bench::default();
    let before = text(FOUR);
    assert!(bench.apply(&before).await.succeeded());
    assert!(!bench.plan(&before).await.has_steps());
    let after = before.replace("methods = ['GET']", "methods = ['GET', 'POST']");
    let said = render_plan(&bench.plan(&after).await, Style::default());
    assert!(said.contains("1. GET, POST /healthz: pass") && said.contains("1. GET /healthz: pass"), "{said}");
}
