//! The icon that a declaration names: what it may be, what a plan says of it, and when two declarations are the same.

use crate::support::Bench;
use doorstep_core::{model::IconSource, time::Ttl};
use doorstep_onboard::{
    catalog::Catalog,
    desired::{Basis, Desired, IconFile, IconFiles, Lifetimes, Reach, desired},
    execute::execute,
    manifest::Manifest,
    mistake::Mistake,
    plan::{Choices, plan},
    render::{Style, render_plan},
    source::declared,
};

fn basis(references: bool, files: &[(&str, Result<&[u8], &str>)]) -> Basis {
    let file = |read: &Result<&[u8], &str>| read.map(|bytes| IconFile(bytes.into())).map_err(str::to_owned);
    Basis {
        issuer: "https://auth.example.org".to_owned(),
        internal: None,
        name: "Home".to_owned(),
        deliver_folder: "/apps".into(),
        lifetimes: Lifetimes { access: Ttl::from_hours(1), refresh: Ttl::from_days(30) },
        reach: Reach { references, ..Reach::default() },
        icons: IconFiles(files.iter().map(|(name, read)| ((*name).to_owned(), file(read))).collect()),
        proxies: doorstep_onboard::desired::Proxies::default(),
        languages: std::collections::BTreeMap::new(),
    }
}

fn manifest(icon: Option<&str>) -> Manifest {
    let app = serde_json::json!({ "url": "https://wiki.example.org", "forward_auth": true, "icon": icon });
    Manifest { apps: [("wiki".to_owned(), serde_json::from_value(app).unwrap())].into(), ..Manifest::default() }
}

fn read(icon: &str, basis: &Basis) -> Result<Desired, Vec<Mistake>> {
    desired(&manifest(Some(icon)), &Catalog::builtin(), basis)
}

#[test]
fn an_icon_is_a_file_of_the_person_or_an_address_and_nothing_else() {
    let files: [(&str, Result<&[u8], &str>); 2] = [("./wiki.svg", Ok(b"<svg/>")), ("gone.png", Err("is not there"))];
    let basis = basis(true, &files);
    let of = |icon: &str| read(icon, &basis).unwrap().apps.remove(0);
    let file = of("./wiki.svg");
    assert_eq!((file.spec.icon, file.letter), (Some(IconSource::file(b"<svg/>")), None));
    assert_eq!(&*file.icon.unwrap().0, b"<svg/>");
    // What cannot be read keeps no app from being declared.
    let gone = of("gone.png");
    assert_eq!((gone.spec.icon, gone.icon, gone.letter.as_deref()), (None, None, Some("is not there")));
    for address in ["https://wiki.example.org/logo.svg?x=1", "http://10.0.0.7/logo.png"] {
        assert_eq!(of(address).spec.icon, Some(IconSource::address(address)));
    }
    for (icon, says) in [
        ("ftp://wiki.example.org/x", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("data:image/svg+xml,<svg/>", "begins with https://"),
        ("https://", "begins with https://"),
        ("https://ada:pw@wiki.example.org/x", "no user name or password"),
        ("", "1 to 2048 characters"),
        ("a\nb", "1 to 2048 characters"),
    ] {
        let mistakes = read(icon, &basis).unwrap_err();
        assert_eq!((mistakes.len(), mistakes[0].at.to_string().as_str()), (1, "apps.wiki.icon"), "{icon}");
        assert!(mistakes[0].what.contains(says) && mistakes[0].remedy.is_some(), "{icon}: {mistakes:?}");
    }
}

/// What comes by an API or from a cluster reads no file of the server.
#[test]
fn security_118_a_declaration_from_elsewhere_names_no_file() {
    let elsewhere = basis(false, &[("/etc/passwd", Ok(b"x"))]);
    for icon in ["/etc/passwd", "./wiki.svg", "wiki.svg"] {
        let mistakes = read(icon, &elsewhere).unwrap_err();
        assert!(mistakes[0].what.contains("does not come from there"), "{icon}: {mistakes:?}");
    }
    assert!(read("https://wiki.example.org/logo.svg", &elsewhere).is_ok());
}

#[test]
fn another_picture_in_the_same_file_is_another_declaration() {
    let text = |basis: &Basis| declared(&manifest(Some("./wiki.svg")), &Catalog::builtin(), basis);
    let (one, other) = (basis(true, &[("./wiki.svg", Ok(b"one"))]), basis(true, &[("./wiki.svg", Ok(b"other"))]));
    assert_eq!(text(&one), text(&one.clone()));
    assert_ne!(text(&one), text(&other));
}

#[tokio::test]
async fn a_plan_says_what_changes_and_why_a_letter_stands_there() {
    let bench = Bench::default();
    let planned = async |icon: Option<&str>| {
        let files: [(&str, Result<&[u8], &str>); 2] =
            [("wiki.svg", Ok(b"one")), ("gone.svg", Err("/gone.svg is not there"))];
        let wanted = desired(&manifest(icon), &Catalog::builtin(), &basis(true, &files)).unwrap();
        let planned = plan(&wanted, &bench.observe(&wanted).await, &Choices::default());
        assert!(execute(&planned, &bench.means()).await.succeeded());
        (render_plan(&planned, Style::default()), planned.has_steps())
    };
    planned(None).await;
    let (text, changes) = planned(Some("wiki.svg")).await;
    assert!(changes && text.contains("icon: a letter → a file with the content "), "{text}");
    assert!(!planned(Some("wiki.svg")).await.1, "empty the second time");
    let (text, _) = planned(Some("https://wiki.example.org/x.svg")).await;
    assert!(text.contains("… → https://wiki.example.org/x.svg"), "{text}");
    let (text, changes) = planned(Some("gone.svg")).await;
    assert!(changes && text.contains("icon: https://wiki.example.org/x.svg → a letter"), "{text}");
    assert!(text.contains("shows its letter and no icon: /gone.svg is not there"), "{text}");
    let (text, changes) = planned(Some("gone.svg")).await;
    assert!(!changes && text.contains("/gone.svg is not there") && text.contains("Nothing to do."), "{text}");
}
