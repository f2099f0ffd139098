//! What the catalog knows that programs need of an app, opened by a rule of its declaration.

use crate::support::{Bench, read};
use doorstep_onboard::{
    catalog::{Catalog, Kind, page},
    language::Language,
    render::{Style, render_apply, render_plan},
};
use std::{path::Path, time::Duration};

fn text(app: &str, rules: &str) -> String {
    format!(
        "issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\n\
         [apps.{app}]\nurl = 'https://{app}.home.example.net'\nallow = ['admins']\n{rules}"
    )
}

fn rule(app: &str, lines: &str) -> String {
    text(app, &format!("[[apps.{app}.rules]]\n{lines}\n"))
}

fn meant(text: &str) -> Vec<String> {
    let desired = read(text, Path::new("/apps")).unwrap();
    desired.apps.iter().flat_map(|app| &app.spec.rules).map(ToString::to_string).collect()
}

fn mistakes(text: &str) -> Vec<String> {
    let reported = read(text, Path::new("/apps")).unwrap_err();
    let said = |remedy: Option<String>| remedy.map(|remedy| format!(" | {remedy}")).unwrap_or_default();
    let told = reported.iter().map(|mistake| {
        let remedy = mistake.remedy.as_ref().map(|remedy| remedy.in_language(Language::Toml));
        format!("{}: {}{}", mistake.at, mistake.what, said(remedy))
    });
    told.collect()
}

#[test]
fn a_rule_may_name_what_the_catalog_knows() {
    let two =
        "[[apps.sonarr.rules]]\nopen = 'health'\n[[apps.sonarr.rules]]\nopen = 'api'\nnetworks = ['10.0.0.0/8']\n";
    assert_eq!(meant(&text("sonarr", two)), ["GET /ping: pass", "/api/, /feed/ from 10.0.0.0/8: pass"]);
    // The app asks for its key there: that it is meant for everywhere is said by the name.
    assert_eq!(meant(&rule("sonarr", "open = 'api'")), ["/api/, /feed/: pass"]);
    // Between rules that are written in full, in their order.
    let mixed =
        "[[apps.sonarr.rules]]\npaths = ['/api/v3/system/']\ndo = 'refuse'\n[[apps.sonarr.rules]]\nopen = 'api'\n";
    assert_eq!(meant(&text("sonarr", mixed)), ["/api/v3/system/: refuse", "/api/, /feed/: pass"]);
    // An app that signs people in itself, where Doorstep stands in front instead.
    let n8n = rule("n8n", "open = 'webhooks'").replace("allow =", "forward_auth = true\nallow =");
    assert_eq!(meant(&n8n), ["GET, POST /webhook/, /webhook-test/, /form/: pass"]);
}

#[test]
fn what_cannot_be_opened_so_is_said_with_what_can() {
    let own = "[apps.tv]\nurl = 'https://tv.home.example.net'\nforward_auth = true\n[[apps.tv.rules]]\nopen = 'api'\n";
    let own = format!("issuer = 'https://auth.example.org'\n[groups]\nadmins = ['ada']\n{own}");
    for (text, told) in [
        (
            rule("sonarr", "open = 'apis'"),
            "apps.sonarr.rules.0.open: the catalog knows no `apis` of Sonarr: it knows api, health | did you mean `api`?",
        ),
        (
            rule("sonarr", "open = 'calendar'"),
            "apps.sonarr.rules.0.open: the catalog knows no `calendar` of Sonarr: it knows api, health | write the rule in \
             full, with `paths`, `methods` and `do`",
        ),
        (
            rule("odoo", "open = 'shop'"),
            "apps.odoo.rules.0.open: the catalog knows nothing of Odoo that a rule could open | write the rule in full, with \
             `paths`, `methods` and `do`",
        ),
        (
            own,
            "apps.tv.rules.0.open: the catalog does not know this app | write the rule in full, with `paths`, `methods` and `do`",
        ),
        (
            rule("sonarr", "open = 'api'\npaths = ['/x']"),
            "apps.sonarr.rules.0.paths: `open` says already what passes, and `paths` is of a rule that is written in full | \
             leave out `paths`, or `open`",
        ),
        (
            rule("sonarr", "open = 'api'\ndo = 'refuse'"),
            "apps.sonarr.rules.0.do: `open` says already what passes, and `do` is of a rule that is written in full | leave \
             out `do`, or `open`",
        ),
        (
            rule("glances", "open = 'api'"),
            "apps.glances.rules.0.open: whatever anybody sends there would reach the app, and the app asks for nothing there \
             | say where it is needed from: networks = [\"192.168.0.0/16\"]",
        ),
        (
            rule("glances", "open = 'api'\nnetworks = ['0.0.0.0/0']"),
            "apps.glances.rules.0.open: whatever anybody sends there would reach the app, and the app asks for nothing there \
             | say where it is needed from: networks = [\"192.168.0.0/16\"]",
        ),
        (
            rule("sonarr", "open = 'api'\n[[apps.sonarr.rules]]\npaths = ['/api/v3/']\nallow = ['admins']"),
            "apps.sonarr.rules.1: rule 1 decides whatever this one is about | put the narrower rule first: the first that fits \
             decides",
        ),
    ] {
        assert_eq!(mistakes(&text), [told], "{text}");
    }
    assert_eq!(meant(&rule("glances", "open = 'api'\nnetworks = ['10.0.0.0/8']")), ["/api/ from 10.0.0.0/8: pass"]);
}

#[tokio::test]
async fn a_plan_says_what_is_opened_and_what_keeps_strangers_out() {
    let bench = Bench::default();
    let closed = text("sonarr", "");
    let said = render_plan(&bench.plan(&closed).await, Style::default());
    assert!(!said.contains("rule 1 opens"), "{said}");
    let applied = bench.apply(&closed).await;
    let to_do = render_apply(&applied, Duration::ZERO, Style::default());
    let hint =
        "What they need is opened under `[apps.sonarr]`: `rules = [{ open = \"api\" }]` for programs with its API key";
    assert!(to_do.contains(hint), "{to_do}");

    let open = text("sonarr", "rules = [{ open = 'api' }, { paths = ['/calendar/'], methods = ['GET'], do = 'pass' }]");
    let said = render_plan(&bench.plan(&open).await, Style::default());
    for line in [
        "rule 1 opens /api/, /feed/ without a sign-in; the app asks for its API key there\n",
        "rule 2 opens GET /calendar/ without a sign-in; what the app asks for there by itself is yours to know\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert!(bench.apply(&open).await.succeeded());
    let again = bench.plan(&open).await;
    assert!(!again.has_steps() && again.apps.is_empty(), "what is open already is no news: {again:?}");
}

#[tokio::test]
async fn the_plan_of_a_new_app_says_so_too_and_needs_no_hint() {
    let bench = Bench::default();
    let open = rule("glances", "open = 'api'\nnetworks = ['10.0.0.0/8']");
    let plan = bench.plan(&open).await;
    let said = render_plan(&plan, Style::default());
    assert!(
        said.contains("rule 1 opens /api/ from 10.0.0.0/8 without a sign-in; the app asks for nothing there\n"),
        "{said}"
    );
    assert!(!plan.apps[0].setup.concat().contains("is opened under"), "{plan:?}");
}

/// Each of them is declared as a person would, and says nothing that the checks of rules refuse.
#[test]
fn each_opening_of_the_catalog_is_a_rule() {
    let catalog = Catalog::builtin();
    let mut seen = 0;
    for name in catalog.names() {
        let entry = catalog.get(name).unwrap().unwrap();
        let front = if entry.kind == Kind::Oidc { "forward_auth = true\n" } else { "" };
        let written: Vec<_> =
            entry.open.keys().map(|open| format!("{{ open = '{open}', networks = ['10.0.0.0/8'] }}, ")).collect();
        let written = written.concat();
        seen += entry.open.len();
        if entry.open.is_empty() {
            continue;
        }
        let declared = text(name, &format!("{front}rules = [{written}]\n"));
        assert_eq!(meant(&declared).len(), entry.open.len(), "{name}");
        assert!(page(name, entry).contains("## What a rule may open"), "{name}");
    }
    assert!(seen > 10, "{seen}");
}
