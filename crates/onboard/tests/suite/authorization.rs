//! `authorization` of an app: as written, as meant, and where it says nothing.

use crate::support::{Bench, read};
use doorstep_core::model::AuthorizationHeader;
use doorstep_onboard::render::{Style, render_plan};
use std::path::Path;

fn text(line: &str) -> String {
    format!(
        "issuer = 'https://auth.example.org'\n[apps.tv]\nurl = 'https://tv.home.example.net'\nforward_auth = true\n{line}"
    )
}

#[test]
fn whose_business_the_header_is_stands_in_the_declaration_and_is_pass_when_nothing_does() {
    for (line, meant) in [
        ("", AuthorizationHeader::Pass),
        ("authorization = 'pass'", AuthorizationHeader::Pass),
        ("authorization = 'consume'", AuthorizationHeader::Consume),
        ("authorization = 'ignore'", AuthorizationHeader::Ignore),
    ] {
        let desired = read(&text(line), Path::new("/apps")).unwrap();
        assert_eq!(desired.apps[0].spec.authorization, meant, "{line}");
        assert_eq!(desired.apps[0].spec.app(None).authorization, meant, "{line}");
    }
    let wiki = "issuer = 'https://auth.example.org'\n[apps.wiki]\nurl = 'https://wiki.example.net'\ncallbacks = ['/cb']\n\
                authorization = 'consume'";
    let reported = read(wiki, Path::new("/apps")).unwrap_err();
    let reported: Vec<_> = reported.iter().map(|mistake| format!("{}: {}", mistake.at, mistake.what)).collect();
    assert_eq!(reported, ["apps.wiki.authorization: Doorstep does not stand in front of this app"]);
}

#[tokio::test]
async fn another_use_of_the_header_is_a_step_of_the_plan() {
    let (bench, after) = (Bench::default(), text("authorization = 'consume'"));
    assert!(bench.apply(&text("")).await.succeeded());
    assert!(!bench.plan(&text("authorization = 'pass'")).await.has_steps());
    let told = render_plan(&bench.plan(&after).await, Style::default());
    assert!(told.contains("`Authorization`") && told.contains("consume"), "{told}");
    assert!(bench.apply(&after).await.succeeded());
    assert!(!bench.plan(&after).await.has_steps());
}
