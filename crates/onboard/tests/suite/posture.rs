//! `forward_auth` of an app: whether Doorstep stands in front, and what it tells the app.

use crate::support::{Bench, read};
use doorstep_core::model::Posture;
use doorstep_onboard::render::{Style, render_plan};
use std::path::Path;

fn text(app: &str, line: &str) -> String {
    format!("issuer = 'https://auth.example.org'\n[apps.{app}]\nurl = 'https://{app}.home.example.net'\n{line}")
}

#[test]
fn what_an_app_is_told_stands_in_the_declaration_and_is_who_people_are_when_nothing_does() {
    for (app, line, meant) in [
        ("tv", "forward_auth = true", (true, Posture::Headers)),
        ("tv", "forward_auth = 'headers'", (true, Posture::Headers)),
        ("tv", "forward_auth = 'portal'", (true, Posture::Portal)),
        ("tv", "forward_auth = 'assertion'", (true, Posture::Assertion)),
        ("glances", "", (true, Posture::Headers)),
        ("glances", "forward_auth = 'portal'", (true, Posture::Portal)),
        ("wiki", "callbacks = ['/cb']", (false, Posture::Headers)),
        ("wiki", "callbacks = ['/cb']\nforward_auth = 'portal'", (true, Posture::Portal)),
        ("wiki", "callbacks = ['/cb']\nforward_auth = false", (false, Posture::Headers)),
    ] {
        let desired = read(&text(app, line), Path::new("/apps")).unwrap();
        let spec = &desired.apps[0].spec;
        assert_eq!((spec.protected, spec.posture), meant, "{app} {line}");
        let made = spec.app(None);
        assert_eq!((made.protected, made.posture), meant, "{app} {line}");
        assert_eq!(desired.apps[0].client.is_some(), app == "wiki", "a client and a guarded app at once");
    }
}

#[tokio::test]
async fn telling_an_app_something_else_is_a_step_of_the_plan() {
    let bench = Bench::default();
    assert!(bench.apply(&text("tv", "forward_auth = true")).await.succeeded());
    assert!(!bench.plan(&text("tv", "forward_auth = 'headers'")).await.has_steps());
    for (posture, words) in [("portal", "told nothing of people"), ("assertion", "told of people is signed")] {
        let after = text("tv", &format!("forward_auth = '{posture}'"));
        let told = render_plan(&bench.plan(&after).await, Style::default());
        assert!(told.contains("Doorstep in front") && told.contains(words), "{told}");
        assert!(bench.apply(&after).await.succeeded());
        assert!(!bench.plan(&after).await.has_steps());
    }
}
