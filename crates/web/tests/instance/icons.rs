//! The icons of apps as browsers get them: at an address that is their content, and with nothing in them that runs.

use crate::{
    person,
    running::{self, Running},
};
use doorstep_core::{
    id::AppName,
    model::{App, Icon, IconKind, IconSource, Owner},
};
use doorstep_store::{apps, generations, icons};
use reqwest::Method;
use std::collections::BTreeSet;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9v9z\"/></svg>";

fn svg() -> Icon {
    Icon { kind: IconKind::Svg, bytes: SVG.into() }
}

fn png() -> Icon {
    Icon { kind: IconKind::Png, bytes: b"\x89PNG\r\n\x1a\n".to_vec() }
}

fn address(icon: &Icon) -> String {
    format!("/icons/{}.{}", icon.name(), icon.kind.as_str())
}

/// Declares an app that shows this, and forgets what it showed before.
async fn declare(running: &Running, name: &str, icon: Option<&Icon>) {
    let source = icon.map(|icon| IconSource::file(&icon.bytes));
    let app = App {
        name: name.parse::<AppName>().unwrap(),
        title: name.to_owned(),
        url: format!("https://{name}.example.org"),
        allow: None,
        require: None,
        client: None,
        protected: true,
        own_cookies: BTreeSet::new(),
        rules: Vec::new(),
        authorization: doorstep_core::model::AuthorizationHeader::Pass,
        posture: doorstep_core::model::Posture::Headers,
        icon: source.clone(),
        owner: Owner::Config,
    };
    let mut tx = running.instance.context.db.begin().await.unwrap();
    apps::put(&mut tx, &app, running.instance.now()).await.unwrap();
    icons::delete_others(&mut tx, &app.name, source.as_ref()).await.unwrap();
    if let (Some(icon), Some(source)) = (icon, &source) {
        icons::put(&mut tx, &app.name, source, icon).await.unwrap();
    }
    generations::bump(&mut tx, "declared").await.unwrap();
    tx.commit().await.unwrap();
    running.instance.caches.catch_up().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn security_51_an_icon_is_served_as_an_image_that_runs_nothing_and_kept_for_a_year() {
    let running = running::empty().await;
    declare(&running, "wiki", Some(&svg())).await;
    declare(&running, "photos", Some(&png())).await;
    for (icon, media_type, file) in
        [(svg(), "image/svg+xml; charset=utf-8", "icon.svg"), (png(), "image/png", "icon.png")]
    {
        for method in [Method::GET, Method::HEAD] {
            let answer = running.browser().send(method.clone(), &address(&icon), &[], None).await;
            assert_eq!(answer.status, 200);
            for (header, value) in [
                ("content-type", media_type),
                ("x-content-type-options", "nosniff"),
                ("cache-control", "public, max-age=31536000, immutable"),
                ("cross-origin-resource-policy", "same-origin"),
                ("content-disposition", &format!("attachment; filename=\"{file}\"")),
            ] {
                assert_eq!(answer.header(header), value, "{method} {file} {header}");
            }
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'; img-src data:; "), "{policy}");
            assert!(policy.ends_with("; sandbox"), "{policy}");
            assert_eq!(answer.header("set-cookie"), "");
        }
    }
    assert_eq!(running.browser().get(&address(&svg())).await.body, SVG);
}

#[tokio::test(flavor = "multi_thread")]
async fn security_51_only_what_a_declared_app_shows_is_found_and_nobody_changes_it_here() {
    let running = running::empty().await;
    declare(&running, "wiki", Some(&svg())).await;
    let good = address(&svg());
    let wrong = [
        address(&png()),
        good.replace(".svg", ".png"),
        good.replace(".svg", ""),
        good.replace(".svg", ".html"),
        "/icons/".to_owned(),
        "/icons/wiki.svg".to_owned(),
        "/icons/..%2f..%2fetc%2fpasswd".to_owned(),
        format!("/icons/{}.svg", "A".repeat(4000)),
    ];
    for path in wrong {
        let answer = running.browser().get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    for method in [Method::DELETE, Method::PUT, Method::POST] {
        assert_eq!(running.browser().send(method, &good, &[], None).await.status, 405);
    }
    assert_eq!(running.browser().get(&good).await.status, 200);
    declare(&running, "wiki", None).await;
    assert_eq!(running.browser().get(&good).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_shows_the_icon_and_the_letters_where_there_is_none() {
    let running = running::empty().await;
    let (mut browser, _) = person::ada(&running).await;
    declare(&running, "wiki", Some(&svg())).await;
    declare(&running, "photos", None).await;
    let page = browser.get("/").await.body;
    let icon = format!("<img class=\"glyph\" src=\"{}\" alt=\"\" width=\"44\" height=\"44\"", address(&svg()));
    assert_eq!((page.matches("<img").count(), page.matches(&icon).count()), (1, 1), "{page}");
    assert!(page.contains(">P</text></svg><span class=\"name\"><strong><bdi>photos"), "{page}");
    declare(&running, "wiki", None).await;
    let page = browser.get("/").await.body;
    assert!(!page.contains("<img") && page.contains(">W</text>"), "{page}");
}
